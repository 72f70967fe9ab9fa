/* schedule.db: what is in it, and every statement on it. */
#include "schema.h"

/* tick.seq rises with each decision, so what the audit has not yet is what lies
 * behind meta.told. event is the history of what people decided: added to,
 * never changed; the triggers guard against accidents. */
static const char *const steps[] = {
    "CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK(id=1),"
    " told INTEGER NOT NULL) STRICT;"
    "INSERT INTO meta VALUES(1,0);"
    "CREATE TABLE schedule(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " hash BLOB NOT NULL, cursor INTEGER NOT NULL, anchor INTEGER NOT NULL,"
    " boot TEXT NOT NULL, approved BLOB NOT NULL, approved_by TEXT NOT NULL,"
    " approved_uid INTEGER NOT NULL, approved_at INTEGER NOT NULL,"
    " paused INTEGER NOT NULL, paused_by TEXT NOT NULL,"
    " paused_why TEXT NOT NULL, paused_uid INTEGER NOT NULL,"
    " paused_at INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;"
    "CREATE TABLE tick(seq INTEGER PRIMARY KEY, schedule INTEGER NOT NULL,"
    " cause INTEGER NOT NULL, key INTEGER NOT NULL, due INTEGER NOT NULL,"
    " at INTEGER NOT NULL, fate INTEGER NOT NULL, why TEXT NOT NULL,"
    " run INTEGER NOT NULL, UNIQUE(schedule,cause,key)) STRICT;"
    "CREATE TABLE run(id INTEGER PRIMARY KEY, schedule INTEGER NOT NULL,"
    " cause INTEGER NOT NULL, key INTEGER NOT NULL, due INTEGER NOT NULL,"
    " start_by INTEGER NOT NULL, by TEXT NOT NULL, by_uid INTEGER NOT NULL,"
    " state INTEGER NOT NULL, audit_run INTEGER NOT NULL,"
    " began INTEGER NOT NULL, ended INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL) STRICT;"
    "CREATE INDEX run_live ON run(id) WHERE state<3;"
    "CREATE INDEX run_of ON run(schedule);"
    "CREATE TABLE event(id INTEGER PRIMARY KEY, schedule INTEGER NOT NULL,"
    " at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL,"
    " uid INTEGER NOT NULL, why TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN"
    " SELECT RAISE(ABORT,'history is not changed'); END;"
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN"
    " SELECT RAISE(ABORT,'history is not deleted'); END",
};
/* 'RPAT' */
const struct rpa_store_kind diary_kind = { "schedules' store", 0x52504154, steps,
                                          1 };

#define ROW "SELECT t.seq,s.name,t.cause,t.key,t.due,t.at,t.fate,t.why,t.run" \
            " FROM tick t JOIN schedule s ON s.id=t.schedule "

const char *const diary_sql[STATEMENTS] = {
    [TOLD_GET] = "SELECT told FROM meta",
    [TOLD_SET] = "UPDATE meta SET told=?",

    [SCHEDULE_FIND] = "SELECT id,hash,cursor,anchor,boot,approved,approved_by,"
                      "approved_uid,approved_at,paused,paused_by,paused_why,"
                      "paused_uid,paused_at FROM schedule WHERE name=?",
    [SCHEDULE_PUT] = "INSERT INTO schedule VALUES"
                     "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0) RETURNING id",
    [SCHEDULE_SET] = "UPDATE schedule SET name=?,hash=?,cursor=?,anchor=?,"
                     "boot=?,approved=?,approved_by=?,approved_uid=?,"
                     "approved_at=?,paused=?,paused_by=?,paused_why=?,"
                     "paused_uid=?,paused_at=? WHERE id=? RETURNING id",
    [SCHEDULE_TICK] = "UPDATE schedule SET cursor=?1,last=coalesce(nullif(?2,0),last)"
                      " WHERE id=?3",
    [SCHEDULE_LAST] = "UPDATE schedule SET last=? WHERE id=?",
    [EVENT_PUT] = "INSERT INTO event(schedule,at,what,by,uid,why)"
                  " VALUES(?,?,?,?,?,?)",

    [TICK_LAST] = "SELECT seq,at FROM tick ORDER BY seq DESC LIMIT 1",
    [TICK_PUT] = "INSERT INTO tick VALUES(?,?,?,?,?,?,?,?,?)"
                 " ON CONFLICT(schedule,cause,key) DO UPDATE SET"
                 " seq=excluded.seq,due=excluded.due,at=excluded.at,"
                 "fate=excluded.fate,why=excluded.why,run=excluded.run"
                 " WHERE tick.fate<>1 AND tick.fate<>excluded.fate"
                 " RETURNING seq",
    [TICK_UNDO] = "UPDATE tick SET seq=?1,due=?5,at=?6,fate=?7,why=?8,run=?9"
                  " WHERE schedule=?2 AND cause=?3 AND key=?4 AND fate=1",
    [TICK_AFTER] = ROW "WHERE t.seq>? ORDER BY t.seq",
    [TICK_NEWEST] = ROW "ORDER BY t.seq DESC LIMIT ?",
    [TICK_NEWEST_OF] = ROW "WHERE +s.name=? ORDER BY t.seq DESC LIMIT ?",
    [TICK_OF] = "SELECT t.fate,t.due,t.why FROM schedule s"
                " JOIN tick t ON t.seq=s.last WHERE s.id=?",

    [TICK_DUE] = ROW "WHERE t.due>=? AND t.due<? ORDER BY t.due,t.seq",
    /* of the oldest, those from before ?2; not the newest, not the last of its
     * schedule, none that the audit does not have */
    [TICK_DROP] = "DELETE FROM tick WHERE seq IN (SELECT seq FROM (SELECT seq,at"
                  " FROM tick ORDER BY seq LIMIT ?1) WHERE at<?2) AND"
                  " seq<(SELECT max(seq) FROM tick) AND"
                  " seq<=(SELECT told FROM meta) AND"
                  " seq NOT IN (SELECT last FROM schedule)",

    [RUN_LAST] = "SELECT max(id) FROM run",
    [RUN_PUT] = "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,1,0,0,0,0)",
    [RUN_STARTED] = "UPDATE run SET state=2,began=? WHERE id=?",
    [RUN_ENDED] = "UPDATE run SET state=?,ended=?,outcome=?,audit_run=?"
                  " WHERE id=?",
    [RUN_LIVE] = "SELECT id,schedule,cause,key,due,start_by,by,by_uid,state=2"
                 " FROM run WHERE state<3 ORDER BY id",
    [RUN_COUNT] = "SELECT count(*),min(CASE state WHEN 1 THEN due END) FROM run"
                  " WHERE state<3 AND schedule=?",
    [RUN_OF] = "SELECT id,audit_run,began,ended,outcome FROM run"
               " WHERE schedule=? AND state=3 ORDER BY id DESC LIMIT 1",
    [RUN_BEGAN] = "SELECT s.name,r.id,r.audit_run,r.began,r.ended,r.outcome"
                  " FROM run r JOIN schedule s ON s.id=r.schedule"
                  " WHERE r.began>=? AND r.began<? ORDER BY r.id",
    [RUN_DROP] = "DELETE FROM run WHERE id IN (SELECT id FROM (SELECT id,state,"
                 "ended FROM run ORDER BY id LIMIT ?1) WHERE state>2 AND"
                 " ended<?2) AND id<(SELECT max(id) FROM run) AND"
                 " id<(SELECT max(id) FROM run o WHERE o.schedule=run.schedule"
                 " AND o.state=3)",
};
