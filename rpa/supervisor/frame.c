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
static const char *copy(char *to, size_t size, const struct rpa_cbor_string *from)
{
    bool fits = from->data && from->len < size &&
                !memchr(from->data, '\0', from->len);
    if (fits)
        memcpy(to, from->data, from->len);
    to[fits ? from->len : 0] = '\0';
    return to[0] ? to : NULL;
}

int frame_row(const cbor_item_t *item, struct frame *frame,
              struct rpa_audit_row *ret_row, struct rpa_err *err)
{
    enum { KIND, VERB, TARGET, WINDOW, FIELD, BODY, ALL };
    struct rpa_cbor_string s[ALL] = { { .key = "kind" },   { .key = "verb" },
                                      { .key = "target" }, { .key = "window" },
                                      { .key = "field" },  { .key = "body" } };
    size_t len = 0;
    const char *bytes = rpa_cbor_any_bytes(item, &len);
    int r = bytes ? rpa_cbor_strings(bytes, len, s, ALL, err)
                  : rpa_fail(err, RPA_EPROTO, "the driver sent no row");
    if (r < 0)
        return r;
    copy(frame->kind, sizeof frame->kind, &s[KIND]);
    copy(frame->verb, sizeof frame->verb, &s[VERB]);
    *ret_row = (struct rpa_audit_row){
        .kind = (enum rpa_audit_kind)rpa_audit_kind_of(frame->kind),
        .verb = verb_of(frame->verb),
        .target = copy(frame->target, sizeof frame->target, &s[TARGET]),
        .window = copy(frame->window, sizeof frame->window, &s[WINDOW]),
        .field = copy(frame->field, sizeof frame->field, &s[FIELD]),
        .body = s[BODY].data,
        .body_len = s[BODY].data ? s[BODY].len : 0,
    };
    if (ret_row->kind < RPA_AUDIT_KEY || ret_row->kind == RPA_AUDIT_ITEM)
        return rpa_fail(err, RPA_EPROTO, "the driver sent a row of kind '%s'",
                        frame->kind);
    return 0;
}
