/* A screen map made of another one and of what a force has otherwise. */
#include "rpa/config/overlay.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* what an overlay says to this end, and no map has */
static const char *const ours[] = { "base",   "fields",  "gone",
                                    "labels", "screens", NULL };
static const char *const of_screen[] = { "name", "order", "fields", "navigation",
                                         NULL };
/* of a screen by another title, which stands elsewhere, and does not say where */
static const char *const of_titled[] = { "name",       "order", "fields",
                                         "navigation", "col",   NULL };
static const char *const nothing[] = { NULL };

static bool is_one_of(const cbor_item_t *key, const char *const *names)
{
    size_t len = 0;
    const char *text = rpa_cbor_text(key, &len);
    while (*names && (strlen(*names) != len || memcmp(*names, text, len) != 0))
        names++;
    return *names != NULL;
}

static bool has(const cbor_item_t *map, const cbor_item_t *key)
{
    size_t n, len = 0, other_len = 0;
    const char *text = rpa_cbor_text(key, &len);
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; i < n; i++) {
        const char *other = rpa_cbor_text(pairs[i].key, &other_len);
        if (len == other_len && !memcmp(text, other, len))
            return true;
    }
    return false;
}

/* what @from has that @over has not, and not @left_out, into @to */
static bool add(cbor_item_t *to, const cbor_item_t *from,
                const cbor_item_t *over, const char *const *left_out)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(from, &n);
    bool fine = true;
    for (size_t i = 0; fine && i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        if (!is_one_of(pairs[i].key, left_out) && !has(over, pairs[i].key))
            fine = rpa_cbor_put(to, key, len, cbor_incref(pairs[i].value));
    }
    return fine;
}

/* @base with @over on top; either may be NULL. NULL: no memory */
static cbor_item_t *on_top(const cbor_item_t *base, const cbor_item_t *over,
                           const char *const *left_out)
{
    cbor_item_t *map = rpa_cbor_map();
    if (!add(map, base, over, left_out) || !add(map, over, NULL, left_out))
        rpa_msg_free(&map);
    return map;
}

/* the text of @map by which it is found: the first of the two that it has */
static bool is_called(const cbor_item_t *map, const char *key,
                      const char *other, const char *name)
{
    return rpa_msg_get(map, key) ? rpa_msg_is(map, key, name)
                                 : other && rpa_msg_is(map, other, name);
}

/* in the list @key of @map: who is called @name */
static cbor_item_t *find(const cbor_item_t *map, const char *key,
                         const char *by, const char *or_by, const char *name)
{
    size_t n;
    cbor_item_t **list = rpa_msg_array(map, key, &n);
    for (size_t i = 0; i < n; i++)
        if (is_called(list[i], by, or_by, name))
            return list[i];
    return NULL;
}

static cbor_item_t *find_screen(const cbor_item_t *map, const char *name)
{
    return find(map, "screens", "name", "title", name);
}

/* a field by its label, on whatever screen of @map */
static cbor_item_t *find_field(const cbor_item_t *map, const char *label)
{
    size_t n;
    cbor_item_t **screens = rpa_msg_array(map, "screens", &n), *field = NULL;
    for (size_t i = 0; !field && i < n; i++)
        field = find(screens[i], "fields", "label", NULL, label);
    return field;
}

/* ---- merging ---- */

struct merge {
    const cbor_item_t *base, *over;
    struct rpa_err *err;
};

static int no_memory(struct rpa_err *err)
{
    return rpa_fail(err, RPA_ENOMEM, "no memory for a screen map");
}

/* the name of @item, or the text that it is, into @out */
static bool name_of(const cbor_item_t *item, const char *by, const char *or_by,
                    char *out, size_t size)
{
    size_t len = 0;
    const char *text = rpa_cbor_text(item, &len);
    if (text && len < size) {
        memcpy(out, text, len);
        out[len] = '\0';
        return true;
    }
    return rpa_msg_copy(item, by, out, size) ||
           (or_by && rpa_msg_copy(item, or_by, out, size));
}

/* what both files say of the field that is called @label; NULL: no memory */
static cbor_item_t *merge_field(const struct merge *m, const char *label,
                                const cbor_item_t *base, const cbor_item_t *over)
{
    cbor_item_t *text = rpa_msg_get(rpa_msg_get(m->over, "labels"), label);
    cbor_item_t *field = on_top(base, over, nothing), *named = NULL;
    if (!field || !text)
        return field;
    cbor_item_t *name = rpa_cbor_map();
    if (rpa_msg_put_item(name, "text", cbor_incref(text)))
        named = on_top(field, name, nothing);
    rpa_msg_free(&name);
    rpa_msg_free(&field);
    return named;
}

/* Onto @fields: what both files say of each of @labels, which are texts, or the
 * fields of the base. */
static int merge_fields(const struct merge *m, cbor_item_t **labels, size_t n,
                        cbor_item_t *fields)
{
    char label[128];
    for (size_t i = 0; i < n; i++) {
        if (!name_of(labels[i], "label", NULL, label, sizeof label))
            return rpa_fail(m->err, RPA_EINVAL, "a label of over %zu bytes",
                            sizeof label - 1);
        cbor_item_t *base = cbor_isa_map(labels[i]) ? labels[i]
                                                    : find_field(m->base, label);
        cbor_item_t *over = find(m->over, "fields", "label", NULL, label);
        if (!base && !over)
            return rpa_fail(m->err, RPA_EINVAL,
                            "order: no field is called '%s'", label);
        if (!rpa_cbor_push(fields, merge_field(m, label, base, over)))
            return no_memory(m->err);
    }
    return 0;
}

/* One screen onto @screens; @base or @over may be NULL. */
static int merge_screen(const struct merge *m, const char *name,
                        const cbor_item_t *base, const cbor_item_t *over,
                        cbor_item_t *screens)
{
    size_t n, norder;
    bool elsewhere = rpa_msg_get(over, "title") && !rpa_msg_get(over, "col");
    cbor_item_t *screen = on_top(base, over, elsewhere ? of_titled : of_screen);
    cbor_item_t *fields = rpa_cbor_array();
    cbor_item_t **own = rpa_msg_array(base ? base : over, "fields", &n);
    cbor_item_t **order = rpa_msg_array(over, "order", &norder);
    int r = order ? merge_fields(m, order, norder, fields)
                  : merge_fields(m, own, n, fields);
    if (r == 0 && !rpa_msg_is(screen, "title", name) &&
        !rpa_msg_put_str(screen, "name", name))
        r = no_memory(m->err);
    bool any = own || order;
    if (r == 0 && any && !rpa_msg_put_item(screen, "fields", cbor_incref(fields)))
        r = no_memory(m->err);
    if (r == 0 && !rpa_cbor_push(screens, cbor_incref(screen)))
        r = no_memory(m->err);
    rpa_msg_free(&screen);
    rpa_msg_free(&fields);
    return r;
}

static bool is_gone(const cbor_item_t *over, const char *name)
{
    size_t n, len;
    cbor_item_t **gone = rpa_msg_array(over, "gone", &n);
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(gone[i], &len);
        if (len == strlen(name) && !memcmp(text, name, len))
            return true;
    }
    return false;
}

/* the screens of @from: those of the base, then what the overlay adds */
static int merge_screens(const struct merge *m, const cbor_item_t *from,
                         cbor_item_t *screens)
{
    size_t n;
    cbor_item_t **list = rpa_msg_array(from, "screens", &n);
    char name[128];
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (!name_of(list[i], "name", "title", name, sizeof name))
            return rpa_fail(m->err, RPA_EINVAL, "screens[%zu] has no name",
                            i + 1);
        const cbor_item_t *base = find_screen(m->base, name);
        if (from == m->base ? !is_gone(m->over, name) : !base)
            r = merge_screen(m, name, base, find_screen(m->over, name), screens);
    }
    return r;
}

/* What the overlay names must be there: a slip of the pen changes nothing, and
 * nobody would know. */
static int check_names(const struct merge *m, const cbor_item_t *map)
{
    char name[128];
    size_t n;
    cbor_item_t **list = rpa_msg_array(m->over, "gone", &n);
    for (size_t i = 0; i < n; i++)
        if (!name_of(list[i], "", NULL, name, sizeof name) ||
            !find_screen(m->base, name))
            return rpa_fail(m->err, RPA_EINVAL,
                            "gone: the base has no screen '%s'", name);
    list = rpa_msg_array(m->over, "fields", &n);
    for (size_t i = 0; i < n; i++)
        if (!name_of(list[i], "label", NULL, name, sizeof name) ||
            !find_field(map, name))
            return rpa_fail(m->err, RPA_EINVAL,
                            "fields: '%s' stands on no screen", name);
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(m->over, "labels"), &n);
    for (size_t i = 0; i < n; i++)
        if (!name_of(pairs[i].key, "", NULL, name, sizeof name) ||
            !find_field(map, name))
            return rpa_fail(m->err, RPA_EINVAL,
                            "labels: '%s' stands on no screen", name);
    return 0;
}

int rpa_overlay_merge(const cbor_item_t *base, const cbor_item_t *over,
                      cbor_item_t **ret_map, struct rpa_err *err)
{
    struct merge m = { base, over, err };
    cbor_item_t *map = rpa_cbor_map(), *screens = rpa_cbor_array();
    bool fine = add(map, base, over, ours) && add(map, over, NULL, ours);
    int r = fine ? merge_screens(&m, base, screens) : no_memory(err);
    if (r == 0)
        r = merge_screens(&m, over, screens);
    if (r == 0 && !rpa_msg_put_item(map, "screens", cbor_incref(screens)))
        r = no_memory(err);
    if (r == 0)
        r = check_names(&m, map);
    rpa_msg_free(&screens);
    if (r == 0)
        *ret_map = map;
    else
        rpa_msg_free(&map);
    return r;
}

/* Which key files a record on @screen, if the map of an overlay has it as the last of
 * them: there it is no navigation, whatever it was in another order of screens. */
static bool files_by(const cbor_item_t *map, const char *screen, char *key, size_t size)
{
    char last[128];
    size_t n;
    cbor_item_t **record = rpa_msg_array(map, "record", &n);
    if (!n || !name_of(record[n - 1], "", NULL, last, sizeof last) ||
        strcmp(last, screen) != 0)
        return false;
    if (!rpa_msg_copy(find_screen(map, screen), "go_on", key, size))
        snprintf(key, size, "Enter");
    return true;
}

static bool is_enter(const char *key)
{
    return !strcasecmp(key, "Enter") || !strcasecmp(key, "Return") ||
           !strcasecmp(key, "KP_Enter");
}

/* a manifest's rule onto @rules, without the key that files records by @map */
static bool push_written(cbor_item_t *rules, cbor_item_t *rule, const cbor_item_t *map)
{
    static const char *const keys_of[] = { "keys", NULL };
    char screen[128], files[32], key[32];
    size_t n;
    cbor_item_t **keys = rpa_msg_array(rule, "keys", &n);
    if (!keys || !rpa_msg_copy(rule, "screen", screen, sizeof screen) ||
        !files_by(map, screen, files, sizeof files))
        return rpa_cbor_push(rules, cbor_incref(rule));
    cbor_item_t *left = rpa_cbor_array(), *copy = on_top(rule, NULL, keys_of);
    for (size_t i = 0; i < n; i++)
        if (!name_of(keys[i], "", NULL, key, sizeof key) ||
            (strcasecmp(key, files) && !(is_enter(key) && is_enter(files))))
            rpa_cbor_push(left, cbor_incref(keys[i]));
    rpa_msg_put_item(copy, "keys", left);
    return rpa_cbor_push(rules, copy);
}

/* the keys that are navigation on a screen of an overlay, if it names any, as a
 * manifest says it */
static bool push_rule(cbor_item_t *rules, const cbor_item_t *screen)
{
    cbor_item_t *keys = rpa_msg_get(screen, "navigation");
    char name[128];
    if (!keys || !name_of(screen, "name", "title", name, sizeof name))
        return true;
    cbor_item_t *rule = rpa_cbor_map();
    bool fine = rpa_msg_put_str(rule, "screen", name) &&
                rpa_msg_put_item(rule, "keys", cbor_incref(keys)) &&
                rpa_cbor_push(rules, cbor_incref(rule));
    rpa_msg_free(&rule);
    return fine;
}

int rpa_overlay_manifest(const cbor_item_t *written, const cbor_item_t *over,
                         const cbor_item_t *map, cbor_item_t **ret, struct rpa_err *err)
{
    static const char *const replaced[] = { "navigation", NULL };
    cbor_item_t *all = rpa_cbor_array();
    cbor_item_t *manifest = on_top(written, NULL, replaced);
    size_t n;
    cbor_item_t **rules = rpa_msg_array(written, "navigation", &n);
    bool fine = all != NULL;
    for (size_t i = 0; fine && i < n; i++)
        fine = push_written(all, rules[i], map);
    cbor_item_t **screens = rpa_msg_array(over, "screens", &n);
    for (size_t i = 0; fine && i < n; i++)
        fine = push_rule(all, screens[i]);
    if (fine && (!cbor_array_size(all) ||
                 rpa_msg_put_item(manifest, "navigation", cbor_incref(all))))
        *ret = manifest;
    else
        rpa_msg_free(&manifest);
    rpa_msg_free(&all);
    return manifest ? 0 : no_memory(err);
}
