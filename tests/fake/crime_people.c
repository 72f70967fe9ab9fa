/* Persons on file: found by their surname, as a clerk keyed it. The surname is
 * that on file to the last sign, the given names begin with what is keyed; the
 * log says who searched for whom, and why. */
#include "crime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cp1146.h"

enum { PAGE_ROWS = 12, FIRST_ROW = 6, TEXT = CRIME_WIDTH_MAX * 3 + 1 };

static void say(struct crime_session *s, const char *message)
{
    snprintf(s->message, sizeof s->message, "%s", message);
}

static struct crime_value *value(struct crime_session *s, const char *name)
{
    return crime_value(s, crime_find(s, name), 0);
}

static const char *get(struct crime_session *s, const char *name,
                       char ret[static TEXT])
{
    const struct crime_value *v = value(s, name);
    cp1146_to_utf8(v->bytes, v->len, ret);
    return ret;
}

static void forget(struct crime_session *s, const char *name)
{
    *value(s, name) = (struct crime_value){ 0 };
}

static void go(struct crime_session *s, enum crime_screen screen)
{
    if (screen == CRIME_PERSON_SEARCH) {
        forget(s, "Person Surname");
        forget(s, "Person Forename");
        forget(s, "Born");
        forget(s, "Reason");
    }
    if (screen == CRIME_PERSONS)
        forget(s, "Line");
    s->screen = screen;
}

/* ---- the log ------------------------------------------------------------- */

static void log_search(struct crime_session *s, const char *event,
                       const char *answer)
{
    char f[5][TEXT];
    person_log(
        &s->host->people,
        json_pack("{ss ss ss ss ss ss ss sI ss}", "event", event, "operator",
                  s->user, "purpose", get(s, "Purpose", f[0]), "surname",
                  get(s, "Person Surname", f[1]), "forename",
                  get(s, "Person Forename", f[2]), "born", get(s, "Born", f[3]),
                  "answer", answer, "records", (json_int_t)s->found, "reason",
                  get(s, "Reason", f[4])));
}

static void log_view(struct crime_session *s, const char *answer)
{
    char reason[TEXT];
    person_log(&s->host->people,
               json_pack("{ss ss ss ss ss}", "event", "view", "operator",
                         s->user, "ref", s->person->ref, "answer", answer,
                         "reason", get(s, "Reason", reason)));
}

/* ---- searching and looking ----------------------------------------------- */

static void fail_search(struct crime_session *s, const char *message)
{
    log_search(s, "search", message);
    go(s, CRIME_PERSON_SEARCH);
    say(s, message);
}

static void run_search(struct crime_session *s)
{
    const struct person_file *people = &s->host->people;
    char surname[TEXT], forename[TEXT], born[TEXT];
    const char *trouble = "fault"; /* without a file there is no index */
    if (people->lines)
        trouble = person_trouble(people, get(s, "Person Surname", surname));
    s->found = 0;
    s->page = 1;
    if (trouble && !strcmp(trouble, "fault")) {
        fail_search(s, "E902 NOMINAL INDEX NOT AVAILABLE");
    } else if (trouble && !strcmp(trouble, "denied")) {
        fail_search(s, "E403 NOT AUTHORISED FOR THIS SEARCH");
    } else {
        s->lost_row = trouble && !strcmp(trouble, "lost-row");
        s->found =
            person_find(people, surname, get(s, "Person Forename", forename),
                        get(s, "Born", born), s->hits, CRIME_HITS_MAX);
        log_search(s, "search", s->found ? "listed" : "none");
        go(s, CRIME_PERSONS);
    }
}

static void show_person(struct crime_session *s)
{
    const struct person_record *r = s->person;
    const struct {
        const char *name, *text;
    } shown[] = {
        { "ref", r->ref },     { "surname", r->surname },
        { "given", r->given }, { "born", r->born },
        { "sex", r->sex },     { "postcode", r->postcode },
        { "pnc", r->pnc },     { "cro", r->cro },
        { "nino", r->nino },   { "warnings", r->warnings },
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct crime_value *v = value(s, shown[i].name);
        v->len = cp1146_from_utf8(shown[i].text, v->bytes,
                                  (size_t)crime_find(s, shown[i].name)->width);
    }
    go(s, CRIME_PERSON);
}

static void run_view(struct crime_session *s)
{
    const char *why = person_look(s->person);
    const char *answer = !why ? "shown"
                         : !strcmp(why, "locked")
                             ? "E310 RECORD LOCKED BY PC 1234"
                             : "E403 NOT AUTHORISED FOR THIS RECORD";
    log_view(s, answer);
    if (why) {
        go(s, CRIME_PERSONS);
        say(s, answer);
    } else {
        show_person(s);
    }
}

/* Ask why first, about one time in ten, or go on at once. */
static void justify(struct crime_session *s, const char *what,
                    void (*then)(struct crime_session *s))
{
    const struct crime_options *opt = &s->host->opt;
    s->asked_on = s->screen;
    forget(s, "Reason");
    if (person_chance(opt->seed, opt->justify_every, what))
        go(s, CRIME_PERSON_WHY);
    else
        then(s);
}

static void enter_search(struct crime_session *s)
{
    char what[2 * TEXT], forename[TEXT];
    get(s, "Person Surname", what);
    strcat(what, get(s, "Person Forename", forename));
    justify(s, what, run_search);
}

static void enter_line(struct crime_session *s)
{
    char text[TEXT], *end;
    unsigned long line = strtoul(get(s, "Line", text), &end, 10);
    if (*end || line < 1 || line > s->found - s->lost_row) {
        say(s, "E051 NO SUCH LINE");
        return;
    }
    s->person = s->hits[line - 1];
    justify(s, s->person->ref, run_view);
}

static void enter_reason(struct crime_session *s)
{
    char reason[TEXT];
    if (strlen(get(s, "Reason", reason)) < 10)
        say(s, "E042 STATE THE REASON");
    else if (s->asked_on == CRIME_PERSON_SEARCH)
        run_search(s);
    else
        run_view(s);
}

static void enter(struct crime_session *s)
{
    if (!crime_valid(s)) {
        if (s->screen == CRIME_PERSON_SEARCH)
            log_search(s, "refused", s->message);
        return;
    }
    // clang-format off
    switch (s->screen) {
    case CRIME_PERSON_SEARCH: enter_search(s); break;
    case CRIME_PERSONS: enter_line(s); break;
    case CRIME_PERSON_WHY: enter_reason(s); break;
    default: say(s, "E095 KEY NOT ACTIVE");
    }
    // clang-format on
}

static void back(struct crime_session *s)
{
    bool search = s->asked_on == CRIME_PERSON_SEARCH;
    if (s->screen == CRIME_PERSON_WHY && search)
        log_search(s, "search", "abandoned");
    else if (s->screen == CRIME_PERSON_WHY)
        log_view(s, "abandoned");
    if (s->screen == CRIME_PERSON_SEARCH) {
        go(s, CRIME_PERSON_SEARCH);
        forget(s, "Purpose");
        s->screen = CRIME_MENU;
    } else if (s->screen == CRIME_PERSONS ||
               (s->screen == CRIME_PERSON_WHY && search)) {
        go(s, CRIME_PERSON_SEARCH);
    } else {
        go(s, CRIME_PERSONS);
    }
}

static int pages(const struct crime_session *s)
{
    return ((int)s->found + PAGE_ROWS - 1) / PAGE_ROWS;
}

void crime_people_key(struct crime_session *s, int aid)
{
    bool list = s->screen == CRIME_PERSONS && s->found;
    if (aid == DS_ENTER)
        enter(s);
    else if (aid == s->host->opt.layout->cancel)
        back(s);
    else if (list && aid == DS_PF8 && s->page < pages(s))
        s->page++;
    else if (list && aid == DS_PF7 && s->page > 1)
        s->page--;
    else
        say(s, list && aid == DS_PF8   ? "I003 LAST PAGE"
               : list && aid == DS_PF7 ? "I004 FIRST PAGE"
                                       : "E095 KEY NOT ACTIVE");
}

/* ---- the list ------------------------------------------------------------ */

static void show_at(struct ds_out *out, int row, int col, int attr_bits,
                    const char *text)
{
    ds_sba(out, (row - 1) * DS_COLS + col - 2);
    ds_sf(out, DS_PROTECTED | attr_bits);
    ds_text(out, text);
}

/* One column of a row; what is longer is cut, as the record is not. */
static void show_cell(struct ds_out *out, int row, int col, size_t width,
                      const char *utf8)
{
    uint8_t bytes[DS_COLS];
    ds_sba(out, (row - 1) * DS_COLS + col - 1);
    ds_bytes(out, bytes, cp1146_from_utf8(utf8, bytes, width));
}

static void show_row(struct crime_session *s, struct ds_out *out, size_t n,
                     int row)
{
    const struct person_record *r = s->hits[n];
    char text[16];
    snprintf(text, sizeof text, "%3zu", n + 1);
    show_at(out, row, 3, 0, text);
    show_cell(out, row, 8, 8, r->ref);
    show_cell(out, row, 18, 26, r->surname);
    show_cell(out, row, 46, 18, r->given);
    show_cell(out, row, 66, 10, r->born);
    show_cell(out, row, 78, 1, r->sex);
}

void crime_people_show(struct crime_session *s, struct ds_out *out)
{
    char text[96];
    if (!s->found) {
        show_at(out, 8, 3, DS_INTENSE, "NO PERSONS HELD");
        return;
    }
    snprintf(text, sizeof text, "%zu PERSONS", s->found);
    show_at(out, 3, 3, DS_INTENSE, text);
    snprintf(text, sizeof text, "PAGE %d OF %d", s->page, pages(s));
    show_at(out, 3, 66, DS_INTENSE, text);
    snprintf(text, sizeof text, "%3s  %-8s  %-26s  %-18s  %-10s  %s", "LN",
             "REF", "SURNAME", "GIVEN NAMES", "BORN", "S");
    show_at(out, FIRST_ROW - 1, 3, DS_INTENSE, text);
    size_t first = (size_t)(s->page - 1) * PAGE_ROWS,
           rows = s->found - s->lost_row;
    for (size_t i = 0; i < PAGE_ROWS && first + i < rows; i++)
        show_row(s, out, first + i, FIRST_ROW + (int)i);
}
