/* rpa backup, rpa restore: the stores in one folder, the keys in another, so
 * that who finds the one has nothing, and the keys' copies can expire sooner. */
#include "rpa/cmd_backup.h"
#include "rpa/audit/audit.h"
#include "rpa/base/log.h"
#include "rpa/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <pwd.h>
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
} parts[] = {
    { "audit.db", true, false }, /* before its segments: it says which */
    { "audit-*.db", false, false },
    { "audit-*.note", false, false },
    { "queue.db", true, false },
    { "sign.pub", false, false },
    { "pictures/*", false, false },
    { "keys.db", true, true },
    { "secrets.db", true, true },
    { "root.key", false, true },
    { "sign.key", false, true },
};
enum { PARTS = sizeof parts / sizeof *parts };

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

/* beside its place first, so that an older copy stays until this one is whole */
static int copy_one(const struct part *part, const char *from, const char *to,
                    struct rpa_err *err)
{
    char fresh[PATH_SIZE + 8];
    snprintf(fresh, sizeof fresh, "%s.new", to);
    unlink(fresh);
    int r = part->store ? rpa_store_copy(from, fresh, err)
                        : copy_file(from, fresh, err);
    if (r == 0)
        r = flush(fresh, 0, err);
    if (r == 0 && rename(fresh, to) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "renaming %s", fresh);
    if (r < 0)
        unlink(fresh);
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
    char pattern[PATH_SIZE], path[PATH_SIZE];
    glob_t found = { 0 };
    int r = join(pattern, from, part->pattern, err);
    if (r < 0)
        return r;
    int g = glob(pattern, GLOB_NOESCAPE, NULL, &found);
    if (g && g != GLOB_NOMATCH)
        r = rpa_fail(err, RPA_EIO, "looking for %s failed", pattern);
    for (size_t i = 0; r == 0 && i < found.gl_pathc; i++) {
        const char *name = found.gl_pathv[i] + strlen(from) + 1;
        r = join(path, to, name, err);
        if (r == 0)
            r = make_folder(to, part->pattern, err);
        if (r == 0)
            r = copy_one(part, found.gl_pathv[i], path, err);
        *count += r == 0;
    }
    globfree(&found);
    return r;
}

/* ---- backup ---- */

static int log_it(struct rpa_audit *audit, const char *what, struct rpa_err *err)
{
    uid_t uid = getuid();
    struct passwd *pw = getpwuid(uid);
    const struct rpa_audit_reading reading = {
        .actor = pw ? pw->pw_name : "", .uid = (uint32_t)uid, .what = what,
        .run = -1, .verb = RPA_S62_CONSULTATION,
    };
    int r = rpa_audit_query(audit, &reading, err);
    return r == 0 ? rpa_audit_sign(audit, err) : r;
}

/* The writer's lock is held meanwhile, so the stores and keys fit together. */
static int backup(const struct options *o, struct rpa_err *err)
{
    char path[PATH_SIZE];
    struct rpa_audit *audit = NULL;
    int count = 0;
    int r = join(path, o->state_dir, "audit.db", err);
    if (r == 0 && access(path, F_OK) < 0)
        r = rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    if (r == 0)
        r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == 0)
        r = log_it(audit, "backup", err);
    for (int i = 0; r == 0 && i < PARTS; i++)
        r = copy_part(&parts[i], o->state_dir,
                      parts[i].key ? o->keys : o->folder, &count, err);
    if (r == 0)
        r = flush(o->folder, O_DIRECTORY, err);
    if (r == 0)
        r = flush(o->keys, O_DIRECTORY, err);
    if (r == 0)
        printf("backed up: %d files, %lld rows\n", count,
               (long long)rpa_audit_last(audit));
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
    static const char *const beside[] = { "", "-wal", "-shm", ".lock" };
    for (int i = 0; i < PARTS; i++)
        for (int k = 0; k < (parts[i].store ? 4 : 1); k++)
            remove_like(state_dir, parts[i].pattern, beside[k]);
    remove_like(state_dir, "reserve", "");
}

static int read_note(const char *path, char note[static NOTE_SIZE],
                     size_t *ret_len, struct rpa_err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    *ret_len = fread(note, 1, NOTE_SIZE, file);
    fclose(file);
    while (*ret_len > 1 && note[*ret_len - 2] == '\n')
        --*ret_len; /* blank lines behind it */
    return 0;
}

static int check_empty(const char *state_dir, struct rpa_err *err)
{
    char pattern[PATH_SIZE];
    glob_t found = { 0 };
    int r = 0;
    for (int i = 0; r == 0 && i < PARTS; i++) {
        r = join(pattern, state_dir, parts[i].pattern, err);
        if (r == 0 && glob(pattern, GLOB_NOESCAPE, NULL, &found) == 0)
            r = rpa_fail(err, RPA_EEXIST, "%s is there already",
                         found.gl_pathv[0]);
        globfree(&found);
    }
    if (r == -RPA_EEXIST)
        rpa_err_hint(err, "restore into an empty --state, or move that one "
                          "away");
    return r;
}

/* The store judges itself: signatures, acknowledged head, the keys' anchor;
 * and it must have gone through what the note says. */
static int check_restored(const struct options *o, struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    char note[NOTE_SIZE];
    size_t len = 0;
    int r = o->note ? read_note(o->note, note, &len, err) : 0;
    if (r == 0)
        r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == 0 && o->note)
        r = rpa_audit_held(audit, note, len, err);
    if (r == 0)
        r = log_it(audit, "restore", err);
    if (r == 0)
        printf("restored: %lld rows\n%s", (long long)rpa_audit_last(audit),
               o->note ? "" : "without --note nothing says whether a later "
                              "backup was held back\n");
    if (r == 0 && rpa_audit_segments(audit, err) < 0)
        printf("not all of them: %s\n", err->msg);
    rpa_audit_close(audit);
    return r;
}

static int restore(const struct options *o, struct rpa_err *err)
{
    char path[PATH_SIZE];
    int count = 0;
    int r = join(path, o->folder, "audit.db", err);
    if (r == 0 && access(path, F_OK) < 0)
        r = rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    if (r == 0)
        r = check_empty(o->state_dir, err);
    if (r < 0)
        return r;
    for (int i = 0; r == 0 && i < PARTS; i++)
        r = copy_part(&parts[i], parts[i].key ? o->keys : o->folder,
                      o->state_dir, &count, err);
    if (r == 0)
        r = flush(o->state_dir, O_DIRECTORY, err);
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
    if (optind != argc - 1 || !o->keys)
        return false;
    o->folder = argv[optind];
    return strcmp(o->folder, o->keys) != 0;
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
    if (act(&o, &err) == 0)
        return 0;
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
