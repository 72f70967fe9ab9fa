/* A table of data against its rows: all that is wrong, at once. */
#include "rpa/config/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
    struct rpa_buf *bad;
    int n;
    const struct rpa_schema *known; /* where a first key was that is not */
};

static void fault(struct check *c, const char *path, const char *what)
{
    rpa_buf_printf(c->bad, "; %s %s", path, what);
    c->n++;
}

/* "LIVE, TRNG or DEMO" of "LIVE|TRNG|DEMO" */
static void list_choices(const char *oneof, struct rpa_buf *out)
{
    for (const char *one = oneof, *bar; one; one = bar ? bar + 1 : NULL) {
        bar = strchr(one, '|');
        if (one > oneof)
            rpa_buf_puts(out, bar ? ", " : " or ");
        rpa_buf_add(out, one, bar ? (size_t)(bar - one) : strlen(one));
    }
}

void rpa_schema_wants(const struct rpa_schema *row, struct rpa_buf *out)
{
    static const char *const names[] = {
        [RPA_SCHEMA_TEXT] = "a text",
        [RPA_SCHEMA_INT] = "a whole number",
        [RPA_SCHEMA_NUMBER] = "a number",
        [RPA_SCHEMA_BOOL] = "true or false",
        [RPA_SCHEMA_TEXTS] = "a list of texts",
        [RPA_SCHEMA_SET] = "a table of name = text",
        [RPA_SCHEMA_MAP] = "a table",
        [RPA_SCHEMA_MAPS] = "a list of tables",
        [RPA_SCHEMA_NAMED] = "a table of name = table",
    };
    if (row->oneof)
        list_choices(row->oneof, out);
    else if (row->fits)
        rpa_buf_printf(out, "%s%s",
                       row->type == RPA_SCHEMA_TEXTS ? "a list of " : "",
                       row->unit);
    else
        rpa_buf_puts(out, names[row->type]);
    if (row->type == RPA_SCHEMA_TEXTS && row->most)
        rpa_buf_printf(out, ", %lld to %lld of them", (long long)row->least,
                       (long long)row->most);
    else if (row->most)
        rpa_buf_printf(out, ", %lld to %lld%s%s", (long long)row->least,
                       (long long)row->most, row->unit ? " " : "",
                       row->unit ? row->unit : "");
}

static void unfit(struct check *c, const struct rpa_schema *row,
                  const char *path)
{
    rpa_buf_printf(c->bad, "; %s wants ", path);
    rpa_schema_wants(row, c->bad);
    c->n++;
}

/* among the texts of "a|b|c" */
static bool is_oneof(const char *oneof, const char *text)
{
    size_t len = strchr(text, '|') ? 0 : strlen(text);
    for (const char *one = oneof; one; one = strchr(one, '|')) {
        one += *one == '|';
        if (len && !strncmp(one, text, len) && (!one[len] || one[len] == '|'))
            return true;
    }
    return false;
}

static bool fits_text(struct check *c, const struct rpa_schema *row,
                      const cbor_item_t *value)
{
    size_t len = 0;
    const char *text = rpa_cbor_text(value, &len);
    if (!text || memchr(text, 0, len))
        return false;
    if (!row->oneof && !row->fits)
        return true;
    char *copy = strndup(text, len);
    c->bad->failed |= !copy; /* no fault of the text */
    bool fits = copy && (row->oneof ? is_oneof(row->oneof, copy)
                                    : row->fits(copy));
    free(copy);
    return fits;
}

static bool fits_number(const struct rpa_schema *row, const cbor_item_t *value)
{
    int64_t whole;
    double number;
    if (rpa_cbor_get_int(value, &whole))
        number = (double)whole;
    else if (row->type == RPA_SCHEMA_INT ||
             !rpa_cbor_get_double(value, &number))
        return false;
    return !row->most ||
           (number >= (double)row->least && number <= (double)row->most);
}

/* an empty Lua table is an empty list and an empty map alike */
static bool is_map(const cbor_item_t *v)
{
    return cbor_isa_map(v) || (cbor_isa_array(v) && !cbor_array_size(v));
}

static bool is_list(const cbor_item_t *v)
{
    return cbor_isa_array(v) || (cbor_isa_map(v) && !cbor_map_size(v));
}

static void check_map(struct check *c, const struct rpa_schema *rows,
                      const char *path, const cbor_item_t *value);

static void check_texts(struct check *c, const struct rpa_schema *row,
                        const char *path, const cbor_item_t *value)
{
    size_t n;
    bool fits = is_list(value);
    cbor_item_t **items = rpa_cbor_elements(value, &n);
    if (row->most)
        fits = fits && n >= (size_t)row->least && n <= (size_t)row->most;
    for (size_t i = 0; i < n; i++)
        fits = fits && fits_text(c, row, items[i]);
    if (!fits)
        unfit(c, row, path);
}

static void check_set(struct check *c, const char *path,
                      const cbor_item_t *value)
{
    size_t n, len;
    int64_t number;
    struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
    if (!is_map(value))
        fault(c, path, "wants a table of name = text");
    for (size_t i = 0; i < n; i++)
        if (!rpa_cbor_text(pairs[i].value, &len) &&
            !rpa_cbor_get_int(pairs[i].value, &number))
            fault(c, path, "wants texts or whole numbers");
}

static void check_maps(struct check *c, const struct rpa_schema *sub,
                       const char *path, const cbor_item_t *value)
{
    char one[200];
    size_t n;
    cbor_item_t **items = rpa_cbor_elements(value, &n);
    if (!is_list(value))
        fault(c, path, "wants a list of tables");
    for (size_t i = 0; i < n; i++) {
        snprintf(one, sizeof one, "%s[%zu]", path, i + 1);
        check_map(c, sub, one, items[i]);
    }
}

static void check_named(struct check *c, const struct rpa_schema *sub,
                        const char *path, const cbor_item_t *value)
{
    char one[200];
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
    if (!is_map(value))
        fault(c, path, "wants a table of name = table");
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        snprintf(one, sizeof one, "%s.%.*s", path, name ? (int)len : 0,
                 name ? name : "");
        check_map(c, sub, one, pairs[i].value);
    }
}

static void check_one(struct check *c, const struct rpa_schema *row,
                      const char *path, const cbor_item_t *value)
{
    bool flag;
    switch (row->type) {
    case RPA_SCHEMA_TEXT:
        if (!fits_text(c, row, value))
            unfit(c, row, path);
        break;
    case RPA_SCHEMA_INT:
    case RPA_SCHEMA_NUMBER:
        if (!fits_number(row, value))
            unfit(c, row, path);
        break;
    case RPA_SCHEMA_BOOL:
        if (!rpa_cbor_get_bool(value, &flag))
            unfit(c, row, path);
        break;
    case RPA_SCHEMA_TEXTS:
        check_texts(c, row, path, value);
        break;
    case RPA_SCHEMA_SET:
        check_set(c, path, value);
        break;
    case RPA_SCHEMA_MAP:
        check_map(c, row->sub, path, value);
        break;
    case RPA_SCHEMA_MAPS:
        check_maps(c, row->sub, path, value);
        break;
    case RPA_SCHEMA_NAMED:
        check_named(c, row->sub, path, value);
        break;
    }
}

static const struct rpa_schema *row_of(const struct rpa_schema *rows,
                                       const char *name, size_t len)
{
    for (; name && rows->name; rows++)
        if (strlen(rows->name) == len && !memcmp(rows->name, name, len))
            return rows;
    return NULL;
}

static void check_map(struct check *c, const struct rpa_schema *rows,
                      const char *path, const cbor_item_t *value)
{
    char one[200];
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
    if (!is_map(value)) {
        fault(c, *path ? path : "the file", "wants a table");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        const struct rpa_schema *row = row_of(rows, name, len);
        snprintf(one, sizeof one, "%s%s%.*s", path, *path ? "." : "",
                 name ? (int)len : 1, name ? name : "?");
        if (row) {
            check_one(c, row, one, pairs[i].value);
            continue;
        }
        fault(c, one, "is not known");
        c->known = c->known ? c->known : rows;
    }
    for (; rows->name; rows++) {
        snprintf(one, sizeof one, "%s%s%s", path, *path ? "." : "",
                 rows->name);
        if (rows->required && !rpa_msg_get(value, rows->name))
            fault(c, one, "is missing");
    }
}

/* behind all faults, as it may be cut */
static void tell_known(const struct check *c)
{
    const struct rpa_schema *row = c->known;
    for (; row && row->name; row++)
        rpa_buf_printf(c->bad, "%s%s",
                       row == c->known  ? "; known there: "
                       : row[1].name ? ", "
                                        : " and ",
                       row->name);
}

int rpa_schema_faults(const struct rpa_schema *row, const char *path,
                      const cbor_item_t *value, struct rpa_buf *bad)
{
    struct check c = { .bad = bad };
    check_one(&c, row, path, value);
    tell_known(&c);
    return c.n;
}

int rpa_schema_check(const struct rpa_schema *rows, const char *name,
                     const cbor_item_t *value, struct rpa_err *err)
{
    struct rpa_buf bad = { 0 };
    struct check c = { .bad = &bad };
    int r = 0;
    check_map(&c, rows, "", value);
    tell_known(&c);
    if (bad.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    else if (c.n) {
        rpa_fail(err, RPA_EINVAL, "%d fault%s in the file", c.n,
                 c.n == 1 ? "" : "s");
        rpa_err_seen(err, "%s", bad.data + 2);
        r = rpa_err_place(err, name);
    }
    rpa_buf_clear(&bad);
    return r;
}
