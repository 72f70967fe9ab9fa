/* A push parser that builds its tree as usual, and takes out of it what is
 * complete. */
#include "rpa/xml/reader.h"
#include "priv.h"

#include <libxml/SAX2.h>
#include <libxml/pattern.h>
#include <libxml/xpathInternals.h>

#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 << 10 };

struct rpa_xml_reader {
    struct xml_watch watch;
    struct xml_tags tags;
    xmlParserCtxtPtr parser;
    xmlPatternPtr path;
    xmlPatternPtr root;      /* how it begins, or NULL: anyhow */
    xmlStreamCtxtPtr stream; /* where in the path the parser is */
    const xmlChar **names;   /* URI, prefix, …, NULL, NULL */
    int depth, record;       /* open elements; the depth of the record, or 0 */
    size_t fed, record_at;   /* bytes, and where the record began */
    xmlDocPtr first, last;   /* records not yet taken, each next one its next */
    struct xml_xpath *xpath; /* of all records */
    bool strange; /* no path begins with the root */
    bool fault;   /* it is a fault of SOAP */
    bool no_memory;
    bool failed;
};

/* ---- as the parser goes ---- */

/* Envelope, Body, Fault, of whichever version */
static bool is_fault(const struct rpa_xml_reader *r, const xmlChar *name)
{
    const xmlNode *in = r->parser->node;
    return r->depth == 3 && in && xmlStrEqual(name, BAD_CAST "Fault") &&
           xmlStrEqual(in->name, BAD_CAST "Body");
}

static void on_start(void *parser, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int nspaces, const xmlChar **spaces,
                     int nattributes, int ndefaulted,
                     const xmlChar **attributes)
{
    struct rpa_xml_reader *r = xml_watch_of(parser)->reader;
    r->depth++;
    r->fault = r->fault || is_fault(r, name);
    if (xmlStreamPush(r->stream, name, uri) == 1 && !r->record) {
        r->record = r->depth;
        r->record_at = r->fed;
    }
    xmlSAX2StartElementNs(parser, name, prefix, uri, nspaces, spaces,
                          nattributes, ndefaulted, attributes);
    if (r->depth == 1 && r->parser->node)
        r->strange = r->root ? xmlPatternMatch(r->root, r->parser->node) != 1
                             : !xmlStrcasecmp(name, BAD_CAST "html");
}

static bool declares(const xmlNode *node, const xmlChar *prefix)
{
    const xmlNs *ns = node->nsDef;
    while (ns && !xmlStrEqual(ns->prefix, prefix))
        ns = ns->next;
    return ns;
}

/* Declare in @record all that is declared around it: also what no name in it uses, a
 * value may (xsi:type). Each old one knows its new one by _private. */
static bool declare_namespaces(xmlNodePtr record)
{
    for (xmlNodePtr in = record->parent; in && in->type == XML_ELEMENT_NODE;
         in = in->parent)
        for (xmlNsPtr ns = in->nsDef; ns; ns = ns->next) {
            ns->_private = declares(record, ns->prefix)
                               ? NULL /* hidden by a nearer one */
                               : xmlNewNs(record, ns->href, ns->prefix);
            if (!ns->_private && !declares(record, ns->prefix))
                return false;
        }
    return true;
}

static bool use_namespace(xmlDocPtr tree, xmlNsPtr *ns)
{
    if (*ns && xmlStrEqual((*ns)->prefix, BAD_CAST "xml")) /* the document's own */
        return (*ns = xmlSearchNs(tree, tree->children, (*ns)->prefix));
    if (*ns && (*ns)->_private)
        *ns = (*ns)->_private;
    return true;
}

/* Whatever has its namespace from around the record has it from the record now. */
static bool use_namespaces(xmlDocPtr tree)
{
    bool good = true;
    xmlNodePtr root = tree->children, at = root;
    while (at) {
        bool element = at->type == XML_ELEMENT_NODE;
        if (element)
            good = use_namespace(tree, &at->ns) && good;
        for (xmlAttrPtr a = element ? at->properties : NULL; a; a = a->next)
            good = use_namespace(tree, &a->ns) && good;
        if (element && at->children) {
            at = at->children;
            continue;
        }
        while (at != root && !at->next)
            at = at->parent;
        at = at == root ? NULL : at->next;
    }
    return good;
}

/* Make a document of @record, which leaves the tree: nothing in it is of what stood
 * around it, which is forgotten as soon as it ends. Only strings may be, which are in
 * the parser's dictionary. NULL: no memory. */
static xmlDocPtr document_of(struct rpa_xml_reader *r, xmlNodePtr record)
{
    xmlDocPtr tree =
        declare_namespaces(record) ? xmlNewDoc(BAD_CAST "1.0") : NULL;
    xmlUnlinkNode(record);
    if (!tree) {
        xmlFreeNode(record);
        return NULL;
    }
    tree->dict = r->parser->dict;
    xmlDictReference(tree->dict);
    xmlDocSetRootElement(tree, record);
    if (use_namespaces(tree))
        return tree;
    xmlFreeDoc(tree);
    return NULL;
}

static void keep(struct rpa_xml_reader *r, xmlDocPtr tree)
{
    if (r->last)
        r->last->next = (xmlNodePtr)tree;
    else
        r->first = tree;
    r->last = tree;
}

/* What ended is a record, which leaves the tree, or in none, and is forgotten
 * with all that stood before it. */
static void on_end(void *parser, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct rpa_xml_reader *r = xml_watch_of(parser)->reader;
    xmlNodePtr node = r->parser->node, parent = node ? node->parent : NULL;
    bool is_record = r->depth == r->record;
    xmlSAX2EndElementNs(parser, name, prefix, uri);
    xmlStreamPop(r->stream);
    r->depth--;
    if (is_record) {
        xmlDocPtr tree = document_of(r, node);
        r->no_memory = !tree;
        r->record = 0;
        if (tree)
            keep(r, tree);
        else
            xmlStopParser(parser);
    }
    if (!r->record && parent && parent->type == XML_ELEMENT_NODE) {
        xmlFreeNodeList(parent->children);
        parent->children = parent->last = NULL;
    }
}

/* ---- the reader ---- */

/* Put the first steps of @path's paths, "/a|/a" of "/a/b | /a/c", into @steps,
 * which has its length: false if one of them may begin anywhere. */
static bool first_steps(const char *path, char *steps)
{
    for (;;) {
        path += strspn(path, " ");
        size_t len = *path == '/' ? 1 + strcspn(path + 1, "/|") : 0;
        if (len < 2 || path[1] == '.')
            return false;
        steps = mempcpy(steps, path, len);
        path = strchr(path, '|');
        *steps = path ? '|' : 0;
        if (!path)
            return true;
        steps++;
        path++;
    }
}

static int compile_root(struct rpa_xml_reader *r, const char *path,
                        struct rpa_err *err)
{
    char *steps = malloc(strlen(path) + 1);
    bool known = steps && first_steps(path, steps);
    if (known)
        r->root = xmlPatterncompile(BAD_CAST steps, NULL, XML_PATTERN_DEFAULT,
                                    r->names);
    bool failed = !steps || (known && !r->root);
    free(steps);
    return failed ? rpa_fail(err, RPA_ENOMEM, "no memory for an XML reader")
                  : 0;
}

static int compile(struct rpa_xml_reader *r, const char *path,
                   const struct rpa_xml_prefix *prefixes, size_t n,
                   struct rpa_err *err)
{
    r->names = calloc(2 * n + 2, sizeof *r->names);
    for (size_t i = 0; r->names && i < n; i++) {
        r->names[2 * i] = xmlStrdup(BAD_CAST prefixes[i].uri);
        r->names[2 * i + 1] = xmlStrdup(BAD_CAST prefixes[i].prefix);
        if (!r->names[2 * i] || !r->names[2 * i + 1])
            return rpa_fail(err, RPA_ENOMEM, "no memory for an XML reader");
    }
    if (!r->names)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an XML reader");
    r->path = xmlPatterncompile(BAD_CAST path, NULL, XML_PATTERN_DEFAULT,
                                r->names);
    if (!r->path || xmlPatternStreamable(r->path) != 1 || strchr(path, '@')) {
        rpa_fail(err, RPA_EINVAL, "'%s' is no path of records", path);
        return rpa_err_hint(err, "such as /list/report or //r:report, each "
                                 "prefix named by ns(), no conditions");
    }
    return compile_root(r, path, err);
}

int rpa_xml_reader_new(const char *path, const struct rpa_xml_prefix *prefixes,
                       size_t nprefixes, struct rpa_xml_reader **ret,
                       struct rpa_err *err)
{
    xml_start();
    struct rpa_xml_reader *r = calloc(1, sizeof *r);
    if (!r)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an XML reader");
    r->watch.reader = r;
    int code = compile(r, path, prefixes, nprefixes, err);
    if (code == 0) {
        r->stream = xmlPatternGetStreamCtxt(r->path);
        r->parser = xml_guard(
            xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL), &r->watch);
        r->xpath = xml_xpath_new();
        if (!r->stream || !r->parser || !r->xpath ||
            xmlStreamPush(r->stream, NULL, NULL) < 0)
            code = rpa_fail(err, RPA_ENOMEM, "no memory for an XML reader");
    }
    if (code < 0) {
        rpa_xml_reader_free(r);
        return code;
    }
    r->parser->sax->startElementNs = on_start;
    r->parser->sax->endElementNs = on_end;
    r->parser->sax->comment = NULL; /* might be gigabytes between two records */
    r->parser->sax->processingInstruction = NULL;
    *ret = r;
    return 0;
}

static xmlDocPtr take(struct rpa_xml_reader *r)
{
    xmlDocPtr tree = r->first;
    r->first = (xmlDocPtr)tree->next;
    if (!r->first)
        r->last = NULL;
    tree->next = NULL;
    return tree;
}

void rpa_xml_reader_free(struct rpa_xml_reader *r)
{
    if (!r)
        return;
    while (r->first)
        xmlFreeDoc(take(r));
    if (r->parser)
        xmlFreeDoc(r->parser->myDoc);
    xmlFreeParserCtxt(r->parser);
    xmlFreeStreamCtxt(r->stream);
    xmlFreePattern(r->path);
    xmlFreePattern(r->root);
    xml_xpath_drop(r->xpath);
    for (const xmlChar **name = r->names; name && *name; name++)
        xmlFree((void *)*name);
    free(r->names);
    free(r);
}

/* A document of another kind: no record is to be taken for all its records. */
static int strange(struct rpa_xml_reader *r, struct rpa_err *err)
{
    const xmlNode *root = xmlDocGetRootElement(r->parser->myDoc);
    rpa_fail(err, RPA_EXML, "the document is a <%s>, where no record can be",
             root ? (const char *)root->name : "?");
    return rpa_err_hint(err, "its root is the first step of the path; a "
                             "namespace has a prefix there, named by ns()");
}

static int feed_piece(struct rpa_xml_reader *r, const char *buf, size_t len,
                      bool last, struct rpa_err *err)
{
    int code = xml_check_tags(&r->tags, buf, len, err);
    r->failed = code < 0;
    if (r->failed)
        return code;
    r->fed += len;
    xmlParseChunk(r->parser, buf, (int)len, last);
    r->failed =
        r->strange || r->fault || r->no_memory || !xml_fine(r->parser);
    if (r->no_memory)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a record");
    if (r->strange)
        return strange(r, err);
    if (r->fault)
        return rpa_fail(err, RPA_EXML, "the document is a SOAP fault, and no records");
    if (r->failed)
        return xml_failed(r->parser, err);
    if (r->record && r->fed - r->record_at > RPA_XML_MAX_BYTES) {
        r->failed = true;
        return rpa_fail(err, RPA_EXML, "a record has more than %d bytes",
                        RPA_XML_MAX_BYTES);
    }
    return 0;
}

int rpa_xml_reader_feed(struct rpa_xml_reader *r, const char *buf, size_t len,
                        bool last, struct rpa_err *err)
{
    int code = 0;
    if (r->failed)
        return rpa_fail(err, RPA_EXML, "the document was no XML further up");
    while (code == 0 && len > PIECE) {
        code = feed_piece(r, buf, PIECE, false, err);
        buf += PIECE;
        len -= PIECE;
    }
    return code < 0 ? code : feed_piece(r, buf, len, last, err);
}

int rpa_xml_reader_next(struct rpa_xml_reader *r, struct rpa_xml_doc **ret_doc,
                        struct rpa_err *err)
{
    struct rpa_xml_doc *doc = NULL;
    *ret_doc = NULL;
    if (!r->first)
        return 0;
    int code = xml_doc_of(take(r), r->xpath, &doc, err);
    for (size_t i = 0; code == 0 && r->names[i]; i += 2)
        code = rpa_xml_doc_ns(doc, (const char *)r->names[i + 1],
                              (const char *)r->names[i], err);
    if (code < 0)
        rpa_xml_doc_free(doc);
    else
        *ret_doc = doc;
    return code;
}
