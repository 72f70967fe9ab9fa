/* What was proposed, by the audit: who decides and what is applied is judged by
 * that, since queue.db is a file that somebody may have altered. */
#include "rpa/supervisor/proposal.h"
#include "rpa/base/utf8.h"
#include "rpa/config/json_get.h"

#include <jansson.h>
#include <string.h>

static bool is(const json_t *says, const char *key, const char *text)
{
    const char *value = json_string_value(json_object_get(says, key));
    return value && !strcmp(value, text);
}

static void copy(const json_t *says, const char *key, char *to, size_t size)
{
    rpa_str_copy(to, size, json_text(says, key));
}

/* does the row tell of this review, as it stands? */
static bool tells(const json_t *says, const struct rpa_review_info *info)
{
    return is(says, "event", "proposed") &&
           json_integer_value(json_object_get(says, "review")) == info->id &&
           is(says, "kind", rpa_review_kind_name(info->kind)) &&
           is(says, "about", info->about) && is(says, "system", info->system) &&
           is(says, "target", info->target);
}

/* Whoever can write queue.db can call one such: it is not believed. */
static int is_before(const struct rpa_review_info *info, struct rpa_err *err)
{
    rpa_fail(err, RPA_EPERM, "review %lld is from before reviews kept their row of "
                             "the audit: who proposed it is not provable",
             (long long)info->id);
    return rpa_err_hint(err, "run its bot again: what it still proposes gets its "
                             "row, and is decided then%s",
                        info->state == RPA_REVIEW_APPROVED &&
                                info->kind == RPA_REVIEW_CHANGE
                            ? "; but first refuse the change, with --correct"
                            : "");
}

int proposal_of(struct rpa_audit *audit, struct rpa_queues *queues,
                const struct rpa_review_info *info, struct proposal *ret,
                struct rpa_err *err)
{
    struct rpa_buf text = { 0 }, body = { 0 }, content = { 0 };
    json_t *says = NULL;
    if (!info->row)
        return is_before(info, err);
    int r = rpa_review_content(queues, info->id, &content, err);
    if (r == 0) {
        r = rpa_audit_said(audit, info->row, &text, &body, err);
        says = r == 0 ? json_loadb(text.data, text.len, 0, NULL) : NULL;
        if (r == -RPA_ENOTFOUND)
            r = 0; /* told below */
    }
    if (r == 0 && (!tells(says, info) || !body.len || body.len != content.len ||
                   memcmp(body.data, content.data, body.len) != 0))
        r = rpa_fail(err, RPA_ETAMPER, "queue.db was changed: the audit does not "
                                       "have review %lld as it stands there",
                     (long long)info->id);
    if (r == 0) {
        copy(says, "actor", ret->by, sizeof ret->by);
        copy(says, "target", ret->target, sizeof ret->target);
        copy(says, "mode", ret->mode, sizeof ret->mode);
        ret->by_uid = (uint32_t)json_integer_value(json_object_get(says, "uid"));
    }
    json_decref(says);
    rpa_buf_clear(&text);
    rpa_buf_clear(&body);
    rpa_buf_clear(&content);
    return r;
}
