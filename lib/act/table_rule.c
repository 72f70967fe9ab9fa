/* What the screen map, or a bot, says of a table. */
#include "page.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* a name that is not known would be a rule that does not count */
static int check_names(const cbor_item_t *item, const char *const *names,
                       struct rpa_err *err)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        size_t k = 0;
        while (names[k] && !(name && strlen(names[k]) == len &&
                             !memcmp(names[k], name, len)))
            k++;
        if (!names[k])
            return rpa_fail(err, RPA_EINVAL, "'%.*s' is not known",
                            name ? (int)len : 0, name ? name : "");
    }
    return 0;
}

/* a text that may be left out; too long or no text is a fault */
static int take_text(const cbor_item_t *item, const char *name, char *out,
                     size_t size, struct rpa_err *err)
{
    if (!rpa_msg_get(item, name) || rpa_msg_copy(item, name, out, size))
        return 0;
    return rpa_fail(err, RPA_EINVAL, "%s wants a text of at most %zu bytes",
                    name, size - 1);
}

static int take_int(const cbor_item_t *item, const char *name, int most,
                    int *ret, struct rpa_err *err)
{
    int64_t value = 0;
    if (rpa_msg_get(item, name) &&
        (!rpa_msg_int(item, name, &value) || value < 0 || value > most))
        return rpa_fail(err, RPA_EINVAL, "%s wants a whole number, 0 to %d",
                        name, most);
    *ret = (int)value;
    return 0;
}

static int take_column(struct table_rule *rule, size_t i,
                       const cbor_item_t *item, struct rpa_err *err)
{
    static const char *const names[] = { "header", "name", "col", "width",
                                         "right", NULL };
    struct rpa_column *col = &rule->columns[i];
    int r = check_names(item, names, err);
    if (r == 0)
        r = take_text(item, "header", rule->header[i], TITLE_MAX, err);
    rpa_str_copy(rule->key[i], TITLE_MAX, rule->header[i]);
    if (r == 0)
        r = take_text(item, "name", rule->key[i], TITLE_MAX, err);
    if (r == 0)
        r = take_int(item, "col", 999, &col->col, err);
    if (r == 0)
        r = take_int(item, "width", 999, &col->width, err);
    if (r < 0)
        return r;
    rpa_msg_bool(item, "right", &col->right);
    col->header = rule->header[i][0] ? rule->header[i] : NULL;
    if (!rule->key[i][0] || (!col->header && (!col->col || !col->width)))
        return rpa_fail(err, RPA_EINVAL,
                        "wants a header, or a name, a col and a width");
    for (size_t k = 0; k < i; k++)
        if (!strcmp(rule->key[k], rule->key[i]))
            return rpa_fail(err, RPA_EINVAL, "two are called '%s': give one "
                                             "a name",
                            rule->key[i]);
    return 0;
}

static int take_columns(struct table_rule *rule, const cbor_item_t *item,
                        struct rpa_err *err)
{
    size_t n;
    cbor_item_t **columns = rpa_msg_array(item, "columns", &n);
    if (!n || n > RPA_TABLE_COLUMNS)
        return rpa_fail(err, RPA_EINVAL, "columns wants 1 to %d of them",
                        RPA_TABLE_COLUMNS);
    for (size_t i = 0; i < n; i++)
        if (take_column(rule, i, columns[i], err) < 0)
            return rpa_err_context(err, "column %zu", i + 1);
    rule->spec.columns = rule->columns;
    rule->spec.ncolumns = n;
    return 0;
}

static int take_unkeyed(struct table_rule *rule, const cbor_item_t *item,
                        struct rpa_err *err)
{
    if (rpa_msg_is(item, "unkeyed", "row"))
        rule->spec.unkeyed = RPA_UNKEYED_ROW;
    else if (rpa_msg_is(item, "unkeyed", "joins"))
        rule->spec.unkeyed = RPA_UNKEYED_JOINS;
    else if (rpa_msg_get(item, "unkeyed"))
        return rpa_fail(err, RPA_EINVAL, "unkeyed is row or joins");
    return 0;
}

static int take_marks(struct table_rule *rule, const cbor_item_t *item,
                      unsigned *ret_which, struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t **marks = rpa_msg_array(item, "marks", &n);
    if (n > TABLE_MARKS || (rpa_msg_get(item, "marks") && !n))
        return rpa_fail(err, RPA_EINVAL, "marks wants 1 to %d texts",
                        TABLE_MARKS);
    for (size_t i = 0; i < n; i++) {
        unsigned which = 0;
        const char *text = rpa_cbor_text(marks[i], &len);
        if (!text || len >= TITLE_MAX || memchr(text, 0, len))
            return rpa_fail(err, RPA_EINVAL, "marks wants short texts");
        memcpy(rule->marks[i], text, len);
        int r = rpa_mark_check(rule->marks[i], &which, err);
        if (r < 0)
            return r;
        *ret_which |= which;
    }
    rule->nmarks = n;
    return 0;
}

/* A list that is turned over must say where it ends. */
static int take_pages(struct table_rule *rule, const cbor_item_t *item,
                      struct rpa_err *err)
{
    unsigned which = 0, page = 1u << RPA_MARK_PAGE, pages = 1u << RPA_MARK_PAGES,
             total = 1u << RPA_MARK_TOTAL;
    int r = take_text(item, "next", rule->turn, sizeof rule->turn, err);
    if (r == 0)
        r = take_text(item, "more", rule->more, TITLE_MAX, err);
    if (r == 0)
        r = take_text(item, "bottom", rule->bottom, TITLE_MAX, err);
    if (r == 0)
        r = take_marks(rule, item, &which, err);
    if (r == 0 && rule->turn[0])
        r = rpa_keys_check_chord(rule->turn, err);
    if (r < 0)
        return r;
    if (!rule->more[0] != !rule->bottom[0])
        return rpa_fail(err, RPA_EINVAL, "more and bottom want each other: one "
                                         "of them is on each page");
    if ((which & pages) && !(which & page))
        return rpa_fail(err, RPA_EINVAL, "marks: {pages} wants {page}");
    if (!rule->turn[0] || rule->more[0] || (which & (pages | total)))
        return 0;
    rpa_fail(err, RPA_EINVAL, "next turns pages, but nothing tells the last");
    return rpa_err_hint(err, "marks with {pages} or {total}, or more and "
                             "bottom");
}

static int take_table(struct table_rule *rule, const cbor_item_t *item,
                      struct rpa_err *err)
{
    static const char *const names[] = {
        "name", "columns", "skip",    "rows", "footer", "unkeyed", "none",
        "next", "more",    "bottom", "marks", NULL,
    };
    int r = check_names(item, names, err);
    if (r == 0)
        r = take_text(item, "name", rule->name, TITLE_MAX, err);
    if (r == 0)
        r = take_columns(rule, item, err);
    if (r == 0)
        r = take_int(item, "skip", 99, &rule->spec.skip, err);
    if (r == 0)
        r = take_int(item, "rows", RPA_TABLE_ROWS, &rule->spec.rows, err);
    if (r == 0)
        r = take_text(item, "footer", rule->footer, TITLE_MAX, err);
    if (r == 0)
        r = take_text(item, "none", rule->none, TITLE_MAX, err);
    if (r == 0)
        r = take_unkeyed(rule, item, err);
    if (r == 0)
        r = take_pages(rule, item, err);
    rule->spec.footer = rule->footer[0] ? rule->footer : NULL;
    return r;
}

int table_rule_read(const cbor_item_t *item, const char *screen,
                    struct table_rule **ret, struct rpa_err *err)
{
    struct table_rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a table");
    rule->screen = screen;
    int r = take_table(rule, item, err);
    if (r < 0) {
        rpa_err_context(err, "table '%s'", rule->name);
        free(rule);
        return r;
    }
    *ret = rule;
    return 0;
}

int table_rules_load(const cbor_item_t *item, const char *screen,
                     struct table_rule **list, struct rpa_err *err)
{
    size_t n;
    cbor_item_t **tables = rpa_msg_array(item, "tables", &n);
    for (size_t i = 0; i < n; i++) {
        struct table_rule *rule;
        int r = table_rule_read(tables[i], screen, &rule, err);
        if (r < 0)
            return rpa_err_context(err, "screen '%s'", screen);
        for (const struct table_rule *one = *list; one; one = one->next)
            if (!strcmp(one->name, rule->name)) {
                free(rule);
                return rpa_fail(err, RPA_EINVAL,
                                "screen '%s': another table of the map is "
                                "called '%s'",
                                screen, one->name);
            }
        rule->next = *list;
        *list = rule;
    }
    return 0;
}

void table_rules_free(struct table_rule *list)
{
    while (list) {
        struct table_rule *rule = list;
        list = rule->next;
        free(rule);
    }
}
