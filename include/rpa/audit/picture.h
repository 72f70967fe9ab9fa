#ifndef RPA_AUDIT_PICTURE_H
#define RPA_AUDIT_PICTURE_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/cbor.h"

/**
 * Pictures sealed with a run.
 *
 * Each is a file of its own, STATE/pictures/RUN-NUMBER.sealed (0600), and a
 * SCREEN row that names it:
 *
 *   file   24 bytes nonce || XChaCha20-Poly1305 of the PNG under the key of
 *          its (run, group), bound to "rpa picture 1" (16 bytes) || le64
 *          run, group, number
 *   plain  {"number":N,"reason":R,"sealed":SHA-256 of the file}
 *   body   sealed: {"bytes","sha256" of the PNG} and what the caller adds
 *
 * So a picture goes when its subject's key goes, the chain covers the file,
 * and a file in another's place does not open. A reader opens it (read.h).
 */
struct rpa_audit_picture {
    int64_t run, grp;
    int64_t number;     /* of the run, from 1; never twice */
    const char *reason; /* "failure", "confirmation" or "screen" */
    const char *target, *window; /* labels; NULL for none */
    cbor_item_t *about; /* a map: what else is sealed with it; borrowed, and
                           added to */
};

/** Its file, as it was written. */
struct rpa_audit_pictured {
    uint8_t sealed[32], sha256[32]; /* hashes of the file, of the PNG */
    int64_t bytes;                  /* of the PNG */
};

enum {
    RPA_AUDIT_PICTURE_MAX = 8 * 1024 * 1024, /* bytes of a PNG */
    /* bytes a picture leaves free on its disk: rows come first */
    RPA_AUDIT_PICTURE_ROOM = 16 * 1024 * 1024,
};

/**
 * Who seals pictures, beside the writer of @state_dir, so that it need not wait for
 * them: in a process of its own. The key of a picture's group is durable by then.
 *
 * Owns:   *@ret until rpa_audit_album_close(), which takes NULL.
 */
struct rpa_audit_album;
int rpa_audit_album_open(const char *state_dir, struct rpa_audit_album **ret,
                         struct rpa_err *err);
void rpa_audit_album_close(struct rpa_audit_album *album);
/**
 * Seal the PNG of @len bytes at @png, number @number of the run: when this returns, its
 * file is on disk.
 *
 * Errors: RPA_EINVAL no PNG, or over RPA_AUDIT_PICTURE_MAX; RPA_ENOTFOUND no such run
 *         or group; RPA_EIO the file could not be kept (a full disk). They leave none.
 */
int rpa_audit_album_keep(struct rpa_audit_album *album, int64_t run, int64_t grp,
                         int64_t number, const void *png, size_t len,
                         struct rpa_audit_pictured *ret, struct rpa_err *err);
/** Remove what a process that was lost wrote of a picture, which has no row; it may have
 * written nothing. */
int rpa_audit_album_drop(struct rpa_audit_album *album, int64_t run, int64_t number,
                         struct rpa_err *err);

/**
 * Append the row of one whose file is on disk; durable with the next
 * rpa_audit_commit().
 *
 * Errors: RPA_EINVAL no such run or group; RPA_EAUDIT: fail-stop.
 */
int rpa_audit_picture(struct rpa_audit *audit,
                      const struct rpa_audit_picture *picture,
                      const struct rpa_audit_pictured *file, int64_t *ret_seq,
                      struct rpa_err *err);

#endif
