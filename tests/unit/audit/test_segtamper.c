/* Who changes, removes, exchanges or forges a file of a store that has many,
 * and what rpa-verify says. Its seals are looked at where it finds nothing. */
#include "priv.h"
#include "seed.h"

#include <sqlite3.h>
#include <sys/stat.h>

enum { FILES_MOST = 16 };

/* ---- a store of four segments, kept and put back ---- */

static struct {
    char name[64];
    char *data;
    size_t len;
} kept[FILES_MOST];
static int nkept;
static char segment[4][SEGMENT_NAME]; /* their names, in order */

static void fill(void)
{
    struct rpa_audit *a = must_open();
    for (int n = 0; n < 5; n++) {
        int64_t base = a->signer.nodes.base;
        char id[24];
        snprintf(id, sizeof id, "online-%d", n);
        int64_t run = must_run(a);
        item(a, run, id, RPA_ITEM_BEGIN);
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
        item(a, run, id, RPA_ITEM_MARK);
        outcome(a, run, put(a, run, 0, RPA_AUDIT_COMMIT, NULL),
                RPA_RESULT_REFERENCED);
        item(a, run, id, RPA_ITEM_DONE);
        rpa_audit_run_close(a, run, 0, &err);
        rpa_audit_commit(a, &err);
        if (n == 4)
            break;
        if (turn_file(a, tmpdir, 1, &err) != 1)
            printf("# %s\n", err.msg);
        segment_name(base + 1, segment[n]);
    }
    rpa_audit_close(a);
}

static void read_file(const char *name, char **ret, size_t *ret_len)
{
    struct stat st = { 0 };
    FILE *f = fopen(tmp_path(name), "r");
    if (!f || fstat(fileno(f), &st) < 0)
        abort();
    *ret = calloc(1, (size_t)st.st_size + 1);
    *ret_len = *ret ? fread(*ret, 1, (size_t)st.st_size, f) : 0;
    fclose(f);
}

static void write_file(const char *name, const char *data, size_t len)
{
    unlink(tmp_path(name));
    FILE *f = fopen(tmp_path(name), "w");
    if (!f || fwrite(data, 1, len, f) != len)
        abort();
    fclose(f);
    chmod(tmp_path(name), 0600);
}

static void keep(void)
{
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    sqlite3_exec(db, "PRAGMA journal_mode=DELETE;PRAGMA journal_mode=WAL", NULL,
                 NULL, NULL);
    sqlite3_close(db);
    DIR *dir = opendir(tmpdir);
    for (struct dirent *e; nkept < FILES_MOST && (e = readdir(dir));) {
        if (e->d_name[0] == '.' || strstr(e->d_name, "-wal") ||
            strstr(e->d_name, "-shm"))
            continue;
        snprintf(kept[nkept].name, sizeof kept->name, "%.60s", e->d_name);
        read_file(e->d_name, &kept[nkept].data, &kept[nkept].len);
        nkept++;
    }
    closedir(dir);
}

static void put_back(void)
{
    tmp_empty();
    for (int i = 0; i < nkept; i++)
        write_file(kept[i].name, kept[i].data, kept[i].len);
}

/* ---- what is done to it ---- */

static void run_sql(const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    sqlite3_open(tmp_path(name), &db);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        printf("# %s\n", why);
    sqlite3_free(why);
    sqlite3_close(db);
}

static const char *note_of(int n)
{
    static char name[SEGMENT_NAME + 4];
    snprintf(name, sizeof name, "%.18s.note", segment[n]);
    return name;
}

static void copy(const char *from, const char *to)
{
    char *data;
    size_t len;
    read_file(from, &data, &len);
    write_file(to, data, len);
    free(data);
}

static void remove_segment(void)
{
    unlink(tmp_path(segment[1]));
}

static void remove_first(void)
{
    unlink(tmp_path(segment[0]));
    unlink(tmp_path(note_of(0)));
}

static void remove_last(void)
{
    unlink(tmp_path(segment[3]));
}

static void remove_two(void)
{
    unlink(tmp_path(segment[1]));
    unlink(tmp_path(segment[2]));
}

static void remove_note(void)
{
    unlink(tmp_path(note_of(2)));
}

static void remove_and_change(void)
{
    remove_segment();
    run_sql(segment[2], "UPDATE entry SET t_us=t_us+1 WHERE kind=17");
}

static void swap(void)
{
    copy(segment[1], "x");
    copy(segment[2], segment[1]);
    copy("x", segment[2]);
    unlink(tmp_path("x"));
}

static void repeat(void)
{
    copy(segment[1], segment[2]);
}

/* another name in between, and all that follow are moved */
static void repeat_aside(void)
{
    copy(segment[1], "audit-000000000002.db");
}

static void not_ours(void)
{
    copy("audit.db", "audit-000000000001 (copy).db");
    copy(segment[0], "audit-000000999999.db"); /* behind the newest rows */
}

static void change_row(void)
{
    run_sql(segment[1], "UPDATE entry SET t_us=t_us+1 WHERE kind=17");
}

static void remove_row(void)
{
    run_sql(segment[1],
            "DELETE FROM entry WHERE seq=(SELECT max(seq)-1 FROM entry)");
}

static void cut_end(void)
{
    run_sql(segment[1],
            "DELETE FROM entry WHERE seq=(SELECT max(seq) FROM entry)");
}

static void cut_begin(void)
{
    run_sql(segment[1],
            "DELETE FROM entry WHERE seq=(SELECT min(seq) FROM entry)");
}

static void remove_checkpoint(void)
{
    run_sql(segment[1], "DELETE FROM checkpoint WHERE size=(SELECT min(size) "
                        "FROM checkpoint)");
}

static void same_rows(void)
{
    run_sql(segment[1], "DROP INDEX entry_run;VACUUM");
}

static void more_bytes(void)
{
    FILE *f = fopen(tmp_path(segment[1]), "a");
    if (f) {
        fputc(0, f);
        fclose(f);
    }
}

static void forge_note(void)
{
    char *data;
    size_t len;
    read_file(note_of(1), &data, &len);
    data[len / 2] ^= 1;
    write_file(note_of(1), data, len);
    free(data);
}

static void swap_notes(void)
{
    char other[SEGMENT_NAME + 4];
    snprintf(other, sizeof other, "%s", note_of(1));
    copy(note_of(2), "x");
    copy(other, note_of(2));
    copy("x", other);
    unlink(tmp_path("x"));
}

static void change_segment_row(void)
{
    run_sql("audit.db",
            "DROP TRIGGER entry_no_update;UPDATE entry SET plain="
            "replace(plain,'\"runs\":5','\"runs\":4') WHERE kind=8");
}

static void remove_segment_row(void)
{
    run_sql("audit.db", "DROP TRIGGER entry_no_delete;DELETE FROM entry WHERE "
                        "kind=8");
}

/* the newest rows put away, and their segment with them */
static void change_item(void)
{
    run_sql("audit.db", "UPDATE item SET state=1 WHERE seq=(SELECT min(seq) "
                        "FROM item)");
}

static const struct {
    const char *name;
    void (*change)(void);
    int code;
    const char *row, *why; /* parts of what is said */
} cases[] = {
    { "one that is missing", remove_segment, INCOMPLETE, "", "missing" },
    { "the first missing, with its manifest", remove_first, INCOMPLETE, "",
      "missing" },
    { "the last missing", remove_last, INCOMPLETE, "", "missing" },
    { "two missing", remove_two, INCOMPLETE, "", "missing" },
    { "a manifest that is missing", remove_note, TAMPERED, "", "missing" },
    { "one missing, and a row changed behind it", remove_and_change, TAMPERED,
      "", "" },
    { "two exchanged", swap, TAMPERED, "", "" },
    { "one in the place of another", repeat, TAMPERED, "", "" },
    { "one twice", repeat_aside, TAMPERED, "", "" },
    { "files that are no part of it", not_ours, VERIFIED, "", "" },
    { "a row changed", change_row, TAMPERED, "", "" },
    { "a row removed", remove_row, TAMPERED, "", "missing" },
    { "the last row removed", cut_end, TAMPERED, "", "" },
    { "the first row removed", cut_begin, TAMPERED, "", "" },
    { "a note removed", remove_checkpoint, TAMPERED, "", "missing" },
    { "the same rows in another file", same_rows, TAMPERED, "", "" },
    { "a byte more", more_bytes, TAMPERED, "", "" },
    { "a manifest changed", forge_note, TAMPERED, "", "" },
    { "manifests exchanged", swap_notes, TAMPERED, "", "" },
    { "what a SEGMENT row says changed", change_segment_row, TAMPERED, "", "" },
    { "a SEGMENT row removed", remove_segment_row, TAMPERED, "", "" },
    { "an item of the first segment opened again", change_item, TAMPERED,
      "item", "" },
};

static void classes(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict v;
        put_back();
        cases[i].change();
        judged(&v);
        ok(v.code == cases[i].code && strstr(v.row, cases[i].row) &&
               strstr(v.why, cases[i].why),
           "%s: %d%s%s%s%s", cases[i].name, v.code, *v.row ? ", row " : "",
           v.row, *v.why ? ": " : "", v.why);
    }
}

/* every byte of a segment is under its manifest */
static void flips(void)
{
    int missed = 0, n = 0;
    char *data;
    size_t len;
    put_back();
    read_file(segment[2], &data, &len);
    for (size_t at = 0; at < len; at += 101, n++) {
        struct verdict v;
        data[at] ^= (char)(1 << n % 8);
        write_file(segment[2], data, len);
        judged(&v);
        missed += v.code != TAMPERED && v.code != CANNOT;
        data[at] ^= (char)(1 << n % 8);
    }
    free(data);
    ok(n > 100 && !missed, "a bit changed in a segment, %d times: %d missed", n,
       missed);
}

/* the newest file put back to before a turn, the segments as they are */
static void older(void)
{
    char *data;
    size_t len;
    struct verdict v;
    struct rpa_audit *a = NULL;
    put_back();
    read_file("audit.db", &data, &len);
    a = must_open();
    is_int(turn_file(a, tmpdir, 1, &err), 1, "one more turn");
    rpa_audit_close(a);
    unlink(tmp_path("audit.db-wal"));
    unlink(tmp_path("audit.db-shm"));
    write_file("audit.db", data, len);
    free(data);
    judged(&v);
    is_int(v.code, TAMPERED, "the file from before it is found by the anchor");
    is_int(rpa_audit_open(tmpdir, &a, &err), -RPA_ETAMPER, "and not opened");
}

/* Who has the key signs a SEGMENT row that lies about the files before it: found
 * as long as they are there, believed and never called verified when not. */
static void lying(void)
{
    struct verdict v;
    char path[SEGMENT_NAME];
    put_back();
    struct rpa_audit *a = must_open();
    segment_name(a->signer.nodes.base + 1, path);
    a->book.next_run++;
    is_int(turn_file(a, tmpdir, 1, &err), 1, "a turn that lies about the runs");
    rpa_audit_close(a);
    judged(&v);
    ok(v.code == TAMPERED && strstr(v.why, "the rows before it come to"),
       "is found by who has the rows: row %s: %s", v.row, v.why);
    unlink(tmp_path(path));
    judged(&v);
    ok(v.code == INCOMPLETE, "without them nothing is verified: %s", v.why);
}

int main(void)
{
    struct verdict v;
    tmp_begin();
    fill();
    keep();
    put_back();
    judged(&v);
    is_int(v.code, VERIFIED, "a store of five files verifies");
    classes();
    flips();
    older();
    lying();
    for (int i = 0; i < nkept; i++)
        free(kept[i].data);
    return tap_done();
}
