/* alerts.db: what is in it, and every statement on it. */
#include "schema.h"

/* alert.seen is when it was last there, ended 0 while it lasts. A letter waits
 * (state 1), was taken (2) or is given up (3). */
static const char *const steps[] = {
    "CREATE TABLE alert(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
    " about TEXT NOT NULL, text TEXT NOT NULL, began INTEGER NOT NULL,"
    " seen INTEGER NOT NULL, ended INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX alert_lasts ON alert(kind,about) WHERE ended=0;"
    "CREATE TABLE letter(id INTEGER PRIMARY KEY, alert INTEGER NOT NULL,"
    " over INTEGER NOT NULL, channel TEXT NOT NULL, made INTEGER NOT NULL,"
    " due INTEGER NOT NULL, tries INTEGER NOT NULL, state INTEGER NOT NULL,"
    " why TEXT NOT NULL) STRICT;"
    "CREATE INDEX letter_waits ON letter(due,id) WHERE state=1",
};
/* 'RPAN' */
const struct rpa_store_kind outbox_kind = { "alerts' store", 0x5250414e, steps,
                                            1 };

#define LETTER                                                                 \
    "SELECT l.id,a.kind,a.about,a.text,l.over,a.began,a.ended,l.channel,"      \
    "l.tries,l.due,l.why FROM letter l JOIN alert a ON a.id=l.alert "

const char *const outbox_sql[STATEMENTS] = {
    [ALERT_PUT] = "INSERT INTO alert(kind,about,text,began,seen,ended)"
                  " VALUES(?1,?2,?3,?4,?4,0) RETURNING id",
    [ALERT_SEE] = "UPDATE alert SET text=?3,seen=?4 WHERE kind=?1 AND about=?2"
                  " AND ended=0 RETURNING id",
    /* the kinds of the bits in ?1 */
    [ALERT_OVER] = "SELECT id FROM alert WHERE ended=0 AND ((1<<kind)&?1)<>0"
                   " AND seen<>?2 AND seen<=?2-?3 ORDER BY id LIMIT 1",
    [ALERT_END] = "UPDATE alert SET ended=? WHERE id=?",
    [ALERT_DROP] = "DELETE FROM alert WHERE ended>0 AND ended<? AND NOT EXISTS"
                   "(SELECT 1 FROM letter l WHERE l.alert=alert.id)",

    [LETTER_PUT] = "INSERT INTO letter(alert,over,channel,made,due,tries,state,"
                   "why) VALUES(?1,?2,?3,?4,coalesce((SELECT max(due) FROM "
                   "letter WHERE state=1 AND tries>0 AND channel=?3),?4),0,1,'')",
    [LETTER_NEXT] = LETTER "WHERE l.state=1 AND l.due<=?"
                           " ORDER BY l.due,l.id LIMIT 1",
    [LETTER_DUE] = "SELECT min(due) FROM letter WHERE state=1",
    [LETTER_GET] = "SELECT channel,made,tries FROM letter WHERE id=?",
    [LETTER_SENT] = "UPDATE letter SET state=2,due=?,tries=tries+1,why=''"
                    " WHERE id=?",
    [LETTER_LEAVE] = "UPDATE letter SET state=?,tries=tries+1,why=?"
                     " WHERE id=?",
    [LETTER_WAIT] = "UPDATE letter SET due=max(due,?) WHERE state=1"
                    " AND channel=?",
    [LETTER_DROP] = "DELETE FROM letter WHERE state>1 AND due<?",
    [LOOK] = "SELECT 0,kind,about,text,0,began,0,'',0,0,'' FROM alert"
             " WHERE ended=0 UNION ALL SELECT * FROM (" LETTER
             "WHERE l.state=1 ORDER BY l.id)",
};
