#include "priv.h"

#include "rpa/ipc/cbor.h"

#include <cbor.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* compact, keys in order: the same facts give the same bytes */
static char *dump(json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

static char *open_json(const struct rpa_audit_run *run,
                       const uint8_t commitment[static 32])
{
    char uuid[33], bot[65], runtime[65], key[65];
    hex_put(run->uuid, 16, uuid);
    hex_put(run->bot_sha256, 32, bot);
    hex_put(run->runtime_sha256, 32, runtime);
    hex_put(commitment, 32, key);
    return dump(json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I}", "uuid", uuid, "bot",
        run->bot, "bot_sha256", bot, "runtime_sha256", runtime, "actor",
        run->operator_name, "host", run->host, "target", run->target, "mode",
        run->mode, "key", key, "uid", (json_int_t)run->uid, "reason",
        (json_int_t)run->purpose.reason));
}

/* the purpose texts as a CBOR map; NULL and 0 if there are none */
static int purpose_cbor(const struct rpa_audit_purpose *p,
                        unsigned char **ret_bytes, size_t *ret_len,
                        struct rpa_err *err)
{
    const struct {
        const char *name, *text;
    } all[] = {
        { "on_behalf", p->on_behalf },   { "justification", p->justification },
        { "originator", p->originator }, { "location", p->location },
        { "reference", p->reference },   { "correlation", p->correlation },
    };
    *ret_bytes = NULL;
    *ret_len = 0;
    cbor_item_t *map = cbor_new_indefinite_map();
    bool good = map != NULL;
    for (size_t i = 0; good && i < sizeof all / sizeof *all; i++)
        if (all[i].text)
            good = rpa_cbor_put(map, all[i].name, strlen(all[i].name),
                                cbor_build_stringn(all[i].text,
                                                   strlen(all[i].text)));
    size_t room;
    if (good && cbor_map_size(map))
        *ret_len = cbor_serialize_alloc(map, ret_bytes, &room);
    good = good && (*ret_len || !cbor_map_size(map));
    if (map)
        cbor_decref(&map);
    return good ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for the purpose");
}

int rpa_audit_run_open(struct rpa_audit *audit, const struct rpa_audit_run *run,
                       int64_t *ret_run, struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    if (audit->book.next_run && reserve_ask(&audit->reserve, err) < 0)
        return -RPA_EAUDIT; /* but for the supervisor's own run */
    uint8_t commitment[32] = { 0 };
    unsigned char *body = NULL;
    size_t body_len = 0;
    char *plain = open_json(run, commitment); /* are the texts UTF-8? */
    if (!plain)
        return rpa_fail(err, RPA_EINVAL, "a run's texts are UTF-8, all given");
    free(plain);
    int r = purpose_cbor(&run->purpose, &body, &body_len, err);
    if (r < 0)
        return r;
    struct row row = { .run = audit->book.next_run, .kind = RPA_AUDIT_RUN_OPEN };
    audit->keys_waiting = true;
    r = rpa_keyring_make(audit->keys, row.run, 0, NULL, commitment, err);
    if (r == 0) {
        plain = open_json(run, commitment);
        r = audit_put(audit, &row, plain ? plain : "", body, body_len, NULL,
                      err);
        free(plain);
    } else {
        r = audit_stop(audit, err);
    }
    free(body);
    if (r == 0)
        *ret_run = row.run;
    return r;
}

int rpa_audit_purpose(struct rpa_audit *audit, int64_t run, int64_t grp,
                      const struct rpa_audit_purpose *purpose,
                      int64_t *ret_seq, struct rpa_err *err)
{
    int r = audit_ready(audit, run, err);
    if (r < 0)
        return r;
    if (grp < 0 || grp > book_run(&audit->book, run)->grps)
        return rpa_fail(err, RPA_EINVAL, "no such group");
    if (reserve_ask(&audit->reserve, err) < 0)
        return -RPA_EAUDIT;
    unsigned char *body;
    size_t len;
    struct row row = { .run = run, .grp = grp, .kind = RPA_AUDIT_PURPOSE };
    char *plain = dump(json_pack("{s:i}", "reason", purpose->reason));
    r = plain ? purpose_cbor(purpose, &body, &len, err)
              : rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (r == 0) {
        r = audit_put(audit, &row, plain, body, len, ret_seq, err);
        free(body);
    }
    free(plain);
    return r;
}

static int end(struct rpa_audit *audit, int64_t run, int kind, json_t *json,
               struct rpa_err *err)
{
    char *plain = dump(json);
    int r = audit_ready(audit, run, err);
    if (r == 0 && (!plain || run == 0))
        r = rpa_fail(err, RPA_EINVAL, "run %lld cannot be ended so",
                     (long long)run);
    struct row row = { .run = run, .kind = kind };
    if (r == 0)
        r = audit_put(audit, &row, plain, NULL, 0, NULL, err);
    free(plain);
    if (r == 0)
        audit->signer.due = true;
    return r;
}

int rpa_audit_run_close(struct rpa_audit *audit, int64_t run, int outcome,
                        struct rpa_err *err)
{
    return end(audit, run, RPA_AUDIT_RUN_CLOSE,
               json_pack("{s:i}", "outcome", outcome), err);
}

int rpa_audit_run_abort(struct rpa_audit *audit, int64_t run, const char *why,
                        struct rpa_err *err)
{
    return end(audit, run, RPA_AUDIT_RUN_ABORT, json_pack("{s:s}", "why", why),
               err);
}

int64_t rpa_audit_run_rows(struct rpa_audit *audit, int64_t run)
{
    const struct run_state *rs = book_run(&audit->book, run);
    return rs ? rs->rseq : 0;
}

int audit_first_run(struct rpa_audit *audit, struct rpa_err *err)
{
    struct utsname host;
    if (uname(&host) < 0)
        return rpa_fail_errno(err, RPA_EIO, "the machine has no name");
    static const uint8_t none[32];
    const struct rpa_audit_run run = {
        .bot = "", .bot_sha256 = none, .runtime_sha256 = none,
        .operator_name = "supervisor", .uid = (uint32_t)geteuid(),
        .host = host.nodename, .target = "", .mode = "",
        .purpose = { .reason = -1 },
    };
    int64_t id;
    return rpa_audit_run_open(audit, &run, &id, err);
}

int rpa_audit_group(struct rpa_audit *audit, int64_t run,
                    const char *subject_ref, int64_t *ret_grp,
                    struct rpa_err *err)
{
    int r = audit_ready(audit, run, err);
    if (r < 0)
        return r;
    r = rpa_keyring_find(audit->keys, run, subject_ref, ret_grp, NULL);
    int64_t grps = book_run(&audit->book, run)->grps;
    if (r == 0 && *ret_grp <= grps)
        return 0;
    if (r < 0 && r != -RPA_ENOTFOUND)
        return audit_stop(audit, err);
    uint8_t commitment[32];
    char key[65];
    struct row row = { .run = run, .grp = grps + 1,
                       .kind = RPA_AUDIT_GROUP_OPEN };
    audit->keys_waiting = true;
    if (rpa_keyring_make(audit->keys, run, row.grp, subject_ref, commitment, err) <
        0)
        return audit_stop(audit, err);
    hex_put(commitment, 32, key);
    char *plain = dump(json_pack("{s:s}", "key", key));
    r = audit_put(audit, &row, plain ? plain : "", NULL, 0, NULL, err);
    free(plain);
    if (r == 0)
        *ret_grp = row.grp;
    return r;
}

int rpa_audit_schedule(struct rpa_audit *audit, const char *says,
                       struct rpa_err *err)
{
    struct row row = { .run = 0, .kind = RPA_AUDIT_SCHEDULE };
    return audit->failed ? audit_stop(audit, err)
                         : audit_put(audit, &row, says, NULL, 0, NULL, err);
}

int rpa_audit_review(struct rpa_audit *audit, const struct rpa_audit_review *row,
                     int64_t *ret_seq, struct rpa_err *err)
{
    struct row out = { .run = row->run, .grp = row->grp,
                       .kind = RPA_AUDIT_REVIEW, .verb = row->verb };
    int r = audit_ready(audit, row->run, err);
    if (r == 0)
        r = reserve_ask(&audit->reserve, err);
    return r == 0 ? audit_put(audit, &out, row->says, row->body, row->body_len,
                              ret_seq, err)
                  : r;
}

/* ---- what people read and change, as rows of run 0 ---- */

static int put_done(struct rpa_audit *audit, enum rpa_audit_kind kind,
                    const struct rpa_audit_reading *reading,
                    struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    if (reserve_ask(&audit->reserve, err) < 0) { /* refused, and no run ends */
        if (err)
            err->code = RPA_EIO;
        return -RPA_EIO;
    }
    json_t *json = json_pack("{s:s,s:I,s:I,s:s}", "actor", reading->actor, "run",
                             (json_int_t)reading->run, "uid",
                             (json_int_t)reading->uid, "what", reading->what);
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    if (!plain)
        return rpa_fail(err, RPA_EINVAL, "a name is UTF-8");
    struct row row = { .run = 0, .kind = kind, .verb = reading->verb };
    int r = audit_put(audit, &row, plain, reading->purpose, reading->purpose_len,
                      NULL, err);
    free(plain);
    return r;
}

int rpa_audit_query(struct rpa_audit *audit,
                    const struct rpa_audit_reading *reading,
                    struct rpa_err *err)
{
    return put_done(audit, RPA_AUDIT_AUDIT_QUERY, reading, err);
}

int rpa_audit_changed(struct rpa_audit *audit,
                      const struct rpa_audit_reading *did, struct rpa_err *err)
{
    return put_done(audit, RPA_AUDIT_S62, did, err);
}
