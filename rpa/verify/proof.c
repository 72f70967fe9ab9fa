/* A run on its own, with the way from it to a signed root: the folder that
 * `rpa audit export --proof` makes. A line of `rows` and `labels` is a row's
 * numbers, then in hexadecimal plain, body, the hash before, and the inclusion
 * proof; `-` for none. */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct proof {
    const struct question *q;
    struct verdict *v;
    int64_t size, newest, run, kind;
    uint8_t root[32], newest_root[32], prev[32];
    bool proved; /* the row before was */
};

static char *read_in(const struct proof *p, const char *name, size_t *ret_len)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", p->q->dir, name);
    return file_read(path, ret_len);
}

/* one word of hexadecimal, in place; "-" is empty. -1: neither */
static ptrdiff_t unhex(char *word)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = word ? strlen(word) : 1;
    if (word && !strcmp(word, "-"))
        return 0;
    if (len % 2 || strspn(word, digits) != len)
        return -1;
    for (size_t i = 0; i < len; i += 2)
        word[i / 2] = (char)((strchr(digits, word[i]) - digits) << 4 |
                             (strchr(digits, word[i + 1]) - digits));
    return (ptrdiff_t)len / 2;
}

static bool take_line(struct proof *p, char *line, bool label)
{
    char *save, *word = strtok_r(line, " ", &save), *hex[4];
    ptrdiff_t len[4];
    struct entry row = { 0 };
    for (int i = 0; i < INTS; i++, word = strtok_r(NULL, " ", &save))
        row.n[i] = word ? strtoll(word, NULL, 10) : 0;
    for (int i = 0; i < 4; i++, word = strtok_r(NULL, " ", &save))
        len[i] = unhex(hex[i] = word);
    if (len[0] < 0 || len[1] < 0 || len[2] != 32 || len[3] < 0 || word)
        return tampered(p->v, NULL, row.n[SEQ], "its line is malformed");
    row.plain = hex[0];
    row.plain_len = (size_t)len[0];
    row.body = hex[1];
    row.body_len = (size_t)len[1];
    entry_hash(&row, (uint8_t *)hex[2], row.h);
    if (p->run < 0)
        p->run = row.n[RUN];
    if (!label && (row.n[RUN] != p->run || row.n[RSEQ] != ++p->v->rows ||
                   memcmp(hex[2], p->prev, 32) != 0))
        return tampered(p->v, NULL, row.n[SEQ], "it does not follow the row "
                                                "before it");
    if (label && (row.n[RUN] != 0 || row.n[KIND] != DICT))
        return tampered(p->v, NULL, row.n[SEQ], "it is no label");
    p->proved = len[3] || p->size == 1;
    p->kind = row.n[KIND];
    memcpy(p->prev, row.h, 32);
    return !(p->proved || label) ||
           verify_inclusion(row.n[SEQ] - 1, p->size, row.h, (uint8_t *)hex[3],
                            (size_t)len[3] / 32, p->root) ||
           tampered(p->v, NULL, row.n[SEQ], "it is not in what was signed");
}

static bool take_lines(struct proof *p, const char *name, bool label)
{
    size_t len;
    char *text = read_in(p, name, &len), *save, *line;
    if (!text)
        return cannot(p->v, "there is no %s/%s", p->q->dir, name);
    for (line = strtok_r(text, "\n", &save); line && take_line(p, line, label);)
        line = strtok_r(NULL, "\n", &save);
    free(text);
    return !p->v->code;
}

static bool take_note(struct proof *p, const char *name, int64_t *ret_size,
                      uint8_t ret_root[static 32])
{
    size_t len;
    char *note = read_in(p, name, &len);
    int got = note ? note_read(note, len, &p->q->key, ret_size, ret_root) : -1;
    free(note);
    if (got == 0)
        return cannot(p->v, "the note is signed with another key");
    return got == 1 ||
           tampered(p->v, name, 0, "it is not signed with the key given");
}

static bool take_consistency(struct proof *p)
{
    size_t len;
    char *text = read_in(p, "consistency", &len), *save;
    char *word = text ? strtok_r(text, " \n", &save) : NULL;
    ptrdiff_t n = unhex(word);
    bool good = n >= 0 && verify_consistency(p->size, p->newest, p->root,
                                             p->newest_root, (uint8_t *)word,
                                             (size_t)n / 32);
    free(text);
    return good || tampered(p->v, "newest", 0, "it has not grown from the note");
}

void verify_proof(const struct question *q, struct verdict *ret_verdict)
{
    struct proof p = { .q = q, .v = ret_verdict, .run = -1 };
    *ret_verdict = (struct verdict){ 0 };
    if (!take_note(&p, "note", &p.size, p.root) ||
        !take_note(&p, "newest", &p.newest, p.newest_root) ||
        !take_consistency(&p) || !take_lines(&p, "rows", false))
        return;
    bool whole = p.proved && (p.kind == RUN_CLOSE || p.kind == RUN_ABORT);
    if (!take_lines(&p, "labels", true))
        return;
    p.v->covered = p.newest;
    p.v->runs = 1;
    snprintf(p.v->run, sizeof p.v->run, "run %lld: %lld rows",
             (long long)p.run, (long long)p.v->rows);
    if (!whole)
        tampered(p.v, "end", 0, "the run's last row is missing or not proved");
}
