/* What follows from the rows (runs, labels, work items), made anew from them in
 * temporary tables, and compared with what is stored. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

bool follow_begin(struct follow *f, sqlite3 *db, struct verdict *v)
{
    static const char tables[] =
        "PRAGMA temp_store=MEMORY;"
        "CREATE TEMP TABLE v_dict(id INTEGER PRIMARY KEY,text);"
        "CREATE TEMP TABLE v_run(id INTEGER PRIMARY KEY,uuid,bot,bot_sha256,"
        "runtime_sha256,actor,uid,host,target,mode,reason,started_us,state,"
        "ended_us,outcome,first_seq,last_seq,nrows,grps,head);"
        "CREATE TEMP TABLE v_item(queue,id,state,run,seq,commit_seq,ref_seq,"
        "PRIMARY KEY(queue,id)) WITHOUT ROWID;"
        "CREATE TEMP TABLE v_checkpoint(size INTEGER PRIMARY KEY,t_us,note);"
        "CREATE TEMP TABLE v_mnode(lvl,idx,h,PRIMARY KEY(lvl,idx)) "
        "WITHOUT ROWID";
    *f = (struct follow){ .db = db, .v = v };
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } all[] = {
        { &f->open, "INSERT INTO v_run SELECT ?1,j->>'uuid',j->>'bot',"
                    "j->>'bot_sha256',j->>'runtime_sha256',j->>'actor',"
                    "j->>'uid',j->>'host',j->>'target',j->>'mode',j->>'reason',"
                    "?2,0,0,-1,?3,0,0,0,x'' FROM (SELECT ?4 j)" },
        { &f->end, "UPDATE v_run SET state=?1,ended_us=?2,last_seq=?3,nrows=?4,"
                   "grps=?5,head=?6,outcome=ifnull(?7->>'outcome',-1) "
                   "WHERE id=?8" },
        { &f->dict, "INSERT INTO v_dict SELECT ?1->>'id',?1->>'text'" },
        { &f->event, "SELECT ?1->>'event',?1->>'queue',?1->>'item'" },
        { &f->outcome, "SELECT ?1->>'intent',?1->>'result'" },
        { &f->get, "SELECT state,commit_seq,ref_seq,run FROM v_item WHERE "
                   "queue=? AND id=?" },
        { &f->put, "INSERT OR REPLACE INTO v_item VALUES(?,?,?,?,?,?,?)" },
    };
    if (sqlite3_exec(db, tables, NULL, NULL, NULL) != SQLITE_OK)
        return sql_bad(db, "schema", 0, v);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!sql_new(db, all[i].sql, all[i].to, v))
            return false;
    return true;
}

void follow_end(struct follow *f)
{
    for (size_t i = 0; i < f->nruns; i++)
        free(f->runs[i].queue);
    free(f->runs);
}

struct run *follow_run(struct follow *f, int64_t id)
{
    for (size_t i = f->nruns; i-- > 0;)
        if (f->runs[i].id == id)
            return &f->runs[i];
    return NULL;
}

static bool wrong(struct follow *f, const struct entry *row, const char *why)
{
    return tampered(f->v, NULL, row->n[SEQ], "%s", why);
}

static bool stored(struct follow *f, const struct entry *row, int rc)
{
    return rc == SQLITE_DONE || wrong(f, row, "it does not say what it must");
}

/* ---- work items ---- */

/* The commit fence once more, as AUDIT.md has it. States: new, begun, marked,
 * pressed, answered, done, rejected, failed, a(g)ain pressed. A dot: no writer
 * lets that happen. */
static const char states[] = "nbmpadrfg";
static const struct {
    const char *event, *next; /* by the state before */
} fence[] = {
    { "begin", "bbb...bb." },    { "mark", ".mm.ad..." },
    { "done", ".ddddd..d" },     { "rejected", ".rrprd..g" },
    { "failed", ".ffpfd..g" },   { "commit", "..p.gd..." },
    { "answered", ".bmaadrfa" }, { "referenced", ".bmdadrfd" },
    { "not_done", ".bmmadrfa" },
};

static bool move(struct follow *f, struct run *run, const struct entry *row,
                 const char *event)
{
    const char *from = strchr(states, run->state), *to = ".";
    for (size_t e = 0; e < sizeof fence / sizeof *fence; e++)
        if (!strcmp(fence[e].event, event))
            to = &fence[e].next[from - states];
    if (*to == '.')
        return wrong(f, row, "a work item out of turn");
    run->state = *to;
    if (*to == 'd' && (!strcmp(event, "referenced") ||
                       (!strcmp(event, "done") && row->body_len)))
        run->ref = row->n[SEQ];
    if (!strcmp(event, "begin"))
        run->commit = 0;
    else if (!strcmp(event, "commit") && *to != 'd')
        run->commit = row->n[SEQ];
    return stored(f, row,
                  sql_put(f->put, "ssiiiii", run->queue, run->item,
                          (int64_t)(strchr(states, *to) - states), run->id,
                          row->n[SEQ], run->commit, run->ref));
}

/* take the item that @run now has in hand from where it was left */
static bool pick_up(struct follow *f, struct run *run, const struct entry *row)
{
    run->state = 'n';
    run->commit = run->ref = 0;
    if (sql_put(f->get, "ss", run->queue, run->item) != SQLITE_ROW)
        return true;
    run->state = states[sqlite3_column_int(f->get, 0)];
    run->commit = sqlite3_column_int64(f->get, 1);
    run->ref = sqlite3_column_int64(f->get, 2);
    bool held = strchr("bm", run->state) &&
                follow_run(f, sqlite3_column_int64(f->get, 3));
    sqlite3_reset(f->get);
    return !held || wrong(f, row, "a work item that another run has in hand");
}

static bool take_item(struct follow *f, struct run *run, const struct entry *row)
{
    const char *text[3] = { NULL };
    if (sql_put(f->event, "t", row->plain, row->plain_len) == SQLITE_ROW)
        for (int i = 0; i < 3; i++)
            text[i] = (const char *)sqlite3_column_text(f->event, i);
    const char *event = text[0], *queue = text[1], *id = text[2];
    if (!event || !queue || !id || strlen(id) != 64 ||
        !strcmp(event, "commit") || strstr(fence[6].event, event))
        return wrong(f, row, "a work item row lacks something");
    bool begins = !strcmp(event, "begin");
    if (begins ? run->queue != NULL
               : !run->queue || strcmp(run->queue, queue) || strcmp(run->item, id))
        return wrong(f, row, "a work item out of turn");
    if (begins) {
        memcpy(run->item, id, 65);
        if (!(run->queue = strdup(queue)))
            return cannot(f->v, "no memory");
        if (!pick_up(f, run, row))
            return false;
    }
    bool ends = !begins && strcmp(event, "mark") != 0;
    bool good = move(f, run, row, event);
    sqlite3_reset(f->event);
    if (ends) {
        free(run->queue);
        run->queue = NULL;
    }
    return good;
}

/* counts for the item in hand if it answers its commit act */
static bool take_outcome(struct follow *f, struct run *run,
                         const struct entry *row)
{
    if (!run->queue || !run->commit)
        return true;
    if (sql_put(f->outcome, "t", row->plain, row->plain_len) != SQLITE_ROW)
        return wrong(f, row, "an outcome lacks something");
    const char *result = (const char *)sqlite3_column_text(f->outcome, 1);
    bool good = !result || !strcmp(result, "unknown") ||
                sqlite3_column_int64(f->outcome, 0) != run->commit ||
                move(f, run, row, strcmp(result, "done") ? result : "answered");
    sqlite3_reset(f->outcome);
    return good;
}

/* ---- runs ---- */

static int settle(struct follow *f, const struct run *run, int64_t state,
                  int64_t ended, const char *json, size_t len)
{
    return sql_put(f->end, "iiiiibti", state, ended, run->last, run->rseq,
                   run->grps, run->h, json, len, run->id);
}

static struct run *add_run(struct follow *f)
{
    struct run *more = realloc(f->runs, (f->nruns + 1) * sizeof *more);
    if (!more)
        return NULL;
    f->runs = more;
    f->runs[f->nruns] = (struct run){ .id = f->next_run++ };
    return &f->runs[f->nruns++];
}

static bool end_run(struct follow *f, struct run *run, const struct entry *row)
{
    if (run->id == 0)
        return wrong(f, row, "the supervisor's own run does not end");
    int rc = settle(f, run, row->n[KIND] == RUN_CLOSE ? 1 : 2, row->n[T_US],
                    row->plain, row->plain_len);
    free(run->queue);
    *run = f->runs[--f->nruns];
    return stored(f, row, rc);
}

static bool take(struct follow *f, struct run *run, const struct entry *row)
{
    switch (row->n[KIND]) {
    case RUN_OPEN:
        return stored(f, row, sql_put(f->open, "iiit", run->id, row->n[T_US],
                                      row->n[SEQ], row->plain, row->plain_len));
    case RUN_CLOSE:
    case RUN_ABORT:
        return end_run(f, run, row);
    case DICT:
        f->labels++;
        return stored(f, row, sql_put(f->dict, "t", row->plain, row->plain_len));
    case COMMIT:
        return !run->queue || move(f, run, row, "commit");
    case OUTCOME:
        return take_outcome(f, run, row);
    case ITEM:
        return take_item(f, run, row);
    default:
        return true;
    }
}

bool follow_row(struct follow *f, const struct entry *row)
{
    const int64_t *n = row->n, kind = n[KIND];
    struct run *run = follow_run(f, n[RUN]);
    bool opens = kind == RUN_OPEN;
    if (opens == (run != NULL) || (opens && n[RUN] != f->next_run))
        return wrong(f, row, "its run is not open, or open already");
    if (opens && !(run = add_run(f)))
        return cannot(f->v, "no memory");
    if (n[RSEQ] != run->rseq + 1)
        return wrong(f, row, "out of order within its run");
    if (kind < 1 || kind > LAST_KIND || (kind > CHECKPOINT && kind < KEY) ||
        n[VERB] < 0 || n[VERB] > 6)
        return wrong(f, row, "no such kind or verb");
    if (kind == GROUP_OPEN ? n[GRP] != run->grps + 1
                           : n[GRP] < 0 || n[GRP] > run->grps)
        return wrong(f, row, "its group was never opened");
    for (int i = TARGET; i <= FIELD; i++)
        if (n[i] < 0 || n[i] > f->labels)
            return wrong(f, row, "a label nobody gave it");
    run->grps += kind == GROUP_OPEN;
    run->last = n[SEQ];
    run->rseq = n[RSEQ];
    memcpy(run->h, row->h, 32);
    return take(f, run, row);
}

/* ---- what is stored ---- */

/* the first row of one table that the other has not so; @anew: it follows */
static bool subtract(struct follow *f, const char *name, const char *keys,
                     const char *a, const char *b, bool anew)
{
    sqlite3_stmt *st = NULL;
    char *sql = sqlite3_mprintf("SELECT %s,EXISTS(SELECT 1 FROM (%s) b WHERE %s)"
                                " FROM (%s EXCEPT %s) a LIMIT 1",
                                name, b, keys, a, b);
    bool good = sql && sql_new(f->db, sql, &st, f->v);
    int rc = good ? sqlite3_step(st) : SQLITE_DONE;
    if (rc == SQLITE_ROW)
        good = tampered(f->v, (const char *)sqlite3_column_text(st, 0), 0, "%s",
                        sqlite3_column_int(st, 1)
                            ? "it does not say what its rows say"
                        : anew ? "it is missing"
                               : "it does not follow from the rows");
    else if (rc != SQLITE_DONE)
        good = sql_bad(f->db, name, 0, f->v);
    sqlite3_finalize(st);
    sqlite3_free(sql);
    return good;
}

bool follow_compare(struct follow *f)
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
          "SELECT * FROM v_checkpoint" },
        { "'mnode '||lvl||'/'||idx", "a.lvl=b.lvl AND a.idx=b.idx",
          "SELECT lvl,idx,h FROM main.mnode", "SELECT * FROM v_mnode" },
    };
    bool good = true;
    for (size_t i = 0; i < f->nruns; i++)
        settle(f, &f->runs[i], 0, 0, "{}", 2);
    for (size_t i = 0; good && i < sizeof all / sizeof *all; i++)
        good = subtract(f, all[i].name, all[i].keys, all[i].stored, all[i].anew,
                        false) &&
               subtract(f, all[i].name, all[i].keys, all[i].anew, all[i].stored,
                        true);
    return good;
}
