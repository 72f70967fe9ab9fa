/* The log: one line a message, escaped, on stderr. */
#include "rpa/base/log.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int memory, real;

static void begin(void)
{
    memory = memfd_create("log", MFD_CLOEXEC);
    real = dup(STDERR_FILENO);
    dup2(memory, STDERR_FILENO);
}

static const char *end(void)
{
    static char text[16384];
    dup2(real, STDERR_FILENO);
    close(real);
    ssize_t n = pread(memory, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    close(memory);
    return text;
}

static void long_line(void)
{
    char wide[8001];
    for (size_t i = 0; i + 1 < sizeof wide; i += 2)
        memcpy(wide + i, "\xc5\xb5", 2); /* ŵ */
    wide[8000] = '\0';
    begin();
    rpa_log(RPA_LOG_INFO, "%s", wide);
    const char *text = end();
    ok(strlen(text) == 8001 && !memcmp(text, wide, 8000),
       "a long line is whole");
}

int main(void)
{
    struct rpa_err err = { 0 };
    rpa_log_init("driver", RPA_LOG_WARN);
    begin();
    rpa_log(RPA_LOG_WARN, "%d of %s", 3, "ŵ");
    rpa_log(RPA_LOG_INFO, "not this");
    rpa_log(RPA_LOG_ERROR, "\033]0;x\007\nerror: forged");
    is_str(end(), "driver: 3 of ŵ\ndriver: \\x1b]0;x\\x07\\x0aerror: forged\n",
           "role, level, and nothing that drives a terminal");
    rpa_log_init("", RPA_LOG_DEBUG);
    begin();
    rpa_log(RPA_LOG_DEBUG, "%s", "");
    is_str(end(), "\n", "an empty line");
    rpa_fail(&err, RPA_EWINDOW, "no window '%s'", "C\nRS");
    begin();
    rpa_log_err(&err);
    is_str(end(),
           "error RPA210: no window 'C\\x0aRS'\ntry: have the bot print "
           "rpa.windows(), to see which there are\n",
           "an error, with the hint of its code");
    rpa_err_seen(&err, "waited 1 s");
    rpa_err_hint(&err, "open it");
    begin();
    rpa_log_err(&err);
    is_str(end(),
           "error RPA210: no window 'C\\x0aRS'\nwaited 1 s\ntry: open it\n",
           "in full");
    long_line();
    return tap_done();
}
