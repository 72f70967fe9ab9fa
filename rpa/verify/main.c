/* rpa-verify: see verify.h and lib/audit/AUDIT.md. */
#include "verify.h"

#include <getopt.h>

static const char usage[] =
    "usage: rpa-verify --key FILE [--since NOTE] [--run N] [--json] STATE_DIR\n"
    "       rpa-verify --key FILE [--json] --proof DIR\n\n"
    "FILE: the public key that `rpa audit key` printed, kept apart from the\n"
    "store. NOTE: an earlier note of `rpa audit note`.\n"
    "Exits 0 verified, 1 tampered, 10 incomplete, 11 cannot check, 2 usage.\n";

static const char json_line[] =
    "{\"verdict\":\"%s\",\"row\":\"%s\",\"why\":\"%s\",\"run\":\"%s\","
    "\"rows\":%lld,\"runs\":%lld,\"signed\":%lld,\"key\":\"%s\","
    "\"verified\":%s,\"witnessed\":false}\n";

/* all texts are ours or made safe; names of keys are printable ASCII */
static int print(const struct verdict *v, const struct key *key, bool json)
{
    static const char *const words[] = { "verified", "tampered",
                                         [INCOMPLETE] = "incomplete",
                                         [CANNOT] = "cannot check" };
    if (json)
        printf(json_line, words[v->code], v->row, v->why, v->run, v->rows, v->runs,
               v->covered, key->name, v->code ? "false" : "true");
    if (!json && *v->run)
        printf("audit: %s\n", v->run);
    if (!json && v->code)
        printf("audit: %s%s: %s\n", v->code == TAMPERED ? "row " : words[v->code],
               v->row, v->why);
    else if (!json)
        printf("audit: verified (%lld rows, %lld runs; signed to row %lld with "
               "%s; not witnessed)\n", v->rows, v->runs, v->covered, key->name);
    return fflush(stdout) == 0
               ? v->code : (perror("audit: cannot write the verdict"), CANNOT);
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "key", 1, NULL, 'k' }, { "since", 1, NULL, 's' }, /* 1: has a value */
        { "run", 1, NULL, 'r' }, { "proof", 1, NULL, 'p' },
        { "json", 0, NULL, 'j' }, { "help", 0, NULL, 'h' }, { 0 },
    };
    struct question q;
    struct verdict v = { 0 };
    const char *given['s' + 1] = { NULL };
    char *end = "", key[NOTE_SIZE], note[NOTE_SIZE];
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;)
        given[opt] = optarg ? optarg : "";
    if (given['h'])
        return fputs(usage, stdout) < 0;
    q.run = given['r'] ? strtoll(given['r'], &end, 10) : -1;
    q.since = given['s'] ? note : NULL;
    q.dir = given['p'] ? given['p'] : argv[optind];
    if (given['?'] || !given['k'] || argc - optind != !given['p'] || *end ||
        (given['r'] && (!*given['r'] || q.run < 0)) ||
        (given['p'] && (given['s'] || given['r']))) {
        fputs(usage, stderr);
        return USAGE;
    }
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* no locks for nobody */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (!file_read(given['k'], key) || !key_read(key, &q.key))
        cannot(&v, "%s has no public key of an audit store", given['k']);
    else if (given['s'] && !file_read(given['s'], note))
        cannot(&v, "%s cannot be read, or is no note", given['s']);
    else
        (given['p'] ? verify_proof : verify_store)(&q, &v);
    return print(&v, &q.key, given['j']);
}
