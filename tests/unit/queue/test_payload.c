/* Payloads against schemas: the JSON Schema project's own cases (draft 7, the
 * package json-schema-test-suite), and what a queue adds to them. */
#include "rpa/queue/payload.h"
#include "tap.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>

#define SUITE "/usr/share/json-schema-test-suite/tests/draft7/"

static struct rpa_err err;

struct tally {
    int right, wrong, refused;
};

static void run_group(const char *file, const json_t *group, struct tally *t)
{
    struct rpa_payload_schema *schema = NULL;
    size_t i;
    json_t *one;
    char *text = json_dumps(json_object_get(group, "schema"), JSON_ENCODE_ANY);
    if (rpa_payload_schema_new(text, &schema, &err) < 0) {
        t->refused++; /* $ref, format … */
        free(text);
        return;
    }
    json_array_foreach(json_object_get(group, "tests"), i, one) {
        struct rpa_buf faults = { 0 };
        char *data = json_dumps(json_object_get(one, "data"), JSON_ENCODE_ANY);
        bool good = rpa_payload_check(schema, data, strlen(data), &faults,
                                      &err) == 0;
        bool want = json_is_true(json_object_get(one, "valid"));
        t->right += good == want;
        t->wrong += good != want;
        if (good != want)
            printf("# %s: %s: %s: %s\n", file,
                   json_string_value(json_object_get(group, "description")),
                   json_string_value(json_object_get(one, "description")),
                   good ? "passed" : faults.data);
        rpa_buf_clear(&faults);
        free(data);
    }
    rpa_payload_schema_free(schema);
    free(text);
}

static void run_suite(void)
{
    /* a keyword of the list must not be refused in its own file */
    static const char *const files[] = {
        "type", "enum", "const", "minLength", "maxLength", "pattern",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "properties", "patternProperties",
        "additionalProperties", "propertyNames", "required", "minProperties",
        "maxProperties", "items", "additionalItems", "contains", "minItems",
        "maxItems", "uniqueItems", "allOf", "anyOf", "oneOf", "not",
        "boolean_schema", "default",
    };
    int total = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        struct tally t = { 0 };
        size_t n;
        json_t *group;
        snprintf(path, sizeof path, SUITE "%s.json", files[i]);
        json_t *groups = json_load_file(path, 0, NULL);
        json_array_foreach(groups, n, group)
            run_group(files[i], group, &t);
        /* one group of items.json uses $ref */
        ok(t.right > 0 && !t.wrong && t.refused <= !strcmp(files[i], "items"),
           "%s: %d right, %d wrong, %d refused", files[i], t.right, t.wrong,
           t.refused);
        total += t.right;
        json_decref(groups);
    }
    ok(total > 300, "%d cases of the suite", total);
}

static void test_refused(void)
{
    static const struct {
        const char *schema, *says;
    } bad[] = {
        { "{\"format\":\"date\"}", "format" },
        { "{\"$ref\":\"#\"}", "$ref" },
        { "{\"properties\":{\"a\":{\"pattern\":\"(\"}}}", "pattern" },
        { "{\"patternProperties\":{\"(\":{}}}", "pattern" },
        { "{\"type\":\"text\"}", "type" },
        { "{\"maxLength\":\"35\"}", "maxLength" },
        { "{\"required\":\"Surname\"}", "required" },
        { "{\"allOf\":[{\"maxlength\":3}]}", "maxlength" },
        { "{\"multipleOf\":0}", "multipleOf" },
        { "[]", "object" },
        { "{\"type\":\"string\"", "JSON" },
        { "{\"type\":\"string\",\"type\":\"null\"}", "JSON" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rpa_payload_schema *schema = NULL;
        ok(rpa_payload_schema_new(bad[i].schema, &schema, &err) ==
                   -RPA_EINVAL && strstr(err.msg, bad[i].says),
           "refused: %s", err.msg);
        rpa_payload_schema_free(schema);
    }
}

static void test_all_at_once(void)
{
    struct rpa_payload_schema *schema = NULL;
    struct rpa_buf faults = { 0 };
    static const char data[] = "{\"Surname\":\"O'Brien-Smythe\",\"Town/City\":"
                               "\"x\",\"Hate Crime\":\"maybe\"}";
    ok(rpa_payload_schema_new(
           "{\"properties\":{\"Surname\":{\"maxLength\":5},"
           "\"Hate Crime\":{\"pattern\":\"^[YN]$\"}},"
           "\"required\":[\"NSIR Code\"],\"additionalProperties\":false}",
           &schema, &err) == 0, "a schema");
    is_int(rpa_payload_check(schema, data, strlen(data), &faults, &err),
           -RPA_EINVAL, "a payload with four faults");
    is_str(faults.data,
           "/Surname: longer than 5\n"
           "/Hate Crime: does not match ^[YN]$\n"
           "/Town~1City: is not known here\n"
           "/NSIR Code: is missing\n",
           "all of them, none with a value");
    faults.len = 0;
    ok(rpa_payload_check(schema, "{\"a\":1,\"a\":2}", 13, &faults, &err) ==
           -RPA_EINVAL && rpa_payload_check(NULL, "{", 1, &faults, &err) < 0,
       "a key twice, half a text");
    ok(rpa_payload_check(NULL, "{\"id\":9007199254740993}", 23, &faults,
                         &err) == 0, "no schema: any JSON");
    rpa_buf_clear(&faults);
    rpa_payload_schema_free(schema);
}

/* A pattern that backtracks for ever ends, and the value does not pass,
 * whatever a match would have meant. */
static void test_slow_pattern(void)
{
    static const char slow[] = "^(a|a)*(a|a)*$";
    static const char data[] =
        "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX\":1}";
    static const char *const shapes[] = {
        "{\"patternProperties\":{\"%s\":{}},\"additionalProperties\":false}",
        "{\"patternProperties\":{\"%s\":{\"type\":\"string\"}}}",
        "{\"propertyNames\":{\"pattern\":\"%s\"}}",
        "{\"not\":{\"propertyNames\":{\"pattern\":\"%s\"}}}",
        "{\"propertyNames\":{\"not\":{\"pattern\":\"%s\"}}}",
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct rpa_payload_schema *schema = NULL;
        struct rpa_buf faults = { 0 };
        char text[200];
        snprintf(text, sizeof text, shapes[i], slow);
        ok(rpa_payload_schema_new(text, &schema, &err) == 0, "%s", text);
        ok(rpa_payload_check(schema, data, strlen(data), &faults, &err) < 0 &&
               strstr(faults.data, "too long"),
           "a value it cannot prove is refused");
        rpa_buf_clear(&faults);
        rpa_payload_schema_free(schema);
    }
}

/* nor does a list too long to compare, which would hold all others up */
static void test_long_list(void)
{
    struct rpa_payload_schema *schema = NULL;
    struct rpa_buf list = { 0 }, faults = { 0 };
    for (int i = 0; i < 1001; i++)
        rpa_buf_printf(&list, "%s%d", i ? "," : "[", i);
    rpa_buf_putc(&list, ']');
    ok(rpa_payload_schema_new("{\"uniqueItems\":true}", &schema, &err) == 0 &&
           rpa_payload_check(schema, list.data, list.len, &faults, &err) < 0 &&
           strstr(faults.data, "too many"),
       "a list too long to compare is refused");
    rpa_buf_clear(&list);
    rpa_buf_clear(&faults);
    rpa_payload_schema_free(schema);
}

/* what no bot could read would stop each run that comes to it */
static void test_deep(void)
{
    static const char *const texts[] = {
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
    };
    for (int i = 0; i < 2; i++) {
        struct rpa_buf faults = { 0 };
        int r = rpa_payload_check(NULL, texts[i], strlen(texts[i]), &faults,
                                  &err);
        ok(i ? r < 0 && strstr(faults.data, "nested") : r == 0,
           "%d deep is %s", 16 + i, i ? "refused" : "taken");
        rpa_buf_clear(&faults);
    }
}

int main(void)
{
    run_suite();
    test_refused();
    test_all_at_once();
    test_slow_pattern();
    test_long_list();
    test_deep();
    return tap_done();
}
