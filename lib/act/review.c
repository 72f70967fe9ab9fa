/* What is put before a person, with the picture of what was seen. */
#include "priv.h"

int do_review_propose(struct rpa_driver *d, const cbor_item_t *args,
                      cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *say = rpa_cbor_map();
    int64_t picture = rpa_msg_get(args, "window") ? picture_evidence(d, args) : 0;
    rpa_msg_put_item(say, "review", rpa_cbor_ref(args));
    rpa_msg_put_int(say, "picture", picture);
    int r = act_forward(d, "review.propose", say, ret, err);
    rpa_msg_free(&say);
    return r;
}
