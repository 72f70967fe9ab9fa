#ifndef RPA_ROLE_BOT_H
#define RPA_ROLE_BOT_H

/** Its status where its driver had left. */
enum { RPA_BOT_ALONE = 71 };

/**
 * The bot role: descriptor 3 is the socket of the driver (of the supervisor in
 * mode eval), 4 a sealed memfd with the start document (rpa/lua/vm.h). Makes
 * the VM, locks the process down, runs. Ends the process by _exit(): 0, or 1
 * after an error that was told on descriptor 3, RPA_BOT_ALONE, or 70 when it could
 * not be told otherwise.
 */
int rpa_role_bot(void);

#endif
