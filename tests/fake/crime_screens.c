#include "crime.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct crime_layout *crime_layout(const char *name)
{
    static const struct crime_layout *const all[] = { &crime_central,
                                                      &crime_north,
                                                      &crime_south,
                                                      &crime_east,
                                                      &crime_west,
                                                      &crime_isles };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name))
            return all[i];
    return NULL;
}

const struct crime_frame *crime_frame(const struct crime_session *s)
{
    return &s->host->opt.layout->frames[s->screen];
}

bool crime_has(const struct crime_session *s, enum crime_screen screen)
{
    return s->host->opt.layout->frames[screen].title != NULL;
}

int crime_size(const struct crime_session *s)
{
    return crime_frame(s)->alt ? DS_SIZE_ALT : DS_SIZE;
}

static int at(int row, int col)
{
    return (row - 1) * DS_COLS + col - 1;
}

int crime_addr(const struct crime_field *field, int line)
{
    return at(field->row + line, field->colon) + 2;
}

struct crime_value *crime_value(struct crime_session *s,
                                const struct crime_field *field, int line)
{
    int slot = line;
    for (const struct crime_field *f = s->host->opt.layout->fields; f < field; f++)
        slot += f->lines;
    assert(slot < CRIME_SLOTS);
    return &s->value[slot];
}

const char *crime_name(const struct crime_field *field)
{
    return field->name ? field->name : field->label;
}

const struct crime_field *crime_find(const struct crime_session *s,
                                     const char *name)
{
    const struct crime_layout *layout = s->host->opt.layout;
    for (size_t i = 0; i < layout->count; i++)
        if (!strcmp(crime_name(&layout->fields[i]), name))
            return &layout->fields[i];
    return NULL;
}

static void show_text(struct ds_out *out, int row, int col, int attr_bits,
                      const char *text)
{
    ds_sba(out, at(row, col) - 1);
    ds_sf(out, DS_PROTECTED | attr_bits);
    ds_text(out, text);
}

/* "Label . . . :", dots counted from the colon so that they line up. */
static void show_label(struct ds_out *out, const struct crime_field *f)
{
    char text[DS_COLS + 1];
    int len = f->colon - f->col + 1, used = (int)strlen(f->label);
    for (int i = 0; i < len; i++)
        text[i] = i > used && i < len - 1 && (len - 1 - i) % 2 == 0 ? '.' : ' ';
    memcpy(text, f->label, (size_t)used);
    text[len - 1] = ':';
    text[len] = '\0';
    show_text(out, f->row, f->col, 0, text);
}

static void show_line(struct crime_session *s, struct ds_out *out,
                      const struct crime_field *f, int line)
{
    int addr = crime_addr(f, line);
    const struct crime_value *v = crime_value(s, f, line);
    ds_sba(out, addr - 1);
    ds_sf(out, f->flags & CRIME_HIDDEN  ? DS_HIDDEN
               : f->flags & CRIME_SHOWN ? DS_PROTECTED
                                        : 0);
    ds_bytes(out, v->bytes, v->len);
    ds_sba(out, addr + f->width);
    ds_sf(out, DS_PROTECTED | (f->flags & CRIME_SKIP ? DS_NUMERIC : 0));
}

static void show_fields(struct crime_session *s, struct ds_out *out)
{
    const struct crime_layout *layout = s->host->opt.layout;
    int cursor = s->cursor;
    for (size_t i = 0; i < layout->count; i++) {
        const struct crime_field *f = &layout->fields[i];
        if (f->screen != s->screen)
            continue;
        show_label(out, f);
        for (int line = 0; line < f->lines; line++)
            show_line(s, out, f, line);
        if (cursor < 0)
            cursor = crime_addr(f, 0);
    }
    ds_sba(out, cursor < 0 ? 0 : cursor);
    ds_ic(out);
}

static void show_frame(struct crime_session *s, struct ds_out *out)
{
    const struct crime_frame *screen = crime_frame(s);
    int last = crime_size(s) / DS_COLS;
    char rule[DS_COLS] = "";
    memset(rule, '-', DS_COLS - 2);
    show_text(out, 1, 2, 0, screen->id);
    show_text(out, 1, (DS_COLS - (int)strlen(screen->title)) / 2, DS_INTENSE,
              screen->title);
    show_text(out, 1, s->host->opt.layout->mode_col, DS_INTENSE,
              s->host->opt.mode);
    show_text(out, 2, 2, 0, rule);
    for (const struct crime_text *t = screen->text; t->text; t++)
        show_text(out, t->row, t->col, 0, t->text);
    show_text(out, last - 2, 2, 0, rule);
    show_text(out, last - 1, 2, 0, screen->keys);
    int row = s->host->opt.layout->message_row;
    show_text(out, row ? row : last, 2, DS_INTENSE, s->message);
}

void crime_show(struct crime_session *s, struct ds_out *out)
{
    bool alarm = s->message[0] == 'E';
    ds_begin(out, crime_frame(s)->alt ? DS_ERASE_WRITE_ALT : DS_ERASE_WRITE,
             DS_WCC_RESTORE | DS_WCC_RESET_MDT | (alarm ? DS_WCC_ALARM : 0));
    show_frame(s, out);
    bool found = s->screen == CRIME_FIND || s->screen == CRIME_FOUND;
    if (s->screen == CRIME_ACCEPTED || (found && s->ref[0])) {
        char text[64];
        const char *word = s->host->opt.layout->reference;
        snprintf(text, sizeof text, "%s %s", word ? word : "CRIME REF", s->ref);
        show_text(out, 10, 2, DS_INTENSE, text);
    }
    if (s->screen == CRIME_LIST)
        crime_list_show(s, out);
    if (s->screen == CRIME_PICK) {
        crime_pick_show(s, out);
        return;
    }
    if (s->screen == CRIME_PERSONS)
        crime_people_show(s, out);
    show_fields(s, out);
}
