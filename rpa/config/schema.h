#ifndef RPA_CONFIG_SCHEMA_H
#define RPA_CONFIG_SCHEMA_H

#include "rpa/ipc/msg.h"

/**
 * The shape of data files, as rows: manifest, screen map, rpa.conf; and of
 * single options (options.h). Everything that is wrong is told at once.
 */
enum rpa_schema_type {
    RPA_SCHEMA_TEXT,
    RPA_SCHEMA_INT,
    RPA_SCHEMA_NUMBER, /* whole or not */
    RPA_SCHEMA_BOOL,
    RPA_SCHEMA_TEXTS,  /* a list of texts */
    RPA_SCHEMA_SET,    /* any name = a text or a whole number */
    RPA_SCHEMA_MAP,    /* a table with the keys of @sub */
    RPA_SCHEMA_MAPS,   /* a list of such tables */
    RPA_SCHEMA_NAMED,  /* any name = such a table */
};

struct rpa_schema {
    const char *name; /* NULL ends the rows */
    enum rpa_schema_type type;
    bool required;
    const struct rpa_schema *sub;
    const char *doc;  /* for the manual */
    const char *unit; /* of a number: "s"; what a text is: "HOST:PORT" */
    int64_t least, most;   /* of a number, or how many texts; both 0: any */
    const char *oneof;     /* the texts that fit: "LIVE|TRNG|DEMO" */
    const char *otherwise; /* the default, for the manual */
    bool (*fits)(const char *text); /* of a text, or each of a list: a @unit */
};

extern const struct rpa_schema rpa_schema_manifest[];
extern const struct rpa_schema rpa_schema_map[], rpa_schema_overlay[];
extern const struct rpa_schema rpa_schema_targets; /* the key of rpa.conf */

/** Check @value, the table that file @name returned.
 * Errors: RPA_EINVAL with every fault in one sentence. */
int rpa_schema_check(const struct rpa_schema *rows, const char *name,
                     const cbor_item_t *value, struct rpa_err *err);

/** Add "; @path wants …" to @bad for each fault of one value; returns how
 * many. */
int rpa_schema_faults(const struct rpa_schema *row, const char *path,
                      const cbor_item_t *value, struct rpa_buf *bad);

/** Add what a value must be, in a few words: "a number, 0 to 9 s". */
void rpa_schema_wants(const struct rpa_schema *row, struct rpa_buf *out);

#endif
