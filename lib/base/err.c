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
    const char *hint; /* what to try when nothing better is known */
} codes[] = {
    { RPA_OK, "OK", 0, "" },
    { RPA_EINVAL, "EINVAL", 4,
      "mend what is named here, and run it again" },
    { RPA_ESYNTAX, "ESYNTAX", 4,
      "mend that line, and run it again" },
    { RPA_EEXIST, "EEXIST", 4,
      "wait until the other one has ended" },
    { RPA_EBOT, "EBOT", 1,
      "look at that line; rpa audit show tells what was done before" },
    { RPA_EPERM, "EPERM", 5,
      "have the manifest or the permission reviewed" },
    { RPA_ESECRET, "ESECRET", 5,
      "see to which field or address the manifest binds the secret" },
    { RPA_EDISPLAY, "EDISPLAY", 8,
      "see that the display runs" },
    { RPA_EENV, "EENV", 8,
      "see that the program is installed and starts by hand" },
    { RPA_EWINDOW, "EWINDOW", 1,
      "have the bot print rpa.windows(), to see which there are" },
    { RPA_EFOCUS, "EFOCUS", 1,
      "leave the keyboard and pointer of that display alone" },
    { RPA_ELABEL, "ELABEL", 1,
      "write the label as it stands on the screen, without its dots" },
    { RPA_EREPERTOIRE, "EREPERTOIRE", 1,
      "reject the item, or have a fold reviewed for the screen map" },
    { RPA_EWIDTH, "EWIDTH", 1,
      "reject the item, or split the text" },
    { RPA_EREADBACK, "EREADBACK", 1,
      "see what the target makes of this field by hand" },
    { RPA_EUNREADABLE, "EUNREADABLE", 1,
      "uncover the window, or give the application another font" },
    { RPA_ESCREEN, "ESCREEN", 1,
      "wait for the screen first, or look at it: rpa screen" },
    { RPA_EUNPROVED, "EUNPROVED", 1,
      "set the field with :set(), which reads it back" },
    { RPA_EDIALOG, "EDIALOG", 1,
      "deal with it: rpa.on_dialog()" },
    { RPA_ETIMEOUT, "ETIMEOUT", 1,
      "see why it did not come, or allow it more time" },
    { RPA_EEXPIRED, "EEXPIRED", 1,
      "run it again: nothing was pressed" },
    { RPA_EGONE, "EGONE", 1,
      "see why the other side ended, and run it again" },
    { RPA_EPROTO, "EPROTO", 1,
      "see that both sides are of one version" },
    { RPA_EHTTP, "EHTTP", 1,
      "see whether the service answers by hand" },
    { RPA_EXML, "EXML", 1,
      "have the sender's document checked" },
    { RPA_ENOTFOUND, "ENOTFOUND", 4,
      "see that the name is right" },
    { RPA_EDOUBT, "EDOUBT", 9,
      "look in the target whether it was filed; a person decides" },
    { RPA_EREJECT, "EREJECT", 3,
      "a person deals with the rejected item" },
    { RPA_ESTOP, "ESTOP", 7,
      "run it again to go on" },
    { RPA_EAUDIT, "EAUDIT", 8,
      "see that the store's disk is sound and has room" },
    { RPA_ETAMPER, "ETAMPER", 1,
      "leave the store as it is, and tell who looks after it" },
    { RPA_EIO, "EIO", 8,
      "see that the path is right, and the disk sound and not full" },
    { RPA_ENOMEM, "ENOMEM", 8,
      "end what else runs, or give it more memory" },
    { RPA_EBUG, "EBUG", 70,
      "report it with the lines above: this is a fault of ours" },
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

const char *rpa_err_hint_of(const struct rpa_err *err)
{
    for (size_t i = 0; !*err->hint && i < COUNT(codes); i++)
        if (codes[i].code == err->code)
            return codes[i].hint;
    return err->hint;
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

int rpa_err_place(struct rpa_err *err, const char *where)
{
    char msg[sizeof err->msg];
    size_t n = strlen(where), room = sizeof msg - 5;
    const char *what = err->msg;
    if (n && !strncmp(what, where, n) && what[n] == ':')
        what += n + 1 + (what[n + 1] == ' ');
    room = n && n < room ? room - n : 0; /* the place is never cut */
    size_t len = strlen(what);
    len = room && len > room ? rpa_utf8_cut(what, room) : len;
    snprintf(msg, sizeof msg, room ? "%.*s  (%s)" : "%.*s", (int)len, what,
             where);
    memcpy(err->msg, msg, sizeof msg);
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
