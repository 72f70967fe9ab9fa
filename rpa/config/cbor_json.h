#ifndef RPA_CONFIG_CBOR_JSON_H
#define RPA_CONFIG_CBOR_JSON_H

#include <cbor.h>
#include <jansson.h>

/** What a CBOR item holds, as JSON to be printed: bytes, and text that is not
 * UTF-8, in hexadecimal; what lies too deep is said to. Owns: json_decref(). */
json_t *cbor_json(const cbor_item_t *item);
json_t *cbor_json_hex(const void *bytes, size_t len);

#endif
