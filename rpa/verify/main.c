/* rpa-verify: see verify.h and lib/audit/AUDIT.md. */
#include "verify.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: rpa-verify --key FILE [--since NOTE] [--run N] [--json] STATE_DIR\n"
    "       rpa-verify --key FILE [--json] --proof DIR\n"
    "\n"
    "FILE has the public key that `rpa audit key` printed, kept where the store\n"
    "is not. NOTE has an earlier note of `rpa audit note`.\n"
    "Exits 0 verified, 1 tampered, 10 incomplete, 11 cannot check, 2 usage.\n";

/* all texts are ours or made safe; names of keys are printable ASCII */
static void print_json(const struct question *q, const struct verdict *v)
{
    static const char *const names[] = { [VERIFIED] = "verified",
                                         [TAMPERED] = "tampered",
                                         [INCOMPLETE] = "incomplete",
                                         [CANNOT] = "cannot check" };
    printf("{\"verdict\":\"%s\",\"verified\":%s,\"rows\":%" PRId64
           ",\"runs\":%" PRId64 ",\"signed\":%" PRId64 ",\"witnessed\":false",
           names[v->code], v->code ? "false" : "true", v->rows, v->runs,
           v->covered);
    const char *const texts[][2] = { { "key", q->key.name }, { "row", v->row },
                                     { "why", v->why }, { "run", v->run } };
    for (size_t i = 0; i < 4; i++)
        if (*texts[i][1])
            printf(",\"%s\":\"%s\"", texts[i][0], texts[i][1]);
    puts("}");
}

static void print_text(const struct question *q, const struct verdict *v)
{
    if (v->run[0])
        printf("audit: %s\n", v->run);
    if (v->code == VERIFIED)
        printf("audit: verified (%" PRId64 " rows, %" PRId64 " runs; signed to "
               "row %" PRId64 " with %s; not witnessed)\n", v->rows, v->runs,
               v->covered, q->key.name);
    else if (v->code == TAMPERED)
        printf("audit: row %s: %s\n", v->row, v->why);
    else
        printf("audit: %s: %s\n",
               v->code == INCOMPLETE ? "incomplete" : "cannot check", v->why);
}

static int ask(struct question *q, const char *key, const char *since,
               bool proof, bool json)
{
    struct verdict v = { 0 };
    size_t len;
    char *line = file_read(key, &len), *note = NULL;
    if (!line || !key_read(line, len, &q->key))
        cannot(&v, "%s has no public key of an audit store", key);
    else if (since && !(q->since = note = file_read(since, &q->since_len)))
        cannot(&v, "%s cannot be read", since);
    else if (proof)
        verify_proof(q, &v);
    else
        verify_store(q, &v);
    free(line);
    free(note);
    (json ? print_json : print_text)(q, &v);
    return fflush(stdout) == 0 ? v.code : CANNOT;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "key", required_argument, NULL, 'k' },
        { "since", required_argument, NULL, 's' },
        { "run", required_argument, NULL, 'r' },
        { "proof", required_argument, NULL, 'p' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct question q = { .run = -1 };
    const char *key = NULL, *since = NULL, *proof = NULL;
    bool json = false, good = true;
    char *end = "";
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (opt) {
        case 'k': key = optarg; break;
        case 's': since = optarg; break;
        case 'p': proof = optarg; break;
        case 'j': json = true; break;
        case 'r':
            q.run = strtoll(optarg, &end, 10);
            good = good && *optarg && !*end && q.run >= 0;
            break;
        case 'h': fputs(usage, stdout); return 0;
        default: good = false;
        }
    q.dir = proof ? proof : argv[optind];
    if (!good || !key || argc - optind != !proof || (proof && (since || q.run >= 0))) {
        fputs(usage, stderr);
        return USAGE;
    }
    return ask(&q, key, since, proof != NULL, json);
}
