#ifndef RPA_XML_READER_H
#define RPA_XML_READER_H

#include "rpa/xml/doc.h"

#include <stdbool.h>

/**
 * The records of a document of any length, one after the other.
 *
 * Each becomes a document of its own; what stands between them is forgotten, so
 * a file of gigabytes takes the memory of its largest record. What was read
 * before an error stays good: only the end says that the whole was XML.
 */

struct rpa_xml_reader; /* opaque; one thread at a time */

struct rpa_xml_prefix {
    const char *prefix, *uri;
};

/**
 * Read the elements that @path selects: "/list/report", "//report",
 * "/a:list/a:report|/a:list/a:update". No predicates. A record within a record
 * stays part of it.
 *
 * Shape:  @prefixes are those of @path, and are named in each record too.
 * Owns:   *@ret, set on success only; end it with rpa_xml_reader_free().
 * Errors: RPA_EINVAL no such path, or a prefix not named; RPA_ENOMEM.
 * Source: the paths of an XML Schema selector (XSD 1.0 part 1, 3.11.6).
 */
int rpa_xml_reader_new(const char *path, const struct rpa_xml_prefix *prefixes,
                       size_t nprefixes, struct rpa_xml_reader **ret,
                       struct rpa_err *err);
/** Records taken stay good. NULL is fine. */
void rpa_xml_reader_free(struct rpa_xml_reader *reader);

/**
 * Take the next @len bytes of the document; @last: no more will come.
 *
 * Errors: RPA_EXML not well-formed (with the line), too deep, a record of more
 *         than RPA_XML_MAX_BYTES or with an element of too many attributes,
 *         entities, a root that no path begins with (html, where they begin
 *         anywhere), or a fault of SOAP; RPA_ENOMEM. After one there is no more
 *         but what was read before it.
 */
int rpa_xml_reader_feed(struct rpa_xml_reader *reader, const char *buf,
                        size_t len, bool last, struct rpa_err *err);

/**
 * The next record of what was fed.
 *
 * Owns:   *@ret_doc, end it with rpa_xml_doc_free(); NULL: feed more.
 * Errors: RPA_ENOMEM.
 */
int rpa_xml_reader_next(struct rpa_xml_reader *reader,
                        struct rpa_xml_doc **ret_doc, struct rpa_err *err);

#endif
