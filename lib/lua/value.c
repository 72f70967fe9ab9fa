/* Lua values to CBOR items and back. A container is put into its parent before
 * it is filled, so the box of the root holds everything when Lua raises. */
#include "lib/lua/priv.h"

#include "rpa/base/utf8.h"

/* The way to a value, for the error: fields[3].label */
struct step {
    const struct step *up;
    const char *key;   /* or NULL for */
    lua_Integer index; /* an element */
};

struct walk {
    lua_State *L;
    size_t items;
    int depth;
};

static void path(const struct step *s, struct rpa_buf *out)
{
    if (s->up)
        path(s->up, out);
    if (!s->key)
        rpa_buf_printf(out, "[%lld]", (long long)s->index);
    else
        rpa_buf_printf(out, "%s%.60s", s->up ? "." : "", s->key);
}

static void refuse(struct walk *w, const struct step *at, const char *what)
{
    struct rpa_err err;
    struct rpa_buf name = { 0 }; /* nothing of Lua is called while it lives */
    path(at, &name);
    rpa_fail(&err, RPA_EINVAL, "%s: %s",
             rpa_utf8_valid(name.data ? name.data : "", name.len) && name.data
                 ? name.data
                 : "a value",
             what);
    rpa_buf_clear(&name);
    rpa_lua_raise(w->L, &err);
}

static void no_memory(lua_State *L)
{
    struct rpa_err err;
    rpa_fail(&err, RPA_ENOMEM, "no memory for a value");
    rpa_lua_raise(L, &err);
}

/* 'a' array, 'm' map, 0 neither */
static char table_kind(lua_State *L, int idx)
{
    size_t len = lua_rawlen(L, idx), ints = 0, names = 0, others = 0;
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
        lua_Integer i = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        if (i >= 1 && (size_t)i <= len)
            ints++;
        else if (lua_type(L, -2) == LUA_TSTRING)
            names++;
        else
            others++;
    }
    bool is_map = false;
    if (lua_getmetatable(L, idx)) {
        luaL_getmetatable(L, RPA_LUA_MAP);
        is_map = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
    }
    if (!others && !ints && (names || is_map))
        return 'm';
    return !others && !names && ints == len ? 'a' : 0;
}

static cbor_item_t *leaf(lua_State *L, int idx)
{
    size_t len;
    const char *s;
    switch (lua_type(L, idx)) {
    case LUA_TBOOLEAN:
        return cbor_build_bool(lua_toboolean(L, idx));
    case LUA_TNUMBER:
        return lua_isinteger(L, idx) ? rpa_cbor_int(lua_tointeger(L, idx))
                                     : cbor_build_float8(lua_tonumber(L, idx));
    case LUA_TSTRING:
        s = lua_tolstring(L, idx, &len);
        return rpa_cbor_strn(s, len);
    default: /* rpa.json.null */
        return cbor_new_null();
    }
}

static void fill(struct walk *w, int idx, const struct step *at,
                 cbor_item_t *to);

/* What the value at @idx becomes, containers still empty. Raises if nothing. */
static cbor_item_t *make(struct walk *w, int idx, const struct step *at)
{
    lua_State *L = w->L;
    char what[64];
    int type = lua_type(L, idx);
    if (++w->items > RPA_CBOR_ITEMS)
        refuse(w, at, "too many values");
    if (type == LUA_TTABLE) {
        if (w->depth >= RPA_CBOR_DEPTH - 2)
            refuse(w, at, "tables nested too deep, or in a circle");
        char kind = table_kind(L, idx);
        if (!kind)
            refuse(w, at,
                   "neither a list without gaps nor a table of named fields");
        return kind == 'a' ? rpa_cbor_array() : rpa_cbor_map();
    }
    if (type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING &&
        !(type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, idx))) {
        snprintf(what, sizeof what, "a %s is no data", lua_typename(L, type));
        refuse(w, at, what);
    }
    return leaf(L, idx);
}

static void fill_array(struct walk *w, int idx, const struct step *at,
                       cbor_item_t *to)
{
    lua_State *L = w->L;
    lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
    for (lua_Integer i = 1; i <= n; i++) {
        struct step here = { at, NULL, i };
        lua_rawgeti(L, idx, i);
        cbor_item_t *item = make(w, lua_gettop(L), &here);
        if (!rpa_cbor_push(to, item))
            no_memory(L);
        if (lua_istable(L, -1))
            fill(w, lua_gettop(L), &here, item);
        lua_pop(L, 1);
    }
}

static void fill_map(struct walk *w, int idx, const struct step *at,
                     cbor_item_t *to)
{
    lua_State *L = w->L;
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
        size_t len = 0;
        /* table_kind() saw only strings: no conversion to confuse lua_next */
        const char *key = lua_tolstring(L, -2, &len);
        struct step here = { at, key, 0 };
        if (!rpa_utf8_valid(key, len))
            refuse(w, at, "a field name that is not UTF-8");
        cbor_item_t *item = make(w, lua_gettop(L), &here);
        if (!rpa_cbor_put(to, key, len, item))
            no_memory(L);
        if (lua_istable(L, -1))
            fill(w, lua_gettop(L), &here, item);
    }
}

static void fill(struct walk *w, int idx, const struct step *at,
                 cbor_item_t *to)
{
    luaL_checkstack(w->L, 8, "a value nested too deep");
    w->depth++;
    if (cbor_isa_array(to))
        fill_array(w, idx, at, to);
    else
        fill_map(w, idx, at, to);
    w->depth--;
}

void rpa_lua_toitem(lua_State *L, int idx, const char *what, cbor_item_t **box)
{
    struct walk w = { .L = L };
    struct step at = { NULL, what, 0 };
    *box = make(&w, lua_absindex(L, idx), &at);
    if (!*box)
        no_memory(L);
    if (lua_istable(L, idx))
        fill(&w, lua_absindex(L, idx), &at, *box);
}

void rpa_lua_fill(lua_State *L, int idx, const char *what, cbor_item_t *map)
{
    struct walk w = { .L = L };
    struct step at = { NULL, what, 0 };
    idx = lua_absindex(L, idx);
    lua_pushnil(L);
    if (!lua_next(L, idx))
        return; /* {} */
    lua_pop(L, 2);
    if (table_kind(L, idx) != 'm')
        refuse(&w, &at, "not a table of named fields");
    fill(&w, idx, &at, map);
}

static void push_map(lua_State *L, const cbor_item_t *item)
{
    size_t n, len = 0;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    lua_createtable(L, 0, (int)n);
    if (!n) /* so that it goes back as a map */
        luaL_setmetatable(L, RPA_LUA_MAP);
    for (size_t i = 0; i < n; i++) {
        if (rpa_cbor_is_null(pairs[i].value))
            continue;
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        lua_pushlstring(L, key, len);
        rpa_lua_pushitem(L, pairs[i].value);
        lua_rawset(L, -3);
    }
}

static void push_array(lua_State *L, const cbor_item_t *item)
{
    size_t n;
    cbor_item_t **elements = rpa_cbor_elements(item, &n);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        if (rpa_cbor_is_null(elements[i]))
            lua_pushlightuserdata(L, NULL);
        else
            rpa_lua_pushitem(L, elements[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void rpa_lua_pushitem(lua_State *L, const cbor_item_t *item)
{
    size_t len = 0;
    const char *s = rpa_cbor_any_bytes(item, &len);
    int64_t i;
    double d;
    bool b;
    luaL_checkstack(L, 8, "a value nested too deep");
    if (s)
        lua_pushlstring(L, s, len);
    else if (rpa_cbor_get_int(item, &i))
        lua_pushinteger(L, i);
    else if (rpa_cbor_get_bool(item, &b))
        lua_pushboolean(L, b);
    else if (rpa_cbor_get_double(item, &d))
        lua_pushnumber(L, d);
    else if (item && cbor_isa_map(item))
        push_map(L, item);
    else if (item && cbor_isa_array(item))
        push_array(L, item);
    else
        lua_pushnil(L);
}
