/* The people of the vetting search: the same again for the same seed, each kind
 * of awkwardness there, and identifiers that keep their published rules. */
#include "person_gen.h"
#include "tap.h"

#include <jansson.h>
#include <regex.h>
#include <stdlib.h>

enum { FILES = 5 }; /* applicants, three systems, truth */

struct output {
    char *text[FILES];
    size_t len[FILES];
};

static void generate(unsigned people, unsigned persons, uint64_t seed,
                     struct output *ret)
{
    FILE *f[FILES];
    for (int i = 0; i < FILES; i++)
        f[i] = open_memstream(&ret->text[i], &ret->len[i]);
    struct person_files to = { f[0], { f[1], f[2], f[3] }, f[4] };
    person_generate(&to, people, persons, seed);
    for (int i = 0; i < FILES; i++)
        fclose(f[i]);
}

static void clear(struct output *o)
{
    for (int i = 0; i < FILES; i++)
        free(o->text[i]);
}

static bool same(const struct output *a, const struct output *b)
{
    bool all = true;
    for (int i = 0; i < FILES; i++)
        all = all && !strcmp(a->text[i], b->text[i]);
    return all;
}

/* FNV-1a of all of it: no compiler may give other bytes. */
static uint64_t digest(const struct output *o)
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < FILES; i++)
        for (size_t j = 0; j < o->len[i]; j++)
            hash = (hash ^ (unsigned char)o->text[i][j]) * 1099511628211u;
    return hash;
}

static const char *text(const json_t *line, const char *name)
{
    return json_string_value(json_object_get(line, name));
}

static bool matches(const char *pattern, const char *s)
{
    regex_t re;
    regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB);
    bool yes = !regexec(&re, s, 0, NULL, 0);
    regfree(&re);
    return yes;
}

static bool proved(unsigned long long number, char letter)
{
    return "ZABCDEFGHJKLMNPQRTUVWXY"[number % 23] == letter;
}

static bool pnc_is_right(const char *pnc)
{
    unsigned long long year, serial;
    char letter;
    return matches("^[0-9]{4}/[0-9]{7}[A-Z]$", pnc) &&
           sscanf(pnc, "%4llu/%7llu%c", &year, &serial, &letter) == 3 &&
           proved(year % 100 * 10000000 + serial, letter);
}

static bool cro_is_right(const char *cro)
{
    unsigned long long year, serial;
    char letter;
    if (sscanf(cro, "SF%2llu/%6llu%c", &year, &serial, &letter) != 3 &&
        sscanf(cro, "%6llu/%2llu%c", &serial, &year, &letter) != 3)
        return false;
    return proved(year * 1000000 + serial, letter);
}

/* What a system holds: names as it stores them. */
static bool record_is_right(const json_t *line, int system, bool spoiled)
{
    static const char *const names[] = { "^[^a-z]*$", "^[A-Z ]*$",
                                         "^[A-Z '-]{0,20}$" };
    return matches(names[system], text(line, "surname")) &&
           matches("^[A-Z][A-HJ-Y]?[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$",
                   text(line, "postcode")) &&
           matches("^[0-3][0-9]/[01][0-9]/(19|20)[0-9]{2}$",
                   text(line, "born")) &&
           matches("^([A-Z]{2}[0-9]{6}[A-D])?$", text(line, "nino")) &&
           pnc_is_right(text(line, "pnc")) != spoiled &&
           (!*text(line, "cro") || cro_is_right(text(line, "cro")));
}

static json_t *read_line(FILE *from)
{
    return json_loadf(from, JSON_DISABLE_EOF_CHECK, NULL);
}

/* What may be proposed, but not be read to its end, is spoiled or so. */
static bool is_spoiled(const struct output *o, const char *ref)
{
    char want[64];
    snprintf(want, sizeof want, "\"maybe\":[\"%s\"]", ref);
    const char *at = strstr(o->text[4], want), *line = at;
    while (line && line > o->text[4] && line[-1] != '\n')
        line--;
    return line && memmem(line, (size_t)(at - line), "spoiled", 7);
}

static void check_records(const struct output *o, int system)
{
    FILE *from = fmemopen(o->text[1 + system], o->len[1 + system], "r");
    json_t *line, *refs = json_object();
    int wrong = 0, twice = 0, records = 0;
    for (; (line = read_line(from)); json_decref(line)) {
        if (json_object_get(line, "trouble"))
            continue;
        records++;
        const char *ref = text(line, "ref");
        twice += json_object_get(refs, ref) != NULL;
        json_object_set_new(refs, ref, json_true());
        if (!record_is_right(line, system, is_spoiled(o, ref))) {
            printf("# %s\n", ref);
            wrong++;
        }
    }
    ok(records > 2000, "%s: %d records", person_system_names[system], records);
    is_int(wrong, 0, "all keep their rules");
    is_int(twice, 0, "no number twice");
    json_decref(refs);
    fclose(from);
}

static void check_kinds(const struct output *o, uint64_t seed)
{
    static const char *const kinds[] = {
        "\"how\":[]",
        "folded",
        "hyphen_half",
        "swapped",
        "mc_mac",
        "alias",
        "maiden",
        "second_given",
        "initial_only",
        "particle_joined",
        "particle_dropped",
        "date_exchanged",
        "date_partial",
        "date_year",
        "date_near",
        "\"how\":[\"locked\"]",
        "\"outcome\":\"locked\"",
        "\"not found\"",
        "\"why\":\"closed\"",
        "\"why\":\"fault\"",
        "\"why\":\"denied\"",
        "\"why\":\"lost-row\"",
        "\"why\":\"spoiled\"",
        "\"twins\":[\"",
        "\"near\":[\"",
    };
    int missing = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strstr(o->text[4], kinds[i])) {
            printf("# none is %s\n", kinds[i]);
            missing++;
        }
    ok(!missing, "each kind among 40 people, seed %llu",
       (unsigned long long)seed);
}

int main(void)
{
    struct output a, b, c;
    generate(2000, 40, 1, &a);
    generate(2000, 40, 1, &b);
    generate(2000, 40, 2, &c);
    ok(same(&a, &b), "the same seed gives the same bytes");
    ok(!same(&a, &c), "another seed others");
    ok(digest(&a) == 0x642a2fe789e706e5, "the bytes of seed 1: %#llx",
       (unsigned long long)digest(&a));
    for (int s = 0; s < PERSON_SYSTEMS; s++)
        check_records(&a, s);
    clear(&a);
    clear(&b);
    clear(&c);
    for (uint64_t seed = 1; seed <= 100; seed++) {
        generate(0, 40, seed, &a);
        check_kinds(&a, seed);
        clear(&a);
    }
    return tap_done();
}
