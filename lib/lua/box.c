#include "lib/lua/priv.h"

#include <stdlib.h>
#include <string.h>

#define ITEM "rpa.box.item"
#define CSTR "rpa.box.cstr"
#define BUF "rpa.box.buf"

static int item_end(lua_State *L)
{
    rpa_msg_free(luaL_checkudata(L, 1, ITEM));
    return 0;
}

static int cstr_end(lua_State *L)
{
    char **box = luaL_checkudata(L, 1, CSTR);
    free(*box);
    *box = NULL;
    return 0;
}

static int buf_end(lua_State *L)
{
    rpa_buf_clear(luaL_checkudata(L, 1, BUF));
    return 0;
}

void *rpa_lua_newbox(lua_State *L, size_t size, const char *type)
{
    void *box = lua_newuserdatauv(L, size, 0);
    memset(box, 0, size);
    luaL_setmetatable(L, type);
    return box;
}

cbor_item_t **rpa_lua_newitem(lua_State *L)
{
    return rpa_lua_newbox(L, sizeof(cbor_item_t *), ITEM);
}

char **rpa_lua_newcstr(lua_State *L)
{
    return rpa_lua_newbox(L, sizeof(char *), CSTR);
}

struct rpa_buf *rpa_lua_newbuf(lua_State *L)
{
    return rpa_lua_newbox(L, sizeof(struct rpa_buf), BUF);
}

void rpa_lua_newclass(lua_State *L, const char *name, const luaL_Reg *meta,
                      const luaL_Reg *methods)
{
    luaL_newmetatable(L, name);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, 0); /* getmetatable() gives false, not the table */
    lua_setfield(L, -2, "__metatable");
    if (methods) {
        lua_newtable(L);
        luaL_setfuncs(L, methods, 0);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
}

void rpa_lua_open_boxes(lua_State *L)
{
    static const luaL_Reg item[] = { { "__gc", item_end },
                                     { "__close", item_end },
                                     { 0 } };
    static const luaL_Reg cstr[] = { { "__gc", cstr_end },
                                     { "__close", cstr_end },
                                     { 0 } };
    static const luaL_Reg buf[] = { { "__gc", buf_end },
                                    { "__close", buf_end },
                                    { 0 } };
    rpa_lua_newclass(L, ITEM, item, NULL);
    rpa_lua_newclass(L, CSTR, cstr, NULL);
    rpa_lua_newclass(L, BUF, buf, NULL);
}
