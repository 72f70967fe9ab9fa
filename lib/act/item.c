/* Work items, as far as the hands and eyes can vouch for them: the supervisor
 * keeps them, but a reference must have been seen. */
#include "priv.h"

#include <string.h>

#define SHOWN_MAX (1 << 20)

void act_shown(struct rpa_driver *d, const char *text, size_t len)
{
    if (d->committed && text && d->shown.len + len < SHOWN_MAX) {
        rpa_buf_add(&d->shown, text, len);
        rpa_buf_putc(&d->shown, '\n');
    }
}

int do_item_begin(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    d->committed = false;
    rpa_buf_clear(&d->shown);
    int r = act_forward(d, "item.begin", args, ret, err);
    if (r == 0)
        fence_next_item(d);
    return r;
}

/* After a commit key the reference must stand in what the target showed since;
 * without one (the record was there already) it is the bot's word. */
static int check_reference(const struct rpa_driver *d, const cbor_item_t *args,
                           struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    if (!rpa_msg_is(args, "outcome", "done") || !d->committed || !reference)
        return 0;
    if (len && d->shown.data &&
        memmem(d->shown.data, d->shown.len, reference, len))
        return 0;
    rpa_fail(err, RPA_EDOUBT, "the item is not done: nothing that was shown "
                              "since its commit key has that reference");
    return rpa_err_hint(err, "take it from the screen, with grid:match()");
}

int do_item_end(struct rpa_driver *d, const cbor_item_t *args,
                cbor_item_t **ret, struct rpa_err *err)
{
    int r = check_reference(d, args, err);
    if (r == 0)
        r = act_forward(d, "item.end", args, ret, err);
    if (r == 0)
        d->committed = false;
    return r;
}
