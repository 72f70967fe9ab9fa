#ifndef RPA_ROLE_ROLES_H
#define RPA_ROLE_ROLES_H

/**
 * The driver role: descriptor 3 is the supervisor's socket, 4 the bot's.
 * Answers setup and ready, then serves the bot.
 */
int rpa_role_driver(void);

/** First of all, where secrets, keys or people's data pass through: no core file, and
 * no other process of this user reads or traces this one. */
void rpa_role_keep_to_itself(void);

/** The sweep role: release the keys that are down on $DISPLAY, and end. */
int rpa_role_sweep(void);

#endif
