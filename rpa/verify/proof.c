/* A run on its own, with the way from it to a signed root: the folder that
 * `rpa audit export --proof` makes. proof.db has the run's rows and the labels
 * that they use, the hash before each, and of the last and of each label the
 * inclusion proof in the tree of the one note. */
#include "verify.h"

#include <stdio.h>
#include <string.h>

struct proof {
    struct verdict *v;
    struct db db;
    int64_t size;
    long long run, rseq;
    struct hash root, h;
    bool whole; /* the newest row ends the run and is proved */
};

static bool has_picture(struct proof *p, const struct entry *row)
{
    struct hash want;
    sqlite3_stmt *st =
        ask(&p->db, "SELECT ?2->>'sealed',sealed FROM picture WHERE seq=?1",
            "it", row->n[SEQ], row->plain, row->plain_len);
    return st && unhex((const char *)sqlite3_column_text(st, 0), &want) &&
           hash_is(want, sha256(sqlite3_column_blob(st, 1),
                                (size_t)sqlite3_column_bytes(st, 1)));
}

static bool take_row(struct proof *p, sqlite3_stmt *st)
{
    struct entry row;
    struct hash prev = { 0 };
    p->v->rows = sqlite3_column_int64(st, SEQ) - 1;
    const void *before = sqlite3_column_blob(st, MORE);
    if (sqlite3_column_bytes(st, MORE) == sizeof prev)
        memcpy(&prev, before, sizeof prev);
    const void *path = sqlite3_column_blob(st, MORE + 1);
    size_t n = (size_t)sqlite3_column_bytes(st, MORE + 1) / sizeof prev;
    if (!entry_read(st, prev, &row))
        return tampered(p->v, NULL, "its hash does not match");
    if (row.n[KIND] == SCREEN && row.plain_len && !has_picture(p, &row))
        return tampered(p->v, NULL, "its picture is missing, or another one");
    bool label = row.n[RUN] == 0 && row.n[KIND] == DICT;
    bool ends = row.n[KIND] == RUN_CLOSE || row.n[KIND] == RUN_ABORT;
    if ((label || ends) &&
        !verify_inclusion(row.n[SEQ] - 1, p->size, row.h, path, n, p->root))
        return tampered(p->v, NULL, "it is not in what was signed");
    if (label)
        return true;
    if (p->whole || (p->rseq && row.n[RUN] != p->run) ||
        row.n[RSEQ] != ++p->rseq || !hash_is(prev, p->h))
        return tampered(p->v, NULL, "it does not follow the row before it");
    p->run = row.n[RUN];
    p->whole = ends;
    p->h = row.h;
    return true;
}

void verify_proof(const struct question *q, struct verdict *ret_verdict)
{
    struct proof p = { .v = ret_verdict, .db.v = ret_verdict };
    *ret_verdict = (struct verdict){ 0 };
    sqlite3_stmt *st = NULL;
    if (file_open(&p.db, q->dir, "proof.db", 0x52504150, 1))
        st = ask(&p.db, "SELECT ifnull(note,'')FROM checkpoint", "");
    const char *note = st ? (const char *)sqlite3_column_text(st, 0) : "";
    int got = note_read(note, strlen(note), &q->key, &p.size, &p.root);
    if (!p.v->code && got == 0)
        cannot(p.v, "the note is signed with another key");
    else if (!p.v->code && got < 0)
        tampered(p.v, "note", "it is not signed with the key given");
    else if (!p.v->code)
        st = ask(&p.db,
                 "SELECT " COLUMNS ",prev,path FROM entry JOIN path "
                 "USING(seq)ORDER BY run=0,seq",
                 "");
    while (!p.v->code && st && take_row(&p, st))
        st = ask_next(&p.db, st);
    if (!p.v->code && !p.whole)
        tampered(p.v, "end", "the run's last row is missing");
    if (!p.v->code)
        file_check(&p.db);
    p.v->rows = p.rseq;
    p.v->covered = p.size;
    p.v->runs = 1;
    snprintf(p.v->run, sizeof p.v->run, "run %lld: %lld rows", p.run, p.rseq);
    file_close(&p.db);
}
