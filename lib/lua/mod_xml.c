/* rpa.xml: documents and their nodes. A node keeps its document alive through
 * its user value, and finds out there when the document was closed. */
#include "lib/lua/mod_xml.h"

#include <stdlib.h>
#include <string.h>

#define DOC "rpa.xml.doc"
#define NODE "rpa.xml.node"

struct target {
    struct rpa_xml_doc *doc;
    const struct rpa_xml_node *node; /* NULL: the document */
    int doc_idx;                     /* its userdata on the stack */
};

/* A document or node at 1; the stack grows by the document's userdata. */
static struct target check_target(lua_State *L)
{
    const struct rpa_xml_node **node = luaL_testudata(L, 1, NODE);
    if (node)
        lua_getiuservalue(L, 1, 1);
    else
        lua_pushvalue(L, 1);
    struct rpa_xml_doc **doc = luaL_testudata(L, -1, DOC);
    if (!doc)
        luaL_typeerror(L, 1, "document or node");
    if (!*doc)
        luaL_error(L, "the document is closed");
    return (struct target){ *doc, node ? *node : NULL, lua_gettop(L) };
}

struct rpa_xml_doc **rpa_lua_newdoc(lua_State *L)
{
    return rpa_lua_newbox(L, sizeof(struct rpa_xml_doc *), DOC);
}

struct rpa_xml_doc *rpa_lua_checkdoc(lua_State *L, int idx)
{
    struct rpa_xml_doc **doc = luaL_checkudata(L, idx, DOC);
    if (!*doc)
        luaL_error(L, "the document is closed");
    return *doc;
}

void rpa_lua_count_tree(lua_State *L, size_t len)
{
    lua_gc(L, LUA_GCSTEP, (int)(len / 1024 * 10) + 1);
}

/// xml.parse(bytes, encoding) -> doc. Raises EXML with the line.
static int parse(lua_State *L)
{
    size_t len;
    struct rpa_err err;
    const char *s = luaL_checklstring(L, 1, &len);
    const char *encoding = luaL_optstring(L, 2, NULL);
    if (rpa_xml_doc_parse_as(s, len, encoding, rpa_lua_newdoc(L), &err) < 0)
        return rpa_lua_raise(L, &err);
    rpa_lua_count_tree(L, len);
    return 1;
}

/// xml.html(bytes, encoding) -> doc of a page, mended as a browser would.
static int html(lua_State *L)
{
    size_t len;
    struct rpa_err err;
    const char *s = luaL_checklstring(L, 1, &len);
    const char *encoding = luaL_optstring(L, 2, NULL);
    if (rpa_xml_doc_html(s, len, encoding, rpa_lua_newdoc(L), &err) < 0)
        return rpa_lua_raise(L, &err);
    rpa_lua_count_tree(L, len);
    return 1;
}

/* The XPath at 2, or @none: a NUL would end it early. */
static const char *check_xpath(lua_State *L, const char *none)
{
    size_t len;
    const char *xpath = none ? luaL_optlstring(L, 2, none, &len)
                             : luaL_checklstring(L, 2, &len);
    luaL_argcheck(L, !memchr(xpath, 0, len), 2, "an XPath with a NUL");
    return xpath;
}

/// doc:ns(prefix, uri) -> doc: XPaths may say prefix:name. Raises EINVAL.
static int doc_ns(lua_State *L)
{
    struct rpa_err err;
    const char *prefix = luaL_checkstring(L, 2);
    const char *uri = luaL_checkstring(L, 3);
    struct target t = check_target(L);
    if (rpa_xml_doc_ns(t.doc, prefix, uri, &err) < 0)
        return rpa_lua_raise(L, &err);
    lua_settop(L, 1);
    return 1;
}

/// doc:text(xpath) -> string, or nil when no node matches. Raises EINVAL.
static int text(lua_State *L)
{
    struct rpa_err err;
    const char *xpath = check_xpath(L, ".");
    struct target t = check_target(L);
    char **box = rpa_lua_newcstr(L);
    int r = rpa_xml_doc_text(t.doc, t.node, xpath, box, &err);
    if (r < 0 && r != -RPA_ENOTFOUND)
        return rpa_lua_raise(L, &err);
    lua_pushstring(L, *box); /* NULL is nil */
    return 1;
}

/// doc:all(xpath) -> list of nodes, {} when none matches. Raises EINVAL.
static int all(lua_State *L)
{
    struct rpa_err err;
    size_t n = 0;
    const char *xpath = check_xpath(L, NULL);
    struct target t = check_target(L);
    char **box = rpa_lua_newcstr(L); /* of the array: free() ends it */
    const struct rpa_xml_node **nodes = NULL;
    if (rpa_xml_doc_all(t.doc, t.node, xpath, &nodes, &n, &err) < 0)
        return rpa_lua_raise(L, &err);
    *box = (char *)nodes;
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        const struct rpa_xml_node **node =
            lua_newuserdatauv(L, sizeof *node, 1);
        *node = nodes[i];
        luaL_setmetatable(L, NODE);
        lua_pushvalue(L, t.doc_idx);
        lua_setiuservalue(L, -2, 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/// node:name() -> its local name, its namespace's URI.
static int node_name(lua_State *L)
{
    luaL_checkudata(L, 1, NODE);
    struct target t = check_target(L);
    lua_pushstring(L, rpa_xml_node_name(t.node));
    lua_pushstring(L, rpa_xml_node_ns(t.node));
    return 2;
}

/// doc:close(): give its memory back now. Twice is fine.
static int doc_close(lua_State *L)
{
    struct rpa_xml_doc **box = luaL_checkudata(L, 1, DOC);
    rpa_xml_doc_free(*box);
    *box = NULL;
    return 0;
}

int luaopen_rpa_xml(lua_State *L)
{
    static const luaL_Reg functions[] = { { "parse", parse },
                                          { "html", html },
                                          { 0 } };
    static const luaL_Reg doc_meta[] = { { "__gc", doc_close },
                                         { "__close", doc_close },
                                         { 0 } };
    static const luaL_Reg doc_methods[] = { { "ns", doc_ns },
                                            { "text", text },
                                            { "all", all },
                                            { "close", doc_close },
                                            { 0 } };
    static const luaL_Reg node_meta[] = { { 0 } };
    static const luaL_Reg node_methods[] = { { "text", text },
                                             { "all", all },
                                             { "name", node_name },
                                             { 0 } };
    rpa_lua_newclass(L, DOC, doc_meta, doc_methods);
    rpa_lua_newclass(L, NODE, node_meta, node_methods);
    luaL_getmetatable(L, DOC);
    lua_getfield(L, -1, "__index");
    luaL_setfuncs(L, rpa_lua_doc_more, 0);
    lua_pop(L, 2);
    rpa_lua_open_xml_more(L);
    luaL_newlib(L, functions);
    luaL_setfuncs(L, rpa_lua_xml_more, 0);
    return 1;
}
