/* rpa.xml: streams of records, schemas, and documents that bots make. */
#include "lib/lua/mod_xml.h"

#include "rpa/xml/build.h"
#include "rpa/xml/reader.h"
#include "rpa/xml/schema.h"

#include <stdlib.h>

#define BUILDER "rpa.xml.builder"
#define PROBLEMS "rpa.xml.problems"
#define READER "rpa.xml.reader"
#define SCHEMA "rpa.xml.schema"

enum { PREFIXES_MAX = 32, PIECE = 8 << 10 };

/* What a box of ours holds, which must not have ended. */
static void *check_box(lua_State *L, int idx, const char *type)
{
    void **box = luaL_checkudata(L, idx, type);
    if (!*box)
        luaL_error(L, "it has ended");
    return *box;
}

/* ---- records ---- */

/* The table { prefix = uri } at @idx; its strings stay on the stack. */
static size_t take_prefixes(lua_State *L, int idx, struct rpa_xml_prefix *list)
{
    size_t n = 0;
    luaL_checktype(L, idx, LUA_TTABLE);
    luaL_checkstack(L, 2 * PREFIXES_MAX + 2, NULL);
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        if (n == PREFIXES_MAX)
            luaL_error(L, "more than %d namespaces", PREFIXES_MAX);
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "a prefix is no string");
        list[n].prefix = lua_tostring(L, -2);
        list[n++].uri = luaL_checkstring(L, -1);
        lua_pushvalue(L, -2); /* the uri stays below its key */
    }
    return n;
}

/// xml.reader(path, { prefix = uri }) -> reader. Raises EINVAL.
static int reader(lua_State *L)
{
    struct rpa_xml_prefix prefixes[PREFIXES_MAX];
    struct rpa_err err;
    const char *path = luaL_checkstring(L, 1);
    size_t n = take_prefixes(L, 2, prefixes);
    struct rpa_xml_reader **box = rpa_lua_newbox(L, sizeof *box, READER);
    if (rpa_xml_reader_new(path, prefixes, n, box, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 1;
}

/// reader:feed(bytes, at, last) -> where to go on in them, nil at their end: a
/// piece at a time, whose records are to be taken first. Raises EXML with the line.
static int reader_feed(lua_State *L)
{
    struct rpa_err err;
    size_t len;
    struct rpa_xml_reader *r = check_box(L, 1, READER);
    const char *bytes = luaL_checklstring(L, 2, &len);
    lua_Integer at = luaL_checkinteger(L, 3);
    luaL_argcheck(L, at >= 1 && (size_t)at <= len + 1, 3, "outside the bytes");
    size_t from = (size_t)at - 1, n = len - from < PIECE ? len - from : PIECE;
    bool last = lua_toboolean(L, 4) && from + n == len;
    if (rpa_xml_reader_feed(r, bytes + from, n, last, &err) < 0)
        return rpa_lua_raise(L, &err);
    rpa_lua_count_tree(L, n);
    if (from + n == len)
        lua_pushnil(L);
    else
        lua_pushinteger(L, at + (lua_Integer)n);
    return 1;
}

/// reader:next() -> doc, or nil: feed more.
static int reader_next(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_reader *r = check_box(L, 1, READER);
    struct rpa_xml_doc **doc = rpa_lua_newdoc(L);
    if (rpa_xml_reader_next(r, doc, &err) < 0)
        return rpa_lua_raise(L, &err);
    if (!*doc)
        lua_pushnil(L);
    return 1;
}

static int reader_gc(lua_State *L)
{
    struct rpa_xml_reader **box = luaL_checkudata(L, 1, READER);
    rpa_xml_reader_free(*box);
    *box = NULL;
    return 0;
}

/* ---- schemas ---- */

/// xml.schema(bytes) -> schema, XSD or RELAX NG. Raises EXML with the line.
static int schema(lua_State *L)
{
    struct rpa_err err;
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    struct rpa_xml_schema **box = rpa_lua_newbox(L, sizeof *box, SCHEMA);
    if (rpa_xml_schema_parse(bytes, len, box, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 1;
}

static int schema_gc(lua_State *L)
{
    struct rpa_xml_schema **box = luaL_checkudata(L, 1, SCHEMA);
    rpa_xml_schema_free(*box);
    *box = NULL;
    return 0;
}

static int problems_gc(lua_State *L)
{
    rpa_xml_problems_clear(luaL_checkudata(L, 1, PROBLEMS));
    return 0;
}

/// doc:problems(schema) -> list of { line, text }, and how many there are in all.
static int doc_problems(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_doc *doc = rpa_lua_checkdoc(L, 1);
    struct rpa_xml_schema *s = check_box(L, 2, SCHEMA);
    struct rpa_xml_problems *found =
        rpa_lua_newbox(L, sizeof *found, PROBLEMS);
    if (rpa_xml_schema_check(s, doc, found, &err) < 0)
        return rpa_lua_raise(L, &err);
    lua_createtable(L, (int)found->n, 0);
    for (size_t i = 0; i < found->n; i++) {
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, found->list[i].line);
        lua_setfield(L, -2, "line");
        lua_pushstring(L, found->list[i].text);
        lua_setfield(L, -2, "text");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    if (found->total > found->n) {
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, found->list[found->n - 1].line);
        lua_setfield(L, -2, "line");
        lua_pushfstring(L, "and %I more problems behind it",
                        (LUAI_UACINT)(found->total - found->n));
        lua_setfield(L, -2, "text");
        lua_rawseti(L, -2, (lua_Integer)found->n + 1);
    }
    lua_pushinteger(L, (lua_Integer)found->total);
    return 2;
}

/* ---- made by a bot ---- */

/// xml.builder() -> builder: open(name), attribute(name, value), text(s),
/// close(), done() -> doc.
static int builder(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_builder **box = rpa_lua_newbox(L, sizeof *box, BUILDER);
    if (rpa_xml_build_new(box, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 1;
}

static int builder_gc(lua_State *L)
{
    struct rpa_xml_builder **box = luaL_checkudata(L, 1, BUILDER);
    rpa_xml_build_free(*box);
    *box = NULL;
    return 0;
}

static int builder_open(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_builder *b = check_box(L, 1, BUILDER);
    if (rpa_xml_build_open(b, luaL_checkstring(L, 2), &err) < 0)
        return rpa_lua_raise(L, &err);
    return 0;
}

static int builder_attribute(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_builder *b = check_box(L, 1, BUILDER);
    const char *name = luaL_checkstring(L, 2);
    size_t len;
    const char *value = luaL_checklstring(L, 3, &len);
    if (rpa_xml_build_attribute(b, name, value, len, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 0;
}

static int builder_text(lua_State *L)
{
    struct rpa_err err;
    size_t len;
    struct rpa_xml_builder *b = check_box(L, 1, BUILDER);
    const char *text = luaL_checklstring(L, 2, &len);
    if (rpa_xml_build_text(b, text, len, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 0;
}

static int builder_close(lua_State *L)
{
    rpa_xml_build_close(check_box(L, 1, BUILDER));
    return 0;
}

static int builder_done(lua_State *L)
{
    struct rpa_err err;
    struct rpa_xml_builder **box = luaL_checkudata(L, 1, BUILDER);
    struct rpa_xml_builder *b = check_box(L, 1, BUILDER);
    struct rpa_xml_doc **doc = rpa_lua_newdoc(L);
    *box = NULL; /* ended by this */
    if (rpa_xml_build_end(b, doc, &err) < 0)
        return rpa_lua_raise(L, &err);
    return 1;
}

/* ---- as bytes ---- */

static int push_bytes(lua_State *L,
                      int (*make)(struct rpa_xml_doc *doc, char **ret,
                                  size_t *ret_len, struct rpa_err *err))
{
    struct rpa_err err;
    size_t len = 0;
    struct rpa_xml_doc *doc = rpa_lua_checkdoc(L, 1);
    char **box = rpa_lua_newcstr(L);
    if (make(doc, box, &len, &err) < 0)
        return rpa_lua_raise(L, &err);
    lua_pushlstring(L, *box, len);
    return 1;
}

/// doc:bytes() -> the document in UTF-8, with its declaration.
static int doc_bytes(lua_State *L)
{
    return push_bytes(L, rpa_xml_doc_bytes);
}

/// doc:canonical() -> its canonical form, to compare or sign.
static int doc_canonical(lua_State *L)
{
    return push_bytes(L, rpa_xml_doc_canonical);
}

const luaL_Reg rpa_lua_xml_more[] = { { "reader", reader },
                                      { "schema", schema },
                                      { "builder", builder },
                                      { 0 } };
const luaL_Reg rpa_lua_doc_more[] = { { "problems", doc_problems },
                                      { "bytes", doc_bytes },
                                      { "canonical", doc_canonical },
                                      { 0 } };

void rpa_lua_open_xml_more(lua_State *L)
{
    static const luaL_Reg reader_meta[] = { { "__gc", reader_gc }, { 0 } };
    static const luaL_Reg reader_methods[] = { { "feed", reader_feed },
                                               { "next", reader_next },
                                               { 0 } };
    static const luaL_Reg schema_meta[] = { { "__gc", schema_gc }, { 0 } };
    static const luaL_Reg problems_meta[] = { { "__gc", problems_gc }, { 0 } };
    static const luaL_Reg builder_meta[] = { { "__gc", builder_gc }, { 0 } };
    static const luaL_Reg builder_methods[] = {
        { "open", builder_open }, { "attribute", builder_attribute },
        { "text", builder_text }, { "close", builder_close },
        { "done", builder_done }, { 0 }
    };
    rpa_lua_newclass(L, READER, reader_meta, reader_methods);
    rpa_lua_newclass(L, SCHEMA, schema_meta, NULL);
    rpa_lua_newclass(L, PROBLEMS, problems_meta, NULL);
    rpa_lua_newclass(L, BUILDER, builder_meta, builder_methods);
}
