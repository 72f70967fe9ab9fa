/* Rows as a driver sends them: a body alone is as the row before it. */
#include "../../tap.h"
#include "rpa/supervisor/frame.h"

#include <string.h>

static struct rpa_err err;
static struct frame frame;
static struct rpa_audit_row row;

/* read the row of @n keys and values, two texts each; "body" is bytes */
static int read_row(const char *const *pairs, size_t n)
{
    static cbor_item_t *item; /* row.body points into it */
    cbor_item_t *map = rpa_cbor_map();
    struct rpa_buf bytes = { 0 };
    for (size_t i = 0; i < 2 * n; i += 2)
        if (!strcmp(pairs[i], "body"))
            rpa_msg_put_bytes(map, "body", pairs[i + 1], strlen(pairs[i + 1]));
        else
            rpa_msg_put_str(map, pairs[i], pairs[i + 1]);
    rpa_cbor_dump(map, &bytes, &err);
    rpa_msg_free(&item);
    item = rpa_cbor_bytes(bytes.data, bytes.len);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&map);
    memset(&row, 0, sizeof row);
    frame.at = rpa_cbor_any_bytes(item, &frame.left);
    return frame_next(&frame, &row, &err);
}
#define READ(...)                                                              \
    read_row((const char *const[]){ __VA_ARGS__ },                             \
             sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) / 2)

static bool is(enum rpa_audit_kind kind, enum rpa_s62 verb, const char *target,
               const char *field, const char *body)
{
    return row.kind == kind && row.verb == verb &&
           !strcmp(row.target, target) && !strcmp(row.field, field) &&
           row.body_len == strlen(body) &&
           !memcmp(row.body, body, row.body_len);
}

int main(void)
{
    ok(READ("body", "a") == -RPA_EPROTO, "a body alone, and no row before it: %s",
       err.msg);
    ok(READ("kind", "KEY", "verb", "alteration", "target", "crs", "field",
            "Surname", "body", "a") == 1 &&
           is(RPA_AUDIT_KEY, RPA_S62_ALTERATION, "crs", "Surname", "a"),
       "a whole row");
    ok(READ("body", "b") == 1 &&
           is(RPA_AUDIT_KEY, RPA_S62_ALTERATION, "crs", "Surname", "b"),
       "a body alone is as the row before it");
    ok(READ("kind", "KEY", "body", "c") == 1 &&
           is(RPA_AUDIT_KEY, RPA_S62_NONE, "", "", "c"),
       "a whole row that says less has no more");
    ok(READ("field", "Forename", "body", "d") == -RPA_EPROTO,
       "half a row, with no kind: %s", err.msg);
    ok(READ("body", "e") == -RPA_EPROTO, "nor is one after it like any");
    ok(READ("kind", "RUN_OPEN", "body", "f") == -RPA_EPROTO,
       "a kind that is the supervisor's own: %s", err.msg);
    ok(READ("body", "g") == -RPA_EPROTO, "and a body alone has not that kind");
    cbor_item_t *two = rpa_cbor_bytes("\xa2\x64kind\x63KEY\x64" "body\x41x"
                                      "\xa1\x64" "body\x41y\xa0", 26);
    frame_begin(&frame, two);
    ok(frame_next(&frame, &row, &err) == 1 &&
           is(RPA_AUDIT_KEY, RPA_S62_NONE, "", "", "x") &&
           frame_next(&frame, &row, &err) == 1 &&
           is(RPA_AUDIT_KEY, RPA_S62_NONE, "", "", "y"),
       "one row after another");
    ok(frame_next(&frame, &row, &err) == 1 && !row.body_len && !frame.left &&
           frame_next(&frame, &row, &err) == 0, "to the end");
    rpa_msg_free(&two);
    frame_begin(&frame, NULL);
    ok(frame_next(&frame, &row, &err) == -RPA_EPROTO, "no rows: %s", err.msg);
    return tap_done();
}
