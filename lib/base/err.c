#include "rpa/base/err.h"
#include "rpa/base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum rpa_code code;
    const char *name;
    int exit;
} codes[] = {
    { RPA_OK, "OK", 0 },
    { RPA_EINVAL, "EINVAL", 4 },
    { RPA_ESYNTAX, "ESYNTAX", 4 },
    { RPA_EEXIST, "EEXIST", 4 },
    { RPA_EBOT, "EBOT", 1 },
    { RPA_EPERM, "EPERM", 5 },
    { RPA_ESECRET, "ESECRET", 5 },
    { RPA_EDISPLAY, "EDISPLAY", 8 },
    { RPA_EENV, "EENV", 8 },
    { RPA_EWINDOW, "EWINDOW", 1 },
    { RPA_EFOCUS, "EFOCUS", 1 },
    { RPA_ELABEL, "ELABEL", 1 },
    { RPA_EREPERTOIRE, "EREPERTOIRE", 1 },
    { RPA_EWIDTH, "EWIDTH", 1 },
    { RPA_EREADBACK, "EREADBACK", 1 },
    { RPA_EUNREADABLE, "EUNREADABLE", 1 },
    { RPA_ESCREEN, "ESCREEN", 1 },
    { RPA_EUNPROVED, "EUNPROVED", 1 },
    { RPA_ETIMEOUT, "ETIMEOUT", 1 },
    { RPA_EEXPIRED, "EEXPIRED", 1 },
    { RPA_EGONE, "EGONE", 1 },
    { RPA_EPROTO, "EPROTO", 1 },
    { RPA_EHTTP, "EHTTP", 1 },
    { RPA_EXML, "EXML", 1 },
    { RPA_ENOTFOUND, "ENOTFOUND", 1 },
    { RPA_EDOUBT, "EDOUBT", 9 },
    { RPA_EREJECT, "EREJECT", 3 },
    { RPA_ESTOP, "ESTOP", 7 },
    { RPA_EAUDIT, "EAUDIT", 8 },
    { RPA_ETAMPER, "ETAMPER", 1 },
    { RPA_EIO, "EIO", 8 },
    { RPA_ENOMEM, "ENOMEM", 8 },
    { RPA_EBUG, "EBUG", 70 },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *rpa_code_name(enum rpa_code code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].name;
    return "E?";
}

enum rpa_code rpa_code_from_name(const char *name)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (!strcmp(codes[i].name, name))
            return codes[i].code;
    return RPA_EBUG;
}

int rpa_code_exit(enum rpa_code code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].exit;
    return 70;
}

/* vsnprintf that never leaves half a character at the end */
static void put(char *to, size_t size, const char *fmt, va_list ap)
{
    int n = vsnprintf(to, size, fmt, ap);
    if (n < 0)
        to[0] = '\0';
    else if ((size_t)n >= size)
        to[rpa_utf8_cut(to, size - 1)] = '\0';
}

int rpa_err_set(struct rpa_err *err, enum rpa_code code, int native,
                const char *where, const char *fmt, ...)
{
    if (!err)
        return -(int)code;
    va_list ap;
    va_start(ap, fmt);
    *err = (struct rpa_err){ .code = code, .native = native, .where = where };
    put(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    return -(int)code;
}

int rpa_err_set_errno(struct rpa_err *err, enum rpa_code code,
                      const char *where, const char *fmt, ...)
{
    int saved = errno;
    if (!err)
        return -(int)code;
    char said[sizeof err->msg];
    va_list ap;
    va_start(ap, fmt);
    put(said, sizeof said, fmt, ap);
    va_end(ap);
    return rpa_err_set(err, code, saved, where, "%s: %s", said,
                       strerror(saved));
}

int rpa_err_seen(struct rpa_err *err, const char *fmt, ...)
{
    if (!err)
        return -RPA_EBUG;
    va_list ap;
    va_start(ap, fmt);
    put(err->seen, sizeof err->seen, fmt, ap);
    va_end(ap);
    return -(int)err->code;
}

int rpa_err_hint(struct rpa_err *err, const char *fmt, ...)
{
    if (!err)
        return -RPA_EBUG;
    va_list ap;
    va_start(ap, fmt);
    put(err->hint, sizeof err->hint, fmt, ap);
    va_end(ap);
    return -(int)err->code;
}

int rpa_err_context(struct rpa_err *err, const char *fmt, ...)
{
    if (!err)
        return -RPA_EBUG;
    char before[sizeof err->msg], was[sizeof err->msg];
    va_list ap;
    va_start(ap, fmt);
    put(before, sizeof before, fmt, ap);
    va_end(ap);
    memcpy(was, err->msg, sizeof was);
    int n = snprintf(err->msg, sizeof err->msg, "%s: %s", before, was);
    if (n >= (int)sizeof err->msg)
        err->msg[rpa_utf8_cut(err->msg, sizeof err->msg - 1)] = '\0';
    return -(int)err->code;
}
