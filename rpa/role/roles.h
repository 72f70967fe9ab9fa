#ifndef RPA_ROLE_ROLES_H
#define RPA_ROLE_ROLES_H

/**
 * The driver role: descriptor 3 is the supervisor's socket, 4 the bot's.
 * Answers setup and ready, then serves the bot.
 */
int rpa_role_driver(void);

/** The sweep role: release the keys that are down on $DISPLAY, and end. */
int rpa_role_sweep(void);

#endif
