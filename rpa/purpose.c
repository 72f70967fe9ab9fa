#include "rpa/purpose.h"
#include "rpa/ipc/msg.h"
#include "rpa/base/utf8.h"
#include "rpa/eval.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    size_t offset;
    size_t least, most; /* characters */
} keys[] = {
#define KEY(name, least, most)                                                 \
    { #name, offsetof(struct rpa_audit_purpose, name), least, most }
    KEY(on_behalf, 3, 50),     KEY(justification, 3, 250),
    KEY(originator, 4, 53),    KEY(location, 4, 48),
    KEY(reference, 1, 100),    KEY(correlation, 1, 100),
};

static void take_reason(struct rpa_audit_purpose *block, const char *value,
                        struct rpa_buf *bad)
{
    char *end;
    long reason = strtol(value, &end, 10);
    if (*end || end == value || reason < 0 || reason > 10)
        rpa_buf_puts(bad, "; reason wants a code from 0 to 10");
    else
        block->reason = (int)reason;
}

static void take_pair(struct rpa_audit_purpose *block, char *pair,
                      struct rpa_buf *bad)
{
    char *value = strchr(pair, '=');
    if (!value) {
        rpa_buf_printf(bad, "; '%s' wants key=value", pair);
        return;
    }
    *value++ = '\0';
    if (!strcmp(pair, "reason")) {
        take_reason(block, value, bad);
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].key, pair) != 0)
            continue;
        size_t chars = rpa_utf8_count(value, strlen(value));
        if (!rpa_utf8_valid(value, strlen(value)) || chars < keys[i].least ||
            chars > keys[i].most)
            rpa_buf_printf(bad, "; %s wants %zu to %zu characters", pair,
                           keys[i].least, keys[i].most);
        *(const char **)((char *)block + keys[i].offset) = value;
        return;
    }
    rpa_buf_printf(bad, "; there is no '%s'", pair);
}

int rpa_purpose_read(const char *arg, struct rpa_purpose *ret,
                     struct rpa_err *err)
{
    struct rpa_purpose p = { .block = { .reason = -1 } };
    struct rpa_buf bad = { 0 };
    bool file = !strchr(arg, '=');
    size_t len;
    int r = 0;
    if (file)
        r = rpa_read_file(arg, 65536, &p.text, &len, err);
    else if (!(p.text = strdup(arg)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    if (r < 0)
        return r;
    char *rest = p.text, *pair;
    while ((pair = strsep(&rest, file ? "\n" : ",")))
        if (*pair && *pair != '#')
            take_pair(&p.block, pair, &bad);
    if (bad.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    else if (bad.len)
        r = rpa_fail(err, RPA_EINVAL, "purpose: %s", bad.data + 2);
    rpa_buf_clear(&bad);
    if (r < 0) {
        rpa_purpose_clear(&p);
        return r;
    }
    rpa_purpose_clear(ret);
    *ret = p;
    return 0;
}

void rpa_purpose_clear(struct rpa_purpose *purpose)
{
    free(purpose->text);
    purpose->text = NULL;
}

static void put_text(cbor_item_t *map, const char *key, const char *text)
{
    if (text)
        rpa_msg_put_str(map, key, text);
}

int rpa_purpose_pack(const struct rpa_audit_purpose *p, struct rpa_buf *out,
                     struct rpa_err *err)
{
    cbor_item_t *map = rpa_cbor_map();
    if (p->reason >= 0)
        rpa_msg_put_int(map, "reason", p->reason);
    put_text(map, "on_behalf", p->on_behalf);
    put_text(map, "justification", p->justification);
    put_text(map, "originator", p->originator);
    put_text(map, "location", p->location);
    put_text(map, "reference", p->reference);
    put_text(map, "correlation", p->correlation);
    int r = map && cbor_map_size(map) ? rpa_cbor_dump(map, out, err) : 0;
    rpa_msg_free(&map);
    return r;
}
