#ifndef RPA_TESTS_FAKE_FORMS_MOTIF_H
#define RPA_TESTS_FAKE_FORMS_MOTIF_H

#include <Xm/Xm.h>

/** Where a widget stands, in the first four of @args. */
static inline void place(Arg *args, int x, int y, int w, int h)
{
    XtSetArg(args[0], XmNx, x);
    XtSetArg(args[1], XmNy, y);
    XtSetArg(args[2], XmNwidth, w);
    XtSetArg(args[3], XmNheight, h);
}

#endif
