/* rpa queue import: the queue of a machine that is dead, from its state directory. */
#include "rpa/config/people.h"
#include "rpa/cmd/queue_show.h"
#include "rpa/supervisor/desk.h"
#include "rpa/supervisor/supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct importing {
    struct asked *asked;
    struct rpa_queues *from, *to;
    struct rpa_audit *audit;
    struct rpa_buf items; /* int64_t: what they are here */
    int64_t n, doubts;
    struct rpa_err err;
};

/* the parts of an item's content, to be freed in any case */
struct parts {
    char *reference, *payload, *result;
    size_t len, payload_len;
};

static int open_parts(struct rpa_queues *from, int64_t item, struct parts *p,
                      struct rpa_err *err)
{
    int r = rpa_work_content(from, item, RPA_WORK_REFERENCE, &p->reference,
                             &p->len, err);
    if (r == 0)
        r = rpa_work_content(from, item, RPA_WORK_PAYLOAD, &p->payload,
                             &p->payload_len, err);
    return r == 0 ? rpa_work_content(from, item, RPA_WORK_RESULT, &p->result,
                                     &p->len, err)
                  : r;
}

static int bring(struct importing *i, const struct rpa_work_info *info,
                 const struct parts *p, bool doubt, struct rpa_err *err)
{
    const char *queue = i->asked->args[0];
    int64_t item;
    struct rpa_work_new work = {
        .reference = p->reference, .payload = p->payload,
        .payload_len = p->payload_len, .priority = info->priority,
        .deadline_us = info->deadline_us,
        .not_before_us = info->state == RPA_WORK_DEFERRED ? info->due_us : 0,
    };
    int r = 0;
    if (info->rerun_of) /* came before it, and is the newest of that reference */
        r = rpa_work_find(i->to, queue, p->reference, &work.rerun_of, err);
    if (r == 0)
        r = rpa_work_bring(i->to, queue, &work, info->state, doubt, p->result,
                           i->asked->who, rpa_now_us(), &item, err);
    if (r == 0)
        rpa_buf_add(&i->items, &item, sizeof item);
    return r;
}

static int import_item(void *data, const struct rpa_work_info *info)
{
    struct importing *i = data;
    struct parts p = { 0 };
    bool doubt = info->state == RPA_WORK_DOUBT ||
                 (info->state == RPA_WORK_LEASED && info->marked);
    int r = open_parts(i->from, info->item, &p, &i->err);
    if (r == 0)
        r = bring(i, info, &p, doubt, &i->err);
    i->n++;
    i->doubts += doubt;
    free(p.reference);
    free(p.payload);
    free(p.result);
    return r < 0;
}

/* a row for some of them at a time */
static int rows(struct importing *i, struct rpa_err *err)
{
    struct desk_note note = { 0 };
    const struct desk_row row = {
        .verb = "import", .queue = i->asked->args[0], .is = RPA_S62_COLLECTION,
        .actor = i->asked->who.name, .uid = people_login(getpid(), getuid()),
        .why = i->asked->args[1], .note = &note,
    };
    const int64_t *items = (const void *)i->items.data;
    size_t n = i->items.len / sizeof *items;
    int r = i->items.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for items")
                            : 0;
    for (size_t k = 0; r == 0 && k < n; k++) {
        r = desk_note(&note, i->to, items[k], err);
        if (r == 0 && (note.n == DESK_PIECE || k + 1 == n)) {
            r = desk_row(i->audit, &row, err);
            rpa_buf_clear(&note.items);
            note.n = 0;
        }
    }
    rpa_buf_clear(&note.items);
    return r == 0 ? rpa_audit_commit(i->audit, err) : r;
}

static int import(struct importing *i, struct rpa_err *err)
{
    struct asked *a = i->asked;
    int r = rpa_queues_open_ro(a->args[1], &i->from, err);
    if (r == 0)
        r = rpa_audit_open(a->state_dir, &i->audit, err);
    if (r == 0)
        r = rpa_queues_open(a->state_dir, &i->to, err);
    if (r == 0)
        r = rpa_queues_begin(i->to, err);
    if (r == 0)
        r = rpa_work_each(i->from, a->args[0], 0, import_item, i, err);
    if (r == 0 && i->err.code) {
        *err = i->err;
        r = -(int)err->code;
        if (r == -RPA_EEXIST)
            rpa_err_hint(err, "nothing was imported: a queue has each reference "
                              "once; import into another state directory");
    }
    if (r == 0)
        r = rows(i, err);
    return r == 0 ? rpa_queues_commit(i->to, err) : r;
}

int queue_import(struct asked *a)
{
    struct importing i = { .asked = a };
    struct rpa_err err;
    int r = import(&i, &err);
    rpa_buf_clear(&i.items);
    rpa_queues_close(i.from);
    rpa_queues_close(i.to); /* what is not committed is gone */
    rpa_audit_close(i.audit);
    if (r < 0)
        return queue_fail(&err);
    printf("%lld items imported, %lld of them in doubt; never run the old state "
           "directory again\n",
           (long long)i.n, (long long)i.doubts);
    return 0;
}
