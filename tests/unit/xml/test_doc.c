#include "rpa/xml/doc.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "tap.h"

#include <stdlib.h>

#define NS "xmlns='urn:a' xmlns:k='urn:k'"
#define OUTSIDE "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'>"

static const struct {
    const char *name, *xml, *xpath, *want;
    int code;
    const char *said; /* that must be in the sentence */
} cases[] = {
    { "element text", "<a><b>x</b></a>", "/a/b", "x", RPA_OK, NULL },
    { "attribute", "<a b='x &amp; y'/>", "/a/@b", "x & y", RPA_OK, NULL },
    { "the first of several", "<a><b>1</b><b>2</b></a>", "//b", "1", 0, NULL },
    { "the first in document order", "<a><b>1</b><c>2</c></a>", "//c | //b",
      "1", RPA_OK, NULL },
    { "reverse axes too", "<a><b>1</b><b>2</b><c/></a>",
      "//c/preceding-sibling::b", "1", RPA_OK, NULL },
    { "text of descendants", "<a>x<b>y<c>z</c></b></a>", "/a", "xyz", 0, NULL },
    { "blanks are data", "<a>  O'B  \n</a>", "/a", "  O'B  \n", RPA_OK, NULL },
    { "empty is not absent", "<a><b/></a>", "/a/b", "", RPA_OK, NULL },
    { "CDATA", "<a>1<![CDATA[<&]]>2</a>", "/a", "1<&2", RPA_OK, NULL },
    { "CDATA as text()", "<a>1<![CDATA[<&]]>2</a>", "/a/text()", "1<&2", 0,
      NULL },
    { "character references", "<a>&#x175;&#8217;&lt;</a>", "/a", "ŵ’<", 0,
      NULL },
    { "Latin-1 becomes UTF-8",
      "<?xml version='1.0' encoding='ISO-8859-1'?><a>Si\xe2n</a>", "/a", "Siân",
      RPA_OK, NULL },
    { "a number", "<a><b/><b/></a>", "count(//b)", "2", RPA_OK, NULL },
    { "a string", "<a>x</a>", "concat(/a, '!')", "x!", RPA_OK, NULL },
    { "a harmless DOCTYPE", "<!DOCTYPE a><a>x</a>", "/a", NULL, RPA_EXML,
      "a DTD, in line 1" },
    { "an external one", "<?xml version='1.0'?>\n<!DOCTYPE a PUBLIC 'p' 'u'>\n<a/>",
      "/a", NULL, RPA_EXML, "a DTD, in line 2" },
    { "namespaces by our own prefix", "<a " NS "><k:b>x</k:b></a>", "/o:a/kk:b",
      "x", RPA_OK, NULL },
    { "no prefix, no namespace", "<a " NS "/>", "/a", NULL, RPA_ENOTFOUND,
      NULL },
    { "no such node", "<a/>", "/z", NULL, RPA_ENOTFOUND, "/z" },
    { "bad XPath", "<a/>", "][", NULL, RPA_EINVAL, "][" },
    { "XPath in bad UTF-8", "<a/>", "/\xff", NULL, RPA_EINVAL, NULL },
    { "unnamed prefix", "<a/>", "/q:a", NULL, RPA_EINVAL, "not named" },
    { "unknown function", "<a/>", "document('x')", NULL, RPA_EINVAL, NULL },
    { "cut off", "<a>\n<b>", "/a", NULL, RPA_EXML, "line 2" },
    { "cut in a tag", "<a><b x='", "/a", NULL, RPA_EXML, NULL },
    { "not XML", "{\"a\":1}", "/a", NULL, RPA_EXML, "line 1" },
    { "empty", "", "/a", NULL, RPA_EXML, "empty" },
    { "text after the end", "<a/>x", "/a", NULL, RPA_EXML, NULL },
    { "bad UTF-8", "<a>\xff</a>", "/a", NULL, RPA_EXML, NULL },
    { "unnamed namespace", "<k:a/>", "/a", NULL, RPA_EXML, NULL },
    { "unknown entity", "<a>&nope;</a>", "/a", NULL, RPA_EXML, "nope" },
    { "entity of a DTD elsewhere", OUTSIDE "<a>x&e;y</a>", "/a", NULL, RPA_EXML,
      "a DTD" },
    { "and in an attribute", OUTSIDE "<a b='x&e;y'/>", "/a", NULL, RPA_EXML,
      "a DTD" },
    { "entity declared", "<!DOCTYPE a [<!ENTITY e 'v'>]><a>&e;</a>", "/a", NULL,
      RPA_EXML, "a DTD" },
    { "a file by entity",
      "<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/passwd'>]><a>&e;</a>", "/a", NULL,
      RPA_EXML, "a DTD" },
    { "parameter entity", "<!DOCTYPE a [<!ENTITY % p 'x'>%p;]><a/>", "/a", NULL,
      RPA_EXML, "a DTD" },
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_xml_doc *doc = NULL;
        struct rpa_err err = { 0 };
        char *got = NULL;
        int r =
            rpa_xml_doc_parse(cases[i].xml, strlen(cases[i].xml), &doc, &err);
        if (r == 0)
            r = rpa_xml_doc_ns(doc, "o", "urn:a", &err);
        if (r == 0)
            r = rpa_xml_doc_ns(doc, "kk", "urn:k", &err);
        if (r == 0)
            r = rpa_xml_doc_text(doc, NULL, cases[i].xpath, &got, &err);
        is_int(r, -cases[i].code, cases[i].name);
        is_str(got, cases[i].want, cases[i].name);
        if (cases[i].said && !ok(strstr(err.msg, cases[i].said),
                                 "%s: says '%s'", cases[i].name, cases[i].said))
            printf("# %s\n", err.msg);
        free(got);
        rpa_xml_doc_free(doc);
    }
}

static struct rpa_xml_doc *must_parse(const char *xml)
{
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    if (rpa_xml_doc_parse(xml, strlen(xml), &doc, &err) < 0)
        printf("Bail out! %s\n", err.msg), exit(1);
    return doc;
}

static void test_nodes(void)
{
    struct rpa_xml_doc *doc = must_parse(
        "<r xmlns:k='urn:k'>\n<k:p id='1'><n>A</n></k:p>\n<k:p id='2'>"
        "<n>B</n></k:p></r>");
    const struct rpa_xml_node **nodes = NULL, **inner = NULL;
    size_t n = 9, m = 9;
    struct rpa_err err = { 0 };
    char *text = NULL;
    rpa_xml_doc_ns(doc, "k", "urn:k", &err);
    is_int(rpa_xml_doc_all(doc, NULL, "//k:p", &nodes, &n, &err), 0, "all");
    is_int((long long)n, 2, "two nodes");
    is_int(rpa_xml_doc_text(doc, nodes[1], "n", &text, &err), 0, "relative");
    is_str(text, "B", "from the second node");
    is_str(rpa_xml_node_name(nodes[1]), "p", "name");
    is_str(rpa_xml_node_ns(nodes[1]), "urn:k", "namespace");
    is_int(rpa_xml_node_line(nodes[1]), 3, "line");
    is_int(rpa_xml_doc_all(doc, nodes[0], "@id", &inner, &m, &err), 0, "attrs");
    is_int((long long)m, 1, "one attribute");
    is_str(rpa_xml_node_name(inner[0]), "id", "attribute name");
    is_str(rpa_xml_node_ns(inner[0]), "", "attribute namespace");
    is_int(rpa_xml_node_line(inner[0]), 2, "attribute line");
    free(text);
    text = NULL;
    is_int(rpa_xml_doc_text(doc, inner[0], "../n", &text, &err), 0, "parent");
    is_str(text, "A", "an attribute as the start of a path");
    free(text);
    free(inner);
    inner = NULL;
    is_int(rpa_xml_doc_all(doc, NULL, "//zz", &inner, &m, &err), 0, "none");
    ok(m == 0 && inner, "is an empty list");
    free(inner);
    inner = NULL;
    is_int(rpa_xml_doc_all(doc, NULL, "count(//n)", &inner, &m, &err),
           -RPA_EINVAL, "a number is no list");
    is_int(rpa_xml_doc_all(doc, NULL, "//namespace::*", &inner, &m, &err),
           -RPA_EINVAL, "namespaces are no nodes");
    is_int(rpa_xml_doc_ns(doc, "", "urn:k", &err), -RPA_EINVAL, "no prefix");
    ok(!inner, "nothing was set");
    free(nodes);
    rpa_xml_doc_free(doc);
    rpa_xml_doc_free(NULL);
}

static void test_hint(void)
{
    struct rpa_xml_doc *doc = must_parse("<a xmlns='urn:a'/>");
    struct rpa_err err = { 0 };
    char *text = NULL;
    rpa_xml_doc_text(doc, NULL, "/a", &text, &err);
    ok(strstr(err.hint, "urn:a"), "the hint names the default namespace");
    rpa_xml_doc_free(doc);
}

/* Hostile documents: one clear error, and quickly */
static void refused(const char *name, struct rpa_buf *xml, const char *said)
{
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    int64_t start = rpa_mono_us();
    is_int(rpa_xml_doc_parse(xml->data, xml->len, &doc, &err), -RPA_EXML, name);
    ok(rpa_mono_us() - start < 2000000, "%s: quickly", name);
    if (!ok(strstr(err.msg, said), "%s: says so", name))
        printf("# %s\n", err.msg);
    rpa_xml_doc_free(doc);
    rpa_buf_clear(xml);
}

static void test_hostile(void)
{
    struct rpa_buf b = { 0 };
    rpa_buf_puts(&b, "<!DOCTYPE z [<!ENTITY a0 'lol'>");
    for (int i = 1; i < 10; i++) {
        rpa_buf_printf(&b, "<!ENTITY a%d '", i);
        for (int k = 0; k < 10; k++)
            rpa_buf_printf(&b, "&a%d;", i - 1);
        rpa_buf_puts(&b, "'>");
    }
    rpa_buf_puts(&b, "]><z b='&a9;'>&a9;</z>");
    refused("billion laughs", &b, "a DTD");

    for (int i = 0; i < 100000; i++)
        rpa_buf_puts(&b, "<a>");
    refused("too deep", &b, "depth");

    rpa_buf_puts(&b, "<a>");
    while (b.len <= RPA_XML_MAX_BYTES)
        rpa_buf_puts(&b, "<b>0123456789012345678901234567890123456789</b>");
    refused("too large", &b, "bytes");
}

/* axes in a row, whose cost libxml2 does not count; and the next XPath is itself
 * again */
static void test_endless(void)
{
    struct rpa_buf b = { 0 };
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    char *text = NULL;
    rpa_buf_puts(&b, "<a>");
    for (int i = 0; i < 3000; i++)
        rpa_buf_puts(&b, "<b/>");
    rpa_buf_puts(&b, "</a>");
    is_int(rpa_xml_doc_parse(b.data, b.len, &doc, &err), 0, "3000 elements");
    is_int(rpa_xml_doc_text(doc, NULL,
                            "count(//b/following::*/preceding::*/following::*)",
                            &text, &err),
           -RPA_EXML, "an XPath that would run half a minute");
    ok(strstr(err.msg, "takes too long"), "%s", err.msg);
    is_int(rpa_xml_doc_text(doc, NULL, "count(//b)", &text, &err), 0, "another");
    is_str(text, "3000", "is whole");
    free(text);
    rpa_xml_doc_free(doc);
    rpa_buf_clear(&b);
}

/* A page is read to its end or not at all; NULL: not at all */
static void page(const char *name, const char *bytes, size_t len,
                 const char *want)
{
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    char *count = NULL;
    int r = rpa_xml_doc_html(bytes, len, NULL, &doc, &err);
    is_int(r, want ? 0 : -RPA_EXML, name);
    if (r == 0)
        rpa_xml_doc_text(doc, NULL, "count(//p | //font)", &count, &err);
    is_str(count, want, name);
    if (r < 0)
        ok(strstr(err.msg, "beyond line 1"), "%s: says where", name);
    free(count);
    rpa_xml_doc_free(doc);
}

static void test_pages(void)
{
    static const struct {
        const char *name, *bytes;
        size_t len; /* 0: to its NUL */
        const char *want;
    } pages[] = {
        { "a page", "<p>a<p>b", 0, "2" },
        { "behind its end", "<p>a</html><p>b", 0, "2" },
        { "bytes that are no UTF-8", "<p>a<p>\xff\xfe<p>b", 0, "3" },
        { "a NUL", "<p>a</p>\0<p>b</p>", 17, NULL },
        { "in an attribute", "<p a='x\0y'>a</p><p>b</p>", 24, NULL },
        { "at the end", "<p>a</p><p>b</p>\0", 17, NULL },
        { "UTF-16", "\xff\xfe<\0p\0>\0a\0<\0p\0>\0b\0", 18, "2" },
        { "half a pair", "\xff\xfe<\0p\0>\0\0\xd8<\0p\0>\0b\0", 18, NULL },
        { "no Shift-JIS",
          "<meta charset=shift_jis><p>\x82\xa0<p>\x82\xff<p>b", 0, NULL },
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        page(pages[i].name, pages[i].bytes,
             pages[i].len ? pages[i].len : strlen(pages[i].bytes),
             pages[i].want);
    struct rpa_buf b = { 0 };
    for (int i = 0; i < 100; i++)
        rpa_buf_puts(&b, "<div><font>row<br>");
    page("tags that are not ended", b.data, b.len, "100");
    for (int i = 0; i < 300; i++)
        rpa_buf_puts(&b, "<div><font>row<br>");
    page("too many of them", b.data, b.len, NULL);
    rpa_buf_clear(&b);
    rpa_buf_puts(&b, "<p>");
    while (b.len < 11 << 20)
        rpa_buf_puts(&b, "01234567890123456789012345678901234567890123456789");
    rpa_buf_puts(&b, "<p>b");
    page("too long a text", b.data, b.len, NULL);
    rpa_buf_clear(&b);
}

static void test_slow_xpath(void)
{
    struct rpa_buf b = { 0 };
    struct rpa_err err = { 0 };
    char *text = NULL;
    rpa_buf_puts(&b, "<a>");
    for (int i = 0; i < 3000; i++)
        rpa_buf_puts(&b, "<b/>");
    rpa_buf_puts(&b, "</a>");
    struct rpa_xml_doc *doc = must_parse(b.data);
    is_int(rpa_xml_doc_text(doc, NULL, "count(//b[count(//b[count(//b)>0])>0])",
                            &text, &err),
           -RPA_EXML, "an XPath without end is stopped");
    is_int(rpa_xml_doc_text(doc, NULL, "count(//b)", &text, &err), 0,
           "the next one works");
    is_str(text, "3000", "the next one is right");
    free(text);
    rpa_xml_doc_free(doc);
    rpa_buf_clear(&b);
}

int main(void)
{
    test_cases();
    test_nodes();
    test_hint();
    test_hostile();
    test_endless();
    test_pages();
    test_slow_xpath();
    return tap_done();
}
