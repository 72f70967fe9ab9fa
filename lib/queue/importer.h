#ifndef RPA_QUEUE_IMPORTER_H
#define RPA_QUEUE_IMPORTER_H

#include "rpa/base/buf.h"
#include "rpa/queue/import.h"

#include <csv.h>
#include <jansson.h>

/* The row in hand, and where the file stands. */
struct rpa_import {
    struct rpa_import_spec spec; /* its texts are borrowed */
    struct rpa_import_to to;
    int64_t row;  /* the last one begun */
    bool begun;   /* past the byte order mark */
    struct rpa_err why; /* code 0 while the file can be read on */

    struct csv_parser csv;
    char **columns; /* the head; NULL until it was read */
    size_t ncolumns, at, row_len; /* row_len: bytes of its cells so far */
    json_t *cells;  /* the row's object so far */
    bool row_bad;

    struct rpa_buf line; /* JSON Lines: what has no end yet */
};

/* import.c: the object of a row is whole; @text, if not NULL, is it as it
 * stood */
void import_object(struct rpa_import *import, const json_t *object,
                   const char *text, size_t len);
/* what makes the rest unreadable */
void import_stop(struct rpa_import *import, enum rpa_code code, const char *msg,
                 const char *hint);

/* import_csv.c */
int import_csv_open(struct rpa_import *import, struct rpa_err *err);
void import_csv_feed(struct rpa_import *import, const char *bytes, size_t len);
void import_csv_end(struct rpa_import *import);
void import_csv_close(struct rpa_import *import);

#endif
