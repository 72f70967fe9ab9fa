/* A queue as the version before left it is taken on with all it holds, and which
 * of its items is the oldest is asked of an index. */
#include "seed.h"

#include "priv.h"

#include <sqlite3.h>
#include <string.h>

/* of the file, from the side: the last column of the first row of the last */
static void sql(const char *text, char ret[static 128])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    *ret = '\0';
    sqlite3_open(tmp_path("queue.db"), &db);
    for (; *text; sqlite3_finalize(st)) {
        if (sqlite3_prepare_v2(db, text, -1, &st, &text) != SQLITE_OK)
            printf("# %s\n", sqlite3_errmsg(db));
        if (sqlite3_step(st) == SQLITE_ROW)
            snprintf(ret, 128, "%s",
                     (const char *)sqlite3_column_text(
                         st, sqlite3_column_count(st) - 1));
    }
    sqlite3_close(db);
}

static void is_oldest(rpa_time want)
{
    rpa_time oldest = 1;
    ok(rpa_queue_oldest(q, "work", &oldest, &err) == 0 && oldest == want,
       "the oldest of the ready");
}

int main(void)
{
    struct rpa_claim c = { 0 };
    char is[128], plan[512];
    rpa_time first = now;
    tmp_begin();
    must_open();
    make("work", NULL, NULL);
    add("work", "R-1");
    now += seconds(5);
    add("work", "R-2");
    rpa_queues_close(q);
    sql("DROP INDEX item_age; PRAGMA user_version=5", is);
    must_open();
    sql("PRAGMA user_version", is);
    is_int(atoi(is), queue_kind.steps, "one of version 5 is taken on");
    is_oldest(first);
    is_int(claim("work", &c), 0, "what it held is given out");
    is_str(c.reference, "R-1", "in its order");
    is_oldest(now);
    snprintf(plan, sizeof plan, "EXPLAIN QUERY PLAN %s",
             queue_sql[QUEUE_OLDEST]);
    sql(plan, is);
    is_str(is, "SEARCH item USING INDEX item_age (queue=?)",
           "no item is looked at for that");
    rpa_claim_clear(&c);
    rpa_queues_close(q);
    return tap_done();
}
