/* Work items, as far as the hands and eyes can vouch for them: the supervisor
 * keeps them, but a reference must have been seen. */
#include "priv.h"

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

void act_before(struct rpa_driver *d, const struct rpa_screen *s)
{
    rpa_msg_free(&d->before);
    d->before = s ? screen_lines(s) : NULL;
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

void act_shown_rows(struct rpa_driver *d, const cbor_item_t *rows)
{
    size_t n = rows && (d->committed || d->looking) ? cbor_array_size(rows) : 0;
    size_t known = d->before ? cbor_array_size(d->before) : 0;
    for (size_t i = 0, len, old_len = 0; i < n; i++) {
        const char *row = rpa_cbor_text(cbor_array_handle(rows)[i], &len);
        const char *old = i < known ? rpa_cbor_text(
                                          cbor_array_handle(d->before)[i], &old_len)
                                    : NULL;
        if (!known)
            act_shown(d, row, len);
        else if (!row_stood(d->before, row, len))
            show_parts(d, row, len, old, old_len);
    }
}

int do_item_next(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    d->committed = d->looking = false;
    rpa_buf_clear(&d->shown);
    act_before(d, NULL);
    int r = act_forward(d, "item.next", args, ret, err);
    if (r < 0)
        return r;
    d->looking = rpa_msg_is(*ret, "state", "look");
    fence_next_item(d);
    return 0;
}

/* was the reference shown since the commit key, or in the look? */
static int check_reference(const struct rpa_driver *d, const char *reference,
                           size_t len, const char *since, struct rpa_err *err)
{
    if (len && d->shown.data &&
        memmem(d->shown.data, d->shown.len, reference, len))
        return 0;
    rpa_fail(err, RPA_EDOUBT, "nothing that was shown since %s has that "
                              "reference", since);
    return rpa_err_hint(err, "take it from the screen, with grid:match(), once it "
                             "is there; what stood there before the key is no "
                             "sign");
}

/* Without a commit key (the record was there already) it is the bot's word. */
static int check_done(const struct rpa_driver *d, const cbor_item_t *args,
                      struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    if (!rpa_msg_is(args, "outcome", "done") || !d->committed || !reference)
        return 0;
    int r = check_reference(d, reference, len, "its commit key", err);
    return r < 0 ? rpa_err_context(err, "the item is not done") : 0;
}

int do_item_found(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    int r = d->looking && rpa_msg_is(args, "answer", "found") && reference
                ? check_reference(d, reference, len, "the look began", err)
                : 0;
    if (r == 0)
        r = act_forward(d, "item.found", args, ret, err);
    if (r == 0)
        d->looking = false;
    return r;
}

/* @map with @item (taken) at @key */
static cbor_item_t *with(const cbor_item_t *map, const char *key,
                         cbor_item_t *item)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    cbor_item_t *copy = rpa_cbor_map();
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        if (len != strlen(key) || memcmp(name, key, len) != 0)
            rpa_cbor_put(copy, name, len, cbor_incref(pairs[i].value));
    }
    rpa_msg_put_item(copy, key, item);
    return copy;
}

/* A bot's own error has no picture yet: the same @args with one of now, or NULL
 * when there is none to take. */
static cbor_item_t *with_picture(struct rpa_driver *d, const cbor_item_t *args)
{
    const cbor_item_t *error = rpa_msg_get(args, "error");
    int64_t number = error && !rpa_msg_get(error, "picture")
                         ? picture_failure(d, NULL)
                         : 0;
    return number ? with(args, "error",
                         with(error, "picture", rpa_cbor_int(number)))
                  : NULL;
}

int do_item_end(struct rpa_driver *d, const cbor_item_t *args,
                cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *reference = rpa_msg_str(args, "reference", &len);
    int r = check_done(d, args, err);
    if (r < 0)
        return r;
    if (rpa_msg_is(args, "outcome", "done") && d->committed)
        picture_confirmation(d, reference, len);
    cbor_item_t *more = with_picture(d, args);
    r = act_forward(d, "item.end", more ? more : args, ret, err);
    rpa_msg_free(&more);
    if (r == 0)
        d->committed = false;
    return r;
}

int do_run_end(struct rpa_driver *d, const cbor_item_t *args,
               cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *more = with_picture(d, args);
    picture_wait(d); /* before the last word */
    int r = act_forward(d, "run.end", more ? more : args, ret, err);
    rpa_msg_free(&more);
    return r;
}
