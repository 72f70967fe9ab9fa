/* rpa queue import: the queue of a machine that is dead, from its state directory. */
#include "rpa/queue_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct importing {
    struct asked *asked;
    struct rpa_queues *from, *to;
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

static int import_item(void *data, const struct rpa_work_info *info)
{
    struct importing *i = data;
    struct parts p = { 0 };
    bool doubt = info->state == RPA_WORK_DOUBT ||
                 (info->state == RPA_WORK_LEASED && info->marked);
    enum rpa_work_state state = info->state;
    struct rpa_work_new work = {
        .priority = info->priority, .deadline_us = info->deadline_us,
        .not_before_us = state == RPA_WORK_DEFERRED ? info->due_us : 0,
    };
    int r = open_parts(i->from, info->item, &p, &i->err);
    if (r == 0) {
        work.reference = p.reference;
        work.payload = p.payload;
        work.payload_len = p.payload_len;
        r = rpa_work_bring(i->to, i->asked->args[0], &work, state, doubt,
                           p.result, i->asked->who, rpa_now_us(), &i->err);
    }
    i->n++;
    i->doubts += doubt;
    free(p.reference);
    free(p.payload);
    free(p.result);
    return r < 0;
}

int queue_import(struct asked *a)
{
    struct importing i = { .asked = a };
    struct rpa_err err;
    int r = rpa_queues_open_ro(a->args[1], &i.from, &err);
    if (r == 0)
        r = rpa_queues_open(a->state_dir, &i.to, &err);
    if (r == 0)
        r = rpa_queues_begin(i.to, &err);
    if (r == 0)
        r = rpa_work_each(i.from, a->args[0], 0, import_item, &i, &err);
    if (r == 0 && i.err.code) {
        err = i.err;
        r = -(int)err.code;
    }
    if (r == 0)
        r = rpa_queues_commit(i.to, &err);
    rpa_queues_close(i.from);
    rpa_queues_close(i.to); /* what is not committed is gone */
    if (r < 0)
        return queue_fail(&err);
    printf("%lld items imported, %lld of them in doubt; never run the old state "
           "directory again\n",
           (long long)i.n, (long long)i.doubts);
    return 0;
}
