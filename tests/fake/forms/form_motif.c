/* A form of Motif widgets. form_motif FILE TITLE: each record that is accepted
 * is appended to FILE as one JSON line, and its reference shown. */
#include <Xm/BulletinB.h>
#include <Xm/ComboBox.h>
#include <Xm/Label.h>
#include <Xm/PushB.h>
#include <Xm/Text.h>
#include <Xm/TextF.h>
#include <Xm/ToggleB.h>
#include <jansson.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { SURNAME, GIVEN, BORN, PASSWORD, TYPE, NOTES, TEXTS };

static const char *const names[TEXTS] = {
    "Surname", "Given Names", "Date of Birth", "Password", "Crime Type",
    "Notes",
};

static struct {
    const char *path;
    Widget board, text[TEXTS], urgent, ref;
    char password[64][5]; /* what each of its stars stands for */
    size_t stars;
    int accepted;
} form;

static XmString string_of(const char *text)
{
    return XmStringCreateLocalized((char *)text);
}

static void at(Arg *args, int x, int y, int w, int h)
{
    XtSetArg(args[0], XmNx, x);
    XtSetArg(args[1], XmNy, y);
    XtSetArg(args[2], XmNwidth, w);
    XtSetArg(args[3], XmNheight, h);
}

static Widget put_label(const char *text, int x, int y, int w, int h)
{
    Arg args[7];
    XmString s = string_of(text);
    at(args, x, y, w, h);
    XtSetArg(args[4], XmNlabelString, s);
    XtSetArg(args[5], XmNalignment, XmALIGNMENT_BEGINNING);
    XtSetArg(args[6], XmNrecomputeSize, False);
    Widget label = XmCreateLabel(form.board, "label", args, 7);
    XtManageChild(label);
    XmStringFree(s);
    return label;
}

/* Motif has no password field: stars take the place of what is typed */
static void hide(Widget w, XtPointer client, XtPointer data)
{
    XmTextVerifyCallbackStruct *change = data;
    char typed[64][5] = { "" };
    size_t from = (size_t)change->startPos, to = (size_t)change->endPos, n = 0;
    (void)w;
    (void)client;
    for (int i = 0, used; i < change->text->length && n < 63; i += used) {
        used = mblen(change->text->ptr + i,
                     (size_t)(change->text->length - i));
        used = used > 0 && used < 5 ? used : 1;
        memcpy(typed[n++], change->text->ptr + i, (size_t)used);
    }
    if (to > form.stars || from > to || form.stars - (to - from) + n > 63) {
        change->doit = False;
        return;
    }
    memmove(form.password[from + n], form.password[to],
            (form.stars - to) * sizeof *form.password);
    memcpy(form.password[from], typed, n * sizeof *typed);
    form.stars = form.stars - (to - from) + n;
    if (n)
        memset(change->text->ptr, '*', n);
    change->text->length = (int)n;
}

static void clear(Widget w, XtPointer client, XtPointer data)
{
    (void)w;
    (void)client;
    (void)data;
    for (int i = 0; i < TEXTS; i++)
        if (i == TYPE)
            XtVaSetValues(form.text[i], XmNselectedPosition, 0, NULL);
        else if (i == NOTES)
            XmTextSetString(form.text[i], "");
        else
            XmTextFieldSetString(form.text[i], "");
    XmToggleButtonSetState(form.urgent, False, False);
    XmProcessTraversal(form.text[SURNAME], XmTRAVERSE_CURRENT);
}

static char *typed(int i)
{
    if (i == PASSWORD) {
        char *text = XtCalloc(64, 5);
        for (size_t c = 0; c < form.stars; c++)
            strcat(text, form.password[c]);
        return text;
    }
    if (i == NOTES)
        return XmTextGetString(form.text[i]);
    Widget field = form.text[i];
    if (i == TYPE)
        XtVaGetValues(form.text[i], XmNtextField, &field, NULL);
    return XmTextFieldGetString(field);
}

static void accept_record(Widget w, XtPointer client, XtPointer data)
{
    char said[32];
    json_t *record = json_object();
    for (int i = 0; i < TEXTS; i++) {
        char *text = typed(i);
        json_object_set_new(record, names[i], json_string(text));
        XtFree(text);
    }
    json_object_set_new(record, "Urgent",
                        json_boolean(XmToggleButtonGetState(form.urgent)));
    FILE *out = fopen(form.path, "a");
    if (!out || json_dumpf(record, out, 0) < 0 || fputc('\n', out) == EOF ||
        fclose(out) == EOF)
        exit(1);
    json_decref(record);
    snprintf(said, sizeof said, "CF26/%06d", ++form.accepted);
    XmTextFieldSetString(form.ref, said);
    clear(w, client, data);
}

static Widget put_combo(int y)
{
    static const char *const choices[] = { "Theft", "Burglary", "Assault",
                                           "Criminal damage" };
    Arg args[7];
    XmString items[4];
    for (int i = 0; i < 4; i++)
        items[i] = string_of(choices[i]);
    at(args, 120, y, 260, 28);
    XtSetArg(args[4], XmNitems, items);
    XtSetArg(args[5], XmNitemCount, 4);
    XtSetArg(args[6], XmNcomboBoxType, XmDROP_DOWN_COMBO_BOX);
    Widget combo = XmCreateComboBox(form.board, "combo", args, 7);
    XtManageChild(combo);
    for (int i = 0; i < 4; i++)
        XmStringFree(items[i]);
    return combo;
}

static void put_texts(void)
{
    Arg args[6];
    for (int i = SURNAME; i <= TYPE; i++) {
        char label[32];
        snprintf(label, sizeof label, "%s:", names[i]);
        put_label(label, 10, 10 + 35 * i, 105, 28);
        if (i == TYPE) {
            form.text[i] = put_combo(10 + 35 * i);
            continue;
        }
        at(args, 120, 10 + 35 * i, 260, 28);
        form.text[i] = XmCreateTextField(form.board, "text", args, 4);
        XtManageChild(form.text[i]);
    }
    XtAddCallback(form.text[PASSWORD], XmNmodifyVerifyCallback, hide, NULL);
}

static void put_notes(void)
{
    Arg args[7];
    put_label("Notes:", 10, 220, 105, 28);
    at(args, 120, 220, 260, 100);
    XtSetArg(args[4], XmNeditMode, XmMULTI_LINE_EDIT);
    XtSetArg(args[5], XmNwordWrap, True);
    form.text[NOTES] = XmCreateText(form.board, "notes", args, 6);
    XtManageChild(form.text[NOTES]);
}

static void put_button(const char *text, int x, XtCallbackProc pressed)
{
    Arg args[6];
    XmString s = string_of(text);
    at(args, x, 335, 100, 32);
    XtSetArg(args[4], XmNlabelString, s);
    XtSetArg(args[5], XmNrecomputeSize, False);
    Widget button = XmCreatePushButton(form.board, "button", args, 6);
    XtAddCallback(button, XmNactivateCallback, pressed, NULL);
    XtManageChild(button);
    XmStringFree(s);
}

static void put_tick(void)
{
    Arg args[7];
    XmString s = string_of("Urgent");
    at(args, 120, 188, 120, 26);
    XtSetArg(args[4], XmNlabelString, s);
    XtSetArg(args[5], XmNrecomputeSize, False);
    XtSetArg(args[6], XmNalignment, XmALIGNMENT_BEGINNING);
    form.urgent = XmCreateToggleButton(form.board, "urgent", args, 7);
    XtManageChild(form.urgent);
    XmStringFree(s);
}

int main(int argc, char **argv)
{
    XtAppContext app;
    String resources[] = {
        "*renderTable: fixed",
        "*fixed.fontType: FONT_IS_XFT",
        "*fixed.fontName: DejaVu Sans",
        "*fixed.fontSize: 10",
        "*text.marginHeight: 2", /* else they cut off their text */
        "*combo.Text.marginHeight: 1",
        NULL,
    };
    setlocale(LC_ALL, "");
    XtSetLanguageProc(NULL, NULL, NULL);
    if (argc < 3)
        return 2;
    form.path = argv[1];
    int none = 1;
    Widget shell = XtVaAppInitialize(&app, "Form", NULL, 0, &none, argv,
                                     resources, XmNtitle, argv[2], XmNx, 20,
                                     XmNy, 20, NULL);
    Arg args[6];
    at(args, 0, 0, 420, 410);
    XtSetArg(args[4], XmNmarginWidth, 0);
    XtSetArg(args[5], XmNmarginHeight, 0);
    form.board = XmCreateBulletinBoard(shell, "board", args, 6);
    put_texts();
    put_tick();
    put_notes();
    put_button("OK", 120, accept_record);
    put_button("Clear", 240, clear);
    put_label("Reference:", 10, 372, 105, 28);
    at(args, 120, 372, 260, 28);
    XtSetArg(args[4], XmNeditable, False);
    form.ref = XmCreateTextField(form.board, "text", args, 5);
    XtManageChild(form.ref);
    XtManageChild(form.board);
    XtRealizeWidget(shell);
    clear(NULL, NULL, NULL);
    XtAppMainLoop(app);
}
