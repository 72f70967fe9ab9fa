/* schedule.db: what is in it, and every statement on it. */
#include "schema.h"

/* tick.seq rises with each decision, so what the audit has not yet is what lies
 * behind meta.told. A run is numbered by the seq that its tick had first. event
 * is the history of what people decided: added to, never changed; the triggers
 * guard against accidents. */
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

    /* A run is part of its tick. Of one whose tick was dropped the row comes
     * before all others; one that never started is not needed without it. What
     * changes with each tick is apart from what people say of a schedule: its
     * cursor, its last tick, and the last whose run has ended. */
    "CREATE TABLE tick2(seq INTEGER PRIMARY KEY, schedule INTEGER NOT NULL,"
    " cause INTEGER NOT NULL, key INTEGER NOT NULL, due INTEGER NOT NULL,"
    " at INTEGER NOT NULL, fate INTEGER NOT NULL, why TEXT NOT NULL,"
    " run INTEGER NOT NULL, start_by INTEGER NOT NULL, by TEXT NOT NULL,"
    " by_uid INTEGER NOT NULL, state INTEGER NOT NULL,"
    " audit_run INTEGER NOT NULL, began INTEGER NOT NULL,"
    " ended INTEGER NOT NULL, outcome INTEGER NOT NULL,"
    " UNIQUE(schedule,cause,key)) STRICT;"
    "INSERT INTO tick2 SELECT t.seq,t.schedule,t.cause,t.key,t.due,t.at,t.fate,"
    "t.why,t.run,ifnull(r.start_by,0),ifnull(r.by,''),ifnull(r.by_uid,0),"
    "ifnull(CASE r.state WHEN 2 THEN 1 ELSE r.state END,0),"
    "ifnull(r.audit_run,0),ifnull(r.began,0),ifnull(r.ended,0),"
    "ifnull(r.outcome,0) FROM tick t LEFT JOIN run r ON r.id=t.run;"
    "INSERT OR IGNORE INTO tick2 SELECT id-(SELECT max(id)+1 FROM run),schedule,"
    "cause,key,due,due,1,'',id,start_by,by,by_uid,"
    "CASE state WHEN 2 THEN 1 ELSE state END,audit_run,began,ended,outcome FROM run"
    " WHERE state<4 AND id NOT IN (SELECT run FROM tick);"
    "DROP TABLE run; DROP TABLE tick; ALTER TABLE tick2 RENAME TO tick;"
    "CREATE INDEX tick_live ON tick(run) WHERE state=1;"
    "CREATE TABLE place(schedule INTEGER PRIMARY KEY, cursor INTEGER NOT NULL,"
    " last INTEGER NOT NULL, ran INTEGER NOT NULL) STRICT;"
    "INSERT INTO place SELECT id,cursor,last,ifnull((SELECT max(seq) FROM tick t"
    " WHERE t.schedule=s.id AND state=3),0) FROM schedule s;"
    "ALTER TABLE schedule DROP COLUMN cursor;"
    "ALTER TABLE schedule DROP COLUMN last",
};
/* 'RPAT' */
const struct rpa_store_kind diary_kind = { "schedules' store", 0x52504154, steps,
                                          2 };

#define ROW "SELECT t.seq,s.name,t.cause,t.key,t.due,t.at,t.fate,t.why,t.run" \
            " FROM tick t JOIN schedule s ON s.id=t.schedule "

const char *const diary_sql[STATEMENTS] = {
    [TOLD_GET] = "SELECT told FROM meta",
    [TOLD_SET] = "UPDATE meta SET told=?",

    [SCHEDULE_FIND] = "SELECT id,hash,cursor,anchor,boot,approved,approved_by,"
                      "approved_uid,approved_at,paused,paused_by,paused_why,"
                      "paused_uid,paused_at FROM schedule JOIN place"
                      " ON schedule=id WHERE name=?",
    [SCHEDULE_PUT] = "INSERT INTO schedule VALUES"
                     "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
    [SCHEDULE_SET] = "UPDATE schedule SET name=?,hash=?,anchor=?,"
                     "boot=?,approved=?,approved_by=?,approved_uid=?,"
                     "approved_at=?,paused=?,paused_by=?,paused_why=?,"
                     "paused_uid=?,paused_at=? WHERE id=? RETURNING id",
    [PLACE_KEEP] = "INSERT INTO place VALUES(?,?,0,0)"
                   " ON CONFLICT DO UPDATE SET cursor=excluded.cursor",
    [PLACE_TICK] = "UPDATE place SET cursor=?,last=ifnull(nullif(?,0),last)"
                   " WHERE schedule=?",
    [PLACE_LAST] = "UPDATE place SET last=? WHERE schedule=?",
    [PLACE_RAN] = "UPDATE place SET ran=max(ran,?) WHERE schedule=?",
    [EVENT_PUT] = "INSERT INTO event(schedule,at,what,by,uid,why)"
                  " VALUES(?,?,?,?,?,?)",

    [TICK_LAST] = "SELECT seq,at FROM tick ORDER BY seq DESC LIMIT 1",
    [TICK_PUT] = "INSERT INTO tick"
                 " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,0,0,0,0)"
                 " ON CONFLICT(schedule,cause,key) DO UPDATE SET"
                 " seq=excluded.seq,due=excluded.due,at=excluded.at,"
                 "fate=excluded.fate,why=excluded.why,run=excluded.run,"
                 "start_by=excluded.start_by,by=excluded.by,"
                 "by_uid=excluded.by_uid,state=excluded.state,"
                 "audit_run=0,began=0,ended=0,outcome=0"
                 " WHERE tick.fate<>1 AND tick.fate<>excluded.fate",
    [TICK_UNDO] = "UPDATE tick SET seq=?,due=?,at=?,fate=?,why=? WHERE seq=?",
    [TICK_AFTER] = ROW "WHERE t.seq>? ORDER BY t.seq",
    [TICK_NEWEST] = ROW "ORDER BY t.seq DESC LIMIT ?",
    [TICK_NEWEST_OF] = ROW "WHERE +s.name=? ORDER BY t.seq DESC LIMIT ?",
    [TICK_OF] = "SELECT fate,due,why FROM place p JOIN tick ON seq=last"
                " WHERE p.schedule=?",

    [TICK_DUE] = ROW "WHERE t.due>=? AND t.due<? ORDER BY t.due,t.seq",
    /* What may go, the oldest first: not the last of its schedule, which the
     * newest of all is, not its last run that ended, none at work or pending,
     * none that the audit does not have, none from after ?1. */
    [TICK_OLD] = "SELECT seq,max(at,ended) FROM tick t WHERE max(at,ended)<=?"
                 " AND state<>1 AND seq<=(SELECT told FROM meta)"
                 " AND NOT EXISTS (SELECT 1 FROM place p"
                 " WHERE p.schedule=t.schedule AND t.seq IN (last,ran))"
                 " ORDER BY seq",
    [TICK_DROP] = "DELETE FROM tick WHERE seq=?",

    [RUN_STARTED] = "UPDATE tick SET began=? WHERE seq=?",
    [RUN_ENDED] = "UPDATE tick SET state=?,ended=?,outcome=?,audit_run=?"
                  " WHERE seq=?",
    [RUN_LIVE] = "SELECT run,seq,schedule,cause,key,due,start_by,by,by_uid,"
                 "began>0 FROM tick INDEXED BY tick_live WHERE state=1"
                 " ORDER BY run",
    [RUN_COUNT] = "SELECT count(*),min(CASE began WHEN 0 THEN due END) FROM tick"
                  " INDEXED BY tick_live WHERE state=1 AND schedule=?",
    [RUN_OF] = "SELECT run,audit_run,began,ended,outcome FROM place p"
               " JOIN tick ON seq=ran WHERE p.schedule=?",
    [RUN_BEGAN] = "SELECT s.name,t.run,t.audit_run,t.began,t.ended,t.outcome"
                  " FROM tick t JOIN schedule s ON s.id=t.schedule"
                  " WHERE t.began>=? AND t.began<? AND t.fate=1"
                  " ORDER BY t.run",
};
