#include "rpa/supervisor/order.h"
#include "rpa/config/options.h"
#include "rpa/config/schema.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NAMED(name) { #name, offsetof(struct rpa_audit_purpose, name) }
static const struct {
    const char *name;
    size_t at;
} reasons[] = { NAMED(on_behalf), NAMED(justification), NAMED(originator),
                NAMED(location),  NAMED(reference),     NAMED(correlation) };
_Static_assert(sizeof reasons / sizeof *reasons + 3 <= ORDER_TEXTS,
               "room for all");

static const char **reason(struct rpa_audit_purpose *purpose, size_t i)
{
    return (const char **)((char *)purpose + reasons[i].at);
}

/* ---- making ---- */

static void put_text(cbor_item_t *map, const char *key, const char *text)
{
    if (text)
        rpa_msg_put_str(map, key, text);
}

static void put_known(cbor_item_t *map, const char *key, cbor_item_t *item)
{
    if (item)
        rpa_msg_put_item(map, key, cbor_incref(item));
}

static cbor_item_t *make_bundle(const struct rpa_bundle *b)
{
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_str(map, "file", b->file);
    rpa_msg_put_bytes(map, "source", b->source, b->source_len);
    if (b->font)
        rpa_msg_put_bytes(map, "font", b->font, b->font_len);
    put_known(map, "modules", b->modules);
    put_known(map, "manifest", b->written);
    put_known(map, "map", b->map);
    put_known(map, "set", b->set);
    return map;
}

static cbor_item_t *make_purpose(const struct rpa_audit_purpose *purpose)
{
    struct rpa_audit_purpose p = *purpose;
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_int(map, "reason", p.reason);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        put_text(map, reasons[i].name, *reason(&p, i));
    return map;
}

cbor_item_t *order_make(const struct rpa_run_options *run,
                        const struct order_parts *parts)
{
    cbor_item_t *msg = rpa_msg_new(), *confs = rpa_cbor_array();
    for (size_t i = 0; i < RPA_CONFS; i++)
        if (parts->confs[i])
            rpa_cbor_push(confs, cbor_incref(parts->confs[i]));
    rpa_msg_put_str(msg, "call", "run");
    rpa_msg_put_item(msg, "bundle", make_bundle(parts->bundle));
    rpa_msg_put_item(msg, "confs", confs);
    rpa_msg_put_bool(msg, "target_required", parts->target_required);
    put_text(msg, "mode", parts->mode);
    put_text(msg, "display", run->display);
    put_text(msg, "pictures", run->pictures);
    put_text(msg, "files", run->files_dir);
    rpa_msg_put_item(msg, "purpose", make_purpose(&run->purpose));
    rpa_msg_put_int(msg, "timeout_ms", run->timeout_ms);
    rpa_msg_put_bool(msg, "needs_display", run->needs_display);
    rpa_msg_put_bool(msg, "json", run->json);
    rpa_msg_put_bool(msg, "quiet", run->quiet);
    rpa_msg_put_bool(msg, "dry", run->dry);
    rpa_msg_put_bool(msg, "show", run->show);
    rpa_msg_put_bool(msg, "tty", run->tty);
    return msg;
}

/* ---- carrying out ---- */

static cbor_item_t *take(const cbor_item_t *map, const char *key)
{
    cbor_item_t *item = rpa_msg_get(map, key);
    return item ? cbor_incref(item) : NULL;
}

static char *copy_bytes(const cbor_item_t *map, const char *key, size_t *ret_len)
{
    const char *bytes = rpa_msg_bytes(map, key, ret_len);
    char *copy = bytes ? malloc(*ret_len + 1) : NULL;
    if (copy) {
        memcpy(copy, bytes, *ret_len);
        copy[*ret_len] = '\0';
    }
    return copy;
}

/* Whoever sent it is believed nothing: its data is checked, its name and hash
 * are found here. */
static int open_bundle(struct rpa_bundle *b, const cbor_item_t *map,
                       struct rpa_err *err)
{
    if (!rpa_msg_copy(map, "file", b->file, sizeof b->file))
        return rpa_fail(err, RPA_EPROTO, "an order without a bot");
    b->source = copy_bytes(map, "source", &b->source_len);
    b->font = copy_bytes(map, "font", &b->font_len);
    b->modules = take(map, "modules");
    b->written = take(map, "manifest");
    b->map = take(map, "map");
    b->set = take(map, "set");
    if (!b->source || !b->modules || !b->written || !b->set)
        return rpa_fail(err, RPA_EPROTO, "an order with half a bot");
    int r = rpa_schema_check(rpa_schema_manifest, "the bot's manifest",
                             b->written, err);
    if (r == 0 && b->map)
        r = rpa_schema_check(rpa_schema_map, "the bot's map", b->map, err);
    return r < 0 ? r : rpa_bundle_finish(b, err);
}

static const char *keep(struct order *order, char *text)
{
    return text ? (order->texts[order->ntexts++] = text) : NULL;
}

static const char *text_of(struct order *order, const cbor_item_t *map,
                           const char *key)
{
    return keep(order, rpa_msg_dup(map, key));
}

const char *order_text(struct order *order, const char *text)
{
    return keep(order, strdup(text));
}

static void open_options(struct order *order, const cbor_item_t *msg)
{
    struct rpa_run_options *run = &order->run;
    const cbor_item_t *why = rpa_msg_get(msg, "purpose");
    int64_t number = -1;
    *run = (struct rpa_run_options){ .bundle = &order->bundle,
                                     .policy = &order->policy };
    run->display = text_of(order, msg, "display");
    run->pictures = text_of(order, msg, "pictures");
    run->files_dir = text_of(order, msg, "files");
    rpa_msg_int(msg, "timeout_ms", &run->timeout_ms);
    rpa_msg_bool(msg, "needs_display", &run->needs_display);
    rpa_msg_bool(msg, "json", &run->json);
    rpa_msg_bool(msg, "quiet", &run->quiet);
    rpa_msg_bool(msg, "dry", &run->dry);
    rpa_msg_bool(msg, "show", &run->show);
    rpa_msg_bool(msg, "tty", &run->tty);
    rpa_msg_int(why, "reason", &number);
    run->purpose.reason = (int)number;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        *reason(&run->purpose, i) = text_of(order, why, reasons[i].name);
    if (!run->pictures)
        run->pictures = "failure";
    if (!run->files_dir)
        run->files_dir = "/";
}

int order_open(const cbor_item_t *msg, cbor_item_t *const *confs,
               struct order **ret, struct rpa_err *err)
{
    struct order *order = calloc(1, sizeof *order);
    size_t n = RPA_CONFS;
    bool required = false;
    if (!order)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an order");
    open_options(order, msg);
    char *mode = rpa_msg_dup(msg, "mode");
    rpa_msg_bool(msg, "target_required", &required);
    for (size_t i = 0; confs && i < RPA_CONFS; i++) {
        bool demanded = false;
        rpa_msg_bool(confs[i], "target_required", &demanded);
        required = required || demanded;
    }
    if (!confs)
        confs = rpa_msg_array(msg, "confs", &n);
    int r = open_bundle(&order->bundle, rpa_msg_get(msg, "bundle"), err);
    if (r == 0)
        r = rpa_policy_read(confs, n, required, mode, &order->bundle,
                            &order->policy, err);
    if (r == 0)
        r = rpa_policy_check_time(&order->policy, rpa_now_us(), err);
    free(mode);
    if (r == 0)
        *ret = order;
    else
        order_free(order);
    return r;
}

void order_free(struct order *order)
{
    if (!order)
        return;
    rpa_policy_clear(&order->policy);
    rpa_bundle_clear(&order->bundle);
    for (size_t i = 0; i < order->ntexts; i++)
        free(order->texts[i]);
    free(order);
}
