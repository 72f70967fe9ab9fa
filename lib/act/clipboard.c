/* PRIMARY and CLIPBOARD: read, set, and put back as they were. */
#include "priv.h"
#include "rpa/screen/selection.h"
#include "rpa/vault/crypto.h"

#include <stdlib.h>
#include <string.h>

#define READ_US 5000000
#define ROW_MOST (256 << 10) /* bytes of text a row holds */

static struct kept *kept_of(struct rpa_driver *d, const char *name)
{
    return &d->kept[strcmp(name, "PRIMARY") == 0];
}

static int check(const struct rpa_driver *d, const char *name,
                 struct rpa_err *err)
{
    if (!d->display)
        return rpa_fail(err, RPA_EDISPLAY, "this run has no display");
    bool may = false;
    rpa_msg_bool(d->setup, "clipboard", &may);
    if (!may) {
        rpa_fail(err, RPA_EPERM, "the clipboard is not this bot's to use");
        return rpa_err_hint(err, "clipboard = true in the manifest, or --allow "
                                 "clipboard=read");
    }
    if (strcmp(name, "PRIMARY") != 0 && strcmp(name, "CLIPBOARD") != 0)
        return rpa_fail(err, RPA_EINVAL, "a selection is PRIMARY or CLIPBOARD");
    return 0;
}

/* the text itself, or when it is more than a row holds, what proves it */
static void put_text(cbor_item_t *body, const char *text, size_t len)
{
    struct rpa_sha256 hash;
    uint8_t sum[32];
    if (len <= ROW_MOST) {
        rpa_msg_put_strn(body, "text", text, len);
        return;
    }
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, text, len);
    rpa_sha256_end(&hash, sum);
    rpa_msg_put_bytes(body, "sha256", sum, sizeof sum);
    rpa_msg_put_int(body, "bytes", (int64_t)len);
}

int do_clipboard_get(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    char name[17];
    char *text = NULL;
    size_t len = 0;
    rpa_msg_copy(args, "selection", name, sizeof name);
    int r = check(d, name, err);
    if (r == 0)
        r = rpa_selection_get(d->display, name, &text, &len,
                              rpa_mono_us() + READ_US, err);
    if (r < 0)
        return r;
    struct rpa_buf masked = { 0 };
    rpa_buf_add(&masked, text, len);
    free(text);
    mask_text(d, &masked);
    const char *shown = masked.len ? masked.data : "";
    struct row row = { .kind = "READ", .verb = "consultation", .field = name,
                       .body = rpa_cbor_map() };
    put_text(row.body, shown, masked.len);
    r = act_note(d, &row, err);
    if (r == 0)
        *ret = rpa_cbor_strn(shown, masked.len);
    rpa_buf_clear(&masked);
    return r;
}

/* which the bot is not shown */
int clipboard_keep(struct rpa_driver *d, const char *name, struct kept *kept,
                   struct rpa_err *err)
{
    if (kept->saved)
        return 0;
    int r = rpa_selection_get(d->display, name, &kept->text, &kept->len,
                              rpa_mono_us() + READ_US, err);
    if (r < 0 && r != -RPA_ENOTFOUND && r != -RPA_EGONE) {
        rpa_err_context(err, "what is there now cannot be kept");
        return rpa_err_hint(err, "it may be a picture: copy a text first");
    }
    kept->saved = true;
    return 0;
}

static int intend(struct rpa_driver *d, const char *name, const char *verb,
                  const char *text, size_t len, struct ack *ack,
                  struct rpa_err *err)
{
    struct row row = { .kind = "KEY", .field = name, .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "clipboard", verb);
    put_text(row.body, text, len);
    return act_intent(d, &row, 1, ack, err);
}

int do_clipboard_set(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    char name[17];
    size_t len = 0;
    struct ack ack;
    *ret = rpa_cbor_map();
    rpa_msg_copy(args, "selection", name, sizeof name);
    const char *text = rpa_msg_bytes(args, "text", &len);
    text = text ? text : "";
    int r = check(d, name, err);
    if (r == 0 && mask_finds(d, text, len))
        r = mask_betrayed(d, err);
    if (r == 0)
        r = clipboard_keep(d, name, kept_of(d, name), err); /* the first time */
    if (r == 0)
        r = intend(d, name, "set", text, len, &ack, err);
    if (r < 0)
        return r;
    r = rpa_selection_offer(d->display, name, text, len, err);
    return act_finish(d, &ack, r, false, err);
}

int clipboard_put_back(struct rpa_driver *d, const char *name, uint32_t window,
                       struct kept *kept, struct rpa_err *err)
{
    int r = kept->saved ? rpa_selection_put_back(d->display, name, window,
                                                 kept->text, kept->len, err)
                        : 0;
    if (kept->text)
        explicit_bzero(kept->text, kept->len);
    free(kept->text);
    *kept = (struct kept){ 0 };
    return r;
}

static int put_back(struct rpa_driver *d, const char *name, struct rpa_err *err)
{
    struct kept *kept = kept_of(d, name);
    int r = 0;
    if (kept->saved && kept->text)
        r = rpa_selection_offer(d->display, name, kept->text, kept->len, err);
    else if (kept->saved)
        rpa_selection_drop(d->display, name);
    free(kept->text);
    *kept = (struct kept){ 0 };
    return r;
}

int do_clipboard_restore(struct rpa_driver *d, const cbor_item_t *args,
                         cbor_item_t **ret, struct rpa_err *err)
{
    char name[17];
    struct ack ack;
    *ret = rpa_cbor_map();
    rpa_msg_copy(args, "selection", name, sizeof name);
    int r = check(d, name, err);
    if (r == 0)
        r = intend(d, name, "restore", "", 0, &ack, err);
    return r < 0 ? r : act_finish(d, &ack, put_back(d, name, err), false, err);
}
