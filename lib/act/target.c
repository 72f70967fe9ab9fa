#include "form.h"
#include "page.h"
#include "screen_rule.h"
#include "rpa/base/utf8.h"
#include "rpa/ipc/msg.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCREENS_MAX 64
#define FIELDS_MAX 512
#define TEXT_MAX 80
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct fold_rule {
    uint32_t from;
    char to[16];
};

struct key_rule {
    char use[16], chord[32];
};

struct field {
    struct rpa_field_rule rule;
    char label[TEXT_MAX], text[TEXT_MAX];
};

struct rpa_target {
    struct screen_rule screens[SCREENS_MAX];
    size_t nscreens;
    struct field fields[FIELDS_MAX];
    size_t nfields;
    struct rpa_region black[BLACK_MAX];
    size_t nblack;
    struct form_rule *forms;
    struct table_rule *tables;
    struct fold_rule folds[128];
    size_t nfolds;
    struct key_rule keys[8];
    size_t nkeys;
    struct colour_rule colours;
    uint32_t *holds; /* ascending; NULL: everything */
    size_t nholds;
    int mode_row, mode_col;
};

/* The name bots use, and iconv's. Source: IBM code page 01146 (UK, euro). */
static const struct {
    const char *name, *iconv;
} repertoires[] = {
    { "ascii", "ASCII" },
    { "latin1", "ISO-8859-1" },
    { "latin9", "ISO-8859-15" },
    { "cp285", "IBM285" },
    { "cp1146", "IBM1146" },
    { "cp1047", "IBM1047" },
};

static const char *charset_of(const char *repertoire)
{
    for (size_t i = 0; i < COUNT(repertoires); i++)
        if (!strcmp(repertoires[i].name, repertoire))
            return repertoires[i].iconv;
    return NULL;
}

bool rpa_target_has_repertoire(const char *name)
{
    return charset_of(name) != NULL;
}

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

static bool convertible(iconv_t cd, uint32_t cp)
{
    char in[4], out[8];
    size_t nin = rpa_utf8_encode(cp, in), nout = sizeof out;
    char *pin = in, *pout = out;
    iconv(cd, NULL, NULL, NULL, NULL);
    return nin && iconv(cd, &pin, &nin, &pout, &nout) == 0 && nin == 0;
}

static int load_repertoire(struct rpa_target *t, const char *name,
                           struct rpa_err *err)
{
    const char *charset = charset_of(name);
    if (!charset)
        return rpa_fail(err, RPA_EINVAL, "repertoire '%s' is not known", name);
    iconv_t cd = iconv_open(charset, "UTF-8");
    if (cd == (iconv_t)-1)
        return rpa_fail(err, RPA_EENV, "this machine has no '%s' code page",
                        charset);
    t->holds = malloc(1024 * sizeof *t->holds);
    for (uint32_t cp = 0x20; t->holds && cp < 0x3000 && t->nholds < 1024; cp++)
        if (!is_control(cp) && convertible(cd, cp))
            t->holds[t->nholds++] = cp;
    iconv_close(cd);
    return t->holds ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory");
}

/* a copy of a text item, never cut */
static bool copy(const cbor_item_t *item, char *out, size_t size)
{
    size_t len = 0;
    const char *text = rpa_cbor_text(item, &len);
    if (!text || len >= size || memchr(text, 0, len))
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

/* a fold must end in what the target holds, and never in nothing */
static bool can_hold(const struct rpa_target *t, const char *to)
{
    uint32_t cp;
    size_t len = strlen(to);
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(to + i, len - i, &cp);
        if (!n || !rpa_target_holds(t, cp))
            return false;
    }
    return len > 0;
}

static int load_folds(struct rpa_target *t, const cbor_item_t *folds,
                      struct rpa_err *err)
{
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(folds, &n);
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *from = rpa_cbor_text(pairs[i].key, &len);
        if (t->nfolds == COUNT(t->folds))
            return rpa_fail(err, RPA_EINVAL, "folds: more than %zu",
                            t->nfolds);
        struct fold_rule *rule = &t->folds[t->nfolds++];
        if (!from || !len || rpa_utf8_decode(from, len, &rule->from) != len ||
            !copy(pairs[i].value, rule->to, sizeof rule->to))
            return rpa_fail(err, RPA_EINVAL,
                            "folds: entry %zu wants one character = a text of "
                            "at most 15 bytes",
                            i + 1);
        if (!can_hold(t, rule->to))
            return rpa_fail(err, RPA_EINVAL,
                            "folds: the target cannot hold '%s', the fold of "
                            "U+%04X",
                            rule->to, rule->from);
    }
    return 0;
}

/* These are pressed without the fence: never Enter or a function key. Not so the
 * one that unlocks a keyboard (reset). */
static bool harmless(const struct key_rule *rule)
{
    if (!strcmp(rule->use, "reset"))
        return true;
    static const char *const erase[] = { "ctrl+u", "ctrl+k", "ctrl+x",
                                         "shift+Delete", "ctrl+Delete",
                                         "shift+End" };
    for (size_t i = 0; i < COUNT(erase); i++)
        if (!strcasecmp(rule->chord, erase[i]))
            return true;
    return fence_key_edits(rule->chord);
}

static int load_keys(struct rpa_target *t, const cbor_item_t *keys,
                     struct rpa_err *err)
{
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(keys, &n);
    for (size_t i = 0; i < n; i++) {
        struct key_rule *rule = &t->keys[t->nkeys];
        if (t->nkeys == COUNT(t->keys) ||
            !copy(pairs[i].key, rule->use, sizeof rule->use) ||
            !copy(pairs[i].value, rule->chord, sizeof rule->chord))
            return rpa_fail(err, RPA_EINVAL, "keys: wants a use = a chord");
        if (!harmless(rule))
            return rpa_fail(err, RPA_EINVAL,
                            "keys: '%s' for %s might file something; advance "
                            "wants a key that moves, clear one that erases",
                            rule->chord, rule->use);
        t->nkeys++;
    }
    return 0;
}

static int load_field(struct rpa_target *t, const char *screen,
                      const cbor_item_t *item, struct rpa_err *err)
{
    if (t->nfields == FIELDS_MAX)
        return rpa_fail(err, RPA_EINVAL, "screens: more than %d fields",
                        FIELDS_MAX);
    struct field *f = &t->fields[t->nfields++];
    int64_t width = 0, lines = 1;
    bool hidden = false;
    if (rpa_msg_get(item, "kind") && !rpa_msg_is(item, "kind", "text"))
        width = TEXT_MAX; /* a tick box, a pick-list, a button of a form */
    rpa_msg_bool(item, "hidden", &hidden);
    rpa_msg_int(item, "lines", &lines);
    rpa_msg_int(item, "width", &width);
    if (!rpa_msg_copy(item, "label", f->label, sizeof f->label) || width < 1 ||
        width > 4000 || lines < 1 || lines > 99)
        return rpa_fail(err, RPA_EINVAL,
                        "screen '%s', field %zu: wants a label, a width (to 4000) "
                        "and perhaps lines (to 99)",
                        screen, t->nfields);
    f->rule = (struct rpa_field_rule){ .screen = screen,
                                       .label = f->label,
                                       .width = (int)width,
                                       .lines = (int)lines,
                                       .hidden = hidden };
    if (rpa_msg_get(item, "probe") &&
        (!rpa_msg_copy(item, "probe", f->rule.probe, sizeof f->rule.probe) ||
         f->rule.probe[0] <= ' ' || f->rule.probe[0] > '~'))
        return rpa_fail(err, RPA_EINVAL,
                        "screen '%s', field '%s': probe is one character of ASCII",
                        screen, f->label);
    int r = field_at_load(item, f->label, f->text, &f->rule.at, err);
    if (r == 0)
        r = rpa_change_load(item, &f->rule.change, err);
    return r < 0 ? rpa_err_context(err, "screen '%s', field '%s'", screen,
                                   f->label)
                 : 0;
}

static const struct screen_rule *screen_of(const struct rpa_target *target,
                                           const char *name)
{
    for (size_t i = 0; i < target->nscreens; i++)
        if (!strcmp(target->screens[i].name, name))
            return &target->screens[i];
    return NULL;
}

static int load_screen(struct rpa_target *t, const cbor_item_t *screen,
                       struct rpa_err *err)
{
    size_t n;
    struct screen_rule *rule = &t->screens[t->nscreens];
    if (t->nscreens == SCREENS_MAX)
        return rpa_fail(err, RPA_EINVAL, "more than %d screens", SCREENS_MAX);
    int r = screen_rule_load(screen, rule, err);
    if (r < 0)
        return r;
    if (screen_of(t, rule->name))
        return rpa_fail(err, RPA_EINVAL, "another screen is called '%s' as well",
                        rule->name);
    t->nscreens++;
    r = form_rule_load(screen, &t->forms, err);
    if (r == 0)
        r = table_rules_load(screen, rule->name, &t->tables, err);
    if (r == 0)
        r = regions_load(screen, rule->name, t->black, &t->nblack, err);
    cbor_item_t **fields = rpa_msg_array(screen, "fields", &n);
    for (size_t k = 0; r == 0 && k < n; k++)
        r = load_field(t, rule->name, fields[k], err);
    return r;
}

static int load_screens(struct rpa_target *t, const cbor_item_t *map,
                        struct rpa_err *err)
{
    size_t n;
    cbor_item_t **screens = rpa_msg_array(map, "screens", &n);
    for (size_t i = 0; i < n; i++)
        if (load_screen(t, screens[i], err) < 0)
            return rpa_err_context(err, "screen %zu", i + 1);
    return 0;
}

static int load(struct rpa_target *t, const cbor_item_t *map,
                struct rpa_err *err)
{
    char name[32];
    int r = 0;
    int64_t row = 0, col = 0;
    if (rpa_msg_copy(map, "repertoire", name, sizeof name))
        r = load_repertoire(t, name, err);
    if (r == 0)
        r = load_folds(t, rpa_msg_get(map, "folds"), err);
    if (r == 0)
        r = load_keys(t, rpa_msg_get(map, "keys"), err);
    if (r == 0)
        r = colour_rule_load(map, &t->colours, err);
    if (r == 0)
        r = load_screens(t, map, err);
    if (r == 0)
        r = regions_load(map, NULL, t->black, &t->nblack, err);
    bool upper = false;
    rpa_msg_bool(map, "upper", &upper);
    for (size_t i = 0; upper && i < t->nfields; i++)
        t->fields[i].rule.change.upper = !t->fields[i].rule.hidden;
    const cbor_item_t *at = rpa_msg_get(map, "mode_at");
    if (at && rpa_msg_int(at, "row", &row) && rpa_msg_int(at, "col", &col)) {
        t->mode_row = (int)row;
        t->mode_col = (int)col;
    }
    return r;
}

int rpa_target_new(const cbor_item_t *map, struct rpa_target **ret,
                   struct rpa_err *err)
{
    struct rpa_target *t = calloc(1, sizeof *t);
    if (!t)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    int r = map ? load(t, map, err) : 0;
    if (r < 0) {
        rpa_target_free(t);
        return r;
    }
    *ret = t;
    return 0;
}

void rpa_target_free(struct rpa_target *target)
{
    if (!target)
        return;
    form_rules_free(target->forms);
    table_rules_free(target->tables);
    free(target->holds);
    free(target);
}

static int by_cp(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool rpa_target_holds(const struct rpa_target *target, uint32_t cp)
{
    if (is_control(cp))
        return false;
    return !target->holds || bsearch(&cp, target->holds, target->nholds,
                                     sizeof cp, by_cp);
}

const uint32_t *rpa_target_repertoire(const struct rpa_target *target,
                                      size_t *ret_n)
{
    *ret_n = target->nholds;
    return target->holds;
}

static const char *fold_of(const struct rpa_target *t, uint32_t cp)
{
    for (size_t i = 0; i < t->nfolds; i++)
        if (t->folds[i].from == cp)
            return t->folds[i].to;
    return NULL;
}

static void count_use(struct rpa_folded *f, uint32_t from, const char *to)
{
    size_t i = 0;
    while (i < f->nuses && f->uses[i].from != from)
        i++;
    if (i == RPA_FOLDS_MAX) { /* never in silence: too many is no fold */
        f->missing = f->missing ? f->missing : from;
        return;
    }
    if (i == f->nuses) {
        f->uses[f->nuses++].from = from;
        memcpy(f->uses[i].to, to, strlen(to) + 1);
    }
    f->uses[i].count++;
}

int rpa_target_fold(const struct rpa_target *target, const char *text,
                    size_t len, struct rpa_folded *ret, struct rpa_err *err)
{
    struct rpa_folded f = { 0 };
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(text + i, len - i, &cp);
        const char *to = n ? fold_of(target, cp) : NULL;
        if (!n || (!to && is_control(cp))) {
            rpa_folded_clear(&f);
            return rpa_fail(err, RPA_EINVAL,
                            n ? "a control character at byte %zu"
                              : "the text is not UTF-8 at byte %zu",
                            i + 1);
        }
        if (rpa_target_holds(target, cp)) {
            rpa_buf_add(&f.typed, text + i, n);
            f.chars++;
        } else if (to) {
            rpa_buf_puts(&f.typed, to);
            f.chars += rpa_utf8_count(to, strlen(to));
            count_use(&f, cp, to);
        } else if (!f.missing) {
            f.missing = cp;
        }
    }
    rpa_buf_puts(&f.typed, "");
    if (f.typed.failed) {
        rpa_folded_clear(&f);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a text");
    }
    *ret = f;
    return 0;
}

void rpa_folded_clear(struct rpa_folded *folded)
{
    if (folded)
        rpa_buf_clear(&folded->typed);
}

const struct rpa_field_rule *rpa_target_field(const struct rpa_target *target,
                                              const char *screen,
                                              const char *label)
{
    for (size_t i = 0; i < target->nfields; i++) {
        const struct rpa_field_rule *rule = &target->fields[i].rule;
        if (!strcmp(rule->label, label) &&
            (!screen || !strcmp(rule->screen, screen)))
            return rule;
    }
    return NULL;
}

const struct form_rule *target_forms(const struct rpa_target *target)
{
    return target->forms;
}

const struct colour_rule *target_colours(const struct rpa_target *target)
{
    return &target->colours;
}

const struct table_rule *target_tables(const struct rpa_target *target)
{
    return target->tables;
}

const struct rpa_field_rule *rpa_target_rule(const struct rpa_target *target,
                                             size_t n)
{
    return n < target->nfields ? &target->fields[n].rule : NULL;
}

const struct rpa_region *rpa_target_black(const struct rpa_target *target,
                                          size_t n)
{
    return n < target->nblack ? &target->black[n] : NULL;
}

const struct screen_rule *target_screen(const struct rpa_target *target,
                                        size_t n)
{
    return n < target->nscreens ? &target->screens[n] : NULL;
}

bool rpa_target_pending(const struct rpa_target *target, const char *screen)
{
    const struct screen_rule *rule = screen_of(target, screen);
    return rule && rule->pending;
}

bool rpa_target_prompt(const struct rpa_target *target, const char *screen)
{
    const struct screen_rule *rule = screen_of(target, screen);
    return rule && rule->prompt;
}

bool rpa_target_idle(const struct rpa_target *target, const char *screen)
{
    const struct screen_rule *rule = screen_of(target, screen);
    return rule && rule->idle;
}

const char *rpa_target_key(const struct rpa_target *target, const char *use,
                           const char *otherwise)
{
    for (size_t i = 0; i < target->nkeys; i++)
        if (!strcmp(target->keys[i].use, use))
            return target->keys[i].chord;
    return otherwise;
}

bool rpa_target_mode_at(const struct rpa_target *target, int *ret_row,
                        int *ret_col)
{
    *ret_row = target->mode_row;
    *ret_col = target->mode_col;
    return target->mode_row > 0 && target->mode_col > 0;
}
