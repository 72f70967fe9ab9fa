#ifndef RPA_CONFIG_PURPOSE_H
#define RPA_CONFIG_PURPOSE_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"

/** The purpose block, as given on the command line. */
struct rpa_purpose {
    struct rpa_audit_purpose block; /* texts borrowed from @text */
    char *text;
};

/**
 * Read "key=value,key=value" or, when there is no "=", a file with one
 * key=value a line.
 *
 * Shape:  on_behalf (3-50 characters), reason (0-10), justification (3-250),
 *         originator (4-53), location (4-48), reference, correlation. In a
 *         list a comma ends a value; a file takes commas.
 * Errors: RPA_EINVAL with every fault at once.
 * Source: DPA 2018 s.62; the block that PNC practice demands of a look-up.
 */
int rpa_purpose_read(const char *arg, struct rpa_purpose *ret,
                     struct rpa_err *err);
/**
 * @args, a map with the same keys, before @base, what it leaves out.
 * RPA_EINVAL as above.
 */
int rpa_purpose_over(const cbor_item_t *args,
                     const struct rpa_audit_purpose *base,
                     struct rpa_purpose *ret, struct rpa_err *err);
void rpa_purpose_clear(struct rpa_purpose *purpose);
/** The block as a CBOR map, to be sealed; nothing is added if it is empty. */
int rpa_purpose_pack(const struct rpa_audit_purpose *p, struct rpa_buf *out,
                     struct rpa_err *err);

#endif
