/* Rows come while a segment is written, and the supervisor crashes before it
 * has given up all that the segment has. */
#include "priv.h"
#include "seed.h"

/* that a reader finds, each in its place; or 0 */
static int64_t rows(void)
{
    static const struct rpa_audit_filter all = { .run = -1 };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int64_t n = 0;
    rpa_audit_reader_open(tmpdir, &all, false, &reader, &err);
    while (rpa_audit_reader_next(reader, &e, &err) > 0)
        if (e.seq != ++n)
            return 0;
    rpa_audit_reader_close(reader);
    return n;
}

static void many_rows(struct rpa_audit *a)
{
    int64_t run = must_run(a);
    for (int i = 0; i < 5000; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_commit(a, &err);
}

int main(void)
{
    struct rpa_audit_segment segment;
    struct verdict v;
    int64_t end;
    tmp_begin();
    struct rpa_audit *a = must_open();
    many_rows(a);
    is_int(rpa_audit_turn_due(a, 1, &err), 1, "it is time");
    is_int(rpa_audit_segment_write(tmpdir, &segment, &err), 0, "written");
    rpa_audit_query(a, &(struct rpa_audit_reading){ .actor = "root",
                    .what = "show", .run = -1, .verb = RPA_S62_CONSULTATION },
                    &err);
    is_int(rpa_audit_turn(a, &segment, &err), 0, "a row came: no turn");
    ok(access(tmp_path("audit-000000000001.db"), F_OK) < 0, "and no segment");
    is_int(rpa_audit_segment_write(tmpdir, &segment, &err), 0, "gone on with");
    segment.root[0] ^= 1;
    is_int(rpa_audit_turn(a, &segment, &err), -RPA_EIO,
           "control: what is not the rows is none");
    segment.root[0] ^= 1;
    is_int(rpa_audit_turn(a, &segment, &err), 1, "a turn");
    is_int(rpa_audit_trim(a, &err), 1, "some rows are given up");
    is_int(rpa_audit_turn_due(a, 1, &err), 0, "no other meanwhile");
    ok(proved(&v), "it verifies meanwhile");
    a->failed = true; /* as after a crash: nothing more is done */
    rpa_audit_close(a);
    ok(proved(&v), "and after a crash");
    a = must_open();
    many_rows(a);
    end = rpa_audit_last(a);
    ok(rows() == end, "no row twice, none lost");
    is_int(rpa_audit_trim(a, &err), 1, "giving up goes on");
    while (rpa_audit_trim(a, &err) > 0)
        ;
    is_int(rpa_audit_turn_due(a, 1, &err), 1, "to its end");
    rpa_audit_close(a);
    ok(proved(&v), "and it verifies");
    return tap_done();
}
