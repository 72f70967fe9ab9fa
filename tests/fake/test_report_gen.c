/* The generator keeps its word: what report_gen.h says a reader finds by XPath
 * is the truth, the planted rejects are there, and nothing else is wrong. */
#include "report_gen.h"
#include "tap.h"

#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"
#include "rpa/xml/doc.h"

#include <stdlib.h>

static const struct {
    const char *label, *xpath;
    int width;
    bool required;
} fields[] = {
    { "Online Ref", "o:header/o:submissionId", 50, true },
    { "Submitted", "o:header/o:submittedAt", 25, true },
    { "NSIR Code", "c:incident/c:classification/c:nsirCode", 3, true },
    { "CJS Offence Code", "c:incident/c:classification/c:cjsOffenceCode", 8,
      true },
    { "HO Class",
      "concat(c:incident/c:classification/c:homeOfficeClass/@class, '/', "
      "c:incident/c:classification/c:homeOfficeClass/@subclass)",
      6, true },
    { "Crime Type", "c:incident/c:classification/@crimeType", 35, true },
    { "Start", "c:incident/c:period/c:start", 16, true },
    { "End", "c:incident/c:period/c:end", 16, false },
    { "Hate Crime", "c:incident/c:flags/@hateCrime", 1, true },
    { "Weapon", "c:incident/c:flags/@weapon", 1, true },
    { "Surname", "p:complainant/p:name/p:surname", 35, true },
    { "Given Names", "p:complainant/p:name/p:givenName", 35, true },
    { "Date of Birth", "p:complainant/p:dateOfBirth", 10, false },
    { "Gender", "p:complainant/p:gender", 1, true },
    { "Phone", "p:complainant/p:contact[@type='phone']", 15, false },
    { "E-mail", "p:complainant/p:contact[@type='email']", 120, false },
    { "Building", "p:complainant/l:address/l:building", 50, false },
    { "Street", "p:complainant/l:address/l:street", 160, true },
    { "Locality", "p:complainant/l:address/l:locality", 35, false },
    { "Town", "p:complainant/l:address/l:town", 35, true },
    { "County", "p:complainant/l:address/l:county", 35, false },
    { "Postcode", "p:complainant/l:address/l:postcode", 8, false },
    { "VRM", "c:incident/c:vehicle/c:vrm", 11, false },
    { "Property Value", "c:incident/c:property/c:value", 20, false },
};
enum { NFIELDS = sizeof fields / sizeof *fields };

/* In cp1146, which is Latin-1 with the euro for the currency sign, or with a
 * declared fold */
static bool holds(const char *text)
{
    static const char folds[] = "ŵŷŴŶŁł’‘“”–—…";
    for (size_t left = strlen(text), n; left; text += n, left -= n) {
        uint32_t cp;
        n = rpa_utf8_decode(text, left, &cp);
        if (!n)
            return false;
        bool latin = (cp >= 0x20 && cp < 0x7f) || (cp >= 0xa0 && cp <= 0xff);
        char one[5] = { 0 };
        memcpy(one, text, n);
        if (!(latin && cp != 0xa4) && cp != 0x20ac && !strstr(folds, one))
            return false;
    }
    return true;
}

/* As rpa will key it, from as it stands in the document */
static void format(const char *label, const char *raw, struct rpa_buf *out)
{
    static const char *const words[][2] = {
        { "true", "Y" },   { "false", "N" },       { "male", "M" },
        { "female", "F" }, { "unspecified", "U" }, { "not-stated", "X" },
    };
    int y, mo, d, h, mi;
    if (!strcmp(label, "Start") || !strcmp(label, "End")) {
        if (sscanf(raw, "%d-%d-%dT%d:%d", &y, &mo, &d, &h, &mi) == 5)
            rpa_buf_printf(out, "%02d/%02d/%04d %02d:%02d", d, mo, y, h, mi);
    } else if (!strcmp(label, "Date of Birth")) {
        if (sscanf(raw, "%d-%d-%d", &y, &mo, &d) == 3)
            rpa_buf_printf(out, "%02d/%02d/%04d", d, mo, y);
    } else if (!strcmp(label, "Property Value")) {
        rpa_buf_add(out, raw, strcspn(raw, "."));
    } else {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (!strcmp(raw, words[i][0]))
                raw = words[i][1];
        rpa_buf_puts(out, raw);
    }
}

static void add(json_t *reasons, const char *kind, const char *label)
{
    char reason[64];
    snprintf(reason, sizeof reason, "%s:%s", kind, label);
    json_array_append_new(reasons, json_string(reason));
}

static const struct rpa_xml_node *root_of(struct rpa_xml_doc *doc)
{
    const struct rpa_xml_node **nodes = NULL, *root = NULL;
    struct rpa_err err;
    size_t n = 0;
    rpa_xml_doc_ns(doc, "o", "urn:example:online-crime:1", &err);
    rpa_xml_doc_ns(doc, "c", "urn:example:crime:2", &err);
    rpa_xml_doc_ns(doc, "p", "urn:example:person:1", &err);
    rpa_xml_doc_ns(doc, "l", "urn:example:location:1", &err);
    if (rpa_xml_doc_all(doc, NULL, "/o:onlineReport", &nodes, &n, &err) == 0 &&
        n == 1)
        root = nodes[0];
    free(nodes);
    return root;
}

/* The value of one field, by the header's XPath; "" when absent */
static void read_field(struct rpa_xml_doc *doc, const struct rpa_xml_node *root,
                       size_t i, struct rpa_buf *out)
{
    const struct rpa_xml_node **nodes = NULL;
    struct rpa_err err;
    size_t n = 0;
    char *text = NULL;
    if (strcmp(fields[i].label, "Given Names")) {
        if (rpa_xml_doc_text(doc, root, fields[i].xpath, &text, &err) == 0)
            format(fields[i].label, text, out);
        free(text);
        return;
    }
    rpa_xml_doc_all(doc, root, fields[i].xpath, &nodes, &n, &err);
    for (size_t k = 0; k < n; k++, free(text), text = NULL)
        if (rpa_xml_doc_text(doc, nodes[k], ".", &text, &err) == 0)
            rpa_buf_printf(out, "%s%s", k ? " " : "", text);
    free(nodes);
}

/* Why this report cannot be keyed, found out from the document alone */
static bool check_report(const struct report *r, json_t *reasons)
{
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    bool same = true;
    if (rpa_xml_doc_parse(r->xml, strlen(r->xml), &doc, &err) < 0) {
        printf("# %s\n", err.msg);
        return false;
    }
    const struct rpa_xml_node *root = root_of(doc);
    json_t *truth = json_object_get(r->truth, "fields");
    for (size_t i = 0; i < NFIELDS; i++) {
        struct rpa_buf value = { 0 };
        const char *label = fields[i].label;
        read_field(doc, root, i, &value);
        const char *text = value.data ? value.data : "";
        const char *want = json_string_value(json_object_get(truth, label));
        if (!want || strcmp(text, want)) {
            printf("# %s %s: '%s'\n", r->id, label, text);
            same = false;
        }
        if (fields[i].required && !*text)
            add(reasons, "missing", label);
        if (!holds(text))
            add(reasons, "no_fold", label);
        if ((int)rpa_utf8_count(text, strlen(text)) > fields[i].width)
            add(reasons, "too_wide", label);
        rpa_buf_clear(&value);
    }
    char *text = NULL;
    rpa_xml_doc_text(doc, root, "c:incident/c:narrative", &text, &err);
    same &= text && !strcmp(text, json_string_value(
                                      json_object_get(r->truth, "narrative")));
    if (text && !holds(text))
        add(reasons, "no_fold", "Narrative");
    if (text && report_narrative_lines(text) > REPORT_NARRATIVE_LINES)
        add(reasons, "too_wide", "Narrative");
    free(text);
    rpa_xml_doc_free(doc);
    return same && json_object_size(truth) == NFIELDS;
}

static bool same_set(json_t *a, json_t *b)
{
    size_t i, k, found = 0;
    json_t *x, *y;
    json_array_foreach(a, i, x) json_array_foreach(b, k, y) found +=
        json_equal(x, y);
    return found == json_array_size(a) && found == json_array_size(b);
}

struct kinds {
    int rejects, wide, missing, fold, two, longest;
};

static void count(const struct report *r, struct kinds *k)
{
    json_t *reasons = json_object_get(r->truth, "reasons"), *one;
    size_t i;
    json_array_foreach(reasons, i, one)
    {
        k->wide += !strncmp(json_string_value(one), "too_wide:", 9);
        k->missing += !strcmp(json_string_value(one), "missing:Surname");
        k->fold += !strncmp(json_string_value(one), "no_fold:", 8);
    }
    k->rejects += r->reject;
    k->two += json_array_size(reasons) >= 2;
    const char *text =
        json_string_value(json_object_get(r->truth, "narrative"));
    int len = (int)rpa_utf8_count(text, strlen(text));
    if (!r->reject && len > k->longest)
        k->longest = len;
}

static void test_set(size_t n, uint64_t seed, int want_rejects)
{
    struct report_set set;
    struct kinds k = { 0 };
    bool truth = true, planted = true;
    report_set_init(&set, n, seed);
    for (size_t i = 0; i < set.n; i++) {
        const struct report *r = &set.reports[i];
        json_t *reasons = json_array();
        truth &= check_report(r, reasons);
        if (!same_set(reasons, json_object_get(r->truth, "reasons"))) {
            char *s = json_dumps(reasons, 0);
            printf("# %s: found %s\n", r->id, s);
            free(s);
            planted = false;
        }
        json_decref(reasons);
        count(r, &k);
    }
    ok(truth, "%zu of seed %d: the documents say the truth", n, (int)seed);
    ok(planted, "exactly the planted reasons");
    is_int(k.rejects, want_rejects, "so many rejects");
    if (n >= 10)
        ok(k.wide && k.missing && k.fold && k.two, "every kind of them");
    if (n >= 25)
        ok(k.longest >= 1500, "a long narrative: %d", k.longest);
    ok(!n || !report_set_find(&set, "OCR-2026-999999"), "no such report");
    report_set_clear(&set);
}

static void test_same(void)
{
    struct report_set a, b, c;
    report_set_init(&a, 12, 42);
    report_set_init(&b, 12, 42);
    report_set_init(&c, 12, 43);
    bool same = !strcmp(a.list, b.list), differ = false;
    for (size_t i = 0; i < a.n; i++) {
        same &= !strcmp(a.reports[i].xml, b.reports[i].xml);
        same &= json_equal(a.reports[i].truth, b.reports[i].truth);
        differ |= strcmp(a.reports[i].xml, c.reports[i].xml);
    }
    ok(same, "the same seed, the same bytes");
    ok(differ, "another seed, others");
    report_set_clear(&a);
    report_set_clear(&b);
    report_set_clear(&c);
}

int main(void)
{
    test_set(0, 1, 0);
    test_set(1, 1, 0);
    test_set(5, 1, 1);
    test_set(10, 1, 4);
    for (uint64_t seed = 1; seed <= 8; seed++)
        test_set(25, seed, 4);
    test_set(200, 7, 24);
    test_same();
    return tap_done();
}
