#include "rpa/config/json_get.h"

const char *json_text(const json_t *map, const char *key)
{
    const char *text = json_string_value(json_object_get(map, key));
    return text ? text : "";
}

long long json_long(const json_t *map, const char *key)
{
    return json_integer_value(json_object_get(map, key));
}
