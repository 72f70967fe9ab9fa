/* Files of a bot: the manifest names them, the supervisor alone opens them, all
 * below one folder. What is read has its row before the bot sees it; what is
 * written, before it is there. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/leftover.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES (8 << 20)
#define PATH_BYTES 1024
#define STATE_BYTES 96

/** A file that the manifest names. */
struct file {
    char name[65], path[PATH_BYTES];
    const char *base; /* the last part of the path */
    int folder;       /* it is in; -1: not found yet */
};

/** What is to be that one. */
struct fresh {
    char name[300];
    int fd; /* -1: it is no more */
};

static int refuse(const struct file *f, const char *why, struct rpa_err *err)
{
    rpa_fail(err, RPA_EPERM, "the file '%s' is refused: %s %s", f->name, f->path,
             why);
    return rpa_err_hint(err, "a bot's files are plain ones below the folder of "
                             "--files, named from there");
}

static bool is_folder(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* One folder further down, without a link; the store's own is none of them. */
static int go_down(const struct run *run, struct file *f, const char *part,
                   struct rpa_err *err)
{
    int at = f->folder < 0 ? AT_FDCWD : f->folder;
    int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
                                    (f->folder < 0 ? 0 : O_NOFOLLOW));
    if (next < 0)
        return errno == ENOTDIR || errno == ELOOP
                   ? refuse(f, "passes through a link, or no folder", err)
                   : rpa_fail_errno(err, errno == ENOENT ? RPA_ENOTFOUND
                                                         : RPA_EPERM,
                                    "the file '%s': opening the folder %s",
                                    f->name, part);
    if (f->folder >= 0)
        close(f->folder);
    f->folder = next;
    return is_folder(next, run->sup->state_dir)
               ? refuse(f, "is in the state directory", err)
               : 0;
}

static int find_folder(const struct run *run, struct file *f,
                       struct rpa_err *err)
{
    char parts[PATH_BYTES], *rest = parts, *part;
    int r = go_down(run, f, run->options->files_dir, err);
    snprintf(parts, sizeof parts, "%s", f->path);
    while (r == 0 && (part = strsep(&rest, "/"))) {
        if (!*part || !strcmp(part, ".") || !strcmp(part, ".."))
            return refuse(f, "leaves that folder", err);
        if (!rest)
            f->base = f->path + (part - parts);
        else
            r = go_down(run, f, part, err);
    }
    return r;
}

/* @way: "input" or "output" */
static int find(const struct run *run, const cbor_item_t *args, const char *way,
                struct file *f, struct rpa_err *err)
{
    const cbor_item_t *files =
        rpa_msg_get(run->options->bundle->manifest, "files");
    *f = (struct file){ .folder = -1 };
    if (rpa_msg_copy(args, "name", f->name, sizeof f->name) &&
        rpa_msg_copy(rpa_msg_get(files, way), f->name, f->path,
                     sizeof f->path) &&
        f->path[0])
        return find_folder(run, f, err);
    rpa_fail(err, RPA_EPERM, "the manifest names no %s file '%s'", way, f->name);
    return rpa_err_hint(err, "files = { %s = { %s = \"…\" } }", way,
                        f->name[0] ? f->name : "NAME");
}

static void let_go(struct file *f)
{
    if (f->folder >= 0)
        close(f->folder);
}

/* ---- reading ---- */

static int too_large(const struct file *f, struct rpa_err *err)
{
    return rpa_fail(err, RPA_EINVAL, "the file '%s' is larger than %d bytes: %s",
                    f->name, FILE_BYTES, f->path);
}

/* at most @most bytes from @at on; fewer: its end */
static int read_some(const struct file *f, int fd, int64_t at, size_t most,
                     struct rpa_buf *out, struct rpa_err *err)
{
    char some[65536];
    ssize_t n = 1;
    while (out->len < most && n > 0) {
        size_t left = most - out->len;
        n = pread(fd, some, left < sizeof some ? left : sizeof some,
                  at + (int64_t)out->len);
        if (n > 0)
            rpa_buf_add(out, some, (size_t)n);
    }
    if (n < 0)
        return rpa_fail_errno(err, RPA_EIO, "reading the file '%s'", f->name);
    return out->failed ? rpa_fail(err, RPA_ENOMEM,
                                  "no memory for the file '%s'", f->name)
                       : 0;
}

/* RPA_ENOTFOUND: it is not there */
static int open_file(const struct file *f, int *ret_fd, struct stat *ret_st,
                     struct rpa_err *err)
{
    int fd = openat(f->folder, f->base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
                                            O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno != ELOOP && errno != ENXIO)
        return rpa_fail_errno(err, errno == ENOENT ? RPA_ENOTFOUND : RPA_EPERM,
                              "opening the file '%s', %s", f->name, f->path);
    if (fd < 0 || fstat(fd, ret_st) < 0 || !S_ISREG(ret_st->st_mode)) {
        if (fd >= 0)
            close(fd);
        return refuse(f, "is a link, a folder or a device", err);
    }
    *ret_fd = fd;
    return 0;
}

/* all of one that is to be added to */
static int read_file(const struct file *f, struct rpa_buf *out,
                     struct rpa_err *err)
{
    struct stat st;
    int fd, r = open_file(f, &fd, &st, err);
    if (r < 0)
        return r;
    r = read_some(f, fd, 0, FILE_BYTES + 1, out, err);
    close(fd);
    return r == 0 && out->len > FILE_BYTES ? too_large(f, err) : r;
}

/* ---- the row ---- */

static int row_of(const struct run *run, const struct file *f, bool in,
                  int64_t at, const struct rpa_buf *bytes, int64_t *ret_seq,
                  struct rpa_err *err)
{
    struct rpa_sha256 hash;
    uint8_t sha256[32];
    char hex[65];
    cbor_item_t *map = rpa_cbor_map();
    struct rpa_buf body = { 0 };
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, bytes->data, bytes->len);
    rpa_sha256_end(&hash, sha256);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    rpa_msg_put_str(map, "direction", in ? "in" : "out");
    rpa_msg_put_str(map, "folder", run->options->files_dir);
    rpa_msg_put_str(map, "path", f->path);
    if (at)
        rpa_msg_put_int(map, "at", at);
    rpa_msg_put_int(map, "bytes", (int64_t)bytes->len);
    rpa_msg_put_str(map, "sha256", hex);
    int r = rpa_cbor_dump(map, &body, err);
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_FILE,
        .verb = in ? RPA_S62_COLLECTION : RPA_S62_DISCLOSURE, .field = f->name,
        .body = body.data, .body_len = body.len,
    };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, ret_seq, err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    rpa_buf_clear(&body);
    rpa_msg_free(&map);
    return r;
}

static int outcome_of(const struct run *run, int64_t seq,
                      enum rpa_audit_result result, struct rpa_err *err)
{
    int64_t ignored;
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_OUTCOME,
        .intent = seq, .result = result,
    };
    return rpa_audit_append(run->audit, &row, &ignored, err);
}

/* ---- writing ---- */

static bool write_all(int fd, const struct rpa_buf *bytes)
{
    size_t done = 0;
    ssize_t n = 0;
    while (done < bytes->len &&
           (n = write(fd, bytes->data + done, bytes->len - done)) > 0)
        done += (size_t)n;
    return done == bytes->len && fsync(fd) == 0;
}

static int write_failed(const struct file *f, struct rpa_err *err)
{
    return rpa_fail_errno(err, RPA_EIO, "writing the file '%s', %s", f->name,
                          f->path);
}

/* what is to be @f, under a name of its own until it is whole */
static int fresh_open(const struct file *f, struct fresh *fresh,
                      struct rpa_err *err)
{
    leftover_drop(f->folder, f->base);
    snprintf(fresh->name, sizeof fresh->name, LEFTOVER_PREFIX "%d.%llx.new",
             f->base, (int)getpid(), (unsigned long long)rpa_mono_us());
    fresh->fd = openat(f->folder, fresh->name,
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       0600);
    return fresh->fd < 0 || flock(fresh->fd, LOCK_EX | LOCK_NB) < 0
               ? write_failed(f, err)
               : 0;
}

/* and it is not to be any more, unless it already is */
static void fresh_drop(const struct file *f, struct fresh *fresh)
{
    if (fresh->fd < 0)
        return;
    close(fresh->fd);
    unlinkat(f->folder, fresh->name, 0);
    fresh->fd = -1;
}

/* it is whole; *@ret_known: is it certain which of the two is there? */
static int fresh_keep(const struct file *f, struct fresh *fresh,
                      bool *ret_known, struct rpa_err *err)
{
    *ret_known = renameat(f->folder, fresh->name, f->folder, f->base) < 0;
    if (*ret_known)
        return write_failed(f, err);
    close(fresh->fd);
    fresh->fd = -1;
    return fsync(f->folder) == 0 ? 0 : write_failed(f, err);
}

/* Whole or not at all; *@ret_known: is it certain which? */
static int replace(const struct file *f, const struct rpa_buf *bytes,
                   bool *ret_known, struct rpa_err *err)
{
    struct fresh fresh;
    *ret_known = true;
    int r = fresh_open(f, &fresh, err);
    if (r == 0 && !write_all(fresh.fd, bytes))
        r = write_failed(f, err);
    if (r == 0)
        r = fresh_keep(f, &fresh, ret_known, err);
    fresh_drop(f, &fresh);
    return r;
}

/* what is there must be a file that may be replaced */
static int check_plain(const struct file *f, struct rpa_err *err)
{
    struct stat st;
    return fstatat(f->folder, f->base, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                   !S_ISREG(st.st_mode)
               ? refuse(f, "is a link, a folder or a device", err)
               : 0;
}

/* what it will hold */
static int compose(const struct file *f, const cbor_item_t *args,
                   struct rpa_buf *out, struct rpa_err *err)
{
    bool append = false;
    size_t len = 0;
    rpa_msg_bool(args, "append", &append);
    int r = append ? read_file(f, out, err) : 0;
    if (r == 0 || r == -RPA_ENOTFOUND)
        r = check_plain(f, err);
    if (r < 0)
        return r;
    const char *data = rpa_msg_bytes(args, "data", &len);
    rpa_buf_add(out, data ? data : "", len);
    if (out->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the file '%s'", f->name);
    return out->len > FILE_BYTES ? too_large(f, err) : 0;
}

/* what became of the row @seq: @r, which is returned unless that fails */
static int tell(const struct run *run, int64_t seq, int r, bool known,
                struct rpa_err *err)
{
    struct rpa_err second;
    int rowed = outcome_of(run, seq,
                           r == 0  ? RPA_RESULT_DONE
                           : known ? RPA_RESULT_NOT_DONE
                                   : RPA_RESULT_UNKNOWN,
                           &second);
    if (rowed == 0)
        return r;
    *err = second;
    return rowed;
}

static int put_file(const struct run *run, const struct file *f,
                    const struct rpa_buf *bytes, struct rpa_err *err)
{
    int64_t seq;
    bool known;
    int r = row_of(run, f, false, 0, bytes, &seq, err);
    if (r < 0)
        return r;
    r = replace(f, bytes, &known, err);
    return tell(run, seq, r, known, err);
}

/* ---- a long one, in pieces ---- */

/** What came of it so far, under a name of its own. */
struct saving {
    struct file file;
    struct fresh fresh;
    int64_t len;
};

void files_end(struct run *run)
{
    struct saving *s = run->saving;
    if (!s)
        return;
    fresh_drop(&s->file, &s->fresh);
    let_go(&s->file);
    free(s);
    run->saving = NULL;
}

/* what an earlier one left half is dropped */
static int begin_saving(struct run *run, const cbor_item_t *args,
                        struct rpa_err *err)
{
    files_end(run);
    struct saving *s = malloc(sizeof *s);
    if (!s)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a file");
    *s = (struct saving){ .fresh.fd = -1 };
    run->saving = s;
    int r = find(run, args, "output", &s->file, err);
    if (r == 0)
        r = check_plain(&s->file, err);
    return r == 0 ? fresh_open(&s->file, &s->fresh, err) : r;
}

static int add_piece(struct run *run, const cbor_item_t *args, bool last,
                     struct rpa_err *err)
{
    struct saving *s = run->saving;
    struct rpa_buf bytes = { 0 };
    bool known = true;
    int64_t seq;
    size_t len = 0;
    const char *data = rpa_msg_bytes(args, "data", &len);
    rpa_buf_add(&bytes, data ? data : "", len);
    int r = bytes.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a file")
                         : row_of(run, &s->file, false, s->len, &bytes, &seq, err);
    if (r == 0) {
        if (!write_all(s->fresh.fd, &bytes))
            r = write_failed(&s->file, err);
        else if (last && run->options->dry)
            r = dry_note(run, "a file is not written", NULL, err);
        else if (last)
            r = fresh_keep(&s->file, &s->fresh, &known, err);
        r = tell(run, seq, r, known, err);
    }
    s->len += (int64_t)len;
    rpa_buf_clear(&bytes);
    return r;
}

/* ---- the calls ---- */

/* which file it is, and as it is now: a piece of another is none of it */
static void name_state(const struct stat *st, char out[static STATE_BYTES])
{
    snprintf(out, STATE_BYTES, "%llx.%llx.%llx.%llx.%lx",
             (unsigned long long)st->st_dev, (unsigned long long)st->st_ino,
             (unsigned long long)st->st_size,
             (unsigned long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

/* a piece of it from @at on, and what the next one is to be of */
static int read_piece(const struct run *run, const struct file *f,
                      const cbor_item_t *args, cbor_item_t *reply,
                      struct rpa_err *err)
{
    char state[STATE_BYTES];
    struct rpa_buf bytes = { 0 };
    struct stat st;
    int64_t at = 0, most = FILE_BYTES, seq;
    rpa_msg_int(args, "at", &at);
    rpa_msg_int(args, "bytes", &most);
    int fd, r = open_file(f, &fd, &st, err);
    if (r < 0)
        return r;
    name_state(&st, state);
    if (at && !rpa_msg_is(args, "state", state)) {
        r = rpa_fail(err, RPA_EIO, "the file '%s' was changed while it was read",
                     f->name);
        rpa_err_hint(err, "who writes it gives it its name when it is whole");
    }
    if (r == 0)
        r = read_some(f, fd, at, (size_t)most, &bytes, err);
    close(fd);
    if (r == 0)
        r = row_of(run, f, true, at, &bytes, &seq, err);
    rpa_msg_put_str(reply, "state", state);
    rpa_msg_put_bool(reply, "last", at + (int64_t)bytes.len >= st.st_size);
    rpa_msg_put_bytes(reply, "data", bytes.len ? bytes.data : "", bytes.len);
    rpa_buf_clear(&bytes);
    return r;
}

int files_read(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err)
{
    struct file f;
    int r = find(run, args, "input", &f, err);
    if (r == 0)
        r = read_piece(run, &f, args, reply, err);
    let_go(&f);
    return r;
}

int files_save(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err)
{
    bool first = false, last = false;
    (void)reply;
    rpa_msg_bool(args, "first", &first);
    rpa_msg_bool(args, "last", &last);
    int r = first ? begin_saving(run, args, err) : 0;
    if (r == 0 && !run->saving)
        r = rpa_fail(err, RPA_EPROTO, "a piece of a file that was not begun");
    if (r == 0)
        r = add_piece(run, args, last, err);
    if (r < 0 || last)
        files_end(run);
    return r;
}

int files_write(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err)
{
    struct file f;
    struct rpa_buf bytes = { 0 };
    int r = find(run, args, "output", &f, err);
    if (r == 0)
        r = compose(&f, args, &bytes, err);
    if (r == 0)
        r = run->options->dry ? dry_note(run, "a file is not written", NULL, err)
                              : put_file(run, &f, &bytes, err);
    if (r == 0)
        rpa_msg_put_int(reply, "bytes", (int64_t)bytes.len);
    rpa_buf_clear(&bytes);
    let_go(&f);
    return r;
}
