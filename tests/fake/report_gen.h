#ifndef RPA_TESTS_FAKE_REPORT_GEN_H
#define RPA_TESTS_FAKE_REPORT_GEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * Online crime reports for the stand-in source: the same seed and number give
 * the same bytes. All people, addresses and numbers are made up.
 *
 * The list, at /reports (default namespace urn:example:online-crime:1):
 *
 *   <reports xmlns="urn:example:online-crime:1" count="25">
 *     <report id="OCR-2026-000001" href="/reports/OCR-2026-000001"/> …
 *   </reports>
 *
 * One report, at /reports/ID. Namespaces, here with the prefixes a reader may
 * choose; documents use the default namespace for o, and for the others
 * sometimes crime/person/loc, sometimes ns2/ns3/ns4:
 *
 *   o = urn:example:online-crime:1     c = urn:example:crime:2
 *   p = urn:example:person:1           l = urn:example:location:1
 *
 *   path below /o:onlineReport                          keyed as
 *   o:header/o:submissionId                             Online Ref
 *   o:header/o:submittedAt                              Submitted, as it is
 *   c:incident/c:classification/c:nsirCode              NSIR Code
 *   c:incident/c:classification/c:cjsOffenceCode        CJS Offence Code
 *   c:incident/c:classification/c:homeOfficeClass
 *       @class @subclass                                HO Class class/subclass
 *   c:incident/c:classification/@crimeType              Crime Type
 *   c:incident/c:period/c:start   2026-03-29T01:30:00+00:00
 *                                                       Start  29/03/2026 01:30
 *   c:incident/c:period/c:end     (optional)            End, likewise
 *   c:incident/c:flags/@hateCrime   true|false          Hate Crime  Y|N
 *   c:incident/c:flags/@weapon      true|false          Weapon      Y|N
 *   p:complainant/p:name/p:surname                      Surname
 *   p:complainant/p:name/p:givenName (1 or more)        Given Names, joined by
 *                                                       one space
 *   p:complainant/p:dateOfBirth   1984-03-02 (optional) Date of Birth
 * 02/03/1984 p:complainant/p:gender   male|female|unspecified|not-stated Gender
 * M|F|U|X p:complainant/p:contact[@type='phone']  (optional)  Phone
 *   p:complainant/p:contact[@type='email']  (optional)  E-mail
 *   p:complainant/l:address/l:building      (optional)  Building
 *   p:complainant/l:address/l:street                    Street
 *   p:complainant/l:address/l:locality      (optional)  Locality
 *   p:complainant/l:address/l:town                      Town
 *   p:complainant/l:address/l:county        (optional)  County
 *   p:complainant/l:address/l:postcode      (optional)  Postcode
 *   c:incident/c:vehicle/c:vrm              (optional)  VRM
 *   c:incident/c:property/c:value  1250.00  (optional)  Property Value  1250
 *   c:incident/c:narrative                              Narrative
 *
 * Times are keyed as the wall clock the source wrote; nothing is converted.
 * Some reports also hold a p:witness with a name of its own, which is not to
 * be keyed. Text may come as CDATA or character references.
 * Required: everything above that is not marked optional. A missing one is an
 * absent or an empty element.
 *
 * Planted rejects: about 12 in 100; from 10 reports on at least one of each of
 * too wide, missing, no fold, and two reasons at once. 4 to 9 reports hold one.
 */

enum { REPORT_NARRATIVE_LINES = 24, REPORT_NARRATIVE_COLUMNS = 72 };

struct report {
    char *id;
    bool reject;
    json_t *truth; /* one line of TRUTH.jsonl */
    char *xml;     /* the document; UTF-8 */
    char *json;    /* the same report, as report_json.h says */
};

struct report_set {
    struct report *reports;
    size_t n;
    char *list, *json_list;
};

/** Make @n reports from @seed. Ends the program when memory runs out. */
void report_set_init(struct report_set *set, size_t n, uint64_t seed);
void report_set_clear(struct report_set *set);
/** The list of them in XML; free() it. NULL when there is no memory. */
char *report_xml_list(const struct report_set *set);
/** All reports in one document: XML, <reports> of <onlineReport>; or JSON,
 * { "reports": [ … ] }. False with errno when it cannot be written. */
bool report_set_write(const struct report_set *set, bool json, FILE *file);
/** NULL when there is none of that name. Good until the set is cleared. */
const struct report *report_set_find(const struct report_set *set,
                                     const char *id);

/** Lines of at most REPORT_NARRATIVE_COLUMNS that @text needs once folded,
 * broken after spaces; SIZE_MAX when a word is too long for any line. */
size_t report_narrative_lines(const char *text);

#endif
