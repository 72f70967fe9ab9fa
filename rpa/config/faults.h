#ifndef RPA_CONFIG_FAULTS_H
#define RPA_CONFIG_FAULTS_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

/** All that is wrong with something, told at once. Starts all 0. */
struct rpa_faults {
    struct rpa_buf text; /* "; one; another" */
    int n;
};

void rpa_fault(struct rpa_faults *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** 0, or @code: the only fault, or @many and all of them as what was seen.
 * RPA_ENOMEM if one could not be kept. Makes @f all 0 again. */
int rpa_faults_end(struct rpa_faults *f, enum rpa_code code, const char *many,
                   struct rpa_err *err);

#endif
