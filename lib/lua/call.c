/* call(name, args): the one way from Lua to the world. */
#include "lib/lua/priv.h"

#include <stdio.h>

static int refuse_acts(lua_State *L, const char *name)
{
    struct rpa_err err;
    rpa_fail(&err, RPA_EPERM, "%.60s: no acts in a data file", name);
    return rpa_lua_raise(L, &err);
}

static void build(lua_State *L, const char *name, cbor_item_t **msg)
{
    struct rpa_err err;
    char where[160];
    rpa_lua_where(L, where, sizeof where);
    *msg = rpa_msg_new();
    cbor_item_t *args = rpa_cbor_map();
    if (!rpa_msg_put_str(*msg, "call", name) ||
        !rpa_msg_put_str(*msg, "where", where) ||
        !rpa_msg_put_item(*msg, "args", args)) {
        rpa_fail(&err, RPA_ENOMEM, "no memory for a call");
        rpa_lua_raise(L, &err);
    }
    if (!lua_isnoneornil(L, 2))
        rpa_lua_fill(L, 2, name, args); /* *msg holds args */
}

/* what is said of an act that fails: "field.set Surname" */
static void note_act(lua_State *L, struct rpa_vm *vm, const char *name)
{
    size_t len = 0;
    const char *label = NULL;
    if (lua_istable(L, 2) && lua_getfield(L, 2, "label") == LUA_TSTRING)
        label = lua_tolstring(L, -1, &len);
    bool fits = len > 0 && len < 100;
    snprintf(vm->act, sizeof vm->act, "%.24s%s%s", name, fits ? " " : "",
             fits ? label : "");
    lua_settop(L, 2);
}

/// call(name, args) -> the act's result. Raises what the act raised.
int rpa_lua_l_call(lua_State *L)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    const char *name = luaL_checkstring(L, 1);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    note_act(L, vm, name);
    if (vm->fd < 0)
        return refuse_acts(L, name);
    struct rpa_err err;
    cbor_item_t **msg = rpa_lua_newitem(L), **reply = rpa_lua_newitem(L);
    build(L, name, msg);
    int r = rpa_msg_send(vm->fd, *msg, NULL, 0, &err);
    rpa_msg_free(msg);
    if (r == 0)
        r = rpa_msg_recv(vm->fd, RPA_MSG_FOREVER, reply, NULL, &err);
    if (r == 0)
        r = rpa_msg_get_err(*reply, &err);
    if (r < 0)
        return rpa_lua_raise(L, &err);
    vm->act[0] = '\0';
    rpa_lua_pushitem(L, rpa_msg_get(*reply, "ok"));
    rpa_msg_free(reply); /* not at the next collection: it may be large */
    return 1;
}
