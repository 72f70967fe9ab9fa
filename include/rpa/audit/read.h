#ifndef RPA_AUDIT_READ_H
#define RPA_AUDIT_READ_H

#include "rpa/audit/audit.h"

/** Reading and proving a store, read-only, beside its writer or without one. */
struct rpa_audit_reader;

/** A row as stored. Everything is good until the next rpa_audit_reader_next(). */
struct rpa_audit_entry {
    int64_t seq, run, rseq, grp;
    rpa_time t_us;
    int64_t mono_us;
    int kind, verb;
    const char *target, *window, *field; /* "" for none */
    const char *plain;                   /* JSON, or "" */
    size_t sealed_len;                   /* bytes of sealed content, 0 if none */
    const void *content;                 /* unsealed; NULL unless asked for */
    size_t content_len;
};

/** @run -1 for all. @content: unseal bodies; first row that with
 * rpa_audit_query(). */
int rpa_audit_reader_open(const char *state_dir, int64_t run, bool content,
                          struct rpa_audit_reader **ret_reader,
                          struct rpa_err *err);
/** 1 a row in *@ret_entry, 0 the end, or -RPA_E…. */
int rpa_audit_reader_next(struct rpa_audit_reader *reader,
                          struct rpa_audit_entry *ret_entry,
                          struct rpa_err *err);
void rpa_audit_reader_close(struct rpa_audit_reader *reader);

/** What the proof came to. */
struct rpa_audit_verdict {
    bool good;
    int64_t rows, runs; /* proved; runs without the supervisor's own */
    int64_t seq;        /* the first bad row of the audit, 0 if it is another */
    char row[128];      /* the first bad row: "17", "run 3", "dict 2"; escaped */
    char why[256];      /* one phrase */
};

/**
 * Recompute everything: every hash and link, dense numbers, types, labels, key
 * commitments, each sealed body, the heads of runs, the item states, the
 * acknowledged head and the schema.
 *
 * Errors: none when the store was read and judged, good or not; RPA_ENOTFOUND
 *         no store or no key, RPA_EINVAL another kind of file, RPA_EIO,
 *         RPA_ENOMEM: it could not be judged.
 */
int rpa_audit_verify(const char *state_dir,
                     struct rpa_audit_verdict *ret_verdict,
                     struct rpa_err *err);

#endif
