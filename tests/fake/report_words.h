/* What report_gen.c builds reports from: awkward on purpose, all made up.
 * Phone numbers are Ofcom's for drama; mail is at example domains. */
#ifndef RPA_TESTS_FAKE_REPORT_WORDS_H
#define RPA_TESTS_FAKE_REPORT_WORDS_H

#include <stddef.h>

static const struct person {
    const char *surname, *given;
} people[] = {
    { "O'Brien", "Siân" },
    { "O’Brien", "Niamh Aoife" },
    { "Gŵyn", "Siân Mair" },
    { "Kowalski", "Łukasz" },
    { "Smith-Jones", "Anne-Marie" },
    { "Müller", "Zoë" },
    { "Cholmondeley-Featherstonehaugh-Smyt", "Jo" }, /* 35: fills its field */
    { "D’Souza", "Françoise" },
    { "Łaski-Ŷstwyth", "Ŵyn" },
    { "Ó Súilleabháin", "Pádraig" },
    { "Null", "Ng" },
    { "Núñez", "Maximiliano Bartholomew Christopher" }, /* 35 */
};

static const struct offence {
    const char *type, *nsir, *cjs, *ho_class, *ho_subclass;
} offences[] = {
    { "Burglary – residential", "C01", "TH68036", "028", "03" },
    { "Criminal damage to a vehicle", "C11", "CD71039", "058", "02" },
    { "Theft from a shop", "C05", "TH68010", "046", "00" },
    { "Theft of pedal cycle", "C04", "TH68025", "044", "00" },
    { "Harassment without violence", "C21", "PH97003", "008", "65" },
    { "Fraud by false representation", "C31", "FI06001A", "053", "01" },
    { "Theft from a motor vehicle & trailr", "C03", "TH68001", "045", "10" },
};

static const struct place {
    const char *street, *locality, *town, *county, *postcode;
} places[] = {
    { "Queen’s Road", NULL, "Leeds", "West Yorkshire", "LS99 1AB" },
    { "Heol y Dŵr", "Pontcanna", "Caerdydd", NULL, "cf99 1zz" },
    { "St. Mary's Passage", "Old Town", "Newcastle-under-Lyme", "Staffordshire",
      "ST99 0AA" },
    { "Rue d’Église, behind the Café “Złoty Kłos”", NULL, "St. Helier",
      "Jersey", "je9 9zz" },
    { "Long Lane (the part between the old railway bridge, the closed public "
      "house and the farm track that goes to the reservoir), opposite "
      "the shelter by the memorial",
      "Saint Ives–by–the–Sea and Penhallow", "Sutton-under-Whitestonecliffe",
      "North Yorkshire", "YO99 9YY" }, /* street 160, locality 35 */
    { "Tŷ Newydd Lane", NULL, "Aberystwyth", "Ceredigion", NULL },
    { "High Street", NULL, "Ashby-de-la-Zouch by Burton-o-Trent",
      "Leicestershire", "LE99 9QQ" }, /* town 35 */
};

static const char *const buildings[] = {
    "007", "Flat 02, 0015", "Tŷ’r Ysgol", "12A", NULL, "The Old Forge & Stable",
};

static const char *const phones[] = {
    "07700900123",   "01632 960042",    "+44 7700 900987",
    "0113 496 0007", "(029) 2018 0456", NULL,
};

static const char *const emails[] = {
    "reporter@example.com",
    "o'brien+police@example.org",
    "first_last@mail.example.co.uk",
    NULL,
    "somebody.with.a.remarkably.long.name.and.patience@"
    "a-department-with-a-long-name.of-a-very-large-organisation.example.net",
};

static const char *const vrms[] = { "AB12CDE", "ab12cde", "Q123XYZ",
                                    NULL,      "007JAM",  NULL };

static const char *const openings[] = {
    "Between the times given somebody entered the yard.",
    "The caller’s bicycle was taken from outside the “Café Zoë”.",
    "I am reporting what happened to my mother, Mrs O’Brien.",
    "Theft – seen on camera, see below.",
    "Roedd y drws ar agor yn Nhŷ’r Ysgol when Siân came home.",
};

/* '#' becomes a digit */
static const char *const sentences[] = {
    "Taken were £#,#50 in cash, a ring worth €#00 and a phone.",
    "A man of about #5, 5'1#\" tall, said “give me that” and ran.",
    "The witness (Mr Łukasz Kowalski) wrote <AB1# CDE> & a time on his hand.",
    "The gate’s lock was cut; the bolt… well, it was gone.",
    "She called 0161 496 00## at 0#:1# but nobody answered.",
    "CCTV no. 00## shows it, file C:\\video\\cam0#.avi, at 100% zoom.",
    "The damage is put at £00#.#0 by the garage.",
    "Nothing else was touched.",
    "Mae Gŵyn yn dweud bod y ffenestr wedi'i thorri; Ŵyn a Ŷstwyth hefyd.",
    "He left by the footpath –  towards the A6##, it seems – on a red moped.",
    "Paid by card ending 0##7; ref. #/#|#~#^#; e-mail me@example.com.",
    "It was 3° below, with ½ an inch of snow; the prints were size 1#½.",
    "My neighbour, Françoise D’Souza-Müller, has the number & will tell you.",
    "I do not wish to be named to the person I suspect, if (x < y) && [z].",
    "Serial number 000#######0#.",
};

#endif
