#ifndef RPA_SUPERVISOR_ROTA_FILE_H
#define RPA_SUPERVISOR_ROTA_FILE_H

#include "rpa/config/schedule.h"
#include "rpa/supervisor/supervisor.h"

/**
 * The file of schedules, read by a process of its own ("rpa role schedules"):
 * it evaluates the file and loads each bot it names, which takes as long as it
 * takes, and tells of all that is wrong on standard error. What is handed to the
 * supervisor is the table and the hashes of the bots, which are short.
 */
struct rota_reader;

/** What @file says, checked; or why it is not: RPA_ENOTFOUND no such file. */
typedef void rota_told(void *data, const struct schedules_file *file,
                       const struct rpa_err *err);

/** Read @file: @told is called once, in the loop, unless rota_reader_free() comes
 * before. Owns: *@ret. */
int rota_reader_start(struct supervisor *sup, const char *file,
                      rota_told *told, void *data, struct rota_reader **ret,
                      struct rpa_err *err);
/** Wait for it here, before there is a loop; then it is done. */
void rota_reader_wait(struct rota_reader *reader);
void rota_reader_free(struct rota_reader *reader); /* NULL is fine */

/** That process; @argv[1] is the file. */
int rpa_role_schedules(int argc, char **argv);

#endif
