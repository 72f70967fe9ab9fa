#include "rpa/supervisor/frame.h"

#include <string.h>

static enum rpa_s62 verb_of(const char *name)
{
    for (int verb = 1; verb <= RPA_S62_ERASURE; verb++)
        if (!strcmp(rpa_s62_name(verb), name))
            return (enum rpa_s62)verb;
    return RPA_S62_NONE;
}

/* a text as a string of C; empty if there is none, or none that fits */
static void copy(char *to, size_t size, const struct rpa_cbor_string *from)
{
    bool fits = from->data && from->len < size &&
                !memchr(from->data, '\0', from->len);
    if (fits)
        memcpy(to, from->data, from->len);
    to[fits ? from->len : 0] = '\0';
}

enum { KIND, VERB, TARGET, WINDOW, FIELD, BODY, ALL };

/* what the rows from here on have in common */
static int begin(struct frame *frame, const struct rpa_cbor_string s[static ALL],
                 struct rpa_err *err)
{
    copy(frame->kind_name, sizeof frame->kind_name, &s[KIND]);
    copy(frame->verb_name, sizeof frame->verb_name, &s[VERB]);
    copy(frame->target, sizeof frame->target, &s[TARGET]);
    copy(frame->window, sizeof frame->window, &s[WINDOW]);
    copy(frame->field, sizeof frame->field, &s[FIELD]);
    frame->verb = verb_of(frame->verb_name);
    frame->kind = (enum rpa_audit_kind)rpa_audit_kind_of(frame->kind_name);
    if (frame->kind >= RPA_AUDIT_KEY && frame->kind != RPA_AUDIT_ITEM)
        return 0;
    frame->kind = 0;
    return rpa_fail(err, RPA_EPROTO, "the driver sent a row of kind '%s'",
                    frame->kind_name);
}

static bool body_alone(const struct rpa_cbor_string s[static ALL])
{
    for (int i = 0; i < BODY; i++)
        if (s[i].data)
            return false;
    return true;
}

void frame_begin(struct frame *frame, const cbor_item_t *rows)
{
    *frame = (struct frame){ 0 };
    frame->at = rpa_cbor_any_bytes(rows, &frame->left);
}

int frame_next(struct frame *frame, struct rpa_audit_row *ret_row,
               struct rpa_err *err)
{
    struct rpa_cbor_string s[ALL] = { { .key = "kind" },   { .key = "verb" },
                                      { .key = "target" }, { .key = "window" },
                                      { .key = "field" },  { .key = "body" } };
    size_t used = 0;
    if (!frame->at)
        return rpa_fail(err, RPA_EPROTO, "the driver sent no row");
    if (!frame->left)
        return 0;
    int r = rpa_cbor_strings(frame->at, frame->left, s, ALL, &used, err);
    if (r == 0 && !(frame->kind && body_alone(s)))
        r = begin(frame, s, err);
    if (r < 0)
        return r;
    frame->at += used;
    frame->left -= used;
    *ret_row = (struct rpa_audit_row){
        .kind = frame->kind,
        .verb = frame->verb,
        .target = frame->target,
        .window = frame->window,
        .field = frame->field,
        .body = s[BODY].data,
        .body_len = s[BODY].data ? s[BODY].len : 0,
    };
    return 1;
}
