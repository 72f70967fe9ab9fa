#ifndef RPA_AUDIT_PRIV_H
#define RPA_AUDIT_PRIV_H

#include "rpa/audit/audit.h"
#include "rpa/audit/item.h"
#include "rpa/audit/read.h"
#include "rpa/store/store.h"
#include "rpa/vault/keyring.h"
#include "rpa/vault/sign.h"

#include <jansson.h>
/* SHA256_*: through EVP a context is freed and made anew for each hash, and three
 * hashes a row take half as long again. */
#define OPENSSL_API_COMPAT 10101
#include <openssl/sha.h>

/* schema.c */
extern const struct rpa_store_kind audit_kind, segment_kind;
extern const char segment_fill[];  /* a new segment, from the live file */
extern const char segment_begin[]; /* the live file, when that is done: its
                                     * rows are now in table closed, … */
extern const char segment_trim[];  /* … some fewer with each time, … */
extern const char segment_end[];   /* … until it goes */
/* every column of entry, in the order of struct row */
#define ENTRY_COLUMNS                                                          \
    "seq,run,rseq,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h"
enum { ENTRY_NCOLS = 14 };
int state_path(char *out, size_t size, const char *state_dir, const char *name,
               struct rpa_err *err);

/* row.c: a row in memory, its bytes and its hashes */
struct row {
    int64_t seq, run, rseq, t_us, mono_us, kind, verb, target, window, field,
        grp;
    const char *plain; /* JSON; borrowed */
    size_t plain_len;
    const uint8_t *body; /* as stored; borrowed */
    size_t body_len;
    uint8_t h[32];
};

/* hexadecimal, small letters; hex_get() reads the first 64 of them */
void hex_put(const uint8_t *bytes, size_t len, char *out);
bool hex_get(const char *hex, uint8_t out[static 32]);

struct hasher {
    SHA256_CTX ctx;
    struct rpa_buf bytes; /* the row being hashed, reused */
}; /* begins as zero */
void hasher_clear(struct hasher *hasher);
int digest(struct hasher *hasher, const void *data, size_t len,
           uint8_t out[static 32]);
/* Lay out the fixed fields and plain; nonce and hash below are about these. */
void row_lay(struct hasher *hasher, const struct row *row);
const void *row_aad(const struct hasher *hasher, size_t *ret_len);
int row_nonce(struct hasher *hasher, uint8_t nonce[static RPA_KEYRING_NONCE]);
/* after row_lay(): the row's hash, @prev being the one before in its run */
int row_hash(struct hasher *hasher, const struct row *row,
             const uint8_t prev[static 32], uint8_t out[static 32]);
/* RFC 6962: an inner node, SHA256(0x01 || left || right); and no leaf at all */
int node_hash(struct hasher *hasher, const uint8_t left[static 32],
              const uint8_t right[static 32], uint8_t out[static 32]);
int node_none(struct hasher *hasher, uint8_t out[static 32]);
/* from a statement over ENTRY_COLUMNS; false if a type is not as it must be */
bool row_read(struct rpa_stmt *stmt, struct row *ret_row);
/* after row_lay(): unseal into @ret_body (cleared first) */
int row_unseal(struct hasher *hasher, struct rpa_keyring *keys,
               const struct row *row, struct rpa_buf *ret_body,
               struct rpa_err *err);

/* pending.c: rows of this transaction that are not in the table yet, copied */
enum { PENDING_ROWS = 8 };
struct pending {
    struct rpa_stmt *one, *all; /* insert a row, and PENDING_ROWS */
    struct row rows[PENDING_ROWS]; /* their bytes one after another: */
    struct rpa_buf bytes;
    int n;
};
int pending_init(struct pending *pending, struct rpa_store *db,
                 struct rpa_err *err);
void pending_clear(struct pending *pending);
int pending_put(struct pending *pending, const struct row *row,
                struct rpa_err *err);
/* all of them into the table; before it is read, and before a commit */
int pending_flush(struct pending *pending, struct rpa_err *err);

/* segment.c: the files of a store as one */
enum { SEGMENT_NAME = 22 }; /* bytes, with NUL */
void segment_name(int64_t first, char out[static SEGMENT_NAME]);
/* of the files of one: @end is ".db" or ".note", with ".new" until it is done */
enum { SEGMENT_PATH = 4096 };
int segment_path(char out[static SEGMENT_PATH], const char *state_dir,
                 int64_t first, const char *end, struct rpa_err *err);
/* Where a row is, and statements for the file that has it. Zero but for the
 * first three. */
struct across {
    const char *state_dir;     /* borrowed */
    struct rpa_store *live;    /* borrowed */
    const char *sql[2];        /* borrowed; the second may be NULL */
    struct rpa_stmt *stmt[2];  /* theirs, in the file with … */
    int64_t first, last;       /* … these rows */
    struct rpa_store *segment; /* that file; NULL: the live one */
};
/* To the file with row @seq: its statements may be new. Who does not write and
 * wants what was there before must be in a transaction of the live file.
 * RPA_ENOTFOUND: the segment is missing. */
int across_seek(struct across *a, int64_t seq, struct rpa_err *err);
/* To the file behind row @seq, which is missing. */
int across_skip(struct across *a, int64_t seq, struct rpa_err *err);
/* For an sql[0] over ENTRY_COLUMNS that takes nothing: its next row, in the
 * next file after the last of one. 1, 0 the end, -RPA_E… */
int across_row(struct across *a, struct row *ret_row, struct rpa_err *err);
void across_clear(struct across *a);
/* RPA_ENOTFOUND: a segment is missing */
int segments_check(const char *state_dir, struct rpa_store *live,
                   struct rpa_err *err);

/* tree.c: the Merkle tree over all rows, in the order of seq */
enum { TREE_LEVELS = 62 };
struct tree {
    int64_t size;
    uint8_t peak[TREE_LEVELS][32]; /* [k] holds if bit k of size is set */
    struct rpa_stmt *put;          /* keeps nodes of levels 8 and 16; or NULL */
};
int tree_add(struct tree *tree, struct hasher *hasher,
             const uint8_t h[static 32], struct rpa_err *err);
int tree_root(const struct tree *tree, struct hasher *hasher,
              uint8_t out[static 32]);
/* where nodes come from, of any level: 1 found, 0 not kept (level 0: missing),
 * or -RPA_E… */
struct tree_source {
    int (*node)(void *data, int lvl, int64_t idx, uint8_t out[static 32],
                struct rpa_err *err);
    void *data;
};
/* the hash over leaves @from to @to - 1; 0 to n gives the root of n leaves */
int tree_range(const struct tree_source *source, struct hasher *hasher,
               int64_t from, int64_t to, uint8_t out[static 32],
               struct rpa_err *err);
/* Hashes of 32 bytes are added to @proof, in the order of RFC 6962. */
int tree_inclusion(const struct tree_source *source, struct hasher *hasher,
                   int64_t leaf, int64_t size, struct rpa_buf *proof,
                   struct rpa_err *err);
int tree_consistency(const struct tree_source *source, struct hasher *hasher,
                     int64_t old, int64_t size, struct rpa_buf *proof,
                     struct rpa_err *err);
/* the tree of the first @size leaves, to go on from; keeps tree->put */
int tree_load(struct tree *tree, const struct tree_source *source,
              struct hasher *hasher, int64_t size, struct rpa_err *err);
/* a source that reads a store; not to be moved */
struct tree_db {
    struct tree_source source;
    struct across files;
    int64_t base; /* rows before those of the live file, and their peaks */
    uint8_t peak[TREE_LEVELS][32];
};
int tree_db_init(struct tree_db *db, const char *state_dir,
                 struct rpa_store *live, struct rpa_err *err);
void tree_db_clear(struct tree_db *db);

/* note.c: C2SP signed notes with one Ed25519 key, and tlog-checkpoints */
enum { NOTE_NAME_MAX = 64, NOTE_MAX = 4096 };
struct note_key {
    char name[NOTE_NAME_MAX];
    uint8_t hash[4], public[32];
};
void note_key_make(struct note_key *key, const uint8_t public[static 32]);
/* "name+hash+key" as of vkey; a newline behind it is let pass */
bool note_key_parse(const char *text, size_t len, struct note_key *ret_key);
void note_key_print(const struct note_key *key, struct rpa_buf *out);
/* @text ends in a newline; the note goes to @out */
void note_sign(const struct rpa_sign *sign, const struct note_key *key,
               const char *text, struct rpa_buf *out);
/* Is @note one that @key signed? *@ret_text_len: its text, newline included */
bool note_open(const char *note, size_t len, const struct note_key *key,
               size_t *ret_text_len);
void checkpoint_print(const char *origin, int64_t size,
                      const uint8_t root[static 32], struct rpa_buf *out);
bool checkpoint_parse(const char *text, size_t len, const char *origin,
                      int64_t *ret_size, uint8_t ret_root[static 32]);

/* head.c: the last acknowledged row and the root up to it, under a MAC */
enum { HEAD_LEN = 8 + 32 + 32 };
struct head {
    int64_t seq;
    uint8_t root[32];
    bool old; /* from before there was a tree: root is the last row's h */
};
void head_seal(const struct head *head, const struct rpa_root *root,
               uint8_t out[static HEAD_LEN]);
bool head_unseal(const uint8_t *in, size_t len, const struct rpa_root *root,
                 struct head *ret_head);
int head_save(struct rpa_stmt *put, const struct head *head,
              const struct rpa_root *root, struct rpa_err *err);
/* 1 loaded, 0 none, -RPA_ETAMPER changed */
int head_load(struct rpa_store *db, const struct rpa_root *root,
              struct head *ret_head, struct rpa_err *err);
/* Is @then, from keys.db or the head, a state that the store went through? */
int head_check(const struct tree_source *source, struct hasher *hasher,
               const struct head *then, struct rpa_err *err);
/* Is the anchor in keys.db, which @now is no older than? */
int anchor_check(const struct tree_source *source, struct hasher *hasher,
                 struct rpa_keyring *keys, const struct rpa_root *root,
                 const struct head *now, struct rpa_err *err);

/* owed.c: intents of a run that nobody answered for yet, in the order of seq */
struct owed {
    struct owing {
        int64_t seq, grp;
    } *all;
    size_t n, cap;
    bool pressing; /* the run's last row was of keys or a click */
}; /* begins as zero */
/* the run's next row */
int owed_take(struct owed *owed, const struct row *row, struct rpa_err *err);
void owed_clear(struct owed *owed);

/* book.c: what follows from the rows: runs, labels, items. Writer and verifier
 * feed it the same rows, so the verifier's is what the writer's must be. */
struct run_state {
    int64_t id, rseq, last_seq, grps, purpose; /* its RUN_OPEN row */
    uint8_t h[32];
    bool dirty;
    struct owed owed;
    char *queue; /* of the item in hand; NULL if none */
    uint8_t item[32];
};

/* census.c: how many of them there are, and a keyed sum over the items, under a
 * MAC: what is emptied or changed by hand is noticed when the store is opened */
struct item {
    int64_t state, run, seq, commit_seq, ref_seq;
};
struct census {
    int64_t items, runs, labels;
    uint8_t sum[32]; /* exclusive or of keyed BLAKE2b of each item's row */
};
int census_weigh(struct census *census, const struct rpa_root *root,
                const char *queue, const uint8_t id[static 32],
                const struct item *item);
int census_save(struct rpa_stmt *put, const struct census *census,
               const struct rpa_root *root, struct rpa_err *err);
/* 1 loaded, 0 none, -RPA_ETAMPER changed */
int census_load(struct rpa_store *db, const struct rpa_root *root,
               struct census *ret, struct rpa_err *err);
/* Is what is stored what @want says? */
int census_check(struct rpa_store *db, const struct rpa_root *root,
                const struct census *want, struct rpa_err *err);

struct book {
    struct rpa_store *db;        /* borrowed */
    const struct rpa_root *root; /* borrowed */
    struct rpa_stmt *run_put, *run_head, *run_end, *dict_put, *item_get,
        *item_put, *census_put;
    struct census census;
    bool census_due;
    struct run_state *runs; /* the open ones, by id */
    size_t nruns, cap;
    int64_t next_run, labels;
    int64_t seq; /* of the last row taken */
};
int book_init(struct book *book, struct rpa_store *db,
              const struct rpa_root *root, struct rpa_err *err);
void book_clear(struct book *book);
/* continue from the stored projections */
int book_load(struct book *book, int64_t seq, struct rpa_err *err);
struct run_state *book_run(struct book *book, int64_t run);
/* Take the next row; -RPA_ETAMPER if no writer could have written it. */
int book_take(struct book *book, const struct row *row, struct rpa_err *err);
/* write the heads of the runs touched since */
int book_flush(struct book *book, struct rpa_err *err);
/* the JSON of a row; NULL and err if it is none */
json_t *row_json(const struct row *row, struct rpa_err *err);

/* items.c */
/* what a row means to an item, beside enum rpa_item_event */
enum { ITEM_INTENT = 10, ITEM_ANSWERED, ITEM_REFERENCED, ITEM_NOT_PRESSED,
       ITEM_MOVES };
int items_load(struct book *book, const char *queue, const uint8_t id[32],
               struct item *ret_item, struct rpa_err *err);
int items_check(struct book *book, const struct run_state *rs,
                const char *queue, const uint8_t id[32], int move,
                struct rpa_err *err);
int items_take(struct book *book, struct run_state *rs, const struct row *row,
               struct rpa_err *err);

/* labels.c: text to number, for the writer */
struct labels {
    char **text; /* text[i] has number i + 1 */
    size_t n, cap;
    uint32_t *slot; /* numbers; 0 empty */
    size_t nslot;   /* a power of two */
};
int64_t labels_find(const struct labels *labels, const char *text);
int labels_add(struct labels *labels, const char *text, struct rpa_err *err);
void labels_clear(struct labels *labels);

/* checkpoint.c: the tree as it grows, and when it is signed */

/** Write a small file that must not be there yet, down to the disk. */
int audit_write_new(const char *path, mode_t mode, const struct rpa_buf *text,
                    struct rpa_err *err);
struct signer {
    struct rpa_sign *key;
    struct note_key id;
    struct tree tree;
    struct tree_db nodes;
    struct rpa_stmt *put;
    struct rpa_buf note; /* the last one */
    int64_t size;        /* rows it signs */
    int64_t at_us;       /* mono_us() then */
    bool due;            /* with the next commit, however few the rows */
};
/* the tree of the acknowledged rows; the last note must be about it */
int signer_open(struct rpa_audit *audit, const char *state_dir,
                struct rpa_err *err);
/* @end: what was acknowledged last. Is it what the rows come to? */
int signer_load(struct rpa_audit *audit, const struct head *end,
                struct rpa_err *err);
void signer_clear(struct signer *signer);
/* with the rows not yet committed: a CHECKPOINT row, and a note over all of
 * them, this row included */
int audit_checkpoint(struct rpa_audit *audit, struct rpa_err *err);
bool audit_checkpoint_due(const struct rpa_audit *audit);

/* reserve.c: a file of the disk's last bytes, kept for the ends of what was
 * begun: OUTCOME, RUN_ABORT, a checkpoint. New acts stop before it is touched. */
struct reserve {
    char dir[4096], path[4096], db[4096], wal[4096];
    bool low;
};
int reserve_open(struct reserve *reserve, const char *state_dir,
                 struct rpa_err *err);
/* before each commit: is the disk so full that it must be given up? */
void reserve_check(struct reserve *reserve);
/* bytes that may still be written */
int64_t reserve_room(const struct reserve *reserve);
/* is there room to say that nothing happens? */
bool reserve_idle(const struct reserve *reserve);
/* -RPA_EAUDIT if nothing new may be begun; stops nothing */
int reserve_ask(const struct reserve *reserve, struct rpa_err *err);

/* manifest.c: what names a segment */
int manifest_hash(struct hasher *hasher, const char *path,
                  uint8_t out[static 32], struct rpa_err *err);
void manifest_print(const char *origin, const char *name, int64_t first,
                    int64_t last, const uint8_t sha256[static 32],
                    struct rpa_buf *out);
/* -RPA_ETAMPER when the segment that SEGMENT row @row names is there and is not
 * as it was closed, or its manifest is not there as it was written */
int manifest_check(struct hasher *hasher, const char *state_dir,
                   const struct row *row, struct rpa_err *err);

/* audit.c */
struct rpa_audit {
    struct rpa_store *db;
    struct rpa_root *root;
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct book book;
    struct labels labels;
    struct signer signer;
    struct reserve reserve;
    struct pending pending;
    struct rpa_stmt *head_put;
    struct across rows; /* one by its seq */
    char *state_dir;
    struct head durable; /* the last acknowledged state */
    struct rpa_buf sealed;
    rpa_time (*now_us)(void);
    int64_t (*mono_us)(void);
    int64_t clock_offset_us;
    bool in_tx, keys_waiting, anchor_due, failed;
    bool closed; /* there is a table of rows that a segment has (turn.c) */
    struct rpa_err why; /* it failed first; what every later call says */
};
/* append any row: fills seq, rseq, times; seals @content; takes it */
int audit_put(struct rpa_audit *audit, struct row *row, const char *plain,
              const void *content, size_t len, int64_t *ret_seq,
              struct rpa_err *err);
/* rpa_audit_commit(), with the anchor of the checkpoint that it made */
int audit_commit_all(struct rpa_audit *audit, struct rpa_err *err);
/* -RPA_EAUDIT, and so is every later call */
int audit_stop(struct rpa_audit *audit, struct rpa_err *err);
int audit_ready(struct rpa_audit *audit, int64_t run, struct rpa_err *err);
/* row @seq, whose bytes are good until the next; 1, 0 no such row, -RPA_E… */
int audit_row(struct rpa_audit *audit, int64_t seq, struct row *ret_row,
              struct rpa_err *err);
/* a label's number, with its DICT row if it is new */
int audit_label(struct rpa_audit *audit, const char *text, int64_t *ret_id,
                struct rpa_err *err);

/* picture.c: 1 and the file of the picture that the row names, 0 it names none;
 * -RPA_ETAMPER when it is not there as it was kept. */
int picture_sealed(struct hasher *hasher, const char *state_dir,
                   const struct row *row, struct rpa_buf *ret_file,
                   struct rpa_err *err);
/* 1, and the hash of @dir/picture-SEQ.png with *@ret_len 32 if one stands there */
int picture_opened(struct hasher *hasher, const char *dir, int64_t seq,
                   uint8_t out[static 32], size_t *ret_len, struct rpa_err *err);
int picture_check(struct hasher *hasher, const char *state_dir,
                  const struct row *row, struct rpa_err *err);
/* rpa_audit_reader_picture(); @body is the row's, unsealed */
int picture_open(struct hasher *hasher, struct rpa_keyring *keys,
                 const char *state_dir, const struct row *row,
                 const struct rpa_buf *body, struct rpa_buf *ret_png,
                 struct rpa_err *err);

/* turn.c */
int audit_closed(struct rpa_audit *audit, struct rpa_err *err);
int audit_end_closed(struct rpa_audit *audit, struct rpa_err *err);

/* rebuild.c: with the head loaded and nothing else */
int audit_rebuild(struct rpa_audit *audit, struct rpa_err *err);

/* run.c */
int audit_first_run(struct rpa_audit *audit, struct rpa_err *err);

/* orphans.c */
int audit_abort_orphans(struct rpa_audit *audit, struct rpa_err *err);

#endif
