#ifndef RPA_QUEUE_IMPORT_H
#define RPA_QUEUE_IMPORT_H

#include "rpa/queue/queue.h"

/**
 * Work items from files: CSV (RFC 4180, its first row names the columns) and
 * JSON Lines (an object a line), UTF-8 with or without a byte order mark.
 *
 * Text stays text: a CSV cell becomes a JSON string as it stands, leading
 * zeros, spaces and long digits too; an empty cell is a member that is not
 * there. A JSON line is the payload as it stands. Fed piece by piece, so that
 * memory does not grow with the file.
 */
struct rpa_import; /* opaque */

enum rpa_import_form { RPA_IMPORT_CSV, RPA_IMPORT_JSONL };

/** What to read, and which columns (or members) say what. */
struct rpa_import_spec {
    enum rpa_import_form form;
    const char *reference; /* needed */
    const char *priority;  /* a whole number; NULL: none has one */
    const char *deadline;  /* 2026-11-22T04:00:00Z or with +01:00; NULL: none */
    int64_t within_s;      /* so long after that time it is */
};

/** Who takes what is read. @row counts from 1, the head of a CSV file being
 * row 1 and blank lines not counted, as a spreadsheet shows it. */
struct rpa_import_to {
    /** A row that could be read; @work is good for the call. Non-zero ends. */
    int (*row)(void *data, int64_t row, const struct rpa_work_new *work);
    /** One that could not: @column is "" for the row as a whole. */
    void (*bad)(void *data, int64_t row, const char *column, const char *what);
    void *data;
};

/** Begin a file. @spec's texts must outlive it. Ended with rpa_import_free(). */
int rpa_import_new(const struct rpa_import_spec *spec,
                   const struct rpa_import_to *to,
                   struct rpa_import **ret_import, struct rpa_err *err);
/** The next @len bytes. RPA_EINVAL what makes the rest unreadable: no such
 * column, a quote out of place, a row over a megabyte. RPA_ESTOP as row() said. */
int rpa_import_feed(struct rpa_import *import, const void *bytes, size_t len,
                    struct rpa_err *err);
/** No more comes: a last row without a line end counts. */
int rpa_import_end(struct rpa_import *import, struct rpa_err *err);
void rpa_import_free(struct rpa_import *import); /* NULL is fine */

#endif
