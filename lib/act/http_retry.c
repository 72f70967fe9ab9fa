/* Once more, where that is safe: for the causes a service names, of requests that
 * may come twice. */
#include "http.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ATTEMPTS 3
#define WAIT_MS 1000
#define WAIT_MAX_MS 60000

/* "connect", "503", …; NULL: none of those that can be named */
static const char *cause_of(int r, const struct rpa_err *err,
                            const struct rpa_http_response *got)
{
    static const struct {
        long status;
        const char *name;
    } all[] = { { 429, "429" }, { 502, "502" }, { 503, "503" }, { 504, "504" } };
    if (r == -RPA_EHTTP || r == -RPA_ETIMEOUT)
        return rpa_http_unsent(err) || rpa_http_refused(err) ? "connect" : NULL;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof *all; i++)
        if (got->status == all[i].status)
            return all[i].name;
    return NULL;
}

static bool names(const cbor_item_t *policy, const char *cause)
{
    size_t n, len;
    cbor_item_t **on = rpa_msg_array(policy, "on", &n);
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(on[i], &len);
        if (text && len == strlen(cause) && !memcmp(text, cause, len))
            return true;
    }
    return false;
}

/* RFC 9110, 9.2.2; a query of the manifest changes nothing; a key tells the
 * server that it is the same request */
static bool may_repeat(const struct exchange *x, const cbor_item_t *policy)
{
    char key[64];
    if (!x->commit || !strcmp(x->method, "PUT") || !strcmp(x->method, "DELETE"))
        return true;
    rpa_msg_copy(policy, "key", key, sizeof key);
    for (size_t i = 0; key[0] && i < x->nheaders; i++)
        if (!strcasecmp(x->headers[i].name, key) && x->headers[i].value[0])
            return true;
    return false;
}

/* how long, by the server's word before ours; -1: longer than the policy waits */
static int64_t wait_of(const cbor_item_t *policy, int attempt,
                       const struct rpa_http_response *got)
{
    int64_t wait_ms = WAIT_MS, most_ms = WAIT_MAX_MS, said_s;
    rpa_msg_int(policy, "wait_ms", &wait_ms);
    rpa_msg_int(policy, "wait_max_ms", &most_ms);
    for (int i = 1; i < attempt && wait_ms < most_ms; i++)
        wait_ms *= 2;
    if (wait_ms > most_ms)
        wait_ms = most_ms;
    said_s = rpa_http_retry_after(got, rpa_now_us());
    if (said_s > most_ms / 1000)
        return -1;
    return said_s * 1000 > wait_ms ? said_s * 1000 : wait_ms;
}

/* how long until it is sent once more; -1: it is not. A commit is not sent again
 * after its permission has run out. */
static int64_t wait_before(const struct exchange *x, int attempt,
                           const char *cause, const struct rpa_http_response *got)
{
    const cbor_item_t *policy = rpa_msg_get(x->service, "retry");
    int64_t attempts = ATTEMPTS, wait_ms;
    rpa_msg_int(policy, "attempts", &attempts);
    if (!cause || attempt >= attempts || !names(policy, cause) ||
        !may_repeat(x, policy))
        return -1;
    wait_ms = wait_of(policy, attempt, got);
    return exchange_late(x, wait_ms) ? -1 : wait_ms;
}

/* a supervisor that goes away ends the wait; what was sent ahead is answered in it */
static int wait_for(struct rpa_driver *d, int64_t ms, struct rpa_err *err)
{
    struct pollfd p = { .fd = d->supervisor };
    int64_t until_us = rpa_mono_us() + ms * 1000, left_us;
    rpa_http_settle(d->http);
    while ((left_us = until_us - rpa_mono_us()) > 0)
        if (poll(&p, 1, (int)(left_us / 1000) + 1) > 0)
            return rpa_fail(err, RPA_EGONE, "the supervisor is gone");
    return 0;
}

static void add_tried(struct exchange *x, const char *cause)
{
    rpa_cbor_push(x->tried, rpa_cbor_strn(cause, strlen(cause)));
}

/* what was sent ahead has its answer; any other is sent */
static int answer_of(struct exchange *x, struct rpa_http_response *got,
                     struct rpa_err *err)
{
    struct rpa_http_exchange *begun = x->begun;
    x->begun = NULL;
    return begun ? rpa_http_end(begun, got, err)
                 : rpa_http_do(x->d->http, &x->req, got, err);
}

int retry_do(struct exchange *x, struct rpa_http_response *ret,
             struct rpa_err *err)
{
    bool counted = true; /* every answer on the way, too */
    for (int attempt = 1;; attempt++) {
        struct rpa_http_response got = { 0 };
        bool ahead = x->begun;
        int r = answer_of(x, &got, err);
        got.counted = counted = counted && (r < 0 || !got.nth || got.counted);
        if (r == 0 && got.status == 401 && !exchange_late(x, 0) &&
            auth_renew(x) && !exchange_late(x, 0)) { /* not done, whatever it is */
            rpa_http_response_clear(&got);
            add_tried(x, "401");
            attempt = 0;
            continue;
        }
        if (r < 0 && (ahead || rpa_http_again(err)) && !x->commit) {
            if (!rpa_http_unsent(err))
                add_tried(x, ahead ? "kept" : "HTTP/2");
            attempt--;
            continue;
        }
        const char *cause = cause_of(r, err, &got);
        int64_t wait_ms = wait_before(x, attempt, cause, &got);
        int gone = wait_ms > 0 ? wait_for(x->d, wait_ms, err) : 0;
        if (gone < 0) {
            rpa_http_response_clear(&got);
            return gone;
        }
        if (wait_ms < 0 || exchange_late(x, 0)) {
            *ret = got;
            return r;
        }
        rpa_http_response_clear(&got);
        add_tried(x, cause);
    }
}
