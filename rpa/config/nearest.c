#include "rpa/config/nearest.h"
#include "rpa/base/log.h"

#include <string.h>

enum { WORD_MAX = 30 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* letters to be put in, left out or changed */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t above = row[j + 1];
            row[j + 1] = least(least(above, row[j]) + 1, corner + (a[i] != b[j]));
            corner = above;
        }
    }
    return row[n];
}

void nearest_try(struct nearest *n, const char *name)
{
    if (strlen(n->word) > WORD_MAX || strlen(name) > WORD_MAX)
        return;
    size_t off = distance(n->word, name);
    if (off * 2 > strlen(name) || (n->name && off >= n->off))
        return;
    n->name = name;
    n->off = off;
}

void nearest_tell(const struct nearest *n, const char *what, const char *help)
{
    struct rpa_err err;
    rpa_fail(&err, RPA_EINVAL, "there is no %s '%.60s'", what, n->word);
    if (n->name)
        rpa_err_hint(&err, "%s; all there are: %s", n->name, help);
    else
        rpa_err_hint(&err, "all there are: %s", help);
    rpa_log_err(&err);
}
