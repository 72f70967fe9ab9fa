#ifndef RPA_XML_BUILD_H
#define RPA_XML_BUILD_H

#include "rpa/xml/doc.h"

/**
 * A document made, not read, and any document as bytes.
 *
 *   rpa_xml_build_new(&b, err);
 *   rpa_xml_build_open(b, "report", err);
 *   rpa_xml_build_attribute(b, "xmlns", "urn:x", 5, err);
 *   rpa_xml_build_text(b, "Siân", 5, err);
 *   rpa_xml_build_close(b);
 *   rpa_xml_build_end(b, &doc, err);
 */

struct rpa_xml_builder; /* opaque */

/** Owns: *@ret, until rpa_xml_build_end() or _free(). Errors: RPA_ENOMEM. */
int rpa_xml_build_new(struct rpa_xml_builder **ret, struct rpa_err *err);
/** NULL is fine. */
void rpa_xml_build_free(struct rpa_xml_builder *builder);

/** Begin the element @name, "name" or "prefix:name", inside the open one.
 * Errors: RPA_EINVAL no name of an element, a second root, or deeper than
 *         RPA_XML_MAX_DEPTH; RPA_ENOMEM. */
int rpa_xml_build_open(struct rpa_xml_builder *builder, const char *name,
                       struct rpa_err *err);
/** Of the element just begun; "xmlns" and "xmlns:prefix" name namespaces.
 * Errors: RPA_EINVAL no name of an attribute, given twice, or text that no XML
 *         can hold; RPA_ENOMEM. */
int rpa_xml_build_attribute(struct rpa_xml_builder *builder, const char *name,
                            const char *value, size_t len,
                            struct rpa_err *err);
/** Errors: RPA_EINVAL characters that no XML can hold, such as NUL; RPA_ENOMEM.
 * Source: XML 1.0, 5th edition, production 2. */
int rpa_xml_build_text(struct rpa_xml_builder *builder, const char *text,
                       size_t len, struct rpa_err *err);
/** End the open element. */
void rpa_xml_build_close(struct rpa_xml_builder *builder);
/** The document, read again, so that what is given out is what a reader has.
 * Frees @builder in any case. Errors: as rpa_xml_doc_parse(). */
int rpa_xml_build_end(struct rpa_xml_builder *builder,
                      struct rpa_xml_doc **ret_doc, struct rpa_err *err);

/** The document as UTF-8 with its declaration, nothing indented or left out.
 * Owns: free() *@ret. Errors: RPA_ENOMEM. */
int rpa_xml_doc_bytes(struct rpa_xml_doc *doc, char **ret, size_t *ret_len,
                      struct rpa_err *err);
/** Its canonical form: two documents are the same if these are.
 * Owns: free() *@ret. Errors: RPA_EXML it has none; RPA_ENOMEM.
 * Source: Canonical XML 1.1, without comments. */
int rpa_xml_doc_canonical(struct rpa_xml_doc *doc, char **ret, size_t *ret_len,
                          struct rpa_err *err);

#endif
