#ifndef RPA_ACT_SCREEN_RULE_H
#define RPA_ACT_SCREEN_RULE_H

#include "priv.h"

/* What the screen map says of one screen: what it is called, and by which cells
 * it is known. */

#define SCREEN_FIXED 8

/** A text that always stands there; row and column from 1. */
struct screen_fixed {
    int row, col; /* column 0: anywhere in the row */
    char text[TITLE_MAX];
};

struct screen_rule {
    char name[TITLE_MAX]; /* what bots and manifests call it */
    struct screen_fixed fixed[SCREEN_FIXED]; /* its title first */
    size_t nfixed;
    bool pending, idle, form;
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

/** target.c: the n-th screen of the map (from 0), NULL after the last. */
const struct screen_rule *target_screen(const struct rpa_target *target,
                                        size_t n);

#endif
