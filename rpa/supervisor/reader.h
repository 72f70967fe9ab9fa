#ifndef RPA_SUPERVISOR_READER_H
#define RPA_SUPERVISOR_READER_H

#include "rpa/ipc/msg.h"
#include "rpa/supervisor/supervisor.h"

/**
 * A file that a daemon goes by, read by a process of its own ("rpa role ROLE
 * FILE"), which takes as long as it takes and tells all that is wrong on standard
 * error. It is read again when it is said, and a while after it, or what belongs
 * to it, has changed: what is written piece by piece is whole then.
 *
 *   role schedules  the schedules: evaluates the file, loads each bot it names;
 *                   "ok" the table, "bots" their hashes and folders,
 *                   "holidays" (schedule.h), "tzdata" the zones' release
 *   role conf       rpa.conf, and FILE if it is not "": "ok" a table a file that
 *                   is there, by reader_confs
 */
struct reader;

/** What was read; or why it was not: RPA_ENOTFOUND no such file. */
typedef void reader_told(void *data, const cbor_item_t *msg,
                         const struct rpa_err *err);

/** Nothing is read yet. @role and @file are borrowed until reader_free().
 * Owns: *@ret. */
int reader_new(struct supervisor *sup, const char *role, const char *file,
               reader_told *told, void *data, struct reader **ret,
               struct rpa_err *err);
void reader_free(struct reader *reader); /* NULL is fine */

/** Read it: @told is called in the loop, once for the last time this is. */
int reader_read(struct reader *reader, struct rpa_err *err);
/** The same and wait for it here, before there is a loop. */
int reader_read_now(struct reader *reader, struct rpa_err *err);
/** Read it when nothing changes any more. */
void reader_read_soon(struct reader *reader);

/** Read it again when the file @path changes, is made or goes; if its folder is
 * not there, or cannot be watched, it is not known. */
void reader_watch_file(struct reader *reader, const char *path);
/** And when what belongs to a bot does in @folder; of a later folder only when
 * the former are forgotten. */
void reader_watch_bots(struct reader *reader, const char *folder);
void reader_forget_bots(struct reader *reader);

/** The names of rpa.conf in what role conf says, RPA_CONFS of them. */
extern const char *const reader_confs[];

/** Those processes; @argv[1] is the file. */
int rpa_role_schedules(int argc, char **argv);
int rpa_role_conf(int argc, char **argv);

#endif
