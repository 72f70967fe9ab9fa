#include "rpa/base/log.h"
#include "rpa/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *log_role = "";
static enum rpa_log_level log_most = RPA_LOG_INFO;

void rpa_log_init(const char *role, enum rpa_log_level most)
{
    log_role = role;
    log_most = most;
}

static void line(const char *text)
{
    struct rpa_buf out = { 0 };
    rpa_buf_puts(&out, log_role);
    if (*log_role)
        rpa_buf_puts(&out, ": ");
    rpa_buf_escape(&out, text, strlen(text));
    rpa_buf_putc(&out, '\n');
    if (!out.failed && write(STDERR_FILENO, out.data, out.len) < 0)
        log_most = RPA_LOG_ERROR; /* nobody listens: say less */
    rpa_buf_clear(&out);
}

void rpa_log(enum rpa_log_level level, const char *fmt, ...)
{
    if (level > log_most)
        return;
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) >= 0)
        line(text);
    va_end(ap);
    free(text);
}

void rpa_log_err(const struct rpa_err *err)
{
    char text[400];
    snprintf(text, sizeof text, "error RPA%d: %s", err->code, err->msg);
    line(text);
    if (*err->seen)
        line(err->seen);
    snprintf(text, sizeof text, "try: %s", rpa_err_hint_of(err));
    line(text);
}
