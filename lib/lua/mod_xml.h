#ifndef RPA_LUA_MOD_XML_H
#define RPA_LUA_MOD_XML_H

/* rpa.xml in two files: documents (mod_xml.c), and what makes, reads on and
 * checks them (mod_xml_more.c). */
#include "lib/lua/priv.h"
#include "rpa/xml/doc.h"

/* Push a document yet to be filled. */
struct rpa_xml_doc **rpa_lua_newdoc(lua_State *L);
/* The document at @idx, which must be open. */
struct rpa_xml_doc *rpa_lua_checkdoc(lua_State *L, int idx);
/* A tree was made of @len bytes, about ten times as large: the collector, which
 * sees a pointer, must count that. */
void rpa_lua_count_tree(lua_State *L, size_t len);
/* Functions and methods of mod_xml_more.c. */
extern const luaL_Reg rpa_lua_xml_more[], rpa_lua_doc_more[];
void rpa_lua_open_xml_more(lua_State *L);

#endif
