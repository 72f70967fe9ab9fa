/* Bits of audit.db changed, one at a time: the change is caught, or every row,
 * checkpoint and projection reads as before, in order and by its key.
 *   test_flips N SEED   N seeded bits
 *   test_flips all      every bit */
#include "seed.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* what is read in order, and one by one by its key; the last two are no rows,
 * but what the seals are checked with */
static const struct {
    const char *all, *one;
    int keys;
} tables[] = {
    { "SELECT * FROM entry ORDER BY seq", "SELECT * FROM entry WHERE seq=?", 1 },
    { "SELECT * FROM dict ORDER BY id", "SELECT * FROM dict WHERE id=?", 1 },
    { "SELECT * FROM run ORDER BY id", "SELECT * FROM run WHERE id=?", 1 },
    { "SELECT * FROM item ORDER BY queue,id",
      "SELECT * FROM item WHERE queue=? AND id=?", 2 },
    { "SELECT * FROM checkpoint ORDER BY size",
      "SELECT * FROM checkpoint WHERE size=?", 1 },
    { "SELECT * FROM mnode ORDER BY lvl,idx",
      "SELECT * FROM mnode WHERE lvl=? AND idx=?", 2 },
    { "SELECT * FROM head", "SELECT * FROM head WHERE id=?", 1 },
    { "SELECT * FROM census", "SELECT * FROM census WHERE id=?", 1 },
};

static void add_values(sqlite3_stmt *st, struct rpa_buf *out)
{
    const int n = sqlite3_data_count(st);
    for (int i = 0; i < n; i++) {
        const int type = sqlite3_column_type(st, i);
        const int64_t number = sqlite3_column_int64(st, i);
        rpa_buf_putc(out, (char)type);
        if (type == SQLITE_INTEGER) {
            rpa_buf_add(out, &number, sizeof number);
            continue;
        }
        const void *bytes = sqlite3_column_blob(st, i);
        const int len = sqlite3_column_bytes(st, i);
        rpa_buf_add(out, &len, sizeof len);
        rpa_buf_add(out, bytes, (size_t)len);
    }
}

static bool read_table(sqlite3 *db, size_t t, struct rpa_buf *out)
{
    sqlite3_stmt *all = NULL, *one = NULL;
    bool good =
        sqlite3_prepare_v2(db, tables[t].all, -1, &all, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, tables[t].one, -1, &one, NULL) == SQLITE_OK;
    int rc = SQLITE_DONE;
    while (good && (rc = sqlite3_step(all)) == SQLITE_ROW) {
        add_values(all, out);
        for (int k = 0; k < tables[t].keys; k++)
            sqlite3_bind_value(one, k + 1, sqlite3_column_value(all, k));
        if (sqlite3_step(one) == SQLITE_ROW)
            add_values(one, out);
        sqlite3_reset(one);
        rpa_buf_putc(out, '\n');
    }
    sqlite3_finalize(all);
    sqlite3_finalize(one);
    return good && rc == SQLITE_DONE;
}

static bool read_all(struct rpa_buf *out)
{
    sqlite3 *db = NULL;
    out->len = 0;
    bool good = sqlite3_open_v2(tmp_path("audit.db"), &db, SQLITE_OPEN_READONLY,
                                NULL) == SQLITE_OK;
    for (size_t t = 0; good && t < sizeof tables / sizeof *tables; t++)
        good = read_table(db, t, out);
    sqlite3_close(db);
    return good;
}

/* of all processes together */
static struct counts {
    atomic_long caught, same, missed;
} *counts;

static void flip(int fd, long bit, const struct rpa_buf *before)
{
    static struct rpa_buf after;
    struct verdict v;
    uint8_t byte = 0, was;
    if (pread(fd, &byte, 1, bit / 8) != 1)
        abort();
    was = byte;
    byte ^= (uint8_t)(1 << bit % 8);
    if (pwrite(fd, &byte, 1, bit / 8) != 1)
        abort();
    verified_at(tmpdir, &v);
    if (v.code != VERIFIED) {
        counts->caught++;
    } else if (read_all(&after) && after.len == before->len &&
               !memcmp(after.data, before->data, after.len)) {
        counts->same++;
    } else if (judged(&v), v.code != VERIFIED) {
        counts->caught++;
    } else {
        counts->missed++;
        printf("# missed: bit %ld of byte %ld (page %ld, %ld in it)\n", bit % 8,
               bit / 8, bit / 8 / 4096 + 1, bit / 8 % 4096);
    }
    if (pwrite(fd, &was, 1, bit / 8) != 1)
        abort();
}

/* one part of all @bits, or of @n seeded ones, in a copy of the store */
static void flip_some(int part, int parts, long bits, long n,
                      const struct rpa_buf *before)
{
    char was[sizeof tmpdir], command[200];
    memcpy(was, tmpdir, sizeof was);
    snprintf(tmpdir, sizeof tmpdir, "/tmp/rpa-test-XXXXXX");
    if (!mkdtemp(tmpdir))
        abort();
    snprintf(command, sizeof command, "cp %s/* %s", was, tmpdir);
    int fd = system(command) == 0 ? open(tmp_path("audit.db"), O_RDWR) : -1;
    for (long i = 0; i < (n ? n : bits); i++) {
        long bit = n ? random() % bits : i;
        if (i % parts == part)
            flip(fd, bit, before);
    }
    close(fd);
    tmp_end();
    memcpy(tmpdir, was, sizeof was);
}

int main(int argc, char **argv)
{
    struct stat st;
    struct rpa_buf before = { 0 };
    bool all = argc > 1 && !strcmp(argv[1], "all");
    long n = argc > 1 ? atol(argv[1]) : 400;
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    srandom(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
    tmp_begin();
    struct rpa_audit *a = must_open();
    seed(a);
    int64_t run = must_run(a);
    for (int i = 0; i < 232; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_close(a);
    a = must_open(); /* ends the runs */
    rpa_audit_close(a);
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close(db);
    struct verdict v;
    judged(&v);
    ok(v.code == VERIFIED && read_all(&before), "control: nothing changed");
    int fd = open(tmp_path("audit.db"), O_RDWR);
    fstat(fd, &st);
    close(fd);
    long bits = (long)st.st_size * 8;
    ok(st.st_size <= 65536, "a store of %ld bytes, %lld rows", bits / 8,
       (long long)v.rows);
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int parts = all ? (int)sysconf(_SC_NPROCESSORS_ONLN) : 1;
    fflush(stdout);
    for (int part = 1; part < parts; part++)
        if (fork() == 0) {
            flip_some(part, parts, bits, 0, &before);
            fflush(stdout);
            _exit(0);
        }
    flip_some(0, parts, bits, all ? 0 : n, &before);
    while (wait(NULL) > 0)
        ;
    long caught = counts->caught, same = counts->same, missed = counts->missed;
    ok(missed == 0 && caught > 0 && same > 0 &&
           caught + same == (all ? bits : n),
       "%ld bits changed: %ld caught, %ld read as before, %ld missed",
       caught + same + missed, caught, same, missed);
    rpa_buf_clear(&before);
    return tap_done();
}
