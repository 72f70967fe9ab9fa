#ifndef RPA_XML_DOC_H
#define RPA_XML_DOC_H

#include "rpa/base/err.h"

#include <stddef.h>

/**
 * XML documents from outside, read by XPath.
 *
 * A document is data only: no network, no file, no entity but the five of XML
 * itself. Text comes back exactly as it stands: trailing spaces are data.
 */

enum {
    RPA_XML_MAX_BYTES = 32 << 20, /* longer documents are refused unread */
    RPA_XML_MAX_DEPTH = 256,      /* elements within elements */
    RPA_XML_MAX_ATTRIBUTES = 1000, /* of one element, namespaces counted */
    RPA_XML_MAX_NODES = 1 << 20,  /* that one XPath may select */
};

/**
 * The status with which a process ends at once that has no memory left for XML.
 *
 * libxml2 2.9 leaves out of a document what it has no room for, and goes on: an
 * answer without that record would be a wrong one. What is ours tells RPA_ENOMEM.
 */
enum { RPA_XML_NO_MEMORY = 72 };

struct rpa_xml_doc;  /* opaque; one thread at a time */
struct rpa_xml_node; /* an element, attribute or text; the document owns it */

/**
 * Parse one document held in memory.
 *
 * Shape:  @buf is @len bytes in any encoding XML can declare; copied, no NUL
 *         needed. @encoding, if it is not NULL, is said elsewhere, and holds.
 * Units:  @len in bytes, at most RPA_XML_MAX_BYTES.
 * Owns:   *@ret_doc, set on success only; end it with rpa_xml_doc_free().
 * Errors: RPA_EXML not well-formed (the sentence has the line), too large, too
 *         deep, with an element of too many attributes, or with a DTD or
 *         entities; in an encoding that is not read; RPA_ENOMEM.
 * Source: XML 1.0, 5th edition; Namespaces in XML 1.0.
 */
int rpa_xml_doc_parse_as(const char *buf, size_t len, const char *encoding,
                         struct rpa_xml_doc **ret_doc, struct rpa_err *err);
/** The same, in the encoding that it says itself, or UTF-8. */
int rpa_xml_doc_parse(const char *buf, size_t len, struct rpa_xml_doc **ret_doc,
                      struct rpa_err *err);
/**
 * The same of an HTML page, as a browser would: what it does not say is put in,
 * what it says wrong is passed over. Names come in lower case, in no namespace.
 * A page is read to its end or not at all.
 *
 * Shape:  @encoding, if it is not NULL, is said elsewhere, and holds. Else it is
 *         what the page says; if that says nothing, UTF-8 where the page is that,
 *         or ISO-8859-1.
 * Owns:   as rpa_xml_doc_parse().
 * Errors: RPA_EXML empty, too large, with a text of more than 10 MB, an element of
 *         too many attributes, a NUL or a character that is none, or too deep, as a
 *         page becomes whose tags are not ended; in an encoding that is not read;
 *         RPA_ENOMEM.
 * Source: WHATWG HTML, 13.2.3.
 */
int rpa_xml_doc_html(const char *buf, size_t len, const char *encoding,
                     struct rpa_xml_doc **ret_doc, struct rpa_err *err);
/** Ends all its nodes too. NULL is fine. */
void rpa_xml_doc_free(struct rpa_xml_doc *doc);

/**
 * Let XPaths on @doc name the namespace @uri as @prefix, whatever prefix the
 * document itself uses. A default namespace needs one too. Naming a prefix
 * again moves it.
 *
 * Errors: RPA_EINVAL an empty prefix or URI; RPA_ENOMEM.
 */
int rpa_xml_doc_ns(struct rpa_xml_doc *doc, const char *prefix, const char *uri,
                   struct rpa_err *err);

/**
 * The text of what @xpath selects: of its first node, all text inside it; of a
 * number, string or boolean, its XPath string.
 *
 * Shape:  relative paths start at @node, or at the document when it is NULL.
 * Owns:   free() *@ret_text; UTF-8.
 * Errors: RPA_ENOTFOUND no such node; RPA_EINVAL a bad XPath or a prefix not
 *         named; RPA_ENOMEM.
 */
int rpa_xml_doc_text(struct rpa_xml_doc *doc, const struct rpa_xml_node *node,
                     const char *xpath, char **ret_text, struct rpa_err *err);

/**
 * All nodes @xpath selects, in document order. None is no failure.
 *
 * Owns:   free() *@ret_nodes, the array (never NULL on success); the nodes are
 *         good until rpa_xml_doc_free().
 * Errors: RPA_EINVAL a bad XPath, or one that selects no nodes by its nature
 *         (a number, a namespace); RPA_EXML more than RPA_XML_MAX_NODES;
 *         RPA_ENOMEM.
 */
int rpa_xml_doc_all(struct rpa_xml_doc *doc, const struct rpa_xml_node *node,
                    const char *xpath, const struct rpa_xml_node ***ret_nodes,
                    size_t *ret_n, struct rpa_err *err);

/** Its local name, without prefix; "" for text. Good as long as the node. */
const char *rpa_xml_node_name(const struct rpa_xml_node *node);
/** The URI of its namespace; "" for none. Good as long as the node. */
const char *rpa_xml_node_ns(const struct rpa_xml_node *node);
/** The line it stands on, from 1; of an attribute, that of its element. */
long rpa_xml_node_line(const struct rpa_xml_node *node);

#endif
