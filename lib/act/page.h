#ifndef RPA_ACT_PAGE_H
#define RPA_ACT_PAGE_H

#include "priv.h"
#include "rpa/screen/mark.h"
#include "rpa/screen/table.h"

/* Tables over several pages: what the screen map, or a bot, says of one, and
 * one page of it as it is shown. */

#define TABLE_MARKS 4

struct table_rule {
    const char *screen;   /* of the map, borrowed; NULL: a bot's own table */
    char name[TITLE_MAX];
    struct rpa_table_spec spec;
    struct rpa_column columns[RPA_TABLE_COLUMNS];
    char header[RPA_TABLE_COLUMNS][TITLE_MAX];
    char key[RPA_TABLE_COLUMNS][TITLE_MAX]; /* of a row, as the bot gets it */
    char footer[TITLE_MAX];
    char none[TITLE_MAX]; /* stands there when there are no rows; "": nothing */
    char marks[TABLE_MARKS][TITLE_MAX];
    size_t nmarks;
    char more[TITLE_MAX], bottom[TITLE_MAX]; /* one of them on each page */
    char turn[32];        /* the key to the next page; "": one page is all */
    struct table_rule *next;
};

/** Read what is said of a table into *@ret; free() it. RPA_EINVAL names what is
 * wrong, also a key that is not known; RPA_ENOMEM. */
int table_rule_read(const cbor_item_t *item, const char *screen,
                    struct table_rule **ret, struct rpa_err *err);
/** Add the tables of a screen of the map to the front of *@list. */
int table_rules_load(const cbor_item_t *item, const char *screen,
                     struct table_rule **list, struct rpa_err *err);
void table_rules_free(struct table_rule *list);
/** target.c: the first of the map's tables. */
const struct table_rule *target_tables(const struct rpa_target *target);

/** A page of a table. */
struct page {
    struct rpa_table table;
    bool none;       /* the text stands there that says so */
    int more;        /* 1 or 0; -1: not told */
    int64_t number[RPA_MARK_NUMBERS]; /* -1: not told */
    uint64_t id;     /* of all that; the same only for the same page */
};

/** Read the page of @rule that @s shows. Errors: as rpa_table_find() and
 * rpa_mark_read(), and RPA_ESCREEN where there may be rows that are not seen. */
int page_read(const struct table_rule *rule, const struct rpa_screen *s,
              struct page *ret, struct rpa_err *err);

#endif
