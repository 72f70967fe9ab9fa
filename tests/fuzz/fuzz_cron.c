/* Expressions, and files of time zones: whatever the bytes, an answer or an
 * error, soon. A time is later than what it was asked after, and the one
 * before it leads to it. */
#include "rpa/sched/cron.h"
#include "rpa/sched/quartz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t len = end ? (size_t)(end - data) : size;
    char *expr = strndup((const char *)data, len);
    struct rpa_cron cron;
    struct rpa_zone *zone = NULL;
    int64_t t = 1774000000, next;
    if (!expr)
        return 0;
    bool known = end && rpa_zone_parse("fuzz", end + 1, size - len - 1, &zone,
                                       NULL) == 0;
    if (!known && rpa_zone_open("Europe/London", &zone, NULL) < 0)
        abort();
    struct rpa_buf ours = { 0 };
    struct rpa_err err;
    if (rpa_quartz_read(expr, &ours, &err) == 0 && /* then it is one of ours */
        rpa_cron_parse(ours.data, &cron, &err) < 0 &&
        !strstr(err.msg, "too long")) { /* each value of what goes round */
        fprintf(stderr, "%s\n%s: %s\n", expr, ours.data, err.msg);
        abort();
    }
    rpa_buf_clear(&ours);
    if (rpa_cron_parse(expr, &cron, NULL) == 0)
        for (int i = 0; i < 20 && !rpa_cron_next(&cron, zone, t, &next, NULL);
             i++, t = next) {
            int64_t again;
            assert(next > t);
            assert(rpa_cron_next(&cron, zone, next - 1, &again, NULL) == 0 &&
                   again == next);
        }
    rpa_zone_free(zone);
    free(expr);
    return 0;
}
