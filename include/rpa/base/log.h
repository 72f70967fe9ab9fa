#ifndef RPA_BASE_LOG_H
#define RPA_BASE_LOG_H

#include "rpa/base/err.h"

/**
 * The log: one line a message on stderr, escaped, with a prefix that names the
 * role. The only global of the library. Never a secret, never personal data.
 */
enum rpa_log_level { RPA_LOG_ERROR, RPA_LOG_WARN, RPA_LOG_INFO, RPA_LOG_DEBUG };

/** @role stands before each line ("" for none); borrowed for ever. */
void rpa_log_init(const char *role, enum rpa_log_level most);
void rpa_log(enum rpa_log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** A failure in full: `error RPA210: msg` / `seen` / `try: hint`. */
void rpa_log_err(const struct rpa_err *err);

#endif
