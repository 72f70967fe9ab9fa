#ifndef RPA_TESTS_BENCH_TYPISTS_H
#define RPA_TESTS_BENCH_TYPISTS_H

#include "bench.h"
#include "text.h"

#include "rpa/screen/window.h"

/** A display with a window that has the focus. */
struct desk {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window window;
};

/** Who types besides rpa, each at its fastest setting. */
struct typist {
    const char *who;
    bool keymap; /* wants ours, in place before the application */
    /* types it; returns when it began, in rpa_mono_us() time */
    int64_t (*type)(const struct bench *b, struct desk *desk,
                    const struct text *text);
};

/** xdotool, xte, nutjs, and XTEST with nothing around it; ends with a NULL who. */
extern const struct typist typists[];

/** nut.js types @text on $DISPLAY, once it says that it is ready: returns when that was. */
int64_t nutjs_type(const struct bench *b, const char *text);

/** Start @argv on a display made for @who, and give its window @title the focus. */
void desk_open(struct desk *desk, const struct typist *who,
               const char *const argv[], const char *title);
void desk_close(struct desk *desk);

#endif
