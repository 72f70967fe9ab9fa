/* As jumpy_tk.tcl, in Motif. */
#include "motif.h"

#include <Xm/BulletinB.h>
#include <Xm/Label.h>
#include <Xm/PushB.h>
#include <Xm/TextF.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { A, B, C, ENTRIES };

static struct {
    XtAppContext app;
    Widget shell, board, entry[ENTRIES];
    const char *path, *how;
    int n, typed;
} form;

static Widget put(Widget (*create)(Widget, String, ArgList, Cardinal),
                  const char *text, int x, int y, int w, int h)
{
    Arg args[6];
    XmString s = XmStringCreateLocalized((char *)text);
    place(args, x, y, w, h);
    XtSetArg(args[4], XmNlabelString, s);
    XtSetArg(args[5], XmNrecomputeSize, False);
    Widget widget = create(form.board, "text", args, *text ? 6 : 4);
    XtManageChild(widget);
    XmStringFree(s);
    return widget;
}

static bool is(const char *how)
{
    return strcmp(form.how, how) == 0;
}

static void to_a(void)
{
    XmProcessTraversal(form.entry[A], XmTRAVERSE_CURRENT);
}

static void after(XtPointer client, XtIntervalId *id)
{
    (void)client;
    (void)id;
    to_a();
}

static void on_typed(Widget w, XtPointer client, XtPointer data)
{
    (void)client;
    (void)data;
    char *text = XmTextFieldGetString(w);
    form.typed++;
    if ((is("jump") && form.typed == form.n) || (is("auto") && strlen(text) == 4))
        to_a();
    XtFree(text);
}

/* A holds what it does not accept */
static void on_left(Widget w, XtPointer client, XtPointer data)
{
    (void)w;
    (void)client;
    (void)data;
    XtAppAddTimeOut(form.app, (unsigned long)form.n, after, NULL);
}

/* it has time for what is pressed only now and then */
static void busy(XtPointer client, XtIntervalId *id)
{
    (void)client;
    (void)id;
    nanosleep(&(struct timespec){ .tv_nsec = form.n * 1000000L }, NULL);
    XtAppAddTimeOut(form.app, 1, busy, NULL);
}

static void fill(Widget w, XtPointer client, XtPointer data)
{
    (void)client;
    (void)data;
    char *text = XmTextFieldGetString(w), of[80];
    snprintf(of, sizeof of, "of %s", text);
    XmTextFieldSetString(form.entry[A], of);
    XtFree(text);
}

static void accept_record(Widget w, XtPointer client, XtPointer data)
{
    (void)w;
    (void)client;
    (void)data;
    FILE *out = fopen(form.path, "a");
    for (int i = 0; out && i < ENTRIES; i++) {
        char *text = XmTextFieldGetString(form.entry[i]);
        fprintf(out, "%s%s", i ? "|" : "", text);
        XtFree(text);
    }
    if (!out || fputc('\n', out) == EOF || fclose(out) == EOF)
        exit(1);
    XtVaSetValues(form.shell, XmNtitle, "Jumpy, filed", NULL);
}

static void make_form(void)
{
    static const char *const names[] = { "A:", "B:", "C:" };
    for (int i = 0; i < ENTRIES; i++) {
        put(XmCreateLabel, names[i], 10, 10 + 35 * i, 105, 28);
        form.entry[i] = put(XmCreateTextField, "", 120, 10 + 35 * i, 260, 28);
    }
    Widget file = put(XmCreatePushButton, "File", 120, 130, 100, 32);
    XtAddCallback(file, XmNactivateCallback, accept_record, NULL);
    XtSetSensitive(file, !is("off"));
    XmTextFieldSetString(form.entry[A], "A-old");
    XtAddCallback(form.entry[B], XmNvalueChangedCallback, on_typed, NULL);
    if (is("back"))
        XtAddCallback(form.entry[A], XmNlosingFocusCallback, on_left, NULL);
    if (is("busy"))
        busy(NULL, NULL);
    if (is("fill"))
        XtAddCallback(form.entry[B], XmNlosingFocusCallback, fill, NULL);
}

int main(int argc, char **argv)
{
    String resources[] = {
        "*renderTable: fixed",   "*fixed.fontType: FONT_IS_XFT",
        "*fixed.fontName: DejaVu Sans", "*fixed.fontSize: 10",
        "*text.marginHeight: 2", NULL,
    };
    Arg args[6];
    int none = 1;
    setlocale(LC_ALL, "");
    XtSetLanguageProc(NULL, NULL, NULL);
    if (argc < 4)
        return 2;
    form.path = argv[1];
    form.how = argv[2];
    form.n = atoi(argv[3]);
    form.shell = XtVaAppInitialize(&form.app, "Form", NULL, 0, &none, argv, resources,
                                   XmNtitle, "Jumpy", XmNx, 20, XmNy, 20, NULL);
    place(args, 0, 0, 420, 200);
    XtSetArg(args[4], XmNmarginWidth, 0);
    XtSetArg(args[5], XmNmarginHeight, 0);
    form.board = XmCreateBulletinBoard(form.shell, "board", args, 6);
    make_form();
    XtManageChild(form.board);
    XtRealizeWidget(form.shell);
    XmProcessTraversal(form.entry[is("back") ? A : C], XmTRAVERSE_CURRENT);
    XtAppMainLoop(form.app);
}
