#include "keymap.h"
#include "priv.h"

#include <X11/XKBlib.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon.h>

enum { CODES = 256 };

struct key {
    uint32_t cp;
    struct rpa_stroke stroke;
};

struct rpa_keymap {
    enum rpa_keymap_mode mode;
    uint8_t min, max; /* the server's keycodes */
    unsigned per;     /* keysyms a key */
    uint32_t *syms;   /* (max - min + 1) * per, as the server has them */
    struct key *keys; /* the characters */
    size_t n;
    uint8_t spare[CODES]; /* keys without a meaning, private map only */
    size_t spares;
};

/* in order of how much they would be missed */
static const struct {
    uint32_t from, to;
} usual[] = {
    { 0x20, 0x7e },                         /* ASCII */
    { 0xa3, 0xa3 },     { 0x20ac, 0x20ac }, /* £ € */
    { 0x2018, 0x2019 }, { 0x201c, 0x201d }, /* ‘ ’ “ ” */
    { 0x2013, 0x2014 }, { 0x2026, 0x2026 }, /* – — … */
    { 0x2022, 0x2022 },                     /* • */
    { 0x174, 0x178 },                       /* Ŵ ŵ Ŷ ŷ Ÿ */
    { 0x1e80, 0x1e85 }, { 0x1ef2, 0x1ef3 }, /* Ẁ ẁ Ẃ ẃ Ẅ ẅ Ỳ ỳ */
    { 0xe0, 0xff },     { 0xc0, 0xdf },     /* Latin-1 letters, × ÷ */
};

/* keys kept for what no list foresees: Ł, Gaelic dotted letters, ª, § … */
enum { KEEP_FREE = 12 };

void rpa_keymap_free(struct rpa_keymap *map)
{
    if (!map)
        return;
    free(map->syms);
    free(map->keys);
    free(map);
}

static uint32_t *row(const struct rpa_keymap *map, unsigned code)
{
    return map->syms + (code - map->min) * map->per;
}

/* the keysym that every toolkit turns back into @cp */
static uint32_t keysym_of(uint32_t cp)
{
    if (cp == 0x20ac)
        return XK_EuroSign;
    bool latin1 = (cp >= 0x20 && cp <= 0x7e) || (cp >= 0xa0 && cp <= 0xff);
    return latin1 ? cp : 0x1000000 | cp;
}

static int read_map(struct rpa_display *d, struct rpa_keymap *map,
                    struct rpa_err *err)
{
    const xcb_setup_t *setup = xcb_get_setup(d->xcb);
    unsigned count = setup->max_keycode - setup->min_keycode + 1u;
    xcb_get_keyboard_mapping_reply_t *r = xcb_get_keyboard_mapping_reply(
        d->xcb,
        xcb_get_keyboard_mapping(d->xcb, setup->min_keycode, (uint8_t)count),
        NULL);
    if (!r)
        return rpa_fail(err, RPA_EDISPLAY,
                        "the display does not say its "
                        "keyboard map");
    size_t size = (size_t)count * r->keysyms_per_keycode * sizeof *map->syms;
    map->min = setup->min_keycode;
    map->max = setup->max_keycode;
    map->per = r->keysyms_per_keycode;
    free(map->syms);
    map->syms = malloc(size);
    if (map->syms)
        memcpy(map->syms, xcb_get_keyboard_mapping_keysyms(r), size);
    free(r);
    if (!map->syms || map->per < 2)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a keyboard map");
    return 0;
}

static int new_map(struct rpa_display *d, enum rpa_keymap_mode mode,
                   struct rpa_keymap **ret, struct rpa_err *err)
{
    struct rpa_keymap *map = calloc(1, sizeof *map);
    if (map)
        map->keys = calloc(CODES * 4, sizeof *map->keys);
    if (!map || !map->keys) {
        rpa_keymap_free(map);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a keyboard map");
    }
    map->mode = mode;
    int r = read_map(d, map, err);
    if (r < 0)
        rpa_keymap_free(map);
    else
        *ret = map;
    return r;
}

static const struct key *find(const struct rpa_keymap *map, uint32_t cp)
{
    for (size_t i = 0; map && i < map->n; i++)
        if (map->keys[i].cp == cp)
            return &map->keys[i];
    return NULL;
}

/* keep one key of each named keysym; every other key is free for a character */
static void find_spares(struct rpa_keymap *map)
{
    for (unsigned code = map->min; code <= map->max; code++) {
        uint32_t *syms = row(map, code);
        bool keep = rpa_chord_named(syms[0]);
        for (unsigned c = map->min; keep && c < code; c++)
            keep = row(map, c)[0] != syms[0];
        if (keep)
            continue;
        memset(syms, 0, map->per * sizeof *syms);
        map->spare[map->spares++] = (uint8_t)code;
    }
}

static void bind(struct rpa_keymap *map, uint32_t cp)
{
    uint8_t code = map->spare[--map->spares];
    row(map, code)[0] = row(map, code)[1] = keysym_of(cp);
    map->keys[map->n++] = (struct key){ cp, { code, 0 } };
}

static bool printable(uint32_t cp)
{
    return cp >= 0x20 && (cp < 0x7f || cp >= 0xa0) && cp <= 0x10ffff &&
           (cp < 0xd800 || cp > 0xdfff);
}

static void bind_first(struct rpa_keymap *map, uint32_t cp)
{
    if (printable(cp) && map->spares > KEEP_FREE && !find(map, cp))
        bind(map, cp);
}

/* Shift, Control, Alt and Super and nothing else, so no lock can be on */
static int write_modifiers(struct rpa_display *d, const struct rpa_keymap *map,
                           struct rpa_err *err)
{
    static const struct {
        uint32_t keysym;
        int row; /* of the modifier map: shift, lock, control, mod1… */
    } want[] = {
        { XK_Shift_L, 0 },   { XK_Shift_R, 0 }, { XK_Control_L, 2 },
        { XK_Control_R, 2 }, { XK_Alt_L, 3 },   { XK_Alt_R, 3 },
        { XK_Super_L, 6 },   { XK_Super_R, 6 },
    };
    xcb_keycode_t codes[8][2] = { { 0 } };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        for (unsigned c = map->min; c <= map->max; c++)
            if (row(map, c)[0] == want[i].keysym)
                codes[want[i].row][i % 2] = (xcb_keycode_t)c;
    xcb_set_modifier_mapping_reply_t *r = xcb_set_modifier_mapping_reply(
        d->xcb, xcb_set_modifier_mapping(d->xcb, 2, &codes[0][0]), NULL);
    int status = r ? r->status : -1;
    free(r);
    if (status != XCB_MAPPING_STATUS_SUCCESS)
        return rpa_fail(err, RPA_EDISPLAY,
                        "the display refuses a modifier map (%d)", status);
    return 0;
}

static int compare(struct rpa_display *d, struct rpa_err *err)
{
    struct rpa_keymap now = { 0 };
    const struct rpa_keymap *map = d->keymap;
    int r = read_map(d, &now, err);
    for (size_t i = 0; r == 0 && i < map->n; i++) {
        unsigned code = map->keys[i].stroke.code;
        /* the server may store two equal levels as one */
        uint32_t *want = row(map, code), *has = row(&now, code);
        bool second = has[1] == want[1] || (has[1] == 0 && want[1] == want[0]);
        if (has[0] != want[0] || !second)
            r = rpa_fail(err, RPA_EDISPLAY,
                         "the keyboard map of the display was changed by "
                         "another program (key %u)",
                         code);
    }
    free(now.syms);
    return r;
}

int rpa_keymap_verify(struct rpa_display *d, struct rpa_err *err)
{
    if (!d->map_changed)
        return 0;
    d->map_changed = false;
    int r = compare(d, err);
    if (r < 0)
        d->map_changed = true;
    return r;
}

/* write the keys from @first to @last and see that the server took them */
static int write_keys(struct rpa_display *d, unsigned first, unsigned last,
                      struct rpa_err *err)
{
    struct rpa_keymap *map = d->keymap;
    xcb_change_keyboard_mapping(d->xcb, (uint8_t)(last - first + 1),
                                (xcb_keycode_t)first, (uint8_t)map->per,
                                row(map, first));
    rpa_display_sync_errors(d);
    d->map_changed = false;
    return compare(d, err);
}

int rpa_keymap_install(struct rpa_display *d, const uint32_t *repertoire,
                       size_t n, struct rpa_err *err)
{
    struct rpa_keymap *map = NULL;
    int r = new_map(d, RPA_KEYMAP_PRIVATE, &map, err);
    if (r < 0)
        return r;
    find_spares(map);
    for (size_t i = 0; repertoire && i < n; i++)
        bind_first(map, repertoire[i]);
    for (size_t i = 0; !repertoire && i < sizeof usual / sizeof *usual; i++)
        for (uint32_t cp = usual[i].from; cp <= usual[i].to; cp++)
            bind_first(map, cp);
    rpa_keymap_free(d->keymap);
    d->keymap = map;

    r = rpa_keys_neutralise(d, err);
    if (r == 0)
        r = write_modifiers(d, map, err);
    if (r == 0)
        r = write_keys(d, map->min, map->max, err);
    if (r == 0) {
        uint32_t off = XCB_AUTO_REPEAT_MODE_OFF;
        xcb_change_keyboard_control(d->xcb, XCB_KB_AUTO_REPEAT_MODE, &off);
        rpa_display_sync_errors(d);
        r = rpa_display_check(d, err);
    }
    if (r < 0) {
        rpa_keymap_free(map);
        d->keymap = NULL;
    }
    return r;
}

/* columns of the core map: level 1, 2, (second group), 3, 4 */
static void learn_key(struct rpa_keymap *map, unsigned code, bool level3)
{
    static const struct {
        unsigned column, mods;
    } levels[] = { { 0, 0 },
                   { 1, RPA_MOD_SHIFT },
                   { 4, RPA_MOD_LEVEL3 },
                   { 5, RPA_MOD_LEVEL3 | RPA_MOD_SHIFT } };
    for (size_t i = 0; i < 4; i++) {
        if (levels[i].column >= map->per ||
            ((levels[i].mods & RPA_MOD_LEVEL3) && !level3))
            continue;
        uint32_t cp = xkb_keysym_to_utf32(row(map, code)[levels[i].column]);
        if (printable(cp) && !find(map, cp))
            map->keys[map->n++] =
                (struct key){ cp, { (uint8_t)code, (uint8_t)levels[i].mods } };
    }
}

static bool on_keypad(uint32_t keysym)
{
    return keysym >= XK_KP_Space && keysym <= XK_KP_9;
}

int rpa_keymap_adopt(struct rpa_display *d, struct rpa_err *err)
{
    struct rpa_keymap *map = NULL;
    int r = new_map(d, RPA_KEYMAP_LAYOUT, &map, err);
    if (r < 0)
        return r;
    rpa_keymap_free(d->keymap);
    d->keymap = map;
    d->map_changed = false;
    bool level3 = rpa_keymap_code(d, XK_ISO_Level3_Shift) != 0;
    for (unsigned code = map->min; code <= map->max; code++)
        if (!on_keypad(row(map, code)[0]) && !on_keypad(row(map, code)[1]))
            learn_key(map, code, level3);
    return 0;
}

enum rpa_keymap_mode rpa_keymap_mode(const struct rpa_display *d)
{
    return d->keymap ? d->keymap->mode : RPA_KEYMAP_LAYOUT;
}

bool rpa_keymap_has(const struct rpa_display *d, uint32_t cp)
{
    return find(d->keymap, cp) != NULL;
}

size_t rpa_keymap_room(const struct rpa_display *d)
{
    return d->keymap ? d->keymap->spares : 0;
}

/* how many of @cps need a key; a repeated one counts once */
static int count_new(const struct rpa_display *d, const uint32_t *cps, size_t n,
                     size_t *ret, struct rpa_err *err)
{
    for (size_t i = 0; i < n; i++) {
        bool old = rpa_keymap_has(d, cps[i]);
        for (size_t k = 0; !old && k < i; k++)
            old = cps[k] == cps[i];
        if (old)
            continue;
        if (!printable(cps[i]))
            return rpa_fail(err, RPA_EREPERTOIRE,
                            "U+%04X is no character that can be typed", cps[i]);
        if (!d->keymap || d->keymap->mode == RPA_KEYMAP_LAYOUT)
            return rpa_fail(err, RPA_EREPERTOIRE,
                            "the keyboard layout has no key for U+%04X",
                            cps[i]);
        ++*ret;
    }
    return 0;
}

int rpa_keymap_add(struct rpa_display *d, const uint32_t *cps, size_t n,
                   struct rpa_err *err)
{
    size_t fresh = 0;
    int r = count_new(d, cps, n, &fresh, err);
    if (r < 0 || fresh == 0)
        return r;
    struct rpa_keymap *map = d->keymap;
    if (fresh > map->spares) {
        rpa_fail(err, RPA_EREPERTOIRE,
                 "%zu more characters do not fit on the keyboard: %zu keys are "
                 "free",
                 fresh, map->spares);
        return rpa_err_hint(err, "name the characters this target needs in "
                                 "its repertoire");
    }
    unsigned first = map->max, last = map->min;
    for (size_t i = 0; i < n; i++) {
        if (find(map, cps[i]))
            continue;
        bind(map, cps[i]);
        unsigned code = map->keys[map->n - 1].stroke.code;
        first = code < first ? code : first;
        last = code > last ? code : last;
    }
    return write_keys(d, first, last, err);
}

bool rpa_keymap_char(const struct rpa_display *d, uint32_t cp,
                     struct rpa_stroke *ret)
{
    const struct key *key = find(d->keymap, cp);
    if (key)
        *ret = key->stroke;
    return key != NULL;
}

uint8_t rpa_keymap_code(const struct rpa_display *d, uint32_t keysym)
{
    const struct rpa_keymap *map = d->keymap;
    for (unsigned code = map->min; code <= map->max; code++)
        if (row(map, code)[0] == keysym)
            return (uint8_t)code;
    return 0;
}
