#ifndef RPA_CONFIG_NEAREST_H
#define RPA_CONFIG_NEAREST_H

#include <stddef.h>

/** Which name somebody may have meant. Starts all 0 but for the word. */
struct nearest {
    const char *word, *name; /* what was written; the nearest, or NULL */
    size_t off;              /* letters that it is off */
};

/** Is @name nearer than those before it? Kept, borrowed, if it is near at all. */
void nearest_try(struct nearest *n, const char *name);
/** Say that there is no @what of this name, which there may be, and which help
 * has all of them. */
void nearest_tell(const struct nearest *n, const char *what, const char *help);

#endif
