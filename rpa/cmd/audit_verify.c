/* The audit's proof, its key and its last note, for those outside. */
#include "rpa/cmd/audit.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VERIFIED = 0, TAMPERED = 1, INCOMPLETE = 10, CANNOT = 11 };

/* rpa-verify beside this program, else where programs are */
static void find_verifier(char *out, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", out, size - 16);
    while (len > 0 && out[len - 1] != '/')
        len--;
    snprintf(out + (len > 0 ? len : 0), 16, "rpa-verify");
    if (access(out, X_OK) < 0)
        snprintf(out, size, "rpa-verify");
}

static void exec_verifier(const struct audit_options *o, int to)
{
    char program[4096], key[4096], run[24];
    const char *argv[11] = { "rpa-verify", "--key", key };
    int n = 3;
    snprintf(key, sizeof key, "%s/sign.pub", o->state_dir);
    snprintf(run, sizeof run, "%lld", (long long)o->filter.run);
    if (o->json)
        argv[n++] = "--json";
    if (o->since) {
        argv[n++] = "--since";
        argv[n++] = o->since;
    }
    if (o->filter.run >= 0) {
        argv[n++] = "--run";
        argv[n++] = run;
    }
    argv[n++] = "--";
    argv[n] = o->state_dir;
    find_verifier(program, sizeof program);
    dup2(to, STDOUT_FILENO);
    execvp(program, (char **)argv);
    fprintf(stderr, "rpa: cannot run %s: %s\n", program, strerror(errno));
    _exit(127);
}

/* its exit status, and what it said */
static int ask_verifier(const struct audit_options *o, struct rpa_buf *ret_said,
                        struct rpa_err *err)
{
    int fds[2], status = 0;
    char some[1024];
    if (pipe(fds) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a pipe");
    pid_t pid = fork();
    if (pid == 0)
        exec_verifier(o, fds[1]);
    close(fds[1]);
    for (ssize_t n; (n = read(fds[0], some, sizeof some)) > 0;)
        rpa_buf_add(ret_said, some, (size_t)n);
    close(fds[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) == 127) {
        rpa_fail(err, RPA_EENV, "the verifier rpa-verify did not run");
        return rpa_err_hint(err, "it belongs beside rpa");
    }
    return WEXITSTATUS(status);
}

/* names in the store are whoever's who could write it */
static char *safe(const char *text)
{
    struct rpa_buf out = { 0 };
    rpa_buf_escape(&out, text, strlen(text));
    return rpa_buf_take(&out);
}

/* Not tampered, says who has no keys: what do the keys say, if we have them? */
static int check_seals(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_audit_verdict seals;
    int r = rpa_audit_check_seals(o->state_dir, &seals, err);
    if (r == 0 && seals.good)
        return 0;
    const char *row = r < 0 ? "keys" : seals.row;
    const char *why = r < 0 ? err->msg : seals.why;
    const char *name = r < 0 ? "cannot check" : "tampered";
    char *where = safe(row), *what = safe(why);
    if (o->json) {
        json_t *said = json_pack("{s:s,s:b,s:s,s:s}", "verdict", name,
                                 "verified", 0, "row", where, "why", what);
        json_dumpf(said, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(said);
    } else if (r < 0) {
        printf("audit: cannot check the sealed content: %s\n", what);
    } else {
        printf("audit: row %s: %s\n", where, what);
    }
    free(where);
    free(what);
    return r < 0 ? CANNOT : TAMPERED;
}

int audit_verify(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_buf said = { 0 };
    char root[4096];
    int r = ask_verifier(o, &said, err), worse = 0;
    snprintf(root, sizeof root, "%s/root.key", o->state_dir);
    if ((r == VERIFIED || r == INCOMPLETE) && access(root, R_OK) == 0)
        worse = check_seals(o, err);
    if (!worse && said.len)
        fwrite(said.data, 1, said.len, stdout);
    rpa_buf_clear(&said);
    return worse ? worse : r;
}

int audit_judge(const char *state_dir, struct rpa_audit_verdict *ret_seals,
                struct rpa_err *err)
{
    const struct audit_options o = { .state_dir = state_dir, .filter.run = -1 };
    struct rpa_buf said = { 0 };
    int r = ask_verifier(&o, &said, err);
    if (r == TAMPERED || r == CANNOT) {
        const char *why = said.data ? strstr(said.data, ": ") : NULL;
        int len = why ? (int)strcspn(why += 2, "\n") : 0;
        r = rpa_fail(err, r == TAMPERED ? RPA_ETAMPER : RPA_EINVAL, "%.*s", len,
                     why);
    }
    rpa_buf_clear(&said);
    if (r < 0)
        return r;
    r = rpa_audit_check_seals(state_dir, ret_seals, err);
    return r < 0 || ret_seals->rest ? r
                                    : rpa_fail(err, RPA_ETAMPER, "row %s: %s",
                                               ret_seals->row, ret_seals->why);
}

static int print_all(int r, struct rpa_buf *text)
{
    if (r == 0)
        fwrite(text->data, 1, text->len, stdout);
    rpa_buf_clear(text);
    return r;
}

int audit_key(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_buf line = { 0 };
    return print_all(rpa_audit_key(o->state_dir, &line, err), &line);
}

int audit_note(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_buf note = { 0 };
    return print_all(rpa_audit_last_note(o->state_dir, &note, err), &note);
}
