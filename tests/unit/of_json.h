/* CBOR values for tests, written as JSON: of_json("{'a':[1,true]}"), where '
 * stands for ". Ends the test when the JSON is wrong. */
#ifndef RPA_TESTS_UNIT_OF_JSON_H
#define RPA_TESTS_UNIT_OF_JSON_H

#include "rpa/ipc/msg.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cbor_item_t *of_value(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT: {
        cbor_item_t *map = rpa_cbor_map();
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)json, key, value)
            rpa_msg_put_item(map, key, of_value(value));
        return map;
    }
    case JSON_ARRAY: {
        cbor_item_t *list = rpa_cbor_array();
        for (size_t i = 0; i < json_array_size(json); i++)
            rpa_cbor_push(list, of_value(json_array_get(json, i)));
        return list;
    }
    case JSON_STRING:
        return rpa_cbor_strn(json_string_value(json),
                             json_string_length(json));
    case JSON_INTEGER:
        return rpa_cbor_int(json_integer_value(json));
    case JSON_REAL:
        return cbor_build_float8(json_real_value(json));
    case JSON_NULL:
        return cbor_build_ctrl(CBOR_CTRL_NULL);
    default:
        return cbor_build_bool(json_is_true(json));
    }
}

__attribute__((unused)) static cbor_item_t *of_json(const char *text)
{
    json_error_t why;
    char *copy = strdup(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *json = json_loads(copy, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
    if (!json) {
        printf("Bail out! %s: %s\n", why.text, copy);
        exit(1);
    }
    free(copy);
    cbor_item_t *item = of_value(json);
    json_decref(json);
    return item;
}

#endif
