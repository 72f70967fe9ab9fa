/* gzip, by our own hand: libcurl takes a stream that was cut for a whole one. */
#include "priv.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define WINDOW_GZIP (15 + 16) /* zlib's, gzip alone */
#define PIECE 65536

void unpack_begin(struct unpack *u, CURL *c)
{
    struct curl_header *h;
    u->how = UNPACK_PLAIN;
    if (curl_easy_header(c, "Content-Encoding", 0, CURLH_HEADER, -1, &h) ||
        !strcasecmp(h->value, "identity"))
        return;
    u->bad = h->amount > 1 || (strcasecmp(h->value, "gzip") != 0 &&
                               strcasecmp(h->value, "x-gzip") != 0);
    if (!u->bad && inflateInit2(&u->z, WINDOW_GZIP) == Z_OK)
        u->how = UNPACK_GZIP;
    else
        u->bad = true;
}

static bool keep(struct unpack *u, const void *data, size_t len, size_t most,
                 struct body *out)
{
    u->too_large = len > most - out->len;
    if (u->too_large)
        return false;
    out->len += len;
    if (out->req->keep_body) {
        out->failed = len && !out->req->keep_body(out->req->ctx, data, len);
        out->native = errno;
    } else {
        rpa_buf_add(&out->bytes, data, len);
        out->failed = out->bytes.failed;
    }
    return !out->failed;
}

/* a file of gzip is one stream or several, one behind the other */
static bool inflate_some(struct unpack *u, size_t most, struct body *out)
{
    unsigned char piece[PIECE];
    if (u->ended && inflateReset(&u->z) != Z_OK)
        return false;
    u->ended = false;
    u->z.next_out = piece;
    u->z.avail_out = sizeof piece;
    int z = inflate(&u->z, Z_NO_FLUSH);
    u->ended = z == Z_STREAM_END;
    if (!u->ended && z != Z_OK && z != Z_BUF_ERROR)
        return !(u->bad = true);
    return keep(u, piece, sizeof piece - u->z.avail_out, most, out);
}

bool unpack_add(struct unpack *u, const void *data, size_t len, size_t most,
                struct body *out)
{
    if (u->bad)
        return false;
    if (u->how == UNPACK_PLAIN)
        return keep(u, data, len, most, out);
    u->z.next_in = (unsigned char *)(uintptr_t)data;
    u->z.avail_in = (unsigned)len;
    do
        if (!inflate_some(u, most, out))
            return false;
    while (u->z.avail_in || !u->z.avail_out);
    return true;
}

bool unpack_whole(const struct unpack *u)
{
    return !u->bad && (u->how != UNPACK_GZIP || u->ended);
}

void unpack_end(struct unpack *u)
{
    if (u->how == UNPACK_GZIP)
        inflateEnd(&u->z);
    u->how = UNPACK_UNSEEN;
}
