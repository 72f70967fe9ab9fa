#ifndef RPA_VERIFY_VERIFY_H
#define RPA_VERIFY_VERIFY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * rpa-verify: is an audit store what was signed? lib/audit/AUDIT.md has the
 * formats; nothing here is shared with the program that wrote the store. A
 * function that gives false has come to a verdict, or has no memory.
 */
enum { VERIFIED = 0, TAMPERED = 1, USAGE = 2, INCOMPLETE = 10, CANNOT = 11 };

struct verdict {
    int code;
    char row[128];      /* TAMPERED: the first bad one: "17", "run 3" */
    char why[512];      /* one phrase; both safe to print and in JSON */
    char run[160];      /* what the run that was asked for came to */
    int64_t rows, runs; /* that were read; without run 0 */
    int64_t covered;    /* rows up to this one are signed */
};
/* one verdict, the first; @row a name, or NULL and @seq */
__attribute__((format(printf, 4, 5))) bool
tampered(struct verdict *v, const char *row, int64_t seq, const char *why, ...);
__attribute__((format(printf, 2, 3))) bool cannot(struct verdict *v,
                                                  const char *why, ...);

/* a file, whole, NUL-terminated; NULL if it cannot be had */
char *file_read(const char *path, size_t *ret_len);

/* note.c: C2SP signed notes and checkpoints; Ed25519 only */
struct key {
    char name[64];
    uint8_t hash[4], public[32];
};
bool key_read(const char *line, size_t len, struct key *ret_key);
/* 1 signed with @key and well made; 0 well made, but another's; -1 no good */
int note_read(const char *note, size_t len, const struct key *key,
              int64_t *ret_size, uint8_t ret_root[static 32]);

/* tree.c */
bool sha256(const void *data, size_t len, uint8_t out[static 32]);
struct merkle {
    int64_t size;
    uint8_t peak[62][32]; /* [k]: over 2^k leaves, if bit k of size is set */
    int top;              /* the newest leaf completed nodes up to that level */
    uint8_t tile[2][32];  /* those of levels 8 and 16, if it did */
};
bool tree_grow(struct merkle *tree, const uint8_t h[static 32]);
bool tree_now(const struct merkle *tree, uint8_t out[static 32]);
/* RFC 9162, 2.1.3.2 and 2.1.4.2. @proof is @n hashes of 32 bytes. */
bool verify_inclusion(int64_t leaf, int64_t size, const uint8_t h[static 32],
                      const uint8_t *proof, size_t n,
                      const uint8_t root[static 32]);
bool verify_consistency(int64_t old_size, int64_t size,
                        const uint8_t old_root[static 32],
                        const uint8_t root[static 32], const uint8_t *proof,
                        size_t n);

/* row.c */
#define COLUMNS                                                                \
    "seq,run,rseq,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h"
enum { SEQ, RUN, RSEQ, T_US, MONO_US, KIND, VERB, TARGET, WINDOW, FIELD, GRP,
       INTS };
enum { RUN_OPEN = 1, RUN_CLOSE, RUN_ABORT, DICT, GROUP_OPEN, CLOCK_STEP,
       CHECKPOINT, KEY = 16, COMMIT, OUTCOME = 24, ITEM = 26, LAST_KIND = 28 };
struct entry {
    int64_t n[INTS];
    const char *plain;
    const void *body;
    size_t plain_len, body_len;
    uint8_t h[32];
};
/* from a statement over COLUMNS; false if a type is not as it must be */
bool entry_read(sqlite3_stmt *st, struct entry *row);
/* SHA256(0x00 || the numbers || plain || body || the hash before in its run) */
bool entry_hash(const struct entry *row, const uint8_t prev[static 32],
              uint8_t out[static 32]);
/* the file @dir/@name for reading only, refused if it is not of that kind */
bool db_open(const char *dir, const char *name, int application, int version,
             sqlite3 **ret, struct verdict *v);
bool sql_new(sqlite3 *db, const char *sql, sqlite3_stmt **ret,
             struct verdict *v);
void db_close(sqlite3 *db); /* and what was prepared on it; NULL is fine */
/* a database that fails: damaged, or not to be read at all */
bool sql_bad(sqlite3 *db, const char *what, int64_t seq, struct verdict *v);
/* Bind i int64_t; t text of a length; s text; b 32 bytes. Then step once. */
int sql_put(sqlite3_stmt *st, const char *types, ...);

/* follow.c: what the rows come to, made anew in temporary tables */
struct run {
    int64_t id, rseq, last, grps;
    uint8_t h[32];
    char *queue; /* of the item in hand, or NULL */
    char item[65], state;
    int64_t commit, ref;
};
struct follow {
    sqlite3 *db;
    struct verdict *v;
    sqlite3_stmt *open, *end, *dict, *event, *outcome, *get, *put;
    struct run *runs; /* the open ones */
    size_t nruns;
    int64_t next_run, labels;
};
bool follow_begin(struct follow *f, sqlite3 *db, struct verdict *v);
struct run *follow_run(struct follow *f, int64_t id);
bool follow_row(struct follow *f, const struct entry *row);
/* are the stored tables those that follow? */
bool follow_compare(struct follow *f);
void follow_end(struct follow *f);

struct question {
    const char *dir;
    struct key key;
    const char *since; /* a note, to be found again; or NULL */
    size_t since_len;
    int64_t run;       /* -1: all */
};
/* store.c: a state directory */
void verify_store(const struct question *q, struct verdict *ret_verdict);
/* proof.c: a folder that `rpa audit export --proof` made */
void verify_proof(const struct question *q, struct verdict *ret_verdict);

#endif
