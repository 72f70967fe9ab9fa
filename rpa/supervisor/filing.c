/* The process that opens, reads and writes a bot's files. */
#include "rpa/supervisor/filing.h"
#include "rpa/base/buf.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/ipc/msg.h"
#include "rpa/role/roles.h"
#include "rpa/supervisor/leftover.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUPERVISOR 3
#define PATH_BYTES 1024
#define STATE_BYTES 96

/** A file that the manifest names. */
struct file {
    char name[65], path[PATH_BYTES];
    char stores[4096]; /* the state directory, where no bot's files are */
    const char *base; /* the last part of the path */
    int folder;       /* it is in; -1: not found yet */
};

/** What is to be that one. */
struct fresh {
    char name[300];
    int fd; /* -1: it is no more */
};

/** What is being written. */
struct saving {
    struct file file;
    struct fresh fresh;
    struct rpa_buf held; /* and is put next */
    bool more;           /* it is not all of that yet */
    int64_t at;          /* so much stands before it */
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
static int go_down(struct file *f, const char *part, struct rpa_err *err)
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
    return is_folder(next, f->stores)
               ? refuse(f, "is in the state directory", err)
               : 0;
}

static void let_go(struct file *f)
{
    if (f->folder >= 0)
        close(f->folder);
    f->folder = -1;
}

/* the file that @msg names; its folder is held until let_go() */
static int find(const cbor_item_t *msg, struct file *f, struct rpa_err *err)
{
    char parts[PATH_BYTES], folder[4096], *rest = parts, *part;
    *f = (struct file){ .folder = -1 };
    if (!rpa_msg_copy(msg, "folder", folder, sizeof folder) ||
        !rpa_msg_copy(msg, "stores", f->stores, sizeof f->stores) ||
        !rpa_msg_copy(msg, "name", f->name, sizeof f->name) ||
        !rpa_msg_copy(msg, "path", f->path, sizeof f->path))
        return rpa_fail(err, RPA_EPROTO, "a file that is not named");
    int r = go_down(f, folder, err);
    memcpy(parts, f->path, sizeof parts);
    while (r == 0 && (part = strsep(&rest, "/"))) {
        if (!*part || !strcmp(part, ".") || !strcmp(part, ".."))
            r = refuse(f, "leaves that folder", err);
        else if (!rest)
            f->base = f->path + (part - parts);
        else
            r = go_down(f, part, err);
    }
    if (r < 0)
        let_go(f);
    return r;
}

static void put_hash(cbor_item_t *map, const struct rpa_buf *bytes)
{
    struct rpa_sha256 hash;
    uint8_t sha256[32];
    char hex[65];
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, bytes->data, bytes->len);
    rpa_sha256_end(&hash, sha256);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    rpa_msg_put_str(map, "sha256", hex);
}

/* ---- reading ---- */

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

/* which file it is, and as it is now: a piece of another is none of it */
static void name_state(const struct stat *st, char out[static STATE_BYTES])
{
    snprintf(out, STATE_BYTES, "%llx.%llx.%llx.%llx.%lx",
             (unsigned long long)st->st_dev, (unsigned long long)st->st_ino,
             (unsigned long long)st->st_size,
             (unsigned long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

/* a piece of it from @at on, and what the next one is to be of */
static int read_piece(const struct file *f, const cbor_item_t *msg,
                      cbor_item_t *ok, struct rpa_err *err)
{
    char state[STATE_BYTES];
    struct rpa_buf bytes = { 0 };
    struct stat st;
    int64_t at = 0, most = FILING_PIECE;
    rpa_msg_int(msg, "at", &at);
    rpa_msg_int(msg, "bytes", &most);
    if (most < 0 || most > FILING_PIECE)
        most = FILING_PIECE;
    int fd, r = open_file(f, &fd, &st, err);
    if (r < 0)
        return r;
    name_state(&st, state);
    if (at && !rpa_msg_is(msg, "state", state)) {
        r = rpa_fail(err, RPA_EIO, "the file '%s' was changed while it was read",
                     f->name);
        rpa_err_hint(err, "who writes it gives it its name when it is whole");
    }
    if (r == 0)
        r = read_some(f, fd, at, (size_t)most, &bytes, err);
    close(fd);
    put_hash(ok, &bytes);
    rpa_msg_put_str(ok, "state", state);
    rpa_msg_put_bool(ok, "last", at + (int64_t)bytes.len >= st.st_size);
    rpa_msg_put_bytes(ok, "data", bytes.len ? bytes.data : "", bytes.len);
    rpa_buf_clear(&bytes);
    return r;
}

static int do_read(struct saving *s, const cbor_item_t *msg, cbor_item_t *ok,
                   struct rpa_err *err)
{
    struct file f;
    (void)s;
    int r = find(msg, &f, err);
    if (r == 0)
        r = read_piece(&f, msg, ok, err);
    let_go(&f);
    return r;
}

/* ---- what is to be written ---- */

static int too_large(const struct file *f, struct rpa_err *err)
{
    return rpa_fail(err, RPA_EINVAL, "the file '%s' is larger than %d bytes: %s",
                    f->name, FILING_BYTES, f->path);
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

/* all of one that is to be added to; it need not be there yet */
static int read_file(const struct file *f, struct rpa_buf *out,
                     struct rpa_err *err)
{
    struct stat st;
    int fd, r = open_file(f, &fd, &st, err);
    if (r < 0)
        return r == -RPA_ENOTFOUND ? 0 : r;
    r = read_some(f, fd, 0, FILING_BYTES + 1, out, err);
    close(fd);
    return r == 0 && out->len > FILING_BYTES ? too_large(f, err) : r;
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

static void forget(struct saving *s)
{
    fresh_drop(&s->file, &s->fresh);
    let_go(&s->file);
    rpa_buf_clear(&s->held);
    s->more = false;
    s->at = 0;
}

static int begin(struct saving *s, const cbor_item_t *msg, struct rpa_err *err)
{
    forget(s);
    int r = find(msg, &s->file, err);
    return r == 0 ? check_plain(&s->file, err) : r;
}

static int do_hold(struct saving *s, const cbor_item_t *msg, cbor_item_t *ok,
                   struct rpa_err *err)
{
    bool first = false, append = false;
    size_t len = 0;
    const char *data = rpa_msg_bytes(msg, "data", &len);
    rpa_msg_bool(msg, "first", &first);
    rpa_msg_bool(msg, "append", &append);
    if (!s->more)
        rpa_buf_clear(&s->held);
    int r = first ? begin(s, msg, err) : 0;
    if (r == 0 && s->file.folder < 0)
        r = rpa_fail(err, RPA_EPROTO, "a piece of a file that was not begun");
    if (r == 0 && append)
        r = read_file(&s->file, &s->held, err);
    if (r < 0)
        return r;
    rpa_buf_add(&s->held, data ? data : "", len);
    if (s->held.failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the file '%s'",
                        s->file.name);
    if (s->held.len > FILING_BYTES)
        return too_large(&s->file, err);
    s->more = false;
    if (rpa_msg_bool(msg, "more", &s->more) && s->more)
        return 0;
    rpa_msg_put_int(ok, "at", s->at);
    rpa_msg_put_int(ok, "bytes", (int64_t)s->held.len);
    put_hash(ok, &s->held);
    return 0;
}

/* ---- writing it ---- */

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

static int put(struct saving *s, bool keep, bool *ret_known, struct rpa_err *err)
{
    if (s->file.folder < 0)
        return rpa_fail(err, RPA_EPROTO, "nothing is held");
    int r = s->fresh.fd < 0 ? fresh_open(&s->file, &s->fresh, err) : 0;
    if (r == 0 && !write_all(s->fresh.fd, &s->held))
        r = write_failed(&s->file, err);
    s->at += (int64_t)s->held.len;
    rpa_buf_clear(&s->held);
    return r == 0 && keep ? fresh_keep(&s->file, &s->fresh, ret_known, err) : r;
}

static int do_put(struct saving *s, const cbor_item_t *msg, cbor_item_t *ok,
                  struct rpa_err *err)
{
    bool keep = false, known = true;
    rpa_msg_bool(msg, "keep", &keep);
    int64_t bytes = s->at + (int64_t)s->held.len;
    int r = put(s, keep, &known, err);
    if (r < 0 || keep)
        forget(s);
    rpa_msg_put_bool(ok, "known", known);
    rpa_msg_put_int(ok, "bytes", bytes);
    return r;
}

/* ---- the process ---- */

static const struct {
    const char *name;
    int (*act)(struct saving *s, const cbor_item_t *msg, cbor_item_t *ok,
               struct rpa_err *err);
} acts[] = { { "read", do_read }, { "hold", do_hold }, { "put", do_put } };

static int answer(struct saving *s, const cbor_item_t *msg, struct rpa_err *err)
{
    struct rpa_err why;
    cbor_item_t *ok = rpa_cbor_map(), *reply = rpa_msg_new();
    int r = rpa_fail(&why, RPA_EPROTO, "files are read, held or put");
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (rpa_msg_is(msg, "do", acts[i].name))
            r = acts[i].act(s, msg, ok, &why);
    if (r < 0)
        rpa_msg_put_err(reply, &why);
    rpa_msg_put_item(reply, "ok", ok);
    r = rpa_msg_send(SUPERVISOR, reply, NULL, 0, err);
    rpa_msg_free(&reply);
    return r;
}

int rpa_role_files(void)
{
    struct saving s = { .file.folder = -1, .fresh.fd = -1 };
    struct rpa_err err;
    int r = 0;
    rpa_role_keep_to_itself();
    rpa_log_init("files", RPA_LOG_INFO);
    signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, no crash */
    while (r == 0) {
        cbor_item_t *msg = NULL;
        r = rpa_msg_recv(SUPERVISOR, RPA_MSG_FOREVER, &msg, NULL, &err);
        if (r == 0)
            r = answer(&s, msg, &err);
        rpa_msg_free(&msg);
    }
    forget(&s);
    if (r != -RPA_EGONE)
        rpa_log_err(&err);
    return r != -RPA_EGONE;
}
