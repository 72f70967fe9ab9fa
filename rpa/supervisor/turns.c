#include "rpa/supervisor/turns.h"
#include "rpa/base/time.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SHORT_US 1000 /* the machine is not asked about those */

static int64_t cpu_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t ready_us(const struct turns *turns)
{
    char text[80];
    long long ns = 0;
    ssize_t n = turns->schedstat < 0
                    ? 0
                    : pread(turns->schedstat, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return sscanf(text, "%*d %lld", &ns) == 1 ? ns / 1000 : 0;
}

void turns_open(struct turns *turns)
{
    *turns = (struct turns){
        .schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC),
    };
}

void turns_close(struct turns *turns)
{
    if (turns->schedstat >= 0)
        close(turns->schedstat);
    turns->schedstat = -1;
}

void turns_begin(struct turns *turns)
{
    turns->at_us = rpa_mono_us();
    turns->at_ready_us = ready_us(turns);
    turns->at_cpu_us = cpu_us();
}

static void keep_most(int64_t *most, int64_t us)
{
    *most = us > *most ? us : *most;
}

bool turns_end(struct turns *turns, struct turn *ret)
{
    struct turn turn = { .cpu_us = cpu_us() - turns->at_cpu_us };
    turn.us = rpa_mono_us() - turns->at_us;
    if (turn.us > SHORT_US)
        turn.ready_us = ready_us(turns) - turns->at_ready_us;
    turn.us -= turn.ready_us < turn.us ? turn.ready_us : turn.us;
    turns->n++;
    turns->long_ones += turn.us > TURN_LONG_US;
    keep_most(&turns->longest.us, turn.us);
    keep_most(&turns->longest.cpu_us, turn.cpu_us);
    keep_most(&turns->longest.ready_us, turn.ready_us);
    *ret = turn;
    return turn.us > TURN_LONG_US;
}
