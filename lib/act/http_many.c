/* Many look-ups at once: all are on disk before the first is sent, by one flush,
 * and go over one connection. Each has its own outcome. */
#include "http.h"

#include <stdlib.h>

#define LOOKS_MAX 64 /* as the table of acts has it */
#define LOOKS_BYTES (8 << 20) /* of answers; then the bot is to ask for the rest */

/* One of many look-ups */
struct look {
    struct exchange x;
    const cbor_item_t *args;
    char secret[65];
    bool redirected;
};

static int look_take(struct look *l, struct rpa_err *err)
{
    char *url = NULL;
    int r = cbor_isa_map(l->args)
                ? rpa_act_check(rpa_act_find("http.request", 12), l->args, err)
                : rpa_fail(err, RPA_EINVAL, "a request is a table");
    if (r == 0)
        r = exchange_text(l->args, "url", &url, err);
    if (r == 0)
        r = exchange_take(&l->x, l->args, url, err);
    free(url);
    if (r == 0 && rpa_msg_get(l->args, "stream"))
        r = rpa_fail(err, RPA_EINVAL, "what is streamed is asked for alone");
    if (r == 0 && l->x.commit) {
        r = rpa_fail(err, RPA_EPERM, "%s is a commit act, which goes alone",
                     l->x.method);
        rpa_err_hint(err, "rpa.http.request sends it; the manifest's navigation "
                          "says what POSTs only ask");
    }
    return r;
}

/* the credentials of the one before, where they are the same ones */
static int look_auth(struct look *l, const struct look *before,
                     struct rpa_err *err)
{
    rpa_msg_copy(l->args, "secret", l->secret, sizeof l->secret);
    if (before && before->x.service && before->x.service == l->x.service &&
        !before->secret[0] && !l->secret[0] && auth_share(&l->x, &before->x))
        return 0;
    return auth_add(&l->x, l->secret, err);
}

static int look_send(struct look *l, const struct look *before,
                     const struct ack *ack, struct rpa_http_response *ret,
                     struct rpa_err *err)
{
    struct rpa_err second;
    char *next = NULL;
    int r = look_auth(l, before, err);
    if (r < 0) {
        int told = act_outcome(l->x.d, ack, "not pressed", rpa_cbor_map(),
                               &second);
        if (told < 0)
            *err = second;
        return told < 0 ? told : r;
    }
    r = exchange_send(&l->x, ack, ret, err);
    if (r == 0)
        r = exchange_next(&l->x, ret, &next, err);
    l->redirected = next;
    return r == 0 && next ? exchange_follow(l->x.d, l->args, next, ret, err) : r;
}

/* what became of one, in @list */
static int look_do(struct look *l, const struct look *before,
                   const struct ack *ack, cbor_item_t *list, size_t *bytes,
                   struct rpa_err *err)
{
    struct rpa_http_response got = { 0 };
    cbor_item_t *one = rpa_cbor_map(), *value = NULL;
    int r = look_send(l, before, ack, &got, err);
    if (r == 0)
        r = exchange_give(l->x.d, l->args, &got, l->redirected, &value, err);
    if (r == 0) {
        size_t len = 0; /* nothing of what was saved */
        rpa_msg_bytes(value, "body", &len);
        *bytes += len;
        rpa_msg_put_item(one, "ok", value);
    } else {
        rpa_msg_put_err(one, err);
    }
    rpa_cbor_push(list, one);
    return r == -RPA_ENOMEM ? r : 0; /* our fault, and not its */
}

/* What is not sent any more, as the answers are many bytes already, is not in
 * @list. */
static int looks_send(struct rpa_driver *d, struct look *looks, size_t n,
                      const struct ack *acks, cbor_item_t *list,
                      struct rpa_err *err)
{
    struct rpa_err second;
    size_t bytes = 0, i = 0;
    int r = 0;
    for (; i < n && r == 0 && bytes < LOOKS_BYTES && !d->betrayed; i++)
        r = look_do(&looks[i], i ? &looks[i - 1] : NULL, &acks[i], list, &bytes,
                    err);
    for (; i < n; i++) {
        int told = act_outcome(d, &acks[i], "not pressed", rpa_cbor_map(),
                               &second);
        if (told < 0 && r == 0) {
            *err = second;
            r = told;
        }
    }
    return r;
}

static int looks_do(struct rpa_driver *d, struct look *looks, size_t n,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct row rows[LOOKS_MAX];
    struct ack acks[LOOKS_MAX];
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        if ((r = look_take(&looks[i], err)) < 0)
            return rpa_err_context(err, "a request of several");
    for (size_t i = 0; i < n; i++)
        rows[i] = exchange_row(&looks[i].x);
    r = act_intents(d, rows, n, acks, err);
    if (r < 0)
        return r;
    cbor_item_t *list = rpa_cbor_array();
    r = looks_send(d, looks, n, acks, list, err);
    if (r == 0)
        *ret = list;
    else
        rpa_msg_free(&list);
    return r;
}

int do_http_requests(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    size_t n;
    cbor_item_t **all = rpa_msg_array(args, "requests", &n);
    struct look *looks = calloc(n + 1, sizeof *looks);
    int r = looks ? exchange_client(d, err) : rpa_fail(err, RPA_ENOMEM, "no memory");
    for (size_t i = 0; looks && i < n; i++)
        looks[i] = (struct look){ .x = { .d = d }, .args = all[i] };
    if (r == 0)
        r = n ? looks_do(d, looks, n, ret, err)
              : rpa_fail(err, RPA_EINVAL, "there is nothing to ask");
    for (size_t i = 0; looks && i < n; i++)
        exchange_clear(&looks[i].x);
    free(looks);
    return r;
}
