/* What a bot says in a review: parts of known shapes, of texts that can be shown. */
#include "rpa/supervisor/entry.h"
#include "rpa/ipc/msg.h"

#include <string.h>

static bool is_text(const cbor_item_t *item)
{
    size_t len;
    const char *text = rpa_cbor_text(item, &len);
    return text && !memchr(text, '\0', len);
}

static bool is_score(const cbor_item_t *item)
{
    double score = -1;
    int64_t whole;
    if (rpa_cbor_get_int(item, &whole))
        score = (double)whole;
    else
        rpa_cbor_get_double(item, &score);
    return score >= 0 && score <= 1; /* and NaN is neither */
}

static bool is_reasons(const cbor_item_t *item)
{
    size_t n;
    cbor_item_t **all = rpa_cbor_elements(item, &n);
    for (size_t i = 0; i < n; i++)
        if (!is_text(all[i]))
            return false;
    return n > 0;
}

/* label = text */
static bool is_fields(const cbor_item_t *item)
{
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    for (size_t i = 0; i < n; i++)
        if (!is_text(pairs[i].key) || !is_text(pairs[i].value))
            return false;
    return n > 0;
}

/* field = { asked =, seen = } */
static bool is_compared(const cbor_item_t *item)
{
    size_t n, said;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    for (size_t i = 0; i < n; i++) {
        const cbor_item_t *one = pairs[i].value;
        size_t known = (rpa_msg_get(one, "asked") != NULL) +
                       (rpa_msg_get(one, "seen") != NULL);
        rpa_cbor_pairs(one, &said);
        if (!is_text(pairs[i].key) || !is_fields(one) || said != known)
            return false;
    }
    return n > 0;
}

static const struct part {
    const char *name;
    bool (*fits)(const cbor_item_t *item);
    const char *shape;
} parts[] = {
    { "agree", is_compared, "a table: field = { asked = text, seen = text }" },
    { "disagree", is_compared, "a table: field = { asked = text, seen = text }" },
    { "score", is_score, "a number from 0 to 1" },
    { "reasons", is_reasons, "a list of texts" },
    { "record", is_fields, "a table: label = text" },
    { "before", is_fields, "a table: label = text" },
    { "after", is_fields, "a table: label = text" },
};

int entry_check(const cbor_item_t *entry, struct rpa_err *err)
{
    size_t n, known = 0;
    rpa_cbor_pairs(entry, &n);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const cbor_item_t *said = rpa_msg_get(entry, parts[i].name);
        if (said && !parts[i].fits(said))
            return rpa_fail(err, RPA_EINVAL, "'%s' of a review is %s",
                            parts[i].name, parts[i].shape);
        known += said != NULL;
    }
    if (n && known == n)
        return 0;
    rpa_fail(err, RPA_EINVAL, n ? "a review says something that nobody would be "
                                  "shown"
                                : "a review says nothing");
    return rpa_err_hint(err, "it has agree, disagree, score, reasons, record, "
                             "before and after");
}

int entry_texts(const cbor_item_t *map)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    bool good = true;
    for (size_t i = 0; good && i < n; i++)
        good = rpa_cbor_text(pairs[i].key, &len) && len &&
               rpa_cbor_text(pairs[i].value, &len);
    return good ? (int)n : -1;
}
