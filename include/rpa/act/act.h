#ifndef RPA_ACT_ACT_H
#define RPA_ACT_ACT_H

#include <cbor.h>
#include <stdbool.h>
#include <stdint.h>

#include "rpa/base/err.h"

/**
 * The table of acts: all a bot can ask for.
 *
 * One row an act. From it come the argument check, the audit kind, the manual
 * (`rpa acts`) and the stubs for editors. Adding an act is one row and one
 * handler.
 */
struct rpa_driver;

enum rpa_arg_type {
    RPA_ARG_STR,
    RPA_ARG_INT,   /* 0 and up */
    RPA_ARG_COUNT, /* 1 and up */
    RPA_ARG_BOOL,
    RPA_ARG_LIST,
    RPA_ARG_MAP,
};

struct rpa_arg {
    const char *name;
    enum rpa_arg_type type;
    bool required;
    int64_t most; /* bytes of a string, entries of a list or map, or the
                     largest integer */
};

#define RPA_ARGS_MAX 8

struct rpa_act {
    const char *name; /* "field.set" */
    int (*handle)(struct rpa_driver *driver, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err);
    struct rpa_arg args[RPA_ARGS_MAX];
    const char *doc; /* one line for the manual */
};

/** The n-th act (from 0), NULL after the last. */
const struct rpa_act *rpa_act_at(size_t n);
/** By name (@len bytes); NULL if there is none. */
const struct rpa_act *rpa_act_find(const char *name, size_t len);

/**
 * Check @args (a CBOR map) against the act's row: unknown names, wrong types,
 * what is missing and what is too large, all at once in one sentence.
 * Errors: RPA_EINVAL.
 */
int rpa_act_check(const struct rpa_act *act, const cbor_item_t *args,
                  struct rpa_err *err);

#endif
