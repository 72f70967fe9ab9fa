/* The proof must catch each kind of error: right files pass, and every planted
 * wrong one fails with its own count. argv[1] is the program. */
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY(id, fields, narrative)                                             \
    "{\"id\":\"" id "\",\"expect\":\"key\",\"reasons\":[],\"fields\":{"        \
    "\"Online Ref\":\"" id "\"," fields "},\"narrative\":\"" narrative "\"}\n"
#define HELD(id, fields, narrative)                                            \
    "{\"ref\":\"CR26/000001\",\"fields\":{\"Online Ref\":\"" id "\"," fields   \
    "},\"narrative\":[" narrative "],\"justification\":null,\"user\":\"u\"}\n"

#define A KEY("A", "\"Surname\":\"Gŵyn\",\"Postcode\":\"cf1 1zz\"", "It… was")
#define A_HELD                                                                 \
    HELD("A", "\"Surname\":\"Gwyn\",\"Postcode\":\"CF1 1ZZ\"",                 \
         "\"It... \",\"was\"")
#define B KEY("B", "\"Surname\":\"O’Brien\",\"Town\":\"\"", "£5 – Zoë")
#define B_HELD HELD("B", "\"Surname\":\"O'Brien\"", "\"£5 - Zoë\",\"\"")
#define R                                                                      \
    "{\"id\":\"R\",\"expect\":\"reject\",\"reasons\":[\"missing:Surname\"],"   \
    "\"fields\":{},\"narrative\":\"\"}\n"

static const struct {
    const char *name, *truth, *host;
    int exit;
    const char *said;
} cases[] = {
    { "all right", A B R, A_HELD B_HELD, 0,
      "expected to key: 2\nkeyed: 2\nexpected to reject: 1\n"
      "wrong characters: 0\nwrong reports: 0\nkeyed twice: 0\nmissing: 0\n"
      "unexpected: 0\n" },
    { "any order", A B R, B_HELD A_HELD, 0, "keyed: 2\n" },
    { "nothing at all", "", "", 0, "keyed: 0\n" },
    { "missing", A B R, A_HELD, 1, "missing: 1\n" },
    { "keyed twice", A B R, A_HELD B_HELD A_HELD, 1, "keyed twice: 1\n" },
    { "a reject that was keyed", A B R,
      A_HELD B_HELD HELD("R", "\"Town\":\"x\"", ""), 1, "unexpected: 1\n" },
    { "a report nobody sent", A, A_HELD HELD("Z", "\"Town\":\"x\"", ""), 1,
      "unexpected: 1\n" },
    { "no Online Ref", A, A_HELD "{\"fields\":{}}\n", 1, "unexpected: 1\n" },
    { "one character", KEY("A", "\"Town\":\"abc\"", ""),
      HELD("A", "\"Town\":\"abd\"", ""), 1, "wrong characters: 1\n" },
    { "cut short", KEY("A", "\"Town\":\"abc\"", ""),
      HELD("A", "\"Town\":\"a\"", ""), 1, "wrong characters: 2\n" },
    { "too long", KEY("A", "\"Town\":\"abc\"", ""),
      HELD("A", "\"Town\":\"abcde\"", ""), 1, "wrong characters: 2\n" },
    { "an empty field", KEY("A", "\"Town\":\"Zoë\"", ""),
      HELD("A", "\"x\":\"\"", ""), 1, "wrong characters: 3\n" },
    { "the wrong field", KEY("A", "\"Town\":\"\"", ""),
      HELD("A", "\"County\":\"ab\"", ""), 1, "wrong characters: 2\n" },
    { "case elsewhere", KEY("A", "\"Town\":\"abc\"", ""),
      HELD("A", "\"Town\":\"ABC\"", ""), 1, "wrong characters: 3\n" },
    { "not upper-cased", KEY("A", "\"VRM\":\"ab1\"", ""),
      HELD("A", "\"VRM\":\"ab1\"", ""), 1, "wrong characters: 2\n" },
    { "a leading zero lost", KEY("A", "\"Phone\":\"01\"", ""),
      HELD("A", "\"Phone\":\"1\"", ""), 1, "wrong characters: 2\n" },
    { "an accent lost", KEY("A", "\"Town\":\"Siân\"", ""),
      HELD("A", "\"Town\":\"Sian\"", ""), 1, "wrong characters: 1\n" },
    { "a fold that is not declared", KEY("A", "\"Town\":\"Ж\"", ""),
      HELD("A", "\"Town\":\"Z\"", ""), 1, "wrong characters: 1\n" },
    { "a narrative's space lost", KEY("A", "\"Town\":\"\"", "a b"),
      HELD("A", "\"Town\":\"\"", "\"a\",\"b\""), 1, "wrong characters: 2\n" },
    { "lines in the wrong order", KEY("A", "\"Town\":\"\"", "a b"),
      HELD("A", "\"Town\":\"\"", "\"b\",\"a \""), 1, "wrong characters: 3\n" },
    { "two fields of one report",
      KEY("A", "\"Town\":\"a\",\"Street\":\"b\"", ""),
      HELD("A", "\"Town\":\"x\",\"Street\":\"y\"", ""), 1,
      "wrong characters: 2\nwrong reports: 1\n" },
    { "a broken line", A, "{\"ref\":\n", 2, "" },
    { "a key twice", A, "{\"ref\":1,\"ref\":2}\n", 2, "" },
    { "truth that says neither", "{\"id\":\"A\",\"expect\":\"?\"}\n", "", 2,
      "" },
};

static char dir[] = "/tmp/rpa-prove-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) == EOF || fclose(f))
        printf("Bail out! cannot write %s\n", path), exit(1);
}

static int prove(const char *program, const char *more, char *out, size_t size)
{
    char command[1024];
    snprintf(command, sizeof command,
             "'%s' --truth %s/truth --host %s/host %s 2>/dev/null", program,
             dir, dir, more);
    FILE *p = popen(command, "r");
    if (!p)
        return -1;
    out[fread(out, 1, size - 1, p)] = '\0';
    int status = pclose(p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
    char out[1024], path[64];
    if (argc < 2 || !mkdtemp(dir))
        return 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put("truth", cases[i].truth);
        put("host", cases[i].host);
        is_int(prove(argv[1], "", out, sizeof out), cases[i].exit,
               cases[i].name);
        if (!ok(strstr(out, cases[i].said), "%s: counted", cases[i].name))
            printf("# wanted %s# got %s", cases[i].said, out);
    }
    put("truth", A B R);
    put("host", A_HELD);
    is_int(prove(argv[1], "--json", out, sizeof out), 1, "--json");
    is_str(out,
           "{\"expected_to_key\":2,\"keyed\":1,\"expected_to_reject\":1,"
           "\"wrong_characters\":0,\"wrong_reports\":0,\"keyed_twice\":0,"
           "\"missing\":1,\"unexpected\":0}\n",
           "one object");
    snprintf(path, sizeof path, "%s/host", dir);
    unlink(path);
    is_int(prove(argv[1], "", out, sizeof out), 2, "no host file");
    snprintf(path, sizeof path, "%s/truth", dir);
    unlink(path);
    rmdir(dir);
    return tap_done();
}
