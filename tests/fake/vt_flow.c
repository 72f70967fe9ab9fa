#include "vt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(struct vt *vt, const char *message)
{
    snprintf(vt->message, sizeof vt->message, "%s", message);
}

const char *vt_get(const struct vt *vt, enum vt_field field,
                   char ret[static VT_UTF8_MAX])
{
    if (wcstombs(ret, vt->text[field], VT_UTF8_MAX) == (size_t)-1)
        ret[0] = '\0'; /* what the locale can't write was never typed */
    return ret;
}

static void forget(struct vt *vt, enum vt_field from, enum vt_field to)
{
    for (enum vt_field f = from; f <= to; f++)
        vt->text[f][0] = L'\0';
}

/* What is typed from here on goes into the first field of the screen. */
static void first_field(struct vt *vt)
{
    vt->field = VT_FIELDS;
    for (enum vt_field f = VT_FIELDS; f-- > 0;)
        if (vt_fields[f].screen == vt->screen)
            vt->field = f;
    if (vt->screen == VT_RESULTS && !vt->found)
        vt->field = VT_FIELDS;
}

void vt_go(struct vt *vt, enum vt_screen screen)
{
    vt->screen = screen;
    if (screen == VT_SEARCH)
        forget(vt, VT_SURNAME, VT_REASON);
    if (screen != VT_SEARCH && screen != VT_RECORD)
        for (enum vt_field f = 0; f < VT_FIELDS; f++)
            if (vt_fields[f].screen == screen)
                vt->text[f][0] = L'\0';
    first_field(vt);
}

/* ---- the log ------------------------------------------------------------- */

static void log_search(struct vt *vt, const char *event, const char *answer)
{
    char f[6][VT_UTF8_MAX];
    person_log(&vt->file, json_pack("{ss ss ss ss ss ss ss ss sI ss}", "event",
                                    event, "operator", vt->operator_, "purpose",
                                    vt_get(vt, VT_PURPOSE, f[0]), "originator",
                                    vt_get(vt, VT_ORIGINATOR, f[1]), "surname",
                                    vt_get(vt, VT_SURNAME, f[2]), "forename",
                                    vt_get(vt, VT_FORENAME, f[3]), "born",
                                    vt_get(vt, VT_BORN, f[4]), "answer", answer,
                                    "records", (json_int_t)vt->found, "reason",
                                    vt_get(vt, VT_REASON, f[5])));
}

static void log_view(struct vt *vt, const char *answer)
{
    char reason[VT_UTF8_MAX];
    person_log(&vt->file,
               json_pack("{ss ss ss ss ss}", "event", "view", "operator",
                         vt->operator_, "ref", vt->record->ref, "answer",
                         answer, "reason", vt_get(vt, VT_REASON, reason)));
}

/* ---- searching ----------------------------------------------------------- */

static bool closed(const struct vt *vt)
{
    return vt->opt.close_after >= 0 && vt->searches >= vt->opt.close_after;
}

static bool is_date(const char *s)
{
    int day, month, year, end = 0;
    return strlen(s) == 10 &&
           sscanf(s, "%2d/%2d/%4d%n", &day, &month, &year, &end) == 3 &&
           end == 10 && day <= 31 && month <= 12;
}

static bool is_ascii(const char *s)
{
    while (*s > 0)
        s++;
    return !*s;
}

/* What is wrong with what was keyed, and in which field; NULL: nothing. */
static const char *wrong(struct vt *vt, enum vt_field *ret_field)
{
    char f[VT_UTF8_MAX];
    *ret_field = VT_PURPOSE;
    int code = atoi(vt_get(vt, VT_PURPOSE, f));
    if (!f[0])
        return "E021 PURPOSE CODE REQUIRED";
    if (strlen(f) != 2 || code < 1 || code > 10)
        return "E022 PURPOSE CODE NOT VALID";
    *ret_field = VT_ORIGINATOR;
    if (strlen(vt_get(vt, VT_ORIGINATOR, f)) < 4)
        return "E023 ORIGINATOR REQUIRED";
    *ret_field = VT_FORENAME;
    if (!is_ascii(vt_get(vt, VT_FORENAME, f)))
        return "E031 CHARACTER NOT VALID";
    *ret_field = VT_SURNAME;
    if (!is_ascii(vt_get(vt, VT_SURNAME, f)))
        return "E031 CHARACTER NOT VALID";
    if (!f[0])
        return "E014 SURNAME REQUIRED";
    *ret_field = VT_BORN;
    if (*vt_get(vt, VT_BORN, f) && !is_date(f))
        return "E117 DATE OF BIRTH NOT VALID";
    return NULL;
}

static void capitals(wchar_t *text)
{
    for (; *text; text++)
        *text = *text < 0x80 ? (wchar_t)toupper((int)*text) : *text;
}

/* Look: @vt->hits is what there is. */
static void find(struct vt *vt)
{
    char surname[VT_UTF8_MAX], forename[VT_UTF8_MAX], born[VT_UTF8_MAX];
    vt_get(vt, VT_FORENAME, forename);
    forename[forename[0] != '\0'] = '\0'; /* the initial is all that counts */
    vt->found =
        person_find(&vt->file, vt_get(vt, VT_SURNAME, surname), forename,
                    vt_get(vt, VT_BORN, born), vt->hits, VT_HITS_MAX);
    vt->page = 0;
}

static void run_search(struct vt *vt)
{
    static const struct {
        const char *trouble, *answer;
    } troubles[] = { { "fault", "E950 INDEX NOT AVAILABLE - TRY LATER" },
                     { "denied", "E403 NOT AUTHORISED FOR THIS SEARCH" } };
    char surname[VT_UTF8_MAX];
    const char *trouble =
        person_trouble(&vt->file, vt_get(vt, VT_SURNAME, surname));
    vt->searches++;
    vt->found = 0;
    for (size_t i = 0; i < 2; i++)
        if (trouble && !strcmp(trouble, troubles[i].trouble)) {
            log_search(vt, "search", troubles[i].answer);
            vt_go(vt, VT_SEARCH);
            say(vt, troubles[i].answer);
            return;
        }
    if (trouble && !strcmp(trouble, "closed")) {
        log_search(vt, "search", "closed");
        vt_go(vt, VT_CLOSED);
        return;
    }
    find(vt);
    vt->lost_row = trouble && !strcmp(trouble, "lost-row");
    log_search(vt, "search", vt->found ? "listed" : "none");
    bool notice =
        person_chance(vt->opt.seed + 2, vt->opt.notice_every, surname);
    vt_go(vt, notice ? VT_NOTICE : VT_RESULTS);
    if (vt->opt.close_after >= 0 && vt->searches + 2 > vt->opt.close_after)
        say(vt, "I900 SYSTEM CLOSES SOON");
}

/* Ask for a justification first, or go on at once. */
static void justify(struct vt *vt, const char *what,
                    void (*then)(struct vt *vt))
{
    vt->asked_on = vt->screen;
    vt->text[VT_REASON][0] = L'\0';
    if (person_chance(vt->opt.seed, vt->opt.justify_every, what))
        vt_go(vt, VT_JUSTIFY);
    else
        then(vt);
}

static void search(struct vt *vt)
{
    char what[2 * VT_UTF8_MAX], forename[VT_UTF8_MAX];
    enum vt_field field;
    for (enum vt_field f = VT_ORIGINATOR; f <= VT_BORN; f++)
        capitals(vt->text[f]);
    const char *message = wrong(vt, &field);
    if (message) {
        vt->found = 0;
        log_search(vt, "refused", message);
        say(vt, message);
        vt->field = field;
        return;
    }
    if (closed(vt)) {
        log_search(vt, "search", "closed");
        vt_go(vt, VT_CLOSED);
        return;
    }
    vt_get(vt, VT_SURNAME, what);
    strcat(what, vt_get(vt, VT_FORENAME, forename));
    justify(vt, what, run_search);
}

/* ---- looking at a record ------------------------------------------------- */

static void run_view(struct vt *vt)
{
    const char *why = person_look(vt->record);
    enum vt_screen from = vt->asked_on;
    if (!why) {
        log_view(vt, "shown");
        vt_go(vt, VT_RECORD);
        return;
    }
    const char *answer = !strcmp(why, "locked")
                             ? "E310 RECORD LOCKED BY OPERATOR 4471"
                             : "E403 NOT AUTHORISED FOR THIS RECORD";
    log_view(vt, answer);
    vt_go(vt, from);
    say(vt, answer);
}

static void view(struct vt *vt, struct person_record *record)
{
    vt->record = record;
    justify(vt, record->ref, run_view);
}

static void take_line(struct vt *vt)
{
    char f[VT_UTF8_MAX], *end;
    unsigned long line = strtoul(vt_get(vt, VT_LINE, f), &end, 10);
    if (*end || line < 1 || line > vt->found - vt->lost_row)
        say(vt, "E051 NO SUCH LINE");
    else
        view(vt, vt->hits[line - 1]);
}

static void turn(struct vt *vt, int by)
{
    size_t pages = (vt->found + VT_PAGE_ROWS - 1) / VT_PAGE_ROWS;
    if (by > 0 && vt->page + 1 >= pages)
        say(vt, "I003 LAST PAGE");
    else if (by < 0 && !vt->page)
        say(vt, "I004 FIRST PAGE");
    else
        vt->page += (size_t)by;
}

/* ---- the rest ------------------------------------------------------------ */

static void sign_on(struct vt *vt)
{
    char user[VT_UTF8_MAX], password[VT_UTF8_MAX];
    capitals(vt->text[VT_OPERATOR]);
    vt_get(vt, VT_OPERATOR, user);
    vt_get(vt, VT_PASSWORD, password);
    bool right =
        !strcmp(user, vt->opt.user) && !strcmp(password, vt->opt.password);
    const char *answer = !right       ? "E098 OPERATOR OR PASSWORD NOT VALID"
                         : closed(vt) ? "E900 SYSTEM CLOSED UNTIL 06:00"
                                      : NULL;
    person_log(&vt->file,
               json_pack("{ss ss ss}", "event", "sign on", "operator", user,
                         "answer", answer ? answer : "done"));
    vt_go(vt, answer ? VT_SIGN_ON : VT_TRANSACTION);
    if (answer)
        say(vt, answer);
    else
        memcpy(vt->operator_, user, sizeof user);
}

static void transaction(struct vt *vt)
{
    char code[VT_UTF8_MAX];
    struct person_record *record = NULL;
    capitals(vt->text[VT_CODE]);
    vt_get(vt, VT_CODE, code);
    if (!strcmp(code, "NS")) {
        forget(vt, VT_PURPOSE, VT_ORIGINATOR);
        vt_go(vt, VT_SEARCH);
    } else if (!strcmp(code, "SO")) {
        vt_go(vt, VT_SIGN_ON);
        say(vt, "I001 SIGNED OFF");
    } else if (strncmp(code, "RD ", 3) != 0) {
        say(vt, "E011 TRANSACTION NOT KNOWN");
    } else if (!(record = person_by_ref(&vt->file, code + 3))) {
        say(vt, "E012 NO SUCH RECORD");
    } else {
        view(vt, record);
    }
}

static void justified(struct vt *vt)
{
    char reason[VT_UTF8_MAX];
    if (strlen(vt_get(vt, VT_REASON, reason)) < 10)
        say(vt, "E041 STATE THE REASON");
    else if (vt->asked_on == VT_SEARCH)
        run_search(vt);
    else
        run_view(vt);
}

static void enter(struct vt *vt)
{
    // clang-format off
    switch (vt->screen) {
    case VT_SIGN_ON: sign_on(vt); break;
    case VT_TRANSACTION: transaction(vt); break;
    case VT_SEARCH: search(vt); break;
    case VT_JUSTIFY: justified(vt); break;
    case VT_NOTICE: vt_go(vt, VT_RESULTS); break;
    case VT_RESULTS: take_line(vt); break;
    case VT_RECORD: say(vt, "E095 KEY NOT ACTIVE"); break;
    case VT_CLOSED: vt_go(vt, VT_SIGN_ON); break;
    }
    // clang-format on
}

static void back(struct vt *vt)
{
    switch (vt->screen) {
    case VT_SEARCH:
        vt_go(vt, VT_TRANSACTION);
        break;
    case VT_RESULTS:
        vt_go(vt, VT_SEARCH);
        break;
    case VT_JUSTIFY:
        if (vt->asked_on == VT_SEARCH)
            log_search(vt, "search", "abandoned");
        else
            log_view(vt, "abandoned");
        vt_go(vt, vt->asked_on);
        break;
    case VT_RECORD:
        vt_go(vt, vt->asked_on);
        break;
    default:
        say(vt, "E095 KEY NOT ACTIVE");
    }
}

void vt_answer(struct vt *vt, enum vt_key key)
{
    vt->message[0] = '\0';
    if (key == VT_ENTER)
        enter(vt);
    else if (key == VT_F3)
        back(vt);
    else if (vt->screen == VT_RESULTS && vt->found && key != VT_OTHER)
        turn(vt, key == VT_F8 ? 1 : -1);
    else
        say(vt, "E095 KEY NOT ACTIVE");
}

bool vt_slow(struct vt *vt, enum vt_key key)
{
    char surname[VT_UTF8_MAX];
    return key == VT_ENTER && vt->screen == VT_SEARCH &&
           person_chance(vt->opt.seed + 1, vt->opt.slow_every,
                         vt_get(vt, VT_SURNAME, surname));
}
