#include "keymap.h"

#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* the first name of a keysym is the one we say; case does not matter */
static const struct {
    const char *name;
    uint32_t keysym;
    uint8_t mods;
} names[] = {
    { "Enter", XK_Return, 0 },
    { "Return", XK_Return, 0 },
    { "Tab", XK_Tab, 0 },
    { "Backtab", XK_Tab, RPA_MOD_SHIFT },
    { "Escape", XK_Escape, 0 },
    { "Esc", XK_Escape, 0 },
    { "BackSpace", XK_BackSpace, 0 },
    { "Delete", XK_Delete, 0 },
    { "Insert", XK_Insert, 0 },
    { "Home", XK_Home, 0 },
    { "End", XK_End, 0 },
    { "PageUp", XK_Prior, 0 },
    { "PageDown", XK_Next, 0 },
    { "Up", XK_Up, 0 },
    { "Down", XK_Down, 0 },
    { "Left", XK_Left, 0 },
    { "Right", XK_Right, 0 },
    { "Space", XK_space, 0 },
    { "Menu", XK_Menu, 0 },
    { "Pause", XK_Pause, 0 },
    { "Print", XK_Print, 0 },
    { "KP_Enter", XK_KP_Enter, 0 },
};

static const struct {
    const char *name;
    uint8_t mod;
    uint32_t keysym;
} mods[] = {
    { "shift", RPA_MOD_SHIFT, XK_Shift_L },
    { "altgr", RPA_MOD_LEVEL3, XK_ISO_Level3_Shift },
    { "ctrl", RPA_MOD_CTRL, XK_Control_L },
    { "control", RPA_MOD_CTRL, XK_Control_L },
    { "alt", RPA_MOD_ALT, XK_Alt_L },
    { "super", RPA_MOD_SUPER, XK_Super_L },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

uint32_t rpa_chord_mod_keysym(unsigned mod)
{
    for (size_t i = 0; i < COUNT(mods); i++)
        if (mods[i].mod == mod)
            return mods[i].keysym;
    return 0;
}

const char *rpa_chord_mod_name(unsigned mod)
{
    for (size_t i = 0; i < COUNT(mods); i++)
        if (mods[i].mod == mod)
            return mods[i].name;
    return "?";
}

bool rpa_chord_named(uint32_t keysym)
{
    static const uint32_t others[] = { XK_Shift_R, XK_Control_R, XK_Alt_R,
                                       XK_Super_R };
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].keysym == keysym && keysym != XK_space)
            return true;
    for (size_t i = 0; i < COUNT(mods); i++)
        if (mods[i].keysym == keysym && mods[i].mod != RPA_MOD_LEVEL3)
            return true;
    for (size_t i = 0; i < COUNT(others); i++)
        if (others[i] == keysym)
            return true;
    return keysym >= XK_F1 && keysym <= XK_F24;
}

/* "F3"; "PF3", as 3270 terminals say: 13 to 24 are Shift with 1 to 12 */
static bool function_key(const char *name, struct rpa_chord *ret)
{
    bool pf = strncasecmp(name, "PF", 2) == 0;
    if (!pf && *name != 'F' && *name != 'f')
        return false;
    const char *digits = name + (pf ? 2 : 1);
    if (strspn(digits, "0123456789") != strlen(digits) || *digits == '0' ||
        !*digits || strlen(digits) > 2)
        return false;
    int n = atoi(digits);
    if (n > 24)
        return false;
    if (pf && n > 12) {
        n -= 12;
        ret->mods |= RPA_MOD_SHIFT;
    }
    ret->keysym = XK_F1 + (uint32_t)n - 1;
    return true;
}

static bool named_key(const char *name, struct rpa_chord *ret)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcasecmp(names[i].name, name) == 0) {
            ret->keysym = names[i].keysym;
            ret->mods |= names[i].mods;
            return true;
        }
    for (size_t i = 0; i < COUNT(mods); i++) /* to hold one alone */
        if (strcasecmp(mods[i].name, name) == 0) {
            ret->keysym = mods[i].keysym;
            return true;
        }
    return false;
}

/* insertions, deletions and changes between two short names */
static int distance(const char *a, const char *b)
{
    int rows[2][32];
    size_t la = strlen(a), lb = strlen(b);
    if (la > 30 || lb > 30)
        return 99;
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= la; i++) {
        int *was = rows[(i - 1) % 2], *now = rows[i % 2];
        now[0] = (int)i;
        for (size_t j = 1; j <= lb; j++) {
            int change =
                was[j - 1] + (strncasecmp(a + i - 1, b + j - 1, 1) != 0);
            int least = was[j] < now[j - 1] ? was[j] + 1 : now[j - 1] + 1;
            now[j] = change < least ? change : least;
        }
    }
    return rows[la % 2][lb];
}

static int unknown(const char *chord, const char *name, struct rpa_err *err)
{
    struct rpa_buf said = { 0 }, near = { 0 };
    rpa_buf_escape(&said, chord, strlen(chord));
    for (size_t i = 0; i < COUNT(names); i++)
        if (distance(name, names[i].name) * 2 <= (int)strlen(names[i].name))
            rpa_buf_printf(&near, "%s%s", near.len ? ", " : "", names[i].name);
    int r = rpa_fail(err, RPA_EINVAL, "no key is called '%s'",
                     said.data ? said.data : "");
    if (near.len)
        rpa_err_hint(err, "%s", near.data);
    else
        rpa_err_hint(err, "a character, Enter, Tab, Escape, F1 to F24, PF1 to "
                          "PF24, Up, Home, PageUp, …; before it shift+, ctrl+, "
                          "alt+, super+");
    rpa_buf_clear(&said);
    rpa_buf_clear(&near);
    return r;
}

/* take "ctrl+" off the front; 0 when there is no modifier */
static uint8_t take_modifier(const char **at)
{
    for (size_t i = 0; i < COUNT(mods); i++) {
        size_t len = strlen(mods[i].name);
        if (strncasecmp(*at, mods[i].name, len) == 0 && (*at)[len] == '+' &&
            (*at)[len + 1]) {
            *at += len + 1;
            return mods[i].mod;
        }
    }
    return 0;
}

int rpa_chord_parse(const char *text, struct rpa_chord *ret,
                    struct rpa_err *err)
{
    struct rpa_chord chord = { 0 };
    const char *at = text;
    for (uint8_t mod; (mod = take_modifier(&at));)
        chord.mods |= mod;
    size_t len = strlen(at), used = rpa_utf8_decode(at, len, &chord.cp);
    if (used && used == len && chord.cp > 0x20) {
        if (chord.mods == RPA_MOD_SHIFT) {
            rpa_fail(err, RPA_EINVAL, "shift with a character");
            return rpa_err_hint(err,
                                "say the character itself: A, not shift+a");
        }
        if ((chord.mods & RPA_MOD_SHIFT) && chord.cp >= 'a' && chord.cp <= 'z')
            chord.cp -= 'a' - 'A'; /* as Shift makes of it */
    } else {
        chord.cp = 0;
        if (!function_key(at, &chord) && !named_key(at, &chord))
            return unknown(text, at, err);
        if (chord.keysym == XK_space) {
            chord.keysym = 0;
            chord.cp = ' ';
        }
    }
    *ret = chord;
    return 0;
}

int rpa_keys_check_chord(const char *chord, struct rpa_err *err)
{
    struct rpa_chord parsed;
    return rpa_chord_parse(chord, &parsed, err);
}

/* as programs see it: F13 is Shift and F1, and Enter is the line's end, however it
 * is made */
static bool as_seen(const char *text, struct rpa_chord *ret)
{
    struct rpa_err err;
    if (rpa_chord_parse(text, ret, &err) < 0)
        return false;
    if (ret->keysym >= XK_F13 && ret->keysym <= XK_F24) {
        ret->keysym -= XK_F13 - XK_F1;
        ret->mods |= RPA_MOD_SHIFT;
    }
    if (ret->keysym == XK_KP_Enter || ret->keysym == XK_Return ||
        (ret->mods == RPA_MOD_CTRL && ret->cp && ret->cp < 0x80 &&
         strchr("mMjJ", (int)ret->cp)))
        *ret = (struct rpa_chord){ .keysym = XK_Return };
    return true;
}

bool rpa_keys_same(const char *a, const char *b)
{
    struct rpa_chord one, two;
    return as_seen(a, &one) && as_seen(b, &two) && one.keysym == two.keysym &&
           one.cp == two.cp && one.mods == two.mods;
}
