#ifndef RPA_CONFIG_GATED_H
#define RPA_CONFIG_GATED_H

#include "rpa/ipc/msg.h"

/**
 * Is a manifest that says changes = "approved" one by which nothing else can be
 * filed, as far as that can be read from it and from its map (NULL: none)?
 *
 * It has a target, a cap, and a map that names the keys which file what a screen of a
 * terminal shows (commit). It names no navigation, since the map says which keys lead
 * on (leads), and nothing that could be pasted. 0 for a manifest that does not say
 * so.
 *
 * Errors: RPA_EINVAL names what is missing, or what there is too much of.
 */
int gated_check(const cbor_item_t *manifest, const cbor_item_t *map,
                struct rpa_err *err);

#endif
