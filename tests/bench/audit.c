/* The audit store: rows a second that are durable and acknowledged. */
#include "bench.h"

#include "rpa/audit/audit.h"
#include "rpa/base/time.h"
#include "rpa/supervisor/frame.h"
#include "rpa/store/store.h"
#include "rpa/vault/crypto.h"
#include "rpa/supervisor/writer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLIENTS_MAX = 16,
    KEYS_MAX = 8,
    ACKS_MAX = 20000,     /* of a client a round */
    VERIFIED = 1000000,   /* rows */
    LARGE = 10000000,     /* rows */
    BATCH = 8192,         /* rows a commit, where nobody waits */
};

/* Of many rows, so many that the log has its full length for most of them, as it
 * has in service: while a file grows, a flush takes twice the time. */
static const struct shape {
    const char *name;
    long delay_us; /* on each flush */
    int clients, keys, frames;
} shapes[] = {
    { "native-1x1", 0, 1, 1, 1500 },
    { "native-16x8", 0, 16, 8, 3000 },
    { "5ms-16x8", 5000, 16, 8, 60 },
    { "10ms-16x8", 10000, 16, 8, 40 },
};

/* a key as the driver sends it: {"key":"a"} */
static const char body[] = "\xa1\x63key\x61" "a";

static struct rpa_err err;

static void must(int r, const char *what)
{
    if (r < 0)
        bench_fail("%s: %s", what, err.msg);
}

static void empty(const struct bench *b)
{
    char state[300];
    snprintf(state, sizeof state, "%s/state", b->dir);
    free(bench_run((const char *[]){ "rm", "-rf", state, NULL }, 0));
}

static const char *state_of(const struct bench *b)
{
    static char state[300];
    snprintf(state, sizeof state, "%s/state", b->dir);
    return state;
}

static int64_t open_run(struct rpa_audit *audit)
{
    static const uint8_t sha[32];
    const struct rpa_audit_run run = {
        .bot = "bench", .bot_sha256 = sha, .runtime_sha256 = sha,
        .operator_name = "bench", .host = "here", .target = "none",
        .mode = "DEMO", .purpose = { .reason = -1 },
    };
    int64_t id;
    must(rpa_audit_run_open(audit, &run, &id, &err), "a run");
    must(rpa_audit_commit(audit, &err), "a commit");
    return id;
}

static void slow(long us)
{
    char text[32];
    snprintf(text, sizeof text, "%ld", us);
    setenv("SLOWSYNC_US", text, 1);
}

/* ---- rpa: clients, their sockets, the writer ---- */

struct server {
    struct rpa_audit *audit;
    sd_event *loop;
    int64_t run;
    int left; /* clients */
    int64_t rows;
    struct client *client;
};

struct seat {
    struct server *server;
    struct client *client;
};

static int take(void *data, const cbor_item_t *msg, int fd, struct rpa_err *e)
{
    struct seat *seat = data;
    (void)fd;
    int64_t req = 0, first = 0, seq = 0;
    struct frame frame;
    struct rpa_audit_row row;
    int r;
    rpa_msg_int(msg, "req", &req);
    frame_begin(&frame, rpa_msg_get(msg, "intent"));
    while ((r = frame_next(&frame, &row, e)) > 0) {
        row.run = seat->server->run;
        r = rpa_audit_append(seat->server->audit, &row, &seq, e);
        if (r < 0)
            break;
        first = first ? first : seq;
        seat->server->rows++;
    }
    if (r < 0)
        return r;
    cbor_item_t *ack = rpa_msg_new(), *seqs = rpa_cbor_array();
    rpa_msg_put_int(ack, "req", req);
    rpa_msg_put_item(ack, "seqs", seqs);
    rpa_cbor_push(seqs, rpa_cbor_int(first));
    client_ack(seat->client, ack);
    return 0;
}

static void lost(void *data, struct rpa_err *e)
{
    struct seat *seat = data;
    if (e->code != RPA_EGONE)
        bench_fail("a client: %s", e->msg);
    if (--seat->server->left == 0)
        sd_event_exit(seat->server->loop, 0);
}

static void stopped(void *data, const struct rpa_err *e)
{
    (void)data;
    bench_fail("the store: %s", e->msg);
}

/* send frames of keys, each after the acknowledgement of the one before */
static _Noreturn void client(int fd, const struct shape *s, float *latency)
{
    struct rpa_buf rows = { 0 };
    for (int i = 0; i < s->keys; i++) {
        cbor_item_t *row = rpa_cbor_map();
        if (i == 0) { /* the others say no more than how they differ */
            rpa_msg_put_str(row, "kind", "KEY");
            rpa_msg_put_str(row, "verb", "alteration");
            rpa_msg_put_str(row, "window", "Crime Recording");
            rpa_msg_put_str(row, "field", "Surname");
            rpa_msg_put_str(row, "target", "crime_recording");
        }
        rpa_msg_put_bytes(row, "body", body, sizeof body - 1);
        rpa_cbor_dump(row, &rows, &err);
        rpa_msg_free(&row);
    }
    for (int i = 0; i < s->frames; i++) {
        cbor_item_t *msg = rpa_msg_new(), *reply = NULL;
        int64_t t = rpa_mono_us();
        rpa_msg_put_int(msg, "req", i);
        rpa_msg_put_bytes(msg, "intent", rows.data, rows.len);
        if (rpa_msg_send(fd, msg, NULL, 0, &err) < 0 ||
            rpa_msg_recv(fd, RPA_MSG_FOREVER, &reply, NULL, &err) < 0)
            _exit(1);
        latency[i] = (float)(rpa_mono_us() - t);
        rpa_msg_free(&msg);
        rpa_msg_free(&reply);
    }
    _exit(0);
}

/* rows a second; the latencies of all acknowledgements in µs */
static double serve(struct bench *b, const struct shape *s,
                    float (*latency)[ACKS_MAX])
{
    struct server server = { .left = s->clients };
    struct seat seats[CLIENTS_MAX];
    struct writer *writer = NULL;
    pid_t pids[CLIENTS_MAX];
    int fds[CLIENTS_MAX][2];
    empty(b);
    must(rpa_audit_open(state_of(b), &server.audit, &err), "the store");
    server.run = open_run(server.audit);
    if (sd_event_new(&server.loop) < 0)
        bench_fail("no event loop");
    must(writer_open(server.loop, server.audit, &writer, &err), "the writer");
    for (int i = 0; i < s->clients; i++) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds[i]) < 0)
            bench_fail("no socket");
        seats[i] = (struct seat){ &server, NULL };
        const struct client_of of = { take, lost, stopped, &seats[i] };
        must(writer_add(writer, fds[i][0], &of, &seats[i].client, &err),
             "a client");
    }
    slow(s->delay_us);
    int64_t t = rpa_mono_us();
    for (int i = 0; i < s->clients; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            for (int k = 0; k < s->clients; k++)
                close(fds[k][0]); /* or nobody would see its end */
            for (int k = i + 1; k < s->clients; k++)
                close(fds[k][1]);
            client(fds[i][1], s, latency[i]);
        }
        close(fds[i][1]);
    }
    sd_event_loop(server.loop);
    double seconds = (double)(rpa_mono_us() - t) / 1e6;
    slow(0);
    for (int i = 0; i < s->clients; i++) {
        int status;
        if (waitpid(pids[i], &status, 0) < 0 || status)
            bench_fail("a client failed");
        close(fds[i][0]);
    }
    writer_close(writer);
    sd_event_unref(server.loop);
    rpa_audit_close(server.audit);
    if (server.rows != (int64_t)s->clients * s->keys * s->frames)
        bench_fail("%lld rows", (long long)server.rows);
    return (double)server.rows / seconds;
}

/* ---- bare: one process, the same rows and batches, nothing around them ---- */

static double bare(struct bench *b, const struct shape *s)
{
    static const char *const steps[] = {
        "CREATE TABLE entry(seq INTEGER PRIMARY KEY, run INTEGER NOT NULL,"
        " rseq INTEGER NOT NULL, t_us INTEGER NOT NULL, mono_us INTEGER NOT "
        "NULL, kind INTEGER NOT NULL, verb INTEGER NOT NULL, target INTEGER "
        "NOT NULL, window INTEGER NOT NULL, field INTEGER NOT NULL, grp "
        "INTEGER NOT NULL, plain TEXT NOT NULL, body BLOB NOT NULL, h BLOB "
        "NOT NULL) STRICT"
    };
    static const struct rpa_store_kind kind = { "bare store", 1, steps, 1 };
    struct rpa_store *db = NULL;
    struct rpa_stmt *insert = NULL;
    char path[320];
    uint8_t h[32] = { 1 }, sealed[24] = { 2 };
    empty(b);
    must(rpa_store_make_dir(state_of(b), &err), "a folder");
    snprintf(path, sizeof path, "%s/bare.db", state_of(b));
    must(rpa_store_open(path, &kind, &db, &err), "the bare store");
    must(rpa_stmt_new(db, "INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,"
                          "?)", &insert, &err), "a statement");
    slow(s->delay_us);
    int64_t seq = 0, t = rpa_mono_us();
    for (int frame = 0; frame < s->frames; frame++) {
        must(rpa_store_begin(db, &err), "begin");
        for (int i = 0; i < s->clients * s->keys; i++) {
            seq++;
            must(rpa_stmt_run(insert, &err, "iiiiiiiiiiitbb", seq, (int64_t)1,
                              seq, rpa_now_us(), rpa_mono_us(), (int64_t)16,
                              (int64_t)2, (int64_t)1, (int64_t)2, (int64_t)3,
                              (int64_t)0, "", (size_t)0, sealed, sizeof sealed,
                              h, sizeof h), "a row");
        }
        must(rpa_store_commit(db, &err), "commit");
    }
    double seconds = (double)(rpa_mono_us() - t) / 1e6;
    slow(0);
    rpa_stmt_free(insert);
    rpa_store_close(db);
    return (double)seq / seconds;
}

/* ---- the cases ---- */

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* the median round's share of all acknowledgements within the returned ms */
static double share(const struct shape *s, float (*latency)[ACKS_MAX],
                    double part)
{
    static float all[CLIENTS_MAX * ACKS_MAX];
    size_t n = 0;
    for (int i = 0; i < s->clients; i++)
        for (int k = 0; k < s->frames; k++)
            all[n++] = latency[i][k];
    qsort(all, n, sizeof *all, ascending);
    return (double)all[(size_t)((double)(n - 1) * part)] / 1000;
}

static void measure(struct bench *b, const struct shape *s)
{
    double rpa[ROUNDS], plain[ROUNDS], p50[ROUNDS], p99[ROUNDS];
    float(*latency)[ACKS_MAX] =
        mmap(NULL, sizeof *latency * CLIENTS_MAX, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    long n = (long)s->clients * s->keys * s->frames * ROUNDS;
    if (latency == MAP_FAILED)
        bench_fail("no memory");
    for (int i = 0; i < ROUNDS; i++) {
        rpa[i] = serve(b, s, latency);
        p50[i] = share(s, latency, 0.5);
        p99[i] = share(s, latency, 0.99);
        plain[i] = bare(b, s);
    }
    munmap(latency, sizeof *latency * CLIENTS_MAX);
    bench_row(b, s->name, "rpa", rpa, "rows/s", 0, n);
    bench_row(b, s->name, "bare", plain, "rows/s", 0, n);
    bench_row(b, s->name, "ack-p50", p50, "ms", 0, n / s->keys);
    bench_row(b, s->name, "ack-p99", p99, "ms", 0, n / s->keys);
}

static void once(const struct bench *b, const char *what, const char *who,
                 double value, const char *unit, long n)
{
    double all[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        all[i] = value;
    bench_row(b, what, who, all, unit, 0, n);
}

/* kilobytes of memory that are this process's own */
static double resident(void)
{
    long size = 0, all = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f || fscanf(f, "%ld %ld %ld", &size, &all, &shared) != 3)
        bench_fail("no /proc/self/statm");
    fclose(f);
    return (double)(all - shared) * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* rows until there are @total; how much memory grew after the first tenth */
static double fill(struct bench *b, int64_t total)
{
    struct rpa_audit *audit = NULL;
    const struct rpa_audit_row row = {
        .kind = RPA_AUDIT_KEY, .verb = RPA_S62_ALTERATION,
        .target = "crime_recording", .window = "Crime Recording",
        .field = "Surname", .body = body, .body_len = sizeof body - 1,
    };
    double before = 0;
    must(rpa_audit_open(state_of(b), &audit, &err), "the store");
    struct rpa_audit_row one = row;
    one.run = open_run(audit);
    for (int64_t n = 0; n < total; n += BATCH) {
        for (int i = 0; i < BATCH; i++)
            must(rpa_audit_append(audit, &one, NULL, &err), "a row");
        must(rpa_audit_commit(audit, &err), "a commit");
        if (n <= total / 10)
            before = resident();
    }
    double grown = resident() - before;
    must(rpa_audit_run_close(audit, one.run, 0, &err), "the end of a run");
    rpa_audit_close(audit);
    return grown;
}

static double bytes_a_row(const struct bench *b, int64_t rows)
{
    char path[320];
    struct stat st;
    snprintf(path, sizeof path, "%s/audit.db", state_of(b));
    if (stat(path, &st) < 0)
        bench_fail("no store");
    return (double)st.st_size / (double)rows;
}

/* processor seconds of the programs that have ended: rows/s a core */
static double children_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void verify(struct bench *b)
{
    double rate[ROUNDS];
    char program[300], key[320];
    const char *argv[] = { program, "--key", key, state_of(b), NULL };
    snprintf(program, sizeof program, "%s/rpa/rpa-verify", b->build);
    snprintf(key, sizeof key, "%s/sign.pub", state_of(b));
    empty(b);
    fill(b, VERIFIED);
    for (int i = 0; i < ROUNDS; i++) {
        double before = children_s();
        free(bench_run(argv, 0));
        rate[i] = VERIFIED / (children_s() - before);
    }
    bench_row(b, "verify", "rpa", rate, "rows/s", 0, VERIFIED);
}

static int64_t longer(int64_t longest_us, int64_t since_us)
{
    int64_t us = rpa_mono_us() - since_us;
    return us > longest_us ? us : longest_us;
}

/* A segment is written beside the supervisor, and no step of its own is long. */
static void turn(struct bench *b, struct rpa_audit *audit)
{
    struct rpa_audit_segment segment;
    int64_t longest_us = 0, t = rpa_mono_us();
    must(rpa_audit_turn_due(audit, LARGE, &err), "a segment, due");
    longest_us = longer(longest_us, t);
    t = rpa_mono_us();
    must(rpa_audit_segment_write(state_of(b), &segment, &err), "a segment");
    once(b, "segment", "rpa", (double)(rpa_mono_us() - t) / 1e6, "s", LARGE);
    t = rpa_mono_us();
    must(rpa_audit_turn(audit, &segment, &err), "a turn");
    longest_us = longer(longest_us, t);
    for (int left = 1; left > 0;) {
        t = rpa_mono_us();
        must(left = rpa_audit_trim(audit, &err), "some rows given up");
        longest_us = longer(longest_us, t);
    }
    once(b, "stall", "rpa", (double)longest_us / 1000, "ms", LARGE);
}

static void restart(struct bench *b)
{
    struct rpa_audit *audit = NULL;
    empty(b);
    double grown = fill(b, LARGE);
    once(b, "memory", "rpa", grown, "KiB", LARGE);
    once(b, "row", "rpa", bytes_a_row(b, LARGE), "bytes", LARGE);
    int64_t t = rpa_mono_us();
    must(rpa_audit_open(state_of(b), &audit, &err), "the store, again");
    once(b, "restart", "rpa", (double)(rpa_mono_us() - t) / 1e6, "s", LARGE);
    turn(b, audit);
    rpa_audit_close(audit);
}

/* the flushes are slowed by a library that is loaded before all others */
static void preload(const char *build, char **argv)
{
    char path[400];
    snprintf(path, sizeof path, "%s/tests/bench/slowsync.so", build);
    if (getenv("SLOWSYNC_US"))
        return;
    slow(0);
    setenv("LD_PRELOAD", path, 1);
    execv("/proc/self/exe", argv);
    bench_fail("cannot start again: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct bench b;
    if (argc > 2)
        preload(argv[2], argv);
    if (!rpa_crypto_init())
        bench_fail("no libsodium");
    bench_begin(&b, "audit", argc, argv);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        measure(&b, &shapes[i]);
    verify(&b);
    restart(&b);
    bench_end(&b);
    return 0;
}
