#include "rpa/config/policy.h"
#include "rpa/act/target.h"
#include "rpa/base/utf8.h"
#include "rpa/config/faults.h"
#include "rpa/config/file.h"
#include "rpa/net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US 1000000
#define AUTHORITY_BYTES (1 << 20)

/* @what says whom several faults are about. Ends @f. */
static int tell(struct rpa_faults *f, enum rpa_code code, const char *what,
                struct rpa_err *err)
{
    char many[80];
    snprintf(many, sizeof many, "%s: %d faults", what, f->n);
    return rpa_faults_end(f, code, many, err);
}

/* ---- hosts and windows ---- */

/* behind "https://" or "http://", if it has that */
static const char *behind_scheme(const char *host, bool *ret_plain)
{
    *ret_plain = !strncmp(host, "http://", 7);
    return host + (*ret_plain ? 7 : strncmp(host, "https://", 8) ? 0 : 8);
}

/* where the port begins, behind the colon; NULL if it has none */
static const char *port_of(const char *host)
{
    const char *colon = strrchr(host, ':');
    bool inside = colon && strchr(colon, ']'); /* of [::1] */
    return colon && !inside ? colon + 1 : NULL;
}

static bool is_number(const char *s)
{
    return *s && strlen(s) <= 5 && !s[strspn(s, "0123456789")];
}

bool rpa_policy_is_host(const char *text)
{
    bool plain;
    text = behind_scheme(text, &plain);
    const char *port = port_of(text);
    return *text && *text != ':' && !strpbrk(text, " /@?#") &&
           (!port || is_number(port) || !strcmp(port, "*"));
}

bool rpa_policy_host_covers(const char *allowed, const char *named)
{
    bool may_plain, plain;
    allowed = behind_scheme(allowed, &may_plain);
    named = behind_scheme(named, &plain);
    if (plain && !may_plain)
        return false;
    const char *any = port_of(allowed), *port = port_of(named);
    size_t len = port ? (size_t)(port - 1 - named) : strlen(named);
    if (!strcmp(allowed, named))
        return true;
    if (any ? strcmp(any, "*") != 0
            : port && strcmp(port, "80") != 0 && strcmp(port, "443") != 0)
        return false;
    return len == (any ? (size_t)(any - 1 - allowed) : strlen(allowed)) &&
           !memcmp(allowed, named, len);
}

/* A manifest's entry stands for all titles with it in them, so one that holds
 * the allowed one stands for no more; "" for those without a title alone,
 * "*" for all. */
static bool window_covers(const char *allowed, const char *named)
{
    return allowed[0] ? strstr(named, allowed) || !strcmp(allowed, "*")
                      : !named[0];
}

static bool copy_text(const cbor_item_t *item, char *out, size_t size)
{
    size_t len = 0;
    const char *text = rpa_cbor_text(item, &len);
    bool fits = text && len < size && !memchr(text, 0, len);
    snprintf(out, size, "%.*s", fits ? (int)len : 0, fits ? text : "");
    return fits;
}

static bool covered(const cbor_item_t *said, const char *key, const char *named,
                    bool (*covers)(const char *, const char *))
{
    char allowed[256];
    size_t n;
    cbor_item_t **list = rpa_msg_array(said, key, &n);
    for (size_t i = 0; i < n; i++)
        if (copy_text(list[i], allowed, sizeof allowed) &&
            covers(allowed, named))
            return true;
    return false;
}

/* a word of a command that says which host it calls */
static bool is_address(const char *word)
{
    const char *port = port_of(word);
    return *word != '-' && port && is_number(port) && rpa_policy_is_host(word);
}

static void check_names(struct rpa_faults *f, const cbor_item_t *said,
                        const char *key, const cbor_item_t *manifest,
                        const char *names)
{
    bool windows = !strcmp(key, "windows"), argv = !strcmp(names, "argv");
    char name[256];
    size_t n;
    cbor_item_t **list = rpa_msg_array(manifest, names, &n);
    for (size_t i = 0; i < n; i++) {
        bool whole = copy_text(list[i], name, sizeof name);
        if (argv && !is_address(name))
            continue;
        if (!whole || !covered(said, key, name,
                               windows ? window_covers
                                       : rpa_policy_host_covers))
            rpa_fault(f, "%s: '%s' is not among the target's %s", names, name,
                      key);
    }
}

/* a service's addresses, as hosts are named */
static void check_services(struct rpa_faults *f, const cbor_item_t *said,
                           const cbor_item_t *manifest)
{
    static const char *const keys[] = { "url", "token_url" };
    char url[512], host[256], name[300];
    size_t n;
    struct cbor_pair *all = rpa_cbor_pairs(rpa_msg_get(manifest, "services"), &n);
    for (size_t i = 0; i < 2 * n; i++) {
        int port;
        if (!rpa_msg_copy(all[i / 2].value, keys[i % 2], url, sizeof url))
            continue;
        bool known = rpa_http_url_host(url, host, sizeof host, &port, NULL) == 0;
        snprintf(name, sizeof name, "%s%s:%d",
                 strncmp(url, "http://", 7) ? "" : "http://", known ? host : "?",
                 known ? port : 0);
        if (!known || !covered(said, "hosts", name, rpa_policy_host_covers))
            rpa_fault(f, "services: '%s' is not among the target's hosts", name);
    }
}

/* ---- what the bot may not ---- */

static void check_said(struct rpa_faults *f, const struct rpa_policy *p,
                       const cbor_item_t *said, const cbor_item_t *manifest)
{
    char mode[8];
    if (rpa_msg_copy(said, "mode", mode, sizeof mode) &&
        strcmp(mode, p->mode) != 0)
        rpa_fault(f, "this bot runs in mode %s, but the target %s is %s",
                  p->mode, p->target, mode);
    if (rpa_msg_get(said, "windows"))
        check_names(f, said, "windows", manifest, "windows");
    if (rpa_msg_get(said, "hosts")) {
        check_names(f, said, "hosts", manifest, "http");
        check_names(f, said, "hosts", rpa_msg_get(manifest, "app"), "argv");
        check_services(f, said, manifest);
    }
}

static int check_bot(const struct rpa_policy *p, const cbor_item_t *manifest,
                     struct rpa_err *err)
{
    struct rpa_faults f = { 0 };
    size_t n;
    cbor_item_t **said = rpa_cbor_elements(p->said, &n);
    for (size_t i = 0; i < n; i++)
        check_said(&f, p, said[i], manifest);
    int r = tell(&f, RPA_EPERM, "rpa.conf does not allow this bot", err);
    return r < 0 ? rpa_err_hint(err, "run it against the system it is for, or "
                                     "have the manifest or rpa.conf reviewed")
                 : 0;
}

/* ---- the map, completed ---- */

/* all of @map but @left_out; an empty one of NULL */
static cbor_item_t *copy_map(const cbor_item_t *map, const char *left_out)
{
    cbor_item_t *copy = rpa_cbor_map();
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; copy && i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        bool skip = left_out && strlen(left_out) == len &&
                    !memcmp(left_out, key, len);
        if (!skip && !rpa_cbor_put(copy, key, len, cbor_incref(pairs[i].value)))
            rpa_msg_free(&copy);
    }
    return copy;
}

static bool same_text(const cbor_item_t *a, const cbor_item_t *b)
{
    size_t alen = 0, blen = 0;
    const char *x = rpa_cbor_text(a, &alen), *y = rpa_cbor_text(b, &blen);
    return x && y && alen == blen && !memcmp(x, y, alen);
}

static bool same_place(const cbor_item_t *a, const cbor_item_t *b)
{
    int64_t at[4] = { 0 };
    return rpa_msg_int(a, "row", &at[0]) && rpa_msg_int(b, "row", &at[1]) &&
           rpa_msg_int(a, "col", &at[2]) && rpa_msg_int(b, "col", &at[3]) &&
           at[0] == at[1] && at[2] == at[3];
}

/* @key as @said has it, unless the map has it: then the two must agree */
static bool complete(struct rpa_faults *f, cbor_item_t *map,
                     const cbor_item_t *said, const char *key,
                     bool (*same)(const cbor_item_t *, const cbor_item_t *))
{
    cbor_item_t *theirs = rpa_msg_get(said, key), *ours = rpa_msg_get(map, key);
    if (theirs && !ours)
        return rpa_msg_put_item(map, key, cbor_incref(theirs));
    if (theirs && !same(ours, theirs))
        rpa_fault(f, "%s: rpa.conf and the screen map differ", key);
    return true;
}

static bool complete_folds(struct rpa_faults *f, cbor_item_t *folds,
                           const cbor_item_t *said)
{
    size_t n, len = 0;
    char key[16];
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(said, "folds"), &n);
    for (size_t i = 0; i < n; i++) {
        const char *from = rpa_cbor_text(pairs[i].key, &len);
        if (!from || !copy_text(pairs[i].key, key, sizeof key)) {
            rpa_fault(f, "folds: entry %zu wants one character", i + 1);
            continue;
        }
        cbor_item_t *ours = rpa_msg_get(folds, key);
        if (ours && !same_text(ours, pairs[i].value))
            rpa_fault(f, "folds: rpa.conf and the screen map differ in '%s'",
                      key);
        if (!ours &&
            !rpa_cbor_put(folds, from, len, cbor_incref(pairs[i].value)))
            return false;
    }
    return true;
}

/* what all files say, put into @map, a copy of the reviewed one */
static int merge_map(const struct rpa_policy *p, cbor_item_t *map,
                     cbor_item_t *folds, struct rpa_err *err)
{
    struct rpa_faults f = { 0 };
    size_t n;
    cbor_item_t **said = rpa_cbor_elements(p->said, &n);
    bool fine = true;
    for (size_t i = 0; fine && i < n; i++)
        fine = complete(&f, map, said[i], "repertoire", same_text) &&
               complete(&f, map, said[i], "mode_at", same_place) &&
               complete_folds(&f, folds, said[i]);
    fine = fine && rpa_msg_put_item(map, "folds", cbor_incref(folds));
    int r = tell(&f, RPA_EINVAL, "the target's characters", err);
    return fine ? r : rpa_fail(err, RPA_ENOMEM, "no memory");
}

/* The map is looked at here, before anything of the run is begun. */
static int complete_map(const struct rpa_policy *p, struct rpa_bundle *bundle,
                        struct rpa_err *err)
{
    struct rpa_target *target = NULL;
    size_t n;
    rpa_cbor_elements(p->said, &n);
    if (!bundle->map && !n)
        return 0;
    cbor_item_t *map = copy_map(bundle->map, "folds");
    cbor_item_t *folds = copy_map(rpa_msg_get(bundle->map, "folds"), NULL);
    int r = map && folds ? merge_map(p, map, folds, err)
                         : rpa_fail(err, RPA_ENOMEM, "no memory");
    if (r == 0)
        r = rpa_target_new(map, &target, err);
    rpa_target_free(target);
    rpa_msg_free(&folds);
    if (r == 0) {
        rpa_msg_free(&bundle->map);
        bundle->map = map;
    } else {
        rpa_msg_free(&map);
    }
    return r;
}

/* ---- the rest ---- */

static void take_outages(struct rpa_policy *p, const cbor_item_t *said,
                         struct rpa_faults *f)
{
    char text[32];
    size_t n;
    cbor_item_t **list = rpa_msg_array(said, "outage", &n);
    for (size_t i = 0; i < n; i++)
        if (p->noutages == RPA_OUTAGES_MAX)
            rpa_fault(f, "outage: more than %d", RPA_OUTAGES_MAX);
        else if (copy_text(list[i], text, sizeof text) &&
                 rpa_window_read(text, &p->outages[p->noutages]))
            p->noutages++;
}

/* those of the application's command; of a bot without one, of its http */
static void take_hosts(struct rpa_policy *p, const cbor_item_t *manifest)
{
    size_t n;
    const cbor_item_t *app = rpa_msg_get(manifest, "app");
    cbor_item_t **list = app ? rpa_msg_array(app, "argv", &n)
                             : rpa_msg_array(manifest, "http", &n);
    for (size_t i = 0; i < n && p->nhosts < RPA_HOSTS_MAX; i++) {
        char *host = p->hosts[p->nhosts];
        if (copy_text(list[i], host, sizeof p->hosts[0]) &&
            (!app || is_address(host)))
            p->nhosts++;
    }
}

static int take_limits(struct rpa_policy *p, struct rpa_err *err)
{
    struct rpa_faults f = { 0 };
    int64_t longest = -1;
    size_t n;
    p->slow_ms = 5000;
    cbor_item_t **said = rpa_cbor_elements(p->said, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t number;
        if (rpa_msg_int(rpa_msg_get(said[i], "budget"), "per_minute",
                        &number) &&
            (!p->per_minute || number < p->per_minute))
            p->per_minute = number;
        if (rpa_msg_int(said[i], "slow_ms", &number))
            p->slow_ms = number;
        if (rpa_msg_int(said[i], "commit_horizon_s", &number) &&
            number > longest)
            longest = number;
        take_outages(p, said[i], &f);
    }
    p->commit_horizon_s = longest < 0 ? 120 : longest;
    return tell(&f, RPA_EINVAL, "the target's limits", err);
}

/* ---- how its hosts are reached ---- */

/* one list of networks a file that names the target's hosts, or networks */
static bool take_networks(struct rpa_policy *p, const cbor_item_t *said)
{
    cbor_item_t *nets = rpa_msg_get(said, "networks");
    if (!nets && !rpa_msg_get(said, "hosts"))
        return true;
    return rpa_cbor_push(p->networks,
                         nets ? cbor_incref(nets) : rpa_cbor_array());
}

/* the last file's word, as of an option */
static int take_way(struct rpa_policy *p, const cbor_item_t *said,
                    struct rpa_err *err)
{
    char path[4096];
    size_t len;
    if (!take_networks(p, said))
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    rpa_msg_copy(said, "proxy", path, sizeof path);
    if (path[0])
        rpa_str_copy(p->proxy, sizeof p->proxy, path);
    if (!rpa_msg_copy(said, "authority", path, sizeof path))
        return 0;
    free(p->authority);
    p->authority = NULL;
    int r = rpa_read_file(path, AUTHORITY_BYTES, &p->authority, &len, err);
    return r < 0 ? rpa_err_context(err, "the target's authority") : 0;
}

static int take_ways(struct rpa_policy *p, struct rpa_err *err)
{
    size_t n;
    int r = 0;
    cbor_item_t **said = rpa_cbor_elements(p->said, &n);
    p->networks = rpa_cbor_array();
    for (size_t i = 0; r == 0 && i < n; i++)
        r = take_way(p, said[i], err);
    return r;
}

/* the files' tables of the target */
static int gather(struct rpa_policy *p, cbor_item_t *const *confs, size_t n,
                  bool required, struct rpa_err *err)
{
    bool fine = true;
    size_t said = 0;
    p->said = rpa_cbor_array();
    for (size_t i = 0; i < n; i++) {
        cbor_item_t *one = rpa_msg_get(rpa_msg_get(confs[i], "targets"),
                                       p->target);
        said += one != NULL;
        fine = fine && (!one || rpa_cbor_push(p->said, cbor_incref(one)));
    }
    if (!fine || !p->said)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    if (!required || said)
        return 0;
    rpa_fail(err, RPA_EPERM,
             p->target[0] ? "rpa.conf knows no target '%s'"
                          : "this bot names no target%s",
             p->target);
    return rpa_err_hint(err, "this installation runs nothing but on targets "
                             "that rpa.conf lists");
}

/* the bot's, or of a chunk what was asked for */
static int take_mode(struct rpa_policy *p, const cbor_item_t *manifest,
                     const char *asked, struct rpa_err *err)
{
    if (!rpa_msg_copy(manifest, "mode", p->mode, sizeof p->mode))
        rpa_str_copy(p->mode, sizeof p->mode, asked ? asked : "TRNG");
    if (!strcmp(p->mode, "LIVE") || !strcmp(p->mode, "TRNG") ||
        !strcmp(p->mode, "DEMO"))
        return 0;
    return rpa_fail(err, RPA_EINVAL, "a run's mode is one of " RPA_MODES);
}

int rpa_policy_read(cbor_item_t *const *confs, size_t n, bool required,
                    const char *mode, struct rpa_bundle *bundle,
                    struct rpa_policy *ret, struct rpa_err *err)
{
    struct rpa_policy p = { 0 };
    rpa_msg_copy(bundle->manifest, "target", p.target, sizeof p.target);
    int r = take_mode(&p, bundle->manifest, mode, err);
    if (r == 0)
        r = gather(&p, confs, n, required, err);
    if (r == 0)
        r = rpa_zone_open("Europe/London", &p.zone, err);
    if (r == 0)
        r = take_limits(&p, err);
    take_hosts(&p, bundle->manifest);
    if (r == 0)
        r = take_ways(&p, err);
    if (r == 0)
        r = rpa_quota_read(confs, n, bundle->manifest, &p.quota, err);
    if (r == 0)
        r = complete_map(&p, bundle, err);
    if (r == 0)
        r = check_bot(&p, bundle->manifest, err);
    if (r == 0)
        *ret = p;
    else
        rpa_policy_clear(&p);
    return r;
}

void rpa_policy_clear(struct rpa_policy *policy)
{
    rpa_msg_free(&policy->said);
    rpa_msg_free(&policy->networks);
    free(policy->authority);
    rpa_zone_free(policy->zone);
    *policy = (struct rpa_policy){ 0 };
}

/* "14:03:20" */
static char *clock_of(const struct rpa_policy *p, int64_t t,
                      char out[static 9])
{
    char iso[40];
    memcpy(out, rpa_zone_iso(p->zone, t, iso) + strlen("2026-11-22T"), 8);
    out[8] = '\0';
    return out;
}

int rpa_policy_check_time(const struct rpa_policy *p, rpa_time now,
                          struct rpa_err *err)
{
    struct rpa_opening opening;
    char until[9];
    for (size_t i = 0; i < p->noutages; i++) {
        if (!rpa_window_at(&p->outages[i], p->zone, now / SECOND_US, &opening))
            continue;
        rpa_fail(err, RPA_EENV, "the target %s is down until %.5s", p->target,
                 clock_of(p, opening.end, until));
        return rpa_err_hint(err, "run it again then; rpa.conf says so, in UK "
                                 "time");
    }
    return 0;
}

char *rpa_policy_clock(const struct rpa_policy *policy, rpa_time t,
                       char out[static 9])
{
    return clock_of(policy, t / SECOND_US, out);
}
