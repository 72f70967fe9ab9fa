/* Secrets: typed where they are bound, unseen, and wiped. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

static int bound_here(struct job *job, const char *name, const char *title,
                      struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const cbor_item_t *bound = rpa_msg_get(rpa_msg_get(d->setup, "secrets"),
                                           name);
    bool target = !rpa_msg_get(bound, "target") ||
                  rpa_msg_is(bound, "target", d->target_name);
    if (bound && target && title && rpa_msg_is(bound, "screen", title) &&
        rpa_msg_is(bound, "field", job->label) && job->rule &&
        job->rule->hidden)
        return 0;
    rpa_fail(err, RPA_ESECRET,
             "the secret '%s' is not bound to field '%s' of this screen, or "
             "the field is not hidden",
             name, job->label);
    return rpa_err_hint(err, "a secret is bound in the manifest to one screen "
                             "and field, which the map declares hidden");
}

/* it came, or it shows: one look more than needed would be one too many */
static bool came_or_shows(void *ctx, const struct rpa_screen *s)
{
    struct job *job = ctx;
    bool shows = false; /* an unreadable cell may be the cursor's: wait */
    for (int i = job->pos.start; i < job->pos.start + job->width; i++)
        shows = shows || (s->cells[i].cp && s->cells[i].cp != ' ');
    return shows || job_shows(job, s);
}

/* type @len bytes behind the @done characters that are there; the cells must
 * stay blank, so the screen (@hash) stays as it was: the cursor tells */
static int type_hidden(struct job *job, uint64_t hash, int done,
                       const char *value, size_t len, struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct scene scene = { job->w, hash, job->pos.start + done, 0 };
    int r = hands_text(job->d, &scene, value, len, err);
    if (r == 0)
        r = view_wait(job->d, job->w, came_or_shows, job, job->d->echo_ms,
                      "the cursor behind the secret, and blank cells", &s,
                      err);
    return r == 0 && !job_shows(job, s) ? -RPA_ESECRET : r;
}

/* the cells did not stay blank, or the cursor did not move */
static int show_stop(struct job *job, const char *what, struct rpa_err *err)
{
    struct rpa_err why;
    job->seen = NULL;
    bool cleared = job_reach(job, &why) == 0 && job_clear(job, &why) == 0;
    rpa_fail(err, RPA_ESECRET, "field '%s': %s; %s", job->label, what,
             cleared ? "it was cleared" : "it could not be cleared");
    return rpa_err_hint(err, "have the map checked: is this the password "
                             "field?");
}

static int type_secret(struct job *job, uint64_t hash, const char *value,
                       size_t len, struct rpa_err *err)
{
    size_t chars = rpa_utf8_count(value, len);
    uint32_t cp;
    size_t first = rpa_utf8_decode(value, len, &cp);
    if (!first || chars > (size_t)job->width)
        return rpa_fail(err, RPA_EWIDTH,
                        "the secret does not fit field '%s'", job->label);
    job->want = "";
    job->folded.chars = 1;
    int r = type_hidden(job, hash, 0, value, first, err);
    if (r == -RPA_ETIMEOUT || r == -RPA_ESECRET)
        return show_stop(job, "the first character of the secret was not taken "
                              "unseen, and no more was typed", err);
    job->folded.chars = chars;
    if (r == 0 && len > first)
        r = type_hidden(job, hash, 1, value + first, len - first, err);
    if (r == -RPA_ETIMEOUT || r == -RPA_ESECRET)
        return show_stop(job, "the secret did not arrive unseen", err);
    return r;
}

/* is it bound to what is shown now, which is the screen @ret_hash? */
static int look(struct job *job, const char *name, uint64_t *ret_hash,
                struct rpa_err *err)
{
    if (job->form)
        return bound_here(job, name, job->form->title, err);
    int r = view_read(job->d, job->w, &job->seen, err);
    if (r < 0)
        return r;
    *ret_hash = job->seen->hash;
    return bound_here(job, name, view_title(job->d, job->seen), err);
}

static int type_fetched(struct job *job, const char *name, uint64_t hash,
                        struct rpa_err *err)
{
    cbor_item_t *value = NULL;
    size_t len = 0;
    int r = act_fetch_secret(job->d, name, job->w->title, job_label(job), &value,
                             err);
    if (r < 0)
        return r;
    const char *text = rpa_cbor_any_bytes(value, &len);
    r = mask_remember(job->d, text ? text : "", len, err);
    if (r == 0)
        r = job->form ? form_secret(job, text ? text : "", len, err)
                      : type_secret(job, hash, text ? text : "", len, err);
    if (text)
        explicit_bzero((char *)text, len);
    rpa_msg_free(&value);
    return r;
}

int do_field_secret(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    const struct rpa_screen *s;
    char name[65];
    rpa_msg_copy(args, "secret", name, sizeof name);
    uint64_t hash = 0;
    int r = job_start(&job, d, args, err);
    if (r == 0)
        r = look(&job, name, &hash, err);
    if (r == 0)
        r = job_focus(&job, err);
    if (r == 0)
        r = job.reader->reach(&job, err);
    if (r == 0 && !job.form) /* readable, now that the cursor is no longer hollow */
        r = job_empty(&job, err);
    if (r == 0)
        r = look(&job, name, &hash, err);
    if (r == 0)
        r = type_fetched(&job, name, hash, err);
    if (r == 0 && !job.form)
        r = view_read(d, job.w, &s, err);
    if (r == 0)
        fence_proved(d, job.w, job.label, job.line);
    r = job_doubt(&job, job_end(&job, r, err));
    *ret = r < 0 ? NULL : rpa_cbor_map();
    return r;
}
