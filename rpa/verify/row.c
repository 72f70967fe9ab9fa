/* A row's bytes and its hash; the little there is of SQL and of speaking. */
#include "verify.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Outside text, for a terminal and for JSON: printable ASCII, the rest %NN. */
static void escape(char *out, size_t size, const char *text)
{
    *out = '\0';
    for (size_t at = 0; *text && at + 4 < size; text++)
        at += (size_t)snprintf(out + at, size - at,
                               *text >= ' ' && *text <= '~' &&
                                       !strchr("\"\\%", *text)
                                   ? "%c" : "%%%02x", *text & 0xff);
}

static void say(struct verdict *v, int code, const char *why, va_list ap)
{
    char text[400];
    vsnprintf(text, sizeof text, why, ap);
    escape(v->why, sizeof v->why, text);
    v->code = code;
}

bool tampered(struct verdict *v, const char *row, int64_t seq, const char *why,
              ...)
{
    char number[24];
    va_list ap;
    snprintf(number, sizeof number, "%lld", (long long)seq);
    escape(v->row, sizeof v->row, row ? row : number);
    va_start(ap, why);
    say(v, TAMPERED, why, ap);
    va_end(ap);
    return false;
}

bool cannot(struct verdict *v, const char *why, ...)
{
    va_list ap;
    va_start(ap, why);
    say(v, CANNOT, why, ap);
    va_end(ap);
    return false;
}

char *file_read(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text) {
        rewind(file);
        *ret_len = fread(text, 1, (size_t)size, file);
        text[*ret_len] = '\0';
    }
    if (file)
        fclose(file);
    return text;
}

bool entry_read(sqlite3_stmt *st, struct entry *row)
{
    bool good = true;
    for (int i = 0; i < INTS; i++) {
        good = good && sqlite3_column_type(st, i) == SQLITE_INTEGER;
        row->n[i] = sqlite3_column_int64(st, i);
    }
    if (!good || sqlite3_column_type(st, INTS) != SQLITE_TEXT ||
        sqlite3_column_type(st, INTS + 1) != SQLITE_BLOB ||
        sqlite3_column_type(st, INTS + 2) != SQLITE_BLOB ||
        sqlite3_column_bytes(st, INTS + 2) != 32)
        return false;
    row->plain = (const char *)sqlite3_column_text(st, INTS);
    row->plain_len = (size_t)sqlite3_column_bytes(st, INTS);
    row->body = sqlite3_column_blob(st, INTS + 1);
    row->body_len = (size_t)sqlite3_column_bytes(st, INTS + 1);
    memcpy(row->h, sqlite3_column_blob(st, INTS + 2), 32);
    return true;
}

static uint8_t *put(uint8_t *to, const void *data, size_t len)
{
    uint32_t le = htole32((uint32_t)len);
    memcpy(to, &le, 4);
    if (len)
        memcpy(to + 4, data, len);
    return to + 4 + len;
}

bool entry_hash(const struct entry *row, const uint8_t prev[static 32],
              uint8_t out[static 32])
{
    static uint8_t *bytes; /* reused: one row at a time */
    static size_t cap;
    size_t len = 1 + 8 * INTS + 4 + row->plain_len + 4 + row->body_len + 32;
    if (len > cap) {
        free(bytes);
        cap = (bytes = malloc(len * 2)) ? len * 2 : 0;
        if (!bytes)
            return false;
    }
    uint8_t *to = bytes;
    *to++ = 0x00;
    for (int i = 0; i < INTS; i++, to += 8) {
        uint64_t le = htole64((uint64_t)row->n[i]);
        memcpy(to, &le, 8);
    }
    to = put(to, row->plain, row->plain_len);
    to = put(to, row->body, row->body_len);
    memcpy(to, prev, 32);
    return sha256(bytes, len, out);
}

/* ---- SQL ---- */

bool sql_bad(sqlite3 *db, const char *what, int64_t seq, struct verdict *v)
{
    int rc = sqlite3_extended_errcode(db) & 0xff;
    if (rc == SQLITE_CORRUPT || rc == SQLITE_ERROR || rc == SQLITE_MISMATCH ||
        rc == SQLITE_TOOBIG)
        return tampered(v, what, seq, "it cannot be read: %s",
                        sqlite3_errmsg(db));
    return cannot(v, "the store cannot be read: %s", sqlite3_errmsg(db));
}

bool sql_new(sqlite3 *db, const char *sql, sqlite3_stmt **ret,
             struct verdict *v)
{
    return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK ||
           sql_bad(db, "schema", 0, v);
}

int sql_put(sqlite3_stmt *st, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    sqlite3_reset(st);
    for (int i = 1; *types; types++, i++) {
        if (*types == 'i') {
            sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
        } else if (*types == 'b') {
            sqlite3_bind_blob(st, i, va_arg(ap, void *), 32, SQLITE_STATIC);
        } else {
            const char *text = va_arg(ap, char *);
            int len = *types == 't' ? (int)va_arg(ap, size_t) : -1;
            sqlite3_bind_text(st, i, text, len, SQLITE_STATIC);
        }
    }
    va_end(ap);
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW)
        sqlite3_reset(st);
    return rc;
}

void db_close(sqlite3 *db)
{
    for (sqlite3_stmt *st; db && (st = sqlite3_next_stmt(db, NULL));)
        sqlite3_finalize(st);
    sqlite3_close(db);
}

static int64_t pragma(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

bool db_open(const char *dir, const char *name, int application, int version,
             sqlite3 **ret, struct verdict *v)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (sqlite3_open_v2(path, ret, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return cannot(v, "%s: %s", path, sqlite3_errmsg(*ret));
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(*ret, SQLITE_LIMIT_LENGTH, 16 << 20);
    sqlite3_busy_timeout(*ret, 5000);
    int64_t id = pragma(*ret, "PRAGMA application_id");
    int64_t is = pragma(*ret, "PRAGMA user_version");
    if (id == application && is == version)
        return true;
    return cannot(v, "%s is none that this program knows (%llx, version %lld): "
                     "%s", path, (long long)id, (long long)is,
                  id < 0 ? sqlite3_errmsg(*ret) : "made by another rpa?");
}
