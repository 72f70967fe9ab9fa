/* Fuzzer of lib/xml: the first line of the input is an XPath, the rest a
 * document. Nothing may crash, leak, print or take long.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=c17 -D_GNU_SOURCE \
 *       -Iinclude $(pkg-config --cflags --libs libxml-2.0) \
 *       tests/fuzz/fuzz_xml.c lib/xml/doc.c lib/base/[beu]*.c -o fuzz_xml
 *   ./fuzz_xml -max_total_time=60 -timeout=5 CORPUS tests/fuzz/corpus/xml
 */
#include "rpa/xml/doc.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    if (!end)
        return 0;
    char *xpath = strndup((const char *)data, (size_t)(end - data));
    const char *xml = (const char *)end + 1;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    char *text = NULL;
    if (xpath && rpa_xml_doc_parse(xml, size - (size_t)(end + 1 - data), &doc,
                                   &err) == 0) {
        rpa_xml_doc_ns(doc, "o", "urn:example:online-crime:1", &err);
        if (rpa_xml_doc_text(doc, NULL, xpath, &text, &err) == 0)
            free(text);
        walk(doc, xpath);
        walk(doc, "//node()|//@*");
    }
    rpa_xml_doc_free(doc);
    free(xpath);
    return 0;
}
