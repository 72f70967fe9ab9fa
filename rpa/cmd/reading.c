/* Why something sealed is read. */
#include "rpa/cmd/reading.h"
#include "rpa/config/purpose.h"
#include "rpa/supervisor/desk.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int reading_there(const char *state_dir, struct rpa_err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/queue.db", state_dir);
    return access(path, F_OK) < 0 && errno == ENOENT
               ? rpa_fail_errno(err, RPA_ENOTFOUND, "%s", path)
               : 0;
}

int reading_purpose(cbor_item_t *msg, const struct rpa_options *o,
                    struct rpa_err *err)
{
    struct rpa_purpose purpose = { .block.reason = -1 };
    struct rpa_buf packed = { 0 };
    const char *list = rpa_option_text(o, "purpose");
    int r = list ? rpa_purpose_read(list, &purpose, err) : 0;
    if (r == 0)
        r = rpa_purpose_pack(&purpose.block, &packed, err);
    if (packed.len)
        rpa_msg_put_bytes(msg, "purpose", packed.data, packed.len);
    rpa_buf_clear(&packed);
    rpa_purpose_clear(&purpose);
    return r;
}

int reading_row(const char *state_dir, const char *verb, const char *what,
                const struct rpa_options *o, struct rpa_err *err)
{
    struct desk_door door = { .state_dir = state_dir };
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", verb);
    rpa_msg_put_str(msg, "what", what);
    int r = reading_purpose(msg, o, err);
    if (r == 0)
        r = desk_ask(&door, msg, &ok, err);
    desk_leave(&door);
    rpa_msg_free(&ok);
    rpa_msg_free(&msg);
    return r;
}
