#include "rpa/xml/schema.h"
#include "priv.h"

#include <libxml/relaxng.h>
#include <libxml/xmlschemas.h>

#include <stdlib.h>
#include <string.h>

#define RELAXNG_NS "http://relaxng.org/ns/structure/1.0"

struct rpa_xml_schema {
    xmlSchemaPtr xsd; /* one of the two */
    xmlRelaxNGPtr rng;
};

/* What libxml2 says while it works */
struct listener {
    struct rpa_xml_problems heard;
    bool no_memory;
};

/* one sentence in one line: a value in it may have several */
static char *sentence(const char *said)
{
    size_t len = strlen(said);
    while (len && said[len - 1] == '\n')
        len--;
    char *text = strndup(said, len);
    for (char *at = text; at && (at = strpbrk(at, "\r\n"));)
        *at = ' ';
    return text;
}

static void on_problem(void *user, xmlErrorPtr e)
{
    struct listener *l = user;
    struct rpa_xml_problem *list = l->heard.list;
    if (e->level < XML_ERR_ERROR)
        return;
    l->no_memory |= e->code == XML_ERR_NO_MEMORY;
    if (++l->heard.total > RPA_XML_MAX_PROBLEMS)
        return;
    if (!list)
        list = calloc(RPA_XML_MAX_PROBLEMS, sizeof *list);
    const char *said = e->message ? e->message : "not as the schema says";
    char *text = sentence(said);
    l->heard.list = list;
    if (list && text)
        list[l->heard.n++] = (struct rpa_xml_problem){ e->line, text };
    else
        free(text);
    l->no_memory |= !list || !text;
}

void rpa_xml_problems_clear(struct rpa_xml_problems *problems)
{
    for (size_t i = 0; i < problems->n; i++)
        free(problems->list[i].text);
    free(problems->list);
    *problems = (struct rpa_xml_problems){ 0 };
}

/* ---- reading one ---- */

static void read_xsd(xmlDocPtr tree, struct listener *l,
                     struct rpa_xml_schema *schema)
{
    xmlSchemaParserCtxtPtr p = xmlSchemaNewDocParserCtxt(tree);
    if (!p)
        return;
    xmlSchemaSetParserStructuredErrors(p, on_problem, l);
    schema->xsd = xmlSchemaParse(p);
    xmlSchemaFreeParserCtxt(p);
}

static void read_rng(xmlDocPtr tree, struct listener *l,
                     struct rpa_xml_schema *schema)
{
    xmlRelaxNGParserCtxtPtr p = xmlRelaxNGNewDocParserCtxt(tree);
    if (!p)
        return;
    xmlRelaxNGSetParserStructuredErrors(p, on_problem, l);
    schema->rng = xmlRelaxNGParse(p);
    xmlRelaxNGFreeParserCtxt(p);
}

static int no_schema(const struct listener *l, struct rpa_err *err)
{
    const struct rpa_xml_problem *first = l->heard.list;
    if (l->no_memory || !l->heard.n)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a schema");
    return rpa_fail(err, RPA_EXML, "not a schema: line %ld: %s", first->line,
                    first->text);
}

int rpa_xml_schema_parse(const char *buf, size_t len,
                         struct rpa_xml_schema **ret, struct rpa_err *err)
{
    struct rpa_xml_doc *doc = NULL;
    struct listener l = { 0 };
    int r = rpa_xml_doc_parse(buf, len, &doc, err);
    if (r < 0)
        return r;
    struct rpa_xml_schema *schema = calloc(1, sizeof *schema);
    const struct rpa_xml_node *root =
        (const struct rpa_xml_node *)xmlDocGetRootElement(doc->tree);
    if (schema && !strcmp(rpa_xml_node_ns(root), RELAXNG_NS))
        read_rng(doc->tree, &l, schema);
    else if (schema)
        read_xsd(doc->tree, &l, schema);
    if (schema && !l.heard.total && (schema->xsd || schema->rng)) {
        *ret = schema;
        schema = NULL;
    } else {
        r = no_schema(&l, err);
    }
    rpa_xml_schema_free(schema);
    rpa_xml_problems_clear(&l.heard);
    rpa_xml_doc_free(doc); /* the schema has a copy of it */
    return r;
}

void rpa_xml_schema_free(struct rpa_xml_schema *schema)
{
    if (!schema)
        return;
    xmlSchemaFree(schema->xsd);
    xmlRelaxNGFree(schema->rng);
    free(schema);
}

/* ---- checking by it ---- */

static int check_xsd(xmlSchemaPtr xsd, xmlDocPtr tree, struct listener *l)
{
    xmlSchemaValidCtxtPtr ctx = xmlSchemaNewValidCtxt(xsd);
    if (!ctx)
        return -1;
    xmlSchemaSetValidStructuredErrors(ctx, on_problem, l);
    int r = xmlSchemaValidateDoc(ctx, tree);
    xmlSchemaFreeValidCtxt(ctx);
    return r;
}

static int check_rng(xmlRelaxNGPtr rng, xmlDocPtr tree, struct listener *l)
{
    xmlRelaxNGValidCtxtPtr ctx = xmlRelaxNGNewValidCtxt(rng);
    if (!ctx)
        return -1;
    xmlRelaxNGSetValidStructuredErrors(ctx, on_problem, l);
    int r = xmlRelaxNGValidateDoc(ctx, tree);
    xmlRelaxNGFreeValidCtxt(ctx);
    return r;
}

int rpa_xml_schema_check(struct rpa_xml_schema *schema,
                         struct rpa_xml_doc *doc, struct rpa_xml_problems *ret,
                         struct rpa_err *err)
{
    struct listener l = { 0 };
    int said = schema->rng ? check_rng(schema->rng, doc->tree, &l)
                           : check_xsd(schema->xsd, doc->tree, &l);
    int r = 0;
    if (l.no_memory)
        r = rpa_fail(err, RPA_ENOMEM, "no memory to check a document");
    else if (said < 0 || (said > 0) != (l.heard.total > 0))
        r = rpa_fail(err, RPA_EXML,
                     "the schema could not be checked to its end");
    if (r < 0)
        rpa_xml_problems_clear(&l.heard);
    else
        *ret = l.heard;
    return r;
}
