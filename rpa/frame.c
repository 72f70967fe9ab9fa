#include "rpa/frame.h"

#include <string.h>

static int kind_of(const char *name)
{
    for (int kind = RPA_AUDIT_KEY; kind < 64; kind++)
        if (rpa_audit_kind_name(kind) &&
            !strcmp(rpa_audit_kind_name(kind), name))
            return kind;
    return 0;
}

static enum rpa_s62 verb_of(const char *name)
{
    for (int verb = 1; verb <= RPA_S62_ERASURE; verb++)
        if (!strcmp(rpa_s62_name(verb), name))
            return (enum rpa_s62)verb;
    return RPA_S62_NONE;
}

int frame_row(const cbor_item_t *item, struct frame *frame,
              struct rpa_audit_row *ret_row, struct rpa_err *err)
{
    rpa_msg_copy(item, "kind", frame->kind, sizeof frame->kind);
    rpa_msg_copy(item, "verb", frame->verb, sizeof frame->verb);
    rpa_msg_copy(item, "target", frame->target, sizeof frame->target);
    rpa_msg_copy(item, "window", frame->window, sizeof frame->window);
    rpa_msg_copy(item, "field", frame->field, sizeof frame->field);
    *ret_row = (struct rpa_audit_row){
        .kind = (enum rpa_audit_kind)kind_of(frame->kind),
        .verb = verb_of(frame->verb),
        .target = frame->target[0] ? frame->target : NULL,
        .window = frame->window[0] ? frame->window : NULL,
        .field = frame->field[0] ? frame->field : NULL,
    };
    ret_row->body = rpa_msg_bytes(item, "body", &ret_row->body_len);
    if (ret_row->kind < RPA_AUDIT_KEY || ret_row->kind == RPA_AUDIT_ITEM)
        return rpa_fail(err, RPA_EPROTO, "the driver sent a row of kind '%s'",
                        frame->kind);
    return 0;
}
