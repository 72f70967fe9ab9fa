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
    const void *png;
    size_t len; /* at most RPA_AUDIT_PICTURE_MAX */
    cbor_item_t *about; /* a map: what else is sealed with it; borrowed, and
                           added to */
};

enum {
    RPA_AUDIT_PICTURE_MAX = 8 * 1024 * 1024, /* bytes of a PNG */
    /* bytes a picture leaves free on its disk: rows come first */
    RPA_AUDIT_PICTURE_ROOM = 16 * 1024 * 1024,
};

/**
 * Keep one: the sealed file is on disk before its row is appended. The row is
 * durable with the next rpa_audit_commit().
 *
 * Errors: RPA_EINVAL no PNG, too large or no such run; RPA_EIO the file could
 *         not be kept (a full disk). These leave no row, no file and a store
 *         that goes on. RPA_EAUDIT: fail-stop.
 */
int rpa_audit_picture_keep(struct rpa_audit *audit, const char *state_dir,
                           const struct rpa_audit_picture *picture,
                           int64_t *ret_seq, struct rpa_err *err);

#endif
