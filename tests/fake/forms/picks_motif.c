/* Choices of Motif: a combo box and an option menu, which open, a list, and marks of
 * which one is set. picks_motif FILE: Enter in the entry puts what is chosen into
 * FILE; F5 chooses the next of each, and the entry the last one when it is left
 * with "other" in it: by leaving it once more nothing comes back. */
#include "motif.h"

#include <Xm/BulletinB.h>
#include <Xm/ComboBox.h>
#include <Xm/List.h>
#include <Xm/PushB.h>
#include <Xm/RowColumn.h>
#include <Xm/TextF.h>
#include <Xm/ToggleB.h>
#include <X11/keysym.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOICES = 4 };

static char *const choices[CHOICES] = { "Theft", "Burglary", "Fraud", "Arson" };

static struct {
    const char *path;
    Widget board, name, box, menu, list, mark[CHOICES], entry[CHOICES];
    XmString item[CHOICES];
} form;

static void choose(int i)
{
    XtVaSetValues(form.box, XmNselectedPosition, i, NULL);
    XtVaSetValues(form.menu, XmNmenuHistory, form.entry[i], NULL);
    XmListSelectPos(form.list, i + 1, False);
    XmListSetKbdItemPos(form.list, i + 1);
    for (int k = 0; k < CHOICES; k++)
        XmToggleButtonSetState(form.mark[k], k == i, False);
}

static void next(void)
{
    int now;
    XtVaGetValues(form.box, XmNselectedPosition, &now, NULL);
    choose((now + 1) % CHOICES);
}

static void pressed(Widget w, XtPointer client, XEvent *event, Boolean *more)
{
    (void)w;
    (void)client;
    (void)more;
    if (XLookupKeysym(&event->xkey, 0) == XK_F5)
        next();
}

static void left(Widget w, XtPointer client, XtPointer data)
{
    (void)client;
    (void)data;
    if (!strcmp(XmTextFieldGetString(w), "other"))
        choose(CHOICES - 1);
}

static void save(Widget w, XtPointer client, XtPointer data)
{
    int box, *list, n, mark = 0;
    Widget menu;
    (void)w;
    (void)client;
    (void)data;
    FILE *out = fopen(form.path, "w");
    if (!out || !XmListGetSelectedPos(form.list, &list, &n) || n != 1)
        exit(1);
    XtVaGetValues(form.box, XmNselectedPosition, &box, NULL);
    XtVaGetValues(form.menu, XmNmenuHistory, &menu, NULL);
    while (mark < CHOICES - 1 && !XmToggleButtonGetState(form.mark[mark]))
        mark++;
    fprintf(out, "%s|%s|%s|%s|%s", XmTextFieldGetString(form.name), choices[box],
            XtName(menu), choices[*list - 1], choices[mark]);
    exit(fclose(out) == EOF);
}

static void put_menu(void)
{
    Arg args[5];
    Widget pulldown = XmCreatePulldownMenu(form.board, "pulldown", NULL, 0);
    for (int i = 0; i < CHOICES; i++) {
        form.entry[i] = XmCreatePushButton(pulldown, choices[i], NULL, 0);
        XtManageChild(form.entry[i]);
    }
    place(args, 10, 90, 200, 36);
    XtSetArg(args[4], XmNsubMenuId, pulldown);
    form.menu = XmCreateOptionMenu(form.board, "menu", args, 5);
    XtManageChild(form.menu);
}

static void put_lists(void)
{
    Arg args[8];
    place(args, 10, 140, 200, 90);
    XtSetArg(args[4], XmNitems, form.item);
    XtSetArg(args[5], XmNitemCount, CHOICES);
    XtSetArg(args[6], XmNselectionPolicy, XmBROWSE_SELECT);
    form.list = XmCreateList(form.board, "list", args, 7);
    XtManageChild(form.list);
    place(args, 10, 50, 200, 30);
    XtSetArg(args[6], XmNcomboBoxType, XmDROP_DOWN_LIST);
    form.box = XmCreateComboBox(form.board, "box", args, 7);
    XtManageChild(form.box);
    put_menu();
}

static void put_marks(void)
{
    Arg args[4];
    place(args, 220, 10, 120, 140);
    Widget radio = XmCreateRadioBox(form.board, "radio", args, 4);
    for (int i = 0; i < CHOICES; i++) {
        form.mark[i] = XmCreateToggleButton(radio, choices[i], NULL, 0);
        XtManageChild(form.mark[i]);
    }
    XtManageChild(radio);
}

int main(int argc, char **argv)
{
    XtAppContext app;
    Arg args[6];
    String resources[] = {
        "*renderTable: fixed", "*fixed.fontType: FONT_IS_XFT",
        "*fixed.fontName: DejaVu Sans", "*fixed.fontSize: 10", NULL,
    };
    setlocale(LC_ALL, "");
    XtSetLanguageProc(NULL, NULL, NULL);
    if (argc < 2)
        return 2;
    form.path = argv[1];
    Widget shell = XtVaAppInitialize(&app, "Picks", NULL, 0, &(int){ 1 }, argv,
                                     resources, XmNtitle, "Picks", XmNx, 20,
                                     XmNy, 20, NULL);
    for (int i = 0; i < CHOICES; i++)
        form.item[i] = XmStringCreateLocalized(choices[i]);
    place(args, 0, 0, 360, 250);
    XtSetArg(args[4], XmNmarginWidth, 0);
    XtSetArg(args[5], XmNmarginHeight, 0);
    form.board = XmCreateBulletinBoard(shell, "board", args, 6);
    place(args, 10, 10, 200, 30);
    form.name = XmCreateTextField(form.board, "name", args, 4);
    XtManageChild(form.name);
    XtAddCallback(form.name, XmNactivateCallback, save, NULL);
    put_lists();
    put_marks();
    XtAddEventHandler(form.name, KeyPressMask, False, pressed, NULL);
    XtAddCallback(form.name, XmNlosingFocusCallback, left, NULL);
    XtManageChild(form.board);
    choose(0);
    XtRealizeWidget(shell);
    XmProcessTraversal(form.name, XmTRAVERSE_CURRENT);
    XtAppMainLoop(app);
}
