#ifndef RPA_CMD_READING_H
#define RPA_CMD_READING_H

#include "rpa/config/options.h"

/** Is there a store to be looked into? Looking makes none: RPA_ENOTFOUND. */
int reading_there(const char *state_dir, struct rpa_err *err);
/** Put --purpose into @msg, if there is one. */
int reading_purpose(cbor_item_t *msg, const struct rpa_options *o,
                    struct rpa_err *err);
/** The row that comes before the first byte is unsealed: who reads @what, and why.
 * @verb: "read" or "export", see rpa/supervisor/desk.h. */
int reading_row(const char *state_dir, const char *verb, const char *what,
                const struct rpa_options *o, struct rpa_err *err);

#endif
