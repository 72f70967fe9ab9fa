#include "report_gen.h"
#include "report_json.h"
#include "report_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What is planted in a report that must be rejected; the first four come in
 * every set of ten and more. */
static const struct plant {
    const char *reasons[3];
    const char *surname, *given, *street, *locality, *town, *email;
    const char *narrative_tail;
    bool long_narrative;
} plants[] = {
    { .reasons = { "too_wide:Town" },
      .town = "Llanfairpwllgwyngyllgogerychwyrndrobwllll" },
    { .reasons = { "missing:Surname" }, .surname = "" },
    { .reasons = { "no_fold:Narrative" },
      .narrative_tail = " He had drawn a \u2603 on the window." },
    { .reasons = { "no_fold:Surname", "too_wide:Locality" },
      .surname = "\u0416ukov",
      .locality = "Saint Mary in the Hollow by the White Hazel" },
    { .reasons = { "no_fold:Street" }, .street = "Ulica D\u0119bowa" },
    { .reasons = { "too_wide:Narrative" }, .long_narrative = true },
    { .reasons = { "missing:Surname", "too_wide:Given Names" },
      .surname = "",
      .given = "Maximilian Bartholomew Christopher-John" },
    { .reasons = { "too_wide:E-mail" },
      .email = "a.very.long.mailbox.name.that.nobody.would.type.by.hand."
               "twice.a.day@mail.department.of.long.names.and.longer.labels."
               "example.org" },
};

/* splitmix64: small, and the same everywhere */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *state, unsigned n)
{
    return (unsigned)(draw(state) % n);
}

static void *must(void *p)
{
    if (!p) {
        fputs("report_gen: no memory\n", stderr);
        exit(70);
    }
    return p;
}

__attribute__((format(printf, 1, 2))) static char *print(const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&s, fmt, ap) < 0)
        s = NULL;
    va_end(ap);
    return must(s);
}

/* Columns of the character at *@s once folded; moves past it. */
static size_t step(const char **s)
{
    bool ellipsis = !strncmp(*s, "\u2026", 3);
    do
        (*s)++;
    while (((unsigned char)**s & 0xc0) == 0x80);
    return ellipsis ? 3 : 1;
}

size_t report_narrative_lines(const char *text)
{
    size_t lines = 1, used = 0;
    while (*text) {
        size_t word = 0;
        bool space = false;
        while (*text && !space) {
            space = *text == ' ';
            word += step(&text);
        }
        if (word > REPORT_NARRATIVE_COLUMNS)
            return SIZE_MAX;
        if (used + word > REPORT_NARRATIVE_COLUMNS) {
            lines++;
            used = 0;
        }
        used += word;
    }
    return lines;
}

static char *narrative(uint64_t *rng, const struct plant *plant, unsigned nth)
{
    const char *tail =
        plant && plant->narrative_tail ? plant->narrative_tail : "";
    bool full = nth % 5 == 0; /* as long as the screen holds */
    size_t want = 80 + below(rng, 1100);
    unsigned which = below(rng, COUNT(sentences));
    char *text = print("%s", openings[nth % COUNT(openings)]);
    for (;;) {
        which = (which + 1 + below(rng, 4)) % COUNT(sentences);
        char *next = print("%s %s", text, sentences[which]);
        for (char *c = next + strlen(text); *c; c++)
            if (*c == '#')
                *c = (char)('0' + below(rng, 10));
        char *whole = print("%s%s", next, tail);
        bool fits = report_narrative_lines(whole) <= REPORT_NARRATIVE_LINES;
        free(whole);
        bool over = plant && plant->long_narrative && !fits;
        if (!fits && !over) {
            free(next);
            break;
        }
        free(text);
        text = next;
        if (over || (!full && strlen(text) >= want &&
                     !(plant && plant->long_narrative)))
            break;
    }
    char *whole = print("%s%s", text, tail);
    free(text);
    return whole;
}

/* Day of the last Sunday of March or October */
static int last_sunday(int year, int month)
{
    static const int shift[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };
    int weekday =
        (year + year / 4 - year / 100 + year / 400 + shift[month - 1] + 31) %
        7; /* of the 31st; 0 is Sunday */
    return 31 - weekday;
}

static bool summer(int year, int month, int day)
{
    if (month == 3)
        return day > last_sunday(year, 3);
    if (month == 10)
        return day < last_sunday(year, 10);
    return month > 3 && month < 10;
}

struct when {
    int year, month, day, hour, minute, second;
};

static struct when some_time(uint64_t *rng, int month)
{
    return (struct when){ 2026,
                          month,
                          1 + (int)below(rng, 28),
                          (int)below(rng, 24),
                          (int)below(rng, 60),
                          (int)below(rng, 60) };
}

static char *iso(struct when t)
{
    return print("%04d-%02d-%02dT%02d:%02d:%02d+%s", t.year, t.month, t.day,
                 t.hour, t.minute, t.second,
                 summer(t.year, t.month, t.day) ? "01:00" : "00:00");
}

static char *keyed(struct when t)
{
    return print("%02d/%02d/%04d %02d:%02d", t.day, t.month, t.year, t.hour,
                 t.minute);
}

/* --- the document and its truth, written side by side --- */

struct draft {
    FILE *xml;
    json_t *fields;
    const char *c, *p, *l; /* the prefixes of this document */
    bool refs; /* characters beyond ASCII as references, narrative as CDATA */
};

static uint32_t code_point(const unsigned char **s)
{
    uint32_t cp = *(*s)++;
    int more = cp >= 0xf0 ? 3 : cp >= 0xe0 ? 2 : cp >= 0xc0 ? 1 : 0;
    if (more)
        cp &= 0x3fu >> more;
    while (more--)
        cp = cp << 6 | (*(*s)++ & 0x3f);
    return cp;
}

static void escaped(struct draft *d, const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        if (*s == '&' || *s == '<' || *s == '"')
            fprintf(d->xml, "&#%d;", *s++);
        else if (*s < 0x80 || !d->refs)
            fputc(*s++, d->xml);
        else
            fprintf(d->xml, "&#x%X;", code_point(&s));
    }
}

/* One element <prefix:name attrs>text</…>; nothing when @text is NULL. */
static void element(struct draft *d, const char *prefix, const char *name,
                    const char *attrs, const char *text)
{
    if (!text)
        return;
    const char *colon = *prefix ? ":" : "";
    fprintf(d->xml, "      <%s%s%s%s>", prefix, colon, name, attrs);
    escaped(d, text);
    fprintf(d->xml, "</%s%s%s>\n", prefix, colon, name);
}

static void tag(struct draft *d, const char *open, const char *prefix,
                const char *name)
{
    fprintf(d->xml, "    <%s%s:%s>\n", open, prefix, name);
}

static void truth(struct draft *d, const char *label, const char *value)
{
    json_object_set_new(d->fields, label,
                        must(json_string(value ? value : "")));
}

/* The truth from a string made for it */
static void truth_take(struct draft *d, const char *label, char *value)
{
    truth(d, label, value);
    free(value);
}

static void header(struct draft *d, uint64_t *rng, const char *id)
{
    char *at = iso(some_time(rng, 11));
    fputs("    <header>\n", d->xml);
    element(d, "", "submissionId", "", id);
    element(d, "", "submittedAt", "", at);
    fputs("    </header>\n", d->xml);
    truth(d, "Online Ref", id);
    truth_take(d, "Submitted", at);
}

static void classification(struct draft *d, uint64_t *rng, unsigned nth)
{
    const struct offence *o =
        &offences[(nth + below(rng, 2)) % COUNT(offences)];
    fprintf(d->xml, "    <%s:classification crimeType=\"", d->c);
    escaped(d, o->type);
    fputs("\">\n", d->xml);
    element(d, d->c, "nsirCode", "", o->nsir);
    element(d, d->c, "cjsOffenceCode", "", o->cjs);
    fprintf(d->xml,
            "      <%s:homeOfficeClass class=\"%s\" subclass=\"%s\"/>\n", d->c,
            o->ho_class, o->ho_subclass);
    tag(d, "/", d->c, "classification");
    truth(d, "NSIR Code", o->nsir);
    truth(d, "CJS Offence Code", o->cjs);
    truth_take(d, "HO Class", print("%s/%s", o->ho_class, o->ho_subclass));
    truth(d, "Crime Type", o->type);
}

static void period(struct draft *d, uint64_t *rng)
{
    struct when start = some_time(rng, 1 + (int)below(rng, 10)), end = start;
    if (end.month == 2 && end.day == 28) { /* of 2026 */
        end.month = 3;
        end.day = 0;
    }
    end.day++; /* 29 October at the latest */
    end.hour = 23;
    end.minute = (int)below(rng, 60);
    bool has_end = below(rng, 3);
    char *s = iso(start), *e = has_end ? iso(end) : NULL;
    tag(d, "", d->c, "period");
    element(d, d->c, "start", "", s);
    element(d, d->c, "end", "", e);
    tag(d, "/", d->c, "period");
    truth_take(d, "Start", keyed(start));
    truth_take(d, "End", has_end ? keyed(end) : NULL);
    free(s);
    free(e);
}

static void things(struct draft *d, uint64_t *rng)
{
    bool hate = !below(rng, 8), weapon = !below(rng, 6);
    fprintf(d->xml, "    <%s:flags hateCrime=\"%s\" weapon=\"%s\"/>\n", d->c,
            hate ? "true" : "false", weapon ? "true" : "false");
    truth(d, "Hate Crime", hate ? "Y" : "N");
    truth(d, "Weapon", weapon ? "Y" : "N");

    const char *vrm = vrms[below(rng, COUNT(vrms))];
    tag(d, "", d->c, "vehicle");
    element(d, d->c, "vrm", "", vrm);
    tag(d, "/", d->c, "vehicle");
    truth(d, "VRM", vrm);

    char *pounds = below(rng, 4)
                       ? print("%u", below(rng, 2) * 1250 + below(rng, 900))
                       : NULL;
    char *amount = pounds ? print("%s.00", pounds) : NULL;
    tag(d, "", d->c, "property");
    element(d, d->c, "value", " currency=\"GBP\"", amount);
    tag(d, "/", d->c, "property");
    truth_take(d, "Property Value", pounds);
    free(amount);
}

static void incident(struct draft *d, uint64_t *rng, unsigned nth,
                     const char *text)
{
    tag(d, "", d->c, "incident");
    classification(d, rng, nth);
    period(d, rng);
    things(d, rng);
    if (d->refs)
        fprintf(d->xml, "    <%s:narrative><![CDATA[%s]]></%s:narrative>\n",
                d->c, text, d->c);
    else
        element(d, d->c, "narrative", "", text);
    tag(d, "/", d->c, "incident");
}

static void full_name(struct draft *d, const char *surname, const char *given,
                      bool empty_element)
{
    tag(d, "", d->p, "name");
    element(d, d->p, "surname", "", *surname || empty_element ? surname : NULL);
    char *names = print("%s", given), *rest = names, *one;
    while ((one = strsep(&rest, " ")))
        element(d, d->p, "givenName", "", one);
    free(names);
    tag(d, "/", d->p, "name");
}

static void address(struct draft *d, uint64_t *rng, const struct plant *plant)
{
    const struct place *a = &places[below(rng, COUNT(places))];
    const char *street = plant && plant->street ? plant->street : a->street;
    const char *locality =
        plant && plant->locality ? plant->locality : a->locality;
    const char *town = plant && plant->town ? plant->town : a->town;
    const char *building = buildings[below(rng, COUNT(buildings))];
    tag(d, "", d->l, "address");
    element(d, d->l, "building", "", building);
    element(d, d->l, "street", "", street);
    element(d, d->l, "locality", "", locality);
    element(d, d->l, "town", "", town);
    element(d, d->l, "county", "", a->county);
    element(d, d->l, "postcode", "", a->postcode);
    tag(d, "/", d->l, "address");
    truth(d, "Building", building);
    truth(d, "Street", street);
    truth(d, "Locality", locality);
    truth(d, "Town", town);
    truth(d, "County", a->county);
    truth(d, "Postcode", a->postcode);
}

static void complainant(struct draft *d, uint64_t *rng, unsigned nth,
                        const struct plant *plant)
{
    static const char *const genders[][2] = { { "male", "M" },
                                              { "female", "F" },
                                              { "unspecified", "U" },
                                              { "not-stated", "X" } };
    const struct person *who = &people[nth % COUNT(people)];
    const char *surname =
        plant && plant->surname ? plant->surname : who->surname;
    const char *given = plant && plant->given ? plant->given : who->given;
    const char *email = plant && plant->email
                            ? plant->email
                            : emails[below(rng, COUNT(emails))];
    const char *phone = phones[below(rng, COUNT(phones))];
    const char *const *gender = genders[below(rng, COUNT(genders))];
    int year = 1931 + (int)below(rng, 75), month = 1 + (int)below(rng, 12);
    int day = 1 + (int)below(rng, 28);
    bool has_birth = below(rng, 6);
    char *birth = has_birth ? print("%04d-%02d-%02d", year, month, day) : NULL;

    tag(d, "", d->p, "complainant");
    full_name(d, surname, given, below(rng, 2));
    element(d, d->p, "dateOfBirth", "", birth);
    element(d, d->p, "gender", "", gender[0]);
    element(d, d->p, "contact", " type=\"phone\"", phone);
    element(d, d->p, "contact", " type=\"email\"", email);
    truth(d, "Surname", surname);
    truth(d, "Given Names", given);
    truth_take(d, "Date of Birth",
               has_birth ? print("%02d/%02d/%04d", day, month, year) : NULL);
    truth(d, "Gender", gender[1]);
    truth(d, "Phone", phone);
    truth(d, "E-mail", email);
    address(d, rng, plant);
    tag(d, "/", d->p, "complainant");
    free(birth);
    if (!below(rng, 3)) {
        tag(d, "", d->p, "witness");
        full_name(d, "Bystander", "Not The Complainant", false);
        tag(d, "/", d->p, "witness");
    }
}

static json_t *whole_truth(const char *id, const struct plant *plant,
                           json_t *fields, const char *text)
{
    json_t *reasons = must(json_array());
    for (size_t i = 0; plant && plant->reasons[i]; i++)
        json_array_append_new(reasons, must(json_string(plant->reasons[i])));
    return must(json_pack("{s:s, s:s, s:o, s:o, s:s}", "id", id, "expect",
                          plant ? "reject" : "key", "reasons", reasons,
                          "fields", fields, "narrative", text));
}

static void make(struct report *report, unsigned nth, uint64_t seed,
                 const struct plant *plant)
{
    uint64_t rng = seed ^ ((nth + 1) * 0xd1342543de82ef95u);
    size_t size;
    bool other = draw(&rng) & 1;
    struct draft d = { .fields = must(json_object()),
                       .c = other ? "ns2" : "crime",
                       .p = other ? "ns3" : "person",
                       .l = other ? "ns4" : "loc",
                       .refs = !below(&rng, 4) };
    d.xml = must(open_memstream(&report->xml, &size));
    report->id = print("OCR-2026-%06u", nth + 1);
    report->reject = plant;
    char *text = narrative(&rng, plant, nth);
    fprintf(d.xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<onlineReport xmlns=\"urn:example:online-crime:1\"\n"
            "    xmlns:%s=\"urn:example:crime:2\"\n"
            "    xmlns:%s=\"urn:example:person:1\"\n"
            "    xmlns:%s=\"urn:example:location:1\">\n",
            d.c, d.p, d.l);
    header(&d, &rng, report->id);
    incident(&d, &rng, nth, text);
    complainant(&d, &rng, nth, plant);
    fputs("</onlineReport>\n", d.xml);
    if (fclose(d.xml))
        must(NULL);
    report->truth = whole_truth(report->id, plant, d.fields, text);
    report->json = must(report_json(report->truth));
    free(text);
}

static size_t rejects_of(size_t n)
{
    if (n < 10)
        return n >= 4;
    size_t share = (n * 12 + 50) / 100;
    return share < 4 ? 4 : share;
}

void report_set_init(struct report_set *set, size_t n, uint64_t seed)
{
    uint64_t rng = seed;
    const struct plant **planted = must(calloc(n + 1, sizeof(*planted)));
    for (size_t i = 0; i < rejects_of(n); i++)
        planted[i] = &plants[i % COUNT(plants)];
    for (size_t i = n; i > 1; i--) { /* Fisher and Yates */
        size_t j = below(&rng, (unsigned)i);
        const struct plant *was = planted[i - 1];
        planted[i - 1] = planted[j];
        planted[j] = was;
    }
    set->n = n;
    set->reports = must(calloc(n + 1, sizeof(*set->reports)));
    for (size_t i = 0; i < n; i++)
        make(&set->reports[i], (unsigned)i, seed, planted[i]);
    set->list = must(report_xml_list(set));
    set->json_list = must(report_json_list(set));
    free(planted);
}
