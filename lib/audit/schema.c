#include "priv.h"

#include <stdio.h>

/* entry is the record, mnode and checkpoint are what is signed: nodes of the
 * tree that are kept, and each note. These go into segments. */
#define ENTRY                                                                  \
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, run INTEGER NOT NULL,"        \
    " rseq INTEGER NOT NULL, t_us INTEGER NOT NULL, mono_us INTEGER NOT NULL," \
    " kind INTEGER NOT NULL, verb INTEGER NOT NULL, target INTEGER NOT NULL,"  \
    " window INTEGER NOT NULL, field INTEGER NOT NULL, grp INTEGER NOT NULL,"  \
    " plain TEXT NOT NULL, body BLOB NOT NULL,"                                \
    " h BLOB NOT NULL CHECK(length(h)=32)) STRICT;"
/* The triggers guard against accidents, not attackers. */
#define GUARDS                                                                 \
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN"              \
    " SELECT RAISE(ABORT,'audit rows are not changed'); END;"                  \
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN"              \
    " SELECT RAISE(ABORT,'audit rows are not deleted'); END;"
#define SIGNED                                                                 \
    "CREATE TABLE mnode(lvl INTEGER NOT NULL, idx INTEGER NOT NULL,"           \
    " h BLOB NOT NULL CHECK(length(h)=32), PRIMARY KEY(lvl,idx))"              \
    " STRICT, WITHOUT ROWID;"                                                  \
    "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, t_us INTEGER NOT NULL," \
    " note TEXT NOT NULL) STRICT;"

/* dict, run and item follow from the rows and can be rebuilt; head says how far
 * these were acknowledged. No second index on entry: appends stay appends. */
static const char *const steps[] = {
    ENTRY GUARDS
    "CREATE TABLE dict(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "CREATE TABLE run(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL,"
    " bot TEXT NOT NULL, bot_sha256 TEXT NOT NULL,"
    " runtime_sha256 TEXT NOT NULL, actor TEXT NOT NULL, uid INTEGER NOT NULL,"
    " host TEXT NOT NULL, target TEXT NOT NULL, mode TEXT NOT NULL,"
    " reason INTEGER NOT NULL, started_us INTEGER NOT NULL,"
    " state INTEGER NOT NULL, ended_us INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL, first_seq INTEGER NOT NULL,"
    " last_seq INTEGER NOT NULL, nrows INTEGER NOT NULL, grps INTEGER NOT NULL,"
    " head BLOB NOT NULL) STRICT;"
    "CREATE TABLE item(queue TEXT NOT NULL, id BLOB NOT NULL,"
    " state INTEGER NOT NULL, run INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " commit_seq INTEGER NOT NULL, ref_seq INTEGER NOT NULL,"
    " PRIMARY KEY(queue,id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK(id=1),"
    " value BLOB NOT NULL) STRICT",
    /* 2 */ SIGNED,
    /* 3: what the projections come to, under a MAC. */
    ("CREATE TABLE census(id INTEGER PRIMARY KEY CHECK(id=1),"
     " value BLOB NOT NULL) STRICT"),
};
const struct rpa_store_kind audit_kind = { "audit store", 0x52504141, steps,
                                           sizeof steps / sizeof *steps };

static const char *const segment_steps[] = { ENTRY SIGNED };
const struct rpa_store_kind segment_kind = { "closed audit file", 0x52504153,
                                             segment_steps, 1 };
const char segment_fill[] =
    "INSERT INTO entry SELECT * FROM live.entry"
    " WHERE seq>(SELECT ifnull(max(seq),0) FROM main.entry);"
    "INSERT OR IGNORE INTO mnode SELECT * FROM live.mnode;"
    "INSERT OR IGNORE INTO checkpoint SELECT * FROM live.checkpoint;"
    "CREATE INDEX IF NOT EXISTS entry_run ON entry(run);"
    "CREATE INDEX IF NOT EXISTS entry_time ON entry(t_us)";
const char segment_begin[] =
    "DROP TRIGGER entry_no_update; DROP TRIGGER entry_no_delete;"
    "ALTER TABLE entry RENAME TO closed; DROP TABLE mnode;"
    "DROP TABLE checkpoint;" ENTRY GUARDS SIGNED;
const char segment_trim[] =
    "DELETE FROM closed WHERE seq<(SELECT min(seq)+2000 FROM closed)";
const char segment_end[] = "PRAGMA secure_delete=OFF; DROP TABLE closed;"
                           "PRAGMA secure_delete=ON";

int state_path(char *out, size_t size, const char *state_dir, const char *name,
               struct rpa_err *err)
{
    if (snprintf(out, size, "%s/%s", state_dir, name) >= (int)size)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    return 0;
}
