/* What a supervisor that was lost left of its runs, at the next start: each act that
 * nobody answered for is said to be unknown, and no picture stays without its row. */
#include "rpa/audit/picture.h"
#include "rpa/ipc/cbor.h"
#include "sql.h"

#include <sys/stat.h>

#define PNG "\x89PNG\r\n\x1a\n the pixels"

enum { ROWS = 64 };
static int64_t seqs[ROWS];
static size_t nseqs;

static int64_t intent(struct rpa_audit *a, int64_t run, enum rpa_audit_kind kind,
                      enum rpa_s62 verb)
{
    const struct rpa_audit_row row = { .run = run, .kind = kind, .verb = verb };
    int64_t seq = -1;
    if (rpa_audit_append(a, &row, &seq, &err) < 0)
        printf("# %s\n", err.msg);
    return seq;
}

static void expect(int64_t seq)
{
    seqs[nseqs++] = seq;
}

/* what a driver asks for: of keys at once the first is answered for, look-ups that are
 * asked at once and all others one by one */
static void act(struct rpa_audit *a, int64_t run)
{
    intent(a, run, RPA_AUDIT_SECRET, 0); /* it was given, and is no act */
    int64_t keys = intent(a, run, RPA_AUDIT_KEY, 0);
    intent(a, run, RPA_AUDIT_KEY, 0);
    outcome(a, run, keys, RPA_RESULT_DONE);
    expect(intent(a, run, RPA_AUDIT_COMMIT, 0)); /* its reference never came */
    intent(a, run, RPA_AUDIT_READ, RPA_S62_CONSULTATION);
    int64_t written = intent(a, run, RPA_AUDIT_FILE, RPA_S62_DISCLOSURE);
    intent(a, run, RPA_AUDIT_FILE, RPA_S62_COLLECTION);
    outcome(a, run, written, RPA_RESULT_NOT_DONE);
    expect(intent(a, run, RPA_AUDIT_FILE, RPA_S62_DISCLOSURE));
    int64_t asked = intent(a, run, RPA_AUDIT_HTTP, RPA_S62_CONSULTATION);
    expect(intent(a, run, RPA_AUDIT_HTTP, RPA_S62_CONSULTATION));
    outcome(a, run, asked, RPA_RESULT_DONE);
    expect(intent(a, run, RPA_AUDIT_POINTER, 0));
}

static void end_with_keys(struct rpa_audit *a, int64_t run)
{
    intent(a, run, RPA_AUDIT_SECRET, 0); /* what was typed is what is not known */
    expect(intent(a, run, RPA_AUDIT_KEY, 0));
    intent(a, run, RPA_AUDIT_KEY, 0);
}

static int keep(struct rpa_audit *a, int64_t run, int64_t number, bool row)
{
    cbor_item_t *about = rpa_cbor_map();
    const struct rpa_audit_picture p = { .run = run, .number = number,
                                         .reason = "failure", .about = about };
    struct rpa_audit_album *album = NULL;
    struct rpa_audit_pictured file;
    int64_t seq;
    int r = rpa_audit_commit(a, &err);
    if (r == 0)
        r = rpa_audit_album_open(tmpdir, &album, &err);
    if (r == 0)
        r = rpa_audit_album_keep(album, run, 0, number, PNG, sizeof PNG, &file, &err);
    if (r == 0 && row)
        r = rpa_audit_picture(a, &p, &file, &seq, &err);
    rpa_audit_album_close(album);
    cbor_decref(&about);
    return r;
}

static bool there(const char *name)
{
    struct stat st;
    char path[64];
    snprintf(path, sizeof path, "pictures/%s.sealed", name);
    return stat(tmp_path(path), &st) == 0;
}

static void answered(int64_t run, int then)
{
    char sql[256];
    for (size_t i = 0; i < nseqs; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM entry WHERE kind=24 AND run=%lld "
                                  "AND plain='{\"intent\":%lld,\"result\":\"unknown\"}'",
                 (long long)run, (long long)seqs[i]);
        ok(number(sql) == 1, "what became of row %lld is not known", (long long)seqs[i]);
    }
    snprintf(sql, sizeof sql, "SELECT count(*) FROM entry WHERE run=%lld AND plain LIKE "
                              "'%%unknown%%'", (long long)run);
    is_int(number(sql), (int64_t)nseqs, "and of no other");
    snprintf(sql, sizeof sql, "SELECT kind FROM entry WHERE run=%lld ORDER BY seq DESC",
             (long long)run);
    is_int(number(sql), then, "before the run's end");
}

/* its processes are gone, and its supervisor is there: the same is said at once */
static void lose_processes(void)
{
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a), other = must_run(a);
    act(a, run);
    intent(a, other, RPA_AUDIT_KEY, 0);
    end_with_keys(a, run);
    is_int(rpa_audit_unanswered(a, run, &err), 0, "a run's processes are gone");
    is_int(rpa_audit_commit(a, &err), 0, "which is durable");
    answered(run, RPA_AUDIT_OUTCOME);
    is_int(number("SELECT count(*) FROM entry WHERE kind=24 AND run=2"), 0,
           "an act of another is not answered for");
    int64_t rows = number("SELECT count(*) FROM entry");
    is_int(rpa_audit_unanswered(a, run, &err), 0, "it is asked again");
    rpa_audit_commit(a, &err);
    is_int(number("SELECT count(*) FROM entry"), rows, "and has nothing to say");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_run_close(a, other, 0, &err);
    rpa_audit_close(a);
    nseqs = 0;
}

int main(void)
{
    struct verdict v;
    tmp_begin();
    lose_processes();
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a), ended = must_run(a);
    act(a, run);
    end_with_keys(a, run);
    intent(a, ended, RPA_AUDIT_KEY, 0);
    is_int(keep(a, run, 1, true), 0, "a picture with its row");
    is_int(keep(a, run, 2, false), 0, "one whose row never came");
    is_int(keep(a, ended, 1, true), 0, "one of a run that ends");
    rpa_audit_run_close(a, ended, 0, &err);
    rpa_audit_close(a); /* as if it had been killed: the run is left open */

    is_int(open_code(), 0, "the next start");
    answered(run, RPA_AUDIT_RUN_ABORT);
    ok(there("3-1") && there("4-1"), "pictures stay that a row names");
    ok(!there("3-2"), "the other goes");
    ok(proved(&v), "the store verifies");
    int64_t rows = number("SELECT count(*) FROM entry WHERE run>0");
    is_int(open_code(), 0, "the start after it");
    is_int(number("SELECT count(*) FROM entry WHERE run>0"), rows, "has nothing to say");
    unlink(tmp_path("pictures/3-1.sealed"));
    unlink(tmp_path("pictures/4-1.sealed"));
    rmdir(tmp_path("pictures"));
    return tap_done();
}
