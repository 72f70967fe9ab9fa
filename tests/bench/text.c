#include "text.h"

#include "rpa/base/utf8.h"

#include <string.h>

static const char *const words[] = {
    "Siân",   "Gŵyn",  "O'Brien", "Tŷ",      "the",     "Llŷr",  "£45.00",
    "crime",  "at",    "dŵr",     "Caerffili", "seen",  "ên",    "INCIDENT",
    "yr",     "Ŵyn",   "(08:15)", "vehicle", "hŷn",     "Llanfair", "côt",
    "Penarth;", "ïon", "reported", "âr",     "No. 17b", "and",   "ffôn",
};

/* words, cut to WIDTH characters */
static void make_line(char *line, unsigned *seed)
{
    size_t chars = 0, n = 0;
    while (chars < WIDTH) {
        *seed = *seed * 1664525u + 1013904223u;
        const char *word = words[(*seed >> 8) % (sizeof words / sizeof *words)];
        for (size_t i = 0, used; chars < WIDTH && word[i]; i += used, chars++) {
            uint32_t cp;
            used = rpa_utf8_decode(word + i, strlen(word + i), &cp);
            memcpy(line + n, word + i, used);
            n += used;
        }
        if (chars++ < WIDTH)
            line[n++] = ' ';
    }
    line[n] = '\0';
}

void text_make(struct text *text, unsigned seed)
{
    text->all[0] = '\0';
    for (int i = 0; i < LINES; i++) {
        make_line(text->line[i], &seed);
        strcat(text->all, text->line[i]);
    }
}
