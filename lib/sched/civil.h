#ifndef RPA_LIB_SCHED_CIVIL_H
#define RPA_LIB_SCHED_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Days since 1970-01-01 and the Gregorian calendar.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
enum { DAY_S = 86400, HOUR_S = 3600 };

struct civil {
    int year, month, day; /* month and day from 1 */
};

int64_t civil_days(int year, int month, int day);
struct civil civil_from_days(int64_t days);
int civil_month_len(int year, int month);

/** Whole days in @s seconds, rounded down, also before 1970. */
static inline int64_t civil_floor_day(int64_t s)
{
    return s / DAY_S - (s % DAY_S < 0);
}

/** 0 for Sunday. */
static inline int civil_weekday(int64_t days)
{
    return (int)((days % 7 + 11) % 7);
}

#endif
