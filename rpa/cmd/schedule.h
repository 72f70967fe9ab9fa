#ifndef RPA_CMD_SCHEDULE_H
#define RPA_CMD_SCHEDULE_H

#include "rpa/config/options.h"
#include "rpa/config/schedule.h"

/** rpa schedule: see rpa(1). */
int cmd_schedule(int argc, char **argv, const char *state_dir);

/* What a verb of it works with. */
struct schedule_asked {
    struct schedules all;
    const struct schedule *one; /* NULL: none is named */
    int64_t from;               /* s UTC */
    int count;
    bool json;
    const char *state_dir, *why; /* NULL: none is said */
    cbor_item_t *status;         /* of the daemon, while they are listed */
};

int schedule_fail(const struct rpa_err *err);
/** Days off may have moved several to one moment: the last of them fires. */
bool schedule_merged(const struct schedule *s, const struct rpa_tick *tick);
/** The first time it fires with a nominal time after @tick's. */
int schedule_next_firing(const struct schedule *s, struct rpa_tick *tick,
                         struct rpa_err *err);

/* schedule_explain.c */
int schedule_explain(struct schedule_asked *a);
/** What the daemon says of itself (rpa status); NULL: none runs.
 * rpa_msg_free(). */
cbor_item_t *schedule_status(const char *state_dir);
/** "548 items, 6 workers, will finish 02:40; window closes 06:00" of what the
 * schedule runs now; NULL: nothing. free(). */
char *schedule_forecast(const cbor_item_t *status, const char *name);

/* schedule_state.c */
/** Why it does not start, and what to do: it is paused, nobody approved it, or it
 * is not what was approved; that alone with @changes_only, where who asks need not be
 * told more. NULL: it does. free(). */
char *schedule_hindrance(const struct schedule_asked *a,
                         const struct schedule *s, bool changes_only);
/** From where each @every counts, as far as the state directory tells. */
void schedule_anchor(struct schedule_asked *a);
int schedule_list(struct schedule_asked *a);
int schedule_approve(struct schedule_asked *a);
int schedule_pause(struct schedule_asked *a);
int schedule_resume(struct schedule_asked *a);
int schedule_run(struct schedule_asked *a);

#endif
