#include "civil.h"
#include "priv.h"
#include "rpa/base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"
#define FILE_MAX (1 << 20) /* the largest of the database is under 4 KiB */

/* ---- making one ---- */

int zone_add_type(struct rpa_zone *zone, const struct zone_type *type,
                  size_t *ret, struct rpa_err *err)
{
    struct zone_type *types =
        reallocarray(zone->types, zone->ntypes + 1, sizeof *types);
    if (!types)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a time zone");
    zone->types = types;
    types[zone->ntypes] = *type;
    *ret = zone->ntypes++;
    return 0;
}

int zone_add_change(struct rpa_zone *zone, int64_t at, size_t type,
                    struct rpa_err *err)
{
    size_t n = zone->nchanges;
    if (n && zone->changes[n - 1].at >= at)
        return rpa_fail(err, RPA_EPROTO, "time zone %s: its changes go back",
                        zone->name);
    if (n == zone->max_changes) {
        size_t max = n ? 2 * n : 64;
        void *more = reallocarray(zone->changes, max, sizeof *zone->changes);
        if (!more)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a time zone");
        zone->changes = more;
        zone->max_changes = max;
    }
    zone->changes[n].at = at;
    zone->changes[n].type = type;
    zone->nchanges++;
    return 0;
}

void rpa_zone_free(struct rpa_zone *zone)
{
    if (!zone)
        return;
    free(zone->types);
    free(zone->changes);
    free(zone);
}

/* A name is a path below the database: nothing that leaves it, and not the
 * host's own zone, which some keep there too. */
static bool is_name(const char *name)
{
    if (!strcmp(name, "localtime") || !strcmp(name, "posixrules"))
        return false;
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/");
    return len && !name[len] && len < 64 && *name != '/' && !strstr(name, "//");
}

static int no_zone(const char *name, struct rpa_err *err)
{
    rpa_fail(err, RPA_EINVAL, "there is no time zone '%s'", name);
    return rpa_err_hint(err, "a name of the IANA database, such as "
                             "Europe/London; they are in " ZONES);
}

static int read_file(int fd, const char *name, struct rpa_zone **ret,
                     struct rpa_err *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
        return no_zone(name, err);
    char *bytes = malloc((size_t)st.st_size + 1);
    if (!bytes)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a time zone");
    ssize_t n = read(fd, bytes, (size_t)st.st_size);
    int r = n < 0 ? rpa_fail_errno(err, RPA_EIO, "time zone %s", name)
                  : rpa_zone_parse(name, bytes, (size_t)n, ret, err);
    free(bytes);
    return r;
}

int rpa_zone_open(const char *name, struct rpa_zone **ret, struct rpa_err *err)
{
    char path[128];
    int fd = -1;
    if (is_name(name)) {
        snprintf(path, sizeof path, ZONES "%s", name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0)
        return no_zone(name, err);
    int r = read_file(fd, name, ret, err);
    close(fd);
    return r;
}

char *rpa_zone_release(char out[static 16])
{
    FILE *file = fopen(RPA_ZONE_RELEASE, "re");
    if (!file || fscanf(file, "# version %15s", out) != 1)
        out[0] = '\0';
    if (file)
        fclose(file);
    return out;
}

/* ---- asking one ---- */

/* how many changes lie at or before t */
static size_t changes_before(const struct rpa_zone *zone, int64_t t)
{
    size_t low = 0, high = zone->nchanges;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (zone->changes[mid].at <= t)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void rpa_zone_period(const struct rpa_zone *zone, int64_t t,
                     struct rpa_period *ret)
{
    size_t n = changes_before(zone, t);
    const struct zone_type *type =
        &zone->types[n ? zone->changes[n - 1].type : 0];
    ret->begin = n ? zone->changes[n - 1].at : INT64_MIN;
    ret->end = n < zone->nchanges ? zone->changes[n].at : INT64_MAX;
    ret->offset_s = type->offset_s;
    ret->dst = type->dst;
    memcpy(ret->abbr, type->abbr, sizeof ret->abbr);
}

int64_t rpa_zone_instant(const struct rpa_zone *zone, int64_t local_s)
{
    struct rpa_period period;
    int64_t t = local_s - 2 * DAY_S; /* before it, whatever the offset */
    for (;; t = period.end) {
        rpa_zone_period(zone, t, &period);
        int64_t at = local_s - period.offset_s;
        if (at < period.end)
            return at > t ? at : t;
    }
}

char *rpa_zone_iso(const struct rpa_zone *zone, int64_t t, char out[static 40])
{
    struct rpa_period period;
    rpa_zone_period(zone, t, &period);
    int64_t local = t + period.offset_s, day = civil_floor_day(local);
    struct civil date = civil_from_days(day);
    int s = (int)(local - day * DAY_S), off = abs(period.offset_s);
    int n =
        snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", date.year,
                 date.month, date.day, s / HOUR_S, s / 60 % 60, s % 60,
                 period.offset_s < 0 ? '-' : '+', off / HOUR_S, off / 60 % 60);
    if (off % 60) /* local mean time, before there were zones */
        snprintf(out + n, 40 - (size_t)n, ":%02d", off % 60);
    return out;
}

int rpa_zone_parse_iso(const char *text, int64_t *ret, struct rpa_err *err)
{
    if (rpa_time_read(text, ret))
        return 0;
    rpa_fail(err, RPA_EINVAL, "'%s' is no time with its offset from UTC", text);
    return rpa_err_hint(err, "write 2026-11-22T01:30:00+00:00");
}
