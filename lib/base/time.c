#include "rpa/base/time.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_us(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

rpa_time rpa_now_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t rpa_mono_us(void)
{
    return read_us(CLOCK_BOOTTIME);
}

int64_t rpa_ms_to_us(int64_t ms)
{
    const int64_t most = INT64_C(3155760000000); /* 100 years */
    return (ms > most ? most : ms < -most ? -most : ms) * 1000;
}

int rpa_left_ms(int64_t deadline_us)
{
    int64_t now = rpa_mono_us();
    if (deadline_us <= now)
        return 0;
    int64_t left = deadline_us - now;
    left = left / 1000 + (left % 1000 > 0);
    return left > INT_MAX ? INT_MAX : (int)left;
}

char *rpa_time_iso(rpa_time t, char out[static 28])
{
    time_t sec = (time_t)(t / 1000000);
    int us = (int)(t % 1000000);
    if (us < 0) {
        us += 1000000;
        sec--;
    }
    struct tm tm;
    char day[21];
    if (gmtime_r(&sec, &tm) && tm.tm_year >= -1900 && tm.tm_year < 8100 &&
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm))
        snprintf(out, 28, "%s.%06dZ", day, us);
    else /* no year of four digits: a row that was changed, say */
        snprintf(out, 28, "@%lldus", (long long)t);
    return out;
}

bool rpa_time_read(const char *text, int64_t *ret_s)
{
    struct tm tm = { 0 };
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S%z", &tm);
    int day = tm.tm_mday, second = tm.tm_sec;
    long offset_s = tm.tm_gmtoff; /* timegm() clears it */
    int64_t at = timegm(&tm);
    if (!end || *end || labs(offset_s) >= 24 * 3600 ||
        tm.tm_mday != day || tm.tm_sec != second) /* it makes 3 March of 31 February */
        return false;
    *ret_s = at - offset_s;
    return true;
}

rpa_time rpa_time_parse(const char *text)
{
    int64_t s = 0;
    return rpa_time_read(text, &s) ? s * 1000000 : 0;
}
