/* SQLite's files on a disk that loses power, or answers with an error. */
#ifndef RPA_TESTS_UNIT_AUDIT_CRASHFS_H
#define RPA_TESTS_UNIT_AUDIT_CRASHFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A VFS over the real one that becomes the default. It passes everything on
 * but the flushes, and keeps a log of every write, truncation, flush, file
 * made, deleted or renamed, and of each acknowledgement the test tells it of.
 * From the log come images: what a disk that honours flush may hold after the
 * power went at any event.
 *
 * Bytes beside a write are never harmed (SQLite's powersafe overwrite), and a
 * file is there for sure once it was flushed, and so is its new name once its
 * folder was. Link with -Wl,--wrap=rename,--wrap=fsync.
 */
void crashfs_on(void);    /* with an empty log */
void crashfs_quiet(void); /* no log and no flush, to look at images quickly */
void crashfs_off(void);   /* SQLite's own again; the log stays */

/** Row @seq was acknowledged here. */
void crashfs_ack(int64_t seq);
size_t crashfs_events(void);
/** The last row acknowledged among the first @events. */
int64_t crashfs_acked(size_t events);

/** What becomes of each 512 bytes written and not flushed. */
enum crashfs_fate {
    CRASHFS_DROPPED,
    CRASHFS_KEPT,
    CRASHFS_EITHER, /* by chance */
    CRASHFS_TORN,   /* by chance; some only in part */
    CRASHFS_FATES
};
/** A control: flushing a folder makes no name sure. */
void crashfs_forget_folders(bool on);
/** The files as they are when the power goes after the first @events, in the
 * existing folder @dir. */
void crashfs_image(size_t events, enum crashfs_fate fate, unsigned seed,
                   const char *dir);

/**
 * The @nth call from now that opens, writes, truncates, flushes or renames fails;
 * 0: none. A flush that fails forgets what it should have flushed: the file
 * reads as written, but the disk never has it (as Linux does).
 */
enum crashfs_error { CRASHFS_EIO, CRASHFS_ENOSPC };
void crashfs_fail(long nth, enum crashfs_error error, bool ever_after);
bool crashfs_failed(void); /* has one? */
/** Acknowledgements after the last call that failed. */
int crashfs_acked_after(void);

#endif
