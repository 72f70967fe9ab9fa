/* Rows of files: as they stand, and all that is wrong. */
#include "rpa/queue/import.h"
#include "rpa/base/buf.h"
#include "tap.h"

#include <stdlib.h>

static struct rpa_err err;

static int take(void *data, int64_t row, const struct rpa_work_new *work)
{
    rpa_buf_printf(data, "%lld %s %lld %lld %.*s\n", (long long)row,
                   work->reference, (long long)work->priority,
                   (long long)(work->deadline_us / 1000000),
                   (int)work->payload_len, work->payload);
    return 0;
}

static void refuse(void *data, int64_t row, const char *column,
                   const char *what)
{
    rpa_buf_printf(data, "%lld [%s] %s\n", (long long)row, column, what);
}

/* what came of it, rows and faults and the last error, fed @piece at a time */
static char *read_all(const struct rpa_import_spec *spec, const char *text,
                      size_t len, size_t piece)
{
    struct rpa_buf out = { 0 };
    const struct rpa_import_to to = { take, refuse, &out };
    struct rpa_import *import = NULL;
    int r = rpa_import_new(spec, &to, &import, &err);
    for (size_t at = 0, n; r == 0 && at < len; at += n) {
        n = piece < len - at ? piece : len - at;
        r = rpa_import_feed(import, text + at, n, &err);
    }
    if (r == 0)
        r = rpa_import_end(import, &err);
    if (r < 0)
        rpa_buf_printf(&out, "%d %s\n", r, err.msg);
    rpa_import_free(import);
    return rpa_buf_take(&out);
}

static const struct {
    const char *name;
    enum rpa_import_form form;
    bool more; /* priority and deadline too */
    const char *text, *want;
} cases[] = {
    { "text stays text", RPA_IMPORT_CSV, false,
      "id,Phone,Note\r\nR-1,0012345678901234567890,\" a, \"\"b\"\"\nc \"\r\n",
      "2 R-1 0 0 {\"id\":\"R-1\",\"Phone\":\"0012345678901234567890\","
      "\"Note\":\" a, \\\"b\\\"\\nc \"}\n" },
    { "blanks are data", RPA_IMPORT_CSV, false, "id,a\n R-1 , x \n",
      "2  R-1  0 0 {\"id\":\" R-1 \",\"a\":\" x \"}\n" },
    { "an empty cell is not there", RPA_IMPORT_CSV, false, "id,a,b\nR-1,,x",
      "2 R-1 0 0 {\"id\":\"R-1\",\"b\":\"x\"}\n" },
    { "a byte order mark", RPA_IMPORT_CSV, false, "\xef\xbb\xbfid\nR-1\n",
      "2 R-1 0 0 {\"id\":\"R-1\"}\n" },
    { "priority and deadline", RPA_IMPORT_CSV, true,
      "id,n,due\nR-1,-5,1970-01-01T01:00:10+01:00\nR-2,,\n",
      "2 R-1 -5 10 {\"id\":\"R-1\",\"n\":\"-5\","
      "\"due\":\"1970-01-01T01:00:10+01:00\"}\n"
      "3 R-2 0 0 {\"id\":\"R-2\"}\n" },
    { "no day is made of another", RPA_IMPORT_CSV, true,
      "id,n,due\nR-1,,2026-02-31T00:00:00Z\nR-2,,1970-01-31T00:00:00Z\n",
      "2 [due] is no time like 2026-11-22T04:00:00Z\n"
      "3 R-2 0 2592000 {\"id\":\"R-2\",\"due\":\"1970-01-31T00:00:00Z\"}\n" },
    { "all that is wrong, and the rest", RPA_IMPORT_CSV, true,
      "id,n,due\n,x,soon\nR-2,1\nR-3,1,1970-01-01T00:00:00Z,z\n\xff,1,\n"
      "R-5,5,\n",
      "2 [id] is missing or no text\n2 [n] is no whole number\n"
      "2 [due] is no time like 2026-11-22T04:00:00Z\n"
      "3 [] has 2 cells, the head has 3\n4 [] has 4 cells, the head has 3\n"
      "5 [id] is not UTF-8 text: save as CSV UTF-8\n"
      "6 R-5 5 0 {\"id\":\"R-5\",\"n\":\"5\"}\n" },
    { "no such column", RPA_IMPORT_CSV, false, "ref\nR-1\n",
      "-100 row 1: there is no column 'id'\n" },
    { "a column twice", RPA_IMPORT_CSV, false, "id,id\nR-1,R-2\n",
      "-100 row 1: two columns have the same name\n" },
    { "a quote out of place", RPA_IMPORT_CSV, false, "id\nR-1\na\"b\n",
      "2 R-1 0 0 {\"id\":\"R-1\"}\n-100 row 3: a quote is out of place\n" },
    { "a quote that does not end", RPA_IMPORT_CSV, false, "id\n\"R-1\n",
      "-100 row 2: a quote is out of place\n" },
    { "nothing", RPA_IMPORT_CSV, false, "", "-100 row 1: the file is empty\n" },
    { "lines as they stand", RPA_IMPORT_JSONL, true,
      "{\"id\": \"R-1\", \"n\": 5, \"big\": 9007199254740993}\r\n\n"
      "{\"id\":\"R-2\"}",
      "1 R-1 5 0 {\"id\": \"R-1\", \"n\": 5, \"big\": 9007199254740993}\n"
      "2 R-2 0 0 {\"id\":\"R-2\"}\n" },
    { "lines that are wrong", RPA_IMPORT_JSONL, true,
      "{\"id\":\"R-1\",\"id\":\"R-2\"}\n[]\n{\"id\":7}\n{\"id\":\"R-4\","
      "\"n\":1.5}\n{\"id\":\"R-5\"\n",
      "1 [] has a name twice (character 16)\n2 [] is JSON, but no object\n"
      "3 [id] is missing or no text\n4 [n] is no whole number\n"
      "5 [] is not JSON (character 11)\n" },
    { "lines that cannot be kept", RPA_IMPORT_JSONL, true,
      "{\"n\":92233720368547758070}\n{\"n\":\"\xff\"}\n"
      "{\"n\":\"\\u0000\"}\n",
      "1 [] has a number too large to keep: write it as text (character 25)\n"
      "2 [] is not UTF-8 text (character 6)\n"
      "3 [] has a NUL in a text (character 13)\n" },
};

/* a row of many cells, none of them over a megabyte */
static void test_wide_row(void)
{
    const struct rpa_import_spec spec = { .form = RPA_IMPORT_CSV,
                                          .reference = "id" };
    struct rpa_buf text = { 0 };
    rpa_buf_puts(&text, "id,a,b\nR-1,");
    for (int i = 0; i < 1200000; i++)
        rpa_buf_putc(&text, i == 600000 ? ',' : 'x');
    rpa_buf_putc(&text, '\n');
    char *got = read_all(&spec, text.data, text.len, text.len);
    ok(strstr(got, "row 2: the row is over a megabyte"), "%s", got);
    free(got);
    rpa_buf_clear(&text);
}

/* --within: a day after the time that is there */
static void test_within(void)
{
    const struct rpa_import_spec spec = { .form = RPA_IMPORT_CSV,
                                          .reference = "id",
                                          .deadline = "at",
                                          .within_s = 86400 };
    static const char text[] = "id,at\nR-1,2026-03-28T01:30:00+00:00\n";
    char *got = read_all(&spec, text, sizeof text - 1, sizeof text);
    ok(strstr(got, "1774747800") != NULL, "a day later: %s", got);
    free(got);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rpa_import_spec spec = {
            .form = cases[i].form, .reference = "id",
            .priority = cases[i].more ? "n" : NULL,
            .deadline = cases[i].more ? "due" : NULL,
        };
        size_t len = strlen(cases[i].text);
        char *whole = read_all(&spec, cases[i].text, len, len + 1);
        char *bytes = read_all(&spec, cases[i].text, len, 3);
        is_str(whole, cases[i].want, cases[i].name);
        is_str(bytes, cases[i].want, "the same in pieces");
        free(whole);
        free(bytes);
    }
    test_wide_row();
    test_within();
    return tap_done();
}
