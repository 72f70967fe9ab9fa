/* Pictures: a sealed file each, and the SCREEN row that names it. The file is written
 * beside the writer of the rows, which need not wait for it. */
#include "rpa/audit/picture.h"
#include "priv.h"
#include "rpa/ipc/msg.h"
#include "rpa/vault/crypto.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SHA = 32, FILE_MAX = RPA_AUDIT_PICTURE_MAX + 64 };

static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a,
                                      '\n' };

/* ---- what a picture is bound to ---- */

struct bound {
    char tag[16];
    uint64_t run, grp, number;
};

static struct bound bound_to(int64_t run, int64_t grp, int64_t number)
{
    return (struct bound){ "rpa picture 1", htole64((uint64_t)run),
                           htole64((uint64_t)grp), htole64((uint64_t)number) };
}

/* ---- files ---- */

static int name_file(char *out, const char *state_dir, int64_t run,
                     int64_t number, struct rpa_err *err)
{
    int n = snprintf(out, PATH_MAX, "%s/pictures/%lld-%lld.sealed", state_dir,
                     (long long)run, (long long)number);
    return n < PATH_MAX ? 0
                        : rpa_fail(err, RPA_EINVAL, "the path is too long: %s",
                                   state_dir);
}

static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0)
        close(fd);
    return r;
}

/* the folder, made at its first picture; its descriptor */
static int open_folder(const char *state_dir, struct rpa_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/pictures", state_dir);
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return rpa_fail_errno(err, RPA_EIO, "making %s", path);
    if (made && sync_folder(state_dir) < 0) /* else a power cut takes it */
        return rpa_fail_errno(err, RPA_EIO, "syncing %s", state_dir);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? rpa_fail_errno(err, RPA_EIO, "opening %s", path) : fd;
}

/* rows come first: a picture never takes the last of a disk */
static int check_room(int folder, size_t len, struct rpa_err *err)
{
    struct statvfs disk;
    if (fstatvfs(folder, &disk) < 0)
        return rpa_fail_errno(err, RPA_EIO, "looking for room");
    if ((uint64_t)disk.f_bavail * disk.f_frsize >=
        len + RPA_AUDIT_PICTURE_ROOM)
        return 0;
    return rpa_fail(err, RPA_EIO, "the disk is nearly full: its last %d MiB "
                                  "are kept for rows",
                    RPA_AUDIT_PICTURE_ROOM >> 20);
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

/* all of it on disk, or nothing of it */
static int put_file(const char *state_dir, int64_t run, int64_t number,
                    const uint8_t *data, size_t len, struct rpa_err *err)
{
    char path[PATH_MAX];
    int r = name_file(path, state_dir, run, number, err);
    int folder = r == 0 ? open_folder(state_dir, err) : r;
    if (folder < 0)
        return folder;
    r = check_room(folder, len, err);
    const char *name = strrchr(path, '/') + 1;
    int fd = r == 0 ? openat(folder, name, O_WRONLY | O_CREAT | O_EXCL |
                                               O_CLOEXEC | O_NOFOLLOW, 0600)
                    : -1;
    if (r == 0 && fd < 0)
        r = rpa_fail_errno(err, RPA_EIO, "making %s", path);
    if (fd >= 0) {
        if (!write_all(fd, data, len) || fsync(fd) < 0 || fsync(folder) < 0)
            r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
        close(fd);
        if (r < 0)
            unlinkat(folder, name, 0);
    }
    close(folder);
    return r;
}

/* the whole file; -RPA_ETAMPER when it is not there as it was written */
static int get_file(const char *state_dir, int64_t run, int64_t number,
                    struct rpa_buf *out, struct rpa_err *err)
{
    char path[PATH_MAX];
    struct stat st;
    int r = name_file(path, state_dir, run, number, err);
    if (r < 0)
        return r;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_ETAMPER, "its picture %lld-%lld.sealed",
                              (long long)run, (long long)number);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
        r = rpa_fail(err, RPA_ETAMPER, "its picture %lld-%lld.sealed is "
                                       "another file",
                     (long long)run, (long long)number);
    char chunk[65536];
    ssize_t n = 0;
    out->len = 0;
    while (r == 0 && out->len <= FILE_MAX &&
           (n = read(fd, chunk, sizeof chunk)) > 0)
        rpa_buf_add(out, chunk, (size_t)n);
    if (r == 0 && n < 0)
        r = rpa_fail_errno(err, RPA_ETAMPER, "its picture %lld-%lld.sealed",
                           (long long)run, (long long)number);
    if (r == 0 && out->failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    close(fd);
    return r;
}

/* ---- sealing ---- */

struct rpa_audit_album {
    char state_dir[PATH_MAX];
    struct rpa_root *root;
    struct rpa_keyring *keys;
    struct hasher hasher;
};

int rpa_audit_album_open(const char *state_dir, struct rpa_audit_album **ret,
                         struct rpa_err *err)
{
    struct rpa_audit_album *album = calloc(1, sizeof *album);
    if (!album)
        return rpa_fail(err, RPA_ENOMEM, "no memory for pictures");
    snprintf(album->state_dir, sizeof album->state_dir, "%s", state_dir);
    int r = rpa_root_open(state_dir, false, &album->root, err);
    if (r == 0)
        r = rpa_keyring_open(state_dir, album->root, false, &album->keys, err);
    if (r == 0)
        *ret = album;
    else
        rpa_audit_album_close(album);
    return r;
}

void rpa_audit_album_close(struct rpa_audit_album *album)
{
    if (!album)
        return;
    rpa_keyring_close(album->keys);
    rpa_root_close(album->root);
    hasher_clear(&album->hasher);
    free(album);
}

static int check_png(const void *png, size_t len, struct rpa_err *err)
{
    if (len > RPA_AUDIT_PICTURE_MAX)
        return rpa_fail(err, RPA_EINVAL, "a picture of %zu bytes; at most %d", len,
                        RPA_AUDIT_PICTURE_MAX);
    if (len < sizeof signature || memcmp(png, signature, sizeof signature) != 0)
        return rpa_fail(err, RPA_EINVAL, "that is no PNG");
    return 0;
}

int rpa_audit_album_keep(struct rpa_audit_album *album, int64_t run, int64_t grp,
                         int64_t number, const void *png, size_t len,
                         struct rpa_audit_pictured *ret, struct rpa_err *err)
{
    struct bound aad = bound_to(run, grp, number);
    struct rpa_audit_pictured file = { .bytes = (int64_t)len };
    size_t sealed = RPA_KEYRING_NONCE + rpa_keyring_sealed_len(len);
    int r = check_png(png, len, err);
    if (r < 0)
        return r;
    uint8_t *out = malloc(sealed);
    if (!out)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    rpa_random(out, RPA_KEYRING_NONCE);
    r = rpa_keyring_seal(album->keys, run, grp, out, &aad, sizeof aad, png, len,
                         out + RPA_KEYRING_NONCE, err);
    if (r == 0 && (digest(&album->hasher, png, len, file.sha256) < 0 ||
                   digest(&album->hasher, out, sealed, file.sealed) < 0))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (r == 0)
        r = put_file(album->state_dir, run, number, out, sealed, err);
    if (r == 0)
        *ret = file;
    free(out);
    return r;
}

int rpa_audit_album_drop(struct rpa_audit_album *album, int64_t run, int64_t number,
                         struct rpa_err *err)
{
    char path[PATH_MAX];
    int r = name_file(path, album->state_dir, run, number, err);
    if (r < 0)
        return r;
    if (unlink(path) < 0)
        return errno == ENOENT ? 0 : rpa_fail_errno(err, RPA_EIO, "removing %s", path);
    *strrchr(path, '/') = '\0';
    return sync_folder(path) < 0 ? rpa_fail_errno(err, RPA_EIO, "syncing %s", path) : 0;
}

/* ---- the row ---- */

static int make_body(const struct rpa_audit_picture *p,
                     const struct rpa_audit_pictured *file, struct rpa_buf *out,
                     struct rpa_err *err)
{
    if (!rpa_msg_put_bytes(p->about, "sha256", file->sha256, SHA) ||
        !rpa_msg_put_int(p->about, "bytes", file->bytes))
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    return rpa_cbor_dump(p->about, out, err);
}

static char *make_plain(const struct rpa_audit_picture *p,
                        const struct rpa_audit_pictured *file)
{
    char text[2 * SHA + 1];
    hex_put(file->sealed, SHA, text);
    json_t *json = json_pack("{s:I,s:s,s:s}", "number", (json_int_t)p->number,
                             "reason", p->reason, "sealed", text);
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return plain;
}

static int put_row(struct rpa_audit *audit, const struct rpa_audit_picture *p,
                   const char *plain, const struct rpa_buf *body,
                   int64_t *ret_seq, struct rpa_err *err)
{
    struct row row = { .run = p->run, .grp = p->grp,
                       .kind = RPA_AUDIT_SCREEN };
    int r = audit_label(audit, p->target, &row.target, err);
    if (r == 0)
        r = audit_label(audit, p->window, &row.window, err);
    if (r == 0)
        r = audit_put(audit, &row, plain, body->data, body->len, ret_seq, err);
    return r;
}

int rpa_audit_picture(struct rpa_audit *audit, const struct rpa_audit_picture *p,
                      const struct rpa_audit_pictured *file, int64_t *ret_seq,
                      struct rpa_err *err)
{
    struct rpa_buf body = { 0 };
    char *plain = NULL;
    int r = audit_ready(audit, p->run, err);
    if (r == 0 && (p->grp < 0 || p->grp > book_run(&audit->book, p->run)->grps))
        r = rpa_fail(err, RPA_EINVAL, "no such group");
    if (r == 0)
        r = make_body(p, file, &body, err);
    if (r == 0 && !(plain = make_plain(p, file)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    if (r == 0)
        r = put_row(audit, p, plain, &body, ret_seq, err);
    free(plain);
    rpa_buf_clear(&body);
    return r;
}

/* ---- what a row says of its file ---- */

/* 1 and the number and hash in the row's plain, 0 when it names no picture */
static int named(const struct row *row, int64_t *ret_number,
                 char ret_hash[static 2 * SHA + 1])
{
    struct rpa_err err;
    json_int_t number = 0;
    const char *sealed = "", *reason;
    if (row->kind != RPA_AUDIT_SCREEN || !row->plain_len)
        return 0;
    json_t *json = row_json(row, &err);
    bool fine = json && json_unpack(json, "{s:I,s:s,s:s!}", "number", &number,
                                    "reason", &reason, "sealed", &sealed) == 0;
    snprintf(ret_hash, 2 * SHA + 1, "%s", fine ? sealed : "");
    json_decref(json);
    *ret_number = number;
    return fine;
}

/* the file of the row, as it was when the row was written */
static int get_named(struct hasher *hasher, const char *state_dir,
                     const struct row *row, int64_t number, const char *want,
                     struct rpa_buf *out, struct rpa_err *err)
{
    uint8_t sum[SHA];
    char got[2 * SHA + 1];
    int r = get_file(state_dir, row->run, number, out, err);
    if (r < 0)
        return r;
    if (digest(hasher, out->data ? out->data : "", out->len, sum) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    hex_put(sum, SHA, got);
    if (strcmp(got, want) == 0)
        return 0;
    return rpa_fail(err, RPA_ETAMPER, "its picture %lld-%lld.sealed was changed",
                    (long long)row->run, (long long)number);
}

int picture_sealed(struct hasher *hasher, const char *state_dir,
                   const struct row *row, struct rpa_buf *ret_file,
                   struct rpa_err *err)
{
    char want[2 * SHA + 1];
    int64_t number;
    if (!named(row, &number, want))
        return 0;
    int r = get_named(hasher, state_dir, row, number, want, ret_file, err);
    return r == 0 ? 1 : r;
}

int picture_opened(struct hasher *hasher, const char *dir, int64_t seq,
                   uint8_t out[static SHA], size_t *ret_len,
                   struct rpa_err *err)
{
    char path[PATH_MAX], chunk[65536];
    struct rpa_buf png = { 0 };
    snprintf(path, sizeof path, "%.4000s/picture-%lld.png", dir,
             (long long)seq);
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return 1;
    for (size_t n; file && (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        rpa_buf_add(&png, chunk, n);
    int r = !file || ferror(file)
                ? rpa_fail_errno(err, RPA_EIO, "reading %s", path)
            : png.failed ||
                    digest(hasher, png.data ? png.data : "", png.len, out) < 0
                ? rpa_fail(err, RPA_ENOMEM, "no memory for a picture")
                : 1;
    *ret_len = SHA;
    if (file)
        fclose(file);
    rpa_buf_clear(&png);
    return r;
}

int picture_check(struct hasher *hasher, const char *state_dir,
                  const struct row *row, struct rpa_err *err)
{
    struct rpa_buf file = { 0 };
    int r = picture_sealed(hasher, state_dir, row, &file, err);
    rpa_buf_clear(&file);
    return r < 0 ? r : 0;
}

/* ---- opening ---- */

bool rpa_audit_keeps_picture(const struct rpa_audit_entry *entry)
{
    return entry->kind == RPA_AUDIT_SCREEN && *entry->plain;
}

static int unseal(struct rpa_keyring *keys, const struct row *row,
                  int64_t number, const struct rpa_buf *file,
                  struct rpa_buf *out, struct rpa_err *err)
{
    struct bound aad = bound_to(row->run, row->grp, number);
    const uint8_t *nonce = (const uint8_t *)file->data;
    size_t len = 0;
    if (file->len <= RPA_KEYRING_NONCE)
        return rpa_fail(err, RPA_ETAMPER, "its picture was changed");
    out->len = 0;
    rpa_buf_add(out, file->data, file->len); /* room enough */
    if (out->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    int r = rpa_keyring_unseal(keys, row->run, row->grp, nonce, &aad,
                               sizeof aad, nonce + RPA_KEYRING_NONCE,
                               file->len - RPA_KEYRING_NONCE,
                               (uint8_t *)out->data, &len, err);
    out->len = r == 0 ? len : 0;
    return r;
}

/* the sealed body has the hash of what was sealed */
static int check_sum(struct hasher *hasher, const struct row *row,
                     const struct rpa_buf *body, const struct rpa_buf *png,
                     struct rpa_err *err)
{
    cbor_item_t *about = NULL;
    uint8_t sum[SHA];
    size_t len = 0;
    int r = body->len ? rpa_cbor_load(body->data, body->len, &about, err)
                      : rpa_fail(err, RPA_ETAMPER, "row %lld was changed",
                                 (long long)row->seq);
    const char *want = r == 0 ? rpa_msg_bytes(about, "sha256", &len) : NULL;
    if (r == 0 && digest(hasher, png->data, png->len, sum) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (r == 0 && (!want || len != SHA || memcmp(want, sum, SHA) != 0))
        r = rpa_fail(err, RPA_ETAMPER, "the picture of row %lld is another one",
                     (long long)row->seq);
    rpa_msg_free(&about);
    return r;
}

int picture_open(struct hasher *hasher, struct rpa_keyring *keys,
                 const char *state_dir, const struct row *row,
                 const struct rpa_buf *body, struct rpa_buf *ret_png,
                 struct rpa_err *err)
{
    char want[2 * SHA + 1];
    int64_t number;
    struct rpa_buf file = { 0 };
    if (!named(row, &number, want))
        return rpa_fail(err, RPA_ENOTFOUND, "row %lld keeps no picture",
                        (long long)row->seq);
    int r = get_named(hasher, state_dir, row, number, want, &file, err);
    if (r == 0)
        r = unseal(keys, row, number, &file, ret_png, err);
    if (r == 0)
        r = check_sum(hasher, row, body, ret_png, err);
    rpa_buf_clear(&file);
    if (r < 0 && ret_png->data) {
        explicit_bzero(ret_png->data, ret_png->cap);
        ret_png->len = 0;
    }
    return r == -RPA_ETAMPER
               ? rpa_err_hint(err, "rpa audit verify names the first bad row; "
                                   "keep the files as they are")
               : r;
}
