#include "rpa/xml/build.h"
#include "priv.h"
#include "rpa/base/utf8.h"

#include <libxml/c14n.h>
#include <libxml/xmlsave.h>
#include <libxml/xmlwriter.h>

#include <stdlib.h>
#include <string.h>

struct rpa_xml_builder {
    xmlBufferPtr bytes;
    xmlTextWriterPtr writer;
    int depth, roots;
};

static int no_memory(struct rpa_err *err)
{
    return rpa_fail(err, RPA_ENOMEM, "no memory for an XML document");
}

int rpa_xml_build_new(struct rpa_xml_builder **ret, struct rpa_err *err)
{
    xml_start();
    struct rpa_xml_builder *b = calloc(1, sizeof *b);
    if (b)
        b->bytes = xmlBufferCreate();
    if (b && b->bytes)
        b->writer = xmlNewTextWriterMemory(b->bytes, 0);
    if (!b || !b->writer) {
        rpa_xml_build_free(b);
        return no_memory(err);
    }
    *ret = b;
    return 0;
}

void rpa_xml_build_free(struct rpa_xml_builder *b)
{
    if (!b)
        return;
    xmlFreeTextWriter(b->writer);
    xmlBufferFree(b->bytes);
    free(b);
}

static int check_name(const char *name, const char *what, struct rpa_err *err)
{
    if (rpa_utf8_valid(name, strlen(name)) &&
        xmlValidateQName(BAD_CAST name, 0) == 0)
        return 0;
    return rpa_fail(err, RPA_EINVAL, "'%.80s' is no name of an %s in XML", name,
                    what);
}

/* XML 1.0, production 2; libxml2 writes what no reader would take */
static int check_text(const char *text, size_t len, struct rpa_err *err)
{
    bool fine = rpa_utf8_valid(text, len);
    for (size_t i = 0; fine && i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        fine = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
        if (c == 0xef && !strncmp(text + i, "\xef\xbf", 2))
            fine = (unsigned char)text[i + 2] < 0xbe; /* U+FFFE, U+FFFF */
    }
    if (fine)
        return 0;
    return rpa_fail(err, RPA_EINVAL,
                    "text with a character that no XML can hold");
}

int rpa_xml_build_open(struct rpa_xml_builder *b, const char *name,
                       struct rpa_err *err)
{
    int r = check_name(name, "element", err);
    if (r == 0 && b->depth == 0 && b->roots++)
        return rpa_fail(err, RPA_EINVAL, "a second root, '%.80s'", name);
    if (r == 0 && b->depth == RPA_XML_MAX_DEPTH)
        return rpa_fail(err, RPA_EINVAL, "'%.80s' is more than %d deep", name,
                        RPA_XML_MAX_DEPTH);
    b->depth++;
    if (r == 0 && xmlTextWriterStartElement(b->writer, BAD_CAST name) < 0)
        r = no_memory(err);
    return r;
}

int rpa_xml_build_attribute(struct rpa_xml_builder *b, const char *name,
                            const char *value, size_t len,
                            struct rpa_err *err)
{
    int r = check_name(name, "attribute", err);
    if (r == 0)
        r = check_text(value, len, err);
    if (r == 0 && xmlTextWriterWriteAttribute(b->writer, BAD_CAST name,
                                              BAD_CAST value) < 0)
        r = no_memory(err);
    return r;
}

int rpa_xml_build_text(struct rpa_xml_builder *b, const char *text, size_t len,
                       struct rpa_err *err)
{
    int r = check_text(text, len, err);
    if (r == 0 && xmlTextWriterWriteString(b->writer, BAD_CAST text) < 0)
        r = no_memory(err);
    return r;
}

void rpa_xml_build_close(struct rpa_xml_builder *b)
{
    b->depth--;
    xmlTextWriterEndElement(b->writer);
}

int rpa_xml_build_end(struct rpa_xml_builder *b, struct rpa_xml_doc **ret_doc,
                      struct rpa_err *err)
{
    int r = xmlTextWriterEndDocument(b->writer) < 0
                ? no_memory(err)
                : rpa_xml_doc_parse((const char *)xmlBufferContent(b->bytes),
                                    (size_t)xmlBufferLength(b->bytes), ret_doc,
                                    err);
    rpa_xml_build_free(b);
    return r;
}

/* ---- as bytes ---- */

int rpa_xml_doc_bytes(struct rpa_xml_doc *doc, char **ret, size_t *ret_len,
                      struct rpa_err *err)
{
    xmlChar *bytes = NULL;
    int len = 0;
    xmlDocDumpMemoryEnc(doc->tree, &bytes, &len, "UTF-8");
    if (!bytes)
        return no_memory(err);
    *ret = (char *)bytes; /* malloc'd: libxml2's allocator is left alone */
    *ret_len = (size_t)len;
    return 0;
}

int rpa_xml_doc_canonical(struct rpa_xml_doc *doc, char **ret, size_t *ret_len,
                          struct rpa_err *err)
{
    xmlChar *bytes = NULL;
    int len = xmlC14NDocDumpMemory(doc->tree, NULL, XML_C14N_1_1, NULL, 0,
                                   &bytes);
    if (len < 0 || !bytes)
        return rpa_fail(err, RPA_EXML, "the document has no canonical form");
    *ret = (char *)bytes;
    *ret_len = (size_t)len;
    return 0;
}
