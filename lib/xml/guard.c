/* What keeps a document from reaching out, growing, or talking. */
#include "priv.h"
#include "rpa/base/log.h"

#include <libxml/parserInternals.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* some of its complaints go past every handler of a parser */
static void quiet(void *user, const char *fmt, ...)
{
    (void)user;
    (void)fmt;
}

/* no DTD, no schema's import, no file: whatever is named outside is not there */
static xmlParserInputPtr load_nothing(const char *url, const char *id,
                                      xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    return NULL;
}

/* see RPA_XML_NO_MEMORY */
static void *there(void *memory)
{
    if (memory)
        return memory;
    rpa_log(RPA_LOG_ERROR, "no memory is left to read XML");
    _exit(RPA_XML_NO_MEMORY);
}

static void *take(size_t size)
{
    return there(malloc(size));
}

static void *take_more(void *old, size_t size)
{
    return there(realloc(old, size));
}

static char *take_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(take(size), text, size);
}

void xml_start(void)
{
    static bool started;
    if (!started)
        xmlMemSetup(free, take, take_more, take_copy);
    started = true;
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, quiet);
    xmlSetExternalEntityLoader(load_nothing);
}

/* A DTD declares entities, and what is in a document beside what is seen there. */
static void no_dtd(void *parser, const xmlChar *name, const xmlChar *id,
                   const xmlChar *url)
{
    (void)name;
    (void)id;
    (void)url;
    xml_watch_of(parser)->dtd_line = ((xmlParserCtxtPtr)parser)->input->line;
    xmlStopParser(parser);
}

/* libxml2 asks these for every entity but its own five. Answering "none" would lose
 * text where a DTD stands elsewhere, and expanding is how a kilobyte becomes a
 * gigabyte: so the document ends here. */
static xmlEntityPtr no_entity(void *parser, const xmlChar *name)
{
    struct xml_watch *watch = xml_watch_of(parser);
    if (!watch->entity[0]) {
        xmlStrPrintf(watch->entity, sizeof watch->entity, "%s", name);
        watch->line = ((xmlParserCtxtPtr)parser)->input->line;
    }
    xmlStopParser(parser);
    return NULL;
}

/* A '<' is never inside a value: whatever stands before a tag, it is seen from its
 * begin on. Each attribute has a '=' outside of its quotes. */
static void see(struct xml_tags *at, char c)
{
    at->line += c == '\n';
    if (c == '<') {
        *at = (struct xml_tags){ .line = at->line, .tag = true };
    } else if (at->quote) {
        at->quote = c == at->quote ? 0 : at->quote;
    } else if (at->tag && c == '=') {
        at->attributes++;
        at->value = true;
    } else if (at->value && (c == '"' || c == '\'')) {
        at->quote = c;
        at->value = false;
    } else if (c == '>') {
        at->tag = at->value = false;
    } else if (!memchr(" \t\r\n", c, 5)) { /* NUL, of UTF-16, is a blank, too */
        at->value = false;
    }
}

int xml_check_tags(struct xml_tags *at, const char *buf, size_t len,
                   struct rpa_err *err)
{
    for (size_t i = 0; i < len; i++) {
        see(at, buf[i]);
        if (at->attributes > RPA_XML_MAX_ATTRIBUTES)
            return rpa_fail(err, RPA_EXML,
                            "an element in line %d has more than %d attributes",
                            at->line + 1, RPA_XML_MAX_ATTRIBUTES);
    }
    return 0;
}

xmlParserCtxtPtr xml_guard(xmlParserCtxtPtr parser, struct xml_watch *watch)
{
    if (parser) {
        parser->_private = watch;
        parser->sax->internalSubset = no_dtd;
        parser->sax->getEntity = no_entity;
        parser->sax->getParameterEntity = no_entity;
        xmlCtxtUseOptions(parser, XML_OPTIONS);
    }
    return parser;
}

struct xml_watch *xml_watch_of(void *parser)
{
    return ((xmlParserCtxtPtr)parser)->_private;
}

bool xml_is_utf7(const xmlChar *encoding)
{
    return encoding && (xmlStrcasestr(encoding, BAD_CAST "utf-7") ||
                        xmlStrcasestr(encoding, BAD_CAST "utf7"));
}

static bool hides_tags(xmlParserCtxtPtr parser)
{
    return xml_is_utf7(parser->encoding) ||
           (parser->input && xml_is_utf7(parser->input->encoding)) ||
           (parser->myDoc && xml_is_utf7(parser->myDoc->encoding));
}

bool xml_fine(xmlParserCtxtPtr parser)
{
    return parser->wellFormed && parser->nsWellFormed &&
           !xml_watch_of(parser)->entity[0] &&
           !xml_watch_of(parser)->dtd_line && !hides_tags(parser);
}

int xml_failed(xmlParserCtxtPtr parser, struct rpa_err *err)
{
    const xmlError *e = xmlCtxtGetLastError(parser);
    const char *entity = (const char *)xml_watch_of(parser)->entity;
    if (hides_tags(parser))
        return rpa_fail(err, RPA_EXML, "the document is not XML: line 1: UTF-7 "
                                       "is not read");
    if (xml_watch_of(parser)->dtd_line) {
        rpa_fail(err, RPA_EXML, "the document has a DTD, in line %d; none is read",
                 xml_watch_of(parser)->dtd_line);
        return rpa_err_hint(err, "ask its source for a document without "
                                 "<!DOCTYPE …>; a page is read by rpa.xml.html");
    }
    if (*entity) {
        rpa_fail(err, RPA_EXML,
                 "the document has an entity of its own, '%s', in line %d; "
                 "entities are not expanded",
                 entity, xml_watch_of(parser)->line);
        return rpa_err_hint(err, "ask its source for a document without them");
    }
    if (!e || e->code == XML_ERR_NO_MEMORY)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an XML document");
    const char *said = e->message ? e->message : "not well-formed";
    int len = (int)strcspn(said, "\n");
    return rpa_fail(err, RPA_EXML, "the document is not XML: line %d: %.*s",
                    e->line, len, said);
}
