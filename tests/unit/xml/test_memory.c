/* Each allocation refused once, in a process of its own: it has the whole document,
 * is told, or ends. The control hands the refusal on to libxml2, which then now and
 * again says that all is well, and is not. */
#include "rpa/xml/doc.h"
#include "rpa/xml/reader.h"
#include "rpa/xml/schema.h"
#include "tap.h"

#include <libxml/xmlmemory.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RIGHT, TOLD = 1, WRONG = 2, PAST = 3 }; /* how a child ends */

#define XML                                                                    \
    "<l xmlns='urn:l' xmlns:b='urn:b'><b:r n='1'>Ann <i>Lee</i></b:r>"         \
    "<b:r n='2'>Bob &amp; Cy</b:r></l>"
#define PAGE "<html><body><p id=1>Ann<p id=2>Bob &amp; Cy</body></html>"
#define RULES                                                                  \
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element "      \
    "name='r'><xs:complexType><xs:attribute name='n' type='xs:integer'/>"      \
    "</xs:complexType></xs:element></xs:schema>"

static int made, refuse; /* the refuse-th of those made from here on */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return refuse && ++made == refuse ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return refuse && ++made == refuse ? NULL : __real_realloc(old, size);
}

static char *copy(const char *text)
{
    char *to = __wrap_malloc(strlen(text) + 1);
    return to ? strcpy(to, text) : NULL;
}

/* adds what @xpath says to @all */
static int add(struct rpa_xml_doc *doc, const char *xpath, char *all)
{
    struct rpa_err err = { 0 };
    char *text = NULL;
    int r = rpa_xml_doc_ns(doc, "b", "urn:b", &err);
    if (r == 0)
        r = rpa_xml_doc_text(doc, NULL, xpath, &text, &err);
    if (r == 0)
        strcat(strcat(all, text), "|");
    free(text);
    return r;
}

static int parsed(char *all)
{
    struct rpa_err err = { 0 };
    struct rpa_xml_doc *doc = NULL;
    int r = rpa_xml_doc_parse(XML, strlen(XML), &doc, &err);
    if (r == 0)
        r = add(doc, "//b:r[1]", all);
    if (r == 0)
        r = add(doc, "//b:r[@n='2']", all);
    rpa_xml_doc_free(doc);
    return r;
}

static int html(char *all)
{
    struct rpa_err err = { 0 };
    struct rpa_xml_doc *doc = NULL;
    int r = rpa_xml_doc_html(PAGE, strlen(PAGE), "UTF-8", &doc, &err);
    if (r == 0)
        r = add(doc, "//p[1]", all);
    if (r == 0)
        r = add(doc, "//p[@id='2']", all);
    rpa_xml_doc_free(doc);
    return r;
}

static int streamed(char *all)
{
    static const struct rpa_xml_prefix prefixes[] = { { "l", "urn:l" },
                                                      { "b", "urn:b" } };
    struct rpa_err err = { 0 };
    struct rpa_xml_reader *reader = NULL;
    struct rpa_xml_doc *doc = NULL;
    int r = rpa_xml_reader_new("/l:l/b:r", prefixes, 2, &reader, &err);
    if (r == 0)
        r = rpa_xml_reader_feed(reader, XML, strlen(XML), true, &err);
    while (r == 0 && (r = rpa_xml_reader_next(reader, &doc, &err)) == 0 && doc) {
        r = add(doc, "/b:r", all);
        rpa_xml_doc_free(doc);
    }
    rpa_xml_reader_free(reader);
    return r;
}

static int ruled(char *all)
{
    struct rpa_err err = { 0 };
    struct rpa_xml_schema *schema = NULL;
    struct rpa_xml_problems problems = { 0 };
    struct rpa_xml_doc *doc = NULL;
    int r = rpa_xml_schema_parse(RULES, strlen(RULES), &schema, &err);
    if (r == 0)
        r = rpa_xml_doc_parse("<r n='x'/>", 10, &doc, &err);
    if (r == 0)
        r = rpa_xml_schema_check(schema, doc, &problems, &err);
    if (r == 0)
        strcat(all, problems.total ? "no|" : "yes|");
    rpa_xml_problems_clear(&problems);
    rpa_xml_doc_free(doc);
    rpa_xml_schema_free(schema);
    return r;
}

static const struct {
    const char *name, *want;
    int (*run)(char *all);
} cases[] = {
    { "a document", "Ann Lee|Bob & Cy|", parsed },
    { "a page", "Ann|Bob & Cy|", html },
    { "records", "Ann Lee|Bob & Cy|", streamed },
    { "a schema", "no|", ruled },
};

static _Noreturn void child(size_t i, int k, bool bare)
{
    char all[256] = "", first[256] = "";
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    alarm(10);           /* libxml2 without memory may go round for ever */
    cases[i].run(first); /* its own tables are there from here on */
    if (bare)
        xmlMemSetup(free, __wrap_malloc, __wrap_realloc, copy);
    refuse = k;
    int r = cases[i].run(all);
    _exit(made < k           ? PAST
          : r == -RPA_ENOMEM ? TOLD
          : r < 0 || strcmp(all, cases[i].want) != 0 ? WRONG : RIGHT);
}

static void walk(size_t i, bool bare)
{
    int k = 0, wrong = 0, ended = 0, status = 0;
    do {
        k++;
        pid_t pid = fork();
        if (pid == 0)
            child(i, k, bare);
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
            break;
        int code = WIFEXITED(status) ? WEXITSTATUS(status) : WRONG;
        ended += code == RPA_XML_NO_MEMORY;
        wrong += code == WRONG;
    } while (k < 5000 && !(WIFEXITED(status) && WEXITSTATUS(status) == PAST));
    if (bare)
        ok(wrong > 0, "%s, the control: %d of %d wrong", cases[i].name, wrong, k);
    else
        ok(k > 20 && ended > 0 && !wrong, "%s: %d refused, %d of them the end, %d wrong",
           cases[i].name, k, ended, wrong);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        walk(i, false);
    walk(0, true);
    return tap_done();
}
