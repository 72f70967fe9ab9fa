/* Items, runs and labels changed behind rpa's back are noticed when the store
 * is opened, and are made anew from the rows; so is a store of an older rpa. */
#include "seed.h"

#include <sqlite3.h>

static void sql(const char *text)
{
    sqlite3 *db = NULL;
    char *said = NULL;
    if (sqlite3_open(tmp_path("audit.db"), &db) != SQLITE_OK ||
        sqlite3_exec(db, text, NULL, NULL, &said) != SQLITE_OK)
        printf("Bail out! %s: %s\n", text, said ? said : "?");
    sqlite3_free(said);
    sqlite3_close(db);
}

static int opens(void)
{
    struct rpa_audit *audit = NULL;
    int r = rpa_audit_open(tmpdir, &audit, &err);
    rpa_audit_close(audit);
    return r;
}

static int state_of(struct rpa_audit *audit, const char *id)
{
    struct rpa_item_info info = { 0 };
    int r = rpa_audit_item_state(audit, "rekey", id, &info, &err);
    return r < 0 ? r : (int)info.state;
}

static const struct {
    const char *name, *sql, *said;
} cases[] = {
    { "all items gone", "DELETE FROM item", "items are missing" },
    { "one item gone", "DELETE FROM item WHERE state=5", "items are missing" },
    { "an item that is done made new to do", "UPDATE item SET state=1 WHERE state=5",
      "items were changed" },
    { "an item's commit act forgotten", "UPDATE item SET commit_seq=0",
      "items were changed" },
    { "an item of another queue", "UPDATE item SET queue='other' WHERE state=5",
      "items were changed" },
    { "an item more", "INSERT INTO item VALUES('rekey',zeroblob(32),5,1,1,0,0)",
      "items are missing or added" },
    { "an ended run gone", "DELETE FROM run WHERE id=1", "runs are missing" },
    { "all labels gone", "DELETE FROM dict", "labels are missing" },
    { "the census changed", "UPDATE census SET value=zeroblob(88)",
      "the census of items was changed" },
};

static void changed(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_audit *audit = NULL;
        struct verdict v;
        sql(cases[i].sql);
        ok(opens() == -RPA_ETAMPER && strstr(err.msg, cases[i].said),
           "%s: %s", cases[i].name, err.msg);
        ok(rpa_audit_rebuild(tmpdir, &audit, &err) == 0 &&
               state_of(audit, "online-1") == RPA_ITEM_IS_DONE &&
               state_of(audit, "online-2") == RPA_ITEM_IS_IN_DOUBT,
           "%s: rebuilt", cases[i].name);
        rpa_audit_close(audit);
        ok(proved(&v) && opens() == 0, "%s: verified, and opens", cases[i].name);
    }
}

/* what a rebuild is made from must be what was acknowledged */
static void rows_changed(void)
{
    struct rpa_audit *audit = NULL;
    sql("DROP TRIGGER entry_no_update;"
        "UPDATE entry SET plain=replace(plain,'begin','done ') WHERE kind=26");
    is_int(rpa_audit_rebuild(tmpdir, &audit, &err), -RPA_ETAMPER,
           "rows that were changed are rebuilt from in no case");
    ok(strstr(err.msg, "row ") && strstr(err.msg, "hash"), "%s", err.msg);
}

static void older(void)
{
    struct rpa_audit *audit = NULL;
    struct verdict v;
    sql("DROP TABLE census; PRAGMA user_version=2");
    is_int(rpa_audit_open(tmpdir, &audit, &err), 0, "a store of version 2 opens");
    is_int(state_of(audit, "online-1"), RPA_ITEM_IS_DONE, "with its items");
    rpa_audit_close(audit);
    ok(proved(&v), "and verifies");
    sql("DELETE FROM item");
    is_int(opens(), -RPA_ETAMPER, "from then on they are counted");
    sql("DROP TABLE census; PRAGMA user_version=2");
    is_int(rpa_audit_open(tmpdir, &audit, &err), 0,
           "nor are they lost by who makes it seem of version 2");
    is_int(state_of(audit, "online-1"), RPA_ITEM_IS_DONE, "they are made anew");
    rpa_audit_close(audit);
}

int main(void)
{
    tmp_begin();
    struct rpa_audit *audit = must_open();
    seed(audit);
    rpa_audit_close(audit);
    changed();
    older();
    rows_changed();
    return tap_done();
}
