/* A run opened without memory: it is open, or its caller is told. */
#include "../oom.h"
#include "seed.h"

static int open_run(size_t i, struct rpa_buf *out, struct rpa_err *e)
{
    int64_t run = -1;
    (void)i;
    (void)out;
    tmp_empty();
    struct rpa_audit *audit = must_open();
    oom.on = true;
    int r = rpa_audit_run_open(audit, &some_run, &run, e);
    oom.on = false;
    rpa_audit_close(audit);
    if (r == -RPA_EAUDIT) /* no memory for the row: told, and fail-stop */
        r = -(int)(e->code = RPA_ENOMEM);
    return r;
}

int main(void)
{
    tmp_begin();
    oom_walk("a run with its purpose", open_run, 0, 0);
    return tap_done();
}
