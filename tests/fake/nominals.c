#include "nominals.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cp1146.h"
#include "ds3270.h"

enum { PAGE_ROWS = 34, FIRST_ROW = 6, LAST_ROW = 43, COLON = 18 };

/* What a record holds, with its row on the screen and its columns in the list.
 */
static const struct field {
    const char *label;
    int row, width;
    const char *header;
    int columns;
    bool shown; /* never changed */
} fields[] = {
    { "Nominal No", 5, 7, "NUMBER", 7, true },
    { "Surname", 7, 18, "SURNAME", 18, false },
    { "Given Names", 8, 18, "GIVEN NAMES", 18, false },
    { "Date of Birth", 9, 10, "BORN", 10, false },
    { "Sex", 10, 1, NULL, 0, false },
    { "Street", 12, 30, NULL, 0, false },
    { "Town", 13, 20, NULL, 0, false },
    { "Postcode", 14, 8, "POSTCODE", 8, false },
    { "Phone", 15, 13, "PHONE", 13, false },
    { "Duplicate Of", 17, 7, NULL, 0, false },
};
enum { FIELDS = NOMINAL_FIELDS, DUPLICATE = FIELDS - 1 };
_Static_assert(sizeof fields / sizeof *fields == FIELDS, "each has its value");

static const struct {
    const char *title, *keys;
    bool alt; /* 43 rows */
} frames[] = {
    [SIGN_ON] = { "SIGN ON", "ENTER=SIGN ON", false },
    [MENU] = { "NOMINAL INDEX", "ENTER=CHOOSE", false },
    [LIST] = { "NOMINALS ON FILE", "PF7=BACK PF8=FORWARD PF3=MENU", true },
    [OPEN] = { "OPEN A NOMINAL", "ENTER=OPEN PF3=MENU", false },
    [RECORD] = { "NOMINAL RECORD", "ENTER=CHECK PF6=FILE PF3=LEAVE", true },
};

/* fields of the other screens */
static const struct entry {
    enum nominals_screen screen;
    const char *label;
    int row, width;
    bool hidden;
} entries[] = {
    { SIGN_ON, "User ID", 10, 8, false },
    { SIGN_ON, "Password", 12, 8, true },
    { MENU, "Option", 12, 1, false },
    { OPEN, "Number", 8, 7, false },
};
enum { ENTRIES = NOMINAL_ENTRIES };
_Static_assert(sizeof entries / sizeof *entries == ENTRIES,
               "each has its value");

static struct host {
    const char *mode, *user, *password;
    struct nominal *records;
    size_t n;
    int fd; /* what was filed, or -1 */
} host = { .user = "RPABOT", .password = "demo1234", .fd = -1 };

/* ---- values
 * ------------------------------------------------------------------ */

static void to_text(const struct nominal_value *v,
                    char out[static NOMINAL_TEXT])
{
    cp1146_to_utf8(v->bytes, v->len, out);
}

/* one character of valid UTF-8 */
static uint32_t take(const char **s)
{
    const unsigned char *c = (const unsigned char *)*s;
    int more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : *c >= 0xc0 ? 1 : 0;
    uint32_t ucs = more ? *c & (0x3f >> more) : *c;
    for (int i = 1; i <= more; i++)
        ucs = ucs << 6 | (c[i] & 0x3f);
    *s += more + 1;
    return ucs;
}

static bool from_text(const char *text, int width, struct nominal_value *ret)
{
    *ret = (struct nominal_value){ 0 };
    while (*text && (int)ret->len < width)
        ret->bytes[ret->len++] = cp1146_byte(take(&text));
    return !*text;
}

static bool same(const struct nominal_value *a, const struct nominal_value *b)
{
    return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* ---- files
 * ------------------------------------------------------------------- */

static void load_line(const char *line)
{
    json_t *json = json_loads(line, 0, NULL);
    struct nominal *all =
        realloc(host.records, (host.n + 1) * sizeof *host.records);
    if (!json || !all) {
        fprintf(stderr, "nominals_host: line %zu cannot be read\n", host.n + 1);
        exit(1);
    }
    host.records = all;
    for (int i = 0; i < FIELDS; i++) {
        const char *text =
            json_string_value(json_object_get(json, fields[i].label));
        if (!from_text(text ? text : "", fields[i].width,
                       &all[host.n].value[i])) {
            fprintf(stderr, "nominals_host: %s is too wide: %s\n",
                    fields[i].label, text);
            exit(1);
        }
    }
    host.n++;
    json_decref(json);
}

void nominals_open(const char *path, int fd, const char *mode)
{
    host.fd = fd;
    host.mode = mode;
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    if (!f) {
        fprintf(stderr, "nominals_host: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    while (getline(&line, &room, f) > 0)
        load_line(line);
    free(line);
    fclose(f);
}

/* The whole record, as it is from now on; on the disk before it is said. */
static bool append(const struct nominal *record)
{
    char text[NOMINAL_TEXT];
    json_t *json = json_object();
    for (int i = 0; i < FIELDS; i++) {
        to_text(&record->value[i], text);
        json_object_set_new(json, fields[i].label, json_string(text));
    }
    char *line = json_dumps(json, JSON_COMPACT);
    bool good = host.fd < 0 || (line && dprintf(host.fd, "%s\n", line) > 0 &&
                                fdatasync(host.fd) == 0);
    free(line);
    json_decref(json);
    return good;
}

/* ---- showing
 * ----------------------------------------------------------------- */

static int at(int row, int col)
{
    return (row - 1) * DS_COLS + col - 1;
}

static void show(struct ds_out *out, int row, int col, int attr,
                 const char *text)
{
    ds_sba(out, at(row, col) - 1);
    ds_sf(out, DS_PROTECTED | attr);
    ds_text(out, text);
}

static void show_field(struct ds_out *out, const char *label, int row,
                       int width, int attr, const struct nominal_value *value)
{
    char text[COLON + 1];
    snprintf(text, sizeof text, "%-*s", COLON - 3, label);
    for (size_t i = strlen(label) + 1; i < COLON - 4; i++)
        text[i] = i % 2 ? '.' : ' ';
    strcpy(text + COLON - 3, ":");
    show(out, row, 3, 0, text);
    ds_sba(out, at(row, COLON + 1));
    ds_sf(out, attr);
    ds_bytes(out, value->bytes, value->len);
    ds_sba(out, at(row, COLON + 2 + width));
    ds_sf(out, DS_PROTECTED);
}

static int pages(void)
{
    return (int)((host.n + PAGE_ROWS - 1) / PAGE_ROWS);
}

static void show_row(struct ds_out *out, const struct nominal *record, int row)
{
    int col = 2;
    ds_sba(out, at(row, col) - 1);
    ds_sf(out, DS_PROTECTED);
    for (int i = 0; i < FIELDS; i++) {
        if (!fields[i].columns)
            continue;
        ds_sba(out, at(row, col));
        ds_bytes(out, record->value[i].bytes, record->value[i].len);
        col += fields[i].columns + 1;
    }
}

static void show_list(const struct nominals_session *s, struct ds_out *out)
{
    char text[DS_COLS] = "";
    size_t first = (size_t)(s->page - 1) * PAGE_ROWS, len = 0;
    snprintf(text, sizeof text, "PAGE %d OF %d", s->page, pages());
    show(out, 3, 60, DS_INTENSE, text);
    snprintf(text, sizeof text, "%zu NOMINALS", host.n);
    show(out, 3, 2, DS_INTENSE, text);
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].columns)
            len += (size_t)snprintf(text + len, sizeof text - len, "%-*s ",
                                    fields[i].columns, fields[i].header);
    text[len - 1] = '\0';
    show(out, FIRST_ROW - 1, 2, DS_INTENSE, text);
    for (size_t i = first; i < first + PAGE_ROWS && i < host.n; i++)
        show_row(out, &host.records[i], FIRST_ROW + (int)(i - first));
}

static void show_fields(const struct nominals_session *s, struct ds_out *out)
{
    int cursor = 0;
    for (int i = 0; i < FIELDS && s->screen == RECORD; i++)
        show_field(out, fields[i].label, fields[i].row, fields[i].width,
                   fields[i].shown ? DS_PROTECTED : 0, &s->edited.value[i]);
    if (s->screen == RECORD)
        cursor = at(fields[1].row, COLON + 2);
    for (int i = 0; i < ENTRIES; i++) {
        const struct entry *e = &entries[i];
        if (e->screen != s->screen)
            continue;
        show_field(out, e->label, e->row, e->width, e->hidden ? DS_HIDDEN : 0,
                   &s->entry[i]);
        cursor = cursor ? cursor : at(e->row, COLON + 2);
    }
    ds_sba(out, cursor);
    ds_ic(out);
}

void nominals_show(struct nominals_session *s, struct tn *tn)
{
    uint8_t buf[TN_RECORD_MAX];
    struct ds_out out = { .buf = buf, .cap = sizeof buf };
    const char *title = frames[s->screen].title;
    int last = frames[s->screen].alt ? LAST_ROW : 24;
    char rule[DS_COLS] = "";
    memset(rule, '-', DS_COLS - 2);
    ds_begin(&out, last == 24 ? DS_ERASE_WRITE : DS_ERASE_WRITE_ALT,
             DS_WCC_RESTORE | DS_WCC_RESET_MDT);
    show(&out, 1, 2, 0, "NI01");
    show(&out, 1, 33, DS_INTENSE, title);
    show(&out, 1, 76, DS_INTENSE, host.mode);
    show(&out, 2, 2, 0, rule);
    if (s->screen == MENU) {
        show(&out, 8, 6, 0, "1  Nominals on file");
        show(&out, 9, 6, 0, "2  Open a nominal");
        show(&out, 10, 6, 0, "X  Sign off");
    }
    if (s->screen == LIST)
        show_list(s, &out);
    show(&out, last - 2, 2, 0, rule);
    show(&out, last - 1, 2, 0, frames[s->screen].keys);
    show(&out, last, 2, DS_INTENSE, s->message);
    show_fields(s, &out);
    tn_send(tn, buf, out.len);
    tn->out_full |= out.full;
}

/* ---- what is keyed
 * ------------------------------------------------------------- */

static void say(struct nominals_session *s, const char *message)
{
    snprintf(s->message, sizeof s->message, "%s", message);
}

static void go(struct nominals_session *s, enum nominals_screen screen)
{
    s->screen = screen;
    memset(s->entry, 0, sizeof s->entry);
}

static struct nominal *find(const struct nominal_value *number)
{
    for (size_t i = 0; i < host.n; i++)
        if (same(&host.records[i].value[0], number))
            return &host.records[i];
    return NULL;
}

static void keep(const struct ds_mod *mod, int width, struct nominal_value *ret)
{
    ret->len = ds_clean(mod->data, mod->len, ret->bytes, (size_t)width);
    while (ret->len && ret->bytes[ret->len - 1] == 0x40)
        ret->len--;
}

static void keep_all(struct nominals_session *s, const struct ds_in *in)
{
    for (size_t m = 0; m < in->count; m++) {
        const struct ds_mod *mod = &in->mod[m];
        for (int i = 0; i < FIELDS; i++)
            if (s->screen == RECORD && !fields[i].shown &&
                mod->addr == at(fields[i].row, COLON + 2))
                keep(mod, fields[i].width, &s->edited.value[i]);
        for (int i = 0; i < ENTRIES; i++)
            if (s->screen == entries[i].screen &&
                mod->addr == at(entries[i].row, COLON + 2))
                keep(mod, entries[i].width, &s->entry[i]);
    }
}

static void sign_on(struct nominals_session *s)
{
    char user[NOMINAL_TEXT], password[NOMINAL_TEXT];
    to_text(&s->entry[0], user);
    to_text(&s->entry[1], password);
    s->entry[1].len = 0;
    if (strcasecmp(user, host.user) || strcmp(password, host.password))
        say(s, "E098 USER ID OR PASSWORD NOT VALID");
    else
        go(s, MENU);
}

static void menu(struct nominals_session *s)
{
    char option[NOMINAL_TEXT];
    to_text(&s->entry[2], option);
    if (!strcmp(option, "X"))
        go(s, SIGN_ON);
    else if (!strcmp(option, "2"))
        go(s, OPEN);
    else if (!strcmp(option, "1")) {
        s->page = 1;
        go(s, LIST);
    } else
        say(s, "E097 OPTION MUST BE 1, 2 OR X");
}

static void open_record(struct nominals_session *s)
{
    s->record = find(&s->entry[3]);
    if (!s->record) {
        say(s, "E310 NO SUCH NOMINAL");
        return;
    }
    s->edited = *s->record;
    go(s, RECORD);
}

/* true, or it says what is wrong */
static bool check(struct nominals_session *s)
{
    const struct nominal_value *other = &s->edited.value[DUPLICATE];
    if (!s->edited.value[1].len && !s->edited.value[2].len)
        say(s, "E014 A NAME IS REQUIRED");
    else if (other->len && (!find(other) || same(other, &s->edited.value[0])))
        say(s, "E050 DUPLICATE OF NO OTHER NOMINAL");
    else
        return true;
    return false;
}

static void file(struct nominals_session *s)
{
    char number[NOMINAL_TEXT];
    if (!check(s))
        return;
    if (!append(&s->edited)) {
        say(s, "E900 NOT FILED");
        return;
    }
    *s->record = s->edited;
    to_text(&s->record->value[0], number);
    go(s, OPEN);
    snprintf(s->message, sizeof s->message, "I005 RECORD %s UPDATED", number);
}

static void enter(struct nominals_session *s)
{
    switch (s->screen) {
    case SIGN_ON:
        sign_on(s);
        break;
    case MENU:
        menu(s);
        break;
    case OPEN:
        open_record(s);
        break;
    case RECORD:
        if (check(s))
            say(s, "I020 CHECKED, NOT FILED");
        break;
    default:
        say(s, "E095 KEY NOT ACTIVE");
    }
}

static void turn(struct nominals_session *s, int by)
{
    if (s->page + by < 1 || s->page + by > pages())
        say(s, by < 0 ? "I004 FIRST PAGE" : "I003 LAST PAGE");
    else
        s->page += by;
}

void nominals_take(struct nominals_session *s, const uint8_t *rec, size_t len)
{
    struct ds_in in;
    s->message[0] = '\0';
    if (ds_parse(rec, len, frames[s->screen].alt ? DS_SIZE_ALT : DS_SIZE,
                 &in)) {
        say(s, "E096 INPUT NOT UNDERSTOOD");
        return;
    }
    if (in.aid == DS_CLEAR)
        return;
    keep_all(s, &in);
    if (in.aid == DS_ENTER)
        enter(s);
    else if (in.aid == DS_PF6 && s->screen == RECORD)
        file(s);
    else if (in.aid == DS_PF3 && s->screen == RECORD)
        go(s, OPEN);
    else if (in.aid == DS_PF3 && s->screen > MENU)
        go(s, MENU);
    else if ((in.aid == DS_PF7 || in.aid == DS_PF8) && s->screen == LIST)
        turn(s, in.aid == DS_PF7 ? -1 : 1);
    else
        say(s, "E095 KEY NOT ACTIVE");
}
