#ifndef RPA_LUA_PRIV_H
#define RPA_LUA_PRIV_H

#include "rpa/lua/vm.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct rpa_vm {
    lua_State *L;
    size_t used, limit; /* bytes Lua holds and may hold */
    unsigned fail_in;   /* tests: k + 1 fails the k-th growth from now */
    int64_t enough_us; /* what an eval may have computed; 0: anything */
    int fd;
    cbor_item_t *start;
    char step[64]; /* what the bot says it is doing; "" */
    char act[128]; /* else the act that failed, and its field; "" */
};

/* The VM of any of its coroutines. */
struct rpa_vm *rpa_lua_vm(lua_State *L);

/*
 * Boxes. Any lua_* call may longjmp, so what C holds across one is in a box:
 * userdata made empty, filled by plain C, ended by __gc or __close.
 */
void *rpa_lua_newbox(lua_State *L, size_t size, const char *type); /* all 0 */
cbor_item_t **rpa_lua_newitem(lua_State *L);
char **rpa_lua_newcstr(lua_State *L);
struct rpa_buf *rpa_lua_newbuf(lua_State *L);
/* A userdata type with @meta (__gc …) and @methods (NULL for none). */
void rpa_lua_newclass(lua_State *L, const char *name, const luaL_Reg *meta,
                      const luaL_Reg *methods);
void rpa_lua_open_boxes(lua_State *L);

/* Values (value.c). */
#define RPA_LUA_MAP "rpa.map" /* metatable of a table that is a map, empty or not */
/* The value at @idx as the item at @box. Raises EINVAL naming the key. */
void rpa_lua_toitem(lua_State *L, int idx, const char *what, cbor_item_t **box);
/* The table at @idx into @map, which something else holds. */
void rpa_lua_fill(lua_State *L, int idx, const char *what, cbor_item_t *map);
/* Push @item, which is in a box. null is nil; in an array it is rpa.json.null. */
void rpa_lua_pushitem(lua_State *L, const cbor_item_t *item);

/* Errors (error.c). */
struct rpa_lua_failure {
    struct rpa_err err;
    char where[160]; /* "bots/x/main.lua:41" or "" */
    char step[128];  /* what the bot was doing, or "" */
    char traceback[4096];
};
void rpa_lua_open_errors(lua_State *L);
/* Raise @err as {code,msg,where,step,seen,hint,picture}. Never returns. */
int rpa_lua_raise(lua_State *L, const struct rpa_err *err);
/* Where the bot is: the innermost line that is no façade's. */
void rpa_lua_where(lua_State *L, char *out, size_t size);
/* core.raise{code=,msg=,seen=,hint=}; core.traced(e): the handler for xpcall. */
int rpa_lua_l_raise(lua_State *L);
/* core.step(name): where errors say they happened, until the next. */
int rpa_lua_l_step(lua_State *L);
int rpa_lua_l_traced(lua_State *L);
/* Call the function below @nargs arguments; a failure goes to @f. */
int rpa_lua_pcall(lua_State *L, int nargs, int nresults,
                  struct rpa_lua_failure *f);
/* Load text only; on failure an error object of code ESYNTAX is pushed and
 * false returned. @chunk as in lua_load. */
bool rpa_lua_load(lua_State *L, const char *s, size_t len, const char *chunk);

/* Functions for setup. */
int rpa_lua_l_call(lua_State *L);
int rpa_lua_l_require(lua_State *L);
int rpa_lua_l_load(lua_State *L);
int luaopen_rpa_json(lua_State *L);
int luaopen_rpa_xml(lua_State *L);

struct rpa_lua_embedded {
    const char *name, *source;
    size_t len;
};
extern const struct rpa_lua_embedded rpa_lua_embedded[]; /* ends with NULL */

#endif
