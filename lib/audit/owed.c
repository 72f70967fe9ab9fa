/* Intents of an open run that nobody answered for yet. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>

/* Keys and clicks that were asked for at once are answered for by the first of
 * them. */
static bool is_owed(const struct owed *owed, const struct row *row)
{
    return row->kind == RPA_AUDIT_COMMIT || row->kind == RPA_AUDIT_HTTP ||
           (row->kind == RPA_AUDIT_FILE && row->verb == RPA_S62_DISCLOSURE) ||
           ((row->kind == RPA_AUDIT_KEY || row->kind == RPA_AUDIT_POINTER) &&
            !owed->pressing);
}

static int add(struct owed *owed, const struct row *row, struct rpa_err *err)
{
    if (owed->n == owed->cap) {
        size_t cap = owed->cap ? owed->cap * 2 : 16;
        struct owing *all = realloc(owed->all, cap * sizeof *all);
        if (!all)
            return rpa_fail(err, RPA_ENOMEM, "no memory for an intent");
        owed->all = all;
        owed->cap = cap;
    }
    owed->all[owed->n++] = (struct owing){ row->seq, row->grp };
    return 0;
}

static void drop(struct owed *owed, int64_t seq)
{
    size_t lo = 0, hi = owed->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (owed->all[mid].seq < seq)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == owed->n || owed->all[lo].seq != seq)
        return;
    memmove(&owed->all[lo], &owed->all[lo + 1],
            (--owed->n - lo) * sizeof *owed->all);
}

/* 0: it names none */
static int64_t intent_of(const struct row *row)
{
    char text[64];
    long long intent = 0;
    snprintf(text, sizeof text, "%.*s", (int)row->plain_len, row->plain);
    return sscanf(text, "{\"intent\":%lld", &intent) == 1 ? intent : 0;
}

int owed_take(struct owed *owed, const struct row *row, struct rpa_err *err)
{
    int r = is_owed(owed, row) ? add(owed, row, err) : 0;
    if (row->kind == RPA_AUDIT_OUTCOME)
        drop(owed, intent_of(row));
    owed->pressing = row->kind == RPA_AUDIT_KEY || row->kind == RPA_AUDIT_POINTER;
    return r;
}

void owed_clear(struct owed *owed)
{
    free(owed->all);
    *owed = (struct owed){ 0 };
}

int rpa_audit_unanswered(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    int64_t ignored;
    int r = audit_ready(audit, run, err);
    if (r < 0)
        return r;
    struct run_state *rs = book_run(&audit->book, run);
    struct owed left = rs->owed;
    rs->owed = (struct owed){ 0 };
    for (size_t i = 0; r == 0 && i < left.n; i++) {
        const struct rpa_audit_row row = {
            .run = run, .grp = left.all[i].grp, .kind = RPA_AUDIT_OUTCOME,
            .intent = left.all[i].seq, .result = RPA_RESULT_UNKNOWN,
        };
        r = rpa_audit_append(audit, &row, &ignored, err);
    }
    owed_clear(&left);
    return r;
}
