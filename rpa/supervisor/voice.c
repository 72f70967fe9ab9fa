#include "rpa/supervisor/voice.h"
#include "rpa/supervisor/supervisor.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRINT_US 500000 /* for whoever reads what a bot prints */

/* ---- printing ---- */

/* Nobody may hold up the supervisor by not reading. */
static int write_out(const char *data, size_t len, struct rpa_err *err)
{
    int64_t deadline_us = rpa_mono_us() + PRINT_US;
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    while (len > 0) {
        if (poll(&out, 1, rpa_left_ms(deadline_us)) <= 0)
            return rpa_fail(err, RPA_EIO, "nobody reads standard output");
        /* a pipe that polls writable takes this much without waiting */
        ssize_t n = write(STDOUT_FILENO, data, len < PIPE_BUF ? len : PIPE_BUF);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return rpa_fail_errno(err, RPA_EIO, "writing to standard output");
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int print_progress(const cbor_item_t *msg)
{
    char *text = rpa_msg_dup(msg, "progress");
    if (text && *text)
        fprintf(stderr, "\r\033[K%s", text);
    else
        fputc('\n', stderr);
    free(text);
    return 0;
}

int voice_print(const cbor_item_t *msg, struct rpa_err *err)
{
    size_t len;
    int64_t level = RPA_LOG_INFO;
    struct rpa_err theirs;
    const char *out = rpa_msg_bytes(msg, "out", &len);
    if (out)
        return write_out(out, len, err);
    if (rpa_msg_get(msg, "progress"))
        return print_progress(msg);
    if (rpa_msg_get(msg, "err")) {
        rpa_msg_get_err(msg, &theirs);
        rpa_log_err(&theirs);
    }
    char *text = rpa_msg_dup(msg, "log");
    rpa_msg_int(msg, "level", &level);
    if (text)
        rpa_log((enum rpa_log_level)level, "%s", text);
    free(text);
    return 0;
}

/* ---- what a run says ---- */

static int say(const struct run *run, cbor_item_t *msg, struct rpa_err *err)
{
    const struct voice *voice = &run->options->voice;
    int r = voice->say ? voice->say(voice->data, msg, err)
                       : voice_print(msg, err);
    rpa_msg_free(&msg);
    return r;
}

/* a supervisor that stays has a log of its own */
static bool has_log(const struct run *run)
{
    return run->options->voice.say != NULL;
}

static void say_line(const struct run *run, enum rpa_log_level level,
                     const char *text)
{
    struct rpa_err ignored;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "log", text);
    rpa_msg_put_int(msg, "level", level);
    say(run, msg, &ignored);
}

/* into the log of a supervisor that stays as well, if @logged */
static void say_words(const struct run *run, enum rpa_log_level level,
                      bool logged, const char *fmt, va_list ap)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, ap) < 0)
        return;
    if (logged && has_log(run))
        rpa_log(level, "run %lld (%s): %s", (long long)run->id,
                run->options->bundle->name, text);
    say_line(run, level, text);
    free(text);
}

void run_log(const struct run *run, enum rpa_log_level level, const char *fmt,
             ...)
{
    va_list ap;
    va_start(ap, fmt);
    say_words(run, level, true, fmt, ap);
    va_end(ap);
}

void run_tell(const struct run *run, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say_words(run, RPA_LOG_INFO, false, fmt, ap);
    va_end(ap);
}

void run_log_err(const struct run *run, const struct rpa_err *err)
{
    struct rpa_err shown = *err, ignored;
    if (has_log(run)) {
        snprintf(shown.msg, sizeof shown.msg, "run %lld (%s): %.180s",
                 (long long)run->id, run->options->bundle->name, err->msg);
        rpa_log_err(&shown);
    }
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_err(msg, err);
    say(run, msg, &ignored);
}

void run_progress(const struct run *run, const char *text)
{
    struct rpa_err ignored;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "progress", text);
    say(run, msg, &ignored);
}

bool run_heard(struct run *run)
{
    if (run->options->voice.nobody && !run->unheard) {
        run->unheard = true;
        run_log(run, RPA_LOG_WARN, "what it prints is left out, as nobody "
                                   "reads it; rpa.log goes to this log");
    }
    return !run->options->voice.nobody;
}

int run_out(const struct run *run, const char *data, size_t len,
            struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_bytes(msg, "out", data, len);
    return say(run, msg, err);
}
