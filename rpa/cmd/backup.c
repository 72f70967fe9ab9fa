/* rpa backup, rpa restore: the stores in one folder, the keys in another, so
 * that who finds the one has nothing, and the keys' copies can expire sooner. */
#include "rpa/cmd/backup.h"
#include "rpa/audit/audit.h"
#include "rpa/base/log.h"
#include "rpa/cmd/audit.h"
#include "rpa/cmd/folders.h"
#include "rpa/store/store.h"
#include "rpa/supervisor/backup_row.h"
#include "rpa/supervisor/control.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, PATH_SIZE = 4096, NOTE_SIZE = 4096 };

struct options {
    const char *state_dir, *folder, *keys, *note;
};

/* what a state directory holds and a backup is of */
static const struct part {
    const char *pattern;
    bool store; /* SQLite's: may be in use */
    bool key;
    bool whose; /* each store has its own */
} parts[] = {
    { "audit.db", true, false, false },
    { "audit-*.db", false, false, false },
    { "audit-*.note", false, false, false },
    { "queue.db", true, false, false },
    { "schedule.db", true, false, false },
    { "sign.pub", false, false, true },
    { "pictures/*", false, false, false },
    { "keys.db", true, true, false },
    { "secrets.db", true, true, false },
    { "root.key", false, true, false },
    { "sign.key", false, true, true },
};
enum { PARTS = sizeof parts / sizeof *parts };

/* a store and what is beside it; SQLite reads the first three */
static const char *const ends[] = { "", "-wal", "-journal", "-shm", ".lock" };
enum { ENDS_READ = 3, ENDS = sizeof ends / sizeof *ends };

/* a part's folder: in a backup, or the state directory */
static const char *place(const struct options *o, const struct part *part,
                         bool saved)
{
    return !saved ? o->state_dir : part->key ? o->keys : o->folder;
}

static int join(char *out, const char *dir, const char *name,
                struct rpa_err *err)
{
    if (snprintf(out, PATH_SIZE, "%s/%s", dir, name) >= PATH_SIZE)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", dir);
    return 0;
}

/* ---- files ---- */

static int flush(const char *path, int flags, struct rpa_err *err)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    int r = fd >= 0 && fsync(fd) == 0
                ? 0
                : rpa_fail_errno(err, RPA_EIO, "flushing %s", path);
    if (fd >= 0)
        close(fd);
    return r;
}

static int pour(int in, int out, const char *to, struct rpa_err *err)
{
    char bytes[65536];
    ssize_t n;
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        for (ssize_t at = 0, put; at < n; at += put)
            if ((put = write(out, bytes + at, (size_t)(n - at))) < 0)
                return rpa_fail_errno(err, RPA_EIO, "writing %s", to);
    if (n < 0 || fsync(out) < 0)
        return rpa_fail_errno(err, RPA_EIO, "copying to %s", to);
    return 0;
}

/* with the same rights: a segment is read-only in a copy too */
static int copy_file(const char *from, const char *to, struct rpa_err *err)
{
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 || fstat(in, &st) < 0
                  ? -1
                  : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                         st.st_mode & 0777);
    int r = out < 0 ? rpa_fail_errno(err, RPA_EIO, "copying %s to %s", from, to)
                    : pour(in, out, to, err);
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return r;
}

/* A copy is made beside its place, so that an older one stays until this one
 * is whole. */
#define BESIDE ".new"
struct fresh {
    char path[PATH_SIZE + sizeof BESIDE];
};

static int begin(struct fresh *f, const char *dir, const char *name,
                 struct rpa_err *err)
{
    int r = join(f->path, dir, name, err);
    if (r == 0)
        unlink(strcat(f->path, BESIDE));
    return r;
}

static int finish(const struct fresh *f, struct rpa_err *err)
{
    char to[PATH_SIZE + sizeof BESIDE];
    strcpy(to, f->path);
    to[strlen(to) - strlen(BESIDE)] = '\0';
    int r = flush(f->path, 0, err);
    if (r == 0 && rename(f->path, to) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "renaming %s", f->path);
    return r;
}

/* the folder of a pattern such as pictures/ */
static int make_folder(const char *dir, const char *pattern, struct rpa_err *err)
{
    char path[PATH_SIZE];
    const char *slash = strchr(pattern, '/');
    if (!slash)
        return rpa_store_make_dir(dir, err);
    int r = join(path, dir, pattern, err);
    if (r == 0)
        path[strlen(path) - strlen(slash)] = '\0';
    return r == 0 ? rpa_store_make_dir(path, err) : r;
}

/* all files of a part; their number is added to *@count */
static int copy_part(const struct part *part, const char *from, const char *to,
                     int *count, struct rpa_err *err)
{
    char pattern[PATH_SIZE];
    struct fresh f;
    glob_t found = { 0 };
    int r = join(pattern, from, part->pattern, err);
    if (r < 0)
        return r;
    int g = glob(pattern, GLOB_NOESCAPE, NULL, &found);
    if (g && g != GLOB_NOMATCH)
        r = rpa_fail(err, RPA_EIO, "looking for %s failed", pattern);
    for (size_t i = 0; r == 0 && i < found.gl_pathc; i++) {
        const char *name = found.gl_pathv[i] + strlen(from) + 1;
        r = make_folder(to, part->pattern, err);
        if (r == 0)
            r = begin(&f, to, name, err);
        if (r < 0)
            break;
        r = copy_file(found.gl_pathv[i], f.path, err);
        if (r == 0)
            r = finish(&f, err);
        if (r < 0)
            unlink(f.path);
        *count += r == 0;
    }
    globfree(&found);
    return r;
}

/* the stores, all as they are at one moment */
static int copy_stores(const struct options *o, bool restore, int *count,
                       struct rpa_err *err)
{
    struct fresh f[PARTS];
    char from[PARTS][PATH_SIZE];
    struct rpa_store_copy copies[PARTS];
    size_t n = 0;
    int r = 0;
    for (int i = 0; r == 0 && i < PARTS; i++) {
        const struct part *part = &parts[i];
        if (part->store)
            r = join(from[n], place(o, part, restore), part->pattern, err);
        if (r < 0 || !part->store || access(from[n], F_OK) < 0)
            continue;
        r = make_folder(place(o, part, !restore), part->pattern, err);
        if (r == 0)
            r = begin(&f[n], place(o, part, !restore), part->pattern, err);
        copies[n] = (struct rpa_store_copy){ from[n], f[n].path };
        n += r == 0;
    }
    if (r == 0)
        r = rpa_store_copy(copies, n, err);
    for (size_t i = 0; r == 0 && i < n; i++, ++*count)
        r = finish(&f[i], err);
    for (size_t i = 0; r < 0 && i < n; i++)
        unlink(f[i].path);
    return r;
}

/* audit.db before its segments: it says which */
static int copy_parts(const struct options *o, bool restore, int *count,
                      struct rpa_err *err)
{
    int r = copy_stores(o, restore, count, err);
    for (int i = 0; r == 0 && i < PARTS; i++)
        if (!parts[i].store)
            r = copy_part(&parts[i], place(o, &parts[i], restore),
                          place(o, &parts[i], !restore), count, err);
    if (r == 0)
        r = flush(restore ? o->state_dir : o->folder, O_DIRECTORY, err);
    if (r == 0 && !restore)
        r = flush(o->keys, O_DIRECTORY, err);
    return r;
}

/* Stores over their own originals would be the end of both; and who finds one
 * folder of a backup must not have the other. */
static int check_apart(const struct options *o, struct rpa_err *err)
{
    const char *const dirs[] = { o->state_dir, o->folder, o->keys };
    int r = folders_apart(dirs, 3, err);
    if (r == -RPA_EEXIST)
        rpa_err_hint(err, "the state directory, its backup and the keys are "
                          "three folders, none within another");
    return r;
}

/* ---- backup ---- */

/* A folder has the backups of one store: over another's, keys and segments
 * would be of both. */
static int check_ours(const struct options *o, struct rpa_err *err)
{
    char path[PATH_SIZE], ours[PATH_SIZE];
    int r = 0;
    for (int i = 0; r == 0 && i < PARTS; i++) {
        if (!parts[i].whose)
            continue;
        r = join(path, place(o, &parts[i], true), parts[i].pattern, err);
        if (r == 0)
            r = join(ours, o->state_dir, parts[i].pattern, err);
        if (r == 0)
            r = file_same(path, ours, err);
    }
    if (r == -RPA_EEXIST)
        rpa_err_hint(err, "another store's backup is there: give each store "
                          "folders of its own");
    return r;
}

/* The row of a backup, in the store; or by the supervisor that has it open.
 * *@ret_audit, if it is ours, is held so that no segment is closed meanwhile. */
static int begin_backup(const struct options *o, struct rpa_audit **ret_audit,
                        int64_t *ret_rows, struct rpa_err *err)
{
    struct person me;
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    rpa_msg_put_str(msg, "call", "backup");
    int r = control_ask(o->state_dir, msg, &ok, err);
    if (r == 0)
        rpa_msg_int(ok, "rows", ret_rows);
    rpa_msg_free(&ok);
    rpa_msg_free(&msg);
    if (r != -RPA_ENOTFOUND || !err->native)
        return r;
    people_me(&me);
    r = rpa_audit_open(o->state_dir, ret_audit, err);
    if (r == 0)
        r = backup_row(*ret_audit, &me, "backup", err);
    *ret_rows = r == 0 ? rpa_audit_last(*ret_audit) : 0;
    return r;
}

static int backup(const struct options *o, struct rpa_err *err)
{
    char path[PATH_SIZE];
    struct rpa_audit *audit = NULL;
    int64_t rows = 0;
    int count = 0;
    int r = join(path, o->state_dir, "audit.db", err);
    if (r == 0 && access(path, F_OK) < 0)
        r = rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    if (r == 0)
        r = rpa_store_make_dir(o->folder, err);
    if (r == 0)
        r = rpa_store_make_dir(o->keys, err);
    if (r == 0)
        r = check_apart(o, err);
    if (r == 0)
        r = check_ours(o, err);
    if (r == 0)
        r = begin_backup(o, &audit, &rows, err);
    if (r == 0)
        r = copy_parts(o, false, &count, err);
    if (r == 0)
        printf("backed up: %d files, %lld rows%s\n", count, (long long)rows,
               audit ? "" : " and what the run wrote meanwhile");
    rpa_audit_close(audit);
    return r;
}

/* ---- restore ---- */

static void remove_like(const char *state_dir, const char *pattern,
                        const char *suffix)
{
    char path[PATH_SIZE];
    glob_t found = { 0 };
    snprintf(path, sizeof path, "%s/%s%s", state_dir, pattern, suffix);
    if (glob(path, GLOB_NOESCAPE, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    globfree(&found);
}

/* nothing is left to be taken for the real one */
static void remove_all(const char *state_dir)
{
    for (int i = 0; i < PARTS; i++)
        for (int k = 0; k < (parts[i].store ? ENDS : 1); k++)
            remove_like(state_dir, parts[i].pattern, ends[k]);
    remove_like(state_dir, "reserve", "");
}

/* As mail or paper leaves it: of CRLF the LF, behind it blanks or nothing. */
static int read_note(const char *path, char note[static NOTE_SIZE],
                     size_t *ret_len, struct rpa_err *err)
{
    FILE *file = fopen(path, "re");
    size_t len = 0;
    int c = 0;
    if (!file)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    while (len < NOTE_SIZE - 1 && (c = getc(file)) != EOF) {
        len -= c == '\n' && len && note[len - 1] == '\r';
        note[len++] = (char)c;
    }
    int r = !ferror(file) ? 0
                          : rpa_fail_errno(err, RPA_EINVAL, "reading %s", path);
    fclose(file);
    while (len && memchr(" \t\r\n", note[len - 1], 4))
        len--;
    note[len++] = '\n';
    *ret_len = len;
    return r < 0 || c == EOF ? r
                             : rpa_fail(err, RPA_EINVAL, "%s is no note", path);
}

static int check_empty(const char *state_dir, struct rpa_err *err)
{
    char pattern[PATH_SIZE + 16];
    glob_t found = { 0 };
    int r = 0;
    for (int i = 0; r == 0 && i < PARTS * ENDS_READ; i++) {
        const struct part *part = &parts[i / ENDS_READ];
        r = join(pattern, state_dir, part->pattern, err);
        strcat(pattern, ends[i % ENDS_READ]);
        if (r == 0 && glob(pattern, GLOB_NOESCAPE, NULL, &found) == 0)
            r = rpa_fail(err, RPA_EEXIST, "%s is there already",
                         found.gl_pathv[0]);
        globfree(&found);
    }
    if (r == -RPA_EEXIST)
        rpa_err_hint(err, "restore into an empty --state, or move all that is "
                          "in that one away together");
    return r;
}

/* The store judges itself: signatures, acknowledged head, the keys' anchor; it
 * must have gone through what the note says; and each row must be as it was. 1: but
 * not each picture. */
static int check_restored(const struct options *o, struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    struct rpa_audit_verdict seals = { .pictures = 0 };
    struct person me;
    char note[NOTE_SIZE];
    size_t len = 0;
    int r = o->note ? read_note(o->note, note, &len, err) : 0;
    if (r == 0)
        r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == 0 && o->note)
        r = rpa_audit_held(audit, note, len, err);
    if (r == 0 && (r = audit_judge(o->state_dir, &seals, err)) < 0)
        rpa_err_context(err, "nothing was restored");
    people_me(&me);
    if (r == 0)
        r = backup_row(audit, &me, "restore", err);
    if (r == 0)
        printf("restored: %lld rows\n%s", (long long)rpa_audit_last(audit),
               o->note ? "" : "without --note nothing says whether a later "
                              "backup was held back\n");
    if (r == 0 && rpa_audit_segments(audit, err) < 0)
        printf("not all of them: %s\n", err->msg);
    if (r == 0 && seals.pictures)
        printf("%lld pictures of it are missing or damaged, of rows %s\n",
               (long long)seals.pictures, seals.of_rows);
    rpa_audit_close(audit);
    return r == 0 ? seals.pictures > 0 : r;
}

static int restore(const struct options *o, struct rpa_err *err)
{
    char path[PATH_SIZE];
    int count = 0;
    int r = join(path, o->folder, "audit.db", err);
    if (r == 0 && access(path, F_OK) < 0)
        r = rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    if (r == 0)
        r = rpa_store_make_dir(o->state_dir, err);
    if (r == 0)
        r = check_apart(o, err);
    if (r == 0)
        r = check_empty(o->state_dir, err);
    if (r < 0)
        return r;
    r = copy_parts(o, true, &count, err);
    if (r == 0)
        r = check_restored(o, err);
    if (r < 0)
        remove_all(o->state_dir);
    return r;
}

/* ---- the commands ---- */

static const char usage[] =
    "usage: rpa backup DIR --keys DIR [--state DIR]\n"
    "       rpa restore DIR --keys DIR [--note FILE] [--state DIR]\n";

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        { "state", required_argument, NULL, 's' },
        { "keys", required_argument, NULL, 'k' },
        { "note", required_argument, NULL, 'n' },
        { 0 },
    };
    optind = 0;
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (opt) {
        case 's':
            o->state_dir = optarg;
            break;
        case 'k':
            o->keys = optarg;
            break;
        case 'n':
            o->note = optarg;
            break;
        default:
            return false;
        }
    o->folder = argv[optind];
    return optind == argc - 1 && o->keys;
}

static int command(int argc, char **argv, const char *state_dir,
                   int (*act)(const struct options *, struct rpa_err *))
{
    struct options o = { .state_dir = state_dir };
    struct rpa_err err;
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (!parse(argc, argv, &o) || (o.note && act == backup)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    int r = act(&o, &err);
    if (r >= 0)
        return r;
    rpa_log_err(&err);
    return err.code == RPA_ETAMPER ? 1 : rpa_code_exit(err.code);
}

int cmd_backup(int argc, char **argv, const char *state_dir)
{
    return command(argc, argv, state_dir, backup);
}

int cmd_restore(int argc, char **argv, const char *state_dir)
{
    return command(argc, argv, state_dir, restore);
}
