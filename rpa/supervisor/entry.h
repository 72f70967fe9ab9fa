#ifndef RPA_SUPERVISOR_ENTRY_H
#define RPA_SUPERVISOR_ENTRY_H

#include "rpa/ipc/cbor.h"

/** Is @entry what a review may say, each part in its shape, so that whoever reads it
 * reads all of it? RPA_EINVAL names the part that is not. */
int entry_check(const cbor_item_t *entry, struct rpa_err *err);
/** How many texts by label a flat table has; -1: it is none. */
int entry_texts(const cbor_item_t *map);

#endif
