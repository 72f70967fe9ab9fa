/* The state: memory cap, the libraries that are safe, running and evaluating. */
#include "lib/lua/priv.h"

#include "rpa/base/time.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOOK_EVERY 10000 /* VM instructions */
#define MEMORY_LEAST (1024 * 1024)
#define END_MS 10000 /* run.end waits this long for the driver */

struct rpa_vm *rpa_lua_vm(lua_State *L)
{
    return *(struct rpa_vm **)lua_getextraspace(L);
}

static void *alloc(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct rpa_vm *vm = ud;
    if (!ptr)
        osize = 0; /* it tells the kind of object */
    if (!nsize) {
        free(ptr);
        vm->used -= osize;
        return NULL;
    }
    /* Lua collects and asks once more: the test knob must refuse both */
    if (nsize > osize && vm->fail_in && vm->fail_in-- <= 2)
        return NULL;
    if (nsize > osize && nsize - osize > vm->limit - vm->used)
        return NULL;
    void *got = realloc(ptr, nsize);
    if (!got)
        return nsize <= osize ? ptr : NULL; /* Lua counts on shrinking */
    vm->used += nsize - osize;
    return got;
}

/* What this process has computed: a busy machine makes no file endless. */
static int64_t computed_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* Courtesy only: it never fires in __gc or in a C function of Lua's. */
static void hook(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    struct rpa_vm *vm = rpa_lua_vm(L);
    struct rpa_err err;
    if (!vm->enough_us || computed_us() < vm->enough_us)
        return;
    rpa_fail(&err, RPA_ETIMEOUT, "the file takes too long to evaluate");
    rpa_err_hint(&err, "a data file returns a table; it does not compute");
    rpa_lua_raise(L, &err);
}

/* Keep of the table on top only @names. */
static void keep_only(lua_State *L, const char *global,
                      const char *const *names)
{
    lua_getglobal(L, global);
    lua_newtable(L);
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
    lua_setglobal(L, global);
    lua_pop(L, 1);
}

static void open_libs(lua_State *L)
{
    static const luaL_Reg libs[] = { { LUA_GNAME, luaopen_base },
                                     { LUA_COLIBNAME, luaopen_coroutine },
                                     { LUA_TABLIBNAME, luaopen_table },
                                     { LUA_STRLIBNAME, luaopen_string },
                                     { LUA_MATHLIBNAME, luaopen_math },
                                     { LUA_UTF8LIBNAME, luaopen_utf8 },
                                     { LUA_OSLIBNAME, luaopen_os },
                                     { LUA_DBLIBNAME, luaopen_debug } };
    static const char *const os[] = { "time", "date", "clock", "difftime",
                                      NULL };
    static const char *const debug[] = { "traceback", NULL };
    static const char *const gone[] = { "dofile", "loadfile", "warn", NULL };
    for (size_t i = 0; i < sizeof libs / sizeof *libs; i++) {
        luaL_requiref(L, libs[i].name, libs[i].func, 1);
        lua_pop(L, 1);
    }
    keep_only(L, "os", os);
    keep_only(L, "debug", debug);
    for (size_t i = 0; gone[i]; i++) {
        lua_pushnil(L);
        lua_setglobal(L, gone[i]);
    }
    lua_getglobal(L, "string");
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pop(L, 1);
    /* nobody finds a full os or debug through here */
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_register(L, "load", rpa_lua_l_load);
    lua_register(L, "require", rpa_lua_l_require);
}

static void push_map(lua_State *L, const cbor_item_t *map)
{
    if (map)
        rpa_lua_pushitem(L, map);
    else
        lua_newtable(L);
}

/* What the façades get beside their name; bots do not. */
static void make_core(lua_State *L, const struct rpa_vm *vm)
{
    static const luaL_Reg core[] = { { "call", rpa_lua_l_call },
                                     { "raise", rpa_lua_l_raise },
                                     { "step", rpa_lua_l_step },
                                     { "traced", rpa_lua_l_traced },
                                     { 0 } };
    luaL_newlib(L, core);
    lua_pushcfunction(L, luaopen_rpa_json);
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "json");
    lua_pushcfunction(L, luaopen_rpa_xml);
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "xml");
    push_map(L, rpa_msg_get(vm->start, "set"));
    lua_setfield(L, -2, "set");
    push_map(L, rpa_msg_get(rpa_msg_get(vm->start, "manifest"), "services"));
    lua_setfield(L, -2, "services");
    push_map(L, rpa_msg_get(vm->start, "map"));
    lua_setfield(L, -2, "map");
    lua_setfield(L, LUA_REGISTRYINDEX, "rpa.core");
}

static int setup(lua_State *L)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    static const luaL_Reg none[] = { { 0 } };
    open_libs(L);
    rpa_lua_open_boxes(L);
    rpa_lua_open_errors(L);
    rpa_lua_newclass(L, RPA_LUA_MAP, none, NULL);
    make_core(L, vm);
    if (vm->fd < 0)
        return 0;
    lua_getglobal(L, "require");
    lua_pushliteral(L, "rpa");
    lua_call(L, 1, 1);
    lua_setglobal(L, "rpa");
    return 0;
}

int rpa_vm_new(cbor_item_t *start, int fd, struct rpa_vm **ret_vm,
               struct rpa_err *err)
{
    int64_t memory = 0;
    if (!rpa_msg_int(start, "memory", &memory) || memory < MEMORY_LEAST ||
        !rpa_msg_str(start, "name", NULL) ||
        !rpa_msg_str(start, "source", NULL))
        return rpa_fail(err, RPA_EPROTO, "a start document of no use");
    struct rpa_vm *vm = calloc(1, sizeof *vm);
    if (!vm)
        return rpa_fail(err, RPA_ENOMEM, "no memory for Lua");
    vm->limit = (size_t)memory;
    vm->fd = fd;
    vm->start = cbor_incref(start);
    vm->L = lua_newstate(alloc, vm);
    if (!vm->L) {
        rpa_vm_free(vm);
        return rpa_fail(err, RPA_ENOMEM, "no memory for Lua");
    }
    *(struct rpa_vm **)lua_getextraspace(vm->L) = vm;
    lua_sethook(vm->L, hook, LUA_MASKCOUNT, HOOK_EVERY);
    struct rpa_lua_failure f;
    lua_pushcfunction(vm->L, setup);
    int r = rpa_lua_pcall(vm->L, 0, 0, &f);
    if (r < 0) {
        if (err)
            *err = f.err;
        rpa_vm_free(vm);
        return r;
    }
    *ret_vm = vm;
    return 0;
}

void rpa_vm_free(struct rpa_vm *vm)
{
    if (!vm)
        return;
    if (vm->L)
        lua_close(vm->L);
    rpa_msg_free(&vm->start);
    free(vm);
}

/* Load and call the chunk of the start document; protected by the caller. */
static int run_chunk(lua_State *L)
{
    struct rpa_vm *vm = rpa_lua_vm(L);
    char name[200], chunk[204];
    size_t len = 0;
    const char *source = rpa_msg_str(vm->start, "source", &len);
    rpa_msg_copy(vm->start, "name", name, sizeof name);
    snprintf(chunk, sizeof chunk, "@%s", name);
    if (!rpa_lua_load(L, source, len, chunk))
        return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

static bool put_failure(cbor_item_t *args, const struct rpa_lua_failure *f)
{
    cbor_item_t *error = NULL;
    return rpa_msg_put_err(args, &f->err) &&
           (error = rpa_msg_get(args, "err")) &&
           rpa_msg_put_str(error, "where", f->where) &&
           rpa_msg_put_str(error, "step", f->step) &&
           rpa_msg_put_str(error, "traceback", f->traceback);
}

/* {ok=true} or {error={code,msg,where,step,seen,hint,picture,traceback}} */
static void run_end(struct rpa_vm *vm, const struct rpa_lua_failure *f)
{
    cbor_item_t *msg = rpa_msg_new(), *args = rpa_cbor_map(), *reply = NULL;
    cbor_item_t *holder = f ? rpa_cbor_map() : NULL;
    struct rpa_err err;
    if (!f)
        rpa_msg_put_bool(args, "ok", true);
    else if (put_failure(holder, f))
        rpa_msg_put_item(args, "error",
                         rpa_cbor_ref(rpa_msg_get(holder, "err")));
    rpa_msg_put_str(msg, "call", "run.end");
    rpa_msg_put_str(msg, "where", f ? f->where : "");
    rpa_msg_put_item(msg, "args", args);
    if (rpa_msg_send(vm->fd, msg, NULL, 0, &err) == 0 &&
        rpa_msg_recv(vm->fd, rpa_mono_us() + END_MS * INT64_C(1000), &reply,
                     NULL, &err) == 0)
        rpa_msg_free(&reply);
    rpa_msg_free(&holder);
    rpa_msg_free(&msg);
}

/* The failure for the caller, with the line or at least the file before it. */
static int failed(struct rpa_vm *vm, const struct rpa_lua_failure *f,
                  struct rpa_err *err)
{
    char name[200];
    if (!err)
        return -(int)f->err.code;
    *err = f->err;
    rpa_msg_copy(vm->start, "name", name, sizeof name);
    return rpa_err_context(err, "%s", f->where[0] ? f->where : name);
}

int rpa_vm_run(struct rpa_vm *vm, struct rpa_err *err)
{
    struct rpa_lua_failure f;
    lua_pushcfunction(vm->L, run_chunk);
    int r = rpa_lua_pcall(vm->L, 0, 0, &f);
    run_end(vm, r < 0 ? &f : NULL);
    return r < 0 ? failed(vm, &f, err) : 0;
}

static int eval_chunk(lua_State *L)
{
    struct rpa_err err;
    cbor_item_t **box = lua_touserdata(L, 1);
    run_chunk(L);
    if (!lua_istable(L, -1)) {
        rpa_fail(&err, RPA_EINVAL, "the file must return a table, not a %s",
                 luaL_typename(L, -1));
        return rpa_lua_raise(L, &err);
    }
    rpa_lua_toitem(L, -1, "return", box);
    return 0;
}

int rpa_vm_eval(struct rpa_vm *vm, int limit_ms, cbor_item_t **ret_value,
                struct rpa_err *err)
{
    struct rpa_lua_failure f;
    cbor_item_t *value = NULL; /* outlives the call: C's, not a box */
    vm->enough_us = computed_us() + limit_ms * INT64_C(1000);
    lua_pushcfunction(vm->L, eval_chunk);
    lua_pushlightuserdata(vm->L, &value);
    int r = rpa_lua_pcall(vm->L, 1, 0, &f);
    vm->enough_us = 0;
    if (r < 0) {
        rpa_msg_free(&value);
        return failed(vm, &f, err);
    }
    *ret_value = value;
    return 0;
}
