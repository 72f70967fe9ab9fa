#include "priv.h"
#include "rpa/base/utf8.h"

#include <libxml/HTMLparser.h>
#include <libxml/xpathInternals.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

/* What one XPath may cost, in libxml2's units: about a second. They do not count how
 * the sets of nodes are merged that axes in a row, such as following, lead to: so it
 * ends after a second of the processor, too, and again each quarter of one, as its count
 * may go on where the signal was. The clock runs on from the first one: to wind it up
 * for each would cost more than most of them do. */
enum { XPATH_STEPS = 50 * 1000 * 1000, TICK_US = 250000, TICKS = 4 };

/* the one that is computed, and since how many ticks: for the signal, which is told
 * nothing else */
static xmlXPathContextPtr volatile computed;
static volatile sig_atomic_t ticks;

static void on_tick(int sig)
{
    (void)sig;
    if (computed && ++ticks > TICKS)
        computed->opCount = computed->opLimit;
}

static void start_clock(void)
{
    static const struct itimerval each = { { 0, TICK_US }, { 0, TICK_US } };
    static const struct sigaction when = { .sa_handler = on_tick,
                                           .sa_flags = SA_RESTART };
    static bool runs;
    if (!runs) /* it ticks while we compute, so it cuts no call short that waits */
        runs = !sigaction(SIGVTALRM, &when, NULL) &&
               !setitimer(ITIMER_VIRTUAL, &each, NULL);
}

static xmlXPathObjectPtr compute(const char *xpath, xmlXPathContextPtr ctx)
{
    start_clock();
    ticks = 0;
    computed = ctx;
    xmlXPathObjectPtr hit = xmlXPathEvalExpression(BAD_CAST xpath, ctx);
    computed = NULL;
    return hit;
}

/* libxml2 would print to stderr */
static void quiet(void *user, xmlErrorPtr e)
{
    (void)user;
    (void)e;
}

struct xml_xpath *xml_xpath_new(void)
{
    struct xml_xpath *xpath = malloc(sizeof *xpath);
    xmlXPathContextPtr context = xpath ? xmlXPathNewContext(NULL) : NULL;
    if (!context) {
        free(xpath);
        return NULL;
    }
    context->error = quiet;
    *xpath = (struct xml_xpath){ context, 1 };
    return xpath;
}

void xml_xpath_drop(struct xml_xpath *xpath)
{
    if (!xpath || --xpath->users)
        return;
    xmlXPathFreeContext(xpath->context);
    free(xpath);
}

int xml_doc_of(xmlDocPtr tree, struct xml_xpath *xpath,
               struct rpa_xml_doc **ret_doc, struct rpa_err *err)
{
    struct rpa_xml_doc *doc = calloc(1, sizeof *doc);
    if (xpath)
        xpath->users++;
    else
        xpath = xml_xpath_new();
    if (!doc || !xpath) {
        xmlFreeDoc(tree);
        xml_xpath_drop(xpath);
        free(doc);
        return rpa_fail(err, RPA_ENOMEM, "no memory for an XML document");
    }
    *doc = (struct rpa_xml_doc){ .tree = tree, .xpath = xpath };
    *ret_doc = doc;
    return 0;
}

static int check_size(size_t len, struct rpa_err *err)
{
    if (len > RPA_XML_MAX_BYTES)
        return rpa_fail(err, RPA_EXML,
                        "the document has %zu bytes; at most %d are read", len,
                        RPA_XML_MAX_BYTES);
    return len ? 0 : rpa_fail(err, RPA_EXML, "the document is empty");
}

static int check_tags(const char *buf, size_t len, struct rpa_err *err)
{
    struct xml_tags tags = { 0 };
    return xml_check_tags(&tags, buf, len, err);
}

static int check_encoding(const char *name, struct rpa_err *err)
{
    xmlCharEncodingHandlerPtr known =
        xml_is_utf7(BAD_CAST name) ? NULL : xmlFindCharEncodingHandler(name);
    if (known)
        xmlCharEncCloseFunc(known);
    return known ? 0
                 : rpa_fail(err, RPA_EXML, "XML in '%.40s' is not read", name);
}

/* Is there something that was not read, or is no character? */
static bool is_left(const xmlParserInput *in)
{
    return in->cur < in->end || (in->buf && in->buf->raw && xmlBufUse(in->buf->raw));
}

int rpa_xml_doc_parse(const char *buf, size_t len, struct rpa_xml_doc **ret_doc,
                      struct rpa_err *err)
{
    return rpa_xml_doc_parse_as(buf, len, NULL, ret_doc, err);
}

int rpa_xml_doc_parse_as(const char *buf, size_t len, const char *encoding,
                         struct rpa_xml_doc **ret_doc, struct rpa_err *err)
{
    int r = check_size(len, err);
    xml_start();
    if (r == 0 && encoding)
        r = check_encoding(encoding, err);
    if (r == 0)
        r = check_tags(buf, len, err);
    if (r < 0)
        return r;
    struct xml_watch watch = { 0 };
    xmlParserCtxtPtr p = xml_guard(xmlNewParserCtxt(), &watch);
    if (!p)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an XML document");
    xmlDocPtr tree =
        xmlCtxtReadMemory(p, buf, (int)len, NULL, encoding, XML_OPTIONS);
    if (tree && xml_fine(p) && is_left(p->input)) {
        /* libxml2 takes a NUL behind the root for the end */
        r = rpa_fail(err, RPA_EXML,
                     "the document is not XML: line %d: a NUL character, or half "
                     "a character at the end",
                     p->input->line);
        xmlFreeDoc(tree);
    } else if (tree && xml_fine(p)) {
        r = xml_doc_of(tree, NULL, ret_doc, err);
    } else {
        xmlFreeDoc(tree);
        r = xml_failed(p, err);
    }
    xmlFreeParserCtxt(p);
    return r;
}

/* The parser of HTML stops in silence: at a NUL, where elements or a text are
 * beyond its limits, and where a character is none in the page's encoding. */
static bool stopped_early(xmlParserCtxtPtr p)
{
    return p->disableSAX || is_left(p->input);
}

/* libxml2 says this of a text that is too long, too */
static bool no_memory(xmlParserCtxtPtr p)
{
    const xmlError *e = xmlCtxtGetLastError(p);
    return e && e->code == XML_ERR_NO_MEMORY &&
           !(e->message && strstr(e->message, "huge text"));
}

static int page_stopped(xmlParserCtxtPtr p, struct rpa_err *err)
{
    rpa_fail(err, RPA_EXML, "the page cannot be read beyond line %d",
             p->input->line);
    return rpa_err_hint(err,
                        "it has a NUL or another character that is none, more "
                        "than %d elements within each other (tags that are not "
                        "ended count), or a text of more than 10 MB",
                        RPA_XML_MAX_DEPTH);
}

/* Does the page say itself in which encoding it is, or where a browser looks for
 * that? */
static bool says_encoding(const char *buf, size_t len)
{
    static const char word[] = "charset";
    size_t most = len < 4096 ? len : 4096;
    if (len > 1 && (!memcmp(buf, "\xfe\xff", 2) || !memcmp(buf, "\xff\xfe", 2)))
        return true;
    for (size_t i = 0; i + sizeof word <= most; i++)
        if (!strncasecmp(buf + i, word, sizeof word - 1))
            return true;
    return false;
}

int rpa_xml_doc_html(const char *buf, size_t len, const char *encoding,
                     struct rpa_xml_doc **ret_doc, struct rpa_err *err)
{
    int r = check_size(len, err);
    xml_start();
    if (r == 0 && encoding)
        r = check_encoding(encoding, err);
    if (r == 0)
        r = check_tags(buf, len, err);
    if (r < 0)
        return r;
    if (encoding && xmlParseCharEncoding(encoding) == XML_CHAR_ENCODING_UTF8 &&
        !rpa_utf8_valid(buf, len))
        return rpa_fail(err, RPA_EXML,
                        "the page is not in UTF-8, which is said of it");
    if (!encoding && !says_encoding(buf, len) && rpa_utf8_valid(buf, len))
        encoding = "UTF-8";
    htmlParserCtxtPtr p = htmlNewParserCtxt();
    if (!p)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a page");
    xmlDocPtr tree = htmlCtxtReadMemory(p, buf, (int)len, NULL, encoding,
                                        HTML_PARSE_RECOVER | HTML_PARSE_NONET |
                                            HTML_PARSE_NOERROR |
                                            HTML_PARSE_NOWARNING);
    if (!tree || no_memory(p))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a page");
    else if (stopped_early(p))
        r = page_stopped(p, err);
    if (r == 0)
        r = xml_doc_of(tree, NULL, ret_doc, err);
    else
        xmlFreeDoc(tree);
    htmlFreeParserCtxt(p);
    return r;
}

void rpa_xml_doc_free(struct rpa_xml_doc *doc)
{
    if (!doc)
        return;
    xml_xpath_drop(doc->xpath);
    xmlHashFree(doc->prefixes, xmlHashDefaultDeallocator);
    xmlFreeDoc(doc->tree);
    free(doc);
}

int rpa_xml_doc_ns(struct rpa_xml_doc *doc, const char *prefix, const char *uri,
                   struct rpa_err *err)
{
    if (!*prefix || !*uri)
        return rpa_fail(err, RPA_EINVAL,
                        "a namespace needs a prefix and a URI, both not empty");
    xmlXPathContextPtr ctx = doc->xpath->context;
    ctx->nsHash = doc->prefixes;
    int failed = xmlXPathRegisterNs(ctx, BAD_CAST prefix, BAD_CAST uri);
    doc->prefixes = ctx->nsHash;
    ctx->nsHash = NULL;
    if (failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a namespace");
    return 0;
}

static int xpath_failed(xmlXPathContextPtr ctx, const char *xpath,
                        struct rpa_err *err)
{
    switch (ctx->lastError.code) {
    case XML_XPATH_UNDEF_PREFIX_ERROR:
        rpa_fail(err, RPA_EINVAL, "XPath '%s' uses a prefix that was not named",
                 xpath);
        return rpa_err_hint(err, "name it first: doc:ns(prefix, uri)");
    case XML_XPATH_EXPRESSION_OK + XPATH_OP_LIMIT_EXCEEDED:
        return rpa_fail(err, RPA_EXML, "XPath '%s' takes too long here", xpath);
    case XML_XPATH_EXPRESSION_OK + XPATH_MEMORY_ERROR:
    case XML_ERR_NO_MEMORY:
        return rpa_fail(err, RPA_ENOMEM, "no memory for XPath '%s'", xpath);
    default:
        return rpa_fail(err, RPA_EINVAL, "bad XPath '%s'", xpath);
    }
}

static int eval(struct rpa_xml_doc *doc, const struct rpa_xml_node *node,
                const char *xpath, xmlXPathObjectPtr *ret_hit,
                struct rpa_err *err)
{
    xmlXPathContextPtr ctx = doc->xpath->context;
    if (!rpa_utf8_valid(xpath, strlen(xpath)))
        return rpa_fail(err, RPA_EINVAL, "an XPath that is not UTF-8");
    ctx->doc = doc->tree;
    ctx->nsHash = doc->prefixes;
    ctx->node = node ? (xmlNodePtr)(uintptr_t)node : (xmlNodePtr)doc->tree;
    ctx->opLimit = XPATH_STEPS;
    ctx->opCount = 0;
    xmlResetError(&ctx->lastError);
    xmlXPathObjectPtr hit = compute(xpath, ctx);
    ctx->doc = NULL;
    ctx->node = NULL;
    ctx->nsHash = NULL;
    if (!hit)
        return xpath_failed(ctx, xpath, err);
    *ret_hit = hit;
    return 0;
}

static int not_found(const struct rpa_xml_doc *doc, const char *xpath,
                     struct rpa_err *err)
{
    const xmlNode *root = xmlDocGetRootElement(doc->tree);
    rpa_fail(err, RPA_ENOTFOUND, "no node for '%s'", xpath);
    if (root && root->ns && !root->ns->prefix)
        rpa_err_hint(err,
                     "<%s> is in namespace %s: give that a prefix with doc:ns()"
                     " and use it in the path",
                     (const char *)root->name, (const char *)root->ns->href);
    return -RPA_ENOTFOUND;
}

int rpa_xml_doc_text(struct rpa_xml_doc *doc, const struct rpa_xml_node *node,
                     const char *xpath, char **ret_text, struct rpa_err *err)
{
    xmlXPathObjectPtr hit = NULL;
    int r = eval(doc, node, xpath, &hit, err);
    if (r < 0)
        return r;
    if (hit->type == XPATH_NODESET && xmlXPathNodeSetIsEmpty(hit->nodesetval)) {
        r = not_found(doc, xpath, err);
        goto out;
    }
    if (hit->type == XPATH_NODESET)
        xmlXPathNodeSetSort(hit->nodesetval);
    char *text = (char *)xmlXPathCastToString(hit);
    if (text)
        *ret_text = text; /* malloc'd: libxml2's allocator is left alone */
    else
        r = rpa_fail(err, RPA_ENOMEM, "no memory for text");
out:
    xmlXPathFreeObject(hit);
    return r;
}

/* The nodes of @set; a namespace node would die with the set */
static int take_nodes(xmlNodeSetPtr set, const char *xpath,
                      const struct rpa_xml_node ***ret_nodes, size_t *ret_n,
                      struct rpa_err *err)
{
    size_t n = set ? (size_t)set->nodeNr : 0;
    if (n > RPA_XML_MAX_NODES)
        return rpa_fail(err, RPA_EXML, "XPath '%s' selects %zu nodes", xpath,
                        n);
    const struct rpa_xml_node **nodes = calloc(n + 1, sizeof *nodes);
    if (!nodes)
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu nodes", n);
    for (size_t i = 0; i < n; i++) {
        if (set->nodeTab[i]->type == XML_NAMESPACE_DECL) {
            free(nodes);
            return rpa_fail(err, RPA_EINVAL, "XPath '%s' selects namespaces",
                            xpath);
        }
        nodes[i] = (const struct rpa_xml_node *)set->nodeTab[i];
    }
    *ret_nodes = nodes;
    *ret_n = n;
    return 0;
}

int rpa_xml_doc_all(struct rpa_xml_doc *doc, const struct rpa_xml_node *node,
                    const char *xpath, const struct rpa_xml_node ***ret_nodes,
                    size_t *ret_n, struct rpa_err *err)
{
    xmlXPathObjectPtr hit = NULL;
    int r = eval(doc, node, xpath, &hit, err);
    if (r < 0)
        return r;
    if (hit->type == XPATH_NODESET) {
        xmlXPathNodeSetSort(hit->nodesetval);
        r = take_nodes(hit->nodesetval, xpath, ret_nodes, ret_n, err);
    } else {
        r = rpa_fail(err, RPA_EINVAL, "XPath '%s' selects no nodes but a value",
                     xpath);
    }
    xmlXPathFreeObject(hit);
    return r;
}

static const xmlNode *real(const struct rpa_xml_node *node)
{
    return (const xmlNode *)node;
}

static bool has_name(const xmlNode *n)
{
    return n->type == XML_ELEMENT_NODE || n->type == XML_ATTRIBUTE_NODE;
}

const char *rpa_xml_node_name(const struct rpa_xml_node *node)
{
    const xmlNode *n = real(node);
    return has_name(n) ? (const char *)n->name : "";
}

/* xmlAttr and xmlNode agree in their first fields up to doc, not in ns */
const char *rpa_xml_node_ns(const struct rpa_xml_node *node)
{
    const xmlNode *n = real(node);
    const xmlNs *ns = !has_name(n)                    ? NULL
                      : n->type == XML_ATTRIBUTE_NODE ? ((const xmlAttr *)n)->ns
                                                      : n->ns;
    return ns && ns->href ? (const char *)ns->href : "";
}

long rpa_xml_node_line(const struct rpa_xml_node *node)
{
    const xmlNode *n = real(node);
    return xmlGetLineNo(n->type == XML_ATTRIBUTE_NODE ? n->parent : n);
}
