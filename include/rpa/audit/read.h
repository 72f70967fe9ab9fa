#ifndef RPA_AUDIT_READ_H
#define RPA_AUDIT_READ_H

#include "rpa/audit/audit.h"

/** Reading a store, all its files, read-only, beside its writer or without one.
 * RPA_ENOTFOUND: a file that would hold the next row is missing. */
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

#define RPA_AUDIT_ONLY(kind) (1U << (kind))

/** Which rows; zero for all but the run. */
struct rpa_audit_filter {
    int64_t run;        /* -1: all */
    int64_t after;      /* rows above this one */
    int64_t upto;       /* to this one; 0: to the last */
    rpa_time since;
    uint32_t kinds;     /* RPA_AUDIT_ONLY(kind) of each; 0: all */
    const char *target; /* a label; NULL: all */
};

/** @content: unseal bodies; first row that with rpa_audit_query(). @state_dir is
 * borrowed until rpa_audit_reader_close(). */
int rpa_audit_reader_open(const char *state_dir,
                          const struct rpa_audit_filter *filter, bool content,
                          struct rpa_audit_reader **ret_reader,
                          struct rpa_err *err);
/** Where to begin (filter.after) so that the last @n that fit come. */
int rpa_audit_reader_tail(const char *state_dir,
                          const struct rpa_audit_filter *filter, int n,
                          int64_t *ret_after, struct rpa_err *err);
/** 1 a row in *@ret_entry, 0 the end, or -RPA_E…. */
int rpa_audit_reader_next(struct rpa_audit_reader *reader,
                          struct rpa_audit_entry *ret_entry,
                          struct rpa_err *err);
/** Does the row keep a picture? */
bool rpa_audit_keeps_picture(const struct rpa_audit_entry *entry);
/**
 * Open the picture of the row given last. The reader has content; that somebody
 * looks is first a durable row of its own (rpa_audit_query()).
 *
 * Owns:   @ret_png, in place of what it held.
 * Errors: RPA_ENOTFOUND the row keeps none, or its key is gone; RPA_ETAMPER the
 *         file is missing or is not the one that was kept.
 */
int rpa_audit_reader_picture(struct rpa_audit_reader *reader,
                             struct rpa_buf *ret_png, struct rpa_err *err);
void rpa_audit_reader_close(struct rpa_audit_reader *reader);

/** The public half of the signing key, a note verifier key line; added to
 * @line. */
int rpa_audit_key(const char *state_dir, struct rpa_buf *line,
                  struct rpa_err *err);
/** The newest signed note; added to @note. RPA_ENOTFOUND: nothing is signed;
 * RPA_ETAMPER: not with the key of sign.pub. */
int rpa_audit_last_note(const char *state_dir, struct rpa_buf *note,
                        struct rpa_err *err);

/**
 * What proves a run that has ended: its rows, the labels they use, its sealed
 * pictures and the note that first covered them, as proof.db in the folder @dir.
 * Opened pictures that stand there, picture-ROW.png, are kept by their hash.
 * lib/audit/AUDIT.md has its format; rpa-verify --proof reads it.
 *
 * Errors: RPA_ENOTFOUND no such run, RPA_EINVAL it is still open or no note
 *         covers it, RPA_EIO.
 */
int rpa_audit_export(const char *state_dir, int64_t run, const char *dir,
                     struct rpa_err *err);
/** Would it, and is there no @dir yet (RPA_EEXIST)? Asked before the disclosure is
 * rowed. Nothing is made. */
int rpa_audit_export_ask(const char *state_dir, int64_t run, const char *dir,
                         struct rpa_err *err);

/** What a check came to. */
struct rpa_audit_verdict {
    bool good;
    int64_t rows;  /* that were read */
    char row[128]; /* the first that is bad: "17", "head 1"; escaped */
    char why[256]; /* one phrase */
    /* Rows whose picture is missing or was changed; "3, 7", or "3, 7, ..." when they
     * are many. Where that is all that is bad, every row is as it was: @rest is true. */
    int64_t pictures;
    char of_rows[200];
    bool rest;
};

/**
 * What rpa-verify does not check, most of it because it has no keys: each sealed
 * body and each key against what its run committed to, each picture that a row
 * names, each segment against its manifest, that the store ends where it was
 * acknowledged (the head, and the anchor in keys.db), and the schema's text.
 *
 * Errors: none when it was judged, good or not; RPA_ENOTFOUND no store or no
 *         key, RPA_EINVAL another kind of file, RPA_EIO, RPA_ENOMEM.
 */
int rpa_audit_check_seals(const char *state_dir,
                          struct rpa_audit_verdict *ret_verdict,
                          struct rpa_err *err);

#endif
