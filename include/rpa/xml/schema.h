#ifndef RPA_XML_SCHEMA_H
#define RPA_XML_SCHEMA_H

#include "rpa/xml/doc.h"

/**
 * What a document must be, as XML Schema 1.0 or RELAX NG says.
 */

enum { RPA_XML_MAX_PROBLEMS = 10000 }; /* told of one document; all are counted */

struct rpa_xml_schema; /* opaque; one thread at a time */

struct rpa_xml_problem {
    long line;
    char *text; /* one sentence of libxml2's, without an end of line */
};

struct rpa_xml_problems {
    struct rpa_xml_problem *list; /* in the order met */
    size_t n, total;              /* listed, and all there are */
};

/**
 * Read a schema held in memory: RELAX NG (XML syntax) if its root is in that
 * language's namespace, else XML Schema. It must be whole: what it would import
 * or include from elsewhere is not loaded.
 *
 * Owns:   *@ret, set on success only; end it with rpa_xml_schema_free().
 * Errors: RPA_EXML not XML, or no schema: the sentence has the first problem
 *         with its line; RPA_ENOMEM.
 */
int rpa_xml_schema_parse(const char *buf, size_t len,
                         struct rpa_xml_schema **ret, struct rpa_err *err);
/** NULL is fine. */
void rpa_xml_schema_free(struct rpa_xml_schema *schema);

/**
 * Is @doc as @schema says? It is when *@ret has no problem.
 *
 * Owns:   *@ret, set on success only; end it with rpa_xml_problems_clear().
 * Errors: RPA_ENOMEM; RPA_EXML it could not be told.
 */
int rpa_xml_schema_check(struct rpa_xml_schema *schema,
                         struct rpa_xml_doc *doc, struct rpa_xml_problems *ret,
                         struct rpa_err *err);
void rpa_xml_problems_clear(struct rpa_xml_problems *problems);

#endif
