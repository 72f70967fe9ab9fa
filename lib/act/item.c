/* Work items, as far as the hands and eyes can vouch for them: the supervisor
 * keeps them, but a reference must have been seen. */
#include "gate.h"

#include <string.h>

int do_item_next(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    d->committed = d->looking = false;
    act_forget(d);
    int r = act_forward(d, "item.next", args, ret, err);
    if (r < 0)
        return r;
    d->looking = rpa_msg_is(*ret, "state", "look");
    fence_next_item(d);
    return 0;
}

/* was the reference shown since the commit key, or in the look? */
static int check_reference(const struct rpa_driver *d, const char *reference,
                           size_t len, const char *since, struct rpa_err *err)
{
    if (len && d->shown.data &&
        memmem(d->shown.data, d->shown.len, reference, len))
        return 0;
    rpa_fail(err, RPA_EDOUBT, "nothing that was shown since %s has that "
                              "reference", since);
    return rpa_err_hint(err, "take it from the screen, with grid:match(), once it "
                             "is there; what stood there before the key is no "
                             "sign");
}

/* Without a commit key (the record was there already) it is the bot's word. */
static int check_done(const struct rpa_driver *d, const cbor_item_t *args,
                      struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    if (!rpa_msg_is(args, "outcome", "done") || !d->committed || !reference)
        return 0;
    int r = check_reference(d, reference, len, "its commit key", err);
    return r < 0 ? rpa_err_context(err, "the item is not done") : 0;
}

int do_item_found(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    int r = d->looking && rpa_msg_is(args, "answer", "found") && reference
                ? check_reference(d, reference, len, "the look began", err)
                : 0;
    if (r == 0)
        r = act_forward(d, "item.found", args, ret, err);
    if (r == 0)
        d->looking = false;
    return r;
}

/* @map with @item (taken) at @key */
static cbor_item_t *with(const cbor_item_t *map, const char *key,
                         cbor_item_t *item)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    cbor_item_t *copy = rpa_cbor_map();
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        if (len != strlen(key) || memcmp(name, key, len) != 0)
            rpa_cbor_put(copy, name, len, cbor_incref(pairs[i].value));
    }
    rpa_msg_put_item(copy, key, item);
    return copy;
}

/* A bot's own error has no picture yet: the same @args with one of now, or NULL
 * when there is none to take. */
static cbor_item_t *with_picture(struct rpa_driver *d, const cbor_item_t *args)
{
    const cbor_item_t *error = rpa_msg_get(args, "error");
    int64_t number = error && !rpa_msg_get(error, "picture")
                         ? picture_failure(d, NULL)
                         : 0;
    return number ? with(args, "error",
                         with(error, "picture", rpa_cbor_int(number)))
                  : NULL;
}

int do_item_end(struct rpa_driver *d, const cbor_item_t *args,
                cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    int r = check_done(d, args, err);
    if (r < 0)
        return r;
    if (rpa_msg_is(args, "outcome", "done") && d->committed)
        picture_confirmation(d, reference, len);
    cbor_item_t *more = with_picture(d, args);
    r = act_forward(d, "item.end", more ? more : args, ret, err);
    rpa_msg_free(&more);
    if (r == 0) {
        d->committed = false;
        gate_close(d);
    }
    return r;
}

int do_run_end(struct rpa_driver *d, const cbor_item_t *args,
               cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *more = with_picture(d, args);
    bool ok = false;
    picture_wait(d); /* before the last word */
    if (rpa_msg_bool(args, "ok", &ok) && ok)
        windows_await_end(d);
    int r = act_forward(d, "run.end", more ? more : args, ret, err);
    rpa_msg_free(&more);
    return r;
}
