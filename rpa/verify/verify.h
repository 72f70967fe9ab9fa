#ifndef RPA_VERIFY_VERIFY_H
#define RPA_VERIFY_VERIFY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * rpa-verify: is an audit store what was signed? lib/audit/AUDIT.md has the
 * formats; nothing here is shared with the program that wrote the store. A
 * function that gives false has come to a verdict. Without memory or SHA-256
 * there is none: the program ends, CANNOT.
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
struct key {
    char name[64];
    uint8_t hash[4], public[32];
};
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

/* row.c. One verdict, the first; @row a name, or NULL and @seq. Gives false. */
__attribute__((format(printf, 5, 6))) bool
say(struct verdict *v, int code, const char *row, int64_t seq, const char *why,
    ...);
#define tampered(v, ...) say(v, TAMPERED, __VA_ARGS__)
#define cannot(v, ...) say(v, CANNOT, "", 0, __VA_ARGS__)
void *must(void *got); /* @got, unless it is NULL: then the program ends */
/* a file, whole, NUL-terminated; NULL if it cannot be had */
char *file_read(const char *path, size_t *ret_len);

#define COLUMNS                                                                \
    "seq,run,rseq,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h"
enum { SEQ, RUN, RSEQ, T_US, MONO_US, KIND, VERB, TARGET, WINDOW, FIELD, GRP,
       PLAIN, INTS = PLAIN, BODY, HASH };
enum { RUN_OPEN = 1, RUN_CLOSE, RUN_ABORT, DICT, GROUP_OPEN, CLOCK_STEP,
       CHECKPOINT, KEY = 16, COMMIT, OUTCOME = 24, ITEM = 26, LAST_KIND = 28 };
struct entry {
    int64_t n[INTS];
    const char *plain;
    const void *body;
    size_t plain_len, body_len;
    uint8_t h[32];
};
/* SHA256(0x00 || the numbers || plain || body || the hash before in its run) */
void entry_hash(const struct entry *row, const uint8_t prev[static 32],
                uint8_t out[static 32]);

/* note.c: C2SP signed notes and checkpoints; Ed25519 only */
bool key_read(const char *line, size_t len, struct key *ret_key);
/* 1 signed with @key and well made; 0 well made, but another's; -1 no good */
int note_read(const char *note, size_t len, const struct key *key,
              int64_t *ret_size, uint8_t ret_root[static 32]);

/* tree.c */
void sha256(const void *data, size_t len, uint8_t out[static 32]);
struct merkle {
    int64_t size;
    uint8_t peak[62][32]; /* [k]: over 2^k leaves, if bit k of size is set */
    int top;              /* the newest leaf completed nodes up to that level */
    uint8_t tile[2][32];  /* those of levels 8 and 16, if it did */
};
void tree_grow(struct merkle *tree, const uint8_t h[static 32]);
bool tree_is(const struct merkle *tree, const uint8_t root[static 32]);
/* RFC 9162, 2.1.3.2 and 2.1.4.2. @proof is @n hashes of 32 bytes. */
bool verify_inclusion(int64_t leaf, int64_t size, const uint8_t h[static 32],
                      const uint8_t *proof, size_t n,
                      const uint8_t root[static 32]);
bool verify_consistency(int64_t old_size, int64_t size,
                        const uint8_t old_root[static 32],
                        const uint8_t root[static 32], const uint8_t *proof,
                        size_t n);

/* store.c and follow.c: a store, while its rows go by */
struct run {
    int64_t id, rseq, first, last, grps;
    uint8_t h[32];
    char *queue; /* of the item in hand, or NULL */
    char item[65], state;
    int64_t commit, ref;
};
struct store {
    const struct question *q;
    struct verdict *v;
    sqlite3 *db;
    sqlite3_stmt *said, *note, *node, *label, *end, *get, *put;
    const char *text[3]; /* see row_said */
    struct run *runs;    /* the open ones */
    size_t nruns;
    int64_t next_run, labels, since_size;
    struct merkle tree;
    uint8_t since_root[32];
    char before[4097];   /* the newest note so far, or "" */
};
bool follow_begin(struct store *s);
struct run *follow_run(struct store *s, int64_t id);
/* the next row, of @run, NULL if that is not open yet */
bool follow_row(struct store *s, struct run *run, const struct entry *row);
/* are the stored tables those that follow? */
bool follow_compare(struct store *s);
/* up to three members of what a row says in clear to s->text, until the next */
bool row_said(struct store *s, const struct entry *row, const char *a,
              const char *b, const char *c);

/* sql.c. Statements live as long as s->db. */
bool sql_open(struct store *s);
void sql_close(struct store *s);
bool sql_new(struct store *s, const char *sql, sqlite3_stmt **ret);
/* Bind i int64_t; t text of a length; s text; b 32 bytes. Then step once. */
int sql_put(sqlite3_stmt *st, const char *types, ...);
/* what a query has for its first row; NULL if nothing, or with a verdict */
sqlite3_stmt *sql_first(struct store *s, const char *sql, ...);
/* a database that fails: damaged, or not to be read at all */
bool sql_bad(struct store *s, const char *row, int64_t seq);

#endif
