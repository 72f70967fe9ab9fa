#include "person_gen.h"
#include "person_vary.h"
#include "person_words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *const person_system_names[] = { "crime", "vt", "soap" };

/** One record to be, as people would write it. */
struct record {
    struct person is;
    bool spoiled;      /* what is shown does not prove itself */
    const char *state; /* NULL: as any */
    int times;
};

struct gen {
    const struct person_files *to;
    uint64_t rng;
    unsigned refs, dealt;
    unsigned used[PERSON_VARIATIONS];
    unsigned deck[20]; /* of plans, shuffled */
};

/* ---- one line of a system ------------------------------------------------ */

static void write_line(FILE *to, json_t *line)
{
    if (!line || json_dumpf(line, to, JSON_COMPACT) < 0 ||
        putc('\n', to) == EOF) {
        fputs("person_gen: cannot write\n", stderr);
        exit(70);
    }
    json_decref(line);
}

static void write_record(struct gen *g, enum person_system system,
                         const struct record *r, char ref[static 9])
{
    char surname[PERSON_TEXT], given[PERSON_TEXT], alias[PERSON_TEXT];
    char pnc[14], cro[13], born[32];
    const struct person *p = &r->is;
    static const size_t widths[] = { 35, 24, 20 };
    person_stored(system, p->marks, p->surname, widths[system], surname);
    person_stored(system, p->marks, p->given, system == PERSON_SOAP ? 30 : 40,
                  given);
    person_stored(system, p->marks, p->alias, 35, alias);
    person_pnc(&g->rng, pnc);
    person_cro(&g->rng, cro);
    bool prints = person_below(&g->rng, 3), warned = !person_below(&g->rng, 8);
    const char *warning = warnings[person_below(&g->rng, COUNT(warnings))];
    if (r->spoiled) /* the letter is never that of the number */
        pnc[12] = pnc[12] == 'A' ? 'B' : 'A';
    snprintf(born, sizeof born, "%02d/%02d/%04d", p->day, p->month, p->year);
    /* 7919 has no divisor in common with 9,000,000: no number comes twice */
    snprintf(ref, 9, "%c%07lu", "NVS"[system],
             1000000 + g->refs++ * 7919ul % 9000000);
    json_t *line = json_pack("{ss ss ss ss ss# ss ss ss ss ss ss}", "ref", ref,
                             "surname", surname, "given", given, "born", born,
                             "sex", &p->sex, 1, "postcode", p->postcode, "pnc",
                             pnc, "cro", prints ? cro : "", "nino", p->nino,
                             "alias", alias, "warnings", warned ? warning : "");
    if (r->state)
        json_object_set_new(line, "state", json_string(r->state));
    if (r->times)
        json_object_set_new(line, "times", json_integer(r->times));
    write_line(g->to->system[system], line);
}

static void write_trouble(struct gen *g, enum person_system system,
                          const char *trouble, const struct person *p)
{
    char surname[PERSON_TEXT];
    person_stored(system, false, p->surname, PERSON_TEXT, surname);
    write_line(g->to->system[system],
               json_pack("{ss ss}", "trouble", trouble, "surname", surname));
}

/* ---- records of the people searched for ---------------------------------- */

/* The one that fits @p and was used least, or NULL. */
static const struct person_variation *least(struct gen *g,
                                            const struct person *p, bool date)
{
    const struct person_variation *best = NULL;
    unsigned best_used = 0;
    for (size_t i = 0; i < PERSON_VARIATIONS; i++) {
        const struct person_variation *v = &person_variations[i];
        unsigned used = g->used[i] + v->common;
        if (v->date == date && v->fits(p) && (!best || used < best_used)) {
            best = v;
            best_used = used;
        }
    }
    if (best)
        g->used[best - person_variations]++;
    return best;
}

struct entry {
    json_t *truth, *matches, *maybe, *twins, *near;
    const char *outcome, *why;
};

static struct record same(struct gen *g, const struct person *p)
{
    struct record r = { .is = *p };
    if (person_below(&g->rng, 5) < 2)
        person_postcode(&g->rng, r.is.postcode);
    if (person_below(&g->rng, 5) < 3)
        r.is.nino[0] = '\0';
    return r;
}

static void vary(struct record *r, const struct person_variation *v,
                 json_t *how)
{
    if (!v)
        return;
    v->apply(&r->is);
    json_array_append_new(how, json_string(v->name));
}

static void plant(struct gen *g, enum person_system system,
                  const struct person *p, bool by_name, struct entry *e)
{
    char ref[9];
    struct record r = same(g, p);
    json_t *how = json_array();
    unsigned kind =
        person_below(&g->rng, 10); /* name 4, both 2, date 2, none 2 */
    if (by_name || kind < 6)
        vary(&r, least(g, p, false), how);
    if (kind >= 4 && kind < 8)
        vary(&r, least(g, p, true), how);
    r.is.alias[0] = '\0';
    write_record(g, system, &r, ref);
    json_array_append_new(e->matches,
                          json_pack("{ss so}", "ref", ref, "how", how));
    e->outcome = "found";
}

static void near_date(struct gen *g, enum person_system system,
                      const struct person *p, json_t *list)
{
    char ref[9];
    struct record r = { .is = *p };
    r.is.year += p->year < 1976 ? 11 : -11; /* two digits apart, and more */
    r.is.day = p->day % 28 + 1;
    r.is.nino[0] = r.is.alias[0] = '\0';
    person_postcode(&g->rng, r.is.postcode);
    write_record(g, system, &r, ref);
    json_array_append_new(list, json_string(ref));
}

/* Another of the same date, Maria for Marie. */
static void near_name(struct gen *g, enum person_system system,
                      const struct person *p, json_t *list)
{
    char ref[9];
    struct record r = { .is = *p };
    strtok(r.is.given, " ");
    size_t len = strlen(r.is.given);
    char *last = r.is.given + len - 1;
    if (*last == 'a' || *last == 'e')
        *last = *last == 'a' ? 'e' : 'a';
    else
        snprintf(r.is.given + len, PERSON_TEXT - len, "a");
    r.is.nino[0] = r.is.alias[0] = '\0';
    person_postcode(&g->rng, r.is.postcode);
    write_record(g, system, &r, ref);
    json_array_append_new(list, json_string(ref));
}

static bool twin(struct gen *g, enum person_system system,
                 const struct person *p, json_t *list)
{
    char ref[9];
    struct record r = { .is = *p };
    if (!person_twin_name(p, r.is.given))
        return false;
    r.is.nino[0] = r.is.alias[0] = '\0';
    write_record(g, system, &r, ref);
    json_array_append_new(list, json_string(ref));
    return true;
}

static void special(struct gen *g, enum person_system system, struct record *r,
                    struct entry *e)
{
    char ref[9];
    r->is.alias[0] = '\0';
    write_record(g, system, r, ref);
    json_array_append_new(e->maybe, json_string(ref));
}

/* ---- what each person meets in each system ------------------------------- */

/* One in four meets trouble, in all three systems, each of another kind. */
static void trouble(struct gen *g, enum person_system system,
                    const struct person *p, unsigned nth, struct entry *e)
{
    static const char *const faults[] = { "fault", "html", "cut", "odd" };
    struct record r = same(g, p);
    unsigned kind = (nth + 3 * system) % 8;
    e->outcome = kind < 2 ? "locked" : "could not check";
    switch (kind) {
    case 0:
        r.state = e->why = "locked";
        special(g, system, &r, e);
        break;
    case 1: { /* until the third look */
        char ref[9];
        r.state = e->why = "locked";
        r.times = 2;
        write_record(g, system, &r, ref);
        json_array_append_new(
            e->matches, json_pack("{ss s[s]}", "ref", ref, "how", "locked"));
        e->outcome = "found";
        break;
    }
    case 2:
        r.state = e->why = "denied";
        special(g, system, &r, e);
        break;
    case 3:
        r.spoiled = true;
        e->why = "spoiled";
        special(g, system, &r, e);
        break;
    case 4:
        special(g, system, &r, e);
        special(g, system, &r, e);
        e->why = "lost-row";
        break;
    case 5:
        e->why = "denied";
        break;
    case 6:
        e->why = system == PERSON_VT ? "closed" : "fault";
        break;
    default:
        e->why = system == PERSON_SOAP ? faults[nth / 8 % 4] : "fault";
    }
    if (kind >= 4)
        write_trouble(g, system, e->why, p);
}

enum plan { NOTHING, MATCH, TWIN, NEAR_DATE, NEAR_NAME };

static enum plan deal(struct gen *g)
{
    static const enum plan plans[20] = {
        NOTHING, NOTHING, NOTHING, NOTHING, NOTHING,   NOTHING,  NOTHING,
        NOTHING, NOTHING, NOTHING, MATCH,   MATCH,     MATCH,    MATCH,
        MATCH,   MATCH,   TWIN,    TWIN,    NEAR_DATE, NEAR_NAME
    };
    unsigned at = g->dealt++ % COUNT(plans);
    for (unsigned i = 0; at == 0 && i < COUNT(plans); i++) {
        unsigned j = person_below(&g->rng, i + 1);
        g->deck[i] = g->deck[j];
        g->deck[j] = i;
    }
    return plans[g->deck[at]];
}

/* @sure: on record here, in the most awkward way that @p's name has. */
static void ordinary(struct gen *g, enum person_system system,
                     const struct person *p, bool sure, struct entry *e)
{
    enum plan plan = sure ? MATCH : deal(g);
    e->outcome = "not found";
    if (plan == MATCH) {
        plant(g, system, p, sure, e);
        unsigned more = person_below(&g->rng, 6);
        plan = more == 0 ? TWIN : more == 1 ? NEAR_DATE : NOTHING;
    }
    if (plan == NEAR_NAME && p->given[0])
        near_name(g, system, p, e->near);
    else if (plan == NEAR_DATE || plan == NEAR_NAME ||
             (plan == TWIN && !twin(g, system, p, e->twins)))
        near_date(g, system, p, e->near);
}

static void search_for(struct gen *g, const char *application,
                       const char *label, const struct person *p, unsigned nth)
{
    for (enum person_system s = 0; s < PERSON_SYSTEMS; s++) {
        struct entry e = { .matches = json_array(),
                           .maybe = json_array(),
                           .twins = json_array(),
                           .near = json_array() };
        if (nth % 4 == 3)
            trouble(g, s, p, nth / 4, &e);
        else
            ordinary(g, s, p, nth % 3 == s, &e);
        write_line(g->to->truth,
                   json_pack("{ss ss ss ss ss* so so so so}", "application",
                             application, "person", label, "system",
                             person_system_names[s], "outcome", e.outcome,
                             "why", e.why, "matches", e.matches, "maybe",
                             e.maybe, "twins", e.twins, "near", e.near));
    }
}

/* ---- the applicants ------------------------------------------------------ */

static void one_person(struct gen *g, unsigned nth, struct person *p)
{
    static const enum person_style styles[] = {
        PERSON_MARKS,    PERSON_APOSTROPHE, PERSON_HYPHEN, PERSON_MC,
        PERSON_PARTICLE, PERSON_ANY,        PERSON_LONG,   PERSON_ANY,
        PERSON_SINGLE,   PERSON_PARTICLE,
    };
    unsigned kind =
        (nth - nth / 4) % COUNT(styles); /* of those without trouble */
    person_new(&g->rng, nth % 4 == 3 ? PERSON_UNIQUE : styles[kind],
               nth % 4 == 3 ? nth / 4 : nth / COUNT(styles), p);
    if (nth % 4 == 3)
        return;
    if (kind == 5)
        person_marry(&g->rng, p);
    if (kind == 7 || kind == 1)
        person_alias(&g->rng, p);
    if (kind % 2 == 0)
        person_second_name(&g->rng, p);
    if (kind == 3)
        person_title(&g->rng, p);
}

static void write_applicant(FILE *to, const char *application,
                            const char *label, const struct person *p)
{
    fprintf(to, "%s,%s,%s,%s%s%s,%s,", application, label, p->surname, p->title,
            p->title[0] ? " " : "", p->given, p->former);
    if (p->alias[0])
        fprintf(to, "\"%s/%s\"", p->alias, p->alias_given);
    fprintf(to, ",%02d/%02d/%04d,%c,%s,%s\r\n", p->day, p->month, p->year,
            p->sex, p->postcode, p->nino);
}

void person_generate(const struct person_files *to, unsigned people,
                     unsigned persons, uint64_t seed)
{
    static const unsigned sizes[] = { 2, 3, 1, 4, 2 };
    static const char *const labels[] = { "applicant", "partner", "parent",
                                          "co-resident" };
    struct gen g = { .to = to, .rng = seed };
    char ref[9], application[16], postcode[9] = "";
    for (unsigned i = 0; i < people; i++) {
        struct record r = { 0 };
        person_new(&g.rng, PERSON_ANY, i, &r.is);
        r.is.marks = person_below(&g.rng, 2);
        if (person_below(&g.rng, 25) == 0)
            person_alias(&g.rng, &r.is);
        for (enum person_system s = 0; s < PERSON_SYSTEMS; s++)
            write_record(&g, s, &r, ref);
    }
    fputs("application,person,surname,given,former,aliases,born,sex,postcode,"
          "nino\r\n",
          to->applicants);
    unsigned of = 0, in = 0; /* the application, and the person's place in it */
    for (unsigned i = 0; i < persons; i++) {
        struct person p;
        one_person(&g, i, &p);
        snprintf(application, sizeof application, "VET-%04u", of + 1);
        memcpy(in ? p.postcode : postcode, in ? postcode : p.postcode,
               sizeof postcode);
        write_applicant(to->applicants, application, labels[in], &p);
        search_for(&g, application, labels[in], &p, i);
        in = (in + 1) % sizes[of % COUNT(sizes)];
        of += in == 0;
    }
}
