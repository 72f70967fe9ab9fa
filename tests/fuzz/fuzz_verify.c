/* The verifier on a store that somebody damaged on purpose: the input is a list
 * of changes, three bytes each: where (of 65,536ths of the file) and what. It
 * must come to a verdict, and say only what can be printed. */
#include "../unit/audit/seed.h"

#include <assert.h>
#include <sqlite3.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t store[1 << 17], changed[1 << 17];
static size_t len;
static struct question q = { .dir = tmpdir, .run = -1 };

static void make(void)
{
    char line[NOTE_SIZE];
    tmp_begin();
    struct rpa_audit *a = must_open();
    seed(a);
    rpa_audit_close(a);
    a = must_open();
    rpa_audit_close(a);
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close(db);
    FILE *f = fopen(tmp_path("audit.db"), "r");
    len = f ? fread(store, 1, sizeof store, f) : 0;
    if (f)
        fclose(f);
    bool good = file_read(tmp_path("sign.pub"), line) && key_read(line, &q.key);
    assert(good && len);
}

static bool printable(const char *s)
{
    for (; *s; s++)
        if (*s < ' ' || *s > '~' || *s == '"' || *s == '\\')
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct verdict v;
    if (!len)
        make();
    memcpy(changed, store, len);
    for (size_t i = 0; i + 3 <= size; i += 3)
        changed[(size_t)(data[i] << 8 | data[i + 1]) * len >> 16] ^= data[i + 2];
    FILE *f = fopen(tmp_path("audit.db"), "w");
    if (f) {
        fwrite(changed, 1, len, f);
        fclose(f);
    }
    verify_store(&q, &v);
    assert(v.code == VERIFIED || v.code == TAMPERED || v.code == INCOMPLETE ||
           v.code == CANNOT);
    assert(printable(v.row) && printable(v.why));
    assert(v.code != TAMPERED || v.row[0]);
    assert(v.code == VERIFIED || v.why[0]);
    return 0;
}
