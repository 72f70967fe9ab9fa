/* A list of codes on a screen of its own, over pages: S beside one fills a field. */
#include "crime.h"

#include <stdio.h>
#include <string.h>

#include "cp1146.h"

enum { PAGE_ROWS = 5, FIRST_ROW = 7, MARK_COL = 4, CODE_COL = 9, TEXT_COL = 17 };

static void say(struct crime_session *s, const char *message)
{
    snprintf(s->message, sizeof s->message, "%s", message);
}

static int cell(int row, int col)
{
    return (row - 1) * DS_COLS + col - 1;
}

static int count(const struct crime_session *s)
{
    int n = 0;
    while (s->picking->codes[n].keyed)
        n++;
    return n;
}

static bool has_cursor(const struct crime_field *f, int cursor)
{
    int at = crime_addr(f, 0);
    return cursor >= at && cursor < at + f->width;
}

void crime_pick_open(struct crime_session *s, int cursor)
{
    const struct crime_layout *layout = s->host->opt.layout;
    s->picking = NULL;
    for (size_t i = 0; i < layout->count; i++) {
        const struct crime_field *f = &layout->fields[i];
        if (f->screen == s->screen && f->flags & CRIME_PICKED &&
            (has_cursor(f, cursor) ||
             (!s->picking && f->flags & CRIME_SHOWN)))
            s->picking = f;
    }
    if (!s->picking) {
        say(s, "E051 NO LIST FOR THIS FIELD");
        return;
    }
    s->page = 0;
    s->screen = CRIME_PICK;
}

static void back(struct crime_session *s)
{
    s->screen = s->picking->screen;
    s->cursor = -1;
}

static void show(struct ds_out *out, int row, int col, const char *text)
{
    ds_sba(out, cell(row, col) - 1);
    ds_sf(out, DS_PROTECTED);
    ds_text(out, text);
}

void crime_pick_show(struct crime_session *s, struct ds_out *out)
{
    int all = count(s), first = s->page * PAGE_ROWS;
    show(out, FIRST_ROW - 2, MARK_COL, "S");
    show(out, FIRST_ROW - 2, CODE_COL, "CODE");
    show(out, FIRST_ROW - 2, TEXT_COL, "MEANING");
    for (int i = first; i < first + PAGE_ROWS && i < all; i++) {
        int row = FIRST_ROW + i - first;
        ds_sba(out, cell(row, MARK_COL) - 1);
        ds_sf(out, 0);
        show(out, row, MARK_COL + 2, "");
        show(out, row, CODE_COL, s->picking->codes[i].keyed);
        show(out, row, TEXT_COL, s->picking->codes[i].held);
    }
    show(out, FIRST_ROW + PAGE_ROWS + 1, CODE_COL,
         first + PAGE_ROWS < all ? "MORE..." : "BOTTOM");
    ds_sba(out, cell(FIRST_ROW, MARK_COL));
    ds_ic(out);
}

/* Which row of the page has the mark; -1: none, or more than one */
static int marked(const struct ds_in *in)
{
    int found = -1;
    for (size_t m = 0; m < in->count; m++) {
        uint8_t mark[1];
        int row = in->mod[m].addr / DS_COLS + 1 - FIRST_ROW;
        if (!ds_clean(in->mod[m].data, in->mod[m].len, mark, 1) ||
            mark[0] == 0x40)
            continue;
        if (found >= 0 || cp1146_upper(mark[0]) != 0xe2) /* S */
            return -1;
        found = row;
    }
    return found;
}

static void take(struct crime_session *s, const struct ds_in *in)
{
    int row = marked(in), i = s->page * PAGE_ROWS + row;
    if (row < 0 || i >= count(s)) {
        say(s, "E050 PUT S BESIDE ONE");
        return;
    }
    struct crime_value *v = crime_value(s, s->picking, 0);
    v->len = cp1146_from_utf8(s->picking->codes[i].keyed, v->bytes,
                              (size_t)s->picking->width);
    back(s);
}

void crime_pick_key(struct crime_session *s, const struct ds_in *in)
{
    bool more = (s->page + 1) * PAGE_ROWS < count(s);
    if (in->aid == DS_ENTER)
        take(s, in);
    else if (in->aid == s->host->opt.layout->cancel)
        back(s);
    else if (in->aid == DS_PF8 && more)
        s->page++;
    else if (in->aid == DS_PF7 && s->page)
        s->page--;
    else
        say(s, "E095 KEY NOT ACTIVE");
}
