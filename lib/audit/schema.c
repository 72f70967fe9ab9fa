#include "priv.h"

#include <stdio.h>

/* entry is the record. dict, run and item follow from it and can be rebuilt;
 * head says how far it was acknowledged. The triggers guard against accidents,
 * not attackers. No second index on entry: appends stay appends. */
static const char *const steps[] = {
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, run INTEGER NOT NULL,"
    " rseq INTEGER NOT NULL, t_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, verb INTEGER NOT NULL, target INTEGER NOT NULL,"
    " window INTEGER NOT NULL, field INTEGER NOT NULL, grp INTEGER NOT NULL,"
    " plain TEXT NOT NULL, body BLOB NOT NULL,"
    " h BLOB NOT NULL CHECK(length(h)=32)) STRICT;"
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN"
    " SELECT RAISE(ABORT,'audit rows are not changed'); END;"
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN"
    " SELECT RAISE(ABORT,'audit rows are not deleted'); END;"
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
    /* 2: what is signed. Nodes of the tree that are kept, and each note. */
    "CREATE TABLE mnode(lvl INTEGER NOT NULL, idx INTEGER NOT NULL,"
    " h BLOB NOT NULL CHECK(length(h)=32), PRIMARY KEY(lvl,idx))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, t_us INTEGER NOT NULL,"
    " note TEXT NOT NULL) STRICT",
    /* 3: what the projections come to, under a MAC. */
    ("CREATE TABLE census(id INTEGER PRIMARY KEY CHECK(id=1),"
     " value BLOB NOT NULL) STRICT"),
};
const struct rpa_store_kind audit_kind = { "audit store", 0x52504141, steps,
                                           sizeof steps / sizeof *steps };

int state_path(char *out, size_t size, const char *state_dir, const char *name,
               struct rpa_err *err)
{
    if (snprintf(out, size, "%s/%s", state_dir, name) >= (int)size)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    return 0;
}
