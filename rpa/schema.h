#ifndef RPA_SCHEMA_H
#define RPA_SCHEMA_H

#include "rpa/ipc/msg.h"

/**
 * The shape of data files, as rows: manifest, screen map, rpa.conf.
 * Everything that is wrong is told at once.
 */
enum rpa_schema_type {
    RPA_SCHEMA_TEXT,
    RPA_SCHEMA_INT,
    RPA_SCHEMA_BOOL,
    RPA_SCHEMA_TEXTS, /* a list of texts */
    RPA_SCHEMA_SET,   /* any name = a text or a whole number */
    RPA_SCHEMA_MAP,   /* a table with the keys of @sub */
    RPA_SCHEMA_MAPS,  /* a list of such tables */
    RPA_SCHEMA_NAMED, /* any name = such a table */
};

struct rpa_schema {
    const char *name; /* NULL ends the rows */
    enum rpa_schema_type type;
    bool required;
    const struct rpa_schema *sub;
    const char *doc; /* for the manual */
};

extern const struct rpa_schema rpa_schema_manifest[];
extern const struct rpa_schema rpa_schema_map[];
extern const struct rpa_schema rpa_schema_conf[];

/** Check @value, the table that file @name returned.
 * Errors: RPA_EINVAL with every fault in one sentence. */
int rpa_schema_check(const struct rpa_schema *rows, const char *name,
                     const cbor_item_t *value, struct rpa_err *err);

#endif
