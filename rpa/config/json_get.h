#ifndef RPA_CONFIG_JSON_GET_H
#define RPA_CONFIG_JSON_GET_H

#include <jansson.h>

/** The text of @key; "" if there is none. Good as long as @map. */
const char *json_text(const json_t *map, const char *key);
/** The whole number of @key; 0 if there is none. */
long long json_long(const json_t *map, const char *key);

#endif
