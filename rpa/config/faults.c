#include "rpa/config/faults.h"

#include <stdarg.h>

void rpa_fault(struct rpa_faults *f, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    rpa_buf_puts(&f->text, "; ");
    rpa_buf_vprintf(&f->text, fmt, ap);
    va_end(ap);
    f->n++;
}

int rpa_faults_end(struct rpa_faults *f, enum rpa_code code, const char *many,
                   struct rpa_err *err)
{
    int r = 0;
    if (f->text.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for what is wrong");
    else if (f->n == 1)
        r = rpa_fail(err, code, "%s", f->text.data + 2);
    else if (f->n) {
        rpa_fail(err, code, "%s", many);
        r = rpa_err_seen(err, "%s", f->text.data + 2);
    }
    rpa_buf_clear(&f->text);
    *f = (struct rpa_faults){ 0 };
    return r;
}
