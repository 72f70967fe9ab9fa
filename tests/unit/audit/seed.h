/* A store with every kind of row in it, for the tests of the audit. */
#ifndef RPA_TESTS_UNIT_AUDIT_SEED_H
#define RPA_TESTS_UNIT_AUDIT_SEED_H

#include "../tmpdir.h"
#include "rpa/audit/audit.h"
#include "rpa/audit/item.h"
#include "rpa/audit/read.h"
#include "tap.h"
#include "verify.h"

static struct rpa_err err;

static const uint8_t some_sha[32] = { 1, 2, 3 };

static const struct rpa_audit_run some_run = {
    .uuid = { 9, 8, 7 },
    .bot = "rekey_crime_reports",
    .bot_sha256 = some_sha,
    .runtime_sha256 = some_sha,
    .operator_name = "Si\xc3\xa2n O'Brien",
    .uid = 1000,
    .host = "lane-1",
    .target = "crime_recording",
    .mode = "DEMO",
    .purpose = { .reason = 3,
                 .on_behalf = "Records",
                 .justification = "re-keying of online reports" },
};

__attribute__((unused)) static struct rpa_audit *must_open(void)
{
    struct rpa_audit *audit = NULL;
    if (rpa_audit_open(tmpdir, &audit, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    return audit;
}

__attribute__((unused)) static int64_t must_run(struct rpa_audit *audit)
{
    int64_t run = -1;
    if (rpa_audit_run_open(audit, &some_run, &run, &err) < 0)
        printf("# %s\n", err.msg);
    return run;
}

/* any content row; its seq, or a negative code */
__attribute__((unused)) static int64_t
put(struct rpa_audit *audit, int64_t run, int64_t grp, enum rpa_audit_kind kind,
    const char *field)
{
    int64_t seq = 0;
    const struct rpa_audit_row row = {
        .run = run, .grp = grp, .kind = kind, .verb = RPA_S62_ALTERATION,
        .target = "crime_recording", .window = "Crime Recording",
        .field = field, .body = "\x65" "Hello", .body_len = 6,
    };
    int r = rpa_audit_append(audit, &row, &seq, &err);
    return r < 0 ? r : seq;
}

__attribute__((unused)) static int outcome(struct rpa_audit *audit, int64_t run,
                                           int64_t intent,
                                           enum rpa_audit_result result)
{
    const struct rpa_audit_row row = {
        .run = run, .kind = RPA_AUDIT_OUTCOME, .intent = intent,
        .result = result, .body = "\x6b" "CR26/000001", .body_len = 12,
    };
    return rpa_audit_append(audit, &row, NULL, &err);
}

__attribute__((unused)) static int item(struct rpa_audit *audit, int64_t run,
                                        const char *id, enum rpa_item_event ev)
{
    return rpa_audit_item(audit, run, 0, "rekey", id, ev, NULL, 0, NULL, &err);
}

/* the outside's verdict, with the store's own key */
__attribute__((unused)) static void verified_at(const char *dir,
                                                struct verdict *v)
{
    struct question q = { .dir = dir, .run = -1 };
    char line[NOTE_SIZE], path[512];
    snprintf(path, sizeof path, "%s/sign.pub", dir);
    *v = (struct verdict){ .code = CANNOT, .why = "no sign.pub" };
    if (file_read(path, line) && key_read(line, &q.key))
        verify_store(&q, v);
}

/* and then ours on the seals */
__attribute__((unused)) static void judged_at(const char *dir, struct verdict *v)
{
    struct rpa_audit_verdict seals;
    verified_at(dir, v);
    if (v->code != VERIFIED && v->code != INCOMPLETE)
        return;
    int r = rpa_audit_check_seals(dir, &seals, &err);
    if (r < 0)
        cannot(v, "%s", err.msg);
    else if (!seals.good)
        tampered(v, seals.row, "%s", seals.why);
}

/* rows that wait for a checkpoint, and open runs, are as they should be */
__attribute__((unused)) static void judged(struct verdict *v)
{
    judged_at(tmpdir, v);
}

__attribute__((unused)) static bool proved_at(const char *dir, struct verdict *v)
{
    judged_at(dir, v);
    bool good = v->code == VERIFIED || v->code == INCOMPLETE;
    if (!good)
        printf("# row %s: %s\n", v->row, v->why);
    return good;
}

__attribute__((unused)) static bool proved(struct verdict *v)
{
    return proved_at(tmpdir, v);
}

/* a file is closed, if it is time, as the supervisor does it. 1, 0, -RPA_E… */
__attribute__((unused)) static int turn_file(struct rpa_audit *audit,
                                             const char *dir, int64_t rows,
                                             struct rpa_err *e)
{
    struct rpa_audit_segment segment;
    int r = rpa_audit_turn_due(audit, rows, e);
    if (r > 0)
        r = rpa_audit_segment_write(dir, &segment, e);
    else
        return r;
    if (r == 0)
        r = rpa_audit_turn(audit, &segment, e);
    while (r == 1 && rpa_audit_trim(audit, e) > 0)
        ;
    return r;
}

/* two runs, two subjects, an item done and one in doubt; one run left open */
__attribute__((unused)) static void seed(struct rpa_audit *audit)
{
    int64_t a = must_run(audit), b = must_run(audit), grp = 0;
    put(audit, a, 0, RPA_AUDIT_SECRET, "Password");
    item(audit, a, "online-1", RPA_ITEM_BEGIN);
    rpa_audit_group(audit, a, "O'Brien 1970", &grp, &err);
    put(audit, a, grp, RPA_AUDIT_READ, NULL);
    put(audit, a, grp, RPA_AUDIT_KEY, "Surname");
    put(audit, b, 0, RPA_AUDIT_HTTP, NULL);
    rpa_audit_commit(audit, &err);
    item(audit, a, "online-1", RPA_ITEM_MARK);
    outcome(audit, a, put(audit, a, grp, RPA_AUDIT_COMMIT, NULL),
            RPA_RESULT_REFERENCED);
    item(audit, a, "online-1", RPA_ITEM_DONE);
    rpa_audit_run_close(audit, a, 0, &err);
    item(audit, b, "online-2", RPA_ITEM_BEGIN);
    item(audit, b, "online-2", RPA_ITEM_MARK);
    put(audit, b, 0, RPA_AUDIT_COMMIT, NULL);
    rpa_audit_query(audit, &(struct rpa_audit_reading){ .actor = "root",
                    .what = "show", .run = -1, .verb = RPA_S62_CONSULTATION },
                    &err);
    rpa_audit_commit(audit, &err);
}

#endif
