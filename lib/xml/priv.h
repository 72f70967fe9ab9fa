#ifndef RPA_XML_PRIV_H
#define RPA_XML_PRIV_H

#include "rpa/base/err.h"
#include "rpa/xml/doc.h"

#include <stdbool.h>

#include <libxml/hash.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

/* What XPaths are read with: costly to make, so the records of a reader share
 * one. It holds nothing of a document between two XPaths. */
struct xml_xpath {
    xmlXPathContextPtr context;
    size_t users;
};

struct rpa_xml_doc {
    xmlDocPtr tree;
    struct xml_xpath *xpath;
    xmlHashTablePtr prefixes; /* as a context's nsHash; NULL: none are named */
};

enum {
    XML_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                  XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES
};

/* libxml2 as we use it: silent, and nothing is ever loaded. */
void xml_start(void);
/* What a parser may not do, and what was seen; its owner's. */
struct xml_watch {
    xmlChar entity[65];            /* the first one met, or "" */
    int line;                      /* where */
    int dtd_line;                  /* where a DTD began, or 0 */
    struct rpa_xml_reader *reader; /* whose it is, or NULL */
};

/* Where in a document the count of an element's attributes is: all zero at first. */
struct xml_tags {
    int line;        /* from 0 */
    int attributes;  /* of the tag that it is in, as far as it goes */
    char quote;      /* of the value that it is in, or 0 */
    bool tag, value; /* it is in a tag; behind a '=' there */
};
/* libxml2 compares each attribute of an element with all before it: go over the next
 * @len bytes, before it has them. Errors: RPA_EXML an element has more than
 * RPA_XML_MAX_ATTRIBUTES. */
int xml_check_tags(struct xml_tags *at, const char *buf, size_t len,
                   struct rpa_err *err);

/* Set a new parser up; NULL stays NULL. @watch lives as long as it. */
xmlParserCtxtPtr xml_guard(xmlParserCtxtPtr parser, struct xml_watch *watch);
struct xml_watch *xml_watch_of(void *parser);
/* in which a tag may stand as letters: no filter in front of us sees it */
bool xml_is_utf7(const xmlChar *encoding);
/* Is all well so far? */
bool xml_fine(xmlParserCtxtPtr parser);
int xml_failed(xmlParserCtxtPtr parser, struct rpa_err *err);
/* NULL: no memory. Owns: end with xml_xpath_drop(). */
struct xml_xpath *xml_xpath_new(void);
void xml_xpath_drop(struct xml_xpath *xpath);
/* A document around @tree, which it takes, also when it fails. It uses @xpath,
 * or one of its own if that is NULL. */
int xml_doc_of(xmlDocPtr tree, struct xml_xpath *xpath,
               struct rpa_xml_doc **ret_doc, struct rpa_err *err);

#endif
