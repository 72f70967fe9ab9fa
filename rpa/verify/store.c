/* A store: its segments and audit.db, row by row: hashes, links, the tree,
 * every checkpoint. What follows from the rows (labels, runs, work items) is
 * made anew by a trigger on a view that is told of each, and compared with what
 * is stored. Then the verdict. */
#include "verify.h"

struct run {
    int64_t id, rseq, last, grps;
    struct hash h;
};
struct store {
    const struct question *q;
    struct verdict *v;
    struct db live;   /* audit.db, and beside it what is made anew */
    struct run *runs; /* the open ones */
    size_t nruns;
    int64_t next_run, labels, since_size;
    bool foreign; /* the first note is another key's */
    struct merkle tree;
    struct hash since_root;
    char before[NOTE_SIZE]; /* the newest note so far; "?": not known */
    char gone[80];          /* the first file that is missing, or "" */
};

/* Runs, labels, notes, items. v_fence is the commit fence as AUDIT.md has it:
 * by an item's state before, the state after; a dot: no writer lets that
 * happen. hand: the open run that has the item. Events that take it need it
 * free, all others in hand; found, absent and cancelled have it for one row. */
#define RUN_COLUMNS                                                            \
    "id,uuid,bot,bot_sha256,runtime_sha256,actor,uid,host,target,mode,reason," \
    "started_us,state,ended_us,outcome,first_seq,last_seq,nrows,grps,head"
static const char tables[] = "PRAGMA temp_store=MEMORY;"
    "CREATE TEMP TABLE v_dict(id PRIMARY KEY,text);"
    "CREATE TEMP TABLE v_run(" RUN_COLUMNS ",PRIMARY KEY(id));"
    "CREATE TEMP TABLE v_item(queue,id,state INT CONSTRAINT "
    "\"a work item out of turn\" CHECK(ifnull(state BETWEEN 0 AND 8,0)),run,"
    "seq,commit_seq,ref_seq,hand UNIQUE,PRIMARY KEY(queue,id))WITHOUT ROWID;"
    "CREATE TEMP TABLE v_fence(kind,event,next,takes,ends,refers);"
    "INSERT INTO v_fence VALUES(17,'','..3.85...',0,0,0),"
    "(24,'done','.12445674',0,0,0),(24,'referenced','.12545675',0,0,1),"
    "(24,'not_done','.12245674',0,0,0),(26,'begin','111...11.',1,0,0),"
    "(26,'mark','.22.45...',0,0,0),(26,'done','.55555..5',0,1,1),"
    "(26,'rejected','.66365..8',0,1,0),(26,'failed','.77375..8',0,1,0),"
    "(26,'deferred','.77375..8',0,1,0),(26,'found','5..55...5',1,1,1),"
    "(26,'absent','7..77...7',1,1,0),(26,'cancelled','66666..66',1,1,0);"
    "CREATE TEMP VIEW v_row AS SELECT 0 seq,0 run,0 t_us,0 filled,'' before,"
    "'' says,* FROM v_fence;"
    "CREATE TEMP TRIGGER v_take INSTEAD OF INSERT ON v_row BEGIN "
    "INSERT INTO v_run SELECT new.run,s->>'uuid',s->>'bot',s->>'bot_sha256',"
    "s->>'runtime_sha256',s->>'actor',s->>'uid',s->>'host',s->>'target',"
    "s->>'mode',s->>'reason',new.t_us,0,0,-1,new.seq,0,0,0,'' "
    "FROM(SELECT new.says s)WHERE new.kind=1;"
    "UPDATE v_run SET state=iif(id,new.kind-1,RAISE(ABORT,'the supervisor''s "
    "own run does not end')),ended_us=new.t_us,outcome=iif(new.kind=2,"
    "new.says->>'outcome',-1)WHERE id=new.run AND new.kind IN(2,3);"
    "INSERT INTO v_dict SELECT new.says->>'id',new.says->>'text'"
    "WHERE new.kind=4;"
    "SELECT RAISE(ABORT,'it does not have the note before it')WHERE new.kind=7 "
    "AND(new.run OR(new.before<>'?'AND new.says->>'last'IS NOT new.before));"
    "SELECT RAISE(ABORT,'a work item out of turn')WHERE new.kind=26 AND "
    "ifnull(new.takes=EXISTS(SELECT 1 FROM v_item WHERE hand=new.run AND"
    "(new.takes OR(queue=new.says->>'queue'AND id=new.says->>'item'))),1);"
    "INSERT INTO v_item SELECT new.says->>'queue',new.says->>'item',0,0,0,0,0,"
    "new.run WHERE new.takes ON CONFLICT(queue,id)DO UPDATE SET hand="
    "iif(hand IS NULL,new.run,RAISE(ABORT,'another run has it in hand'));"
    "UPDATE v_item SET run=new.run,seq=new.seq,state=substr(new.next,state+1,"
    "1),commit_seq=CASE WHEN new.event='begin'THEN 0 WHEN new.kind=17 AND "
    "state<>5 THEN new.seq ELSE commit_seq END,ref_seq=iif(new.refers AND"
    "(new.filled OR new.kind=24)AND substr(new.next,state+1,1)='5',new.seq,"
    "ref_seq)WHERE hand=new.run AND(new.kind IN(17,26)OR(new.kind=24 AND "
    "commit_seq=new.says->>'intent'AND new.event<>'unknown'));"
    "UPDATE v_item SET hand=NULL WHERE hand=new.run AND"
    "(new.ends OR new.kind IN(2,3));END";

/* an open run; or NULL, but for @open */
static struct run *run_of(struct store *s, int64_t id, bool open)
{
    for (size_t i = s->nruns; i-- > 0;)
        if (s->runs[i].id == id)
            return &s->runs[i];
    if (!open)
        return NULL;
    s->runs = must(realloc(s->runs, (s->nruns + 1) * sizeof *s->runs));
    s->runs[s->nruns] = (struct run){ .id = id };
    return &s->runs[s->nruns++];
}

static void settle(struct store *s, const struct run *run)
{
    ask(&s->live,
        "UPDATE v_run SET last_seq=?,nrows=?,grps=?,head=? WHERE id=?", "iiibi",
        run->last, run->rseq, run->grps, &run->h, run->id);
}

/* the next row, of @run, NULL if that is not open yet */
static bool follow(struct store *s, struct run *run, const struct entry *row)
{
    const int64_t *n = row->n, kind = n[KIND];
    const char *wrong = NULL;
    if ((kind == RUN_OPEN) == (run != NULL) || (!run && n[RUN] != s->next_run))
        return tampered(s->v, NULL, "its run is not open, or open already");
    if (!run)
        run = run_of(s, s->next_run++, true);
    run->grps += kind == GROUP_OPEN;
    run->last = n[SEQ];
    run->h = row->h;
    if (n[RSEQ] != ++run->rseq)
        wrong = "out of order within its run";
    if (n[GRP] < (kind == GROUP_OPEN ? run->grps : 0) || n[GRP] > run->grps)
        wrong = "its group was never opened";
    for (int i = TARGET; i <= FIELD; i++)
        if (n[i] < 0 || n[i] > s->labels)
            wrong = "a label nobody gave it";
    if (kind < 1 || kind > 31 || (kind > SEGMENT && kind < KEY) ||
        n[VERB] < 0 || n[VERB] > 6)
        wrong = "no such kind or verb";
    if (wrong)
        return tampered(s->v, NULL, "%s", wrong);
    s->labels += kind == DICT;
    if (kind < KEY || kind == COMMIT || kind == OUTCOME || kind == ITEM)
        ask(&s->live,
            "INSERT INTO v_row SELECT ?1,?2,?3,?5,?6,s,?4,e,next,takes,ends,"
            "refers FROM(SELECT s,coalesce(s->>'event',s->>'result','')e "
            "FROM(SELECT nullif(?7,'')s))LEFT JOIN v_fence ON kind=?4 AND "
            "event=e",
            "iiiiitt", n[SEQ], n[RUN], n[T_US], kind, (int64_t)row->filled,
            s->before, strlen(s->before), row->plain, row->plain_len);
    if (kind == RUN_CLOSE || kind == RUN_ABORT) {
        settle(s, run);
        *run = s->runs[--s->nruns];
    }
    return !s->v->code;
}

/* the note over rows up to @row, which is a CHECKPOINT row */
static bool check_note(struct store *s, struct db *db, const struct entry *row)
{
    int64_t size;
    struct hash root;
    sqlite3_stmt *st =
        ask(db, "SELECT note FROM checkpoint WHERE size=? AND t_us=? AND NOT "
                "instr(note,char(0))", "ii", row->n[SEQ], row->n[T_US]);
    if (!st)
        return tampered(s->v, NULL, "its note is missing, or of another time");
    const char *note = (const char *)sqlite3_column_text(st, 0);
    int got = note_read(note, &s->q->key, &size, &root);
    if (!s->v->covered && got == 0)
        s->foreign = true; /* then all must be, for judge() to say so */
    if (got < 0 || s->foreign == (got == 1))
        return tampered(s->v, NULL, "its note is not signed with that key");
    if (size != row->n[SEQ] || !hash_is(root, merkle_root(&s->tree)))
        return tampered(s->v, NULL, "its note is about other rows");
    s->v->covered = size;
    strcpy(s->before, note);
    return true;
}

/* The SEGMENT row; believed if those before it are missing: it is signed too. */
static bool take_segment(struct store *s, sqlite3_stmt *row)
{
    struct merkle tree = { .size = sqlite3_column_int64(row, SEQ) - 1 };
    struct hash prev;
    sqlite3_stmt *st = ask(
        &s->live, "SELECT s->>'prev',s->>'peaks',s->>'labels',s->>'runs'FROM"
        "(SELECT ? s)", "t", sqlite3_column_text(row, PLAIN),
        (size_t)sqlite3_column_bytes(row, PLAIN));
    const char *hex = st ? (const char *)sqlite3_column_text(st, 1) : NULL;
    bool good = hex && unhex((const char *)sqlite3_column_text(st, 0), &prev);
    for (int k = 62; k-- > 0 && good;)
        if (tree.size >> k & 1 && (good = unhex(hex, &tree.peak[k])))
            hex += 64;
    if (!good || *hex || sqlite3_column_int64(row, RUN) != 0)
        return tampered(s->v, NULL, "it does not say what it must");
    const int64_t labels = sqlite3_column_int64(st, 2);
    const int64_t runs = sqlite3_column_int64(st, 3);
    struct run *run0 = run_of(s, 0, true);
    if (s->tree.size != tree.size) {
        run0->rseq = sqlite3_column_int64(row, RSEQ) - 1;
        run0->h = prev;
        s->labels = labels;
        s->next_run = runs;
        s->tree = tree;
        strcpy(s->before, "?");
    }
    return (!memcmp(tree.peak, s->tree.peak, sizeof tree.peak) &&
            labels == s->labels && runs == s->next_run &&
            hash_is(run0->h, prev)) ||
           tampered(s->v, NULL, "the rows before it come to something else");
}

static bool take_row(struct store *s, struct db *db, sqlite3_stmt *st,
                     int64_t first)
{
    struct entry row;
    const int64_t seq = sqlite3_column_int64(st, SEQ);
    const bool begins = seq == first && seq > 1;
    if (seq != s->v->rows + 1)
        return tampered(s->v, NULL, "it is missing");
    if ((sqlite3_column_int64(st, KIND) == SEGMENT) != begins) {
        s->v->rows = s->tree.size;
        return tampered(s->v, NULL, begins ? "it is missing" : "out of place");
    }
    if (begins && !take_segment(s, st))
        return false;
    struct run *run = run_of(s, sqlite3_column_int64(st, RUN), false);
    if (!entry_read(st, run ? run->h : (struct hash){ 0 }, &row))
        return tampered(s->v, NULL, "its hash does not match");
    if (!follow(s, run, &row))
        return false;
    merkle_grow(&s->tree, row.h);
    if (s->q->since && seq == s->since_size &&
        !hash_is(merkle_root(&s->tree), s->since_root))
        return tampered(s->v, "note", "the rows are not those that it signed");
    for (int lvl = 8; lvl <= 16 && s->tree.size % (1 << lvl) == 0; lvl += 8)
        if (!ask(db, "SELECT 1 FROM mnode WHERE lvl=? AND idx=? AND h=?", "iib",
                 (int64_t)lvl, (seq >> lvl) - 1, &s->tree.tile[lvl / 16]))
            return tampered(s->v, NULL, "a stored node is another one");
    if (row.n[KIND] == CHECKPOINT && !check_note(s, db, &row))
        return false;
    s->v->rows = seq;
    return true;
}

/* all in one file of the store, from row @first on */
static bool take_rows(struct store *s, struct db *db, int64_t first)
{
    const long long before = first - 1, next = s->v->rows + 1;
    if (first > next && !*s->gone)
        snprintf(s->gone, sizeof s->gone,
                 "audit-%012lld.db (rows %lld to %lld)", next, next, before);
    s->v->rows = before;
    if (first < next)
        return tampered(s->v, NULL, "out of order");
    sqlite3_stmt *st =
        ask(db, "SELECT " COLUMNS " FROM entry ORDER BY seq", "");
    while (st && take_row(s, db, st, first))
        st = ask_next(db, st);
    const int64_t n = s->v->rows;
    if (!s->v->code)
        st = ask(db,
                 "SELECT 'mnode'WHERE(SELECT count(*)FROM mnode)<>?1 UNION ALL "
                 "SELECT min(size,?2+1)FROM checkpoint WHERE NOT EXISTS"
                 "(SELECT 1 FROM entry WHERE seq=size AND kind=7)LIMIT 1",
                 "ii", (n >> 8) - (before >> 8) + (n >> 16) - (before >> 16), n);
    return !s->v->code && follows(db, st) && file_check(db);
}

/* in order; those from row @end on are what was left of a turn cut short */
static bool take_segments(struct store *s, int64_t end)
{
    struct dirent **files = NULL;
    int n = scandir(s->q->dir, &files, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char name[40];
        long long first = 0;
        struct db db = { .v = s->v };
        sscanf(files[i]->d_name, "audit-%lld", &first);
        snprintf(name, sizeof name, "audit-%012lld.db", first);
        if (first > 0 && first < end && !strcmp(files[i]->d_name, name) &&
            !s->v->code && file_open(&db, s->q->dir, name, 0x52504153, 1, 1) &&
            take_rows(s, &db, first) && s->v->covered != s->v->rows)
            tampered(s->v, name, "it does not end with a checkpoint");
        file_close(&db);
        free(files[i]);
    }
    free(files);
    return n < 0 ? cannot(s->v, "%s cannot be read", s->q->dir) : !s->v->code;
}

/* are the stored tables those that follow? By the names of their columns. */
#define DIFFER(id, a, b)                                                       \
    "SELECT " id " FROM(SELECT * FROM(SELECT " a " EXCEPT SELECT " b ")UNION " \
    "ALL SELECT * FROM(SELECT " b " EXCEPT SELECT " a "))"
static bool compare(struct store *s)
{
    static const char differ[] =
        DIFFER("'dict '||id", "id,text FROM dict", "id,text FROM v_dict")
        "UNION ALL " DIFFER("'run '||id", RUN_COLUMNS " FROM run",
                            RUN_COLUMNS " FROM v_run") "UNION ALL "
        DIFFER("'item '||queue||'/'||substr(id,1,16)",
               "queue,lower(hex(id))id,state,run,seq,commit_seq,ref_seq FROM "
               "item", "queue,id,state,run,seq,commit_seq,ref_seq FROM v_item")
        "LIMIT 1";
    for (size_t i = 0; i < s->nruns; i++)
        settle(s, &s->runs[i]);
    return follows(&s->live, ask(&s->live, differ, ""));
}

static bool take_files(struct store *s, const struct question *q)
{
    sqlite3_stmt *st = NULL;
    static const char *const wrong[] = { "another key's", "none", "changed" };
    int got = q->since ? note_read(q->since, &q->key, &s->since_size,
                                   &s->since_root) : 1;
    if (got != 1)
        return cannot(s->v, "the note given is %s", wrong[-got]);
    if (!file_open(&s->live, q->dir, "audit.db", 0x52504141, 3, 3) ||
        !(st = ask(&s->live, "SELECT ifnull(min(seq),1)FROM entry", "")))
        return false;
    int64_t first = sqlite3_column_int64(st, 0);
    must(sqlite3_exec(s->live.db, tables, NULL, NULL, NULL) ? NULL : s);
    return take_segments(s, first) && take_rows(s, &s->live, first) &&
           (*s->gone || compare(s));
}

static void judge(struct store *s, const struct question *q)
{
    struct verdict *v = s->v;
    sqlite3_stmt *st = NULL;
    size_t open = s->nruns - (s->nruns > 0); /* run 0 does not end */
    bool whole = v->covered && v->covered == v->rows && !open && !*s->gone;
    if (q->run >= 0)
        st = ask(&s->live,
                 "SELECT state AND last_seq<=?2,printf('run %d: %s, %d rows',"
                 "id,iif(state,'ended','open'),nrows)FROM v_run WHERE id=?1",
                 "ii", (int64_t)q->run, (int64_t)v->covered);
    if (st) {
        snprintf(v->run, sizeof v->run, "%s", sqlite3_column_text(st, 1));
        whole = sqlite3_column_int(st, 0) && !(q->since && *s->gone);
    }
    if (s->foreign)
        cannot(v, "the store is signed with another key, %.*s",
               (int)strcspn(s->before, "\n"), s->before);
    else if (q->since && s->since_size > v->rows)
        tampered(v, NULL, "the note given signs it, and it is missing");
    else if (q->run >= 0 && !st && !*s->gone)
        cannot(v, "there is no run %lld", q->run);
    else if (!whole)
        say(v, INCOMPLETE, "", "signed to row %lld of %lld; open runs: %zu%s%s",
            v->covered, v->rows, open, *s->gone ? "; missing: " : "", s->gone);
}

void verify_store(const struct question *q, struct verdict *ret_verdict)
{
    struct store s = { .q = q, .v = ret_verdict, .live.v = ret_verdict };
    *ret_verdict = (struct verdict){ 0 };
    if (take_files(&s, q))
        judge(&s, q);
    ret_verdict->covered = s.foreign ? 0 : ret_verdict->covered;
    ret_verdict->runs = s.next_run > 0 ? s.next_run - 1 : 0;
    free(s.runs);
    file_close(&s.live);
}
