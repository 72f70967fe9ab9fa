#ifndef RPA_STORE_STORE_H
#define RPA_STORE_STORE_H

#include "rpa/base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * SQLite files as this project keeps them: WAL, synchronous=FULL, STRICT
 * tables, one read-write connection a file, readers mode=ro.
 *
 * The one writer holds flock() on FILE.lock for as long as it is open, because
 * SQLite 3.40 may reset a WAL wrongly when two connections write or
 * checkpoint. (Not on FILE itself: closing any descriptor of that drops
 * SQLite's own POSIX locks.)
 */
struct rpa_store; /* opaque; one thread at a time */
struct rpa_stmt;  /* a prepared statement of one store */

/** What a file is and how it came to its present shape. */
struct rpa_store_kind {
    const char *name;        /* for messages: "audit store" */
    int32_t application_id;  /* PRAGMA application_id */
    const char *const *step; /* step[i] takes user_version i to i+1 */
    int steps;
};

/** Make the directory @path (and those above it) 0700 if absent. RPA_EPERM, RPA_EINVAL
 * what stands above is no directory, RPA_EIO. */
int rpa_store_make_dir(const char *path, struct rpa_err *err);
/** The same of a state directory, which is ours: what is of another user, or others may
 * write into, is RPA_EPERM. Who may do that may change the keys, or answer for us. */
int rpa_store_state_dir(const char *path, struct rpa_err *err);

/**
 * Open @path for reading and writing, made 0600 if absent, migrated to the
 * newest version.
 *
 * Owns:   *@ret_store, set on success only; end it with rpa_store_close().
 * Errors: RPA_EEXIST another connection writes to it, RPA_EINVAL not a file
 *         of this kind or from a newer version, RPA_EIO.
 */
int rpa_store_open(const char *path, const struct rpa_store_kind *kind,
                   struct rpa_store **ret_store, struct rpa_err *err);
/** The same for reading only; takes no lock. RPA_ENOTFOUND if absent. */
int rpa_store_open_ro(const char *path, const struct rpa_store_kind *kind,
                      struct rpa_store **ret_store, struct rpa_err *err);
/** A copy of @path in memory, as it is now: what is changed there is changed in
 * nothing else. */
int rpa_store_open_copy(const char *path, const struct rpa_store_kind *kind,
                        struct rpa_store **ret_store, struct rpa_err *err);
/** An empty one of this kind in memory. */
int rpa_store_open_memory(const struct rpa_store_kind *kind,
                          struct rpa_store **ret_store, struct rpa_err *err);
/** Rolls back what is not committed. Its statements must be freed before. */
void rpa_store_close(struct rpa_store *store);

struct rpa_store_copy {
    const char *from, *to;
};
/**
 * Copy @n files, whoever writes to them meanwhile, as they all are at one
 * moment: what a power cut then would have left. Each @to is made 0600: one
 * file, no longer in WAL, flushed. All or none.
 *
 * Errors: RPA_ENOTFOUND no @from, RPA_EEXIST a @to is there, RPA_ETIMEOUT
 *         somebody commits all the time, RPA_EIO.
 */
int rpa_store_copy(const struct rpa_store_copy *files, size_t n,
                   struct rpa_err *err);

/**
 * Make @path of @kind, or go on with it. The statements @sql fill it; they read
 * @from, a file that somebody may be writing to, as it is at one moment, as the
 * schema "live".
 *
 * Shape:  one file without a log, flushed; its folder is not. Nothing is left of
 *         it after a failure, and @from is as it was. After a crash it may be
 *         anything: remove it then.
 * Errors: RPA_EIO, RPA_EINVAL.
 */
int rpa_store_freeze(const char *path, const struct rpa_store_kind *kind,
                     const char *from, const char *sql, struct rpa_err *err);
/** Read such a file when nobody writes to it any more, from media that cannot be written to as well. */
int rpa_store_open_frozen(const char *path, const struct rpa_store_kind *kind,
                          struct rpa_store **ret_store, struct rpa_err *err);
/** Give the disk back what was deleted, if that is more than half. After a
 * failure the only way on is close. */
int rpa_store_shrink(struct rpa_store *store, struct rpa_err *err);
/** Write its log back into the file, as far as readers let it and there is room,
 * so that what comes next takes its place and no more of the disk. */
void rpa_store_rewind(struct rpa_store *store);
/** The same if the log is long, when nobody waits, a step each call: flush what of it
 * is not, write it back, begin the next, which a commit would have to. True: it took
 * one, with one flush, and may have another. Where nobody calls this, a commit does it
 * once the log is many times that long. */
bool rpa_store_tidy(struct rpa_store *store);

/** Run statements that answer nothing; a transaction by begin and commit. */
int rpa_store_exec(struct rpa_store *store, const char *sql,
                   struct rpa_err *err);
int rpa_store_begin(struct rpa_store *store, struct rpa_err *err);
/** A change that nobody waits for: its commit outlives this process, and a power
 * cut after a later commit of the same store. One before that may undo it, whole. */
int rpa_store_begin_unflushed(struct rpa_store *store, struct rpa_err *err);
/** Durable when it returns 0. After a failure the only way on is close. */
int rpa_store_commit(struct rpa_store *store, struct rpa_err *err);
/** How many rows the last statement changed that changes any. */
int64_t rpa_store_changes(struct rpa_store *store);

/** Prepare one statement to be used many times. */
int rpa_stmt_new(struct rpa_store *store, const char *sql,
                 struct rpa_stmt **ret_stmt, struct rpa_err *err);
void rpa_stmt_free(struct rpa_stmt *stmt);
/**
 * Reset @stmt and bind its parameters in order, one letter of @types each:
 * i int64_t; s const char *; b const void *, size_t; t const char *, size_t.
 * Text and bytes are borrowed until the statement is stepped to its end.
 */
int rpa_stmt_bind(struct rpa_stmt *stmt, struct rpa_err *err,
                  const char *types, ...);
/** The same for parameters from the @at-th on, the first being 1. */
int rpa_stmt_bind_at(struct rpa_stmt *stmt, int at, struct rpa_err *err,
                     const char *types, ...);
/** The same from a list, for what wraps it. */
int rpa_stmt_vbind(struct rpa_stmt *stmt, struct rpa_err *err,
                   const char *types, va_list *ap);
/** 1 a row, 0 the end (and reset), or -RPA_E…. */
int rpa_stmt_step(struct rpa_stmt *stmt, struct rpa_err *err);
/** Bind as above and run to the end; for what gives no rows. */
int rpa_stmt_run(struct rpa_stmt *stmt, struct rpa_err *err,
                 const char *types, ...);
/** Let go of a row that is not read to the end. NULL is fine. */
void rpa_stmt_reset(struct rpa_stmt *stmt);

/** A column of the present row; bytes are good until the next step. */
int64_t rpa_stmt_int(struct rpa_stmt *stmt, int col);
const char *rpa_stmt_text(struct rpa_stmt *stmt, int col); /* "" for NULL */
const void *rpa_stmt_bytes(struct rpa_stmt *stmt, int col, size_t *ret_len);
/** The types of the first columns as stored: i, t, b, r(eal), n(ull). A
 * STRICT table made loose by hand shows here. @out has room for @n and NUL. */
void rpa_stmt_types(struct rpa_stmt *stmt, int n, char *out);

#endif
