/* Work items from files: what CSV and JSON Lines have in common, and the
 * latter. */
#include "importer.h"
#include "rpa/base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = RPA_WORK_PAYLOAD_MAX };

void import_stop(struct rpa_import *import, enum rpa_code code, const char *msg,
                 const char *hint)
{
    if (import->why.code)
        return;
    rpa_fail(&import->why, code, "row %lld: %s", (long long)(import->row ? import->row : 1), msg);
    if (hint)
        rpa_err_hint(&import->why, "%s", hint);
}

static void bad(struct rpa_import *import, const char *column, const char *what)
{
    import->to.bad(import->to.data, import->row, column, what);
}

/* ---- what columns say ---- */

/* @column of the row as text; NULL if it is not there or not text */
static const char *text_of(const json_t *object, const char *column)
{
    return column ? json_string_value(json_object_get(object, column)) : NULL;
}

static bool priority_of(struct rpa_import *import, const json_t *object,
                        int64_t *ret)
{
    const char *column = import->spec.priority;
    const json_t *value = column ? json_object_get(object, column) : NULL;
    const char *text = json_string_value(value);
    char *end = NULL;
    *ret = 0;
    if (!value)
        return true;
    if (json_is_integer(value)) {
        *ret = json_integer_value(value);
        return true;
    }
    errno = 0;
    if (text)
        *ret = strtoll(text, &end, 10);
    if (text && text[0] && !*end && errno == 0)
        return true;
    bad(import, column, "is no whole number");
    return false;
}

static bool deadline_of(struct rpa_import *import, const json_t *object,
                        rpa_time *ret)
{
    const char *column = import->spec.deadline;
    *ret = 0;
    if (!column || !json_object_get(object, column))
        return true;
    const char *text = text_of(object, column);
    if (text && (*ret = rpa_time_parse(text))) {
        *ret += import->spec.within_s * 1000000;
        return true;
    }
    bad(import, column, "is no time like 2026-11-22T04:00:00Z");
    return false;
}

void import_object(struct rpa_import *import, const json_t *object,
                   const char *text, size_t len)
{
    struct rpa_work_new work = { .reference =
                                     text_of(object, import->spec.reference) };
    bool good = work.reference != NULL;
    if (!good)
        bad(import, import->spec.reference, "is missing or no text");
    good = priority_of(import, object, &work.priority) && good;
    good = deadline_of(import, object, &work.deadline_us) && good;
    if (!good)
        return;
    char *made = text ? NULL : json_dumps(object, JSON_COMPACT);
    work.payload = text ? text : made;
    work.payload_len = text ? len : made ? strlen(made) : 0;
    if (!work.payload)
        import_stop(import, RPA_ENOMEM, "no memory for a row", NULL);
    else if (import->to.row(import->to.data, import->row, &work))
        import_stop(import, RPA_ESTOP, "stopped", NULL);
    free(made);
}

/* ---- JSON Lines ---- */

/* why a line is no JSON, without a word of what is in it */
static const char *not_json(const json_error_t *where)
{
    switch (json_error_code(where)) {
    case json_error_duplicate_key:
        return "has a name twice";
    case json_error_numeric_overflow:
        return "has a number too large to keep: write it as text";
    case json_error_invalid_utf8:
        return "is not UTF-8 text";
    case json_error_stack_overflow:
        return "is nested too deep";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "has a NUL in a text";
    default:
        return "is not JSON";
    }
}

static void take_line(struct rpa_import *import)
{
    json_error_t where;
    char what[200];
    struct rpa_buf *line = &import->line;
    if (line->len && line->data[line->len - 1] == '\r')
        line->data[--line->len] = '\0';
    if (strspn(line->data ? line->data : "", " \t") == line->len)
        return; /* a blank line */
    import->row++;
    json_t *object = json_loadb(line->data, line->len, JSON_REJECT_DUPLICATES,
                                &where);
    if (json_is_object(object)) {
        import_object(import, object, line->data, line->len);
    } else if (object) {
        bad(import, "", "is JSON, but no object");
    } else {
        snprintf(what, sizeof what, "%s (character %d)", not_json(&where),
                 where.column);
        bad(import, "", what);
    }
    json_decref(object);
}

static void feed_lines(struct rpa_import *import, const char *bytes, size_t len)
{
    while (len > 0 && !import->why.code) {
        const char *end = memchr(bytes, '\n', len);
        size_t part = end ? (size_t)(end - bytes) : len;
        rpa_buf_add(&import->line, bytes, part);
        if (import->line.failed || import->line.len > LINE_MAX_BYTES)
            import_stop(import, RPA_EINVAL, "the line is over a megabyte",
                        NULL);
        else if (end)
            take_line(import);
        if (end)
            import->line.len = 0;
        bytes += part + (end != NULL);
        len -= part + (end != NULL);
    }
}

/* ---- the whole ---- */

int rpa_import_new(const struct rpa_import_spec *spec,
                   const struct rpa_import_to *to,
                   struct rpa_import **ret_import, struct rpa_err *err)
{
    struct rpa_import *import = calloc(1, sizeof *import);
    if (!import)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an import");
    import->spec = *spec;
    import->to = *to;
    int r = spec->form == RPA_IMPORT_CSV ? import_csv_open(import, err) : 0;
    if (r == 0)
        *ret_import = import;
    else
        free(import);
    return r;
}

/* a byte order mark is no part of the first name */
static void skip_mark(struct rpa_import *import, const char **bytes,
                      size_t *len)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (import->begun || !*len)
        return;
    import->begun = true;
    if (*len >= 3 && !memcmp(*bytes, mark, 3)) {
        *bytes += 3;
        *len -= 3;
    }
}

int rpa_import_feed(struct rpa_import *import, const void *bytes, size_t len,
                    struct rpa_err *err)
{
    const char *from = bytes;
    skip_mark(import, &from, &len);
    if (!import->why.code && import->spec.form == RPA_IMPORT_CSV)
        import_csv_feed(import, from, len);
    else if (!import->why.code)
        feed_lines(import, from, len);
    if (import->why.code)
        *err = import->why;
    return -(int)import->why.code;
}

int rpa_import_end(struct rpa_import *import, struct rpa_err *err)
{
    if (!import->why.code && import->spec.form == RPA_IMPORT_CSV)
        import_csv_end(import);
    else if (!import->why.code && import->line.len)
        take_line(import);
    if (import->why.code)
        *err = import->why;
    return -(int)import->why.code;
}

void rpa_import_free(struct rpa_import *import)
{
    if (!import)
        return;
    if (import->spec.form == RPA_IMPORT_CSV)
        import_csv_close(import);
    rpa_buf_clear(&import->line);
    free(import);
}
