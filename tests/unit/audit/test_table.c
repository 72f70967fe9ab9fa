/* The tamper table: who changes what, with and without the signing key, and who
 * finds it. What is promised not to be provable must show as that, too. */
#include "priv.h"
#include "seed.h"

#include <sqlite3.h>

/* ---- files, kept and put back ---- */

static const char *const files[] = { "audit.db", "keys.db", "sign.pub" };
struct kept {
    char *data[3];
    size_t len[3];
};

static void keep(struct kept *k)
{
    for (int i = 0; i < 3; i++) {
        FILE *f = fopen(tmp_path(files[i]), "r");
        k->data[i] = malloc(1 << 20);
        k->len[i] = f && k->data[i] ? fread(k->data[i], 1, 1 << 20, f) : 0;
        if (f)
            fclose(f);
    }
}

static void put_back(const struct kept *k, int n)
{
    static const char *const side[] = { "audit.db-wal", "audit.db-shm",
                                        "keys.db-wal", "keys.db-shm" };
    for (int i = 0; i < 4; i++)
        if (i < 2 || n > 1)
            unlink(tmp_path(side[i]));
    for (int i = 0; i < n; i++) {
        FILE *f = fopen(tmp_path(files[i]), "w");
        if (f) {
            fwrite(k->data[i], 1, k->len[i], f);
            fclose(f);
        }
    }
}

/* everything into the file itself: closed for good */
static void flush_wal(void)
{
    for (int i = 0; i < 2; i++) {
        sqlite3 *db = NULL;
        sqlite3_open(tmp_path(files[i]), &db);
        sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
        sqlite3_close(db);
    }
}

/* ---- the attacker's tool: all rows into memory, and back ---- */

enum { MOST = 128 };
struct fake {
    struct row row;
    char plain[1024];
    uint8_t body[256];
};
static struct fake rows[MOST];
static int nrows;

static void load(void)
{
    struct rpa_store *db = NULL;
    struct rpa_stmt *all = NULL;
    struct row row;
    rpa_store_open_ro(tmp_path("audit.db"), &audit_kind, &db, &err);
    rpa_stmt_new(db, "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY seq", &all,
                 &err);
    for (nrows = 0; nrows < MOST && rpa_stmt_step(all, &err) > 0; nrows++) {
        struct fake *f = &rows[nrows];
        row_read(all, &row);
        f->row = row;
        memcpy(f->plain, row.plain, row.plain_len + 1);
        memcpy(f->body, row.body, row.body_len);
    }
    rpa_stmt_free(all);
    rpa_store_close(db);
}

/* NAIVE: the rows as they are now. CHAINED: dense, with every hash and whatever
 * follows from them made again. SIGNED: and every note, with a signing key. */
enum how { NAIVE, CHAINED, SIGNED };

struct forge {
    struct rpa_store *db;
    struct hasher hasher;
    struct rpa_root *root; /* who changes the files has that one too */
    struct book book;
    struct tree tree;
    struct rpa_stmt *insert, *note;
    struct rpa_sign *sign;
    struct note_key key;
    struct rpa_buf last;
};

static void forge_note(struct forge *f, const struct row *row)
{
    uint8_t root[32];
    struct rpa_buf text = { 0 };
    tree_root(&f->tree, &f->hasher, root);
    checkpoint_print(f->key.name, f->tree.size, root, &text);
    f->last.len = 0;
    note_sign(f->sign, &f->key, text.data, &f->last);
    rpa_stmt_run(f->note, &err, "iis", f->tree.size, row->t_us, f->last.data);
    rpa_buf_clear(&text);
}

static void forge_row(struct forge *f, struct fake *fake, enum how how)
{
    static const uint8_t none[32];
    struct row *row = &fake->row;
    struct run_state *rs = book_run(&f->book, row->run);
    row->plain = fake->plain;
    row->body = fake->body;
    if (how != NAIVE) {
        row->seq = f->book.seq + 1;
        row->rseq = rs ? rs->rseq + 1 : 1;
    }
    if (how == SIGNED && row->kind == RPA_AUDIT_CHECKPOINT) {
        json_t *json = json_pack("{s:s}", "last", f->last.len ? f->last.data : "");
        char *plain = json_dumps(json, JSON_COMPACT);
        snprintf(fake->plain, sizeof fake->plain, "%s", plain);
        free(plain);
        json_decref(json);
    }
    row->plain_len = strlen(fake->plain);
    row_lay(&f->hasher, row);
    if (how != NAIVE)
        row_hash(&f->hasher, row, rs ? rs->h : none, row->h);
    rpa_stmt_run(f->insert, &err, "iiiiiiiiiiitbb", row->seq, row->run, row->rseq,
                 row->t_us, row->mono_us, row->kind, row->verb, row->target,
                 row->window, row->field, row->grp, row->plain, row->plain_len,
                 row->body, row->body_len, row->h, (size_t)32);
    if (how == NAIVE)
        return;
    if (book_take(&f->book, row, &err) < 0)
        printf("# forged badly: %s\n", err.msg);
    tree_add(&f->tree, &f->hasher, row->h, &err);
    if (how == SIGNED && row->kind == RPA_AUDIT_CHECKPOINT)
        forge_note(f, row);
}

static void store(enum how how)
{
    static const char guards[] =
        "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN"
        " SELECT RAISE(ABORT,'audit rows are not changed'); END;"
        "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN"
        " SELECT RAISE(ABORT,'audit rows are not deleted'); END;";
    struct forge f = { 0 };
    rpa_store_open(tmp_path("audit.db"), &audit_kind, &f.db, &err);
    rpa_store_begin(f.db, &err);
    rpa_store_exec(f.db, "DROP TRIGGER entry_no_update;DROP TRIGGER "
                         "entry_no_delete;DELETE FROM entry", &err);
    if (how != NAIVE)
        rpa_store_exec(f.db, "DELETE FROM run;DELETE FROM dict;DELETE FROM item;"
                             "DELETE FROM mnode", &err);
    if (how == SIGNED)
        rpa_store_exec(f.db, "DELETE FROM checkpoint", &err);
    rpa_stmt_new(f.db, "INSERT OR REPLACE INTO entry VALUES(?,?,?,?,?,?,?,?,?,?,?,"
                       "?,?,?)", &f.insert, &err);
    rpa_stmt_new(f.db, "INSERT INTO checkpoint VALUES(?,?,?)", &f.note, &err);
    rpa_stmt_new(f.db, "INSERT INTO mnode VALUES(?,?,?)", &f.tree.put, &err);
    rpa_root_open(tmpdir, false, &f.root, &err);
    book_init(&f.book, f.db, f.root, &err);
    rpa_sign_open(tmpdir, false, &f.sign, &err);
    note_key_make(&f.key, rpa_sign_public(f.sign));
    for (int i = 0; i < nrows; i++)
        forge_row(&f, &rows[i], how);
    if (how != NAIVE)
        book_flush(&f.book, &err);
    rpa_store_exec(f.db, guards, &err);
    rpa_store_commit(f.db, &err);
    rpa_stmt_free(f.insert);
    rpa_stmt_free(f.note);
    rpa_stmt_free(f.tree.put);
    book_clear(&f.book);
    rpa_root_close(f.root);
    hasher_clear(&f.hasher);
    rpa_sign_close(f.sign);
    rpa_buf_clear(&f.last);
    rpa_store_close(f.db);
}

/* ---- what is done ---- */

static int find(int kind, int nth)
{
    for (int i = 0; i < nrows; i++)
        if (rows[i].row.kind == kind && nth-- == 0)
            return i;
    return 0;
}
static void drop(int from, int n)
{
    memmove(&rows[from], &rows[from + n],
            (size_t)(nrows - from - n) * sizeof *rows);
    nrows -= n;
}

static void payload(void) { rows[find(RPA_AUDIT_KEY, 3)].body[0] ^= 1; }
static void clear_part(void)
{
    char *at = strstr(rows[find(RPA_AUDIT_RUN_OPEN, 1)].plain, "lane-1");
    if (at)
        at[5] = '2';
}
static void kind(void)
{
    rows[find(RPA_AUDIT_KEY, 3)].row.kind = RPA_AUDIT_POINTER;
}
static void when(void) { rows[find(RPA_AUDIT_KEY, 3)].row.t_us += 3600000000; }
static void removed(void) { drop(find(RPA_AUDIT_KEY, 3), 1); }
static void swapped(void)
{
    struct fake was = rows[find(RPA_AUDIT_KEY, 3)];
    int a = find(RPA_AUDIT_KEY, 3), b = a + 1;
    rows[a] = rows[b];
    rows[b] = was;
    int64_t seq = rows[a].row.seq;
    rows[a].row.seq = rows[b].row.seq;
    rows[b].row.seq = seq;
}
static void inserted(void)
{
    int at = find(RPA_AUDIT_KEY, 3);
    memmove(&rows[at + 1], &rows[at], (size_t)(nrows++ - at) * sizeof *rows);
    for (int i = at + 1; i < nrows; i++)
        rows[i].row.seq++;
}
static void no_checkpoint_row(void) { drop(find(RPA_AUDIT_CHECKPOINT, 1), 1); }
static void whole_run(void)
{
    for (int i = nrows; i-- > 0;)
        if (rows[i].row.run == 2)
            drop(i, 1);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        printf("# %s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* ---- who looks ---- */

static struct question pinned, paper;

static int look(const struct question *q)
{
    struct verdict v;
    verify_store(q, &v);
    return v.code;
}
/* the store's own key, and the keys of the state directory */
static int look_inside(void)
{
    struct verdict v;
    judged(&v);
    return v.code;
}

static const char *word(int code)
{
    return code == VERIFIED     ? "verified"
           : code == INCOMPLETE ? "incomplete"
           : code == TAMPERED   ? "tampered"
                                : "cannot check";
}

/* what the three say: the verifier with a key of its own; the same with a note
 * on paper; rpa audit verify, inside */
static void judge(const char *what, const char *by, const int want[3])
{
    int got[3] = { look(&pinned), look(&paper), look_inside() };
    ok(!memcmp(got, want, sizeof got), "%-34s %-13s %-12s %-12s %s", what, by,
       word(got[0]), word(got[1]), word(got[2]));
}

#define T TAMPERED
#define V VERIFIED
#define I INCOMPLETE
#define C CANNOT

static const struct {
    const char *name;
    void (*change)(void);
    int signed_too[3]; /* what is promised when the signing key is used */
} cases[] = {
    { "sealed payload", payload, { V, T, T } },
    { "clear payload", clear_part, { V, T, T } },
    { "kind", kind, { V, T, T } },
    { "time", when, { V, T, T } },
    { "row deleted", removed, { V, T, T } },
    { "rows swapped", swapped, { V, T, T } },
    { "row inserted", inserted, { V, T, T } },
    { "a whole run removed", whole_run, { V, T, T } },
    { "checkpoint row dropped", no_checkpoint_row, { V, T, T } },
};

/* What was signed is cut off the end of a store in use, whose supervisor was
 * killed: the file is put back to a checkpoint before, keys.db stays. */
static void cut(const char *what, bool in_a_run, const int want[3])
{
    static char note[4096], line[256];
    struct kept then, now;
    struct rpa_buf newest = { 0 };
    tmp_empty();
    struct rpa_audit *a = must_open();
    int64_t run = in_a_run ? must_run(a) : 0;
    for (int times = 0; times < 2; times++) {
        for (int i = 0; in_a_run && i < 8; i++)
            put(a, run, 0, RPA_AUDIT_KEY, "Surname");
        if (in_a_run) { /* with the keys of a run that begins meanwhile */
            must_run(a);
            run = must_run(a);
        }
        rpa_audit_sign(a, &err);
        flush_wal();
        keep(times ? &now : &then);
    }
    rpa_audit_last_note(tmpdir, &newest, &err);
    snprintf(note, sizeof note, "%s", newest.data);
    rpa_audit_close(a);
    memset(line, 0, sizeof line);
    memcpy(line, now.data[2], now.len[2]);
    key_read(line, &pinned.key);
    paper = pinned;
    paper.since = note;

    int whole = in_a_run ? I : V; /* a run is open */
    put_back(&now, 3);
    judge("nothing, a supervisor killed", "control",
          (int[3]){ whole, whole, whole });
    put_back(&now, 3);
    put_back(&then, 1);
    judge(what, "truncate", want);
    ok(rpa_audit_open(tmpdir, &a, &err) == -RPA_ETAMPER,
       "and no run begins on it");
    for (int i = 0; i < 3; i++) {
        free(now.data[i]);
        free(then.data[i]);
    }
    rpa_buf_clear(&newest);
}

static void cut_off(void)
{
    cut("signed rows of a run cut off", true, (int[3]){ I, T, T });
    cut("signs of an idle store cut off", false, (int[3]){ V, T, T });
}

int main(void)
{
    static struct kept before, first, now;
    static char line[256], note[4096];
    static const int caught[3] = { T, T, T };
    tmp_begin();
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a);
    for (int i = 0; i < 8; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_close(a);
    flush_wal();
    keep(&first);
    a = must_open();
    run = must_run(a);
    for (int i = 0; i < 4; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Forename");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_close(a);
    flush_wal();
    keep(&before);
    struct rpa_buf newest = { 0 };
    rpa_audit_last_note(tmpdir, &newest, &err);
    snprintf(note, sizeof note, "%s", newest.data);
    memcpy(line, before.data[2], before.len[2] < 255 ? before.len[2] : 255);
    pinned = (struct question){ .dir = tmpdir, .run = -1 };
    key_read(line, &pinned.key);
    paper = pinned;
    paper.since = note;

    printf("# %-41s %-13s %-12s %-12s %s\n", "changed", "by", "rpa-verify",
           "--since note", "rpa audit verify");
    judge("nothing", "control", (int[3]){ V, V, V });
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (enum how how = NAIVE; how <= SIGNED; how++) {
            static const char *const by[] = { "sqlite3", "re-chained",
                                              "signing key" };
            put_back(&before, 3);
            load();
            cases[i].change();
            store(how);
            judge(cases[i].name, by[how], how == SIGNED ? cases[i].signed_too
                                                        : caught);
        }
    put_back(&before, 3);
    load();
    store(SIGNED);
    judge("nothing, all made again", "signing key", (int[3]){ V, V, V });

    put_back(&before, 3);
    run_sql("UPDATE checkpoint SET note=replace(note,'A','B')");
    judge("notes forged", "sqlite3", caught);
    put_back(&before, 3);
    run_sql("UPDATE checkpoint SET note=replace(note,'rpa-audit/','rpa-audit/0')");
    judge("notes forged, another's name on them", "sqlite3", caught);
    put_back(&before, 3);
    run_sql("DELETE FROM checkpoint WHERE size=(SELECT max(size) FROM checkpoint)");
    judge("the newest note dropped", "sqlite3", caught);
    put_back(&before, 3);
    run_sql("DELETE FROM checkpoint");
    judge("all notes dropped", "sqlite3", caught);

    put_back(&first, 1);
    judge("cut at an older checkpoint", "old audit.db", (int[3]){ V, T, T });
    put_back(&first, 3);
    judge("the whole store put back", "old backup", (int[3]){ V, T, V });

    put_back(&before, 3);
    load();
    unlink(tmp_path("sign.key"));
    struct rpa_sign *other = NULL;
    struct note_key key;
    rpa_sign_open(tmpdir, true, &other, &err);
    note_key_make(&key, rpa_sign_public(other));
    clear_part();
    store(SIGNED);
    newest.len = 0;
    note_key_print(&key, &newest);
    FILE *f = fopen(tmp_path("sign.pub"), "w");
    if (f) {
        fwrite(newest.data, 1, newest.len, f);
        fclose(f);
    }
    judge("the key swapped, rows changed", "another key", (int[3]){ C, T, T });
    rpa_sign_close(other);
    rpa_buf_clear(&newest);

    /* rows behind the last checkpoint, as a killed supervisor leaves them */
    tmp_empty();
    a = must_open();
    keep(&now);
    run = must_run(a);
    for (int i = 0; i < 8; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    flush_wal();
    struct kept tail;
    keep(&tail);
    rpa_audit_close(a);
    put_back(&tail, 3);
    memset(line, 0, sizeof line);
    memcpy(line, tail.data[2], tail.len[2]);
    key_read(line, &pinned.key);
    paper = pinned;
    judge("nothing, rows behind the last note", "control", (int[3]){ I, I, I });
    load();
    when();
    store(NAIVE);
    judge("rows behind the last note: time", "sqlite3", caught);
    put_back(&tail, 3);
    load();
    when();
    store(CHAINED);
    judge("rows behind the last note: time", "re-chained", (int[3]){ I, I, T });
    cut_off();
    for (int i = 0; i < 3; i++) {
        free(before.data[i]);
        free(first.data[i]);
        free(now.data[i]);
        free(tail.data[i]);
    }
    return tap_done();
}
