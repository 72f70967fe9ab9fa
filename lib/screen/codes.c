/* Which code of an X font shows which character. */
#include "eyes.h"

#include "rpa/base/utf8.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* The fonts of x3270, "3270cg-1" and "3270cg-1a": codes are those of the IBM
 * character generator, not of ASCII. Sixteen a row; '\1' is a code without a
 * character of text. Rows 13 and 15 have the symbols of the status line too; ▸
 * goes on with a symbol that is wider than a cell. Checked against x3270 4.1 showing every character of
 * cp1146. */
static const char *const cg_rows[16] = {
    "\1\1€\1\1\1\1\u00ad><[])(}{",
    "\1='\"/\\|¦?!$¢£¥¶¤",
    "0123456789ß§#@%_",
    "&-.,:+¬¯°·^~¨`´¸",
    "àèìòùãõÿÝýé¼½¾üç",
    "äëïöµâêîôûá×íóúñ",
    "ÀÈÌÒÙÃÕ¹²³ªº«»¡¿",
    "ÄËÏÖÜÂÊÎÔÛÁÉÍÓÚÑ",
    "abcdefghijklmnop",
    "qrstuvwxyzæøå÷\1\1",
    "ABCDEFGHIJKLMNOP",
    "QRSTUVWXYZÆØÅÇ;*",
    "",
    "©®Ⓐ⌃\1\1±Ð→Þ\1☺Ⓑ\1⍰■",
    "",
    "↯▸▸▸◷▸✕ð←þ\1\1④Ⓐ\1\1",
};

/* What the same fonts draw for a graphic escape: IBM code page 310, of APL2 and
 * line drawing, in the order of the above. Not in it: capitals with a line below,
 * which are no characters of Unicode; U+2223, which is drawn as the line that it is
 * mostly used for; and what fills a cell or half of it, or edges it, since it would
 * look like that, or a line, wherever cells were taken to begin. Checked against
 * x3270 4.1 showing every code, but for what aliases[] of x3270.c has. */
static const char *const cg_escapes[16] = {
    "\1\1\1\1\1\1\1⍲\1\1∇∆\1\1}{",
    "\1\1\1\1\1≡\1\1\1\1\1\1∊⍳×←",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "\1\1\1\1\1\1\1⊤⎕⍴⍺°]\1≠○",
    "\1\1\1⌽⍋\1⍉⍝[⌈\1\\÷\1⍒",
    "\1\1\1⌷¯\1\1\1⍱!\1\1\1⍂⍞",
    "\1⍸∨⊖⍟\1⍕⌶⌿\1⊃⊂↑↓∩∪",
    "\1⌻⊣∵⍙\1¨⊢⍀⍫\1∧⍷⌹⍎",
    "\1\1\1\1│",
    "\1\1─•\1\1\1\1\1\1¤⋄\1₁",
    "⁽+∎└┌├┴§\1⁾-┼┘┐┤┬",
    "¶\1₂₃⍤⍥⍪€\1\1±∼",
    "",
    "⍵∘\1\1\1\1→⊥\1≥",
    "",
    "\1\1\1\1\1\1\1≤\1⌊",
};

static void map_rows(const char *const rows[16], uint32_t *map)
{
    for (int r = 0; r < 16; r++) {
        const char *s = rows[r];
        for (int i = 0; *s; i++) {
            uint32_t cp;
            s += rpa_utf8_decode(s, strlen(s), &cp);
            map[r * 16 + i] = cp == 1 ? 0 : cp;
        }
    }
}

/* What fonts for terminals have below the blank: the special graphics of a
 * VT100. Source: xterm(1), "VT100 line-drawing"; ctlseqs, "DEC Special Character
 * and Line Drawing Set". */
static const uint32_t dec_lines[32] = {
    0,      0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0,
    0x00b1, 0x2424, 0x240b, 0x2518, 0x2510, 0x250c, 0x2514, 0x253c,
    0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534,
    0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};

static bool map_iconv(const char *charset, uint32_t *map)
{
    iconv_t cd = iconv_open("UTF-32LE", charset);
    if (cd == (iconv_t)-1)
        return false;
    for (int c = 0x20; c < 256; c++) {
        char in = (char)c, *from = &in, *to = (char *)&map[c];
        size_t nin = 1, nout = 4;
        if (iconv(cd, &from, &nin, &to, &nout) == (size_t)-1 || nout)
            map[c] = 0;
    }
    iconv_close(cd);
    return true;
}

bool rpa_codes_of(const char *registry, const char *enc,
                  uint32_t map[RPA_CODES_MAX], bool *ret_unicode)
{
    memset(map, 0, RPA_CODES_MAX * sizeof *map);
    *ret_unicode = !strcasecmp(registry, "iso10646") && !strcmp(enc, "1");
    if (*ret_unicode)
        return true;
    if (!strcasecmp(registry, "3270cg") &&
        (!strcmp(enc, "1") || !strcasecmp(enc, "1a"))) {
        map_rows(cg_rows, map);
        map_rows(cg_escapes, map + RPA_CODES_TEXT);
        return true;
    }
    char name[32];
    if (strcasecmp(registry, "iso8859"))
        return false;
    snprintf(name, sizeof name, "ISO-8859-%s", enc);
    memcpy(map, dec_lines, sizeof dec_lines);
    return map_iconv(name, map);
}
