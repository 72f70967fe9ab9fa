#ifndef RPA_CONFIG_SCHEMA_ROW_H
#define RPA_CONFIG_SCHEMA_ROW_H

/* Writing the rows of a schema, for the files that have them. */
#include "rpa/config/schema.h"

#define ROW(type, name, required, doc, ...)                                    \
    { name, RPA_SCHEMA_##type, required, NULL, doc, __VA_ARGS__ }
#define TEXT(name, required, doc) ROW(TEXT, name, required, doc, 0)
#define INT(name, required, doc) ROW(INT, name, required, doc, 0)
#define BOOL(name, doc) ROW(BOOL, name, false, doc, 0)
#define TEXTS(name, required, doc) ROW(TEXTS, name, required, doc, 0)
#define SET(name, doc) ROW(SET, name, false, doc, 0)
#define END { 0 }

/* schema_screen.c */
extern const struct rpa_schema rpa_schema_table[], rpa_schema_fixed[],
    rpa_schema_colours[], rpa_schema_area[], rpa_schema_choice[],
    rpa_schema_picks[];

/* schema_service.c */
extern const struct rpa_schema rpa_schema_service[];
/** https:// or http://, without user, query and fragment. */
bool rpa_schema_is_address(const char *text);
#define RPA_HTTP_HOST "HOST or HOST:PORT, http:// before it without TLS"

#endif
