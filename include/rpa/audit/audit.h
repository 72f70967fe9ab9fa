#ifndef RPA_AUDIT_AUDIT_H
#define RPA_AUDIT_AUDIT_H

#include "rpa/audit/kind.h"
#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The audit store of a state directory, for its one writer.
 *
 * Rows are appended, then made durable together by one rpa_audit_commit();
 * only then may they be acknowledged, and only then may an act follow.
 * lib/audit/AUDIT.md has the promises and the row format byte by byte.
 *
 * Fail-stop: when the store cannot take a row, that call and every later one
 * fail with RPA_EAUDIT; end the process. A call that is itself wrong (no such
 * run, a label too long) fails with RPA_EINVAL, RPA_EEXIST or RPA_EDOUBT,
 * writes nothing and stops nothing.
 */
struct rpa_audit; /* opaque; one thread, one process */

enum {
    RPA_AUDIT_LABEL_MAX = 512,          /* bytes */
    RPA_AUDIT_BODY_MAX = 1024 * 1024, /* bytes, before sealing */
    RPA_AUDIT_SEGMENT_ROWS = 10000000, /* of a file, unless it is told else */
};

/**
 * Open the store in @state_dir for writing; the directory, audit.db, keys.db,
 * root.key, sign.key and sign.pub are made if absent. Runs that a lost
 * supervisor left open get their RUN_ABORT row here, and before it an OUTCOME row,
 * unknown, for each intent that has none; pictures of theirs that no row names go.
 *
 * Owns:   *@ret_audit, set on success only; end it with rpa_audit_close().
 * Errors: RPA_EEXIST another supervisor holds it, RPA_ETAMPER acknowledged
 *         rows are missing, or the head or what was signed was changed,
 *         RPA_EENV the root or the signing key is lost, RPA_EINVAL, RPA_EIO, RPA_EAUDIT.
 */
int rpa_audit_open(const char *state_dir, struct rpa_audit **ret_audit,
                   struct rpa_err *err);
/** The same, with what follows from the rows (runs, labels, items) made anew
 * from them, each row checked on the way: for a store whose projections were
 * emptied or changed, which rpa_audit_open() refuses with RPA_ETAMPER. */
int rpa_audit_rebuild(const char *state_dir, struct rpa_audit **ret_audit,
                      struct rpa_err *err);
/** Signs and commits what waits, unless it failed before. Runs stay open; NULL is fine. */
void rpa_audit_close(struct rpa_audit *audit);
/** For tests: other clocks than rpa_now_us() and rpa_mono_us(). */
void rpa_audit_set_clock(struct rpa_audit *audit, rpa_time (*now_us)(void),
                         int64_t (*mono_us)(void));

/** Why a run may touch what it touches. Texts may be NULL. */
struct rpa_audit_purpose {
    int reason; /* code 0-10; -1 not given */
    const char *on_behalf, *justification, *originator, *location, *reference,
        *correlation;
};

/** Who runs what, on what, and why. No text may be NULL. */
struct rpa_audit_run {
    uint8_t uuid[16];
    const char *bot;
    const uint8_t *bot_sha256;     /* 32 bytes */
    const uint8_t *runtime_sha256; /* 32 bytes */
    const char *operator_name;     /* the person's name as at the time */
    uint32_t uid;
    const char *host, *target;
    const char *mode; /* LIVE, TRNG or DEMO */
    struct rpa_audit_purpose purpose;
};

/** Open a run; durable with the next commit. Who, what code and where are in
 * clear; the purpose texts are sealed, all but the reason code. */
int rpa_audit_run_open(struct rpa_audit *audit, const struct rpa_audit_run *run,
                       int64_t *ret_run, struct rpa_err *err);
/** @outcome is the exit status the run ends with. */
int rpa_audit_run_close(struct rpa_audit *audit, int64_t run, int outcome,
                        struct rpa_err *err);
/** Nobody is left to say what became of the acts of @run: an OUTCOME row, unknown,
 * for each intent that has none. */
int rpa_audit_unanswered(struct rpa_audit *audit, int64_t run, struct rpa_err *err);
/** The run did not come to its end; @why is a fixed phrase, no person's data. */
int rpa_audit_run_abort(struct rpa_audit *audit, int64_t run, const char *why,
                        struct rpa_err *err);

/**
 * The group of a data subject within a run: rows about them are sealed under a
 * key of their own. The same @subject_ref gives the same group. 0 is the run's
 * own group, for content about nobody in particular.
 */
int rpa_audit_group(struct rpa_audit *audit, int64_t run,
                    const char *subject_ref, int64_t *ret_grp,
                    struct rpa_err *err);

/**
 * Another purpose than the run's: a PURPOSE row, its texts sealed under @grp.
 * Look-ups (READ, HTTP) whose rpa_audit_row.purpose is *@ret_seq were made for
 * it; all others for the run's, and their rows name its RUN_OPEN row.
 */
int rpa_audit_purpose(struct rpa_audit *audit, int64_t run, int64_t grp,
                      const struct rpa_audit_purpose *purpose,
                      int64_t *ret_seq, struct rpa_err *err);

/** A row to append. Labels are names from the manifest or screen map, never
 * what a screen shows; NULL for none. */
struct rpa_audit_row {
    int64_t run, grp;
    enum rpa_audit_kind kind; /* KEY and above, but none that has a function of
                                 its own: ITEM, AUDIT_QUERY, PURPOSE,
                                 SCHEDULE, REVIEW */
    enum rpa_s62 verb;
    const char *target, *window, *field;
    int64_t intent;               /* OUTCOME: seq of the row it answers */
    enum rpa_audit_result result; /* OUTCOME */
    int64_t purpose;              /* READ, HTTP: the PURPOSE row; 0: the run's */
    const void *body;             /* content, CBOR; sealed here */
    size_t body_len;
};

/**
 * Append a row; not durable before rpa_audit_commit().
 * A COMMIT row while the run has a work item needs that item marked
 * (RPA_EINVAL), and no earlier COMMIT of it without OUTCOME (RPA_EDOUBT).
 */
int rpa_audit_append(struct rpa_audit *audit, const struct rpa_audit_row *row,
                     int64_t *ret_seq, struct rpa_err *err);
/** Make everything appended durable. 0 or fail-stop. Signs a checkpoint over
 * all rows so far at a run's end, and when rows wait for one for 10 s or are
 * 10,000. */
int rpa_audit_commit(struct rpa_audit *audit, struct rpa_err *err);
/** The keys of new runs and groups, which rpa_audit_commit() flushes before their rows
 * if nobody did, and that the last checkpoint is durable, which it leaves to this: a
 * flush of keys.db, for who may not wait for two at once. 1: done, 0: there was
 * nothing; or fail-stop. */
int rpa_audit_commit_keys(struct rpa_audit *audit, struct rpa_err *err);
/** rpa_store_tidy() of one of its files. */
bool rpa_audit_tidy(struct rpa_audit *audit);
enum { RPA_AUDIT_HEARTBEAT_US = 1000000 };
/** To be called every RPA_AUDIT_HEARTBEAT_US or so: a commit, with a checkpoint
 * if rows have waited for 10 s, or the last is a minute old. As often as that,
 * so that neither is late by more; and so is rpa_audit_commit_keys(). 0 or fail-stop. */
int rpa_audit_heartbeat(struct rpa_audit *audit, struct rpa_err *err);

/** Commit, and sign a checkpoint over all rows, however few are new. */
int rpa_audit_sign(struct rpa_audit *audit, struct rpa_err *err);

/**
 * A segment: the rows of the newest file, which become a file that is never
 * written again. To be called when a run has ended: is it time? It is when no
 * other is open, and the newest file has @rows rows or rows of an earlier month
 * (UTC). Writing it takes some seconds for a million rows, and is for a process
 * of its own (rpa_audit_segment_write()) while no run is begun here; rows of the
 * supervisor's own may come. Then rpa_audit_turn() with what that came to.
 *
 * Shape:  1 it is time, 0 it is not.
 * Errors: RPA_EAUDIT fail-stop. Others (RPA_EIO: no room): nothing was given up,
 *         the store goes on in the file it has; so below.
 */
int rpa_audit_turn_due(struct rpa_audit *audit, int64_t rows,
                       struct rpa_err *err);

struct rpa_audit_segment {
    int64_t first, last;      /* its rows */
    uint8_t root[32];         /* of the tree up to the last */
    uint8_t sha256[32];       /* of the whole file */
};
/** Write it, or go on with it; needs no key and changes nothing else.
 * Errors: RPA_EIO, RPA_ETAMPER, RPA_ENOMEM. */
int rpa_audit_segment_write(const char *state_dir,
                            struct rpa_audit_segment *ret_segment,
                            struct rpa_err *err);
/**
 * Begin a new file: @segment is kept for good, with its signed manifest.
 *
 * Shape:  1 it was turned, 0 rows came that it has not: write it again.
 */
int rpa_audit_turn(struct rpa_audit *audit,
                   const struct rpa_audit_segment *segment, struct rpa_err *err);
/** Give up some thousand of the rows that a segment has; until it was called
 * often enough, or the store was closed, they fill the disk twice.
 *
 * Shape:  1 there are more, 0 that was all. Errors: RPA_EAUDIT fail-stop. */
int rpa_audit_trim(struct rpa_audit *audit, struct rpa_err *err);

/** Is every segment there? RPA_ENOTFOUND names the first row that is not. */
int rpa_audit_segments(const struct rpa_audit *audit, struct rpa_err *err);

/**
 * Did this store go through the state that @note, a signed checkpoint kept
 * elsewhere, is about? RPA_ETAMPER if it holds fewer rows (it was rolled back)
 * or others; RPA_EINVAL if @note is not signed by this store's key, once, and by no other.
 */
int rpa_audit_held(struct rpa_audit *audit, const char *note, size_t len,
                   struct rpa_err *err);

/** Who reads the store, and why. */
struct rpa_audit_reading {
    const char *actor;
    uint32_t uid;
    const char *what;    /* such as "show --content" */
    int64_t run;         /* -1: all */
    enum rpa_s62 verb;   /* consultation, or disclosure */
    const void *purpose; /* CBOR, sealed with the row; NULL if not said */
    size_t purpose_len;
};
/** A row that says so. RPA_EIO: on a nearly full disk nothing is read or changed
 * that needs a row; RPA_EAUDIT fail-stop. */
int rpa_audit_query(struct rpa_audit *audit,
                    const struct rpa_audit_reading *reading,
                    struct rpa_err *err);
/** A row that says the same of who changes something outside any run, such as a
 * queue; @purpose is what is changed, and why. */
int rpa_audit_changed(struct rpa_audit *audit,
                      const struct rpa_audit_reading *did, struct rpa_err *err);

/** A SCHEDULE row: @says is a JSON object, in clear, so without anybody's data
 * but who decided. */
int rpa_audit_schedule(struct rpa_audit *audit, const char *says,
                       struct rpa_err *err);

/** What a REVIEW row says. */
struct rpa_audit_review {
    int64_t run, grp;  /* 0, 0: a person did it, at the supervisor */
    enum rpa_s62 verb;
    const char *says;  /* a JSON object, in clear, so without anybody's data but
                          who did it */
    const void *body;  /* CBOR, sealed; NULL for none */
    size_t body_len;
};
/** A REVIEW row. Errors as rpa_audit_append(). */
int rpa_audit_review(struct rpa_audit *audit, const struct rpa_audit_review *row,
                     int64_t *ret_seq, struct rpa_err *err);

/** The content of row @seq, unsealed, in place of what @ret_body held. */
int rpa_audit_body(struct rpa_audit *audit, int64_t seq,
                   struct rpa_buf *ret_body, struct rpa_err *err);
/** What REVIEW row @seq says in clear, added to @ret_says, and its content, in place
 * of what @ret_body held: its seal covers both. RPA_ENOTFOUND it is no such row. */
int rpa_audit_said(struct rpa_audit *audit, int64_t seq,
                   struct rpa_buf *ret_says, struct rpa_buf *ret_body,
                   struct rpa_err *err);
/** How many rows @run has so far; 0 if it is not open. */
int64_t rpa_audit_run_rows(struct rpa_audit *audit, int64_t run);
/** Is the disk so full that nothing new is taken, and what is left is kept for
 * the ends of what was begun? It is asked anew. */
bool rpa_audit_is_full(struct rpa_audit *audit);

/** The last durable row. */
int64_t rpa_audit_last(const struct rpa_audit *audit);

#endif
