#ifndef RPA_SUPERVISOR_FRAME_H
#define RPA_SUPERVISOR_FRAME_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"

/** The rows of one message, and what they have in common. */
struct frame {
    const char *at; /* the next, and how many bytes from there */
    size_t left;
    char kind_name[16], verb_name[16];
    char target[64], window[256], field[128];
    enum rpa_audit_kind kind;
    enum rpa_s62 verb;
};

/** Begin with the first of @rows: bytes, one encoded row after another. */
void frame_begin(struct frame *frame, const cbor_item_t *rows);
/**
 * Read the next row as a driver sends it, the map {kind, verb, target, window,
 * field, body}, into @ret_row, but for its run and group: 1, or 0 for no more.
 * The keys of a field differ in nothing but the body: a row of a body alone,
 * {body}, is else as the row before it.
 *
 * Owns:   nothing; the row is good until the next is read, and while the item
 *         is that was begun with.
 * Errors: RPA_EPROTO a kind that no driver may send, or no row before it.
 */
int frame_next(struct frame *frame, struct rpa_audit_row *ret_row,
               struct rpa_err *err);

#endif
