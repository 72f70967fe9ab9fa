#include "rpa/xml/reader.h"
#include "rpa/base/buf.h"
#include "rpa/xml/build.h"
#include "tap.h"

#include <stdlib.h>

static const struct rpa_xml_prefix prefixes[] = { { "r", "urn:r" } };

/* The records of @xml, fed in pieces of @step bytes: "[text][text]", then how
 * it ended: "." or "!" and the sentence. */
static char *read_all(const char *path, const char *xml, size_t len,
                      size_t step, const char *xpath)
{
    struct rpa_xml_reader *reader = NULL;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_buf out = { 0 };
    struct rpa_err err;
    bool last = false;
    int r = rpa_xml_reader_new(path, prefixes, 1, &reader, &err);
    for (size_t at = 0; r == 0 && !last; at += step) {
        last = at + step >= len;
        r = rpa_xml_reader_feed(reader, xml + at, last ? len - at : step, last,
                                &err);
        while (rpa_xml_reader_next(reader, &doc, &err) == 0 && doc) {
            char *text = NULL;
            rpa_xml_doc_text(doc, NULL, xpath, &text, &err);
            rpa_buf_printf(&out, "[%s]", text ? text : "");
            free(text);
            rpa_xml_doc_free(doc);
        }
    }
    rpa_buf_printf(&out, r == 0 ? "." : "!%s", err.msg);
    rpa_xml_reader_free(reader);
    return rpa_buf_take(&out);
}

static const struct {
    const char *name, *path, *xml, *xpath, *want;
} cases[] = {
    { "records", "/l/p", "<l> <p>1</p>\n<q>no</q><p>2<b>3</b></p></l>", "/p",
      "[1][23]." },
    { "none", "/l/x", "<l><p/></l>", "/p", "." },
    { "the root itself", "/l", "<l><p>1</p></l>", "/l/p", "[1]." },
    { "anywhere", "//p", "<l><m><p>1</p></m><p>2</p></l>", "/p", "[1][2]." },
    { "a record in a record is part of it", "//p", "<l><p>1<p>2</p></p></l>",
      "/p", "[12]." },
    { "two paths", "/l/a | /l/b", "<l><a>1</a><b>2</b></l>", ".", "[1][2]." },
    { "a namespace of the root", "/r:l/r:p",
      "<l xmlns='urn:r' xmlns:z='urn:z'><p z:k='7'>1</p></l>", "/r:p/@*",
      "[7]." },
    { "a namespace of an element that has ended", "//r:p",
      "<l><m xmlns='urn:r'><p>1</p></m><n/></l>", "namespace-uri(/*)", "[urn:r]." },
    { "no namespace, no match", "//p", "<l xmlns='urn:r'><p>1</p></l>", ".",
      "." },
    { "blanks, CDATA and references are data", "/l/p",
      "<l><p> a<![CDATA[<&]]>&#x175; </p></l>", "/p", "[ a<&ŵ ]." },
    { "comments are not", "/l/p", "<l><!--x--><p>a<!--y-->b</p></l>", "/p",
      "[ab]." },
};

/* at each place where it can be cut in two the answer is the same */
static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].xml), bad = 0;
        for (size_t step = 1; step <= len; step++) {
            char *got = read_all(cases[i].path, cases[i].xml, len, step,
                                 cases[i].xpath);
            if (strcmp(got, cases[i].want) != 0 && !bad++)
                printf("# %zu: %s\n", step, got);
            free(got);
        }
        ok(!bad, "%s, in pieces of 1 to %zu bytes", cases[i].name, len);
    }
}

/* A record is the same document as where it stands: its canonical form is that of the
 * subtree, whose namespaces are those around it (C14N 1.1, 2.4, inclusive). */
static void test_canonical(void)
{
    static const struct {
        const char *path, *xml, *want;
    } all[] = {
        { "/r:l/r:p", "<l xmlns='urn:r'><p>1</p></l>",
          "<p xmlns=\"urn:r\">1</p>" },
        { "//r:p", "<x:l xmlns:x='urn:r' xmlns='urn:d'><x:m><x:p a='1' x:b='2'><c/>"
                   "</x:p></x:m></x:l>",
          "<x:p xmlns=\"urn:d\" xmlns:x=\"urn:r\" a=\"1\" x:b=\"2\"><c></c></x:p>" },
        { "/l/p", "<l xmlns:a='urn:1'><p xmlns:a='urn:2'><a:q/></p></l>",
          "<p xmlns:a=\"urn:2\"><a:q></a:q></p>" },
        { "//p", "<l xmlns='urn:r'><m xmlns=''><p><q xmlns='urn:r'/></p></m></l>",
          "<p><q xmlns=\"urn:r\"></q></p>" },
        { "//p", "<l xml:lang='cy'><m><p xml:space='preserve' xml:lang='en'> </p></m></l>",
          "<p xml:lang=\"en\" xml:space=\"preserve\"> </p>" },
        { "//p", "<l xmlns:t='urn:t'><m><p t='t:y'/></m><n/></l>",
          "<p xmlns:t=\"urn:t\" t=\"t:y\"></p>" },
        { "//p", "<l xmlns:a='urn:s' xmlns:b='urn:s'><p><b:q/><a:q/></p></l>",
          "<p xmlns:a=\"urn:s\" xmlns:b=\"urn:s\"><b:q></b:q><a:q></a:q></p>" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct rpa_xml_reader *reader = NULL;
        struct rpa_xml_doc *doc = NULL, *whole = NULL;
        struct rpa_err err = { 0 };
        char *got = NULL, *bytes = NULL, *again = NULL;
        size_t len = 0, n;
        rpa_xml_reader_new(all[i].path, prefixes, 1, &reader, &err);
        rpa_xml_reader_feed(reader, all[i].xml, strlen(all[i].xml), true, &err);
        rpa_xml_reader_next(reader, &doc, &err);
        rpa_xml_reader_free(reader); /* the record lives on */
        rpa_xml_doc_canonical(doc, &got, &len, &err);
        is_str(got, all[i].want, "canonical");
        rpa_xml_doc_bytes(doc, &bytes, &len, &err);
        rpa_xml_doc_parse(bytes, len, &whole, &err);
        rpa_xml_doc_canonical(whole, &again, &n, &err);
        is_str(again, all[i].want, "and so are its bytes");
        free(got);
        free(bytes);
        free(again);
        rpa_xml_doc_free(doc);
        rpa_xml_doc_free(whole);
    }
}

static void ends(const char *name, const char *path, const char *xml,
                 const char *records, const char *said)
{
    char *got = read_all(path, xml, strlen(xml), 5, ".");
    size_t n = strlen(records);
    ok(!strncmp(got, records, n) && got[n] == '!' && strstr(got + n, said),
       "%s: %s", name, got);
    free(got);
}

static void test_refused(void)
{
    ends("cut off", "/l/p", "<l><p>1</p>\n<p>2", "[1]", "line 2");
    ends("not closed", "/l/p", "<l><p>1</p>\n\n</q>", "[1]", "line 3");
    ends("an entity", "/l/p",
         "<!DOCTYPE l SYSTEM 'x'><l><p>1</p><p>&e;</p></l>", "", "a DTD");
    ends("one of its own", "/l/p",
         "<!DOCTYPE l [<!ENTITY e 'x'>]><l><p>1</p><p>&e;</p></l>", "", "a DTD");
    ends("an unknown entity", "/l/p", "<l><p>1</p><p>&e;</p></l>", "[1]", "'e'");
    ends("a second root", "/l/p", "<l><p>1</p></l><l/>", "[1]", "line 1");
    ends("nothing", "/l/p", " ", "", "");
    ends("another root", "/l/p", "<html><l><p>1</p></l></html>", "", "<html>");
    ends("of no namespace", "/r:l/p", "<l><p>1</p></l>", "", "is a <l>");
    ends("of one", "/l/p|/k/p", "<l xmlns='urn:r'><p/></l>", "", "is a <l>");
    ends("an attribute as path", "/l/@p", "<l/>", "", "no path of records");
    ends("a condition", "/l/p[1]", "<l/>", "", "no path of records");
    ends("a prefix not named", "/z:l", "<l/>", "", "no path of records");
    ends("no path", "", "<l/>", "", "no path of records");
}

static void test_deep(void)
{
    struct rpa_buf xml = { 0 };
    for (int i = 0; i < 100000; i++)
        rpa_buf_add(&xml, "<a>", 3);
    char *got = read_all("//z", xml.data, xml.len, 4096, ".");
    ok(strstr(got, "!the document is not XML: line 1"), "100,000 deep: %s",
       got);
    free(got);
    rpa_buf_clear(&xml);
}

/* A record as large as can be is not read on for ever. */
static void test_large(void)
{
    static char piece[1 << 20];
    struct rpa_xml_reader *reader = NULL;
    struct rpa_err err = { 0 };
    int r = rpa_xml_reader_new("/l/p", NULL, 0, &reader, &err), n = 0;
    memset(piece, 'x', sizeof piece);
    memcpy(piece, "</b><b>", 7);
    r = r == 0 ? rpa_xml_reader_feed(reader, "<l><p><b>", 9, false, &err) : r;
    while (r == 0 && n++ < 40)
        r = rpa_xml_reader_feed(reader, piece, sizeof piece, false, &err);
    ok(r == -RPA_EXML && n <= 33 && strstr(err.msg, "a record has more"),
       "a record of gigabytes ends after %d MiB: %s", n, err.msg);
    is_int(rpa_xml_reader_feed(reader, "x", 1, true, &err), -RPA_EXML,
           "and there is no more of it");
    rpa_xml_reader_free(reader);
    rpa_xml_reader_free(NULL);
}

/* What lies between records is not kept: 64 MiB of it would fail the limit. */
static void test_flat(void)
{
    struct rpa_buf piece = { 0 };
    struct rpa_xml_reader *reader = NULL;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err;
    int r = rpa_xml_reader_new("/l/p", NULL, 0, &reader, &err), n = 0;
    while (piece.len < 60000)
        rpa_buf_printf(&piece, "<q><b>text</b> <c/></q>\n<!-- no --><?x y?>");
    rpa_buf_printf(&piece, "<p>1</p>");
    r = r == 0 ? rpa_xml_reader_feed(reader, "<l>", 3, false, &err) : r;
    for (int i = 0; r == 0 && i < 1000; i++) {
        r = rpa_xml_reader_feed(reader, piece.data, piece.len, false, &err);
        while (rpa_xml_reader_next(reader, &doc, &err) == 0 && doc) {
            rpa_xml_doc_free(doc);
            n++;
        }
    }
    ok(r == 0 && n == 1000, "60 MB between %d records", n);
    rpa_xml_reader_free(reader);
    rpa_buf_clear(&piece);
}

int main(void)
{
    test_cases();
    test_canonical();
    test_refused();
    test_deep();
    test_large();
    test_flat();
    return tap_done();
}
