#ifndef RPA_AUDIT_PRIV_H
#define RPA_AUDIT_PRIV_H

#include "rpa/audit/audit.h"
#include "rpa/audit/item.h"
#include "rpa/audit/read.h"
#include "rpa/store/store.h"
#include "rpa/vault/keyring.h"

#include <jansson.h>
#include <openssl/evp.h>

/* schema.c */
extern const struct rpa_store_kind audit_kind;
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

struct hasher {
    EVP_MD *md;
    EVP_MD_CTX *ctx;
    struct rpa_buf bytes; /* the row being hashed, reused */
};
int hasher_init(struct hasher *hasher, struct rpa_err *err);
void hasher_clear(struct hasher *hasher);
/* Lay out the fixed fields and plain; nonce and hash below are about these. */
void row_lay(struct hasher *hasher, const struct row *row);
const void *row_aad(const struct hasher *hasher, size_t *ret_len);
int row_nonce(struct hasher *hasher, uint8_t nonce[static RPA_KEYRING_NONCE]);
/* after row_lay(): the row's hash, @prev being the one before in its run */
int row_hash(struct hasher *hasher, const struct row *row,
             const uint8_t prev[static 32], uint8_t out[static 32]);
/* running = SHA256(0x03 || running || h) */
int chain_fold(struct hasher *hasher, uint8_t running[static 32],
               const uint8_t h[static 32]);
/* from a statement over ENTRY_COLUMNS; false if a type is not as it must be */
bool row_read(struct rpa_stmt *stmt, struct row *ret_row);
/* after row_lay(): unseal into @ret_body (cleared first) */
int row_unseal(struct hasher *hasher, struct rpa_keyring *keys,
               const struct row *row, struct rpa_buf *ret_body,
               struct rpa_err *err);

/* head.c: the last acknowledged row, under a MAC */
enum { HEAD_LEN = 8 + 32 + 32 + 32 };
struct head {
    int64_t seq;
    uint8_t h[32], running[32];
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
/* Is @anchor (from keys.db) a state this store went through? */
int anchor_check(struct rpa_store *db, struct rpa_keyring *keys,
                 const struct rpa_root *root, const struct head *now,
                 struct rpa_err *err);

/* book.c: what follows from the rows: runs, labels, items. Writer and verifier
 * feed it the same rows, so the verifier's is what the writer's must be. */
struct run_state {
    int64_t id, rseq, last_seq, grps;
    uint8_t h[32];
    bool dirty;
    char *queue; /* of the item in hand; NULL if none */
    uint8_t item[32];
};

struct book {
    struct rpa_store *db; /* borrowed */
    struct rpa_stmt *run_put, *run_head, *run_end, *dict_put, *item_get,
        *item_put;
    struct run_state *runs; /* the open ones, by id */
    size_t nruns, cap;
    int64_t next_run, labels;
    struct head head; /* after the last row taken */
};
int book_init(struct book *book, struct rpa_store *db, struct rpa_err *err);
void book_clear(struct book *book);
/* continue from the stored projections */
int book_load(struct book *book, const struct head *head, struct rpa_err *err);
struct run_state *book_run(struct book *book, int64_t run);
/* Take the next row; -RPA_ETAMPER if no writer could have written it. */
int book_take(struct book *book, struct hasher *hasher, const struct row *row,
              struct rpa_err *err);
/* write the heads of the runs touched since */
int book_flush(struct book *book, struct rpa_err *err);
/* the JSON of a row; NULL and err if it is none */
json_t *row_json(const struct row *row, struct rpa_err *err);

/* items.c */
struct item {
    int64_t state, run, seq, commit_seq, ref_seq;
};
/* what a row means to an item, beside enum rpa_item_event */
enum { ITEM_INTENT = 6, ITEM_ANSWERED, ITEM_REFERENCED, ITEM_NOT_PRESSED,
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

/* audit.c */
struct rpa_audit {
    struct rpa_store *db;
    struct rpa_root *root;
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct book book;
    struct labels labels;
    struct rpa_stmt *insert, *head_put, *select;
    struct head durable; /* the last acknowledged state */
    struct rpa_buf sealed;
    rpa_time (*now_us)(void);
    int64_t (*mono_us)(void);
    int64_t clock_offset_us;
    bool in_tx, keys_waiting, anchor_due, failed;
    struct rpa_err why; /* it failed first; what every later call says */
};
/* append any row: fills seq, rseq, times; seals @content; takes it */
int audit_put(struct rpa_audit *audit, struct row *row, const char *plain,
              const void *content, size_t len, int64_t *ret_seq,
              struct rpa_err *err);
/* -RPA_EAUDIT, and so is every later call */
int audit_stop(struct rpa_audit *audit, struct rpa_err *err);
int audit_ready(struct rpa_audit *audit, int64_t run, struct rpa_err *err);
/* a label's number, with its DICT row if it is new */
int audit_label(struct rpa_audit *audit, const char *text, int64_t *ret_id,
                struct rpa_err *err);

/* picture.c: -RPA_ETAMPER when the row names a picture that is not there as it
 * was kept. */
int picture_check(struct hasher *hasher, const char *state_dir,
                  const struct row *row, struct rpa_err *err);

/* run.c */
int audit_first_run(struct rpa_audit *audit, struct rpa_err *err);
int audit_abort_orphans(struct rpa_audit *audit, struct rpa_err *err);

#endif
