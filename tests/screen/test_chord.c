#include "lib/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "tap.h"

static const struct {
    const char *text;
    uint8_t mods;
    uint32_t keysym, cp;
    const char *hint; /* of a refusal */
} cases[] = {
    { "Enter", 0, XK_Return, 0, NULL },
    { "enter", 0, XK_Return, 0, NULL },
    { "a", 0, 0, 'a', NULL },
    { "+", 0, 0, '+', NULL },
    { "ctrl++", RPA_MOD_CTRL, 0, '+', NULL },
    { "ŵ", 0, 0, 0x175, NULL },
    { "Ctrl+Alt+Delete", RPA_MOD_CTRL | RPA_MOD_ALT, XK_Delete, 0, NULL },
    { "shift+Tab", RPA_MOD_SHIFT, XK_Tab, 0, NULL },
    { "Backtab", RPA_MOD_SHIFT, XK_Tab, 0, NULL },
    { "F12", 0, XK_F12, 0, NULL },
    { "ctrl+s", RPA_MOD_CTRL, 0, 's', NULL },
    { "ctrl+shift+s", RPA_MOD_CTRL | RPA_MOD_SHIFT, 0, 'S', NULL },
    { "PF3", 0, XK_F3, 0, NULL },
    { "PF13", RPA_MOD_SHIFT, XK_F1, 0, NULL },
    { "PF24", RPA_MOD_SHIFT, XK_F12, 0, NULL },
    { "space", 0, 0, ' ', NULL },
    { "shift", 0, XK_Shift_L, 0, NULL },
    { "F", 0, 0, 'F', NULL },
    { "F25", 0, 0, 0, "a character" },
    { "F0", 0, 0, 0, "a character" },
    { "PF", 0, 0, 0, "a character" },
    { "Entr", 0, 0, 0, "Enter" },
    { "ctrl+Hme", 0, 0, 0, "Home" },
    { "shift+a", 0, 0, 0, "say the character" },
    { "", 0, 0, 0, "a character" },
    { "hyper+x", 0, 0, 0, "a character" },
    { "\x1b[2J", 0, 0, 0, "" },
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_chord got = { 0 };
        struct rpa_err err = { 0 };
        int r = rpa_chord_parse(cases[i].text, &got, &err);
        is_int(r, cases[i].hint ? -RPA_EINVAL : 0, "parsed or refused");
        ok(got.mods == cases[i].mods && got.keysym == cases[i].keysym &&
               got.cp == cases[i].cp,
           "'%s'", strchr(cases[i].text, 0x1b) ? "escape" : cases[i].text);
        if (cases[i].hint)
            ok(strstr(err.hint, cases[i].hint), "hint: %s", err.hint);
    }
    struct rpa_err err = { 0 };
    rpa_keys_check_chord("\x1b[2J", &err);
    ok(!strchr(err.msg, 0x1b), "what is said of it is escaped");
    return tap_done();
}
