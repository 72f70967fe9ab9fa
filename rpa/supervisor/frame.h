#ifndef RPA_SUPERVISOR_FRAME_H
#define RPA_SUPERVISOR_FRAME_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"

/** A row as a driver sends it: the map {kind, verb, target, window, field, body},
 * encoded. */
struct frame {
    char kind[16], verb[16], target[64], window[256], field[128];
};

/**
 * Read one into @ret_row, but for its run and group.
 *
 * Owns:   nothing; the row is good as long as @frame and @item are.
 * Errors: RPA_EPROTO a kind that no driver may send.
 */
int frame_row(const cbor_item_t *item, struct frame *frame,
              struct rpa_audit_row *ret_row, struct rpa_err *err);

#endif
