/* CSV by libcsv: the head names the columns, each further row is an object. */
#include "importer.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 512, ROW_MAX = RPA_WORK_PAYLOAD_MAX };

/* libcsv would take blanks off the ends of a cell */
static int no_blank(unsigned char c)
{
    (void)c;
    return 0;
}

static bool known_column(const struct rpa_import *import, const char *name)
{
    for (size_t i = 0; name && i < import->ncolumns; i++)
        if (!strcmp(import->columns[i], name))
            return true;
    return !name;
}

/* ---- the head ---- */

static void take_name(struct rpa_import *import, const char *name, size_t len)
{
    if (!len || !rpa_utf8_valid(name, len) || memchr(name, '\0', len)) {
        import_stop(import, RPA_EINVAL,
                    "a column has no name, or one that is not UTF-8",
                    "the first row names the columns; save as CSV UTF-8");
        return;
    }
    char *copy = strndup(name, len);
    if (!copy || import->ncolumns == COLUMNS_MAX)
        import_stop(import, RPA_EINVAL, "there are too many columns", NULL);
    else if (known_column(import, copy))
        import_stop(import, RPA_EINVAL, "two columns have the same name",
                    "each column wants a name of its own");
    else {
        import->columns[import->ncolumns++] = copy;
        return;
    }
    free(copy);
}

static void end_head(struct rpa_import *import)
{
    const char *const wanted[] = { import->spec.reference,
                                   import->spec.priority,
                                   import->spec.deadline };
    for (size_t i = 0; i < 3; i++) {
        char msg[160];
        if (known_column(import, wanted[i]))
            continue;
        snprintf(msg, sizeof msg, "there is no column '%.100s'", wanted[i]);
        import_stop(import, RPA_EINVAL, msg,
                    "say which column it is with --reference, --priority or "
                    "--deadline");
    }
}

/* ---- rows ---- */

static void bad_cell(struct rpa_import *import, const char *column,
                     const char *what)
{
    import->row_bad = true;
    import->to.bad(import->to.data, import->row, column, what);
}

static void take_cell(struct rpa_import *import, const char *text, size_t len)
{
    size_t at = import->at++;
    if (at >= import->ncolumns)
        return; /* told at the row's end */
    const char *column = import->columns[at];
    import->row_len += len;
    if (import->row_len > ROW_MAX) {
        import_stop(import, RPA_EINVAL, "the row is over a megabyte", NULL);
        return;
    }
    if (!rpa_utf8_valid(text, len) || memchr(text, '\0', len))
        bad_cell(import, column, "is not UTF-8 text: save as CSV UTF-8");
    else if (len && json_object_set_new(import->cells, column,
                                        json_stringn(text, len)) < 0)
        import_stop(import, RPA_ENOMEM, "no memory for a row", NULL);
}

static void on_cell(void *text, size_t len, void *data)
{
    struct rpa_import *import = data;
    if (import->why.code)
        return;
    if (import->row == 0)
        take_name(import, text ? text : "", len);
    else {
        if (import->at == 0)
            import->row++;
        take_cell(import, text ? text : "", len);
    }
}

static void end_row(struct rpa_import *import)
{
    char what[96];
    if (import->at != import->ncolumns) {
        snprintf(what, sizeof what, "has %zu cells, the head has %zu",
                 import->at, import->ncolumns);
        bad_cell(import, "", what);
    }
    if (!import->row_bad)
        import_object(import, import->cells, NULL, 0);
    json_object_clear(import->cells);
    import->at = import->row_len = 0;
    import->row_bad = false;
}

static void on_row(int c, void *data)
{
    struct rpa_import *import = data;
    (void)c;
    if (import->why.code)
        return;
    if (import->row > 0) {
        end_row(import);
        return;
    }
    import->row = 1;
    end_head(import);
}

int import_csv_open(struct rpa_import *import, struct rpa_err *err)
{
    import->columns = calloc(COLUMNS_MAX, sizeof *import->columns);
    import->cells = json_object();
    if (!import->columns || !import->cells ||
        csv_init(&import->csv, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(import->columns);
        json_decref(import->cells);
        return rpa_fail(err, RPA_ENOMEM, "no memory for an import");
    }
    csv_set_space_func(&import->csv, no_blank);
    return 0;
}

static void misplaced(struct rpa_import *import)
{
    import->row += import->at == 0;
    import_stop(import, RPA_EINVAL, "a quote is out of place",
                "a cell with a quote, a comma or a line end in it stands in "
                "quotes, and each quote in it is doubled");
}

void import_csv_feed(struct rpa_import *import, const char *bytes, size_t len)
{
    for (size_t part; len > 0 && !import->why.code; bytes += part, len -= part) {
        part = len < 65536 ? len : 65536;
        if (csv_parse(&import->csv, bytes, part, on_cell, on_row, import) !=
            part)
            misplaced(import);
        else if (csv_get_buffer_size(&import->csv) > ROW_MAX)
            import_stop(import, RPA_EINVAL, "a cell is over a megabyte", NULL);
    }
}

void import_csv_end(struct rpa_import *import)
{
    if (csv_fini(&import->csv, on_cell, on_row, import) != 0)
        misplaced(import);
    else if (import->row == 0 && !import->why.code)
        import_stop(import, RPA_EINVAL, "the file is empty",
                    "the first row names the columns");
}

void import_csv_close(struct rpa_import *import)
{
    for (size_t i = 0; i < import->ncolumns; i++)
        free(import->columns[i]);
    free(import->columns);
    json_decref(import->cells);
    csv_free(&import->csv);
}
