/* require() and load(): only what came with the start document and the façades
 * built in; text only. */
#include "lib/lua/priv.h"

#include <string.h>

#define CORE "rpa.core"

static const struct rpa_lua_embedded *embedded(const char *name)
{
    for (const struct rpa_lua_embedded *e = rpa_lua_embedded; e->name; e++)
        if (!strcmp(e->name, name))
            return e;
    return NULL;
}

/* "@bots/x/lib/dates.lua" for module lib.dates of bots/x/main.lua */
static void chunk_name(const cbor_item_t *start, const cbor_item_t *module,
                       const char *name, char *out, size_t size)
{
    char path[200];
    if (rpa_msg_copy(module, "name", path, sizeof path)) {
        snprintf(out, size, "@%s", path);
        return;
    }
    rpa_msg_copy(start, "name", path, sizeof path);
    char *slash = strrchr(path, '/');
    path[slash ? slash + 1 - path : 0] = '\0';
    size_t n = (size_t)snprintf(out, size, "@%s", path);
    snprintf(out + n, size - n, "%s.lua", name);
    for (char *p = out + n; *p && strcmp(p, ".lua") != 0; p++)
        if (*p == '.')
            *p = '/';
}

static int no_module(lua_State *L, const char *name)
{
    struct rpa_err err;
    rpa_fail(&err, RPA_ENOTFOUND, "no module '%.80s'", name);
    rpa_err_hint(&err, "a bot requires rpa's modules and files of its own "
                       "folder and of bots/common");
    return rpa_lua_raise(L, &err);
}

/* Push the chunk of a module and its arguments; returns how many. */
static int push_loader(lua_State *L, const char *name)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    const struct rpa_lua_embedded *e = embedded(name);
    char chunk[320];
    if (e && vm->fd >= 0) {
        snprintf(chunk, sizeof chunk, "=%s", name);
        if (!rpa_lua_load(L, e->source, e->len, chunk))
            return lua_error(L);
        lua_pushvalue(L, 1);
        lua_getfield(L, LUA_REGISTRYINDEX, CORE);
        return 2;
    }
    size_t len = 0;
    const cbor_item_t *module =
        rpa_msg_get(rpa_msg_get(vm->start, "modules"), name);
    const char *source = rpa_cbor_text(module, &len);
    if (!source)
        source = rpa_msg_str(module, "source", &len);
    if (!source)
        return no_module(L, name);
    chunk_name(vm->start, module, name, chunk, sizeof chunk);
    if (!rpa_lua_load(L, source, len, chunk))
        return lua_error(L);
    lua_pushvalue(L, 1);
    return 1;
}

/// require(name) -> what the module returned, loaded once.
int rpa_lua_l_require(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, 2, name) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    lua_call(L, push_loader(L, name), 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
    return 1;
}

/// load(text [, chunkname [, mode [, env]]]): Lua's, but text only; the pieces
/// of a function are not taken.
int rpa_lua_l_load(lua_State *L)
{
    size_t len;
    const char *s = luaL_checklstring(L, 1, &len);
    const char *chunk = luaL_optstring(L, 2, "=(load)");
    bool has_env = !lua_isnone(L, 4);
    lua_settop(L, 4);
    if (luaL_loadbufferx(L, s, len, chunk, "t") != LUA_OK) {
        luaL_pushfail(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_env) {
        lua_pushvalue(L, 4);
        if (!lua_setupvalue(L, -2, 1))
            lua_pop(L, 1);
    }
    return 1;
}
