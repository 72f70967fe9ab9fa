#include "rpa/config/purpose.h"
#include "rpa/base/utf8.h"
#include "rpa/config/file.h"
#include "rpa/ipc/msg.h"

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

static const char **text_of(struct rpa_audit_purpose *block, size_t key)
{
    return (const char **)((char *)block + keys[key].offset);
}

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
        else if (!rpa_utf8_says(value, strlen(value)))
            rpa_buf_printf(bad, "; %s wants letters or digits", pair);
        *text_of(block, i) = value;
        return;
    }
    rpa_buf_printf(bad, "; there is no '%s'", pair);
}

/* @text, which is taken: pairs, with @between them */
static int take_pairs(char *text, const char *between, struct rpa_purpose *ret,
                      struct rpa_err *err)
{
    struct rpa_purpose p = { .block = { .reason = -1 }, .text = text };
    struct rpa_buf bad = { 0 };
    char *pair;
    int r = 0;
    while ((pair = strsep(&text, between)))
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

int rpa_purpose_read(const char *arg, struct rpa_purpose *ret,
                     struct rpa_err *err)
{
    bool file = !strchr(arg, '=');
    char *text = NULL;
    size_t len;
    int r = 0;
    if (file)
        r = rpa_read_text(arg, 65536, &text, &len, err);
    else if (!(text = strdup(arg)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    return r < 0 ? r : take_pairs(text, file ? "\n" : ",", ret, err);
}

int rpa_purpose_over(const cbor_item_t *args,
                     const struct rpa_audit_purpose *base,
                     struct rpa_purpose *ret, struct rpa_err *err)
{
    struct rpa_audit_purpose from = *base;
    struct rpa_buf text = { 0 };
    int64_t reason = base->reason;
    rpa_msg_int(args, "reason", &reason);
    if (reason >= 0)
        rpa_buf_printf(&text, "reason=%lld\n", (long long)reason);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t len = 0;
        const char *value = rpa_msg_str(args, keys[i].key, &len);
        if (value && (memchr(value, '\n', len) || memchr(value, '\0', len))) {
            rpa_buf_clear(&text);
            return rpa_fail(err, RPA_EINVAL, "purpose: %s wants one line",
                            keys[i].key);
        }
        if (!value && (value = *text_of(&from, i)))
            len = strlen(value);
        if (value)
            rpa_buf_printf(&text, "%s=%.*s\n", keys[i].key, (int)len, value);
    }
    char *whole = rpa_buf_take(&text);
    return whole ? take_pairs(whole, "\n", ret, err)
                 : rpa_fail(err, RPA_ENOMEM, "no memory");
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
