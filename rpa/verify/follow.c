/* What follows from the rows (runs, labels, work items), made anew from them in
 * temporary tables, and compared with what is stored. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

bool follow_begin(struct store *s)
{
    static const char tables[] =
        "PRAGMA temp_store=MEMORY;"
        "CREATE TEMP TABLE v_dict(id INTEGER PRIMARY KEY,text);"
        "CREATE TEMP TABLE v_end(id INTEGER PRIMARY KEY,first,last,grps);"
        "CREATE TEMP VIEW v_run AS SELECT r.id,o.plain->>'uuid',o.plain->>'bot',"
        "o.plain->>'bot_sha256',o.plain->>'runtime_sha256',o.plain->>'actor',"
        "o.plain->>'uid',o.plain->>'host',o.plain->>'target',o.plain->>'mode',"
        "o.plain->>'reason',o.t_us,CASE e.kind WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE "
        "0 END state,iif(e.kind IN(2,3),e.t_us,0),iif(e.kind=2,e.plain->>"
        "'outcome',-1),r.first,r.last,e.rseq nrows,r.grps,e.h FROM v_end r "
        "JOIN main.entry o ON o.seq=r.first JOIN main.entry e ON e.seq=r.last;"
        "CREATE TEMP TABLE v_item(queue,id,state,run,seq,commit_seq,ref_seq,"
        "PRIMARY KEY(queue,id)) WITHOUT ROWID;"
        "CREATE TEMP TABLE v_mnode(lvl,idx,h,PRIMARY KEY(lvl,idx)) "
        "WITHOUT ROWID";
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } all[] = {
        { &s->said, "SELECT ?1->>?2,?1->>?3,?1->>?4" },
        { &s->note, "SELECT note FROM main.checkpoint WHERE size=?" },
        { &s->node, "INSERT INTO v_mnode VALUES(?,?,?)" },
        { &s->label, "INSERT INTO v_dict SELECT ?1->>'id',?1->>'text'" },
        { &s->end, "INSERT INTO v_end VALUES(?,?,?,?)" },
        { &s->get, "SELECT state,commit_seq,ref_seq,run FROM v_item WHERE "
                   "queue=? AND id=?" },
        { &s->put, "INSERT OR REPLACE INTO v_item VALUES(?,?,?,?,?,?,?)" },
    };
    if (sqlite3_exec(s->db, tables, NULL, NULL, NULL) != SQLITE_OK)
        return sql_bad(s, "schema", 0);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!sql_new(s, all[i].sql, all[i].to))
            return false;
    return true;
}

struct run *follow_run(struct store *s, int64_t id)
{
    for (size_t i = s->nruns; i-- > 0;)
        if (s->runs[i].id == id)
            return &s->runs[i];
    return NULL;
}

static bool wrong(struct store *s, const struct entry *row, const char *why)
{
    return tampered(s->v, NULL, row->n[SEQ], "%s", why);
}

bool row_said(struct store *s, const struct entry *row, const char *a,
              const char *b, const char *c)
{
    if (sql_put(s->said, "tsss", row->plain, row->plain_len, a, b, c) !=
        SQLITE_ROW)
        return wrong(s, row, "it does not say what it must");
    for (int i = 0; i < 3; i++)
        s->text[i] = (const char *)sqlite3_column_text(s->said, i);
    return true;
}

/* ---- work items ---- */

/* The commit fence once more, as AUDIT.md has it. States: new, begun, marked,
 * pressed, answered, done, rejected, failed, a(g)ain pressed. A dot: no writer
 * lets that happen. */
static const char states[] = "nbmpadrfg";
static const struct {
    int kind;
    const char *event, *next; /* by the state before */
} fence[] = {
    { ITEM, "begin", "bbb...bb." },       { ITEM, "mark", ".mm.ad..." },
    { ITEM, "done", ".ddddd..d" },        { ITEM, "rejected", ".rrprd..g" },
    { ITEM, "failed", ".ffpfd..g" },      { COMMIT, "", "..p.gd..." },
    { OUTCOME, "done", ".bmaadrfa" },     { OUTCOME, "referenced", ".bmdadrfd" },
    { OUTCOME, "not_done", ".bmmadrfa" }, { ITEM, "deferred", ".ffpfd..g" },
    { ITEM, "found", "d..dd...d" },       { ITEM, "absent", "f..ff...f" },
    { ITEM, "cancelled", "r..rr...r" },
};

static bool move(struct store *s, struct run *run, const struct entry *row,
                 const char *event)
{
    const char *from = strchr(states, run->state), *to = ".";
    int kind = (int)row->n[KIND];
    for (size_t e = 0; e < sizeof fence / sizeof *fence; e++)
        if (fence[e].kind == kind && !strcmp(fence[e].event, event))
            to = &fence[e].next[from - states];
    if (*to == '.')
        return wrong(s, row, "a work item out of turn");
    run->state = *to;
    if (*to == 'd' && (kind == OUTCOME ? !strcmp(event, "referenced")
                                       : kind == ITEM && row->body_len &&
                                             (!strcmp(event, "done") ||
                                              !strcmp(event, "found"))))
        run->ref = row->n[SEQ];
    if (kind == ITEM && !strcmp(event, "begin"))
        run->commit = 0;
    else if (kind == COMMIT && *to != 'd')
        run->commit = row->n[SEQ];
    return sql_put(s->put, "ssiiiii", run->queue, run->item,
                   (int64_t)(strchr(states, *to) - states), run->id,
                   row->n[SEQ], run->commit, run->ref) == SQLITE_DONE ||
           sql_bad(s, NULL, row->n[SEQ]);
}

/* take the item that @run now has in hand from where it was left */
static bool pick_up(struct store *s, struct run *run, const struct entry *row)
{
    run->state = 'n';
    run->commit = run->ref = 0;
    if (sql_put(s->get, "ss", run->queue, run->item) != SQLITE_ROW)
        return true;
    run->state = states[sqlite3_column_int(s->get, 0)];
    run->commit = sqlite3_column_int64(s->get, 1);
    run->ref = sqlite3_column_int64(s->get, 2);
    bool held = strchr("bm", run->state) &&
                follow_run(s, sqlite3_column_int64(s->get, 3));
    sqlite3_reset(s->get);
    return !held || wrong(s, row, "a work item that another run has in hand");
}

/* how a doubt ended, by who does not have the item in hand */
static bool end_doubt(struct store *s, const struct run *run,
                      const struct entry *row)
{
    struct run other = { .id = run->id, .queue = (char *)s->text[1] };
    memcpy(other.item, s->text[2], 65);
    for (size_t i = 0; i < s->nruns; i++)
        if (s->runs[i].queue && !strcmp(s->runs[i].queue, other.queue) &&
            !strcmp(s->runs[i].item, other.item))
            return wrong(s, row, "a work item that another run has in hand");
    return pick_up(s, &other, row) && move(s, &other, row, s->text[0]);
}

static bool take_item(struct store *s, struct run *run, const struct entry *row)
{
    if (!row_said(s, row, "event", "queue", "item"))
        return false;
    const char *event = s->text[0], *queue = s->text[1], *id = s->text[2];
    if (!event || !queue || !id || strlen(id) != 64)
        return wrong(s, row, "a work item row lacks something");
    if (!strcmp(event, "found") || !strcmp(event, "absent") ||
        !strcmp(event, "cancelled"))
        return end_doubt(s, run, row);
    bool begins = !strcmp(event, "begin");
    if (begins ? run->queue != NULL
               : !run->queue || strcmp(run->queue, queue) || strcmp(run->item, id))
        return wrong(s, row, "a work item out of turn");
    if (begins) {
        memcpy(run->item, id, 65);
        run->queue = must(strdup(queue));
        if (!pick_up(s, run, row))
            return false;
    }
    if (!move(s, run, row, event))
        return false;
    if (!begins && strcmp(event, "mark") != 0) {
        free(run->queue);
        run->queue = NULL;
    }
    return true;
}

/* counts for the item in hand if it answers its commit act */
static bool take_outcome(struct store *s, struct run *run,
                         const struct entry *row)
{
    if (!run->queue || !run->commit)
        return true;
    if (!row_said(s, row, "intent", "result", NULL))
        return false;
    const char *result = s->text[1];
    return !result || !strcmp(result, "unknown") ||
           sqlite3_column_int64(s->said, 0) != run->commit ||
           move(s, run, row, result);
}

/* ---- runs ---- */

static struct run *add_run(struct store *s, int64_t first)
{
    s->runs = must(realloc(s->runs, (s->nruns + 1) * sizeof *s->runs));
    s->runs[s->nruns] = (struct run){ .id = s->next_run++, .first = first };
    return &s->runs[s->nruns++];
}

static bool settle(struct store *s, const struct run *run)
{
    return sql_put(s->end, "iiii", run->id, run->first, run->last, run->grps) ==
               SQLITE_DONE || sql_bad(s, NULL, run->last);
}

static bool end_run(struct store *s, struct run *run, const struct entry *row)
{
    if (run->id == 0)
        return wrong(s, row, "the supervisor's own run does not end");
    if (!row_said(s, row, "outcome", "why", NULL) || !settle(s, run))
        return false;
    free(run->queue);
    *run = s->runs[--s->nruns];
    return true;
}

static bool take(struct store *s, struct run *run, const struct entry *row)
{
    switch (row->n[KIND]) {
    case RUN_OPEN:
        return row_said(s, row, "uuid", "bot", "actor");
    case RUN_CLOSE:
    case RUN_ABORT:
        return end_run(s, run, row);
    case DICT:
        s->labels++;
        return sql_put(s->label, "t", row->plain, row->plain_len) == SQLITE_DONE ||
               wrong(s, row, "it does not say what it must");
    case COMMIT:
        return !run->queue || move(s, run, row, "");
    case OUTCOME:
        return take_outcome(s, run, row);
    case ITEM:
        return take_item(s, run, row);
    default:
        return true;
    }
}

bool follow_row(struct store *s, struct run *run, const struct entry *row)
{
    const int64_t *n = row->n, kind = n[KIND];
    bool opens = kind == RUN_OPEN;
    if (opens == (run != NULL) || (opens && n[RUN] != s->next_run))
        return wrong(s, row, "its run is not open, or open already");
    if (opens)
        run = add_run(s, n[SEQ]);
    if (n[RSEQ] != run->rseq + 1)
        return wrong(s, row, "out of order within its run");
    if (kind < 1 || kind > LAST_KIND || (kind > CHECKPOINT && kind < KEY) ||
        n[VERB] < 0 || n[VERB] > 6)
        return wrong(s, row, "no such kind or verb");
    if (kind == GROUP_OPEN ? n[GRP] != run->grps + 1
                           : n[GRP] < 0 || n[GRP] > run->grps)
        return wrong(s, row, "its group was never opened");
    for (int i = TARGET; i <= FIELD; i++)
        if (n[i] < 0 || n[i] > s->labels)
            return wrong(s, row, "a label nobody gave it");
    run->grps += kind == GROUP_OPEN;
    run->last = n[SEQ];
    run->rseq = n[RSEQ];
    memcpy(run->h, row->h, 32);
    return take(s, run, row);
}

/* ---- what is stored ---- */

bool follow_compare(struct store *s)
{
    static const struct {
        const char *name, *keys, *stored, *anew;
    } all[] = {
        { "'dict '||id", "a.id=b.id", "SELECT id,text FROM main.dict",
          "SELECT * FROM v_dict" },
        { "'run '||id", "a.id=b.id", "SELECT * FROM main.run",
          "SELECT * FROM v_run" },
        { "'item '||queue||'/'||substr(id,1,16)", "a.queue=b.queue AND a.id=b.id",
          "SELECT queue,lower(hex(id)) id,state,run,seq,commit_seq,ref_seq FROM "
          "main.item", "SELECT * FROM v_item" },
        { "'checkpoint '||size", "a.size=b.size",
          "SELECT size,t_us,note FROM main.checkpoint",
          "SELECT size,e.t_us,note FROM main.checkpoint CROSS JOIN main.entry e "
          "ON seq=size WHERE kind=7" },
        { "'mnode '||lvl||'/'||idx", "a.lvl=b.lvl AND a.idx=b.idx",
          "SELECT lvl,idx,h FROM main.mnode", "SELECT * FROM v_mnode" },
    };
    for (size_t i = 0; i < s->nruns; i++)
        if (!settle(s, &s->runs[i]))
            return false;
    for (size_t i = 0; !s->v->code && i < sizeof all / sizeof *all; i++) {
        const char *name = all[i].name, *is = all[i].stored, *be = all[i].anew;
        sqlite3_stmt *st = sql_first(s,
            "SELECT %s,EXISTS(SELECT 1 FROM (%s) b WHERE %s),"
            "EXISTS(SELECT 1 FROM (%s) b WHERE %s) FROM (SELECT * FROM (%s EXCEPT "
            "%s) UNION ALL SELECT * FROM (%s EXCEPT %s)) a LIMIT 1",
            name, is, all[i].keys, be, all[i].keys, is, be, be, is);
        if (st)
            tampered(s->v, (const char *)sqlite3_column_text(st, 0), 0, "%s",
                     !sqlite3_column_int(st, 1)   ? "it is missing"
                     : !sqlite3_column_int(st, 2) ? "it does not follow from the rows"
                                                  : "it does not say what its rows say");
    }
    return !s->v->code;
}
