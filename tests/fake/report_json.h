#ifndef RPA_TESTS_FAKE_REPORT_JSON_H
#define RPA_TESTS_FAKE_REPORT_JSON_H

#include "report_gen.h"

/**
 * The same reports as a web form sends them, in JSON; what is not known is not
 * there, or null.
 *
 *   { "submissionId": "OCR-2026-000001", "submittedAt": "2026-11-02T03:04:05+00:00",
 *     "incident": {
 *       "classification": { "crimeType", "nsirCode", "cjsOffenceCode",
 *                           "homeOfficeClass": "028/02" },
 *       "period": { "start": "2026-03-29T01:30:00+00:00", "end" },
 *       "hateCrime": false, "weapon": true, "vrm", "propertyValue": 1250.0,
 *       "narrative" },
 *     "complainant": {
 *       "surname", "givenNames": [ … ], "dateOfBirth": "1984-03-02",
 *       "gender": "female", "phone", "email",
 *       "address": { "building", "street", "locality", "town", "county",
 *                    "postcode" } },
 *     "witness": { "surname": "Bystander" } }
 */

/** Of a line of the truth; free() it. NULL when there is no memory. */
char *report_json(const json_t *truth);
/** { "reports": [ { "id", "href" }, … ] } */
char *report_json_list(const struct report_set *set);

#endif
