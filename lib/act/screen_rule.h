#ifndef RPA_ACT_SCREEN_RULE_H
#define RPA_ACT_SCREEN_RULE_H

#include "priv.h"

/* What the screen map says of one screen: what it is called, and by which cells
 * it is known. */

#define SCREEN_FIXED 8
#define SCREEN_KEYS 8

/** A text that always stands there; row and column from 1. */
struct screen_fixed {
    int row, col; /* column 0: anywhere in the row */
    char text[TITLE_MAX];
};

/** Keys that the map names. */
struct screen_keys {
    char key[SCREEN_KEYS][33];
    size_t n;
};

struct screen_rule {
    char name[TITLE_MAX]; /* what bots and manifests call it */
    struct screen_fixed fixed[SCREEN_FIXED]; /* its title first */
    size_t nfixed;
    bool pending, idle, prompt, form;
    struct screen_keys commit; /* file what it shows, and do nothing else; */
    struct screen_keys leads;  /* go on from it, and file nothing */
};

/** Errors: RPA_EINVAL. */
int screen_rule_load(const cbor_item_t *screen, struct screen_rule *ret,
                     struct rpa_err *err);
/** Does @s show all that is fixed? What a bot can type does not count: a text
 * counts where the map says it stands, and nowhere else. */
bool screen_rule_shown(const struct screen_rule *rule,
                       const struct rpa_screen *s);
/** May a screen be both? Not if one cell would have to show two characters. */
bool screen_rules_alike(const struct screen_rule *a,
                        const struct screen_rule *b);

/** Where a field called @label stands: text, nth, of, below, row and col of
 * @item. @text is room for the text of its label, TITLE_MAX bytes. RPA_EINVAL. */
int field_at_load(const cbor_item_t *item, const char *label, char *text,
                  struct rpa_field_at *ret, struct rpa_err *err);

/** x, y, w and h of @at, in pixels; false: it has not all of them. */
bool area_load(const cbor_item_t *at, struct rpa_area *ret);

#define BLACK_MAX 128
/** Add the black regions of @map, a screen or (@screen NULL) the whole map, to
 * @list, of BLACK_MAX. Errors: RPA_EINVAL. */
int regions_load(const cbor_item_t *map, const char *screen,
                 struct rpa_region *list, size_t *n, struct rpa_err *err);

#define COLOURS_MAX 8

/** The colours (0xRRGGBB) that tell protected texts from fields. */
struct colour_rule {
    uint32_t protected[COLOURS_MAX], open[COLOURS_MAX];
    size_t nprotected, nopen;
};
/** Errors: RPA_EINVAL. */
int colour_rule_load(const cbor_item_t *map, struct colour_rule *ret,
                     struct rpa_err *err);
/** Are these cells protected? 1 yes, 0 no, -1 their colours do not say. */
int colour_rule_protected(const struct colour_rule *rule,
                          const struct rpa_screen *s, int start, int count);
/** target.c */
const struct colour_rule *target_colours(const struct rpa_target *target);

/** target.c: the n-th screen of the map (from 0), NULL after the last. */
const struct screen_rule *target_screen(const struct rpa_target *target,
                                        size_t n);
/** Does the map say that @key files what @screen shows? NULL: does it name any
 * key that does? */
bool target_commits(const struct rpa_target *target, const char *screen,
                    const char *key);
/** And does it say that @key goes on from @screen and files nothing? */
bool target_leads(const struct rpa_target *target, const char *screen,
                  const char *key);

#endif
