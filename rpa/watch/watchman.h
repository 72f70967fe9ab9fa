#ifndef RPA_WATCH_WATCHMAN_H
#define RPA_WATCH_WATCHMAN_H

/**
 * The watch role: descriptor 3 is the supervisor's socket. Its first message
 * has what to look at ("state", "schedules") and what rpa.conf says ("alerts");
 * the same comes again when that has changed.
 * Then, again and again: ask how the queues stand, look (look.h), keep what
 * begins and ends (rpa/alert/outbox.h), and deliver it (deliver.h). It opens
 * the stores for reading alone, but that of the alerts, and ends with the
 * supervisor.
 */
int rpa_role_watch(void);

#endif
