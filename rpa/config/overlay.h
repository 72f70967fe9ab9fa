#ifndef RPA_CONFIG_OVERLAY_H
#define RPA_CONFIG_OVERLAY_H

#include "rpa/ipc/msg.h"

/**
 * A screen map that another one is the base of: what one force's system has
 * otherwise. All that it does not say is as in the base.
 *
 * Shape:  @base a checked map, @over a checked overlay. A screen of @over with
 *         the name of one of @base changes it, and keeps its name; another one
 *         is added; those of `gone` are left out. `order` of a screen names its
 *         fields, which may stand on another screen in @base; `fields` says
 *         what of a field is otherwise, wherever it stands, and `labels` its
 *         text on the screen.
 * Owns:   *@ret_map, a map as if it had been written whole.
 * Errors: RPA_EINVAL, what is named and is not there; RPA_ENOMEM.
 */
int rpa_overlay_merge(const cbor_item_t *base, const cbor_item_t *over,
                      cbor_item_t **ret_map, struct rpa_err *err);

/** The manifest @written with the navigation of the screens of @over behind its own,
 * of which the key is left out that files a record on the last screen of @map, which
 * @over became.
 * Owns: *@ret, also where there is nothing to add. Errors: RPA_ENOMEM. */
int rpa_overlay_manifest(const cbor_item_t *written, const cbor_item_t *over,
                         const cbor_item_t *map, cbor_item_t **ret, struct rpa_err *err);

#endif
