#include "crime.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cp1146.h"

static void say(struct crime_session *s, const char *message)
{
    snprintf(s->message, sizeof s->message, "%s", message);
}

static void go(struct crime_session *s, enum crime_screen screen)
{
    s->screen = screen;
    s->cursor = -1;
}

static void forget(struct crime_session *s)
{
    memset(s->value, 0, sizeof s->value);
}

static void get(struct crime_session *s, const char *label,
                char out[static CRIME_WIDTH_MAX * 3 + 1])
{
    const struct crime_value *v = crime_value(s, crime_find(s, label), 0);
    cp1146_to_utf8(v->bytes, v->len, out);
}

/* A reference, which may stand in several fields: with a dash between */
static void get_reference(struct crime_session *s, const char *name,
                          char out[static CRIME_WIDTH_MAX * 3 + 1])
{
    const struct crime_layout *layout = s->host->opt.layout;
    char part[CRIME_WIDTH_MAX * 3 + 1];
    size_t len = 0;
    out[0] = '\0';
    for (const struct crime_field *f = layout->fields;
         f < layout->fields + layout->count && len <= CRIME_WIDTH_MAX; f++) {
        if (strcmp(crime_name(f), name) != 0)
            continue;
        const struct crime_value *v = crime_value(s, f, 0);
        cp1146_to_utf8(v->bytes, v->len, part);
        len += (size_t)snprintf(out + len, CRIME_WIDTH_MAX * 3 + 1 - len, "%s%s",
                                len ? "-" : "", part);
    }
}

void crime_begin(struct crime_session *s, struct crime_host *host,
                 const char *term)
{
    *s = (struct crime_session){ .host = host };
    bool model_4 =
        !strncmp(term, "IBM-3278-4", 10) || !strncmp(term, "IBM-3279-4", 10);
    go(s, model_4 ? CRIME_SIGN_ON : CRIME_BAD_TERMINAL);
    if (!model_4)
        snprintf(s->message, sizeof s->message, "E099 %s NOT SUPPORTED", term);
}

/* Keep what one field line received: cut to its width, capitals where the
 * host wants them, trailing blanks dropped unless they are part of a text
 * that runs on over several lines. */
static void keep(struct crime_session *s, const struct crime_field *f, int line,
                 const struct ds_mod *mod)
{
    struct crime_value *v = crime_value(s, f, line);
    bool upper = f->flags & CRIME_UPPER ||
                 (s->host->opt.layout->upper && !(f->flags & CRIME_HIDDEN));
    if (f->flags & CRIME_PICKED) /* what is keyed there counts for nothing */
        return;
    v->len = ds_clean(mod->data, mod->len, v->bytes, (size_t)f->width);
    for (size_t i = 0; i < v->len && upper; i++)
        v->bytes[i] = cp1146_upper(v->bytes[i]);
    while (f->lines == 1 && v->len && v->bytes[v->len - 1] == 0x40)
        v->len--;
}

static void keep_all(struct crime_session *s, const struct ds_in *in)
{
    const struct crime_layout *layout = s->host->opt.layout;
    for (size_t m = 0; m < in->count; m++)
        for (size_t i = 0; i < layout->count; i++) {
            const struct crime_field *f = &layout->fields[i];
            if (f->screen != s->screen)
                continue;
            for (int line = 0; line < f->lines; line++)
                if (crime_addr(f, line) == in->mod[m].addr)
                    keep(s, f, line, &in->mod[m]);
        }
}

static bool drop_now(struct crime_session *s, bool wanted)
{
    if (!wanted || s->host->drops_left <= 0)
        return false;
    s->host->drops_left--;
    return true;
}

static bool wants_justification(struct crime_session *s)
{
    char id[CRIME_WIDTH_MAX * 3 + 1];
    unsigned every = s->host->opt.justify_every;
    uint32_t hash = 2166136261u ^ s->host->opt.seed; /* FNV-1a */
    get_reference(s, "Online Ref", id);
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    hash ^= hash >> 15; /* its low bits alone mix badly */
    return every && hash % every == 0;
}

/* A screen says that it is filed, or the menu */
static void accept(struct crime_session *s)
{
    const char *filed = s->host->opt.layout->filed;
    go(s, filed ? CRIME_MENU : CRIME_ACCEPTED);
    if (filed)
        snprintf(s->message, sizeof s->message, "%s %s", filed, s->ref);
}

static enum crime_next file_report(struct crime_session *s)
{
    if (drop_now(s, s->host->opt.drop_before_file))
        return CRIME_DROP;
    if (drop_now(s, s->host->opt.drop_file_late))
        return CRIME_DROP_FILE_LATE;
    if (crime_file_add(s) < 0) {
        snprintf(s->message, sizeof s->message, "E900 NOT FILED: %s",
                 strerror(errno));
        return CRIME_REPLY;
    }
    if (drop_now(s, s->host->opt.drop_after_file))
        return CRIME_DROP;
    forget(s);
    accept(s);
    return CRIME_REPLY;
}

/* From the question, or what may come before it, to the file */
static enum crime_next sure(struct crime_session *s)
{
    if (s->screen == CRIME_CONFIRM || !crime_has(s, CRIME_CONFIRM))
        return file_report(s);
    go(s, CRIME_CONFIRM);
    return CRIME_REPLY;
}

static enum crime_next sign_on(struct crime_session *s)
{
    char user[CRIME_WIDTH_MAX * 3 + 1], password[CRIME_WIDTH_MAX * 3 + 1];
    get(s, "User ID", user);
    get(s, "Password", password);
    bool right = !strcasecmp(user, s->host->opt.user) &&
                 !strcmp(password, s->host->opt.password);
    memset(crime_value(s, crime_find(s, "Password"), 0), 0,
           sizeof(struct crime_value));
    if (!right) {
        say(s, "E098 USER ID OR PASSWORD NOT VALID");
        return CRIME_REPLY;
    }
    snprintf(s->user, sizeof s->user, "%s", s->host->opt.user);
    forget(s);
    go(s, crime_has(s, CRIME_NEWS) ? CRIME_NEWS : CRIME_MENU);
    return CRIME_REPLY;
}

/* The menu before the menu */
static enum crime_next top(struct crime_session *s)
{
    char option[CRIME_WIDTH_MAX * 3 + 1];
    get(s, "Top Option", option);
    forget(s);
    if (!strcmp(option, "2"))
        go(s, CRIME_MENU);
    else if (!strcmp(option, "0"))
        go(s, CRIME_SIGN_ON);
    else
        say(s, "E097 OPTION MUST BE 2 OR 0");
    return CRIME_REPLY;
}

/* In the menu's order: what signs off is its last. */
static void say_options(struct crime_session *s, const char *options)
{
    snprintf(s->message, sizeof s->message,
             "E097 OPTION MUST BE %c, %c, %c%s%s OR %c", options[0], options[1],
             options[2], options[4] ? ", " : "", options + 4, options[3]);
}

static enum crime_next menu(struct crime_session *s)
{
    static const enum crime_screen to[] = { CRIME_REPORT_1, CRIME_FIND,
                                            CRIME_LIST, CRIME_SIGN_ON,
                                            CRIME_PERSON_SEARCH };
    char option[CRIME_WIDTH_MAX * 3 + 1];
    const char *options = s->host->opt.layout->options;
    get(s, "Option", option);
    forget(s);
    const char *at = option[0] && !option[1] ? strchr(options, option[0]) : NULL;
    if (!at) {
        say_options(s, options);
        return CRIME_REPLY;
    }
    s->ref[0] = '\0';
    s->page = 1;
    go(s, to[at - options]);
    if (s->screen == CRIME_SIGN_ON && crime_has(s, CRIME_TOP))
        go(s, CRIME_TOP);
    else if (s->screen == CRIME_SIGN_ON)
        say(s, "I001 SIGNED OFF");
    return CRIME_REPLY;
}

static enum crime_next find(struct crime_session *s)
{
    char id[CRIME_WIDTH_MAX * 3 + 1];
    get_reference(s, "Submission ID", id);
    if (crime_file_find(s, id) < 0) {
        say(s, "E901 SEARCH NOT AVAILABLE");
    } else if (s->ref[0] && crime_has(s, CRIME_FOUND)) {
        *crime_value(s, crime_find(s, "Found ID"), 0) =
            *crime_value(s, crime_find(s, "Submission ID"), 0);
        go(s, CRIME_FOUND);
    } else {
        say(s, s->ref[0] ? "I010 REPORT FOUND" : "I011 NO REPORT HAS THAT ID");
    }
    return CRIME_REPLY;
}

static enum crime_next enter(struct crime_session *s)
{
    if (!crime_valid(s))
        return CRIME_REPLY;
    switch (s->screen) {
    case CRIME_SIGN_ON:
        return sign_on(s);
    case CRIME_NEWS:
        go(s, CRIME_TOP);
        return CRIME_REPLY;
    case CRIME_TOP:
        return top(s);
    case CRIME_MENU:
        return menu(s);
    case CRIME_REPORT_1:
    case CRIME_REPORT_2:
    case CRIME_REPORT_3:
    case CRIME_REPORT_4:
    case CRIME_REPORT_5:
        if (s->screen < s->host->opt.layout->last) {
            go(s, s->screen + 1);
            return CRIME_REPLY;
        }
        if (!wants_justification(s))
            return sure(s);
        go(s, CRIME_JUSTIFY);
        return CRIME_REPLY;
    case CRIME_JUSTIFY:
    case CRIME_CONFIRM:
        return sure(s);
    case CRIME_FIND:
        return find(s);
    case CRIME_ACCEPTED:
    case CRIME_FOUND:
        go(s, CRIME_MENU);
        return CRIME_REPLY;
    default:
        return CRIME_DROP;
    }
}

static bool in_record(enum crime_screen screen)
{
    return screen >= CRIME_REPORT_1 && screen <= CRIME_JUSTIFY;
}

/* The key that a screen is left by, forward */
static int goes_on(const struct crime_session *s)
{
    const struct crime_layout *layout = s->host->opt.layout;
    int key = !in_record(s->screen)        ? 0
              : s->screen < layout->last   ? layout->forward
                                           : layout->file;
    return key ? key : DS_ENTER;
}

enum crime_next crime_record(struct crime_session *s, const uint8_t *rec,
                             size_t len)
{
    struct ds_in in;
    s->message[0] = '\0';
    if (ds_parse(rec, len, crime_size(s), &in) < 0) {
        say(s, "E096 INPUT NOT UNDERSTOOD");
        return CRIME_REPLY;
    }
    s->cursor = -1;
    if (in.aid == DS_CLEAR) /* the terminal lost its screen: once more */
        return CRIME_REPLY;
    keep_all(s, &in);
    const char *drop_at = s->host->opt.drop_at;
    bool here = drop_at && !strcmp(drop_at, crime_frame(s)->title);
    if (s->screen == CRIME_PICK) {
        crime_pick_key(s, &in);
        return CRIME_REPLY;
    }
    if (in_record(s->screen) && in.aid == s->host->opt.layout->pick) {
        crime_pick_open(s, in.cursor);
        return CRIME_REPLY;
    }
    if (s->screen >= CRIME_PERSON_SEARCH) {
        crime_people_key(s, in.aid);
        return CRIME_REPLY;
    }
    bool cancel = in.aid == s->host->opt.layout->cancel;
    if (in.aid == goes_on(s) && s->screen != CRIME_LIST)
        return drop_now(s, here) ? CRIME_DROP : enter(s);
    if (cancel && (in_record(s->screen) || s->screen == CRIME_FIND)) {
        if (in_record(s->screen))
            say(s, "I002 REPORT ABANDONED");
        forget(s);
        go(s, CRIME_MENU);
    } else if (s->screen == CRIME_LIST && cancel) {
        go(s, CRIME_MENU);
    } else if (s->screen == CRIME_LIST) {
        crime_list_key(s, in.aid);
    } else if (in.aid == DS_PF7 && s->screen > CRIME_REPORT_1 &&
               s->screen <= s->host->opt.layout->last) {
        go(s, s->screen - 1);
    } else if (in.aid == DS_ENTER && in_record(s->screen)) {
        if (crime_valid(s))
            say(s, "I005 CHECKED, NOTHING FILED");
    } else {
        say(s, "E095 KEY NOT ACTIVE");
    }
    return CRIME_REPLY;
}
