/* When two values of JSON are the same. */
#include "rules.h"

/* 1 and 1.0 are the same number; jansson holds them apart */
bool value_same(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) {
        if (json_is_integer(a) && json_is_integer(b))
            return json_integer_value(a) == json_integer_value(b);
        return json_number_value(a) == json_number_value(b);
    }
    if (json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        bool all = json_array_size(a) == json_array_size(b);
        for (size_t i = 0; all && i < json_array_size(a); i++)
            all = value_same(json_array_get(a, i), json_array_get(b, i));
        return all;
    }
    if (json_is_object(a)) {
        const char *key;
        json_t *value;
        bool all = json_object_size(a) == json_object_size(b);
        json_object_foreach((json_t *)a, key, value) {
            const json_t *other = json_object_get(b, key);
            all = all && other && value_same(value, other);
        }
        return all;
    }
    return json_equal(a, b);
}
