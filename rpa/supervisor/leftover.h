#ifndef RPA_SUPERVISOR_LEFTOVER_H
#define RPA_SUPERVISOR_LEFTOVER_H

/** How a file to be, whose last name is for the %s, is called until it is whole;
 * "….new" at its end. Its writer holds a lock on it (flock). */
#define LEFTOVER_PREFIX ".%.220s."

/** Drop what killed writers of @base left in @folder. */
void leftover_drop(int folder, const char *base);

#endif
