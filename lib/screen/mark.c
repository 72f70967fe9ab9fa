#include "rpa/screen/mark.h"
#include "rpa/base/utf8.h"

#include <string.h>

#define DIGITS_MAX 15

static const char *const names[RPA_MARK_NUMBERS] = { "page", "pages", "from",
                                                     "to", "total" };

const char *rpa_mark_name(enum rpa_mark_number n)
{
    return names[n];
}

/* the number named at @mark, which is behind a "{"; its length with the "}" */
static size_t number_at(const char *mark, enum rpa_mark_number *ret)
{
    for (int n = 0; n < RPA_MARK_NUMBERS; n++) {
        size_t len = strlen(names[n]);
        if (!strncmp(mark, names[n], len) && mark[len] == '}') {
            *ret = (enum rpa_mark_number)n;
            return len + 1;
        }
    }
    return 0;
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

int rpa_mark_check(const char *mark, unsigned *ret_which, struct rpa_err *err)
{
    unsigned which = 0;
    bool bad = !mark[0] || mark[0] == ' ';
    for (const char *p = mark; *p && !bad; p++) {
        enum rpa_mark_number n;
        size_t len = *p == '{' ? number_at(p + 1, &n) : 0;
        if (*p != '{')
            continue;
        bad = !len || (which & 1u << n) || p[len + 1] == '{' ||
              is_digit((unsigned char)p[len + 1]);
        which |= bad ? 0 : 1u << n;
        p += len;
    }
    if (bad || !which) {
        rpa_fail(err, RPA_EINVAL, "'%s' is no mark of a page", mark);
        return rpa_err_hint(err, "a text with numbers in braces, each once and "
                                 "apart: PAGE {page} OF {pages}; also {from}, "
                                 "{to}, {total}");
    }
    if (ret_which)
        *ret_which = which;
    return 0;
}

struct line {
    const struct rpa_cell *cell;
    int n;
};

static uint32_t at(const struct line *l, int c)
{
    return c < 0 || c >= l->n ? ' ' : l->cell[c].cp;
}

static bool is_word(uint32_t cp)
{
    return is_digit(cp) || (cp >= 'A' && cp <= 'Z') ||
           (cp >= 'a' && cp <= 'z') || cp >= 0xc0;
}

/* "1,234" at @c: the column behind it, or -1 */
static int read_number(const struct line *l, int c, int64_t *ret)
{
    int digits = 0, group = 0;
    bool commas = false;
    int64_t value = 0;
    while (at(l, c) == ' ' && c < l->n)
        c++;
    for (;; c++) {
        if (is_digit(at(l, c))) {
            value = value * 10 + (at(l, c) - '0');
            digits++;
            group++;
        } else if (at(l, c) == ',' && is_digit(at(l, c + 1)) &&
                   (commas ? group == 3 : group && group < 4)) {
            commas = true;
            group = 0;
        } else {
            break;
        }
        if (digits > DIGITS_MAX)
            return -1;
    }
    if ((at(l, c) == ',' || at(l, c) == '.') && is_digit(at(l, c + 1)))
        return -1;
    *ret = value;
    return digits && (!commas || group == 3) ? c : -1;
}

/* Does @mark stand at @c? Then its numbers are in @ret. */
static bool stands(const struct line *l, int c, const char *mark,
                   int64_t ret[static RPA_MARK_NUMBERS])
{
    size_t len = strlen(mark);
    bool word = is_word((unsigned char)mark[0]) || mark[0] == '{';
    if (word && is_word(at(l, c - 1)))
        return false;
    if (mark[0] == '{' && at(l, c) == ' ') /* begin at the number itself */
        return false;
    for (size_t i = 0; i < len;) {
        enum rpa_mark_number n;
        uint32_t cp;
        if (mark[i] == '{') {
            i += 1 + number_at(mark + i + 1, &n);
            c = read_number(l, c, &ret[n]);
            if (c < 0)
                return false;
            continue;
        }
        i += rpa_utf8_decode(mark + i, len - i, &cp);
        if (at(l, c) != cp || c >= l->n)
            return false;
        for (c++; cp == ' ' && at(l, c) == ' ' && c < l->n;)
            c++;
    }
    return !is_word(at(l, c)) || !is_word(at(l, c - 1));
}

static int take(const char *mark, const int64_t value[static RPA_MARK_NUMBERS],
                int64_t ret[static RPA_MARK_NUMBERS], struct rpa_err *err)
{
    for (int n = 0; n < RPA_MARK_NUMBERS; n++) {
        if (value[n] < 0)
            continue;
        if (ret[n] >= 0 && ret[n] != value[n])
            return rpa_fail(err, RPA_ESCREEN,
                            "the mark '%s' gives %s %lld, another one %lld",
                            mark, names[n], (long long)value[n],
                            (long long)ret[n]);
        ret[n] = value[n];
    }
    return 0;
}

int rpa_mark_read(const struct rpa_screen *s, const char *mark, int from,
                  int to, int64_t ret[static RPA_MARK_NUMBERS],
                  struct rpa_err *err)
{
    int64_t found[RPA_MARK_NUMBERS];
    int row_found = -1;
    for (int row = 0; row < s->rows; row++) {
        struct line l = { s->cells + row * s->cols, s->cols };
        for (int c = 0; c < s->cols && (row < from || row >= to); c++) {
            int64_t value[RPA_MARK_NUMBERS] = { -1, -1, -1, -1, -1 };
            if (!stands(&l, c, mark, value))
                continue;
            if (row_found >= 0)
                return rpa_fail(err, RPA_ESCREEN,
                                "the mark '%s' stands in rows %d and %d", mark,
                                row_found + 1, row + 1);
            row_found = row;
            memcpy(found, value, sizeof found);
        }
    }
    if (row_found < 0)
        return rpa_fail(err, RPA_ENOTFOUND, "the mark '%s' is not on the screen",
                        mark);
    return take(mark, found, ret, err);
}
