#include "rpa/xml/build.h"
#include "tap.h"

#include <stdlib.h>

/* A report with @name as an element, @key="@value" and @text in it. */
static int build(const char *name, const char *key, const char *value,
                 const char *text, size_t len, struct rpa_xml_doc **doc,
                 struct rpa_err *err)
{
    struct rpa_xml_builder *b = NULL;
    int r = rpa_xml_build_new(&b, err);
    if (r == 0)
        r = rpa_xml_build_open(b, "r", err);
    if (r == 0)
        r = rpa_xml_build_open(b, name, err);
    if (r == 0)
        r = rpa_xml_build_attribute(b, key, value, strlen(value), err);
    if (r == 0)
        r = rpa_xml_build_text(b, text, len, err);
    if (r < 0) {
        rpa_xml_build_free(b);
        return r;
    }
    rpa_xml_build_close(b);
    rpa_xml_build_close(b);
    return rpa_xml_build_end(b, doc, err);
}

static void refused(const char *name, const char *key, const char *value,
                    const char *text, size_t len, const char *said)
{
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    int r = build(name, key, value, text, len, &doc, &err);
    ok(r < 0 && strstr(err.msg, said), "%s: %s", said, err.msg);
    rpa_xml_doc_free(doc);
}

static void test_refused(void)
{
    refused("a b", "k", "v", "t", 1, "'a b' is no name");
    refused("a/><x", "k", "v", "t", 1, "is no name");
    refused("", "k", "v", "t", 1, "is no name");
    refused("a\xff", "k", "v", "t", 1, "is no name");
    refused("z:a", "k", "v", "t", 1, "Namespace prefix z");
    refused("a", "k'", "v", "t", 1, "is no name");
    refused("a", "k", "\x01", "t", 1, "no XML can hold");
    refused("a", "k", "v", "a\0b", 3, "no XML can hold");
    refused("a", "k", "v", "\xef\xbf\xbf", 3, "no XML can hold");
    refused("a", "k", "v", "\xed\xa0\x80", 3, "no XML can hold");
}

/* Whatever text goes in comes out, of the document and of its bytes read
 * again. */
static void test_texts(void)
{
    static const char *const texts[] = {
        "", " ", "O'Brien & <Siân>", "]]>", "\t\n", "\r\n", "a\"b'c", "ŵ£€’😀",
        "&amp;&#13;", "<!--x-->", "\xef\xbf\xbd",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct rpa_xml_doc *doc = NULL, *again = NULL;
        struct rpa_err err = { 0 };
        char *bytes = NULL, *text = NULL, *value = NULL;
        size_t len = 0;
        int r = build("a", "k", texts[i], texts[i], strlen(texts[i]), &doc,
                      &err);
        if (r == 0)
            r = rpa_xml_doc_bytes(doc, &bytes, &len, &err);
        if (r == 0)
            r = rpa_xml_doc_parse(bytes, len, &again, &err);
        if (r == 0)
            r = rpa_xml_doc_text(again, NULL, "/r/a", &text, &err);
        if (r == 0)
            r = rpa_xml_doc_text(again, NULL, "/r/a/@k", &value, &err);
        ok(r == 0 && !strcmp(text, texts[i]) && !strcmp(value, texts[i]),
           "text %zu: %s", i, r < 0 ? err.msg : bytes);
        free(bytes);
        free(text);
        free(value);
        rpa_xml_doc_free(doc);
        rpa_xml_doc_free(again);
    }
}

static void test_deep(void)
{
    struct rpa_xml_builder *b = NULL;
    struct rpa_err err;
    int r = rpa_xml_build_new(&b, &err), n = 0;
    while (r == 0 && n < 1000) {
        r = rpa_xml_build_open(b, "a", &err);
        n += r == 0;
    }
    ok(r == -RPA_EINVAL && n == RPA_XML_MAX_DEPTH, "%d deep: %s", n, err.msg);
    rpa_xml_build_free(b);
}

static void test_roots(void)
{
    struct rpa_xml_builder *b = NULL;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    int r = rpa_xml_build_new(&b, &err);
    if (r == 0)
        r = rpa_xml_build_open(b, "a", &err);
    rpa_xml_build_close(b);
    ok(r == 0 && rpa_xml_build_open(b, "b", &err) == -RPA_EINVAL,
       "a second root: %s", err.msg);
    rpa_xml_build_free(b);
    r = rpa_xml_build_new(&b, &err);
    ok(r == 0 && rpa_xml_build_end(b, &doc, &err) == -RPA_EXML, "no root: %s",
       err.msg);
}

static void test_canonical(void)
{
    static const char one[] = "<a  c='2' b = \"1\"><!--x--><d/></a>",
                      two[] = "<?xml version='1.0'?>\n<a b='1' c='2'><d></d></a>";
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    char *first = NULL, *second = NULL;
    size_t n = 0, m = 0;
    rpa_xml_doc_parse(one, strlen(one), &doc, &err);
    rpa_xml_doc_canonical(doc, &first, &n, &err);
    rpa_xml_doc_free(doc);
    rpa_xml_doc_parse(two, strlen(two), &doc, &err);
    rpa_xml_doc_canonical(doc, &second, &m, &err);
    rpa_xml_doc_free(doc);
    ok(n == m && !memcmp(first, second, n), "canonical: %.*s", (int)n, first);
    free(first);
    free(second);
}

int main(void)
{
    test_refused();
    test_texts();
    test_deep();
    test_roots();
    test_canonical();
    return tap_done();
}
