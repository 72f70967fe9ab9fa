#ifndef RPA_SUPERVISOR_FILING_H
#define RPA_SUPERVISOR_FILING_H

#include "rpa/base/err.h"

/**
 * The hands of files.c: a process beside the loop that opens, reads and writes the
 * files of one bot, because their folder may be on a network that does not answer.
 * It asks and rows nothing; what it does to files is safe in itself: below one
 * folder, through no link, whole or not at all.
 *
 * It is asked one thing after the other, and says {"ok": …} or an error:
 *
 *   {"do": "read", "at", "bytes", "state"} → {"data", "sha256", "state", "last"}
 *   {"do": "hold", "first", "append", "more", "data"} → {"at", "bytes", "sha256"}:
 *       what is to be written, which is looked at and kept in mind, and not yet
 *       written; {}: there is more of it to come
 *   {"do": "put", "keep"} → {"bytes", "known"}: writes that under a name of its own;
 *       if keep, that becomes the file, of so many bytes. With an error: is it known
 *       that the file is as it was?
 *
 * "read", and "hold" with first, name the file: {"folder", "stores", "name",
 * "path"}. Half a file is dropped when the socket is closed.
 */
int rpa_role_files(void);

#define FILING_BYTES (8 << 20) /* of a file that is added to or written at once */
#define FILING_PIECE (1 << 20) /* that is read at once */

#endif
