#ifndef RPA_SUPERVISOR_ALBUM_H
#define RPA_SUPERVISOR_ALBUM_H

/**
 * The hands of pictures.c: a process beside the loop that seals the pictures of one
 * run and writes them, as they are up to 8 MiB and a disk may be slow. Its folder is
 * the state directory, whose keys it opens to read; it writes no row.
 *
 * It is asked {"run", "grp", "number"} with a memfd, one after the other, and says
 * {"number", "file"}, the bytes of a struct rpa_audit_pictured, once the file is on
 * disk; or {"number"} and an error. Asked without a memfd it drops what a lost one
 * wrote of that picture, and says {"number"}.
 */
int rpa_role_pictures(void);

#endif
