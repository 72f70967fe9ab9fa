/* What a target makes of a text by itself, as a screen map declares it. */
#include "rpa/act/change.h"
#include "tap.h"
#include "unit/of_json.h"

#include <string.h>

#define BORN "{'mask':'__/__/____'}"
#define MONEY "{'number':'#,##0.00'}"

static const struct {
    const char *field, *value;
    size_t width;
    const char *keys, *shown; /* keys NULL: it is refused */
} cases[] = {
    { "{}", "Llŷr ", 9, "Llŷr ", "Llŷr " },
    { "{}", "", 9, "", "" },
    { "{'trim':true}", "  a b ", 9, "  a b ", "a b" },
    { "{'trim':true}", "   ", 9, "   ", "" },
    { "{'upper':true}", "Siân ŵ ÿ ß’1", 20, "Siân ŵ ÿ ß’1", "SIÂN Ŵ Ÿ ß’1" },
    { "{'upper':true,'trim':true}", " é", 9, " é", "É" },
    { "{'align':'right'}", "45", 5, "45", "   45" },
    { "{'align':'right','pad':'0'}", "45", 5, "45", "00045" },
    { "{'align':'right','pad':'0'}", "", 5, "", "" },
    { "{'align':'right','pad':'0'}", "12345", 5, "12345", "12345" },
    { "{'number':'0'}", "007", 5, "007", "7" },
    { "{'number':'0'}", "0", 5, "0", "0" },
    { "{'number':'0'}", "-12", 5, "-12", "-12" },
    { "{'number':'0'}", "1.5", 5, NULL, NULL },
    { "{'number':'0.00'}", "1.5", 5, "1.5", "1.50" },
    { "{'number':'0.00'}", "1.505", 5, NULL, NULL },
    { MONEY, "1234567.8", 20, "1234567.8", "1,234,567.80" },
    { MONEY, "999", 20, "999", "999.00" },
    { MONEY, "-1000", 20, "-1000", "-1,000.00" },
    { MONEY, "", 20, "", "" },
    { MONEY, "1.", 20, NULL, NULL },
    { MONEY, ".5", 20, NULL, NULL },
    { MONEY, "£5", 20, NULL, NULL },
    { MONEY, "1,000", 20, NULL, NULL },
    { "{'number':'0.0','align':'right'}", "2", 5, "2", "  2.0" },
    { BORN, "01/02/1990", 10, "01021990", "01/02/1990" },
    { BORN, "", 10, "", "" },
    { BORN, "1/2/1990", 10, NULL, NULL },
    { BORN, "01/02/199", 10, NULL, NULL },
    { BORN, "01/02/19901", 11, NULL, NULL },
    { BORN, "01-02-1990", 10, NULL, NULL },
    { BORN, "01/02/199_", 10, NULL, NULL },
    { "{'mask':'(__) __'}", "(ŵŷ) 12", 7, "ŵŷ12", "(ŵŷ) 12" },
};

static const char *const bad[] = {
    "{'number':'#0'}",  "{'number':'0.'}",  "{'number':'00'}",
    "{'number':'0.0x'}", "{'number':5}",    "{'align':'left'}",
    "{'pad':'0'}",      "{'align':'right','pad':'00'}",
    "{'align':'right','pad':''}", "{'mask':'//'}", "{'mask':'_ŵ'}",
    "{'parts':true}", "{'mask':'_/_/_/_/_/_/_/_/_','parts':true}",
    "{'mask':'__','number':'0'}", "{'mask':'__','align':'right'}",
    "{'mask':'_________________________________'}",
};

static const struct {
    const char *field, *text;
    bool blank;
} blanks[] = {
    { "{}", "", true },      { "{}", " ", false },
    { BORN, "", true },      { BORN, "__/__/____", true },
    { BORN, "  /  /    ", true }, { BORN, "  /  /", true },
    { BORN, "0_/__/____", false }, { BORN, "__/__/_____", false },
    { BORN, "_", false },
};

static int load(const char *field, struct rpa_change *c, struct rpa_err *err)
{
    cbor_item_t *map = of_json(field);
    int r = rpa_change_load(map, c, err);
    rpa_msg_free(&map);
    return r;
}

int main(void)
{
    struct rpa_change c;
    struct rpa_err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_changed to = { 0 };
        const char *value = cases[i].value;
        is_int(load(cases[i].field, &c, &err), 0, cases[i].field);
        int r = rpa_change_apply(&c, value, strlen(value), cases[i].width, &to,
                                 &err);
        if (!cases[i].keys) {
            is_int(r, -RPA_EINVAL, value);
            continue;
        }
        is_int(r, 0, value);
        is_str(to.keys.data, cases[i].keys, value);
        is_str(to.shown.data, cases[i].shown, cases[i].shown);
        rpa_changed_clear(&to);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        is_int(load(bad[i], &c, &err), -RPA_EINVAL, bad[i]);
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        load(blanks[i].field, &c, &err);
        ok(rpa_change_blank(&c, blanks[i].text, strlen(blanks[i].text)) ==
               blanks[i].blank,
           "'%s' is %sempty", blanks[i].text, blanks[i].blank ? "" : "not ");
    }
    return tap_done();
}
