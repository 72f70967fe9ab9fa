/* The proof: what the crime system says it holds against what the source says
 * it sent. Shares no code with rpa, so that one mistake cannot hide another.
 *
 *   prove --truth TRUTH.jsonl --host HOST.jsonl [--json] [--upper]
 *
 * Exit 0 only if every report to be keyed is there once, exactly, after the
 * declared folds and upper-casing, and nothing else is. 1 if not, 2 for a file
 * that cannot be read. The first differences go to stderr.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The target's declared changes: a copy on purpose */
static const struct {
    const char *from, *to;
} folds[] = {
    { "\u0175", "w" },   { "\u0177", "y" }, { "\u0174", "W" },
    { "\u0176", "Y" },   { "\u0141", "L" }, { "\u0142", "l" },
    { "\u2019", "'" },   { "\u2018", "'" }, { "\u201c", "\"" },
    { "\u201d", "\"" },  { "\u2013", "-" }, { "\u2014", "-" },
    { "\u2026", "..." },
};
static const char *const upper_cased[] = { "Crime Type", "Postcode", "VRM" };

struct counts {
    json_int_t expected_to_key, keyed, expected_to_reject, wrong_characters,
        wrong_reports, keyed_twice, missing, unexpected;
};

__attribute__((noreturn, format(printf, 1, 2))) static void
give_up(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("prove: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(2);
}

/* A file of one JSON object a line, as an array */
static json_t *load(const char *path)
{
    FILE *f = fopen(path, "r");
    json_t *all = json_array();
    char *line = NULL;
    size_t size = 0, number = 0;
    if (!f || !all)
        give_up("cannot read %s", path);
    while (getline(&line, &size, f) != -1) {
        json_error_t e;
        json_t *one = json_loads(line, JSON_REJECT_DUPLICATES, &e);
        number++;
        if (!json_is_object(one))
            give_up("%s line %zu: no JSON object", path, number);
        json_array_append_new(all, one);
    }
    if (ferror(f))
        give_up("cannot read %s", path);
    free(line);
    fclose(f);
    return all;
}

static const char *text_of(json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

static uint32_t next_cp(const char **s)
{
    const unsigned char *u = (const unsigned char *)*s;
    int more = *u >= 0xf0 ? 3 : *u >= 0xe0 ? 2 : *u >= 0xc0 ? 1 : 0;
    uint32_t cp = more ? *u & (0x3fu >> more) : *u;
    for (u++; more; more--)
        cp = cp << 6 | (*u++ & 0x3f);
    *s = (const char *)u;
    return cp;
}

static uint32_t upper(uint32_t cp)
{
    bool small =
        (cp >= 'a' && cp <= 'z') || (cp >= 0xe0 && cp <= 0xfe && cp != 0xf7);
    return small ? cp - 0x20 : cp;
}

/* @text as the target holds it; the caller frees it */
static char *folded(const char *text)
{
    char *out = NULL;
    size_t size;
    FILE *f = open_memstream(&out, &size);
    if (!f)
        give_up("no memory");
    while (*text) {
        size_t i = 0, n = sizeof folds / sizeof *folds;
        while (i < n && strncmp(text, folds[i].from, strlen(folds[i].from)))
            i++;
        if (i < n)
            fputs(folds[i].to, f);
        else
            fputc(*text, f);
        text += i < n ? strlen(folds[i].from) : 1;
    }
    if (fclose(f))
        give_up("no memory");
    return out;
}

/* Characters that differ, place by place; what one has too many counts too */
static json_int_t differences(const char *want, const char *got, bool up,
                              size_t *ret_first)
{
    json_int_t wrong = 0;
    for (size_t at = 1; *want || *got; at++) {
        uint32_t w = *want ? next_cp(&want) : 0;
        uint32_t g = *got ? next_cp(&got) : 0;
        if ((up ? upper(w) : w) != g && ++wrong == 1)
            *ret_first = at;
    }
    return wrong;
}

static bool all_upper; /* --upper: it makes capitals of everything */

static json_int_t compare(const char *id, const char *label, const char *truth,
                          const char *got)
{
    bool up = all_upper;
    for (size_t i = 0; i < sizeof upper_cased / sizeof *upper_cased; i++)
        up |= !strcmp(label, upper_cased[i]);
    size_t first = 0;
    char *want = folded(truth);
    json_int_t wrong = differences(want, got, up, &first);
    if (wrong)
        fprintf(stderr, "wrong: %s, %s: %lld from character %zu on\n", id,
                label, (long long)wrong, first);
    free(want);
    return wrong;
}

static char *joined(json_t *lines)
{
    char *out = NULL;
    size_t size, i;
    json_t *line;
    FILE *f = open_memstream(&out, &size);
    if (!f)
        give_up("no memory");
    json_array_foreach(lines, i, line)
        fputs(json_is_string(line) ? json_string_value(line) : "", f);
    if (fclose(f))
        give_up("no memory");
    return out;
}

static json_int_t compare_report(const char *id, json_t *truth, json_t *record)
{
    json_t *want = json_object_get(truth, "fields"), *value;
    json_t *got = json_object_get(record, "fields");
    json_int_t wrong = 0;
    const char *label;
    json_object_foreach(want, label, value) wrong +=
        compare(id, label, text_of(want, label), text_of(got, label));
    json_object_foreach(got, label, value) if (!json_object_get(want, label))
        wrong += compare(id, label, "", text_of(got, label));
    char *narrative = joined(json_object_get(record, "narrative"));
    wrong += compare(id, "Narrative", text_of(truth, "narrative"), narrative);
    free(narrative);
    return wrong;
}

static const char *online_ref(json_t *record)
{
    return text_of(json_object_get(record, "fields"), "Online Ref");
}

/* Every record of the host under its report; the extra ones are counted */
static json_t *by_report(json_t *truth, json_t *host, struct counts *c)
{
    json_t *expected = json_object(), *seen = json_object(), *one;
    size_t i;
    json_array_foreach(truth, i, one)
    {
        bool key = !strcmp(text_of(one, "expect"), "key");
        if (!*text_of(one, "id") ||
            (!key && strcmp(text_of(one, "expect"), "reject")))
            give_up("truth line %zu: no id, or neither key nor reject", i + 1);
        if (key)
            json_object_set(expected, text_of(one, "id"), one);
        c->expected_to_key += key;
        c->expected_to_reject += !key;
    }
    json_array_foreach(host, i, one)
    {
        const char *id = online_ref(one);
        if (!json_object_get(expected, id)) {
            fprintf(stderr, "unexpected: '%s'\n", id);
            c->unexpected++;
        } else if (json_object_get(seen, id)) {
            fprintf(stderr, "keyed twice: %s\n", id);
            c->keyed_twice++;
        } else {
            json_object_set(seen, id, one);
        }
    }
    json_decref(expected);
    return seen;
}

static struct counts prove(json_t *truth, json_t *host)
{
    struct counts c = { 0 };
    json_t *seen = by_report(truth, host, &c), *one;
    size_t i;
    json_array_foreach(truth, i, one)
    {
        const char *id = text_of(one, "id");
        json_t *record = json_object_get(seen, id);
        if (strcmp(text_of(one, "expect"), "key"))
            continue;
        if (!record) {
            fprintf(stderr, "missing: %s\n", id);
            c.missing++;
            continue;
        }
        json_int_t wrong = compare_report(id, one, record);
        c.keyed++;
        c.wrong_characters += wrong;
        c.wrong_reports += wrong > 0;
    }
    json_decref(seen);
    return c;
}

static void show(const struct counts *c, bool json)
{
    const struct {
        const char *label;
        json_int_t n;
    } rows[] = {
        { "expected to key", c->expected_to_key },
        { "keyed", c->keyed },
        { "expected to reject", c->expected_to_reject },
        { "wrong characters", c->wrong_characters },
        { "wrong reports", c->wrong_reports },
        { "keyed twice", c->keyed_twice },
        { "missing", c->missing },
        { "unexpected", c->unexpected },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!json) {
            printf("%s: %lld\n", rows[i].label, (long long)rows[i].n);
            continue;
        }
        printf("%s\"", i ? "," : "{");
        for (const char *s = rows[i].label; *s; s++)
            putchar(*s == ' ' ? '_' : *s);
        printf("\":%lld", (long long)rows[i].n);
    }
    if (json)
        puts("}");
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "truth", required_argument, NULL, 't' },
        { "host", required_argument, NULL, 'h' },
        { "json", no_argument, NULL, 'j' },
        { "upper", no_argument, NULL, 'u' },
        { 0 },
    };
    const char *truth_path = NULL, *host_path = NULL;
    bool json = false;
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 't')
            truth_path = optarg;
        else if (o == 'h')
            host_path = optarg;
        else if (o == 'j')
            json = true;
        else if (o == 'u')
            all_upper = true;
        else
            return 2;
    }
    if (!truth_path || !host_path || optind < argc)
        give_up("usage: prove --truth TRUTH.jsonl --host HOST.jsonl [--json] "
                "[--upper]");
    json_t *truth = load(truth_path), *host = load(host_path);
    struct counts c = prove(truth, host);
    show(&c, json);
    json_decref(truth);
    json_decref(host);
    return c.wrong_characters || c.keyed_twice || c.missing || c.unexpected;
}
