/* The work queue: items claimed and done a second, each step durable; against
 * the same SQL in a loop, without a contract around it. */
#include "bench.h"

#include "lib/queue/priv.h"
#include "rpa/base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { CYCLES = 400, WORKERS_MAX = 4, LARGE = 100000, SMALL = 10 };

static const struct shape {
    const char *name;
    int workers; /* items in hand at once */
} shapes[] = { { "sqlite-1", 1 }, { "sqlite-4", 4 } };

static const struct rpa_who worker = { RPA_WHO_BOT, "bench" };
static struct rpa_err err;

static void must(int r, const char *what)
{
    if (r < 0)
        bench_fail("%s: %s", what, err.msg);
}

static const char *state_of(const struct bench *b)
{
    static char state[300];
    snprintf(state, sizeof state, "%s/state", b->dir);
    return state;
}

static struct rpa_queues *empty(const struct bench *b)
{
    struct rpa_queues *queues;
    struct rpa_queue_policy policy;
    free(bench_run((const char *[]){ "rm", "-rf", state_of(b), NULL }, 0));
    rpa_queue_policy_default(&policy);
    must(rpa_queues_open(state_of(b), &queues, &err), "the queue");
    must(rpa_queue_create(queues, "q", &policy, NULL, worker, rpa_now_us(), &err),
         "a queue");
    return queues;
}

/* items @from up to @to, durable together */
static void add(struct rpa_queues *queues, int64_t batch, int from, int to)
{
    char reference[32];
    must(rpa_queues_begin(queues, &err), "items");
    for (int i = from; i < to; i++) {
        const struct rpa_work_new work = { .reference = reference,
                                           .payload = "{\"Surname\":\"Lee\"}",
                                           .payload_len = 17, .batch = batch };
        snprintf(reference, sizeof reference, "OCR-%d", i);
        must(rpa_work_add(queues, "q", &work, worker, rpa_now_us(), NULL, NULL,
                          &err),
             "an item");
    }
    must(rpa_queues_commit(queues, &err), "items");
}

static struct rpa_queues *filled(const struct bench *b, int n)
{
    struct rpa_queues *queues = empty(b);
    add(queues, 0, 0, n);
    return queues;
}

static double ours(struct bench *b, int workers)
{
    const struct rpa_work_end done = { .outcome = RPA_WORK_END_DONE,
                                       .detail = "CR26/000001", .detail_len = 11 };
    struct rpa_queues *queues = filled(b, CYCLES);
    struct rpa_claim claim[WORKERS_MAX] = { 0 };
    int64_t t = rpa_mono_us();
    for (int i = 0; i < CYCLES; i += workers) {
        for (int w = 0; w < workers; w++)
            must(rpa_work_claim(queues, "q", worker, "o", 1, rpa_now_us(),
                                &claim[w], &err),
                 "a claim");
        for (int w = 0; w < workers; w++) {
            must(rpa_work_settle(queues, &claim[w], &done, rpa_now_us(), NULL,
                                 &err),
                 "an end");
            rpa_claim_clear(&claim[w]);
        }
    }
    double rate = CYCLES / ((double)(rpa_mono_us() - t) / 1e6);
    rpa_queues_close(queues);
    return rate;
}

/* ---- the same SQL ---- */

static struct rpa_stmt *stmt[STATEMENTS];

#define RUN(which, types, ...)                                                 \
    must(rpa_stmt_run(stmt[which], &err, types, __VA_ARGS__), "a statement")

static int64_t first(enum statement which, int64_t value)
{
    must(rpa_stmt_bind(stmt[which], &err, "i", value), "a statement");
    int r = rpa_stmt_step(stmt[which], &err);
    must(r, "a statement");
    int64_t id = r > 0 ? rpa_stmt_int(stmt[which], 0) : 0;
    rpa_stmt_reset(stmt[which]);
    return id;
}

static void move(int64_t id, int64_t from, int64_t to, int64_t steps)
{
    RUN(ITEM_MOVE, "iiiiiiiii", to, (int64_t)0, (int64_t)1, (int64_t)1,
        (int64_t)0, (int64_t)0, (int64_t)0, steps, id);
    RUN(STEP_PUT, "iiiiiiissb", id, steps, (int64_t)1, rpa_now_us(), from, to,
        (int64_t)worker.kind, worker.name, "why", "", (size_t)0);
}

static int64_t bare_claim(struct rpa_store *db)
{
    must(rpa_store_begin(db, &err), "begin");
    first(ITEM_DUE, rpa_now_us());
    int64_t id = first(ITEM_NEXT, 1);
    first(ITEM_GET, id);
    first(CONTENT_GET, id);
    RUN(ATTEMPT_PUT, "iiiissii", id, (int64_t)1, (int64_t)1,
        (int64_t)worker.kind, worker.name, "o", (int64_t)1, rpa_now_us());
    move(id, RPA_WORK_READY, RPA_WORK_LEASED, 2);
    must(rpa_store_commit(db, &err), "commit");
    return id;
}

static void bare_end(struct rpa_store *db, int64_t id)
{
    first(ITEM_GET, id);
    first(ATTEMPT_LAST, id);
    must(rpa_store_begin(db, &err), "begin");
    first(CONTENT_GET, id);
    RUN(CONTENT_RESULT, "bi", "sealed, with a nonce and a tag beside it",
        (size_t)40, id);
    move(id, RPA_WORK_LEASED, RPA_WORK_DONE, 3);
    RUN(STREAK_END, "i", (int64_t)1);
    must(rpa_store_commit(db, &err), "commit");
}

static double bare(struct bench *b, int workers)
{
    struct rpa_store *db;
    char path[320];
    int64_t id[WORKERS_MAX];
    rpa_queues_close(filled(b, CYCLES));
    snprintf(path, sizeof path, "%s/queue.db", state_of(b));
    must(rpa_store_open(path, &queue_kind, &db, &err), "the file");
    for (int s = 0; s < STATEMENTS; s++)
        must(rpa_stmt_new(db, queue_sql[s], &stmt[s], &err), "a statement");
    int64_t t = rpa_mono_us();
    for (int i = 0; i < CYCLES; i += workers) {
        for (int w = 0; w < workers; w++)
            id[w] = bare_claim(db);
        for (int w = 0; w < workers; w++)
            bare_end(db, id[w]);
    }
    double rate = CYCLES / ((double)(rpa_mono_us() - t) / 1e6);
    for (int s = 0; s < STATEMENTS; s++)
        rpa_stmt_free(stmt[s]);
    rpa_store_close(db);
    return rate;
}

/* ---- how a claim grows with the queue ---- */

/* microseconds of processor a claim: the flushes are the disk's affair */
static double claim_us(struct bench *b, int n)
{
    struct rpa_queues *queues = filled(b, n);
    struct rpa_claim claim = { 0 };
    struct rusage before, after;
    int times = n < 200 ? n : 200;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < times; i++) {
        must(rpa_work_claim(queues, "q", worker, "o", 1, rpa_now_us(), &claim,
                            &err),
             "a claim");
        rpa_claim_clear(&claim);
    }
    getrusage(RUSAGE_SELF, &after);
    rpa_queues_close(queues);
    return ((double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1e6 +
            (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) +
            (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e6 +
            (double)(after.ru_stime.tv_usec - before.ru_stime.tv_usec)) /
           times;
}

/* ---- a file beside a run: for how long is nothing else done ---- */

enum { PIECE = 100 }; /* as rpa/supervisor/desk.h has it */

static int later(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* the 99th percentile and the longest of the pieces, ms */
static void pieces(struct bench *b, double ret[2])
{
    static int64_t took[2 * LARGE / PIECE + 1];
    struct rpa_queues *queues = empty(b);
    int64_t batch = 0;
    size_t n = 0;
    int more = 1;
    must(rpa_batch_begin(queues, "q", worker, rpa_now_us(), &batch, &err),
         "a batch");
    for (int i = 0; i < LARGE; i += PIECE, n++) {
        took[n] = rpa_mono_us();
        add(queues, batch, i, i + PIECE);
        took[n] = rpa_mono_us() - took[n];
    }
    must(rpa_batch_decide(queues, batch, true, &err), "a batch");
    for (; more > 0; n++) {
        struct rpa_batch_step step = { 0 };
        took[n] = rpa_mono_us();
        more = rpa_batch_go_on(queues, PIECE, rpa_now_us(), &step, &err);
        took[n] = rpa_mono_us() - took[n];
        must(more, "a batch");
        free(step.items);
    }
    rpa_queues_close(queues);
    qsort(took, n, sizeof *took, later);
    ret[0] = (double)took[n * 99 / 100] / 1e3;
    ret[1] = (double)took[n - 1] / 1e3;
}

static void growth(struct bench *b)
{
    double small[ROUNDS], large[ROUNDS], memory[ROUNDS], most[2][ROUNDS], ms[2];
    struct rusage usage;
    for (int i = 0; i < ROUNDS; i++)
        small[i] = claim_us(b, SMALL);
    large[0] = claim_us(b, LARGE); /* once: it takes its time to fill */
    pieces(b, ms);
    getrusage(RUSAGE_SELF, &usage);
    for (int i = 0; i < ROUNDS; i++) {
        large[i] = large[0];
        most[0][i] = ms[0];
        most[1][i] = ms[1];
        memory[i] = (double)usage.ru_maxrss;
    }
    bench_row(b, "claim-10", "rpa", small, "us", 0, SMALL);
    bench_row(b, "claim-100k", "rpa", large, "us", 0, LARGE);
    bench_row(b, "add-piece-p99", "rpa", most[0], "ms", 0, LARGE);
    bench_row(b, "add-piece-longest", "rpa", most[1], "ms", 0, LARGE);
    bench_row(b, "memory-100k", "rpa", memory, "KiB", 0, LARGE);
}

int main(int argc, char **argv)
{
    struct bench b;
    double rpa[ROUNDS], plain[ROUNDS];
    bench_begin(&b, "queue", argc, argv);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (int i = 0; i < ROUNDS; i++) {
            rpa[i] = ours(&b, shapes[s].workers);
            plain[i] = bare(&b, shapes[s].workers);
        }
        bench_row(&b, shapes[s].name, "rpa", rpa, "cycles/s", 0, CYCLES);
        bench_row(&b, shapes[s].name, "bare", plain, "cycles/s", 0, CYCLES);
    }
    growth(&b);
    bench_end(&b);
    return 0;
}
