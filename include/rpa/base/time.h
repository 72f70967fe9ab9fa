#ifndef RPA_BASE_TIME_H
#define RPA_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

/** Microseconds since 1970-01-01 UTC (CLOCK_REALTIME). For records. */
typedef int64_t rpa_time;
rpa_time rpa_now_us(void);

/** Microseconds since boot, sleep included (CLOCK_BOOTTIME; the same in every
 * process of a machine). For deadlines. */
int64_t rpa_mono_us(void);

/** @ms as another process says it, in microseconds; held within 100 years, so that
 * a time that it is added to stays one. */
int64_t rpa_ms_to_us(int64_t ms);

/** Milliseconds until @deadline_us (rpa_mono_us time), rounded up, for poll();
 * 0 when it is past, never above INT_MAX. */
int rpa_left_ms(int64_t deadline_us);

/** "2026-11-22T01:02:03.000004Z"; "@…us" outside the years 0 to 9999. @out has
 * room for 28 bytes. */
char *rpa_time_iso(rpa_time t, char out[static 28]);

/** The s UTC of "2026-11-22T01:02:03Z" or "…+01:00"; false: it is none, as 30
 * February. */
bool rpa_time_read(const char *text, int64_t *ret_s);
/** The same in our time; 0 when it is none. */
rpa_time rpa_time_parse(const char *text);

#endif
