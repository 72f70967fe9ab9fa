/* A run on its own, as `rpa audit export --proof` makes it. proof.db has its rows
 * and the labels that they use, the hash before each, and of the last and of each
 * label the inclusion proof in the tree of the one note. */
#include "verify.h"

#include <fcntl.h>

struct proof {
    struct verdict *v;
    struct db db;
    int64_t size, opened;
    long long run, rseq;
    struct hash root, h;
    bool old;   /* it has no hashes of opened pictures */
    bool whole; /* the newest row ends the run and is proved */
};

/* what no row stands for, and labels that no row gives */
static const char beside[] =
    "SELECT 'path'WHERE(SELECT count(*)FROM path)<>(SELECT count(*)FROM entry)"
    "UNION ALL SELECT 'picture'WHERE(SELECT count(*)FROM picture)<>"
    "(SELECT count(*)FROM entry WHERE kind=22 AND plain<>'')UNION ALL "
    "SELECT 'dict '||n FROM(SELECT target n FROM entry UNION SELECT window "
    "FROM entry UNION SELECT field FROM entry)WHERE n AND n NOT IN"
    "(SELECT plain->>'id'FROM entry WHERE run=0 AND kind=4)";

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

/* as it was exported; that it is what was sealed, only the run's keys show */
static bool has_opened(struct proof *p, const char *dir)
{
    static char png[(8 << 20) + 1];
    DIR *files = opendir(dir);
    bool good = files != NULL;
    struct stat st;
    for (struct dirent *e; good && (e = readdir(files));) {
        if (!strstr(e->d_name, ".png"))
            continue;
        int fd = openat(dirfd(files), e->d_name, /* waits for no pipe's other end */
                        O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        good = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
        ssize_t n = good ? read(fd, png, sizeof png) : 0;
        struct hash h = sha256(png, n > 0 ? (size_t)n : 0);
        p->opened += close(fd) == 0;
        good = good && ask(&p->db, "SELECT 1 FROM picture WHERE opened=? AND ?="
                   "'picture-'||seq||'.png'", "bt", &h, e->d_name, strlen(e->d_name));
    }
    if (files)
        closedir(files);
    return (good && ask(&p->db, "SELECT count(*)FROM picture WHERE "
                        "length(opened)HAVING count(*)=?", "i", p->opened)) ||
           tampered(p->v, "picture", "an opened one is not as it was exported");
}

static bool take_row(struct proof *p, sqlite3_stmt *st)
{
    struct entry row;
    struct hash prev = { 0 };
    p->v->rows = sqlite3_column_int64(st, SEQ) - 1;
    if (sqlite3_column_bytes(st, MORE) == sizeof prev)
        memcpy(&prev, sqlite3_column_blob(st, MORE), sizeof prev);
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

static bool take_all(struct proof *p, const struct question *q)
{
    if (!file_open(&p->db, q->dir, "proof.db", 0x52504150, 1, 2))
        return false;
    p->old = ask(&p->db, "SELECT 1 FROM pragma_user_version WHERE user_version=1", "");
    sqlite3_stmt *st =
        ask(&p->db, "SELECT max(note)FROM checkpoint HAVING "
                    "count(*)=1 AND NOT instr(max(note),char(0))", "");
    if (!st)
        return follows(&p->db, NULL) &&
               tampered(p->v, "note", "it is missing, or not the only one");
    int got = note_read((const char *)sqlite3_column_text(st, 0), &q->key,
                        &p->size, &p->root);
    if (got != 1)
        return say(p->v, got ? TAMPERED : CANNOT, got ? "note" : "",
                   "the note is not signed with the key given");
    st = ask(&p->db, "SELECT " COLUMNS ",prev,path FROM entry LEFT JOIN path "
                     "USING(seq)ORDER BY run=0,seq", "");
    while (st && take_row(p, st))
        st = ask_next(&p->db, st);
    if (!p->v->code && !p->whole)
        tampered(p->v, "end", "the run's last row is missing");
    return !p->v->code && follows(&p->db, ask(&p->db, beside, "")) &&
           file_check(&p->db) && (p->old || has_opened(p, q->dir));
}

void verify_proof(const struct question *q, struct verdict *ret_verdict)
{
    struct proof p = { .v = ret_verdict, .db.v = ret_verdict };
    *ret_verdict = (struct verdict){ 0 };
    take_all(&p, q);
    p.v->rows = p.rseq;
    p.v->covered = p.size;
    p.v->runs = 1;
    snprintf(p.v->run, sizeof p.v->run, "run %lld: %lld rows%s", p.run, p.rseq,
             p.old ? "; opened pictures: of an older export, not looked at"
             : p.opened ? "; opened pictures: as exported, unproved" : "");
    file_close(&p.db);
}
