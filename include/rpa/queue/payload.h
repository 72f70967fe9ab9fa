#ifndef RPA_QUEUE_PAYLOAD_H
#define RPA_QUEUE_PAYLOAD_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

/**
 * What a queue takes: payloads checked against a JSON Schema at the door.
 *
 * Understood are these assertions of draft 7 (json-schema.org, 2018): type,
 * enum, const; minLength, maxLength, pattern; minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, multipleOf; properties,
 * patternProperties, additionalProperties, propertyNames, required,
 * minProperties, maxProperties; items, additionalItems, contains, minItems,
 * maxItems, uniqueItems; allOf, anyOf, oneOf, not. Any other ($ref, format …)
 * is refused rather than not checked; title, description and the like are let
 * be. Patterns are PCRE2's, which agree with ECMA 262 on what forms use. A value
 * that a pattern takes too long on, or a list of over 1,000 elements that are
 * to be unique, is refused.
 */
struct rpa_payload_schema; /* opaque */

/**
 * Read a schema. @text is JSON, an object.
 *
 * Errors: RPA_EINVAL not JSON, an unknown keyword, a bad pattern (the message
 *         has its place), RPA_ENOMEM.
 */
int rpa_payload_schema_new(const char *text,
                           struct rpa_payload_schema **ret_schema,
                           struct rpa_err *err);
void rpa_payload_schema_free(struct rpa_payload_schema *schema);

/**
 * Check @len bytes of JSON; @schema NULL asks only that it is JSON without a
 * key twice, and nested no deeper than a bot can read (RPA_CBOR_DEPTH). Every fault is a line in @faults, "/Surname: longer than 35", by
 * JSON Pointer (RFC 6901); none tells a value.
 *
 * Returns 0 none, or -RPA_EINVAL with @err their number and the first.
 */
int rpa_payload_check(const struct rpa_payload_schema *schema, const char *text,
                      size_t len, struct rpa_buf *faults, struct rpa_err *err);

#endif
