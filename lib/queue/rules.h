#ifndef RPA_QUEUE_RULES_H
#define RPA_QUEUE_RULES_H

#include "rpa/base/buf.h"

#include <jansson.h>

/* A value under test: where it stands, what was wrong so far. */
struct probe {
    struct rpa_buf *faults; /* NULL: only whether it fits is asked */
    struct rpa_buf path;    /* JSON Pointer */
    int bad;
    const char *unproved; /* what could not be answered; NULL: nothing */
};
__attribute__((format(printf, 2, 3))) void
rule_fault(struct probe *probe, const char *fmt, ...);

/* Hold @value against @schema, whose rules are all shaped as they must be. */
void rules_check(struct probe *probe, const json_t *schema,
                 const json_t *value);

/* What a rule itself must be, so that a slip in a schema is told and not
 * ignored. From SCHEMA on it holds further schemas. */
enum shape { ANY, TYPES, NUMBER, POSITIVE, PATTERN, LIST, STRINGS, BOOL,
             SCHEMA, SCHEMAS, MEMBERS, PATTERNS, ITEMS };

struct keyword {
    const char *name;
    enum shape shape;
    /* NULL: it says nothing of a value, or is one of the sizes */
    void (*check)(struct probe *probe, const json_t *schema,
                  const json_t *rule, const json_t *value);
};
extern const struct keyword rule_keywords[]; /* to a NULL name */

/* value.c */
bool value_same(const json_t *a, const json_t *b);

/* pattern.c */
bool pattern_ok(const char *pattern);
/* 1 it does, 0 not, -1 it would take too long to say */
int pattern_matches(const char *pattern, const char *text, size_t len);

#endif
