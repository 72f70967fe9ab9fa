#include "vt.h"

#include <ncurses.h>
#include <string.h>

enum { COLON = 20, FIELD = 22 }; /* columns, from 1 */

const struct vt_input vt_fields[VT_FIELDS] = {
    [VT_OPERATOR] = { VT_SIGN_ON, "Operator", 10, 8, false },
    [VT_PASSWORD] = { VT_SIGN_ON, "Password", 12, 8, true },
    [VT_CODE] = { VT_TRANSACTION, "Transaction", 6, 12, false },
    [VT_PURPOSE] = { VT_SEARCH, "Purpose", 5, 2, false },
    [VT_ORIGINATOR] = { VT_SEARCH, "Originator", 6, 30, false },
    [VT_SURNAME] = { VT_SEARCH, "Surname", 8, 24, false },
    [VT_FORENAME] = { VT_SEARCH, "Forename", 9, 15, false },
    [VT_BORN] = { VT_SEARCH, "Date of Birth", 10, 10, false },
    [VT_REASON] = { VT_JUSTIFY, "Reason", 12, 55, false },
    [VT_LINE] = { VT_RESULTS, "Line", 20, 3, false },
};

const struct vt_frame vt_frames[] = {
    [VT_SIGN_ON] = { "RSS01", "SIGN ON", "ENTER=Sign on" },
    [VT_TRANSACTION] = { "RSS10", "TRANSACTION", "ENTER=Start" },
    [VT_SEARCH] = { "RSS20", "NAME SEARCH", "ENTER=Search  F3=Transactions" },
    [VT_JUSTIFY] = { "RSS25", "FULLER JUSTIFICATION",
                     "ENTER=Continue  F3=Abandon" },
    [VT_NOTICE] = { "RSS90", "NOTICE", "ENTER=Continue" },
    [VT_RESULTS] = { "RSS30", "SEARCH RESULTS",
                     "ENTER=Show line  F3=Search  F7=Back  F8=Forward" },
    [VT_RECORD] = { "RSS40", "RECORD", "F3=Back" },
    [VT_CLOSED] = { "RSS99", "SYSTEM CLOSED", "ENTER=Sign on" },
};

static const struct {
    enum vt_screen screen;
    int row;
    const char *text;
} texts[] = {
    { VT_SIGN_ON, 5, "RECORD SEARCH SYSTEM" },
    { VT_SIGN_ON, 6, "Authorised users only. Each search is logged." },
    { VT_TRANSACTION, 9, "NS   Name search" },
    { VT_TRANSACTION, 10, "RD   Record display, followed by its number" },
    { VT_TRANSACTION, 11, "SO   Sign off" },
    { VT_SEARCH, 4, "WHY" },
    { VT_SEARCH, 7, "WHO (date DD/MM/YYYY)" },
    { VT_JUSTIFY, 6, "This enquiry was chosen for a check." },
    { VT_JUSTIFY, 8, "State why it is made and on whose behalf." },
    { VT_NOTICE, 8, "The system will be unavailable on Sunday from 02:00." },
    { VT_CLOSED, 10, "CLOSED FOR ITS WINDOW UNTIL 06:00" },
};

static void put(int row, int col, const char *text)
{
    mvaddstr(row - 1, col - 1, text);
}

/* "Label . . . :" */
static void label(int row, const char *text)
{
    put(row, 2, text);
    for (int col = COLON - 2; col > 2 + (int)strlen(text); col -= 2)
        put(row, col, ".");
    put(row, COLON, ":");
}

static void draw_fields(const struct vt *vt)
{
    for (enum vt_field f = 0; f < VT_FIELDS; f++) {
        const struct vt_input *in = &vt_fields[f];
        if (in->screen != vt->screen || (f == VT_LINE && !vt->found))
            continue;
        label(in->row, in->label);
        if (!in->hidden)
            mvaddwstr(in->row - 1, FIELD - 1, vt->text[f]);
    }
}

static void draw_results(const struct vt *vt)
{
    if (!vt->found) {
        put(8, 2, "NO RECORDS HELD");
        return;
    }
    size_t rows = vt->found - vt->lost_row, first = vt->page * VT_PAGE_ROWS;
    size_t pages = (vt->found + VT_PAGE_ROWS - 1) / VT_PAGE_ROWS;
    mvprintw(2, 1, "%zu RECORDS", vt->found);
    mvprintw(2, 65, "PAGE %zu OF %zu", vt->page + 1, pages);
    mvprintw(4, 1, "%3s  %-8s  %-24s  %-20s  %-10s  %s", "LN", "REF", "SURNAME",
             "GIVEN NAMES", "BORN", "S");
    for (size_t i = 0; i < VT_PAGE_ROWS && first + i < rows; i++) {
        const struct person_record *r = vt->hits[first + i];
        mvprintw(5 + (int)i, 1, "%3zu  %-8s  %-24s  %-20.20s  %-10s  %s",
                 first + i + 1, r->ref, r->surname, r->given, r->born, r->sex);
    }
    mvhline(17, 1, '-', 78);
}

static void draw_record(const struct person_record *r)
{
    const struct {
        const char *label, *text;
    } shown[] = {
        { "Record", r->ref },        { "Surname", r->surname },
        { "Given Names", r->given }, { "Date of Birth", r->born },
        { "Sex", r->sex },           { "Postcode", r->postcode },
        { "PNC ID", r->pnc },        { "CRO", r->cro },
        { "NINO", r->nino },         { "Also Known As", r->alias },
        { "Warnings", r->warnings },
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        label(5 + (int)i, shown[i].label);
        put(5 + (int)i, FIELD, shown[i].text);
    }
}

void vt_draw(struct vt *vt)
{
    const struct vt_frame *frame = &vt_frames[vt->screen];
    erase();
    put(1, 2, frame->id);
    put(1, 30, frame->title);
    put(1, 74, vt->opt.mode);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].screen == vt->screen)
            put(texts[i].row, 2, texts[i].text);
    if (vt->screen == VT_RESULTS)
        draw_results(vt);
    if (vt->screen == VT_RECORD)
        draw_record(vt->record);
    draw_fields(vt);
    mvhline(21, 1, '-', 78);
    put(23, 2, frame->keys);
    put(24, 2, vt->message);
    if (vt->field == VT_FIELDS) {
        move(23, 0);
    } else {
        const struct vt_input *in = &vt_fields[vt->field];
        int at = vt->entered ? 0 : (int)wcslen(vt->text[vt->field]);
        move(in->row - 1, FIELD - 1 + at);
    }
    refresh();
}
