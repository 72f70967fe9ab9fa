/* An answer on disk: one that is streamed or saved is never whole in memory. The
 * file has no name, is sealed with a key that only this process has, and is emptied when
 * the next one begins. */
#include "http.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOME_BYTES 65536

static bool begin_anew(struct spool *s)
{
    s->len = 0;
    rpa_random(s->key, RPA_STREAM_KEY);
    return ftruncate(s->fd, 0) == 0;
}

/* for struct rpa_http_request; @ctx is an exchange */
static bool keep_body(void *ctx, const void *data, size_t len)
{
    struct spool *s = &((struct exchange *)ctx)->d->spool;
    char some[SOME_BYTES];
    if (!data)
        return begin_anew(s);
    for (const char *at = data, *end = at + len; at < end;) {
        size_t left = (size_t)(end - at), n = left < sizeof some ? left : sizeof some;
        memcpy(some, at, n);
        rpa_stream(s->key, s->len, some, n);
        ssize_t wrote = pwrite(s->fd, some, n, (off_t)s->len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote == 0)
            errno = ENOSPC;
        if (wrote <= 0)
            return false;
        at += wrote;
        s->len += (uint64_t)wrote;
    }
    return true;
}

int download_begin(struct exchange *x, struct rpa_err *err)
{
    char name[] = "/var/tmp/rpa-answer-XXXXXX";
    struct spool *s = &x->d->spool;
    x->d->downloads++; /* what was there is there no more */
    if (!s->key && !(rpa_crypto_init() && (s->key = rpa_locked_new(RPA_STREAM_KEY))))
        return rpa_fail(err, RPA_ENOMEM, "no memory for an answer's key");
    if (!s->fd) {
        int fd = mkostemp(name, O_CLOEXEC);
        if (fd < 0)
            return rpa_fail_errno(err, RPA_EIO,
                                  "making a file for an answer in /var/tmp");
        unlink(name);
        s->fd = fd;
    }
    x->req.keep_body = keep_body;
    return 0;
}

void download_end(struct rpa_driver *d)
{
    if (d->spool.fd)
        close(d->spool.fd);
    rpa_locked_free(d->spool.key);
}

/* at most @most bytes from @at on; fewer: its end */
static int read_some(const struct rpa_driver *d, size_t at, size_t most,
                     struct rpa_buf *out, struct rpa_err *err)
{
    char some[SOME_BYTES];
    ssize_t n = 1;
    while (out->len < most && n > 0) {
        size_t left = most - out->len;
        n = pread(d->spool.fd, some, left < sizeof some ? left : sizeof some,
                  (off_t)(at + out->len));
        if (n > 0)
            rpa_stream(d->spool.key, at + out->len, some, (size_t)n);
        if (n > 0)
            rpa_buf_add(out, some, (size_t)n);
        else if (n < 0 && errno == EINTR)
            n = 1;
    }
    if (n < 0)
        return rpa_fail_errno(err, RPA_EIO, "reading an answer from /var/tmp");
    return out->failed ? rpa_fail(err, RPA_ENOMEM, "no memory for an answer")
                       : 0;
}

/* a piece of the @size bytes of it, as file_piece() has it */
static int read_piece(const struct rpa_driver *d, size_t at, size_t size,
                      cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    size_t left = size - at, most = left < PIECE_BYTES ? left : PIECE_BYTES;
    int r = read_some(d, at, most, &bytes, err);
    if (r == 0 && bytes.len < most)
        r = rpa_fail(err, RPA_EIO, "an answer in /var/tmp became shorter");
    if (r == 0)
        *ret = file_piece(d, bytes.data, bytes.len, (int64_t)at, most == left);
    rpa_buf_clear(&bytes);
    return r;
}

void download_keep(struct rpa_driver *d, size_t size, cbor_item_t *map)
{
    d->download_len = size;
    rpa_msg_put_int(map, "stream", d->downloads);
}

/* Is the answer that @args is about still kept? */
static int check_kept(const struct rpa_driver *d, const cbor_item_t *args,
                      struct rpa_err *err)
{
    int64_t of = 0, at = 0;
    rpa_msg_int(args, "of", &of);
    rpa_msg_int(args, "at", &at);
    if (d->spool.fd && of == d->downloads && (size_t)at <= d->download_len)
        return 0;
    rpa_fail(err, RPA_EGONE, "the answer is not there any more");
    return rpa_err_hint(err, "one at a time is kept: read it to its end "
                             "before the next is asked for with stream");
}

int do_http_piece(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    int64_t at = 0;
    size_t len = 0;
    int r = check_kept(d, args, err);
    if (r < 0)
        return r;
    rpa_msg_int(args, "at", &at);
    r = read_piece(d, (size_t)at, d->download_len, ret, err);
    const char *data = r == 0 ? rpa_msg_bytes(*ret, "data", &len) : NULL;
    act_shown(d, data, len);
    return r;
}

int download_save(struct rpa_driver *d, const char *name, size_t size,
                  struct rpa_err *err)
{
    int64_t at = 0;
    bool last = false;
    int r = 0;
    while (r == 0 && !last) {
        cbor_item_t *piece = NULL;
        r = read_piece(d, (size_t)at, size, &piece, err);
        if (r < 0)
            return r;
        rpa_msg_put_str(piece, "name", name);
        rpa_msg_put_bool(piece, "first", at == 0);
        rpa_msg_int(piece, "next", &at);
        rpa_msg_bool(piece, "last", &last);
        r = act_forward(d, "file.write", piece, NULL, err);
        rpa_msg_free(&piece);
    }
    return r;
}

int do_http_save(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    char name[65];
    rpa_msg_copy(args, "name", name, sizeof name);
    int r = check_kept(d, args, err);
    if (r == 0)
        r = download_save(d, name, d->download_len, err);
    if (r == 0)
        *ret = rpa_cbor_map();
    return r;
}

int download_load(struct rpa_driver *d, struct rpa_http_response *got,
                  struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    if (got->kept > ANSWER_BYTES)
        return rpa_fail(err, RPA_EHTTP,
                        "status %ld, which is not saved, came with more than %d "
                        "bytes",
                        got->status, ANSWER_BYTES);
    int r = read_some(d, 0, got->kept, &bytes, err);
    if (r < 0) {
        rpa_buf_clear(&bytes);
        return r;
    }
    mask_text(d, &bytes);
    free(got->body);
    got->body_len = bytes.len;
    got->body = rpa_buf_take(&bytes);
    got->kept = 0;
    return got->body ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for an answer");
}

void download_row(const struct rpa_driver *d, size_t size, cbor_item_t *map)
{
    struct rpa_sha256 hash;
    struct rpa_buf bytes = { 0 };
    struct rpa_err err;
    int r = 0;
    rpa_sha256_init(&hash);
    for (size_t at = 0; at < size && r == 0; at += bytes.len) {
        rpa_buf_clear(&bytes);
        r = read_some(d, at, ROW_BYTES, &bytes, &err);
        if (r == 0 && !bytes.len)
            r = rpa_fail(&err, RPA_EIO, "an answer in /var/tmp became shorter");
        if (r == 0)
            rpa_sha256_add(&hash, bytes.data, bytes.len);
    }
    if (r < 0) {
        rpa_msg_put_str(map, "unread", rpa_code_name(err.code));
    } else if (size && size <= ROW_BYTES) {
        mask_text(d, &bytes);
        rpa_msg_put_bytes(map, "body", bytes.data, bytes.len);
    } else if (size) {
        exchange_put_hash(map, "body", &hash);
    }
    rpa_buf_clear(&bytes);
}
