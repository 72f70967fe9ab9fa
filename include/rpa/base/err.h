#ifndef RPA_BASE_ERR_H
#define RPA_BASE_ERR_H

#include <stdint.h>

/**
 * Failures: one code, one sentence, what was seen, what to try.
 *
 * Every function that can fail returns 0 or -RPA_E…, takes a
 * `struct rpa_err *err` last and fills it on failure only. The struct owns no
 * heap, so it may be dropped at any time, also by a longjmp.
 */

/** What went wrong, named for what to do next. Numbers are for people (RPA210)
 * and stay as they are for ever. */
enum rpa_code {
    RPA_OK = 0,
    /* the caller, the bot or the configuration must be mended: exit 4 */
    RPA_EINVAL = 100,  /* a bad argument, option, manifest or file */
    RPA_ESYNTAX = 101, /* Lua or configuration that does not parse */
    RPA_EEXIST = 102,  /* it is there already; another one holds it */
    /* the bot failed: exit 1 */
    RPA_EBOT = 110, /* the bot raised an error of its own */
    /* not allowed: exit 5 */
    RPA_EPERM = 120,   /* refused by policy, manifest or kernel */
    RPA_ESECRET = 121, /* a secret outside the place it is bound to */
    /* the screen: exit 1, or 8 where the display itself is the trouble */
    RPA_EDISPLAY = 200,    /* no display, or it went away: exit 8 */
    RPA_EENV = 201,        /* a program or font is missing: exit 8 */
    RPA_EWINDOW = 210,     /* no such window, or it closed */
    RPA_EFOCUS = 211,      /* another window has the focus */
    RPA_ELABEL = 212,      /* that label is not on the screen, or twice */
    RPA_EREPERTOIRE = 213, /* the target cannot hold that character */
    RPA_EWIDTH = 214,      /* the value is wider than its field */
    RPA_EREADBACK = 215,   /* the screen does not show what was typed */
    RPA_EUNREADABLE = 216, /* a cell that cannot be read exactly */
    RPA_ESCREEN = 217,     /* an unexpected screen */
    RPA_EUNPROVED = 218,   /* a commit act after a field no reader proved */
    RPA_EDIALOG = 219,     /* a window came that nobody asked for */
    /* time and peers */
    RPA_ETIMEOUT = 300, /* the thing waited for did not come: retry */
    RPA_EEXPIRED = 301, /* the permission to commit ran out: not pressed */
    RPA_EGONE = 302,    /* the other side went away */
    RPA_EPROTO = 310,   /* the other side does not keep its protocol */
    RPA_EHTTP = 320,    /* an HTTP exchange that failed */
    RPA_EXML = 321,     /* a document that is not well-formed or too large */
    RPA_ENOTFOUND = 330, /* not there, said positively: what was asked for by a
                            name that is not right; exit 4 */
    /* work items */
    RPA_EDOUBT = 400,  /* may or may not have been filed: a person decides */
    RPA_EREJECT = 401, /* the bot rejected the item, with reasons */
    RPA_ESTOP = 402,   /* stopped as asked */
    /* the store: fail-stop */
    RPA_EAUDIT = 500,  /* the audit store cannot take or prove a row */
    RPA_ETAMPER = 501, /* the audit store was changed */
    /* ours and the machine's */
    RPA_EIO = 900,
    RPA_ENOMEM = 901,
    RPA_EBUG = 970, /* exit 70 */
};

/** A failure. Lives on the caller's stack and owns no heap. */
struct rpa_err {
    enum rpa_code code;
    int native;        /* errno, CURLcode, sqlite rc; 0 if none */
    const char *where; /* "file.c:12" */
    char msg[320];     /* one sentence; never a password or a person's data */
    char seen[512];    /* what was waited for and what was seen; or "" */
    char hint[256];    /* what to try; or "" */
    int64_t picture;   /* that shows it: its number in the run, and from the
                          supervisor its row of the audit; 0: none */
};

/**
 * Fill @err (NULL is fine) and return -@code. Clears seen and hint.
 * Longer sentences are cut at a character boundary.
 */
#define rpa_fail(err, code, ...)                                               \
    rpa_err_set((err), (code), 0, RPA_WHERE, __VA_ARGS__)
/** The same for a failed system call: native is errno, and its text is added
 * to the sentence. */
#define rpa_fail_errno(err, code, ...)                                         \
    rpa_err_set_errno((err), (code), RPA_WHERE, __VA_ARGS__)

/** Add what was waited for and seen. Returns -err->code. */
int rpa_err_seen(struct rpa_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** Add what to try. Returns -err->code. */
int rpa_err_hint(struct rpa_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** Put "@fmt: " before the sentence. Returns -err->code. */
int rpa_err_context(struct rpa_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** Put "  (@where)" behind the sentence, which may begin with "@where: "; ""
 * for none. The sentence is cut for it. Returns -err->code. */
int rpa_err_place(struct rpa_err *err, const char *where);
/** What to try: the failure's own hint, else what its code suggests. Good as
 * long as @err. */
const char *rpa_err_hint_of(const struct rpa_err *err);

/** "EWINDOW" for RPA_EWINDOW; "E?" for a number that is no code. Static. */
const char *rpa_code_name(enum rpa_code code);
/** The code of a name; RPA_EBUG when there is none. */
enum rpa_code rpa_code_from_name(const char *name);
/** The exit status of a command that ends with this code. */
int rpa_code_exit(enum rpa_code code);

#define RPA_STR_(x) #x
#define RPA_STR(x) RPA_STR_(x)
#define RPA_WHERE (__FILE__ ":" RPA_STR(__LINE__))
/** What the two macros above call. */
int rpa_err_set(struct rpa_err *err, enum rpa_code code, int native,
                const char *where, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
int rpa_err_set_errno(struct rpa_err *err, enum rpa_code code,
                      const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
