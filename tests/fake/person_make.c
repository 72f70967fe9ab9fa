/* person_make: writes applicants, three systems' data and the truth.
 *
 *   person_make --seed N --people 20000 --persons 40 --dir DIR
 *
 * makes DIR/applicants.csv, DIR/{crime,vt,soap}.jsonl and DIR/truth.jsonl; see
 * person_gen.h. Only the first is for a bot. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "person_gen.h"

static FILE *make(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wx");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static unsigned long number(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*end || end == text || *text == '-') {
        fprintf(stderr, "person_make: '%s' is no number\n", text);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "seed", required_argument, NULL, 's' },
        { "people", required_argument, NULL, 'o' },
        { "persons", required_argument, NULL, 'n' },
        { "dir", required_argument, NULL, 'd' },
        { 0 },
    };
    unsigned long seed = 1, people = 20000, persons = 40;
    const char *dir = NULL;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        // clang-format off
        switch (c) {
        case 's': seed = number(optarg); break;
        case 'o': people = number(optarg); break;
        case 'n': persons = number(optarg); break;
        case 'd': dir = optarg; break;
        default: return 2;
        }
        // clang-format on
    }
    if (!dir || optind != argc || people > 1000000 || persons > 1600) {
        fputs("usage: person_make --seed N --people N (1000000 at most) "
              "--persons "
              "N (1600 at most) --dir DIR\n",
              stderr);
        return 2;
    }
    struct person_files to = {
        .applicants = make(dir, "applicants.csv"),
        .system = { make(dir, "crime.jsonl"), make(dir, "vt.jsonl"),
                    make(dir, "soap.jsonl") },
        .truth = make(dir, "truth.jsonl"),
    };
    person_generate(&to, (unsigned)people, (unsigned)persons, seed);
    int bad = fclose(to.applicants) | fclose(to.truth);
    for (int s = 0; s < PERSON_SYSTEMS; s++)
        bad |= fclose(to.system[s]);
    if (bad)
        perror("person_make");
    return bad ? 1 : 0;
}
