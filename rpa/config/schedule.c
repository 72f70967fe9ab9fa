#include "rpa/config/schedule.h"
#include "rpa/config/eval.h"
#include "rpa/config/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct rpa_schema shape = { "schedule", RPA_SCHEMA_MAP, true,
                                         schedule_rows, "a schedule" };

/* ---- their bots ---- */

enum { SETTINGS_MAX = 64, VALUE_MAX = 256 };

int schedule_bundle(const struct schedule *s, struct rpa_bundle *ret,
                    struct rpa_err *err)
{
    struct rpa_setting set[SETTINGS_MAX];
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(s->set, &n);
    if (n > SETTINGS_MAX)
        return rpa_fail(err, RPA_EINVAL, "over %d settings", SETTINGS_MAX);
    char (*texts)[2][VALUE_MAX] = calloc(n + 1, sizeof *texts);
    if (!texts)
        return rpa_fail(err, RPA_ENOMEM, "no memory for settings");
    int r = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t number = 0;
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        int k = snprintf(texts[i][0], VALUE_MAX, "%.*s", (int)len, key);
        const char *value = rpa_cbor_text(pairs[i].value, &len);
        rpa_cbor_get_int(pairs[i].value, &number);
        int v = value ? snprintf(texts[i][1], VALUE_MAX, "%.*s", (int)len, value)
                      : snprintf(texts[i][1], VALUE_MAX, "%lld",
                                 (long long)number);
        if (k >= VALUE_MAX || v >= VALUE_MAX)
            r = rpa_fail(err, RPA_EINVAL, "the setting %.40s is too long",
                         texts[i][0]);
        set[i] = (struct rpa_setting){ texts[i][0], texts[i][1] };
    }
    if (r == 0)
        r = rpa_bundle_load(s->bot, NULL, set, n, ret, err);
    free(texts);
    return r;
}

/* what is known of a bot; of one that cannot be loaded nothing */
static bool note_bot(cbor_item_t *bots, const char *bot,
                     const struct rpa_bundle *b)
{
    cbor_item_t *one = rpa_cbor_map();
    const char *slash = strrchr(b->file, '/');
    char folder[sizeof b->file];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - b->file) : 0,
             b->file);
    if (*folder) {
        rpa_msg_put_bytes(one, "hash", b->sha256, sizeof b->sha256);
        rpa_msg_put_str(one, "folder", folder);
    }
    return rpa_cbor_put(bots, bot, strlen(bot), one);
}

/* A bot that stands in many schedules is loaded once, with its settings each
 * time. */
static int check_bot(const struct schedule *s, cbor_item_t *bots,
                     struct rpa_err *err)
{
    struct rpa_bundle bundle = { 0 };
    bool known = rpa_msg_get(bots, s->bot);
    if (known && !s->set)
        return 0; /* or it is told of there */
    int r = schedule_bundle(s, &bundle, err);
    if (!known && !note_bot(bots, s->bot, &bundle))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a bot");
    rpa_bundle_clear(&bundle);
    return r;
}

static void take_bot(struct schedule *s, const cbor_item_t *bots)
{
    size_t len;
    const char *hash = rpa_msg_bytes(rpa_msg_get(bots, s->bot), "hash", &len);
    uint8_t *to = s->spec.hash + RPA_SCHED_BOT;
    if (hash && len == sizeof s->spec.hash - RPA_SCHED_BOT)
        memcpy(to, hash, len);
}

/* ---- all ---- */

static int by_name(const void *a, const void *b)
{
    const struct schedule *x = a, *y = b;
    return strcmp(x->spec.name, y->spec.name);
}

void schedule_tell(const struct schedule *s, const struct rpa_err *why,
                   void (*tell)(const char *))
{
    char text[1200];
    snprintf(text, sizeof text, "%s: %s%s%s; %s", s->spec.name, why->msg,
             *why->seen ? ": " : "", why->seen, rpa_err_hint_of(why));
    tell(text);
}

static int take_name(struct schedule *s, const cbor_item_t *key,
                     struct rpa_err *err)
{
    size_t len;
    char *name = s->spec.name;
    const char *text = rpa_cbor_text(key, &len);
    snprintf(name, sizeof s->spec.name, "%.*s", text ? (int)len : 0,
             text ? text : "");
    if (*name && len < sizeof s->spec.name &&
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789._-") == len)
        return 0;
    return rpa_fail(err, RPA_EINVAL,
                    "a name is 1 to %zu letters, digits, dot, dash or "
                    "underscore",
                    sizeof s->spec.name - 1);
}

struct schedules_taking {
    const char *path;
    struct cbor_pair *pairs; /* of the table */
    size_t n;
    cbor_item_t *bots;
    bool load; /* the bots, which are not known yet */
    int64_t now;
    void (*tell)(const char *);
    int faults;
    struct schedules all; /* so far */
};

/* the shape of one; returns how many faults were told */
static int check_shape(const struct schedules_taking *t,
                       const struct cbor_pair *pair)
{
    struct rpa_buf faults = { 0 };
    char path[80];
    size_t len;
    const char *name = rpa_cbor_text(pair->key, &len);
    snprintf(path, sizeof path, "schedules.%.*s", name ? (int)len : 0,
             name ? name : "");
    int n = rpa_schema_faults(&shape, path, pair->value, &faults);
    if (n)
        t->tell(faults.data ? faults.data + strlen("; ") : "no memory");
    rpa_buf_clear(&faults);
    return n;
}

static void take_one(struct schedules_taking *t, const struct cbor_pair *pair)
{
    struct schedule *s = &t->all.list[t->all.n++];
    struct rpa_err why = { 0 };
    int named = take_name(s, pair->key, &why), faults = check_shape(t, pair);
    if (named < 0)
        schedule_tell(s, &why, t->tell);
    faults += named < 0;
    if (!faults) {
        faults = schedule_take(&t->all, s, pair->value, t->now, t->tell);
        if (*s->bot && t->load && check_bot(s, t->bots, &why) < 0) {
            schedule_tell(s, &why, t->tell);
            faults++;
        }
        take_bot(s, t->bots);
    }
    t->faults += faults;
}

/* Each follows one that is there, and none in the end itself. */
static int check_followers(const struct schedules *all,
                           void (*tell)(const char *))
{
    int wrong = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct schedule *s = &all->list[i], *before = s;
        struct rpa_err why = { 0 };
        size_t steps = 0;
        int r = 0;
        while (r == 0 && before->spec.trigger == RPA_SCHED_AFTER &&
               steps++ <= all->n)
            r = schedules_find(all, before->spec.after.schedule, &before, &why);
        if (r == 0 && steps > all->n)
            r = rpa_fail(&why, RPA_EINVAL, "what it follows follows it");
        if (r < 0)
            schedule_tell(s, &why, tell);
        wrong += r < 0;
    }
    return wrong;
}

/* the bank holidays that lie beside it, or those that are shipped */
static int take_holidays(const cbor_item_t *holidays,
                         struct rpa_calendar **ret, struct rpa_err *err)
{
    size_t len;
    const char *json = rpa_cbor_any_bytes(holidays, &len);
    int r = json ? rpa_calendar_parse(json, len, ret, err)
                 : rpa_calendar_shipped(ret, err);
    return r < 0 && json ? rpa_err_context(err, SCHEDULES_HOLIDAYS) : r;
}

/* Lua's empty table might be a list */
static bool is_table(const cbor_item_t *v)
{
    return cbor_isa_map(v) || (cbor_isa_array(v) && !cbor_array_size(v));
}

static int begin(const char *path, const struct schedules_file *file, bool load,
                 int64_t now, void (*tell)(const char *),
                 struct schedules_taking **ret, struct rpa_err *err)
{
    struct schedules_taking *t = calloc(1, sizeof *t);
    if (!t)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    *t = (struct schedules_taking){ .path = path, .bots = file->bots,
                                    .load = load, .now = now, .tell = tell };
    t->pairs = rpa_cbor_pairs(file->table, &t->n);
    int r = take_holidays(file->holidays, &t->all.calendar, err);
    if (r == 0 && !(t->all.list = calloc(t->n + 1, sizeof *t->all.list)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    if (r == 0 && file->table && !is_table(file->table))
        r = rpa_fail(err, RPA_EINVAL, "%s: wants a table of name = table", path);
    if (r == 0)
        *ret = t;
    else
        schedules_take_end(t);
    return r;
}

int schedules_take_begin(const char *path, const struct schedules_file *file,
                         int64_t now, void (*tell)(const char *),
                         struct schedules_taking **ret, struct rpa_err *err)
{
    return begin(path, file, false, now, tell, ret, err);
}

int schedules_take_some(struct schedules_taking *t, size_t most,
                        struct schedules *ret, struct rpa_err *err)
{
    for (; most && t->all.n < t->n; most--)
        take_one(t, &t->pairs[t->all.n]);
    if (t->all.n < t->n)
        return 1;
    qsort(t->all.list, t->all.n, sizeof *t->all.list, by_name);
    t->faults += check_followers(&t->all, t->tell);
    if (t->faults)
        return rpa_fail(err, RPA_EINVAL,
                        "%s: %d fault%s, and nothing of it counts", t->path,
                        t->faults, t->faults == 1 ? "" : "s");
    *ret = t->all;
    t->all = (struct schedules){ 0 };
    return 0;
}

void schedules_take_end(struct schedules_taking *t)
{
    if (!t)
        return;
    schedules_clear(&t->all);
    free(t);
}

void schedules_holidays_path(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, size, "%.*s" SCHEDULES_HOLIDAYS,
             slash ? (int)(slash - path) + 1 : 0, path);
}

/* there need not be any */
static int read_holidays(const char *path, cbor_item_t **ret,
                         struct rpa_err *err)
{
    enum { MOST = 4 << 20 };
    char holidays[4096], *json = NULL;
    size_t len;
    schedules_holidays_path(path, holidays, sizeof holidays);
    if (access(holidays, F_OK) < 0)
        return 0;
    int r = rpa_read_file(holidays, MOST, &json, &len, err);
    if (r == 0 && !(*ret = cbor_build_bytestring((unsigned char *)json, len)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for bank holidays");
    free(json);
    return r;
}

/* @ret_file: what is to be freed, whatever comes of it */
static int read_file(const char *path, int64_t now, void (*tell)(const char *),
                     struct schedules *ret, struct schedules_file *ret_file,
                     struct rpa_err *err)
{
    struct stat st;
    *ret_file = (struct schedules_file){ .bots = rpa_cbor_map() };
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) /* which might never end */
        return rpa_fail(err, RPA_EINVAL, "%s is no regular file", path);
    int r = ret_file->bots ? rpa_eval_file(path, &ret_file->table, err)
                           : rpa_fail(err, RPA_ENOMEM, "no memory for bots");
    if (r == 0)
        r = read_holidays(path, &ret_file->holidays, err);
    struct schedules_taking *taking = NULL;
    if (r == 0)
        r = begin(path, ret_file, true, now, tell, &taking, err);
    if (r == 0)
        r = schedules_take_some(taking, SIZE_MAX, ret, err);
    schedules_take_end(taking);
    return r;
}

int schedules_read(const char *path, int64_t now, void (*tell)(const char *),
                   struct schedules *ret, struct rpa_err *err)
{
    struct schedules_file file;
    int r = read_file(path, now, tell, ret, &file, err);
    schedules_file_clear(&file);
    return r;
}

int schedules_check(const char *path, int64_t now, void (*tell)(const char *),
                    struct schedules_file *ret, struct rpa_err *err)
{
    struct schedules all = { 0 };
    int r = read_file(path, now, tell, &all, ret, err);
    schedules_clear(&all);
    if (r < 0)
        schedules_file_clear(ret);
    return r;
}

void schedules_file_clear(struct schedules_file *file)
{
    rpa_msg_free(&file->table);
    rpa_msg_free(&file->bots);
    rpa_msg_free(&file->holidays);
}

void schedules_clear(struct schedules *schedules)
{
    for (size_t i = 0; i < schedules->n; i++)
        schedule_clear(&schedules->list[i]);
    free(schedules->list);
    for (size_t i = 0; i < schedules->nzones; i++)
        rpa_zone_free(schedules->zones[i].zone);
    free(schedules->zones);
    rpa_calendar_free(schedules->calendar);
    *schedules = (struct schedules){ 0 };
}

static int is_name(const void *name, const void *schedule)
{
    return strcmp(name, ((const struct schedule *)schedule)->spec.name);
}

int schedules_find(const struct schedules *all, const char *name,
                   const struct schedule **ret, struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    const struct schedule *found =
        all->n ? bsearch(name, all->list, all->n, sizeof *all->list, is_name)
               : NULL;
    if (found) {
        *ret = found;
        return 0;
    }
    for (size_t i = 0; i < all->n; i++)
        rpa_buf_printf(&names, "%s%s", i ? ", " : "", all->list[i].spec.name);
    rpa_fail(err, RPA_ENOTFOUND, "no schedule is called '%s'", name);
    rpa_err_hint(err, "there is %s", names.data ? names.data : "none");
    rpa_buf_clear(&names);
    return -RPA_ENOTFOUND;
}
