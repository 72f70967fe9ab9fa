/* A reader that takes its time does not let the writer's log grow. */
#include "priv.h"
#include "seed.h"

#include <sqlite3.h>
#include <sys/stat.h>

enum { PAGES = 100, GROUPS = 1500, A_GROUP = 16 };

static long wal_size(void)
{
    struct stat st;
    return stat(tmp_path("audit.db-wal"), &st) == 0 ? (long)st.st_size : -1;
}

/* how large the log became while rows were written */
static long write_rows(struct rpa_audit *audit, int64_t run)
{
    long most = 0;
    for (int i = 0; i < GROUPS; i++) {
        for (int k = 0; k < A_GROUP; k++)
            put(audit, run, 0, RPA_AUDIT_KEY, "Surname");
        if (rpa_audit_commit(audit, &err) < 0)
            printf("# %s\n", err.msg);
        most = wal_size() > most ? wal_size() : most;
    }
    return most;
}

int main(void)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry entry;
    const struct rpa_audit_filter all = { .run = -1 };
    sqlite3 *db = NULL;
    sqlite3_stmt *held = NULL;
    tmp_begin();
    struct rpa_audit *audit = must_open();
    int64_t run = must_run(audit), last = 0, seen = 0;
    rpa_store_exec(audit->db, "PRAGMA wal_autocheckpoint=100;"
                              "PRAGMA synchronous=OFF", &err);
    put(audit, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(audit, &err);
    long cap = 2L * PAGES * 4096;

    is_int(rpa_audit_reader_open(tmpdir, &all, false, &reader, &err), 0,
           "a reader");
    is_int(rpa_audit_reader_next(reader, &entry, &err), 1, "at its first row");
    long most = write_rows(audit, run);
    ok(most < cap, "the log grows to %ld bytes beside it, at most %ld", most, cap);
    while (rpa_audit_reader_next(reader, &entry, &err) > 0) {
        seen += entry.seq > last;
        last = entry.seq;
    }
    ok(last == rpa_audit_last(audit) && seen == last - 1,
       "it then reads on to row %lld, none left out", (long long)last);
    rpa_audit_reader_close(reader);

    sqlite3_open_v2(tmp_path("audit.db"), &db, SQLITE_OPEN_READONLY, NULL);
    sqlite3_prepare_v2(db, "SELECT seq FROM entry", -1, &held, NULL);
    sqlite3_step(held);
    most = write_rows(audit, run);
    ok(most > cap, "(control: one that holds its place lets it grow to %ld)", most);
    sqlite3_finalize(held);
    sqlite3_close(db);
    rpa_audit_close(audit);
    return tap_done();
}
