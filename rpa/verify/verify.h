#ifndef RPA_VERIFY_VERIFY_H
#define RPA_VERIFY_VERIFY_H

#include <dirent.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** rpa-verify: is an audit store what was signed? lib/audit/AUDIT.md has the
 * formats; nothing here is shared with the program that wrote the store. A
 * function that gives false has come to a verdict. Without memory or SHA-256
 * there is none: the program ends, CANNOT. */
enum { VERIFIED = 0, TAMPERED = 1, USAGE = 2, INCOMPLETE = 10, CANNOT = 11 };
struct verdict {
    int code;
    char row[128];        /* TAMPERED: the first bad one: "17", "run 3" */
    char why[512];        /* one phrase; both safe to print and in JSON */
    char run[160];        /* what the run that was asked for came to */
    long long rows, runs; /* that were read; without run 0 */
    long long covered;    /* rows up to this one are signed */
};
struct key { char name[64]; uint8_t hash[4], public[32]; };
struct question {
    const char *dir, *since; /* a note, to be found again; or NULL */
    struct key key;
    long long run; /* -1: all */
};
/* store.c: a state directory; proof.c: what `rpa audit export --proof` made */
void verify_store(const struct question *q, struct verdict *ret_verdict);
void verify_proof(const struct question *q, struct verdict *ret_verdict);

/* text.c. One verdict; @row NULL: the one after those read. Gives false. */
__attribute__((format(printf, 4, 5))) bool
say(struct verdict *v, int code, const char *row, const char *why, ...);
#define tampered(v, ...) say(v, TAMPERED, __VA_ARGS__)
#define cannot(v, ...) say(v, CANNOT, "", __VA_ARGS__)
/* @text for a terminal, JSON and a URI: what is not plain as %NN; or cut */
void escape(char *out, size_t size, const char *text);
void *must(void *got); /* @got, unless it is NULL: then the program ends */

/* hash.c: SHA-256, rows, and the tree of RFC 6962 over them */
struct hash { uint8_t byte[32]; };
struct hash sha256(const void *data, size_t len);
bool hash_is(struct hash a, struct hash b);
bool unhex(const char *hex, struct hash *ret_hash); /* NULL is none */
struct merkle {
    int64_t size;
    struct hash peak[62]; /* [k]: over 2^k leaves, if bit k of size is set */
    struct hash tile[2];  /* the newest nodes of levels 8 and 16 */
};
void merkle_grow(struct merkle *tree, struct hash leaf);
struct hash merkle_root(const struct merkle *tree);
/* RFC 9162, 2.1.3.2. @path is @n hashes. */
bool verify_inclusion(int64_t leaf, int64_t size, struct hash h,
                      const struct hash *path, size_t n, struct hash root);
#define COLUMNS                                                                \
    "seq,run,rseq,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h"
enum { SEQ, RUN, RSEQ, T_US, MONO_US, KIND, VERB, TARGET, WINDOW, FIELD, GRP };
enum { INTS = 11, PLAIN = INTS, BODY, HASH, MORE };
enum { RUN_OPEN = 1, RUN_CLOSE, RUN_ABORT, DICT, GROUP_OPEN, CHECKPOINT = 7 };
enum { SEGMENT = 8, KEY = 16, COMMIT, SCREEN = 22, OUTCOME = 24, ITEM = 26 };
struct entry {
    int64_t n[INTS];
    const char *plain; /* borrowed */
    size_t plain_len;
    bool filled;   /* it has a body */
    struct hash h; /* SHA256(0x00 || numbers || plain || body || h before) */
};
/* of COLUMNS; false: a type is wrong, or its h is another one */
bool entry_read(sqlite3_stmt *st, struct hash prev, struct entry *ret_row);

/* text.c: C2SP signed notes and checkpoints; Ed25519 only */
enum { NOTE_SIZE = 1024 };
/* as mail or paper leaves it; false: none, empty, or longer than any of ours */
bool file_read(const char *path, char out[static NOTE_SIZE]);
bool key_read(const char *line, struct key *ret_key);
/* 1 signed with @key; 0 another's, well made; -1 ill made; -2 not signed */
int note_read(const char *note, const struct key *key, int64_t *ret_size,
              struct hash *ret_root);

/* sql.c: databases that are only read, and not trusted */
struct db {
    sqlite3 *db;
    struct verdict *v;
    const char *sql[16]; /* what was asked so far */
    sqlite3_stmt *st[16];
};
/* a file of @dir that has that application_id, and a user_version from @oldest on */
bool file_open(struct db *db, const char *dir, const char *name, int id,
               int oldest, int newest);
bool file_check(struct db *db);
/* there is no verdict, nor @odd: the id of what does not follow from the rows */
bool follows(struct db *db, sqlite3_stmt *odd);
void file_close(struct db *db);
/* The first row that a literal statement gives; NULL: none, or with a verdict.
 * @types of what follows: i int64_t; t text of a length; b a hash. */
sqlite3_stmt *ask(struct db *db, const char *sql, const char *types, ...);
sqlite3_stmt *ask_next(struct db *db, sqlite3_stmt *st); /* the row after it */

#endif
