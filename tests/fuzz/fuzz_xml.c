/* Fuzzer of lib/xml: the first line of the input is an XPath, the rest a
 * document, a page, a schema and a stream of pieces. Nothing may crash, leak,
 * print or take long.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=c17 -D_GNU_SOURCE \
 *       -Iinclude $(pkg-config --cflags --libs libxml-2.0) \
 *       tests/fuzz/fuzz_xml.c lib/xml/[a-z]*.c lib/base/[beu]*.c -o fuzz_xml
 *   ./fuzz_xml -max_total_time=60 -timeout=5 CORPUS tests/fuzz/corpus/xml
 */
#include "rpa/xml/build.h"
#include "rpa/xml/reader.h"
#include "rpa/xml/schema.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct rpa_xml_doc *doc, const char *xpath)
{
    const struct rpa_xml_node **nodes = NULL;
    struct rpa_err err;
    size_t n = 0;
    if (rpa_xml_doc_all(doc, NULL, xpath, &nodes, &n, &err) == 0) {
        for (size_t i = 0; i < n && i < 16; i++) {
            char *text = NULL;
            if (!rpa_xml_node_name(nodes[i]) || !rpa_xml_node_ns(nodes[i]) ||
                rpa_xml_node_line(nodes[i]) < -1)
                abort();
            if (rpa_xml_doc_text(doc, nodes[i], "..", &text, &err) == 0)
                free(text);
        }
    }
    free(nodes);
}

/* the records of a stream of pieces of @step bytes */
static void stream(const char *path, const char *xml, size_t len, size_t step)
{
    struct rpa_xml_reader *reader = NULL;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    int r = rpa_xml_reader_new(path, NULL, 0, &reader, &err);
    for (size_t at = 0; r == 0 && at <= len; at += step) {
        bool last = at + step > len;
        r = rpa_xml_reader_feed(reader, xml + at, last ? len - at : step, last,
                                &err);
        while (rpa_xml_reader_next(reader, &doc, &err) == 0 && doc) {
            walk(doc, "//node()");
            rpa_xml_doc_free(doc);
        }
    }
    rpa_xml_reader_free(reader);
}

/* what was read can be written, and is the same then */
static void write_again(struct rpa_xml_doc *doc)
{
    struct rpa_xml_doc *again = NULL;
    struct rpa_err err;
    char *bytes = NULL, *first = NULL, *second = NULL;
    size_t len = 0, n = 0, m = 0;
    if (rpa_xml_doc_bytes(doc, &bytes, &len, &err) == 0 &&
        rpa_xml_doc_canonical(doc, &first, &n, &err) == 0 &&
        rpa_xml_doc_parse(bytes, len, &again, &err) == 0 &&
        rpa_xml_doc_canonical(again, &second, &m, &err) == 0 &&
        (n != m || memcmp(first, second, n) != 0))
        abort();
    rpa_xml_doc_free(again);
    free(bytes);
    free(first);
    free(second);
}

static void schema(struct rpa_xml_doc *doc, const char *xml, size_t len)
{
    struct rpa_xml_problems found = { 0 };
    struct rpa_xml_schema *s = NULL;
    struct rpa_err err;
    if (rpa_xml_schema_parse(xml, len, &s, &err) == 0 &&
        rpa_xml_schema_check(s, doc, &found, &err) == 0)
        rpa_xml_problems_clear(&found);
    rpa_xml_schema_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    if (!end)
        return 0;
    char *xpath = strndup((const char *)data, (size_t)(end - data));
    const char *xml = (const char *)end + 1;
    size_t len = size - (size_t)(end + 1 - data);
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    char *text = NULL;
    if (xpath && rpa_xml_doc_parse(xml, len, &doc, &err) == 0) {
        rpa_xml_doc_ns(doc, "o", "urn:example:online-crime:1", &err);
        if (rpa_xml_doc_text(doc, NULL, xpath, &text, &err) == 0)
            free(text);
        walk(doc, xpath);
        walk(doc, "//node()|//@*");
        write_again(doc);
        schema(doc, xml, len);
    }
    rpa_xml_doc_free(doc);
    doc = NULL;
    if (xpath) {
        stream(xpath, xml, len, 7);
        stream(xpath, xml, len, len + 1);
    }
    if (rpa_xml_doc_html(xml, len, NULL, &doc, &err) == 0)
        walk(doc, "//node()|//@*");
    rpa_xml_doc_free(doc);
    free(xpath);
    return 0;
}
