/* The text of a form: its labels, letter by letter, in lines. What fields hold
 * is not in it: they tell that themselves. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define UNREAD "\xef\xbf\xbd" /* U+FFFD, as on a grid */

static bool in_field(const struct form_rule *rule, const struct rpa_area *at)
{
    int x = at->x + at->w / 2, y = at->y + at->h / 2;
    for (size_t i = 0; i < rule->nfields; i++) {
        const struct rpa_area *f = &rule->fields[i].at;
        if (rule->fields[i].kind == FORM_TEXT && x >= f->x && x < f->x + f->w &&
            y >= f->y && y < f->y + f->h)
            return true;
    }
    return false;
}

static int by_top(const void *a, const void *b)
{
    const struct rpa_text_run *x = a, *y = b;
    return (x->at.y > y->at.y) - (x->at.y < y->at.y);
}

static int by_left(const void *a, const void *b)
{
    const struct rpa_text_run *x = a, *y = b;
    return (x->at.x > y->at.x) - (x->at.x < y->at.x);
}

/* how many of @n runs, sorted by their tops, stand in the line of the first */
static size_t line_of(const struct rpa_text_run *runs, size_t n)
{
    int bottom = runs->at.y + runs->at.h;
    size_t k = 1;
    while (k < n && runs[k].at.y + runs[k].at.h / 2 < bottom)
        k++;
    return k;
}

static bool put_line(const struct rpa_driver *d, struct rpa_text_run *runs,
                     size_t n, cbor_item_t *lines)
{
    struct rpa_buf line = { 0 };
    qsort(runs, n, sizeof *runs, by_left);
    for (size_t i = 0; i < n; i++)
        rpa_buf_printf(&line, "%s%s", i ? "  " : "",
                       runs[i].text ? runs[i].text : UNREAD);
    mask_text(d, &line);
    bool fine = !line.failed &&
                rpa_cbor_push(lines, rpa_cbor_strn(line.data, line.len));
    rpa_buf_clear(&line);
    return fine;
}

/* the lines of the last picture */
static int read_lines(struct rpa_driver *d, const struct form *form,
                      const struct form_rule *rule, cbor_item_t **ret,
                      struct rpa_err *err)
{
    struct rpa_page *page = NULL;
    size_t n, kept = 0;
    int r = form_page(d, form, rule, &page, err);
    if (r < 0)
        return r;
    const struct rpa_text_run *all = rpa_page_runs(page, &n);
    struct rpa_text_run *runs = calloc(n + 1, sizeof *runs);
    cbor_item_t *lines = rpa_cbor_array();
    bool fine = runs && lines;
    for (size_t i = 0; fine && i < n; i++)
        if (!in_field(rule, &all[i].at))
            runs[kept++] = all[i];
    if (fine)
        qsort(runs, kept, sizeof *runs, by_top);
    for (size_t i = 0, k; fine && i < kept; i += k) {
        k = line_of(runs + i, kept - i);
        fine = put_line(d, runs + i, k, lines);
    }
    free(runs);
    rpa_page_free(page);
    if (fine)
        *ret = lines;
    else
        rpa_msg_free(&lines);
    return fine ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a text");
}

/* to the bot; takes @lines */
static int deliver(struct rpa_driver *d, struct window *w,
                   const struct form_rule *rule, cbor_item_t *lines,
                   cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_item(map, "lines", rpa_cbor_ref(lines));
    rpa_msg_put_str(map, "title", rule->title);
    int r = screen_given(d, w, form_hash(w->form, rule), lines, err);
    if (r == 0)
        *ret = map;
    else
        rpa_msg_free(&map);
    return r;
}

int form_read(struct rpa_driver *d, struct window *w, cbor_item_t **ret,
              struct rpa_err *err)
{
    const struct form_rule *rule;
    cbor_item_t *lines = NULL;
    int r = form_of(d, w, &rule, err);
    if (r == 0)
        r = form_settle(w->form->look, err);
    if (r == 0)
        r = read_lines(d, w->form, rule, &lines, err);
    return r < 0 ? r : deliver(d, w, rule, lines, ret, err);
}

/* ---- waiting for a text ---- */

struct wait {
    struct rpa_driver *d;
    struct window *w;
    const struct form_rule *rule;
    cbor_item_t **any;
    size_t n, hit;      /* from 1; 0: none yet */
    cbor_item_t *lines; /* as last read; NULL: nothing could be, */
    struct rpa_err err; /* and why */
};

static bool has_text(cbor_item_t *line, const char *text)
{
    size_t len;
    const char *at = rpa_cbor_text(line, &len);
    return at && memmem(at, len, text, strlen(text));
}

static bool is_shown(const struct wait *wait, const cbor_item_t *one)
{
    size_t n = cbor_array_size(wait->lines);
    cbor_item_t **line = cbor_array_handle(wait->lines);
    char text[256];
    int64_t row = 0;
    rpa_msg_copy(one, "text", text, sizeof text);
    rpa_msg_int(one, "row", &row);
    for (size_t i = 0; i < n; i++)
        if ((row < 1 || row == (int64_t)i + 1) && has_text(line[i], text))
            return true;
    return false;
}

/* rpa_look_test */
static bool any_shown(void *ctx, const struct rpa_look *l)
{
    struct wait *wait = ctx;
    (void)l;
    rpa_msg_free(&wait->lines);
    if (read_lines(wait->d, wait->w->form, wait->rule, &wait->lines,
                   &wait->err) < 0)
        return false;
    for (size_t i = 0; i < wait->n && !wait->hit; i++)
        if (is_shown(wait, wait->any[i]))
            wait->hit = i + 1;
    return wait->hit > 0;
}

static int not_shown(const struct wait *wait, const char *what, int timeout_ms,
                     struct rpa_err *err)
{
    struct rpa_buf seen = { 0 };
    size_t len;
    if (!wait->lines)
        rpa_buf_puts(&seen, wait->err.msg);
    for (size_t i = 0; wait->lines && i < cbor_array_size(wait->lines); i++) {
        const char *text =
            rpa_cbor_text(cbor_array_handle(wait->lines)[i], &len);
        rpa_buf_printf(&seen, "%s%.*s", i ? " | " : "", (int)len, text);
    }
    rpa_fail(err, RPA_ETIMEOUT, "form '%s' did not show %s", wait->rule->title,
             what);
    rpa_err_seen(err, "waited %.1f s; seen: %s", timeout_ms / 1000.0,
                 seen.len ? seen.data : "no text");
    rpa_buf_clear(&seen);
    return rpa_err_hint(err, "what is in another font than the map's shows as "
                             "a � and cannot be waited for");
}

int form_wait(struct rpa_driver *d, struct window *w, cbor_item_t **any,
              size_t n, const char *what, int timeout_ms, cbor_item_t **ret,
              struct rpa_err *err)
{
    struct wait wait = { .d = d, .w = w, .any = any, .n = n };
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_get(any[i], "screen"))
            return rpa_fail(err, RPA_EINVAL,
                            "a form is waited for by its "
                            "texts, or its window's title");
    int r = form_of(d, w, &wait.rule, err);
    if (r == 0)
        r = rpa_look_wait(w->form->look, any_shown, &wait,
                          rpa_mono_us() + (int64_t)timeout_ms * 1000, err);
    if (r == -RPA_EWINDOW)
        r = view_closed(w, err);
    if (r == -RPA_ETIMEOUT)
        r = not_shown(&wait, what, timeout_ms, err);
    if (r < 0) {
        rpa_msg_free(&wait.lines);
        return r;
    }
    r = deliver(d, w, wait.rule, wait.lines, ret, err);
    if (r == 0)
        rpa_msg_put_int(*ret, "index", (int64_t)wait.hit);
    return r;
}

/* ---- what is new ---- */

/* NULL: there is no room for one more, of which nothing is known then */
static struct heard *heard_of(struct form *form, const char *label)
{
    for (size_t i = 0; i < FORM_FIELDS; i++) {
        struct heard *h = &form->heard[i];
        if (!h->label[0])
            rpa_str_copy(h->label, sizeof h->label, label);
        if (!strcmp(h->label, label))
            return h;
    }
    return NULL;
}

void form_before(struct rpa_driver *d, struct form *form, cbor_item_t **ret)
{
    const struct form_rule *rule = form->rule;
    struct rpa_err why;
    for (size_t i = 0; i < FORM_FIELDS; i++)
        form->heard[i].look = 0;
    if (!rule || rpa_look_take(form->look, &why) < 0)
        return;
    for (size_t i = 0; i < rule->nfields; i++) {
        struct heard *h = heard_of(form, rule->fields[i].label);
        if (h)
            h->look = rpa_look_of(form->look, &rule->fields[i].at);
    }
    read_lines(d, form, rule, ret, &why);
}

void form_await_news(struct job *job)
{
    const struct heard *h = heard_of(job->w->form, job->label);
    if (!job->d->committed || !h || h->told || !h->look || h->look != job->look)
        return;
    struct rpa_err why;
    form_await_change(job, &job->entry->at, h->look, form_until(job), &why);
    job->look = rpa_look_of(job->w->form->look, &job->entry->at);
}

bool form_tells(struct job *job, const struct rpa_buf *text)
{
    struct heard *h = heard_of(job->w->form, job->label);
    bool known = h && h->told, same = known && rpa_buf_same(&h->text, text);
    if (h && !known)
        same = h->look && h->look == job->look;
    form_told(job, text);
    return h && !same;
}

void form_told(struct job *job, const struct rpa_buf *text)
{
    struct heard *h = heard_of(job->w->form, job->label);
    if (!h)
        return;
    rpa_buf_clear(&h->text);
    rpa_buf_add(&h->text, text->len ? text->data : "", text->len);
    h->told = true;
}
