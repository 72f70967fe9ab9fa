#include "priv.h"

#include "rpa/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_US = 10000000, /* rows wait this long for a signature at most… */
    BUSY_ROWS = 10000,  /* …and no more than these wait */
    IDLE_US = 60000000, /* a sign of life: no gap can be cut out unseen */
};

/* ---- sign.pub: what the outside verifies with ---- */

static bool same_file(const char *path, const struct rpa_buf *want)
{
    char have[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, have, sizeof have);
    if (fd >= 0)
        close(fd);
    return len == (ssize_t)want->len && !memcmp(have, want->data, want->len);
}

int audit_write_new(const char *path, mode_t mode, const struct rpa_buf *text,
                    struct rpa_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    int r = fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len &&
                    fsync(fd) == 0
                ? 0
                : rpa_fail_errno(err, RPA_EIO, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return r;
}

/* made once, and said then: who is to judge the store gets it now */
static int make_public(const char *path, const struct rpa_buf *line,
                       struct rpa_err *err)
{
    int r = audit_write_new(path, 0644, line, err);
    if (r == 0)
        rpa_log(RPA_LOG_INFO, "%s: the audit's public key, to be kept where the "
                              "store is not: %.*s", path, (int)line->len - 1,
                line->data);
    return r;
}

static int show_public(const struct signer *signer, const char *state_dir,
                       struct rpa_err *err)
{
    char path[4096];
    struct rpa_buf line = { 0 };
    note_key_print(&signer->id, &line);
    rpa_buf_putc(&line, '\n');
    int r = state_path(path, sizeof path, state_dir, "sign.pub", err);
    if (r == 0 && line.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the public key");
    if (r == 0 && access(path, F_OK) < 0)
        r = make_public(path, &line, err);
    else if (r == 0 && !same_file(path, &line))
        r = rpa_fail(err, RPA_ETAMPER, "%s is not the public half of sign.key",
                     path);
    rpa_buf_clear(&line);
    return r;
}

/* ---- the last note ---- */

static int check_note(struct rpa_audit *audit, struct rpa_stmt *last,
                      struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    size_t len, text_len;
    int64_t size = rpa_stmt_int(last, 0), said;
    const char *note = rpa_stmt_bytes(last, 1, &len);
    struct head then = { .seq = size };
    if (!note_open(note, len, &s->id, &text_len) ||
        !checkpoint_parse(note, text_len, s->id.name, &said, then.root) ||
        said != size)
        return rpa_fail(err, RPA_ETAMPER,
                        "the checkpoint over %lld rows was not signed with "
                        "sign.key", (long long)size);
    if (size > audit->durable.seq)
        return rpa_fail(err, RPA_ETAMPER, "%lld rows were signed, %lld are left",
                        (long long)size, (long long)audit->durable.seq);
    s->note.len = 0;
    rpa_buf_add(&s->note, note, len);
    s->size = size;
    return head_check(&s->nodes.source, &audit->hasher, &then, err);
}

static int load_note(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *last = NULL;
    int r = rpa_stmt_new(audit->db,
                         "SELECT size,note FROM checkpoint ORDER BY size DESC "
                         "LIMIT 1", &last, err);
    if (r == 0)
        r = rpa_stmt_step(last, err);
    if (r > 0)
        r = check_note(audit, last, err);
    rpa_stmt_free(last);
    return r;
}

/* ---- the tree ---- */

/* Rows that came before there was a tree get one. */
static int grow(struct rpa_audit *audit, int64_t size, struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    uint8_t h[32];
    int r = 0;
    if (!audit->in_tx)
        r = rpa_store_begin(audit->db, err);
    audit->in_tx = true;
    for (s->tree.size = 0; r >= 0 && s->tree.size < size;) {
        r = s->nodes.source.node(&s->nodes, 0, s->tree.size, h, err);
        if (r == 0)
            r = rpa_fail(err, RPA_ETAMPER, "row %lld is missing",
                         (long long)s->tree.size + 1);
        if (r > 0)
            r = tree_add(&s->tree, &audit->hasher, h, err);
    }
    return r;
}

static int kept_nodes(struct rpa_audit *audit, int64_t *ret_n,
                      struct rpa_err *err)
{
    struct rpa_stmt *count = NULL;
    int r = rpa_stmt_new(audit->db, "SELECT count(*) FROM mnode", &count, err);
    if (r == 0)
        r = rpa_stmt_step(count, err);
    if (r > 0)
        *ret_n = rpa_stmt_int(count, 0);
    rpa_stmt_free(count);
    return r < 0 ? r : 0;
}

int signer_load(struct rpa_audit *audit, const struct head *end,
                struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    int64_t kept = 0;
    int r = kept_nodes(audit, &kept, err);
    if (r == 0)
        r = !kept && !s->nodes.base && end->seq >> 8
                ? grow(audit, end->seq, err)
                : tree_load(&s->tree, &s->nodes.source, &audit->hasher,
                            end->seq, err);
    if (r == 0 && end->seq)
        r = head_check(&s->nodes.source, &audit->hasher, end, err);
    if (r == 0)
        r = load_note(audit, err);
    return r;
}

/* A lost key is not replaced by another: what it signed must stay provable. */
static int key_lost(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *any = NULL;
    struct rpa_err lost = *err;
    int r = rpa_stmt_new(audit->db, "SELECT 1 FROM checkpoint LIMIT 1", &any,
                         err);
    if (r == 0)
        r = rpa_stmt_step(any, err);
    rpa_stmt_free(any);
    if (r <= 0)
        return r;
    *err = lost;
    err->code = RPA_EENV;
    return rpa_err_hint(err, "restore sign.key from its backup");
}

int signer_open(struct rpa_audit *audit, const char *state_dir,
                struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    int r = rpa_sign_open(state_dir, false, &s->key, err);
    if (r == -RPA_ENOTFOUND && (r = key_lost(audit, err)) == 0)
        r = rpa_sign_open(state_dir, true, &s->key, err);
    if (r < 0)
        return r;
    note_key_make(&s->id, rpa_sign_public(s->key));
    r = show_public(s, state_dir, err);
    if (r == 0)
        r = tree_db_init(&s->nodes, audit->state_dir, audit->db, err);
    if (r == 0)
        r = rpa_stmt_new(audit->db, "INSERT INTO mnode VALUES(?,?,?)",
                         &s->tree.put, err);
    if (r == 0)
        r = rpa_stmt_new(audit->db, "INSERT INTO checkpoint VALUES(?,?,?)",
                         &s->put, err);
    return r;
}

void signer_clear(struct signer *signer)
{
    tree_db_clear(&signer->nodes);
    rpa_stmt_free(signer->tree.put);
    rpa_stmt_free(signer->put);
    rpa_buf_clear(&signer->note);
    rpa_sign_close(signer->key);
    *signer = (struct signer){ 0 };
}

/* ---- signing ---- */

bool audit_checkpoint_due(const struct rpa_audit *audit)
{
    const struct signer *s = &audit->signer;
    int64_t waiting = s->tree.size - s->size;
    return s->due || waiting >= BUSY_ROWS ||
           (waiting && audit->mono_us() - s->at_us >= BUSY_US);
}

static int append_row(struct rpa_audit *audit, struct row *row,
                      struct rpa_err *err)
{
    json_t *json = json_pack("{s:s}", "last",
                             audit->signer.note.len ? audit->signer.note.data
                                                    : "");
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    int r = audit_put(audit, row, plain ? plain : "", NULL, 0, NULL, err);
    free(plain);
    return r;
}

int audit_checkpoint(struct rpa_audit *audit, struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    struct row row = { .run = 0, .kind = RPA_AUDIT_CHECKPOINT };
    struct rpa_buf text = { 0 };
    uint8_t root[32];
    int r = append_row(audit, &row, err);
    if (r < 0)
        return r;
    s->note.len = 0;
    if (tree_root(&s->tree, &audit->hasher, root) == 0) {
        checkpoint_print(s->id.name, s->tree.size, root, &text);
        if (!text.failed)
            note_sign(s->key, &s->id, text.data, &s->note);
    }
    r = s->note.failed || !s->note.len
            ? rpa_fail(err, RPA_ENOMEM, "no memory for a checkpoint")
            : rpa_stmt_run(s->put, err, "iis", s->tree.size, row.t_us,
                           s->note.data);
    rpa_buf_clear(&text);
    if (r < 0)
        return audit_stop(audit, err);
    s->size = s->tree.size;
    s->at_us = row.mono_us;
    s->due = false;
    audit->anchor_due = true; /* what is signed cannot be cut off either */
    return 0;
}

int rpa_audit_heartbeat(struct rpa_audit *audit, struct rpa_err *err)
{
    if (audit->mono_us() - audit->signer.at_us >= IDLE_US &&
        reserve_idle(&audit->reserve))
        audit->signer.due = true;
    return rpa_audit_commit(audit, err);
}

int rpa_audit_sign(struct rpa_audit *audit, struct rpa_err *err)
{
    audit->signer.due = true;
    return audit_commit_all(audit, err);
}

int rpa_audit_held(struct rpa_audit *audit, const char *note, size_t len,
                   struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    struct head then = { 0 };
    size_t text_len;
    const size_t name = strlen(s->id.name);
    const char *line = len ? memchr(note, '\n', len) : NULL;
    if (line && ((size_t)(line - note) != name || memcmp(note, s->id.name, name)))
        return rpa_fail(err, RPA_EINVAL,
                        "the note is not of this store's key, %s", s->id.name);
    if (!note_open(note, len, &s->id, &text_len) ||
        !checkpoint_parse(note, text_len, s->id.name, &then.seq, then.root) ||
        memchr(note + text_len + 1, '\n', len - text_len - 2))
        return rpa_fail(err, RPA_EINVAL, "the note was changed or cut, or is "
                                         "more than one: its one signature is "
                                         "not of its text");
    if (then.seq > audit->durable.seq)
        return rpa_fail(err, RPA_ETAMPER,
                        "the store was rolled back: the note is over %lld rows, "
                        "%lld are there", (long long)then.seq,
                        (long long)audit->durable.seq);
    return head_check(&s->nodes.source, &audit->hasher, &then, err);
}
