#include "rpa/base/time.h"
#include "tap.h"

#include <limits.h>

static const struct {
    rpa_time t;
    const char *want;
} isos[] = {
    { 0, "1970-01-01T00:00:00.000000Z" },
    { 4, "1970-01-01T00:00:00.000004Z" },
    { -1, "1969-12-31T23:59:59.999999Z" },
    { -1000000, "1969-12-31T23:59:59.000000Z" },
    { 1795309323000004, "2026-11-22T01:02:03.000004Z" },
    { 951782400000000, "2000-02-29T00:00:00.000000Z" },
    { 253402300799999999, "9999-12-31T23:59:59.999999Z" },
    { 253402300800000000, "@253402300800000000us" },
    { INT64_MAX, "@9223372036854775807us" },
    { INT64_MIN, "@-9223372036854775808us" },
};

int main(void)
{
    char out[28];
    for (size_t i = 0; i < sizeof isos / sizeof *isos; i++)
        is_str(rpa_time_iso(isos[i].t, out), isos[i].want, isos[i].want);
    int64_t now = rpa_mono_us();
    ok(rpa_mono_us() >= now && now > 0, "the clock does not go back");
    ok(rpa_now_us() > 1700000000000000, "now is a date");
    is_int(rpa_left_ms(now - 1), 0, "a past deadline");
    is_int(rpa_left_ms(0), 0, "long past");
    is_int(rpa_left_ms(INT64_MIN), 0, "as long past as can be");
    is_int(rpa_left_ms(INT64_MAX), INT_MAX, "for ever");
    is_int(rpa_ms_to_us(-1500), -1500000, "another's milliseconds");
    ok(rpa_ms_to_us(INT64_MAX) == INT64_C(3155760000000000) &&
           rpa_ms_to_us(INT64_MIN) == INT64_C(-3155760000000000),
       "held within a hundred years");
    int left = rpa_left_ms(rpa_mono_us() + 5000001);
    ok(left > 4000 && left <= 5001, "rounded up: %d ms", left);
    ok(rpa_left_ms(rpa_mono_us() + 900) <= 1, "less than one is one, or past");
    return tap_done();
}
