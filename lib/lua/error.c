/* Errors as bots see them: {code, msg, where, step, seen, hint, picture} that
 * print well. */
#include "lib/lua/priv.h"

#include <stdio.h>
#include <string.h>

#define ERROR "rpa.error"

static bool is_facade(const char *source)
{
    return !strncmp(source, "=rpa.", 5) || !strcmp(source, "=rpa");
}

void rpa_lua_where(lua_State *L, char *out, size_t size)
{
    lua_Debug ar;
    out[0] = '\0';
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline < 0 || is_facade(ar.source))
            continue;
        const char *file = ar.source[0] == '@' ? ar.source + 1 : ar.short_src;
        snprintf(out, size, "%.120s:%d", file, ar.currentline);
        return;
    }
}

static void set(lua_State *L, const char *key, const char *value)
{
    if (!value[0])
        return;
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

/* the step by its name, else by the act that failed */
static void set_step(lua_State *L)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    char act[sizeof vm->act];
    memcpy(act, vm->act, sizeof act);
    vm->act[0] = '\0'; /* it is told of once */
    set(L, "step", vm->step[0] ? vm->step : act);
}

/// core.step(name | nil). Raises on what is no short text.
int rpa_lua_l_step(lua_State *L)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    size_t len = 0;
    const char *name = luaL_optlstring(L, 1, "", &len);
    luaL_argcheck(L, len < sizeof vm->step && !memchr(name, 0, len), 1,
                  "a name of at most 63 bytes");
    memcpy(vm->step, name, len + 1);
    return 0;
}

static void push_error(lua_State *L, const struct rpa_err *err,
                       const char *where)
{
    lua_createtable(L, 0, 6);
    set(L, "code", rpa_code_name(err->code));
    set(L, "msg", err->msg);
    set(L, "seen", err->seen);
    set(L, "hint", err->hint);
    set(L, "where", where);
    set_step(L);
    if (err->picture) {
        lua_pushinteger(L, err->picture);
        lua_setfield(L, -2, "picture");
    }
    luaL_setmetatable(L, ERROR);
}

int rpa_lua_raise(lua_State *L, const struct rpa_err *err)
{
    char where[160];
    rpa_lua_where(L, where, sizeof where);
    push_error(L, err, where);
    return lua_error(L);
}

/* The metatable is of a name no bot can reach, so this tells ours from a
 * bot's own tables. */
static bool is_error(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    if (!lua_istable(L, idx) || !lua_getmetatable(L, idx))
        return false;
    luaL_getmetatable(L, ERROR);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

/* raise{code=,msg=,seen=,hint=, …}: fills where; other fields stay. */
int rpa_lua_l_raise(lua_State *L)
{
    char where[160];
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    rpa_lua_where(L, where, sizeof where);
    set(L, "where", where);
    set_step(L);
    luaL_setmetatable(L, ERROR);
    return lua_error(L);
}

/* "file:12: text": the length of "file:12", or 0. */
static size_t position(const char *msg)
{
    for (const char *p = strchr(msg, ':'); p; p = strchr(p + 1, ':')) {
        size_t digits = strspn(p + 1, "0123456789");
        if (digits && !strncmp(p + 1 + digits, ": ", 2))
            return (size_t)(p + 1 + digits - msg);
    }
    return 0;
}

/* What was raised as text, pushed. Never an address: it tells nobody anything. */
static const char *push_text(lua_State *L, int idx)
{
    if (lua_type(L, idx) < LUA_TTABLE)
        return luaL_tolstring(L, idx, NULL);
    if (luaL_getmetafield(L, idx, "__tostring") == LUA_TNIL)
        return lua_pushfstring(L, "a %s was raised as an error",
                               luaL_typename(L, idx));
    lua_pop(L, 1);
    return luaL_tolstring(L, idx, NULL);
}

static int no_memory(struct rpa_err *err, size_t limit)
{
    rpa_fail(err, RPA_ENOMEM, "the bot needs more than its %zu MiB",
             limit >> 20);
    return rpa_err_hint(err, "look for a table or text that grows for ever; "
                             "limits.bot_memory_mib says how much it may have");
}

/* Lua's own word for it, which who had caught it hands on */
static bool is_memory(lua_State *L, int idx)
{
    return lua_type(L, idx) == LUA_TSTRING &&
           !strcmp(lua_tostring(L, idx), "not enough memory");
}

/* A plain error("x") or a fault of Lua's own becomes EBOT at its line. */
static void push_plain(lua_State *L, int idx)
{
    char where[160];
    rpa_lua_where(L, where, sizeof where);
    const char *msg = push_text(L, idx);
    size_t n = position(msg);
    if (n && n == strlen(where) && !strncmp(msg, where, n))
        msg += n + 2;
    lua_createtable(L, 0, 6);
    set(L, "code", "EBOT");
    set(L, "msg", msg);
    set(L, "where", where);
    set_step(L);
    luaL_setmetatable(L, ERROR);
    lua_remove(L, -2);
    if (!lua_isstring(L, idx)) { /* what a bot threw, for who catches it */
        lua_pushvalue(L, idx);
        lua_setfield(L, -2, "value");
    }
}

int rpa_lua_l_traced(lua_State *L)
{
    lua_settop(L, 1);
    if (is_memory(L, 1)) {
        struct rpa_err err;
        no_memory(&err, rpa_lua_vm(L)->limit);
        push_error(L, &err, "");
    } else if (!is_error(L, 1)) {
        push_plain(L, 1);
    }
    lua_pushliteral(L, "traceback");
    if (lua_rawget(L, -2) == LUA_TNIL) {
        luaL_traceback(L, L, NULL, 1);
        lua_setfield(L, -3, "traceback");
    }
    lua_pop(L, 1);
    return 1;
}

bool rpa_lua_load(lua_State *L, const char *s, size_t len, const char *chunk)
{
    int status = luaL_loadbufferx(L, s, len, chunk, "t");
    if (status == LUA_OK)
        return true;
    struct rpa_err err;
    char where[160] = "";
    const char *msg = lua_tostring(L, -1); /* a string: no conversion */
    size_t n = position(msg);
    if (n && n < sizeof where) {
        memcpy(where, msg, n);
        where[n] = '\0';
        msg += n + 2;
    }
    rpa_fail(&err, status == LUA_ERRMEM ? RPA_ENOMEM : RPA_ESYNTAX, "%s", msg);
    push_error(L, &err, where);
    lua_remove(L, -2);
    return false;
}

/* __tostring: the three lines of every error this system prints */
static int error_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    static const char *const names[] = { "code", "msg",  "where",
                                         "step", "seen", "hint" };
    const char *text[6];
    for (int i = 0; i < 6; i++) {
        lua_getfield(L, 1, names[i]);
        text[i] = lua_isstring(L, -1) ? lua_tostring(L, -1) : "";
    }
    lua_pushfstring(L, "error RPA%d: %s", (int)rpa_code_from_name(text[0]),
                    text[1]);
    if (text[2][0])
        lua_pushfstring(L, "  (%s%s%s)", text[2], text[3][0] ? ", " : "",
                        text[3]);
    if (text[4][0])
        lua_pushfstring(L, "\n  %s", text[4]);
    if (text[5][0])
        lua_pushfstring(L, "\n  try: %s", text[5]);
    lua_concat(L, lua_gettop(L) - 7);
    return 1;
}

void rpa_lua_open_errors(lua_State *L)
{
    static const luaL_Reg meta[] = { { "__tostring", error_tostring }, { 0 } };
    rpa_lua_newclass(L, ERROR, meta, NULL);
}

static void copy(lua_State *L, const char *key, char *out, size_t size)
{
    out[0] = '\0';
    if (lua_getfield(L, 1, key) == LUA_TSTRING)
        snprintf(out, size, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
}

/* The error object at 1 into the failure at 2; protected, as it may raise. */
static int harvest(lua_State *L)
{
    struct rpa_lua_failure *f = lua_touserdata(L, 2);
    char code[32];
    copy(L, "code", code, sizeof code);
    copy(L, "msg", f->err.msg, sizeof f->err.msg);
    copy(L, "seen", f->err.seen, sizeof f->err.seen);
    copy(L, "hint", f->err.hint, sizeof f->err.hint);
    copy(L, "where", f->where, sizeof f->where);
    copy(L, "step", f->step, sizeof f->step);
    if (lua_getfield(L, 1, "picture") == LUA_TNUMBER)
        f->err.picture = lua_tointeger(L, -1);
    lua_pop(L, 1);
    copy(L, "traceback", f->traceback, sizeof f->traceback);
    f->err.code = rpa_code_from_name(code);
    if (f->err.code == RPA_OK || f->err.code == RPA_EBUG)
        f->err.code = RPA_EBOT;
    return 0;
}

int rpa_lua_pcall(lua_State *L, int nargs, int nresults,
                  struct rpa_lua_failure *f)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    int at = lua_gettop(L) - nargs;
    lua_pushcfunction(L, rpa_lua_l_traced);
    lua_insert(L, at);
    int status = lua_pcall(L, nargs, nresults, at);
    lua_remove(L, at);
    if (status == LUA_OK)
        return 0;
    *f = (struct rpa_lua_failure){ 0 };
    size_t limit = vm->limit;
    vm->limit += 1024 * 1024; /* room to say what happened */
    lua_pushcfunction(L, harvest);
    lua_insert(L, -2);
    lua_pushlightuserdata(L, f);
    if (status != LUA_ERRRUN || lua_pcall(L, 2, 0, 0) != LUA_OK)
        no_memory(&f->err, limit);
    lua_settop(L, at - 1);
    vm->limit = limit;
    return -(int)f->err.code;
}
