/* What the bot was shown since the last commit act, and of that what is new: what
 * stood there before the key is no sign of what the key did. */
#include "form.h"

#include <string.h>

#define SHOWN_MAX (1 << 20)

void act_shown(struct rpa_driver *d, const char *text, size_t len)
{
    if ((d->committed || d->looking) && text &&
        d->shown.len + len < SHOWN_MAX) {
        rpa_buf_add(&d->shown, text, len);
        rpa_buf_putc(&d->shown, '\n');
    }
}

/* What @w shows, as far as it has been read: NULL if it cannot be. */
static cbor_item_t *rows_now(struct rpa_driver *d, struct window *w,
                             const struct rpa_screen *s)
{
    struct rpa_err why;
    cbor_item_t *rows = NULL;
    bool read = s || (w->grid && rpa_grid_read(w->grid, &s, &why) == 0);
    if (read && mask_screen(d, &s, &why) == 0)
        rows = screen_lines(s);
    else if (w->form)
        form_before(d, w->form, &rows);
    return rows;
}

void act_before(struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s)
{
    for (size_t i = 0; i < d->nwindows; i++) {
        struct window *one = &d->windows[i];
        rpa_msg_free(&one->before);
        one->before = rows_now(d, one, one == w ? s : NULL);
    }
}

void act_forget(struct rpa_driver *d)
{
    rpa_buf_clear(&d->shown);
    for (size_t i = 0; i < d->nwindows; i++)
        rpa_msg_free(&d->windows[i].before);
}

/* Does the row hold the part, and nothing right beside it? */
static bool holds(const char *row, size_t len, const char *part, size_t n)
{
    const char *end = row + len, *at = row;
    while ((at = memmem(at, (size_t)(end - at), part, n))) {
        if ((at == row || at[-1] == ' ') && (at + n == end || at[n] == ' '))
            return true;
        at++;
    }
    return false;
}

/* the length of the part of a row that begins at @text: to two blanks */
static size_t part_at(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && (text[n] != ' ' || (n + 1 < len && text[n + 1] != ' ')))
        n++;
    return n;
}

/* the parts of a row that were not in that row before */
static void show_parts(struct rpa_driver *d, const char *row, size_t len,
                       const char *old, size_t old_len)
{
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        n = part_at(row + i, len - i);
        if (n && !(old && holds(old, old_len, row + i, n)))
            act_shown(d, row + i, n);
    }
}

/* Stood the row there, perhaps in another place? */
static bool row_stood(const cbor_item_t *before, const char *row, size_t len)
{
    size_t n;
    for (size_t i = 0; i < cbor_array_size(before); i++) {
        const char *old = rpa_cbor_text(cbor_array_handle(before)[i], &n);
        if (n == len && !memcmp(old, row, len))
            return true;
    }
    return false;
}

void act_shown_rows(struct rpa_driver *d, const struct window *w,
                    const cbor_item_t *rows)
{
    size_t n = rows && (d->committed || d->looking) ? cbor_array_size(rows) : 0;
    size_t known = w->before ? cbor_array_size(w->before) : 0;
    for (size_t i = 0, len, old_len = 0; i < n; i++) {
        const char *row = rpa_cbor_text(cbor_array_handle(rows)[i], &len);
        const char *old = i < known ? rpa_cbor_text(
                                          cbor_array_handle(w->before)[i], &old_len)
                                    : NULL;
        if (!known)
            act_shown(d, row, len);
        else if (!row_stood(w->before, row, len))
            show_parts(d, row, len, old, old_len);
    }
}
