#ifndef RPA_SUPERVISOR_FRAME_H
#define RPA_SUPERVISOR_FRAME_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"

/** What rows of one message have in common; zeroed before the first of them. */
struct frame {
    char kind_name[16], verb_name[16];
    char target[64], window[256], field[128];
    enum rpa_audit_kind kind;
    enum rpa_s62 verb;
};

/**
 * Read a row as a driver sends it, the map {kind, verb, target, window, field,
 * body}, encoded, into @ret_row, but for its run and group. The keys of a field
 * differ in nothing but the body: a row of a body alone, {body}, is else as the
 * row before it in @frame.
 *
 * Owns:   nothing; the row is good until the next is read, and while @item is.
 * Errors: RPA_EPROTO a kind that no driver may send, or no row before it.
 */
int frame_row(const cbor_item_t *item, struct frame *frame,
              struct rpa_audit_row *ret_row, struct rpa_err *err);

#endif
