#include "seed.h"

/* One letter a row, an event: b m d r f z (deferred) F A X (found, absent,
 * cancelled). C a commit intent; then D done, R done
 * with reference, N not done, U unknown. | the supervisor is killed there and a
 * new run goes on. ! the next row must be refused, with the code at the end. */
static const struct {
    const char *rows;
    enum rpa_item_state state;
    int code; /* of the refused row */
} cases[] = {
    { "", RPA_ITEM_IS_NEW, 0 },
    { "b", RPA_ITEM_IS_BEGUN, 0 },
    { "bm", RPA_ITEM_IS_MARKED, 0 },
    { "b|", RPA_ITEM_IS_READY, 0 },
    { "bm|", RPA_ITEM_IS_READY, 0 },
    { "bmC", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmC|", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCU|", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCD|", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCR|", RPA_ITEM_IS_DONE, 0 },
    { "bmCRd|", RPA_ITEM_IS_DONE, 0 },
    { "bmCN", RPA_ITEM_IS_MARKED, 0 },
    { "bmCN|", RPA_ITEM_IS_READY, 0 },
    { "bmCN|bmCRd", RPA_ITEM_IS_DONE, 0 },
    { "bmCDmCRd", RPA_ITEM_IS_DONE, 0 },
    { "bmCDmC|", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCDmCN|", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCDd", RPA_ITEM_IS_DONE, 0 },
    { "br", RPA_ITEM_IS_REJECTED, 0 },
    { "bmf", RPA_ITEM_IS_FAILED, 0 },
    { "bmCDr", RPA_ITEM_IS_REJECTED, 0 },
    { "bmCf", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmCUr", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bf|b", RPA_ITEM_IS_BEGUN, 0 },
    { "br|b", RPA_ITEM_IS_BEGUN, 0 },
    { "bd!b", RPA_ITEM_IS_DONE, RPA_EEXIST },
    { "bmCRd|!b", RPA_ITEM_IS_DONE, RPA_EEXIST },
    { "bmC|!b", RPA_ITEM_IS_IN_DOUBT, RPA_EDOUBT },
    { "bmC!C", RPA_ITEM_IS_IN_DOUBT, RPA_EDOUBT },
    { "bmC!m", RPA_ITEM_IS_IN_DOUBT, RPA_EDOUBT },
    { "b!C", RPA_ITEM_IS_BEGUN, RPA_EINVAL },
    { "b!b", RPA_ITEM_IS_BEGUN, RPA_EINVAL },
    { "!m", RPA_ITEM_IS_NEW, RPA_EINVAL },
    { "!d", RPA_ITEM_IS_NEW, RPA_EINVAL },
    { "bz", RPA_ITEM_IS_FAILED, 0 },
    { "bz|b", RPA_ITEM_IS_BEGUN, 0 },
    { "bmCz", RPA_ITEM_IS_IN_DOUBT, 0 },
    { "bmC|F", RPA_ITEM_IS_DONE, 0 },
    { "bmCfF!b", RPA_ITEM_IS_DONE, RPA_EEXIST },
    { "bmC|A", RPA_ITEM_IS_FAILED, 0 },
    { "bmC|AbmCRd", RPA_ITEM_IS_DONE, 0 },
    { "bmC|X", RPA_ITEM_IS_REJECTED, 0 },
    { "bmC!F", RPA_ITEM_IS_IN_DOUBT, RPA_EEXIST }, /* still in hand */
    { "bmC!A", RPA_ITEM_IS_IN_DOUBT, RPA_EEXIST },
    { "bmCRd!A", RPA_ITEM_IS_DONE, RPA_EEXIST },
    { "bf!A", RPA_ITEM_IS_FAILED, RPA_EINVAL }, /* no doubt */
    { "br!F", RPA_ITEM_IS_REJECTED, RPA_EINVAL },
    { "b|!A", RPA_ITEM_IS_READY, RPA_EINVAL },
    { "F", RPA_ITEM_IS_DONE, 0 }, /* a queue that came from elsewhere */
    { "Ab", RPA_ITEM_IS_BEGUN, 0 },
    { "X", RPA_ITEM_IS_REJECTED, 0 },
};

static int64_t commit_seq;

static int step(struct rpa_audit *a, int64_t run, const char *id, char c)
{
    static const char events[] = " bmdrfzFAX", results[] = " DRNU";
    if (c == 'C') {
        int64_t seq = put(a, run, 0, RPA_AUDIT_COMMIT, NULL);
        if (seq > 0)
            commit_seq = seq;
        return seq < 0 ? (int)seq : 0;
    }
    const char *at = strchr(results, c);
    if (at)
        return outcome(a, run, commit_seq, (enum rpa_audit_result)(at - results));
    at = strchr(events, c);
    return item(a, run, id, (enum rpa_item_event)(at - events));
}

static void one(size_t n)
{
    char id[16];
    snprintf(id, sizeof id, "id-%zu", n);
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a);
    int r = 0, want = 0;
    for (const char *c = cases[n].rows; *c; c++) {
        if (*c == '!') {
            want = -cases[n].code;
            continue;
        }
        if (*c == '|') {
            rpa_audit_close(a); /* the run stays open: its supervisor is gone */
            a = must_open();
            run = must_run(a);
            continue;
        }
        r = step(a, run, id, *c);
        if (r != want)
            printf("# '%c' gave %d: %s\n", *c, r, r ? err.msg : "");
    }
    struct rpa_item_info info = { 0 };
    rpa_audit_item_state(a, "rekey", id, &info, &err);
    ok(r == want && info.state == cases[n].state, "'%s' is %s", cases[n].rows,
       rpa_item_state_name((int)info.state));
    rpa_audit_close(a);
}

static void between_runs(void)
{
    struct rpa_audit *a = must_open();
    int64_t one_run = must_run(a), other = must_run(a);
    struct rpa_item_info info;
    struct rpa_buf body = { 0 };
    is_int(item(a, one_run, "x", RPA_ITEM_BEGIN), 0, "begun by one run");
    is_int(item(a, other, "x", RPA_ITEM_BEGIN), -RPA_EEXIST,
           "not by another meanwhile");
    is_int(item(a, other, "x", RPA_ITEM_MARK), -RPA_EINVAL,
           "nor marked by it");
    is_int(rpa_audit_item(a, other, 0, "other", "x", RPA_ITEM_BEGIN, NULL, 0,
                          NULL, &err), 0, "another queue's x is another item");
    is_int(item(a, one_run, "y", RPA_ITEM_BEGIN), -RPA_EINVAL, "one in hand");
    item(a, one_run, "x", RPA_ITEM_MARK);
    int64_t seq = put(a, one_run, 0, RPA_AUDIT_COMMIT, NULL);
    outcome(a, one_run, seq, RPA_RESULT_REFERENCED);
    rpa_audit_item_state(a, "rekey", "x", &info, &err);
    rpa_audit_body(a, info.ref_seq, &body, &err);
    is_str(body.data, "\x6b" "CR26/000001", "the sealed reference is found");
    rpa_buf_clear(&body);
    rpa_audit_item(a, one_run, 0, "rekey", "x", RPA_ITEM_DONE, NULL, 0, NULL,
                   &err);
    rpa_audit_item_state(a, "rekey", "x", &info, &err);
    is_int(info.ref_seq, seq + 1, "and stays where it was");
    rpa_audit_close(a);
}

int main(void)
{
    tmp_begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        one(i);
    between_runs();
    struct verdict v;
    ok(proved(&v), "all of it verifies");
    return tap_done();
}
