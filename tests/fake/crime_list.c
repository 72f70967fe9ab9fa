/* Crimes on file: a list over several pages, and how such a list goes wrong. */
#include "crime.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_ROWS = 12, FIRST_ROW = 6 };

static const char *const names[] = { "O'BRIEN", "JONES",  "VAN DER WEYDEN",
                                     "",        "HUGHES", "LE  FEVRE",
                                     "SMITH-ROWE" };
static const char *const offences[] = { "BURGLARY", "THEFT FROM A MOTOR VEHICLE",
                                        "CRIMINAL DAMAGE", "ROBBERY" };

static bool fault(const struct crime_session *s, const char *name)
{
    return s->host->opt.list_fault && !strcmp(s->host->opt.list_fault, name);
}

static int pages(const struct crime_session *s)
{
    return (s->host->opt.list + PAGE_ROWS - 1) / PAGE_ROWS;
}

/* "1,234.50" of pence */
static void put_money(char *out, size_t size, long pence)
{
    if (pence >= 100000)
        snprintf(out, size, "%ld,%03ld.%02ld", pence / 100000,
                 pence / 100 % 1000, pence % 100);
    else
        snprintf(out, size, "%ld.%02ld", pence / 100, pence % 100);
}

static void show_row(struct ds_out *out, int n, int row)
{
    char text[80], money[16];
    long i = n;
    put_money(money, sizeof money, i * i * 3701 % 100000000);
    snprintf(text, sizeof text, "CR25/%06d  %-14s  %-28s  %12s", n,
             names[n % 7], offences[n % 4], money);
    ds_sba(out, (row - 1) * DS_COLS + 1);
    ds_sf(out, DS_PROTECTED);
    ds_text(out, text);
}

static void show_at(struct ds_out *out, int row, int col, const char *text)
{
    ds_sba(out, (row - 1) * DS_COLS + col - 2);
    ds_sf(out, DS_PROTECTED | DS_INTENSE);
    ds_text(out, text);
}

void crime_list_show(struct crime_session *s, struct ds_out *out)
{
    char text[80];
    int all = s->host->opt.list, first = (s->page - 1) * PAGE_ROWS + 1;
    if (!all) {
        show_at(out, 8, 3, "NO CRIMES ON FILE");
        return;
    }
    snprintf(text, sizeof text, "PAGE %d OF %d", s->page, pages(s));
    if (!fault(s, "no-mark") || s->page == 1)
        show_at(out, 3, 66, text);
    snprintf(text, sizeof text, "%d CRIMES", all);
    show_at(out, 3, 3, text);
    snprintf(text, sizeof text, "%-11s  %-14s  %-28s  %12s", "REF", "SURNAME",
             "OFFENCE", "VALUE");
    show_at(out, FIRST_ROW - 1, 3, text);
    for (int n = first; n < first + PAGE_ROWS && n <= all; n++)
        if (!fault(s, "lost-row") || n != 7)
            show_row(out, n, FIRST_ROW + n - first);
}

void crime_list_key(struct crime_session *s, int aid)
{
    int step = fault(s, "skip") ? 2 : fault(s, "stuck") ? 0 : 1;
    bool more = aid == DS_PF8 && s->page < pages(s);
    bool less = aid == DS_PF7 && s->page > 1;
    if (more)
        s->page = s->page + step > pages(s) ? pages(s) : s->page + step;
    else if (less)
        s->page--;
    else
        snprintf(s->message, sizeof s->message, "%s",
                 aid == DS_PF8   ? "I003 LAST PAGE"
                 : aid == DS_PF7 ? "I004 FIRST PAGE"
                                 : "E095 KEY NOT ACTIVE");
}
