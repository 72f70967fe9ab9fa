#include "priv.h"

#include <endian.h>
#include <string.h>

enum { MAC_AT = 3 * 8 + 32, CENSUS_LEN = MAC_AT + 32 };

static void put_le64(uint8_t *to, int64_t value)
{
    uint64_t le = htole64((uint64_t)value);
    memcpy(to, &le, 8);
}

static int64_t get_le64(const uint8_t *from)
{
    uint64_t le;
    memcpy(&le, from, 8);
    return (int64_t)le64toh(le);
}

/* An item's row as it is: into the sum, or out of it again. 0xff begins no
 * UTF-8, so this is never the hash of an item's id. */
int census_weigh(struct census *census, const struct rpa_root *root,
                const char *queue, const uint8_t id[static 32],
                const struct item *item)
{
    const int64_t all[] = { item->state, item->run, item->seq, item->commit_seq,
                            item->ref_seq };
    uint8_t fixed[1 + sizeof all + 32] = { 0xff }, mac[32];
    struct rpa_buf bytes = { 0 };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        put_le64(fixed + 1 + 8 * i, all[i]);
    memcpy(fixed + 1 + sizeof all, id, 32);
    rpa_buf_add(&bytes, fixed, sizeof fixed);
    rpa_buf_puts(&bytes, queue);
    bool good = !bytes.failed;
    if (good)
        rpa_root_mac(root, RPA_ROOT_ITEM, bytes.data, bytes.len, mac);
    for (size_t i = 0; good && i < sizeof mac; i++)
        census->sum[i] ^= mac[i];
    rpa_buf_clear(&bytes);
    return good ? 0 : -RPA_ENOMEM;
}

int census_save(struct rpa_stmt *put, const struct census *census,
               const struct rpa_root *root, struct rpa_err *err)
{
    uint8_t value[CENSUS_LEN];
    put_le64(value, census->items);
    put_le64(value + 8, census->runs);
    put_le64(value + 16, census->labels);
    memcpy(value + 24, census->sum, 32);
    rpa_root_mac(root, RPA_ROOT_HEAD, value, MAC_AT, value + MAC_AT);
    return rpa_stmt_run(put, err, "b", value, sizeof value);
}

int census_load(struct rpa_store *db, const struct rpa_root *root,
               struct census *ret, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(db, "SELECT value FROM census WHERE id=1", &get, err);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r > 0) {
        size_t len;
        const uint8_t *value = rpa_stmt_bytes(get, 0, &len);
        if (len != CENSUS_LEN || !rpa_root_mac_ok(root, RPA_ROOT_HEAD, value,
                                                 MAC_AT, value + MAC_AT)) {
            r = rpa_fail(err, RPA_ETAMPER, "the census of items was changed");
        } else {
            ret->items = get_le64(value);
            ret->runs = get_le64(value + 8);
            ret->labels = get_le64(value + 16);
            memcpy(ret->sum, value + 24, 32);
        }
    }
    rpa_stmt_free(get);
    return r;
}

/* ---- what is stored against it ---- */

static int weigh_items(struct rpa_store *db, const struct rpa_root *root,
                       struct census *sum, struct rpa_err *err)
{
    struct rpa_stmt *all = NULL;
    int r = rpa_stmt_new(db, "SELECT queue,id,state,run,seq,commit_seq,ref_seq "
                             "FROM item", &all, err);
    while (r == 0 && (r = rpa_stmt_step(all, err)) > 0) {
        size_t len;
        const struct item item = {
            .state = rpa_stmt_int(all, 2), .run = rpa_stmt_int(all, 3),
            .seq = rpa_stmt_int(all, 4), .commit_seq = rpa_stmt_int(all, 5),
            .ref_seq = rpa_stmt_int(all, 6),
        };
        const char *queue = rpa_stmt_text(all, 0);
        const uint8_t *id = rpa_stmt_bytes(all, 1, &len);
        r = len != 32 ? rpa_fail(err, RPA_ETAMPER, "an item's id was changed")
            : census_weigh(sum, root, queue, id, &item) < 0
                ? rpa_fail(err, RPA_ENOMEM, "no memory for an item")
                : 0;
        sum->items++;
        if (r < 0)
            break;
    }
    rpa_stmt_free(all);
    return r;
}

int census_check(struct rpa_store *db, const struct rpa_root *root,
                const struct census *want, struct rpa_err *err)
{
    struct census have = { 0 };
    struct rpa_stmt *counts = NULL;
    int r = weigh_items(db, root, &have, err);
    if (r == 0)
        r = rpa_stmt_new(db, "SELECT (SELECT count(*) FROM run),"
                             " (SELECT count(*) FROM dict)", &counts, err);
    if (r == 0)
        r = rpa_stmt_step(counts, err);
    if (r > 0) {
        have.runs = rpa_stmt_int(counts, 0);
        have.labels = rpa_stmt_int(counts, 1);
        r = 0;
    }
    rpa_stmt_free(counts);
    if (r < 0)
        return r;
    const char *what = have.items != want->items ? "items are missing or added"
                       : memcmp(have.sum, want->sum, 32) ? "items were changed"
                       : have.runs != want->runs ? "runs are missing or added"
                       : have.labels != want->labels
                           ? "labels are missing or added"
                           : NULL;
    if (!what)
        return 0;
    rpa_fail(err, RPA_ETAMPER, "in the audit store %s", what);
    return rpa_err_hint(err, "rpa audit rebuild makes them anew from the rows; "
                             "find out first who changed them");
}
