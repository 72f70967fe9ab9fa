/* Asking the supervisor: nothing happens before it says that it is on disk. */
#include "priv.h"

#include <poll.h>
#include <string.h>

/* the next message; *@ret stays NULL if it is one that nobody asked for */
static int take(struct rpa_driver *d, cbor_item_t **ret, struct rpa_err *err)
{
    int r = rpa_msg_recv(d->supervisor, RPA_MSG_FOREVER, ret, NULL, err);
    if (r < 0 || !rpa_msg_copy(*ret, "app_ended", d->app_ended,
                               sizeof d->app_ended))
        return r;
    rpa_msg_free(ret);
    return 0;
}

int act_hear(struct rpa_driver *d, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    struct pollfd p = { .fd = d->supervisor, .events = POLLIN };
    int r = 0;
    while (r == 0 && poll(&p, 1, 0) > 0) {
        r = take(d, &msg, err);
        if (r == 0 && msg)
            r = rpa_fail(err, RPA_EPROTO, "the supervisor answered unasked");
        rpa_msg_free(&msg);
    }
    return r;
}

/* send @msg (taken), wait for the answer that carries its number */
static int ask(struct rpa_driver *d, cbor_item_t *msg, cbor_item_t **ret,
               struct rpa_err *err)
{
    cbor_item_t *reply = NULL;
    int64_t req = ++d->last_req, got = -1;
    rpa_msg_put_int(msg, "req", req);
    int r = rpa_msg_send(d->supervisor, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    while (r == 0 && !reply)
        r = take(d, &reply, err);
    if (r < 0)
        return r;
    if (!rpa_msg_int(reply, "req", &got) || got != req)
        r = rpa_fail(err, RPA_EPROTO, "the supervisor answered out of turn");
    else
        r = rpa_msg_get_err(reply, err);
    if (r == 0)
        *ret = reply;
    else
        rpa_msg_free(&reply);
    return r;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool alike(const struct row *a, const struct row *b)
{
    return same(a->kind, b->kind) && same(a->verb, b->verb) &&
           same(a->window, b->window) && same(a->field, b->field);
}

static void put_labels(const struct rpa_driver *d, const struct row *row,
                       cbor_item_t *map)
{
    rpa_msg_put_str(map, "kind", row->kind);
    if (row->verb)
        rpa_msg_put_str(map, "verb", row->verb);
    if (row->window)
        rpa_msg_put_str(map, "window", row->window);
    if (row->field)
        rpa_msg_put_str(map, "field", row->field);
    rpa_msg_put_str(map, "target", d->target_name);
}

/* a row as the supervisor takes it, encoded behind those in @out, and the body
 * in it once more, since that is what will be sealed; what it has in common with
 * the one before it (or NULL) is not said again */
static bool pack(const struct rpa_driver *d, const struct row *before,
                 struct row *row, struct rpa_buf *out)
{
    cbor_item_t *map = rpa_cbor_map();
    struct rpa_buf body = { 0 };
    struct rpa_err err;
    if (!before || !alike(before, row))
        put_labels(d, row, map);
    bool fine = row->body && rpa_cbor_dump(row->body, &body, &err) == 0 &&
                rpa_msg_put_bytes(map, "body", body.len ? body.data : "",
                                  body.len) &&
                rpa_cbor_dump(map, out, &err) == 0;
    rpa_buf_clear(&body);
    rpa_msg_free(&row->body);
    rpa_msg_free(&map);
    return fine;
}

/* all of @rows, of which each is taken; NULL when there was no memory */
static cbor_item_t *pack_all(const struct rpa_driver *d, struct row *rows,
                             size_t n)
{
    struct rpa_buf bytes = { 0 };
    bool fine = true;
    for (size_t i = 0; i < n; i++)
        fine = pack(d, i ? &rows[i - 1] : NULL, &rows[i], &bytes) && fine;
    cbor_item_t *packed = fine ? rpa_cbor_bytes(bytes.data, bytes.len) : NULL;
    rpa_buf_clear(&bytes);
    return packed;
}

/* @nacks: 1, then the first row has a number in the answer, or @n */
static int intend(struct rpa_driver *d, struct row *rows, size_t n,
                  struct ack *ret, size_t nacks, struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *reply = NULL;
    if (n && rows[0].pending)
        rpa_msg_put_bool(msg, "pending", true);
    if (nacks > 1)
        rpa_msg_put_bool(msg, "each", true);
    rpa_msg_put_item(msg, "intent", pack_all(d, rows, n));
    int r = ask(d, msg, &reply, err);
    cbor_item_t **seqs = rpa_msg_array(reply, "seqs", &n);
    for (size_t i = 0; i < nacks && r == 0; i++) {
        ret[i] = (struct ack){ 0 };
        if (i >= n || !rpa_cbor_get_int(seqs[i], &ret[i].seq))
            r = rpa_fail(err, RPA_EPROTO, "an answer without a row number");
        rpa_msg_int(reply, "deadline", &ret[i].deadline_us);
    }
    rpa_msg_free(&reply);
    return r;
}

int act_intent(struct rpa_driver *d, struct row *rows, size_t n,
               struct ack *ret, struct rpa_err *err)
{
    return intend(d, rows, n, ret, 1, err);
}

int act_intents(struct rpa_driver *d, struct row *rows, size_t n,
                struct ack *ret, struct rpa_err *err)
{
    return intend(d, rows, n, ret, n, err);
}

int act_tell(struct rpa_driver *d, const char *what, cbor_item_t *value,
             struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_item(msg, what, value);
    int r = rpa_msg_send(d->supervisor, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    return r;
}

int act_outcome(struct rpa_driver *d, const struct ack *ack,
                const char *status, cbor_item_t *body, struct rpa_err *err)
{
    rpa_msg_put_int(body, "of", ack->seq);
    rpa_msg_put_str(body, "status", status);
    struct row row = { .kind = "OUTCOME", .body = body };
    return act_note(d, &row, err);
}

int act_finish(struct rpa_driver *d, const struct ack *ack, int r,
               bool left_field, struct rpa_err *err)
{
    struct rpa_err second;
    cbor_item_t *body = rpa_cbor_map();
    if (r == 0)
        rpa_msg_put_bool(body, "advanced", left_field);
    else
        rpa_msg_put_str(body, "error", rpa_code_name((enum rpa_code)-r));
    int sent = act_outcome(d, ack, r == 0 ? "done" : "failed", body,
                           r == 0 ? err : &second);
    return r < 0 ? r : sent;
}

int act_finish_commit(struct rpa_driver *d, const struct ack *ack, int r,
                      struct rpa_err *err)
{
    struct rpa_err second;
    cbor_item_t *body = rpa_cbor_map();
    if (r == 0) {
        d->committed = true;
        rpa_buf_clear(&d->shown);
        return act_outcome(d, ack, "pressed", body, err);
    }
    rpa_msg_put_str(body, "error", rpa_code_name((enum rpa_code)-r));
    /* a display that went away may have taken the key (screen/keys.h), and a
     * window that was asked to close may do so yet */
    bool unknown = r == -RPA_EDISPLAY || r == -RPA_ETIMEOUT;
    act_outcome(d, ack, unknown ? "failed" : "not pressed", body, &second);
    return r;
}

int act_note(struct rpa_driver *d, struct row *row, struct rpa_err *err)
{
    return act_tell(d, "note", pack_all(d, row, 1), err);
}

int act_forward(struct rpa_driver *d, const char *name,
                const cbor_item_t *args, cbor_item_t **ret_value,
                struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *reply = NULL;
    rpa_msg_put_str(msg, "call", name);
    rpa_msg_put_item(msg, "args", rpa_cbor_ref(args));
    int r = ask(d, msg, &reply, err);
    if (r < 0)
        return r;
    cbor_item_t *value = rpa_msg_get(reply, "ok");
    if (ret_value)
        *ret_value = rpa_cbor_ref(value);
    rpa_msg_free(&reply);
    return 0;
}

int act_fetch_secret(struct rpa_driver *d, const char *name,
                     const char *window, const char *field,
                     cbor_item_t **ret_value, struct rpa_err *err)
{
    cbor_item_t *args = rpa_cbor_map();
    rpa_msg_put_str(args, "name", name);
    rpa_msg_put_str(args, "window", window ? window : "");
    rpa_msg_put_str(args, "field", field);
    int r = act_forward(d, "secret.use", args, ret_value, err);
    rpa_msg_free(&args);
    return r;
}
