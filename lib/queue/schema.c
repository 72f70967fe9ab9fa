#include "priv.h"

/* item is the hot row, its content lies apart under a key of its own. attempt,
 * step and event are the history: added to, never changed; the triggers guard
 * against accidents. An item that waits is in a partial index of its state, if
 * ready in two; one that has ended in none but that of its reference. State 0 is an
 * item of a batch that is not there yet (batch.c), due_us its batch. A review's
 * verdicts are history too. */
static const char *const steps[] = {
    "CREATE TABLE queue(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " policy TEXT NOT NULL, schema TEXT NOT NULL, paused INTEGER NOT NULL,"
    " paused_why TEXT NOT NULL) STRICT;"
    "CREATE TABLE event(id INTEGER PRIMARY KEY, queue INTEGER NOT NULL,"
    " at_us INTEGER NOT NULL, what TEXT NOT NULL, who_kind INTEGER NOT NULL,"
    " who TEXT NOT NULL, why TEXT NOT NULL) STRICT;"
    "CREATE TABLE item(id INTEGER PRIMARY KEY, queue INTEGER NOT NULL,"
    " ref BLOB NOT NULL CHECK(length(ref)=32), rerun_of INTEGER NOT NULL,"
    " state INTEGER NOT NULL, priority INTEGER NOT NULL,"
    " deadline_us INTEGER NOT NULL, added_us INTEGER NOT NULL,"
    " due_us INTEGER NOT NULL, token INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL, spent INTEGER NOT NULL,"
    " locked INTEGER NOT NULL, marked INTEGER NOT NULL,"
    " steps INTEGER NOT NULL, UNIQUE(queue,ref,rerun_of)) STRICT;"
    "CREATE INDEX item_ready ON item(queue,priority DESC,deadline_us,id)"
    " WHERE state=1;"
    "CREATE INDEX item_leased ON item(due_us) WHERE state=2;"
    "CREATE INDEX item_deferred ON item(due_us) WHERE state=3;"
    "CREATE TABLE content(item INTEGER PRIMARY KEY, key BLOB NOT NULL,"
    " reference BLOB NOT NULL, payload BLOB NOT NULL, result BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE attempt(item INTEGER NOT NULL, n INTEGER NOT NULL,"
    " token INTEGER NOT NULL, who_kind INTEGER NOT NULL, who TEXT NOT NULL,"
    " operator TEXT NOT NULL, run INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " PRIMARY KEY(item,n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE step(item INTEGER NOT NULL, n INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " from_state INTEGER NOT NULL, to_state INTEGER NOT NULL,"
    " who_kind INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,"
    " detail BLOB NOT NULL, PRIMARY KEY(item,n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE streak(queue INTEGER NOT NULL, item INTEGER NOT NULL,"
    " n INTEGER NOT NULL, passing INTEGER NOT NULL, PRIMARY KEY(queue,item))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER attempt_no_update BEFORE UPDATE ON attempt BEGIN"
    " SELECT RAISE(ABORT,'attempts are not changed'); END;"
    "CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt BEGIN"
    " SELECT RAISE(ABORT,'attempts are not deleted'); END;"
    "CREATE TRIGGER step_no_update BEFORE UPDATE ON step BEGIN"
    " SELECT RAISE(ABORT,'history is not changed'); END;"
    "CREATE TRIGGER step_no_delete BEFORE DELETE ON step BEGIN"
    " SELECT RAISE(ABORT,'history is not deleted'); END;"
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN"
    " SELECT RAISE(ABORT,'history is not changed'); END;"
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN"
    " SELECT RAISE(ABORT,'history is not deleted'); END",
    "CREATE INDEX item_doubt ON item(queue,id) WHERE state=7",
    "CREATE TABLE batch(id INTEGER PRIMARY KEY, queue INTEGER NOT NULL,"
    " who_kind INTEGER NOT NULL, who TEXT NOT NULL, at_us INTEGER NOT NULL,"
    " decided INTEGER NOT NULL) STRICT;"
    "CREATE INDEX item_staged ON item(due_us,id) WHERE state=0",
    "CREATE TABLE review(id INTEGER PRIMARY KEY,"
    " key BLOB NOT NULL UNIQUE CHECK(length(key)=32), kind INTEGER NOT NULL,"
    " about TEXT NOT NULL, system TEXT NOT NULL, target TEXT NOT NULL,"
    " bot TEXT NOT NULL, run INTEGER NOT NULL, by TEXT NOT NULL,"
    " by_uid INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " picture INTEGER NOT NULL, state INTEGER NOT NULL,"
    " verdicts INTEGER NOT NULL, item INTEGER NOT NULL) STRICT;"
    "CREATE TABLE review_content(review INTEGER PRIMARY KEY, key BLOB NOT NULL,"
    " content BLOB NOT NULL) STRICT;"
    "CREATE TABLE verdict(review INTEGER NOT NULL, n INTEGER NOT NULL,"
    " corrects INTEGER NOT NULL, state INTEGER NOT NULL, who TEXT NOT NULL,"
    " uid INTEGER NOT NULL, at_us INTEGER NOT NULL, why BLOB NOT NULL,"
    " PRIMARY KEY(review,n)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict BEGIN"
    " SELECT RAISE(ABORT,'verdicts are not changed'); END;"
    "CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict BEGIN"
    " SELECT RAISE(ABORT,'verdicts are not deleted'); END",
    "ALTER TABLE review ADD COLUMN row INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX item_age ON item(queue,added_us) WHERE state=1",
};
/* 'RPAQ' */
const struct rpa_store_kind queue_kind = { "work queue", 0x52504151, steps,
                                          sizeof steps / sizeof *steps };

/* each item of ?1 with its last step before ?3 */
#define NIGHT                                                                  \
    " FROM item i JOIN step s ON s.item=i.id AND s.n=(SELECT max(n) FROM step" \
    " WHERE item=i.id AND at_us<?3) WHERE i.queue=?1"

/* every column of item, in the order of struct item */
#define ITEM "id,queue,state,priority,deadline_us,added_us,due_us,token," \
             "attempt,spent,locked,marked,steps,rerun_of"

/* every column of a review, in the order of struct rpa_review_info, with where
 * the item of an approved change stands */
#define REVIEW "r.id,r.kind,r.state,r.run,r.at_us,r.by_uid,r.picture,"           \
               "r.verdicts,r.item,coalesce(i.state,0),r.row,r.about,r.system,"         \
               "r.target,r.bot,r.by,coalesce(v.who,'') FROM review r"            \
               " LEFT JOIN item i ON i.id=r.item"                                \
               " LEFT JOIN verdict v ON v.review=r.id AND v.n=r.verdicts"

const char *const queue_sql[STATEMENTS] = {
    [QUEUE_PUT] = "INSERT INTO queue(name,policy,schema,paused,paused_why)"
                  " VALUES(?,?,?,0,'') RETURNING id",
    [QUEUE_GET] = "SELECT id,policy,schema,paused,paused_why,name FROM queue"
                  " WHERE name=?1 OR id=?2",
    [QUEUE_NAMES] = "SELECT name FROM queue ORDER BY name",
    [QUEUE_COUNTS] = "SELECT state,count(*) FROM item WHERE queue=?"
                     " GROUP BY state",
    [QUEUE_OLDEST] = "SELECT min(added_us) FROM item WHERE queue=? AND state=1",
    [QUEUE_NEAREST] = "SELECT min(deadline_us) FROM item WHERE queue=?"
                      " AND state IN (1,2,3,7)",
    [QUEUE_PAUSE] = "UPDATE queue SET paused=?,paused_why=? WHERE id=?",
    [EVENT_PUT] = "INSERT INTO event(queue,at_us,what,who_kind,who,why)"
                  " VALUES(?,?,?,?,?,?)",

    [ITEM_PUT] = "INSERT INTO item(queue,ref,rerun_of,state,priority,"
                 "deadline_us,added_us,due_us,token,attempt,spent,locked,"
                 "marked,steps) VALUES(?,?,?,0,?,?,?,?,0,0,0,0,0,0)"
                 " RETURNING id",
    [ITEM_GET] = "SELECT " ITEM " FROM item WHERE id=? AND state>0",
    [ITEM_FIND] = "SELECT id,state FROM item WHERE queue=? AND ref=?"
                  " ORDER BY rerun_of DESC LIMIT 1",
    [ITEM_NEXT] = "SELECT id FROM item WHERE queue=? AND state=1"
                  " ORDER BY priority DESC,deadline_us,id LIMIT 1",
    [ITEM_DOUBT] = "SELECT id FROM item WHERE queue=? AND state=7 AND id>?"
                   " ORDER BY id LIMIT 1",
    [ITEM_LEFT] = "SELECT (SELECT count(*) FROM item WHERE queue=?1 AND state=1),"
                  "(SELECT count(*) FROM item WHERE queue=?1 AND state=7)",
    [ITEM_MOVE] = "UPDATE item SET state=?,due_us=?,token=?,attempt=?,spent=?,"
                  "locked=?,marked=?,steps=? WHERE id=?",
    [ITEM_LEASE] = "UPDATE item SET due_us=? WHERE id=?",
    [ITEM_MARK] = "UPDATE item SET marked=? WHERE id=?",
    [ITEM_ORPHAN] = "SELECT id FROM item WHERE state=2 AND due_us<=?"
                    " ORDER BY due_us LIMIT 1",
    [ITEM_DUE] = "SELECT id FROM item WHERE state=3 AND due_us<=?"
                 " ORDER BY due_us LIMIT 1",
    [ITEM_DUE_AT] = "SELECT min(due_us) FROM item WHERE state=3",
    [ITEM_LEASE_AT] = "SELECT min(due_us) FROM item WHERE state=2",
    /* +queue: by id from the last on; the index of references is not in that
     * order, and would be read and sorted whole for each item */
    [ITEM_EACH] = "SELECT id FROM item WHERE +queue=?1 AND id>?3 AND state>0"
                  " AND (?2=0 OR state=?2) ORDER BY id LIMIT 1",
    [ITEM_STAGED] = "SELECT id FROM item WHERE state=0 AND due_us=?"
                    " ORDER BY id LIMIT 1",
    [ITEM_DROP] = "DELETE FROM item WHERE id=? AND state=0",

    [BATCH_PUT] = "INSERT INTO batch(queue,who_kind,who,at_us,decided)"
                  " VALUES(?,?,?,?,0) RETURNING id",
    [BATCH_GET] = "SELECT id,queue,who_kind,who,at_us,decided FROM batch LIMIT 1",
    [BATCH_TOUCH] = "UPDATE batch SET at_us=? WHERE id=? AND queue=? AND"
                    " decided=0 RETURNING id",
    [BATCH_DECIDE] = "UPDATE batch SET decided=? WHERE id=? AND decided=0"
                     " RETURNING id",
    [BATCH_END] = "DELETE FROM batch WHERE id=?",

    [CONTENT_PUT] = "INSERT INTO content VALUES(?,?,?,?,x'')",
    [CONTENT_GET] = "SELECT key,reference,payload,result FROM content"
                    " WHERE item=?",
    [CONTENT_RESULT] = "UPDATE content SET result=? WHERE item=?",
    [CONTENT_DROP] = "DELETE FROM content WHERE item=?",

    [ATTEMPT_PUT] = "INSERT INTO attempt VALUES(?,?,?,?,?,?,?,?)",
    [ATTEMPT_LAST] = "SELECT operator,run,who_kind,who,at_us FROM attempt WHERE item=?"
                     " ORDER BY n DESC LIMIT 1",
    [STEP_PUT] = "INSERT INTO step VALUES(?,?,?,?,?,?,?,?,?,?)",
    [STEP_EACH] = "SELECT n,attempt,at_us,from_state,to_state,who_kind,who,why,"
                  "length(detail)>0 FROM step WHERE item=? ORDER BY n",
    [STEP_GET] = "SELECT detail FROM step WHERE item=? AND n=?",
    [STEP_WHY] = "SELECT why,at_us FROM step WHERE item=? ORDER BY n DESC LIMIT 1",

    [NIGHT_STATES] = "SELECT s.to_state,s.at_us>=?2,count(*)" NIGHT
                     " GROUP BY s.to_state,s.at_us>=?2",
    [NIGHT_REJECTS] = "SELECT s.item,s.n" NIGHT
                      " AND s.at_us>=?2 AND s.to_state=5 ORDER BY s.item",

    [STREAK_ADD] = "INSERT INTO streak VALUES(?1,?2,1,?3) ON CONFLICT DO"
                   " UPDATE SET n=n+1,passing=?3",
    [STREAK_COUNT] = "SELECT count(*) FROM streak WHERE queue=?",
    [STREAK_EACH] = "SELECT item,n,passing FROM streak WHERE queue=?",
    [STREAK_DROP] = "DELETE FROM streak WHERE queue=? AND item=?",
    [STREAK_END] = "DELETE FROM streak WHERE queue=?",

    [REVIEW_PUT] = "INSERT INTO review(key,kind,about,system,target,bot,run,by,"
                   "by_uid,at_us,picture,state,verdicts,item)"
                   " VALUES(?,?,?,?,?,?,?,?,?,?,?,1,0,0) RETURNING id",
    [REVIEW_ROWED] = "UPDATE review SET row=?,bot=?,run=?,by=?,by_uid=?,"
                     "at_us=?,picture=? WHERE id=?",
    [REVIEW_FIND] = "SELECT id FROM review WHERE key=?",
    [REVIEW_GET] = "SELECT " REVIEW " WHERE r.id=?",
    [REVIEW_NEXT] = "SELECT " REVIEW " WHERE r.id>?1 AND (?2='' OR r.about=?2)"
                    " AND (?3=0 OR r.kind=?3) AND (?4=0 OR r.state=?4)"
                    " AND (?5='' OR (r.target=?5 AND (i.state=1 OR"
                    " (i.state=3 AND i.due_us<=?6))))"
                    " ORDER BY r.id LIMIT 1",
    [REVIEW_MOVE] = "UPDATE review SET state=?,verdicts=?,item=? WHERE id=?",
    [REVIEW_CONTENT_PUT] = "INSERT INTO review_content VALUES(?,?,?)",
    [REVIEW_CONTENT_GET] = "SELECT key,content FROM review_content"
                           " WHERE review=?",
    [VERDICT_PUT] = "INSERT INTO verdict VALUES(?,?,?,?,?,?,?,?)",
    [VERDICT_EACH] = "SELECT n,corrects,state,uid,at_us,who,why FROM verdict"
                     " WHERE review=? AND n>? ORDER BY n LIMIT 1",
};
