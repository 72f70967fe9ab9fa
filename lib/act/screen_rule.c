#include "screen_rule.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool take_place(const cbor_item_t *item, int row, int col,
                       struct screen_fixed *ret)
{
    int64_t at[2] = { row, col };
    rpa_msg_int(item, "row", &at[0]);
    rpa_msg_int(item, "col", &at[1]);
    if (at[0] < 1 || at[0] > 999 || at[1] < 0 || at[1] > 999)
        return false;
    ret->row = (int)at[0];
    ret->col = (int)at[1];
    return true;
}

/* the keys of a list; never one that a bot may press to move about */
static int take_keys(const cbor_item_t *screen, const char *name,
                     const char *list, struct screen_keys *ret,
                     struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t **keys = rpa_msg_array(screen, list, &n);
    for (size_t i = 0; i < n; i++) {
        const char *key = rpa_cbor_text(keys[i], &len);
        if (i == SCREEN_KEYS || !key || !len || len >= sizeof ret->key[i])
            return rpa_fail(err, RPA_EINVAL,
                            "screen '%s': %s wants at most %d names of keys",
                            name, list, SCREEN_KEYS);
        memcpy(ret->key[i], key, len);
        if (fence_key_edits(ret->key[i]))
            return rpa_fail(err, RPA_EINVAL, "screen '%s': '%s' files nothing, "
                                             "it is pressed to edit",
                            name, ret->key[i]);
        ret->n++;
    }
    return 0;
}

static bool has_character(const struct screen_keys *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        if (rpa_utf8_count(keys->key[i], strlen(keys->key[i])) == 1)
            return true;
    return false;
}

int screen_rule_load(const cbor_item_t *screen, struct screen_rule *ret,
                     struct rpa_err *err)
{
    size_t n;
    cbor_item_t **fixed = rpa_msg_array(screen, "fixed", &n);
    if (!rpa_msg_copy(screen, "title", ret->fixed[0].text, TITLE_MAX) ||
        !ret->fixed[0].text[0] || !take_place(screen, 1, 0, &ret->fixed[0]))
        return rpa_fail(err, RPA_EINVAL, "wants a title, and where it stands");
    ret->nfixed = 1;
    ret->form = rpa_msg_get(screen, "toolkit") != NULL;
    rpa_str_copy(ret->name, TITLE_MAX, ret->fixed[0].text);
    if (rpa_msg_get(screen, "name") &&
        (!rpa_msg_copy(screen, "name", ret->name, TITLE_MAX) || !ret->name[0]))
        return rpa_fail(err, RPA_EINVAL, "name wants a short text");
    for (size_t i = 0; i < n; i++) {
        struct screen_fixed *one = &ret->fixed[ret->nfixed++];
        if (ret->nfixed > SCREEN_FIXED || !take_place(fixed[i], 0, 0, one) ||
            !one->col || !rpa_msg_copy(fixed[i], "text", one->text, TITLE_MAX) ||
            !one->text[0])
            return rpa_fail(err, RPA_EINVAL,
                            "screen '%s': fixed wants a row, a column and a "
                            "text, at most %d times",
                            ret->name, SCREEN_FIXED - 1);
    }
    if (ret->form && rpa_msg_get(screen, "name"))
        return rpa_fail(err, RPA_EINVAL, "form '%s': its name is its title",
                        ret->fixed[0].text);
    rpa_msg_bool(screen, "pending", &ret->pending);
    rpa_msg_bool(screen, "idle", &ret->idle);
    rpa_msg_bool(screen, "prompt", &ret->prompt);
    int r = take_keys(screen, ret->name, "commit", &ret->commit, err);
    if (r == 0)
        r = take_keys(screen, ret->name, "leads", &ret->leads, err);
    ret->prompt = ret->prompt || has_character(&ret->commit) ||
                  has_character(&ret->leads);
    return r;
}

/* a menu is the same as by the name that it has */
static bool names(const struct screen_keys *keys, const char *key)
{
    for (size_t i = 0; i < keys->n; i++)
        if (!key || rpa_keys_same(keys->key[i], key) || !strcasecmp(keys->key[i], key))
            return true;
    return false;
}

/* does any screen of that name have @key among those that lead on, or that file? */
static bool lists(const struct rpa_target *target, const char *screen, bool leads,
                  const char *key)
{
    const struct screen_rule *rule;
    for (size_t n = 0; (rule = target_screen(target, n)); n++)
        if (!strcmp(rule->name, screen) &&
            names(leads ? &rule->leads : &rule->commit, key))
            return true;
    return false;
}

bool target_commits(const struct rpa_target *target, const char *screen,
                    const char *key)
{
    return lists(target, screen, false, key);
}

bool target_leads(const struct rpa_target *target, const char *screen,
                  const char *key)
{
    return lists(target, screen, true, key);
}

int field_at_load(const cbor_item_t *item, const char *label, char *text,
                  struct rpa_field_at *ret, struct rpa_err *err)
{
    static const char *const names[] = { "nth", "of", "row", "col" };
    int64_t n[4] = { 0 };
    bool below = false;
    rpa_str_copy(text, TITLE_MAX, label);
    if (rpa_msg_get(item, "text") &&
        (!rpa_msg_copy(item, "text", text, TITLE_MAX) || !text[0]))
        return rpa_fail(err, RPA_EINVAL, "text wants the label on the screen");
    for (size_t i = 0; i < 4; i++) {
        rpa_msg_int(item, names[i], &n[i]);
        if (n[i] < 0 || n[i] > 999)
            return rpa_fail(err, RPA_EINVAL, "%s is 1 to 999", names[i]);
    }
    rpa_msg_bool(item, "below", &below);
    if (!n[0] != !n[1] || n[0] > n[1])
        return rpa_fail(err, RPA_EINVAL, "nth wants of: which, and of how many");
    if (!n[2] != !n[3] || (n[2] && (n[0] || below)))
        return rpa_fail(err, RPA_EINVAL,
                        "row and col want each other, and nothing else");
    *ret = (struct rpa_field_at){ n[2] ? NULL : text, below, (int)n[0],
                                  (int)n[1], (int)n[2], (int)n[3] };
    return 0;
}

static int length(const char *text)
{
    return (int)rpa_utf8_count(text, strlen(text));
}

static bool stands(const struct screen_fixed *fixed, const struct rpa_screen *s)
{
    struct rpa_screen line = *s;
    if (fixed->row > s->rows)
        return false;
    line.cells += (fixed->row - 1) * s->cols;
    line.rows = 1;
    return fixed->col ? view_equals(&line, fixed->col - 1, length(fixed->text),
                                    fixed->text)
                      : rpa_screen_find(&line, fixed->text, NULL, NULL);
}

bool screen_rule_shown(const struct screen_rule *rule,
                       const struct rpa_screen *s)
{
    for (size_t i = 0; i < rule->nfixed; i++)
        if (!stands(&rule->fixed[i], s))
            return false;
    return true;
}

/* the character of @text at its @at-th place */
static uint32_t character(const char *text, int at)
{
    uint32_t cp = 0;
    size_t len = strlen(text), n = 0;
    for (int i = 0; i <= at && n < len; i++)
        n += rpa_utf8_decode(text + n, len - n, &cp);
    return cp;
}

static bool contradict(const struct screen_fixed *a,
                       const struct screen_fixed *b)
{
    int end_a = a->col + length(a->text), end_b = b->col + length(b->text);
    if (a->row != b->row || !a->col || !b->col)
        return false;
    for (int col = a->col > b->col ? a->col : b->col;
         col < end_a && col < end_b; col++)
        if (character(a->text, col - a->col) != character(b->text, col - b->col))
            return true;
    return false;
}

bool screen_rules_alike(const struct screen_rule *a,
                        const struct screen_rule *b)
{
    if (a->form || b->form)
        return a->form && b->form &&
               !strcmp(a->fixed[0].text, b->fixed[0].text);
    for (size_t i = 0; i < a->nfixed; i++)
        for (size_t k = 0; k < b->nfixed; k++)
            if (contradict(&a->fixed[i], &b->fixed[k]))
                return false;
    return true;
}

bool area_load(const cbor_item_t *at, struct rpa_area *ret)
{
    int64_t v[4] = { 0 };
    static const char *const names[] = { "x", "y", "w", "h" };
    for (size_t i = 0; i < 4; i++)
        if (!at || !rpa_msg_int(at, names[i], &v[i]) || v[i] < (i > 1) ||
            v[i] > 32000)
            return false;
    *ret = (struct rpa_area){ (int)v[0], (int)v[1], (int)v[2], (int)v[3] };
    return true;
}

int regions_load(const cbor_item_t *map, const char *screen,
                 struct rpa_region *list, size_t *n, struct rpa_err *err)
{
    size_t nblack;
    cbor_item_t **black = rpa_msg_array(map, "black", &nblack);
    for (size_t i = 0; i < nblack; i++) {
        int64_t row = 0, col = 0, rows = 1, cols = 0;
        struct rpa_region region = { .screen = screen };
        if (*n < BLACK_MAX && area_load(black[i], &region.at)) {
            list[(*n)++] = region;
            continue;
        }
        rpa_msg_int(black[i], "row", &row);
        rpa_msg_int(black[i], "col", &col);
        rpa_msg_int(black[i], "rows", &rows);
        rpa_msg_int(black[i], "cols", &cols);
        if (*n == BLACK_MAX || row < 1 || row > 999 || col < 1 || col > 999 ||
            rows < 1 || rows > 999 || cols < 1 || cols > 999)
            return rpa_fail(err, RPA_EINVAL,
                            "%s%s: black wants a row, a column and how many "
                            "rows (1) and cols, or x, y, w, h of a form, at most "
                            "%d times",
                            screen ? "screen " : "the map",
                            screen ? screen : "", BLACK_MAX);
        list[(*n)++] = (struct rpa_region){ screen, (int)row, (int)col,
                                            (int)rows, (int)cols };
    }
    return 0;
}

/* ---- colours ---- */

static int take_colours(const cbor_item_t *item, const char *name, uint32_t *ret,
                        size_t *ret_n, struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t **list = rpa_msg_array(item, name, &n);
    for (size_t i = 0; i < n; i++) {
        char digits[8] = "", *end = digits;
        const char *text = rpa_cbor_text(list[i], &len);
        if (text && len == 7 && text[0] == '#' && i < COLOURS_MAX) {
            memcpy(digits, text + 1, 6);
            ret[i] = (uint32_t)strtoul(digits, &end, 16);
        }
        if (end != digits + 6)
            return rpa_fail(err, RPA_EINVAL,
                            "colours: %s wants at most %d like \"#7890f0\"",
                            name, COLOURS_MAX);
    }
    *ret_n = n;
    return 0;
}

int colour_rule_load(const cbor_item_t *map, struct colour_rule *ret,
                     struct rpa_err *err)
{
    const cbor_item_t *colours = rpa_msg_get(map, "colours");
    int r = take_colours(colours, "protected", ret->protected, &ret->nprotected,
                         err);
    if (r == 0)
        r = take_colours(colours, "open", ret->open, &ret->nopen, err);
    return r;
}

static bool among(const uint32_t *list, size_t n, uint32_t colour)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == colour)
            return true;
    return false;
}

int colour_rule_protected(const struct colour_rule *rule,
                          const struct rpa_screen *s, int start, int count)
{
    size_t closed = 0, open = 0, texts = 0;
    for (int i = start; i < start + count && i < s->rows * s->cols; i++) {
        const struct rpa_cell *c = &s->cells[i];
        if (c->cp == ' ' || (c->flags & RPA_CELL_CURSOR))
            continue; /* of these the colour says nothing */
        texts++;
        closed += among(rule->protected, rule->nprotected, c->fg);
        open += among(rule->open, rule->nopen, c->fg);
    }
    return texts && closed == texts ? 1 : texts && open == texts ? 0 : -1;
}
