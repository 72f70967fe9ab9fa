/* Many look-ups at once: all are on disk before the first is sent, by one flush,
 * and go over one connection. Each has its own outcome. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 64 /* as the table of acts has it */
#define LOOKS_BYTES (8 << 20) /* of answers; then the bot is to ask for the rest */

/* One of many look-ups */
struct look {
    struct exchange x;
    const cbor_item_t *args;
    char secret[65];
    bool redirected;
    bool asked; /* it had the credentials that it needs */
    int r;      /* what became of it */
    struct rpa_err err;
    struct rpa_http_response got; /* if r is 0 */
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

/* Has it its credentials? If not, why not is what becomes of it. */
static bool look_may(struct look *l, const struct look *before)
{
    if (!l->x.known && l->r == 0)
        l->r = look_auth(l, before, &l->err);
    return l->asked = l->r == 0;
}

/* Send it ahead of those before it. Not with a secret of its own, nor with a token,
 * which the answer to another may renew. False: it waits for its turn. */
static bool look_begin(struct look *l, const struct look *before)
{
    return l->x.begun ||
           (!rpa_msg_get(l->args, "secret") &&
            !rpa_msg_is(l->x.service, "auth", "oauth2") && look_may(l, before) &&
            exchange_begin(&l->x));
}

/* Ask; what became of it is kept until it is known whose answer that is. */
static void look_ask(struct look *l, const struct look *before,
                     enum rpa_http_keep keep, const struct ack *ack,
                     const char *again)
{
    l->x.req.keep = keep;
    if (look_may(l, before))
        l->r = exchange_ask(&l->x, ack, again, &l->got, &l->err);
}

/* Tell what became of it, and go on where it is redirected. */
static int look_tell(struct look *l, const struct ack *ack)
{
    char *next = NULL;
    struct rpa_err second;
    if (!l->asked) {
        int told = act_outcome(l->x.d, ack, "not pressed", rpa_cbor_map(),
                               &second);
        if (told < 0)
            l->err = second;
        return told < 0 ? told : l->r;
    }
    int r = exchange_tell(&l->x, ack, l->r, &l->got, &l->err);
    if (r == 0)
        r = exchange_next(&l->x, &l->got, &next, &l->err);
    l->redirected = next;
    return r == 0 && next
               ? exchange_follow(l->x.d, l->args, next, &l->got, &l->err)
               : r;
}

/* what became of one, in @list */
static int look_give(struct look *l, const struct ack *ack, cbor_item_t *list,
                     size_t *bytes)
{
    size_t len = 0; /* nothing of what was saved */
    cbor_item_t *one = rpa_cbor_map(), *value = NULL;
    int r = look_tell(l, ack);
    if (r == 0)
        r = exchange_give(l->x.d, l->args, &l->got, l->redirected, &value,
                          &l->err);
    if (r == 0)
        rpa_msg_bytes(value, "body", &len);
    if (r == 0)
        rpa_msg_put_item(one, "ok", value);
    else
        rpa_msg_put_err(one, &l->err);
    *bytes += len;
    rpa_cbor_push(list, one);
    return r == -RPA_ENOMEM ? r : 0; /* our fault, and not its */
}

/* May @b go behind @a on one connection? What is saved lies where only one answer
 * can. */
static bool goes_with(const struct look *a, const struct look *b)
{
    return a->x.service == b->x.service && a->x.tls == b->x.tls &&
           a->x.port == b->x.port && !strcmp(a->x.host, b->x.host) &&
           !a->x.req.keep_body && !b->x.req.keep_body;
}

/* Is the answer of the i-th of @n known to be to what it asked? It is as the first on
 * its connection; or when that ended with the last one, and no answer was too many. */
static bool is_proved(const struct look *l, size_t i, size_t n)
{
    if (l[i].r < 0 || l[i].got.nth <= 1)
        return true;
    while (l[i].got.counted && i + 1 < n && l[i + 1].r == 0 && l[i + 1].got.nth > 1)
        i++;
    return l[i].got.counted && l[i].got.closed;
}

/* Of @n that go over one connection, send those from the i-th on ahead that may be. */
static void train_begin(struct look *l, size_t i, size_t n)
{
    while (i < n && look_begin(&l[i], i ? &l[i - 1] : NULL) && i + 1 < n &&
           goes_with(&l[i], &l[i + 1]))
        i++;
}

/* Ask as many of @n as go over one connection, until one is not counted, or their
 * answers and the @bytes before them are too many; those that are not proved are asked
 * again, each by itself. How many they are. */
static size_t train_ask(struct look *l, size_t n, const struct ack *acks,
                        size_t bytes)
{
    size_t len = 0;
    bool last = false, counted = true, proved[LOOKS_MAX];
    while ((!last && counted && bytes < LOOKS_BYTES) || (len < n && l[len].x.begun)) {
        last = len + 1 == n || bytes >= LOOKS_BYTES / 2 ||
               !goes_with(&l[len], &l[len + 1]);
        if (!last)
            train_begin(l, len, n);
        look_ask(&l[len], len ? &l[len - 1] : NULL,
                 !last ? RPA_HTTP_KEPT : len ? RPA_HTTP_LAST : RPA_HTTP_ALONE,
                 &acks[len], NULL);
        counted = l[len].r < 0 || !l[len].got.nth || l[len].got.counted;
        bytes += l[len++].got.body_len;
    }
    for (size_t i = 0; i < len; i++)
        proved[i] = is_proved(l, i, len);
    if (!last)
        rpa_http_forget(l->x.d->http);
    for (size_t i = 0; i < len; i++)
        if (!proved[i]) {
            rpa_http_response_clear(&l[i].got);
            look_ask(&l[i], NULL, RPA_HTTP_ALONE, &acks[i], "kept");
        }
    return len;
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
    while (i < n && r == 0 && bytes < LOOKS_BYTES && !d->betrayed) {
        size_t end = i + train_ask(&looks[i], n - i, &acks[i], bytes);
        for (; i < end; i++)
            if (look_give(&looks[i], &acks[i], list, &bytes) < 0) {
                r = -RPA_ENOMEM;
                *err = looks[i].err;
            }
    }
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
    for (size_t i = 0; looks && i < n; i++) {
        rpa_http_response_clear(&looks[i].got);
        exchange_clear(&looks[i].x);
    }
    free(looks);
    return r;
}
