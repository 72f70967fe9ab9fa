/* Each keyword of a schema against a value. */
#include "rules.h"
#include "rpa/base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void rule_fault(struct probe *probe, const char *fmt, ...)
{
    va_list ap;
    char text[160];
    probe->bad++;
    if (!probe->faults)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    const char *path = probe->path.len ? probe->path.data : "/";
    rpa_buf_escape(probe->faults, path, strlen(path));
    rpa_buf_puts(probe->faults, ": ");
    rpa_buf_escape(probe->faults, text, strlen(text));
    rpa_buf_putc(probe->faults, '\n');
}

enum { UNIQUE_MAX = 1000 }; /* elements, each compared with each */

/* into a member or element, and back */
static size_t enter(struct probe *probe, const char *key)
{
    size_t mark = probe->path.len;
    rpa_buf_putc(&probe->path, '/');
    for (; *key; key++) {
        if (*key == '~' || *key == '/')
            rpa_buf_puts(&probe->path, *key == '~' ? "~0" : "~1");
        else
            rpa_buf_putc(&probe->path, *key);
    }
    return mark;
}

static void leave(struct probe *probe, size_t mark)
{
    probe->path.len = mark;
    if (probe->path.data)
        probe->path.data[mark] = '\0';
}

static void check_member(struct probe *probe, const json_t *schema,
                         const char *key, const json_t *value)
{
    size_t mark = enter(probe, key);
    rules_check(probe, schema, value);
    leave(probe, mark);
}

static void check_element(struct probe *probe, const json_t *schema, size_t i,
                          const json_t *value)
{
    char key[24];
    snprintf(key, sizeof key, "%zu", i);
    check_member(probe, schema, key, value);
}

/* does it fit, without a word */
static bool fits(struct probe *probe, const json_t *schema, const json_t *value)
{
    struct probe quiet = { .unproved = probe->unproved };
    rules_check(&quiet, schema, value);
    rpa_buf_clear(&quiet.path);
    probe->unproved = quiet.unproved;
    return !quiet.bad;
}

/* Once one takes too long no other is tried: the payload is refused anyway. */
static bool matches(struct probe *probe, const char *pattern, const char *text,
                    size_t len)
{
    int hit = probe->unproved ? 0 : pattern_matches(pattern, text, len);
    if (hit < 0)
        probe->unproved = "a pattern takes too long on it";
    return hit > 0;
}

/* ---- values ---- */

static bool is_type(const json_t *value, const char *name)
{
    static const struct {
        const char *name;
        json_type type;
    } types[] = {
        { "object", JSON_OBJECT },   { "array", JSON_ARRAY },
        { "string", JSON_STRING },   { "integer", JSON_INTEGER },
        { "number", JSON_INTEGER },  { "number", JSON_REAL },
        { "boolean", JSON_TRUE },    { "boolean", JSON_FALSE },
        { "null", JSON_NULL },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].name, name) && json_typeof(value) == types[i].type)
            return true;
    return !strcmp(name, "integer") && json_is_real(value) &&
           json_real_value(value) == floor(json_real_value(value));
}

static void check_type(struct probe *probe, const json_t *schema,
                       const json_t *rule, const json_t *value)
{
    (void)schema;
    bool fit = json_is_string(rule) &&
               is_type(value, json_string_value(rule));
    for (size_t i = 0; i < json_array_size(rule); i++)
        fit = fit || is_type(value, json_string_value(json_array_get(rule, i)));
    if (!fit && json_is_string(rule))
        rule_fault(probe, "must be of type %s", json_string_value(rule));
    else if (!fit)
        rule_fault(probe, "is of a type that is not allowed");
}

static void check_enum(struct probe *probe, const json_t *schema,
                       const json_t *rule, const json_t *value)
{
    (void)schema;
    for (size_t i = 0; i < json_array_size(rule); i++)
        if (value_same(json_array_get(rule, i), value))
            return;
    rule_fault(probe, "is none of the %zu values allowed", json_array_size(rule));
}

static void check_const(struct probe *probe, const json_t *schema,
                        const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!value_same(rule, value))
        rule_fault(probe, "is not the one value allowed");
}

/* ---- sizes: one shape, many keywords ---- */

static double characters(const json_t *value)
{
    const char *s = json_string_value(value);
    size_t len = json_string_length(value), n = 0;
    for (uint32_t cp; len > 0; n++) {
        size_t took = rpa_utf8_decode(s, len, &cp);
        s += took;
        len -= took;
    }
    return (double)n;
}

static double members(const json_t *value)
{
    return (double)json_object_size(value);
}

static double elements(const json_t *value)
{
    return (double)json_array_size(value);
}

static const struct size_rule {
    const char *name;
    enum { STRING, OBJECT, ARRAY, NUM } of;
    double (*measure)(const json_t *value);
    int least, most; /* which way it binds */
    bool strict;
    const char *says;
} sizes[] = {
    { "minLength", STRING, characters, 1, 0, false, "shorter than %.15g" },
    { "maxLength", STRING, characters, 0, 1, false, "longer than %.15g" },
    { "minProperties", OBJECT, members, 1, 0, false,
      "has fewer than %.15g members" },
    { "maxProperties", OBJECT, members, 0, 1, false,
      "has more than %.15g members" },
    { "minItems", ARRAY, elements, 1, 0, false,
      "has fewer than %.15g elements" },
    { "maxItems", ARRAY, elements, 0, 1, false,
      "has more than %.15g elements" },
    { "minimum", NUM, json_number_value, 1, 0, false,
      "less than %.15g" },
    { "maximum", NUM, json_number_value, 0, 1, false,
      "greater than %.15g" },
    { "exclusiveMinimum", NUM, json_number_value, 1, 0, true,
      "not greater than %.15g" },
    { "exclusiveMaximum", NUM, json_number_value, 0, 1, true,
      "not less than %.15g" },
};
enum { SIZES = sizeof sizes / sizeof *sizes };

static bool measurable(const json_t *value, int of)
{
    return of == STRING   ? json_is_string(value)
           : of == OBJECT ? json_is_object(value)
           : of == ARRAY  ? json_is_array(value)
                          : json_is_number(value);
}

static void check_sizes(struct probe *probe, const json_t *schema,
                        const json_t *value)
{
    for (size_t i = 0; i < SIZES; i++) {
        const struct size_rule *s = &sizes[i];
        const json_t *rule = json_object_get(schema, s->name);
        if (!rule || !measurable(value, s->of))
            continue;
        double limit = json_number_value(rule), is = s->measure(value);
        if ((s->least && is < limit) || (s->most && is > limit) ||
            (s->strict && is == limit))
            rule_fault(probe, s->says, limit);
    }
}

static void check_multiple(struct probe *probe, const json_t *schema,
                           const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!json_is_number(value))
        return;
    bool whole = json_is_integer(value) && json_is_integer(rule);
    double q = json_number_value(value) / json_number_value(rule);
    if (whole ? json_integer_value(value) % json_integer_value(rule) != 0
              : !isfinite(q) || fabs(q - nearbyint(q)) > 1e-9)
        rule_fault(probe, "is no multiple of %.15g", json_number_value(rule));
}

static void check_pattern(struct probe *probe, const json_t *schema,
                          const json_t *rule, const json_t *value)
{
    (void)schema;
    if (json_is_string(value) &&
        !matches(probe, json_string_value(rule), json_string_value(value),
                 json_string_length(value)))
        rule_fault(probe, "does not match %s", json_string_value(rule));
}

/* ---- objects ---- */

static void check_properties(struct probe *probe, const json_t *schema,
                             const json_t *rule, const json_t *value)
{
    const char *key;
    json_t *part;
    (void)schema;
    json_object_foreach((json_t *)rule, key, part) {
        const json_t *member = json_object_get(value, key);
        if (member)
            check_member(probe, part, key, member);
    }
}

static void check_patterns(struct probe *probe, const json_t *schema,
                           const json_t *rule, const json_t *value)
{
    const char *pattern, *key;
    json_t *part, *member;
    (void)schema;
    json_object_foreach((json_t *)rule, pattern, part) {
        json_object_foreach((json_t *)value, key, member) {
            if (matches(probe, pattern, key, strlen(key)))
                check_member(probe, part, key, member);
        }
    }
}

static bool named(struct probe *probe, const json_t *schema, const char *key)
{
    const char *pattern;
    json_t *part;
    if (json_object_get(json_object_get(schema, "properties"), key))
        return true;
    json_object_foreach(json_object_get(schema, "patternProperties"), pattern,
                        part) {
        if (matches(probe, pattern, key, strlen(key)))
            return true;
    }
    return false;
}

static void check_additional(struct probe *probe, const json_t *schema,
                             const json_t *rule, const json_t *value)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)value, key, member) {
        if (named(probe, schema, key))
            continue;
        size_t mark = enter(probe, key);
        if (json_is_false(rule))
            rule_fault(probe, "is not known here");
        else
            rules_check(probe, rule, member);
        leave(probe, mark);
    }
}

static void check_names(struct probe *probe, const json_t *schema,
                        const json_t *rule, const json_t *value)
{
    const char *key;
    json_t *member;
    (void)schema;
    json_object_foreach((json_t *)value, key, member) {
        json_t *name = json_string(key);
        if (!fits(probe, rule, name))
            rule_fault(probe, "a member's name is not allowed");
        json_decref(name);
    }
}

static void check_required(struct probe *probe, const json_t *schema,
                           const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!json_is_object(value))
        return;
    for (size_t i = 0; i < json_array_size(rule); i++) {
        const char *key = json_string_value(json_array_get(rule, i));
        if (!json_object_get(value, key)) {
            size_t mark = enter(probe, key);
            rule_fault(probe, "is missing");
            leave(probe, mark);
        }
    }
}

/* ---- arrays ---- */

static void check_items(struct probe *probe, const json_t *schema,
                        const json_t *rule, const json_t *value)
{
    (void)schema;
    size_t n = json_array_size(value);
    for (size_t i = 0; i < n; i++) {
        const json_t *part = json_is_array(rule) ? json_array_get(rule, i)
                                                 : rule;
        if (part)
            check_element(probe, part, i, json_array_get(value, i));
    }
}

static void check_more_items(struct probe *probe, const json_t *schema,
                             const json_t *rule, const json_t *value)
{
    const json_t *items = json_object_get(schema, "items");
    if (!json_is_array(items))
        return;
    for (size_t i = json_array_size(items); i < json_array_size(value); i++)
        check_element(probe, rule, i, json_array_get(value, i));
}

static void check_contains(struct probe *probe, const json_t *schema,
                           const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!json_is_array(value))
        return;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (fits(probe, rule, json_array_get(value, i)))
            return;
    rule_fault(probe, "has no element of the kind it must contain");
}

static void check_unique(struct probe *probe, const json_t *schema,
                         const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!json_is_true(rule))
        return;
    size_t n = json_array_size(value);
    if (n > UNIQUE_MAX) {
        probe->unproved = "too many elements to compare each with each";
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (value_same(json_array_get(value, i),
                           json_array_get(value, j))) {
                rule_fault(probe, "elements %zu and %zu are the same", i, j);
                return;
            }
}

/* ---- combinations ---- */

static void check_all(struct probe *probe, const json_t *schema,
                      const json_t *rule, const json_t *value)
{
    (void)schema;
    for (size_t i = 0; i < json_array_size(rule); i++)
        rules_check(probe, json_array_get(rule, i), value);
}

static size_t count_fitting(struct probe *probe, const json_t *rule,
                            const json_t *value)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(rule); i++)
        n += fits(probe, json_array_get(rule, i), value);
    return n;
}

static void check_any(struct probe *probe, const json_t *schema,
                      const json_t *rule, const json_t *value)
{
    (void)schema;
    if (!count_fitting(probe, rule, value))
        rule_fault(probe, "fits none of the %zu shapes allowed",
              json_array_size(rule));
}

static void check_one(struct probe *probe, const json_t *schema,
                      const json_t *rule, const json_t *value)
{
    (void)schema;
    size_t n = count_fitting(probe, rule, value);
    if (n != 1)
        rule_fault(probe, "fits %zu of the shapes allowed, not one", n);
}

static void check_not(struct probe *probe, const json_t *schema,
                      const json_t *rule, const json_t *value)
{
    (void)schema;
    if (fits(probe, rule, value))
        rule_fault(probe, "has a shape that is not allowed");
}

/* ---- the keywords ---- */

const struct keyword rule_keywords[] = {
    { "type", TYPES, check_type },
    { "enum", LIST, check_enum },
    { "const", ANY, check_const },
    { "minLength", NUMBER, NULL },
    { "maxLength", NUMBER, NULL },
    { "pattern", PATTERN, check_pattern },
    { "minimum", NUMBER, NULL },
    { "maximum", NUMBER, NULL },
    { "exclusiveMinimum", NUMBER, NULL },
    { "exclusiveMaximum", NUMBER, NULL },
    { "multipleOf", POSITIVE, check_multiple },
    { "properties", MEMBERS, check_properties },
    { "patternProperties", PATTERNS, check_patterns },
    { "additionalProperties", SCHEMA, check_additional },
    { "propertyNames", SCHEMA, check_names },
    { "required", STRINGS, check_required },
    { "minProperties", NUMBER, NULL },
    { "maxProperties", NUMBER, NULL },
    { "items", ITEMS, check_items },
    { "additionalItems", SCHEMA, check_more_items },
    { "contains", SCHEMA, check_contains },
    { "minItems", NUMBER, NULL },
    { "maxItems", NUMBER, NULL },
    { "uniqueItems", BOOL, check_unique },
    { "allOf", SCHEMAS, check_all },
    { "anyOf", SCHEMAS, check_any },
    { "oneOf", SCHEMAS, check_one },
    { "not", SCHEMA, check_not },
    { "$schema", ANY, NULL },
    { "$id", ANY, NULL },
    { "$comment", ANY, NULL },
    { "title", ANY, NULL },
    { "description", ANY, NULL },
    { "default", ANY, NULL },
    { "examples", ANY, NULL },
    { NULL, ANY, NULL },
};

void rules_check(struct probe *probe, const json_t *schema,
                        const json_t *value)
{
    if (json_is_false(schema))
        rule_fault(probe, "is not allowed");
    if (!json_is_object(schema))
        return;
    for (const struct keyword *k = rule_keywords; k->name; k++) {
        const json_t *rule = k->check ? json_object_get(schema, k->name) : NULL;
        if (rule)
            k->check(probe, schema, rule, value);
    }
    check_sizes(probe, schema, value);
}
