#include "rpa/schema.h"

#include <stdio.h>
#include <string.h>

#define TEXT(name, required, doc) { name, RPA_SCHEMA_TEXT, required, NULL, doc }
#define INT(name, required, doc) { name, RPA_SCHEMA_INT, required, NULL, doc }
#define BOOL(name, doc) { name, RPA_SCHEMA_BOOL, false, NULL, doc }
#define TEXTS(name, required, doc)                                             \
    { name, RPA_SCHEMA_TEXTS, required, NULL, doc }
#define SET(name, doc) { name, RPA_SCHEMA_SET, false, NULL, doc }
#define END { 0 }

static const struct rpa_schema ready[] = {
    TEXT("title", true, "title of the window to wait for"),
    INT("timeout_ms", false, "how long to wait for it (30000)"),
    END,
};

static const struct rpa_schema app[] = {
    TEXTS("argv", true, "the program and its arguments; ${key} is a setting"),
    SET("env", "environment variables"),
    { "ready", RPA_SCHEMA_MAP, false, ready, "when it is ready" },
    TEXT("keymap", false, "\"private\" (default) or \"layout:gb\""),
    END,
};

static const struct rpa_schema secret[] = {
    TEXT("target", false, "the target it is for"),
    TEXT("screen", false, "title of the screen it may be typed on"),
    TEXT("field", false, "label of the hidden field"),
    TEXT("url", false, "or: the one address it may be sent to"),
    END,
};

static const struct rpa_schema navigation[] = {
    TEXT("screen", false, "title of a screen"),
    TEXT("window", false, "or: a window, as it is listed in windows"),
    TEXTS("keys", false, "keys that file nothing there"),
    TEXTS("clicks", false, "texts a click on which files nothing; \"*\": any"),
    TEXT("path", false, "or: path of a web service"),
    TEXTS("methods", false, "methods that change nothing there"),
    END,
};

const struct rpa_schema rpa_schema_manifest[] = {
    TEXT("name", true, "the bot's name"),
    TEXT("target", false, "the system it works on"),
    TEXT("mode", false, "LIVE, TRNG or DEMO"),
    { "app", RPA_SCHEMA_MAP, false, app, "the application to start" },
    TEXTS("windows", false, "titles, or parts of them, of its windows"),
    BOOL("clipboard", "it may use PRIMARY and CLIPBOARD"),
    TEXTS("http", false, "hosts (host or host:port) it may call"),
    { "secrets", RPA_SCHEMA_NAMED, false, secret, "secrets, each bound" },
    { "navigation", RPA_SCHEMA_MAPS, false, navigation,
      "what is no commit act" },
    TEXT("map", false, "the screen map, a file under bots/ without .lua"),
    SET("set", "settings and their defaults"),
    TEXT("doc", false, "what the bot does"),
    END,
};

static const struct rpa_schema field[] = {
    TEXT("label", true, "label on the screen, without leaders"),
    INT("width", true, "characters a line of it holds"),
    INT("lines", false, "continuation lines (1)"),
    BOOL("hidden", "what is typed does not show"),
    BOOL("upper", "the target upper-cases it when it files"),
    BOOL("required", "the target wants it filled"),
    END,
};

static const struct rpa_schema screen[] = {
    TEXT("title", true, "its title"),
    INT("row", false, "where the title stands (1)"),
    INT("col", false, "and in which column (anywhere in the row)"),
    { "fields", RPA_SCHEMA_MAPS, false, field, "its fields" },
    BOOL("pending", "while it is shown nothing is filed yet"),
    END,
};

static const struct rpa_schema at[] = {
    INT("row", true, "from 1"),
    INT("col", true, "from 1"),
    END,
};

const struct rpa_schema rpa_schema_map[] = {
    TEXT("repertoire", false, "code page of the target, such as cp1146"),
    SET("folds", "reviewed folds: character = text"),
    SET("keys", "clear = chord that empties a field, advance = \"Tab\""),
    { "mode_at", RPA_SCHEMA_MAP, false, at, "where screens show the mode" },
    { "screens", RPA_SCHEMA_MAPS, false, screen, "the screens" },
    END,
};

static const struct rpa_schema target[] = {
    TEXT("mode", false, "LIVE, TRNG or DEMO: what this system is"),
    END,
};

const struct rpa_schema rpa_schema_conf[] = {
    BOOL("purpose_required", "refuse a run without a purpose"),
    { "targets", RPA_SCHEMA_NAMED, false, target, "the systems" },
    END,
};

struct check {
    struct rpa_buf bad;
    int n;
};

static void fault(struct check *c, const char *path, const char *what)
{
    rpa_buf_printf(&c->bad, "; %s %s", path, what);
    c->n++;
}

static bool is_text(const cbor_item_t *v)
{
    size_t len;
    return rpa_cbor_text(v, &len) != NULL;
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

static void check_texts(struct check *c, const char *path,
                        const cbor_item_t *value)
{
    size_t n;
    cbor_item_t **items = rpa_cbor_elements(value, &n);
    if (!is_list(value))
        fault(c, path, "wants a list of texts");
    for (size_t i = 0; i < n; i++)
        if (!is_text(items[i]))
            fault(c, path, "wants texts only");
}

static void check_set(struct check *c, const char *path,
                      const cbor_item_t *value)
{
    size_t n;
    int64_t number;
    struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
    if (!is_map(value))
        fault(c, path, "wants a table of name = text");
    for (size_t i = 0; i < n; i++)
        if (!is_text(pairs[i].value) &&
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
    int64_t number;
    bool flag;
    switch (row->type) {
    case RPA_SCHEMA_TEXT:
        if (!is_text(value))
            fault(c, path, "wants a text");
        break;
    case RPA_SCHEMA_INT:
        if (!rpa_cbor_get_int(value, &number))
            fault(c, path, "wants a whole number");
        break;
    case RPA_SCHEMA_BOOL:
        if (!rpa_cbor_get_bool(value, &flag))
            fault(c, path, "wants true or false");
        break;
    case RPA_SCHEMA_TEXTS:
        check_texts(c, path, value);
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
        if (row)
            check_one(c, row, one, pairs[i].value);
        else
            fault(c, one, "is not known");
    }
    for (; rows->name; rows++) {
        snprintf(one, sizeof one, "%s%s%s", path, *path ? "." : "",
                 rows->name);
        if (rows->required && !rpa_msg_get(value, rows->name))
            fault(c, one, "is missing");
    }
}

int rpa_schema_check(const struct rpa_schema *rows, const char *name,
                     const cbor_item_t *value, struct rpa_err *err)
{
    struct check c = { 0 };
    int r = 0;
    check_map(&c, rows, "", value);
    if (c.bad.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    else if (c.n) {
        rpa_fail(err, RPA_EINVAL, "%d fault%s in the file", c.n,
                 c.n == 1 ? "" : "s");
        rpa_err_seen(err, "%s", c.bad.data + 2);
        r = rpa_err_place(err, name);
    }
    rpa_buf_clear(&c.bad);
    return r;
}
