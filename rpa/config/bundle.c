#include "rpa/config/bundle.h"
#include "rpa/base/utf8.h"
#include "rpa/config/bots.h"
#include "rpa/config/eval.h"
#include "rpa/config/file.h"
#include "rpa/config/gated.h"
#include "rpa/config/overlay.h"
#include "rpa/config/schema.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOURCE_MAX (8 << 20) /* bytes; a learned font is the longest */
#define MODULES_MAX 64

/* a data file: read, evaluated, checked */
static int take_data(const char *path, const struct rpa_schema *schema,
                     cbor_item_t **ret, struct rpa_err *err)
{
    int r = rpa_eval_file(path, ret, err);
    return r < 0 ? r : rpa_schema_check(schema, path, *ret, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_module(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && !strcmp(name + len - 4, ".lua") &&
           strcmp(name, "main.lua") != 0 && strcmp(name, "bot.lua") != 0;
}

/* every .lua of the folder but main and the manifest, sorted */
static int list_modules(const char *folder, char *names[MODULES_MAX],
                        size_t *ret_n, struct rpa_err *err)
{
    size_t n = 0;
    int r = 0;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    while (dir && r == 0 && (entry = readdir(dir))) {
        if (!is_module(entry->d_name))
            continue;
        if (n == MODULES_MAX)
            r = rpa_fail(err, RPA_EINVAL, "%s has more than %d modules",
                         folder, MODULES_MAX);
        else if ((names[n] = strdup(entry->d_name)))
            n++;
        else
            r = rpa_fail(err, RPA_ENOMEM, "no memory");
    }
    if (dir)
        closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    *ret_n = n;
    return r;
}

static int take_modules(const char *folder, cbor_item_t *modules,
                        struct rpa_err *err)
{
    char *names[MODULES_MAX], path[PATH_MAX];
    size_t n = 0;
    int r = list_modules(folder, names, &n, err);
    for (size_t i = 0; i < n; i++) {
        char *text = NULL;
        size_t len;
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (r == 0)
            r = rpa_read_text(path, SOURCE_MAX, &text, &len, err);
        if (r == 0) {
            cbor_item_t *one = rpa_cbor_map();
            bool whole = rpa_msg_put_str(one, "name", path) &&
                         rpa_msg_put_strn(one, "source", text, len);
            names[i][strlen(names[i]) - 4] = '\0';
            if (!rpa_msg_put_item(modules, names[i], one) || !whole)
                r = rpa_fail(err, RPA_ENOMEM, "no memory for %s", path);
        }
        free(text);
        free(names[i]);
    }
    return r;
}

/* ---- settings ---- */

static int no_setting(const struct rpa_bundle *b, const char *key,
                      struct rpa_err *err)
{
    size_t n, len;
    char bot[sizeof b->name];
    struct rpa_buf names = { 0 };
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(b->written, "set"),
                                             &n);
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        rpa_buf_printf(&names, "%s%.*s", i ? ", " : "", (int)len, name);
    }
    rpa_msg_copy(b->written, "name", bot, sizeof bot);
    rpa_fail(err, RPA_EINVAL, "%s has no setting '%s'", bot, key);
    rpa_err_hint(err, "its settings are: %s", names.data ? names.data : "none");
    rpa_buf_clear(&names);
    return -RPA_EINVAL;
}

static int merge_settings(struct rpa_bundle *b, const struct rpa_setting *set,
                          size_t nset, bool any, struct rpa_err *err)
{
    bool fine = true;
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(b->written, "set"),
                                             &n);
    for (size_t i = 0; i < nset; i++) {
        if (!any && !rpa_msg_get(rpa_msg_get(b->written, "set"), set[i].key))
            return no_setting(b, set[i].key, err);
        if (!rpa_msg_get(b->set, set[i].key))
            fine = rpa_msg_put_str(b->set, set[i].key, set[i].value) && fine;
    }
    for (size_t i = 0; i < n; i++) {
        size_t len;
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)len, key);
        if (!rpa_msg_get(b->set, name))
            fine = rpa_cbor_put(b->set, key, len, cbor_incref(pairs[i].value)) &&
                   fine;
    }
    return fine ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for the settings");
}

/* "${key}" in @text by its setting, as long as there is @room */
static cbor_item_t *fill_text(const struct rpa_bundle *b, const char *text,
                              size_t len, size_t *room, struct rpa_err *err)
{
    struct rpa_buf out = { 0 };
    for (size_t i = 0; i < len;) {
        char key[64];
        size_t reach = len - i < sizeof key + 2 ? len - i : sizeof key + 2;
        const char *end = reach > 2 && text[i] == '$' && text[i + 1] == '{'
                              ? memchr(text + i, '}', reach)
                              : NULL;
        if (!end) {
            rpa_buf_putc(&out, text[i++]);
            continue;
        }
        size_t value_len = 0;
        int64_t number;
        snprintf(key, sizeof key, "%.*s", (int)(end - text - (long)i - 2),
                 text + i + 2);
        const char *value = rpa_msg_str(b->set, key, &value_len);
        if (value && value_len > *room) {
            rpa_fail(err, RPA_EINVAL, "the manifest is over %d MiB with its "
                                      "settings",
                     SOURCE_MAX >> 20);
            rpa_buf_clear(&out);
            return NULL;
        }
        *room -= value ? value_len : 0;
        if (value)
            rpa_buf_add(&out, value, value_len);
        else if (rpa_msg_int(b->set, key, &number))
            rpa_buf_printf(&out, "%lld", (long long)number);
        else {
            rpa_fail(err, RPA_EINVAL, "the manifest uses ${%s}, which is no "
                                      "setting",
                     key);
            rpa_err_hint(err, "give --set %s=…, or a default in set", key);
            rpa_buf_clear(&out);
            return NULL;
        }
        i = (size_t)(end - text) + 1;
    }
    const char *filled = out.len ? out.data : "";
    cbor_item_t *item = out.failed ? NULL : rpa_cbor_strn(filled, out.len);
    rpa_buf_clear(&out);
    return item;
}

/* a copy of @value with the settings put into its texts */
static cbor_item_t *fill(const struct rpa_bundle *b, const cbor_item_t *value,
                         size_t *room, struct rpa_err *err)
{
    size_t n, len;
    const char *text = rpa_cbor_text(value, &len);
    if (text)
        return fill_text(b, text, len, room, err);
    if (cbor_isa_array(value)) {
        cbor_item_t *list = rpa_cbor_array(), **items = rpa_cbor_elements(
                                                  value, &n);
        for (size_t i = 0; i < n && list; i++)
            if (!rpa_cbor_push(list, fill(b, items[i], room, err)))
                rpa_msg_free(&list);
        return list;
    }
    if (cbor_isa_map(value)) {
        cbor_item_t *map = rpa_cbor_map();
        struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
        for (size_t i = 0; i < n && map; i++) {
            text = rpa_cbor_text(pairs[i].key, &len);
            if (!rpa_cbor_put(map, text, len, fill(b, pairs[i].value, room, err)))
                rpa_msg_free(&map);
        }
        return map;
    }
    return cbor_incref((cbor_item_t *)value);
}

int rpa_bundle_finish(struct rpa_bundle *b, struct rpa_err *err)
{
    *err = (struct rpa_err){ 0 };
    if (!rpa_msg_copy(b->written, "name", b->name, sizeof b->name))
        return rpa_fail(err, RPA_EINVAL, "a bot's name is a text of at most "
                                         "%zu bytes",
                        sizeof b->name - 1);
    int r = rpa_bundle_hash(b, err);
    if (r < 0)
        return r;
    size_t room = SOURCE_MAX;
    b->manifest = fill(b, b->written, &room, err);
    if (b->manifest)
        return gated_check(b->manifest, b->map, err);
    return err->code ? -(int)err->code
                     : rpa_fail(err, RPA_ENOMEM, "no memory");
}

/* ---- the two ways to a bundle ---- */

static bool find_folder(const char *bot, char *folder, size_t size,
                        char root[PATH_MAX])
{
    char path[PATH_MAX + 16];
    if (!strchr(bot, '/')) {
        snprintf(path, sizeof path, "%.200s/main.lua", bot);
        bool found = rpa_bots_find(path, root);
        snprintf(folder, size, "%.3800s/%.200s", root, bot);
        return found;
    }
    snprintf(folder, size, "%s", bot);
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        folder[--len] = '\0';
    snprintf(root, PATH_MAX, "%s/..", folder);
    snprintf(path, sizeof path, "%s/main.lua", folder);
    return access(path, R_OK) == 0;
}

/* The learned font the map names; a name without a file is the X server's. */
static int take_font(struct rpa_bundle *b, const char *root,
                     struct rpa_err *err)
{
    char path[PATH_MAX + 160], name[128];
    if (!b->map || !rpa_msg_copy(b->map, "font", name, sizeof name) ||
        strchr(name, '/'))
        return 0;
    snprintf(path, sizeof path, "%s/common/fonts/%s.font", root, name);
    return access(path, F_OK) < 0
               ? 0
               : rpa_read_file(path, SOURCE_MAX, &b->font, &b->font_len, err);
}

/* @over, read from @path, on its base, which is below @root too */
static int take_overlay(struct rpa_bundle *b, const char *root,
                        const char *path, const cbor_item_t *over,
                        struct rpa_err *err)
{
    char base[PATH_MAX + 140], name[128];
    cbor_item_t *below = NULL, *written = NULL;
    int r = rpa_schema_check(rpa_schema_overlay, path, over, err);
    if (r < 0)
        return r;
    if (!rpa_msg_copy(over, "base", name, sizeof name) || name[0] == '/' ||
        strstr(name, ".."))
        return rpa_fail(err, RPA_EINVAL, "%s: base leaves bots/", path);
    snprintf(base, sizeof base, "%s/%s.lua", root, name);
    r = take_data(base, rpa_schema_map, &below, err);
    if (r == 0) {
        r = rpa_overlay_merge(below, over, &b->map, err);
        r = r < 0 ? rpa_err_context(err, "%s", path)
                  : rpa_schema_check(rpa_schema_map, path, b->map, err);
    }
    if (r == 0)
        r = rpa_overlay_manifest(b->written, over, b->map, &written, err);
    if (written) {
        rpa_msg_free(&b->written);
        b->written = written;
    }
    rpa_msg_free(&below);
    return r;
}

/* A map, whole or of another one, and its font. */
static int take_map(struct rpa_bundle *b, const char *root, const char *path,
                    struct rpa_err *err)
{
    cbor_item_t *map = NULL;
    int r = rpa_eval_file(path, &map, err);
    if (r == 0 && rpa_msg_get(map, "base")) {
        r = take_overlay(b, root, path, map, err);
    } else if (r == 0) {
        r = rpa_schema_check(rpa_schema_map, path, map, err);
        b->map = cbor_incref(map);
    }
    rpa_msg_free(&map);
    return r < 0 ? r : take_font(b, root, err);
}

/* the map of a chunk: a file, or one of bots/ as a manifest names it */
static int take_chunk_map(struct rpa_bundle *b, const char *map,
                          struct rpa_err *err)
{
    char root[PATH_MAX], path[PATH_MAX + 140], name[140];
    size_t len = strlen(map);
    if (len > 4 && !strcmp(map + len - 4, ".lua")) { /* beside fonts/, where
                                                        maps are */
        const char *slash = strrchr(map, '/');
        snprintf(path, sizeof path, "%.4000s", map);
        snprintf(root, sizeof root, "%.*s/..", slash ? (int)(slash - map) : 1,
                 slash ? map : ".");
        return take_map(b, root, path, err);
    }
    snprintf(name, sizeof name, "%.128s.lua", map);
    if (!rpa_bots_find(name, root)) {
        rpa_fail(err, RPA_EINVAL, "there is no screen map '%s'", map);
        return rpa_bots_hint(err, "a map is a file that ends in .lua, or a name "
                                  "such as common/crime_recording");
    }
    snprintf(path, sizeof path, "%s/%s", root, name);
    return take_map(b, root, path, err);
}

/* the map that the manifest names, with its settings in the name */
static int take_named_map(struct rpa_bundle *b, const char *root,
                          struct rpa_err *err)
{
    char path[PATH_MAX + 140], map[128] = "";
    size_t len = 0, room = sizeof map - 1;
    const char *written = rpa_msg_str(b->written, "map", &len);
    *err = (struct rpa_err){ 0 };
    if (!written)
        return 0;
    cbor_item_t *name = fill_text(b, written, len, &room, err);
    if (!name)
        return err->code ? -(int)err->code
                         : rpa_fail(err, RPA_ENOMEM, "no memory for a map");
    const char *text = rpa_cbor_text(name, &len);
    if (len < sizeof map)
        memcpy(map, text, len);
    rpa_msg_free(&name);
    snprintf(path, sizeof path, "%s/%s.lua", root, map);
    if (!map[0] || map[0] == '/' || strstr(map, ".."))
        return rpa_fail(err, RPA_EINVAL, "map: '%s' leaves bots/", map);
    return take_map(b, root, path, err);
}

static int take_chunk(struct rpa_bundle *b, const char *chunk, struct rpa_err *err)
{
    b->source = strdup(chunk);
    b->source_len = strlen(chunk);
    return b->source ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a chunk");
}

static int load(struct rpa_bundle *b, const char *folder, const char *root,
                const char *chunk, const struct rpa_setting *set,
                size_t nset, struct rpa_err *err)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/bot.lua", folder);
    int r = take_data(path, rpa_schema_manifest, &b->written, err);
    if (r == 0)
        r = merge_settings(b, set, nset, false, err);
    if (r == 0)
        r = take_named_map(b, root, err);
    snprintf(path, sizeof path, "%s/main.lua", folder);
    rpa_str_copy(b->file, sizeof b->file, chunk ? "chunk" : path);
    if (r == 0 && chunk)
        r = take_chunk(b, chunk, err);
    else if (r == 0)
        r = rpa_read_text(path, SOURCE_MAX, &b->source, &b->source_len, err);
    if (r == 0)
        r = take_modules(folder, b->modules, err);
    return r;
}

static int start(struct rpa_bundle *b, struct rpa_err *err)
{
    *b = (struct rpa_bundle){ .modules = rpa_cbor_map(),
                              .set = rpa_cbor_map() };
    return b->modules && b->set ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory");
}

/* the end of each: *@ret, or nothing when @r or what is left to do fails */
static int hand_over(int r, struct rpa_bundle *b, struct rpa_bundle *ret,
                     struct rpa_err *err)
{
    if (r == 0)
        r = rpa_bundle_finish(b, err);
    if (r == 0)
        *ret = *b;
    else
        rpa_bundle_clear(b);
    return r;
}

int rpa_bundle_load(const char *bot, const char *chunk,
                    const struct rpa_setting *set, size_t nset,
                    struct rpa_bundle *ret, struct rpa_err *err)
{
    char folder[PATH_MAX], root[PATH_MAX];
    struct rpa_bundle b;
    if (!find_folder(bot, folder, sizeof folder, root)) {
        rpa_fail(err, RPA_EINVAL, "there is no bot '%s'", bot);
        return rpa_bots_hint(err, "a bot is a folder with main.lua and bot.lua");
    }
    int r = start(&b, err);
    if (r == 0)
        r = load(&b, folder, root, chunk, set, nset, err);
    return hand_over(r, &b, ret, err);
}

/* the manifest of a chunk; NULL: no memory */
static cbor_item_t *chunk_manifest(const char *name, const char *target,
                                   const struct rpa_setting *allow,
                                   size_t nallow)
{
    cbor_item_t *manifest = rpa_cbor_map(), *windows = rpa_cbor_array(),
                *hosts = rpa_cbor_array(), *files = rpa_cbor_map(),
                *output = rpa_cbor_map();
    bool clipboard = false, fine = true;
    for (size_t i = 0; i < nallow; i++)
        if (!strcmp(allow[i].key, "clipboard"))
            clipboard = true;
        else if (!strcmp(allow[i].key, "output"))
            fine = rpa_msg_put_str(output, allow[i].value, allow[i].value) && fine;
        else
            fine = rpa_cbor_push(
                       strcmp(allow[i].key, "window") ? hosts : windows,
                       rpa_cbor_strn(allow[i].value, strlen(allow[i].value))) &&
                   fine;
    fine = rpa_msg_put_item(manifest, "windows", windows) && fine;
    fine = rpa_msg_put_item(manifest, "http", hosts) && fine;
    fine = rpa_msg_put_item(files, "output", output) && fine;
    fine = rpa_msg_put_item(manifest, "files", files) && fine;
    fine = fine && rpa_msg_put_str(manifest, "name", name) &&
           rpa_msg_put_bool(manifest, "clipboard", clipboard) &&
           (!target || rpa_msg_put_str(manifest, "target", target));
    if (!fine)
        rpa_msg_free(&manifest);
    return manifest;
}

int rpa_bundle_chunk(const char *name, const char *chunk, const char *target,
                     const char *map,
                     const struct rpa_setting *allow, size_t nallow,
                     const struct rpa_setting *set, size_t nset,
                     struct rpa_bundle *ret, struct rpa_err *err)
{
    struct rpa_bundle b;
    int r = start(&b, err);
    if (r == 0) {
        b.written = chunk_manifest(name, target, allow, nallow);
        r = b.written ? take_chunk(&b, chunk, err)
                      : rpa_fail(err, RPA_ENOMEM, "no memory for a chunk");
    }
    rpa_str_copy(b.file, sizeof b.file, name);
    if (r == 0)
        r = merge_settings(&b, set, nset, true, err);
    if (r == 0 && map)
        r = take_chunk_map(&b, map, err);
    return hand_over(r, &b, ret, err);
}

void rpa_bundle_clear(struct rpa_bundle *b)
{
    free(b->source);
    free(b->font);
    rpa_msg_free(&b->modules);
    rpa_msg_free(&b->written);
    rpa_msg_free(&b->manifest);
    rpa_msg_free(&b->map);
    rpa_msg_free(&b->set);
    *b = (struct rpa_bundle){ 0 };
}
