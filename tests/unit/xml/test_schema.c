#include "rpa/xml/schema.h"
#include "rpa/base/buf.h"
#include "tap.h"

#include <stdlib.h>

#define XS "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
#define RNG "xmlns='http://relaxng.org/ns/structure/1.0' " \
            "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'"

static const char xsd[] =
    XS "<xs:element name='list'><xs:complexType><xs:sequence>"
       "<xs:element name='age' type='xs:integer' maxOccurs='unbounded'/>"
       "</xs:sequence></xs:complexType></xs:element></xs:schema>";
static const char rng[] =
    "<element name='list' " RNG "><oneOrMore><element name='age'>"
    "<data type='integer'/></element></oneOrMore></element>";

static struct rpa_xml_problems check(const char *schema, const char *xml)
{
    struct rpa_xml_problems found = { 0 };
    struct rpa_xml_schema *s = NULL;
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    if (rpa_xml_schema_parse(schema, strlen(schema), &s, &err) < 0 ||
        rpa_xml_doc_parse(xml, strlen(xml), &doc, &err) < 0 ||
        rpa_xml_schema_check(s, doc, &found, &err) < 0)
        printf("# %s\n", err.msg);
    rpa_xml_doc_free(doc);
    rpa_xml_schema_free(s);
    return found;
}

static void test_both(const char *name, const char *schema)
{
    struct rpa_xml_problems p = check(schema, "<list><age>40</age></list>");
    ok(p.total == 0, "%s: valid", name);
    rpa_xml_problems_clear(&p);
    p = check(schema, "<list>\n<age>forty</age>\n<age>41</age>\n<age/></list>");
    ok(p.n >= 2 && p.list[0].line == 2 && p.list[p.n - 1].line == 4,
       "%s: all problems, each with its line", name);
    for (size_t i = 0; i < p.n; i++)
        ok(p.list[i].text[0] && !strchr(p.list[i].text, '\n'), "%ld: %s",
           p.list[i].line, p.list[i].text);
    rpa_xml_problems_clear(&p);
}

static void test_lines(void)
{
    struct rpa_xml_problems p = check(xsd, "<list><age>for\nty</age></list>");
    ok(p.n && strstr(p.list[0].text, "for ty") &&
           strstr(p.list[0].text, "not a valid"),
       "a value of two lines does not end the sentence");
    rpa_xml_problems_clear(&p);
}

static void test_many(void)
{
    struct rpa_buf xml = { 0 };
    rpa_buf_puts(&xml, "<list>");
    for (int i = 0; i < RPA_XML_MAX_PROBLEMS + 500; i++)
        rpa_buf_printf(&xml, "\n<age>x%d</age>", i);
    rpa_buf_puts(&xml, "</list>");
    struct rpa_xml_problems p = check(xsd, xml.data);
    ok(p.n == RPA_XML_MAX_PROBLEMS && p.total > RPA_XML_MAX_PROBLEMS, "%zu told, %zu counted",
       p.n, p.total);
    rpa_xml_problems_clear(&p);
    rpa_buf_clear(&xml);
}

static void refused(const char *name, const char *schema, const char *said)
{
    struct rpa_xml_schema *s = NULL;
    struct rpa_err err = { 0 };
    int r = rpa_xml_schema_parse(schema, strlen(schema), &s, &err);
    ok(r == -RPA_EXML && strstr(err.msg, said), "%s: %s", name, err.msg);
    rpa_xml_schema_free(s);
}

int main(void)
{
    test_both("XML Schema", xsd);
    test_both("RELAX NG", rng);
    test_lines();
    test_many();
    refused("not XML", "<xs:schema", "line 1");
    refused("no schema", "<list/>", "is not a schema document");
    refused("a type that is not there",
            XS "\n<xs:element name='a' type='b'/></xs:schema>", "line 2");
    refused("a RELAX NG that is none", "<element " RNG "/>", "line 1");
    refused("what it includes is not loaded",
            XS "<xs:include schemaLocation='/etc/passwd'/></xs:schema>",
            "/etc/passwd");
    refused("nor over the network",
            "<grammar " RNG "><include href='http://127.0.0.1:9/x'/></grammar>",
            "127.0.0.1");
    rpa_xml_schema_free(NULL);
    return tap_done();
}
