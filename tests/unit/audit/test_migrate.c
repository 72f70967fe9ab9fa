/* Stores as each earlier version left them, a run still open: they are taken
 * on, with all they hold, and what was changed in them is not.
 *
 *   test_migrate FOLDER-WITH-v1-v2… */
#include "priv.h"
#include "seed.h"
#include "sql.h"

#include <sys/stat.h>

static const char *from; /* v1, v2, … are in there */

/* the version's files, into the empty tmpdir */
static void take(int version)
{
    static const char *const files[] = { "audit.db", "keys.db", "root.key",
                                         "sign.key" };
    tmp_empty();
    for (size_t i = 0; i < 4; i++) {
        char path[512], bytes[65536];
        snprintf(path, sizeof path, "%s/v%d/%s", from, version, files[i]);
        FILE *in = fopen(path, "r");
        FILE *out = in ? fopen(tmp_path(files[i]), "w") : NULL;
        for (size_t n; out && (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
            fwrite(bytes, 1, n, out);
        if (in)
            fclose(in);
        if (out)
            fclose(out);
        chmod(tmp_path(files[i]), 0600);
    }
}

static int64_t read_all(void)
{
    const struct rpa_audit_filter all = { .run = -1 };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int64_t n = 0;
    int r = rpa_audit_reader_open(tmpdir, &all, true, &reader, &err);
    for (; r == 0 && (r = rpa_audit_reader_next(reader, &e, &err)) > 0; n++)
        r = 0;
    rpa_audit_reader_close(reader);
    return r < 0 ? r : n;
}

static void taken_on(int version)
{
    struct verdict v;
    take(version);
    int64_t rows = number("SELECT count(*) FROM entry");
    ok(number("PRAGMA user_version") == version, "a store of version %d",
       version);
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a);
    is_int(number("PRAGMA user_version"), audit_kind.steps, "is taken on");
    is_int(item(a, run, "online-1", RPA_ITEM_BEGIN), -RPA_EEXIST,
           "what was done is done");
    is_int(item(a, run, "online-2", RPA_ITEM_BEGIN), -RPA_EDOUBT,
           "what was in doubt is in doubt");
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_commit(a, &err);
    is_int(number("SELECT count(*) FROM mnode"), rows / 256,
           "it has its nodes");
    is_int(number("SELECT count(*) FROM run WHERE state=0"), 1,
           "the runs left open are aborted");
    rpa_audit_close(a);
    bool good = proved(&v);
    ok(good && v.rows > rows, "it verifies, all %lld rows and %lld more",
       (long long)rows, (long long)(v.rows - rows));
    is_int(read_all(), v.rows, "and its content opens");
    a = must_open();
    is_int(turn_file(a, tmpdir, 1, &err), 1, "its rows become a segment");
    rpa_audit_close(a);
    is_int(read_all(), v.rows + 3, "and are read from there");
    is_int(open_code(), 0, "it opens once more");
}

static void refused(int version)
{
    take(version);
    run_sql("DROP TRIGGER entry_no_update;UPDATE entry SET "
           "h=zeroblob(32) WHERE seq=(SELECT max(seq) FROM entry)");
    ok(open_code() == -RPA_ETAMPER,
       "one of version %d, its end changed, is not", version);
    take(version);
    run_sql("DROP TRIGGER entry_no_delete;DELETE FROM entry "
           "WHERE seq=(SELECT max(seq) FROM entry)");
    ok(open_code() == -RPA_ETAMPER, "nor with its end removed");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    from = argv[1];
    tmp_begin();
    for (int version = 1; version <= audit_kind.steps; version++) {
        taken_on(version);
        refused(version);
    }
    run_sql("PRAGMA user_version=9");
    is_int(open_code(), -RPA_EINVAL, "one of a later version");
    return tap_done();
}
