#ifndef RPA_ROLE_BOT_H
#define RPA_ROLE_BOT_H

/**
 * The bot role: descriptor 3 is the socket of the driver (of the supervisor in
 * mode eval), 4 a sealed memfd with the start document (rpa/lua/vm.h). Makes
 * the VM, locks the process down, runs. Ends the process by _exit(): 0, or 1
 * after an error that was told on descriptor 3, or 70 when it could not be.
 */
int rpa_role_bot(void);

#endif
