#include "rpa/cmd/audit.h"
#include "rpa/cmd/secret.h"
#include "rpa/vault/secret.h"
#include "seed.h"

#include <fcntl.h>
#include <sqlite3.h>

static char out[1 << 16];

/* run a command with stdout to a file and @in on stdin; its exit status */
static int run(int (*cmd)(int, char **, const char *), const char *in,
               const char *words)
{
    char copy[256], *argv[16];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    fflush(stdout);
    int was_out = dup(1), was_in = dup(0), pipes[2];
    int to = open(tmp_path("out"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (pipe(pipes) < 0 || write(pipes[1], in, strlen(in)) < 0)
        abort();
    close(pipes[1]);
    dup2(to, 1);
    dup2(pipes[0], 0);
    int status = cmd(argc, argv, tmpdir);
    fflush(stdout);
    dup2(was_out, 1);
    dup2(was_in, 0);
    ssize_t len = pread(to, out, sizeof out - 1, 0);
    out[len > 0 ? len : 0] = '\0';
    close(to);
    close(pipes[0]);
    close(was_out);
    close(was_in);
    return status;
}

static int lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void audit(void)
{
    is_int(run(cmd_audit, "", "audit verify"), 11, "no store: cannot check");
    is_int(run(cmd_audit, "", "audit show --content"), 4, "nor shown");
    struct rpa_audit *a = must_open();
    seed(a);
    is_int(run(cmd_audit, "", "audit verify"), 10, "verify beside its writer");
    ok(!strncmp(out, "audit: incomplete: ", 19) && strstr(out, "open runs: 1"),
       "says what is missing");
    is_int(run(cmd_audit, "", "audit verify --run 1"), 0, "one run that is whole");
    ok(strstr(out, "run 1: ended") && strstr(out, "audit: verified (") &&
           strstr(out, "not witnessed"), "says so");
    is_int(run(cmd_audit, "", "audit verify --run 2"), 10, "one that is open");
    is_int(run(cmd_audit, "", "audit verify --run 9"), 11, "one that is not");
    is_int(run(cmd_audit, "", "audit show"), 0, "show");
    ok(strstr(out, "'crime_recording/Crime Recording/Surname'") &&
           strstr(out, "alteration") && strstr(out, "bytes sealed]") &&
           !strstr(out, "Hello"), "labels and verbs, no content");
    is_int(run(cmd_audit, "", "audit show --content"), 4,
           "content is not opened under a running supervisor");
    is_int(run(cmd_audit, "", "audit pictures"), 0, "pictures");
    is_str(out, "", "none");
    static const char *const wrong[] = { "audit picture", "audit picture x",
                                         "audit picture 0", "audit picture 1 2",
                                         "audit pictures 1",
                                         "audit picture 1 --purpose reason=99" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_int(run(cmd_audit, "", wrong[i]), 2, wrong[i]);
    rpa_audit_close(a);
    is_int(run(cmd_audit, "", "audit picture 1"), 4, "a row without a picture");
    is_int(access("picture-1.png", F_OK), -1, "leaves no file");
    is_int(run(cmd_audit, "", "audit show --content --json --run 1"), 0,
           "content of one run, as JSON");
    ok(strstr(out, "\"content\":\"Hello\"") &&
           strstr(out, "\"justification\":\"re-keying of online reports\"") &&
           !strstr(out, "\"run\":2"), "is there");
    run(cmd_audit, "", "audit show --run 0");
    ok(strstr(out, "show --content"), "and that reading has a row");
    run(cmd_audit, "", "audit show --content --purpose reference=complaint-17");
    run(cmd_audit, "", "audit show --kind AUDIT_QUERY --content --json");
    ok(strstr(out, "\"reference\":\"complaint-17\""), "with its purpose, sealed");
    ok(!strstr(out, "\"kind\":\"KEY\""), "only rows of that kind");
    run(cmd_audit, "", "audit show --target crime_recording --run 1");
    ok(lines(out) == 4, "only rows of that target and run");
    run(cmd_audit, "", "audit show --since 2999-01-01");
    ok(lines(out) == 0, "only rows of that time");
    run(cmd_audit, "", "audit tail");
    ok(lines(out) == 10, "the last ten");
    run(cmd_audit, "", "audit key");
    ok(!strncmp(out, "rpa-audit/", 10) && lines(out) == 1, "the public key");
    run(cmd_audit, "", "audit note");
    ok(!strncmp(out, "rpa-audit/", 10) && lines(out) == 5, "the newest note");
    is_int(run(cmd_audit, "", "audit show --proof x"), 2, "another's option");
    is_int(run(cmd_audit, "", "audit show --kind NONE"), 2, "no such kind");
    is_int(run(cmd_audit, "", "audit show --since yesterday"), 2, "no such time");
    is_int(run(cmd_audit, "", "audit export --run 1"), 2, "export where to?");
    is_int(run(cmd_audit, "", "audit show --run x"), 2, "a bad number");
    is_int(run(cmd_audit, "", "audit frob"), 2, "no such verb");
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    sqlite3_exec(db, "DROP TRIGGER entry_no_update;"
                     "UPDATE entry SET t_us=t_us+1 WHERE seq=7",
                 NULL, NULL, NULL);
    sqlite3_close(db);
    is_int(run(cmd_audit, "", "audit verify"), 1, "a changed row: 1");
    is_str(out, "audit: row 7: its hash does not match\n", "named");
    run(cmd_audit, "", "audit verify --json");
    ok(strstr(out, "\"verified\":false") && strstr(out, "\"row\":\"7\""), "as JSON");
}

static void secret(void)
{
    is_int(run(cmd_secret, "pa55word\nrest", "secret set crs-password"), 0, "set");
    is_int(run(cmd_secret, "", "secret list"), 0, "list");
    ok(!strncmp(out, "crs-password ", 13) && !strstr(out, "pa55"), "by name only");
    struct rpa_vault *vault = NULL;
    struct rpa_secret *got = NULL;
    size_t len = 0;
    rpa_vault_open(tmpdir, &vault, &err);
    rpa_vault_get(vault, "crs-password", &got, &err);
    is_str(got ? rpa_secret_bytes(got, &len) : NULL, "pa55word", "one line");
    rpa_secret_free(got);
    rpa_vault_close(vault);
    is_int(run(cmd_secret, "", "secret set x"), 4, "nothing on stdin");
    is_int(run(cmd_secret, "v\n", "secret set ../x"), 4, "a bad name");
    is_int(run(cmd_secret, "", "secret set"), 2, "no name");
    is_int(run(cmd_secret, "", "secret remove crs-password"), 0, "remove");
    is_int(run(cmd_secret, "", "secret remove crs-password"), 4, "only once");
    run(cmd_secret, "", "secret list --json");
    is_str(out, "", "none left");
}

int main(void)
{
    tmp_begin();
    audit();
    secret();
    return tap_done();
}
