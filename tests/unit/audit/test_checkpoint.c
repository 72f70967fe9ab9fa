/* When the store is signed, over what, and what it makes of a past that is not
 * the one it signed. */
#include "priv.h"
#include "seed.h"
#include "sql.h"

#include <sys/stat.h>

#define NOTES "SELECT count(*) FROM checkpoint"
#define ROWS "SELECT count(*) FROM entry WHERE kind=7"
#define UNSIGNED                                                               \
    "SELECT (SELECT max(seq) FROM entry)-(SELECT max(size) FROM checkpoint)"

static int64_t mono;
static int64_t fake_mono(void) { return mono; }
static rpa_time fake_now(void) { return 1795000000000000 + mono; }

static void moments(void)
{
    struct rpa_audit *a = must_open();
    is_int(number(NOTES), 1, "signed at the start");
    is_int(number(UNSIGNED), 0, "with its own row");
    mono = rpa_mono_us();
    rpa_audit_set_clock(a, fake_now, fake_mono);
    int64_t run = must_run(a);
    rpa_audit_commit(a, &err);
    is_int(number(NOTES), 1, "not for every commit");
    mono += 10000000;
    put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    is_int(number(NOTES), 2, "rows wait 10 s at most");
    mono += 59000000;
    rpa_audit_heartbeat(a, &err);
    is_int(number(NOTES), 2, "an idle store");
    mono += 1000000;
    rpa_audit_heartbeat(a, &err);
    is_int(number(NOTES), 3, "signs every minute");
    for (int i = 0; i < 9999; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    is_int(number(NOTES), 3, "9,999 rows wait");
    put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    is_int(number(NOTES), 4, "10,000 do not");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_commit(a, &err);
    is_int(number(NOTES), 5, "nor does the end of a run");
    is_int(number(UNSIGNED), 0, "which is signed whole");
    rpa_audit_close(a);
    is_int(number(NOTES), 5, "with nothing newer the stop adds none");
    a = must_open();
    put(a, must_run(a), 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_close(a);
    is_int(number(NOTES), 7, "but with something it does");
    is_int(number(NOTES), number(ROWS), "each has its row");
    is_int(number("SELECT count(*) FROM checkpoint c JOIN entry e ON "
                  "e.seq=c.size AND e.kind=7 AND e.t_us=c.t_us"),
           number(NOTES), "which is the last it signs");
    is_int(number("SELECT count(*) FROM checkpoint c JOIN entry e ON e.kind=7 "
                  "AND json_extract(e.plain,'$.last')=c.note AND e.seq>c.size"),
           number(NOTES) - 1, "and the next row has its note");
    is_int(number("SELECT count(*) FROM mnode WHERE lvl=8"),
           number("SELECT count(*)/256 FROM entry"), "nodes are kept");
    struct verdict v;
    ok(proved(&v), "and it all verifies");
}

/* A supervisor's loop calls at its beats, whatever happened between them. */
static void beats(void)
{
    enum { S = 1000000 };
    tmp_empty();
    mono = rpa_mono_us();
    struct rpa_audit *a = must_open();
    rpa_audit_set_clock(a, fake_now, fake_mono);
    rpa_audit_sign(a, &err);
    mono += S / 2; /* a row comes between two beats */
    put(a, must_run(a), 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    for (int64_t end = mono + 400 * (int64_t)S; mono < end;
         mono += RPA_AUDIT_HEARTBEAT_US - 7)
        rpa_audit_heartbeat(a, &err);
    rpa_audit_close(a);
    int64_t widest = number("SELECT max(t) FROM (SELECT mono_us-lag(mono_us) "
                            "OVER (ORDER BY seq) AS t FROM entry WHERE kind=7)");
    ok(widest >= 59 * (int64_t)S && widest <= 62 * (int64_t)S,
       "an idle loop signs every minute (%lld us)", (long long)widest);
    int64_t waited = number("SELECT (SELECT min(mono_us) FROM entry c WHERE "
                            "kind=7 AND c.seq>e.seq)-mono_us FROM entry e "
                            "WHERE kind=16");
    ok(waited <= 12 * (int64_t)S, "a row waits 10 s for it (%lld us)",
       (long long)waited);
}

/* ---- another past ---- */

static void copy(const char *from, const char *to)
{
    static char all[1 << 22];
    FILE *f = fopen(from, "r");
    size_t len = f ? fread(all, 1, sizeof all, f) : 0;
    if (f)
        fclose(f);
    f = fopen(to, "w");
    if (f) {
        fwrite(all, 1, len, f);
        fclose(f);
    }
    chmod(to, 0600);
}

static void refused(void)
{
    static const struct {
        const char *name, *sql;
        int code;
    } cases[] = {
        { "control: nothing changed", "SELECT 1", 0 },
        { "a note changed", "UPDATE checkpoint SET note=replace(note,'\n1','\n2')",
          RPA_ETAMPER },
        { "an older note's size",
          "DELETE FROM checkpoint WHERE size=(SELECT max(size) FROM checkpoint);"
          "UPDATE checkpoint SET size=size+1 WHERE size=(SELECT max(size) FROM "
          "checkpoint)", RPA_ETAMPER },
        { "a kept node changed", "UPDATE mnode SET h=zeroblob(32) WHERE idx=1",
          RPA_ETAMPER },
        { "a row's hash far back",
          "DROP TRIGGER entry_no_update;UPDATE entry SET h=zeroblob(32) WHERE "
          "seq=(SELECT max(seq)-3 FROM entry)", RPA_ETAMPER },
    };
    char db[4096], keep[4096];
    snprintf(db, sizeof db, "%s", tmp_path("audit.db"));
    snprintf(keep, sizeof keep, "%s", tmp_path("kept"));
    run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    copy(db, keep);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unlink(tmp_path("audit.db-wal"));
        unlink(tmp_path("audit.db-shm"));
        copy(keep, db);
        run_sql(cases[i].sql);
        is_int(open_code(), -cases[i].code, cases[i].name);
        if (i == 0) {
            run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
            copy(db, keep);
        }
    }
    unlink(tmp_path("audit.db-wal"));
    unlink(tmp_path("audit.db-shm"));
    copy(keep, db);
}

static void keys(void)
{
    char path[4096], away[4096];
    snprintf(path, sizeof path, "%s", tmp_path("sign.key"));
    snprintf(away, sizeof away, "%s", tmp_path("away"));
    rename(path, away);
    is_int(open_code(), -RPA_EENV, "a lost signing key is not replaced");
    ok(strstr(err.hint, "sign.key") != NULL, "and it says what to do");
    copy(tmp_path("root.key"), path);
    is_int(open_code(), -RPA_ETAMPER, "another key is noticed by sign.pub");
    unlink(tmp_path("sign.pub"));
    is_int(open_code(), -RPA_ETAMPER, "and by the notes");
    unlink(tmp_path("sign.pub"));
    rename(away, path);
    is_int(open_code(), 0, "the right one opens");
    struct stat st;
    ok(stat(tmp_path("sign.pub"), &st) == 0, "and shows its public half again");
}

int main(void)
{
    tmp_begin();
    moments();
    refused();
    keys();
    beats();
    return tap_done();
}
