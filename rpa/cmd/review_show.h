#ifndef RPA_CMD_REVIEW_SHOW_H
#define RPA_CMD_REVIEW_SHOW_H

#include <cbor.h>
#include <jansson.h>

/** A review without its content, as the supervisor lists it. */
json_t *review_is(const cbor_item_t *is);
/** A whole one, as it answers "review show". */
json_t *review_json(const cbor_item_t *ok);

/** On standard output, escaped: as a line of JSON; a line without content; all. */
void review_print_json(const json_t *json);
void review_print_line(const json_t *is);
void review_print(const json_t *review);

#endif
