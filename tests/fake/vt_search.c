/* vt_search: a stand-in for a legacy record-search application on a terminal.
 *
 *   xterm -e vt_search --people DIR/vt.jsonl --log FILE
 *
 * Transactions: NS searches by a surname as it is on file and the initial of a
 * forename, RD shows a record, SO signs off. Tab goes to the next field, Ctrl+U
 * empties one; Enter, F3, F7 and F8 are answered. About one search or record in
 * ten asks for a fuller justification first, a notice comes before some
 * results, records may be locked or not for everybody, the index fails for some
 * names, and the system closes for its window. While it works (WORKING...) keys
 * are thrown away. What was searched, and looked at, is in the log: vt_flow.c.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "vt.h"

static const char usage[] =
    "usage: vt_search --people FILE [options], in a terminal of 80 x 24\n"
    "  --log FILE          append each search and look, a JSON line each\n"
    "  --mode MODE         LIVE, TRNG or DEMO (default), shown on each screen\n"
    "  --user U            default RPABOT\n"
    "  --password P        default demo1234\n"
    "  --seed N            what meets one in so many:\n"
    "  --justify-every N   a fuller justification (default 10, 0 never)\n"
    "  --notice-every N    a notice (default 25)\n"
    "  --slow-every N      a slow answer (default 20)\n"
    "  --slow-ms MS        how slow (default 400)\n"
    "  --work-ms MS        each answer takes so long\n"
    "  --close-after N     closes for its window after N searches\n";

static void next_field(struct vt *vt, int by)
{
    if (vt->field == VT_FIELDS)
        return;
    int f = (int)vt->field;
    do
        f = (f + by + VT_FIELDS) % VT_FIELDS;
    while (vt_fields[f].screen != vt->screen);
    vt->field = (enum vt_field)f;
    vt->entered = true;
}

/* A key within a field: what is typed beyond its width is lost; the first
 * letter typed in a field that was just entered replaces what it held. */
static void edit(struct vt *vt, bool special, wint_t key)
{
    if (vt->field == VT_FIELDS)
        return;
    wchar_t *text = vt->text[vt->field];
    size_t len = wcslen(text);
    if (vt->entered && !special && iswprint(key))
        len = 0;
    vt->entered = false;
    bool rubout = special ? key == KEY_BACKSPACE : key == 8 || key == 127;
    if (rubout && len)
        text[len - 1] = L'\0';
    else if (!special && key == L'U' - L'@')
        text[0] = L'\0';
    else if (!special && iswprint(key) &&
             (int)len < vt_fields[vt->field].width) {
        text[len] = (wchar_t)key;
        text[len + 1] = L'\0';
    }
}

static void answer(struct vt *vt, enum vt_key key)
{
    unsigned ms = vt->opt.work_ms + (vt_slow(vt, key) ? vt->opt.slow_ms : 0);
    if (ms) {
        strcpy(vt->message, "WORKING...");
        vt_draw(vt);
        napms((int)ms);
        flushinp();
    }
    vt_answer(vt, key);
    vt->entered = true;
}

static void take(struct vt *vt, bool special, wint_t key)
{
    if (!special && (key == L'\r' || key == L'\n'))
        answer(vt, VT_ENTER);
    else if (special && key == KEY_ENTER)
        answer(vt, VT_ENTER);
    else if (special && key >= KEY_F(1) && key <= KEY_F(24))
        answer(vt, key == KEY_F(3)   ? VT_F3
                   : key == KEY_F(7) ? VT_F7
                   : key == KEY_F(8) ? VT_F8
                                     : VT_OTHER);
    else if (!special && key == L'\t')
        next_field(vt, 1);
    else if (special && key == KEY_BTAB)
        next_field(vt, -1);
    else
        edit(vt, special, key);
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*end || end == text || *text == '-' || n > INT_MAX) {
        fprintf(stderr, "vt_search: '%s' is no number\n", text);
        exit(2);
    }
    return (unsigned)n;
}

static const char *mode(const char *text)
{
    if (!strcmp(text, "LIVE") || !strcmp(text, "TRNG") || !strcmp(text, "DEMO"))
        return text;
    fprintf(stderr, "vt_search: --mode is LIVE, TRNG or DEMO, not '%s'\n",
            text);
    exit(2);
}

static void parse(int argc, char **argv, struct vt_options *opt,
                  const char **ret_people, const char **ret_log)
{
    static const struct option options[] = {
        { "people", required_argument, NULL, 'f' },
        { "log", required_argument, NULL, 'l' },
        { "mode", required_argument, NULL, 'm' },
        { "user", required_argument, NULL, 'u' },
        { "password", required_argument, NULL, 'p' },
        { "seed", required_argument, NULL, 's' },
        { "justify-every", required_argument, NULL, 'j' },
        { "notice-every", required_argument, NULL, 'n' },
        { "slow-every", required_argument, NULL, 'v' },
        { "slow-ms", required_argument, NULL, 'w' },
        { "work-ms", required_argument, NULL, 'k' },
        { "close-after", required_argument, NULL, 'c' },
        { 0 },
    };
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        // clang-format off
        switch (c) {
        case 'f': *ret_people = optarg; break;
        case 'l': *ret_log = optarg; break;
        case 'm': opt->mode = mode(optarg); break;
        case 'u': opt->user = optarg; break;
        case 'p': opt->password = optarg; break;
        case 's': opt->seed = number(optarg); break;
        case 'j': opt->justify_every = number(optarg); break;
        case 'n': opt->notice_every = number(optarg); break;
        case 'v': opt->slow_every = number(optarg); break;
        case 'w': opt->slow_ms = number(optarg); break;
        case 'k': opt->work_ms = number(optarg); break;
        case 'c': opt->close_after = (long)number(optarg); break;
        default: fputs(usage, stderr); exit(2);
        }
        // clang-format on
    }
    if (optind != argc || !*ret_people) {
        fputs(usage, stderr);
        exit(2);
    }
}

static void begin(void)
{
    set_escdelay(25);
    initscr();
    raw();
    noecho();
    nonl();
    keypad(stdscr, true);
    if (LINES < 24 || COLS < 80) {
        endwin();
        fputs("vt_search: the terminal is smaller than 80 x 24\n", stderr);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static struct vt vt = {
        .opt = { .mode = "DEMO",
                 .user = "RPABOT",
                 .password = "demo1234",
                 .justify_every = 10,
                 .notice_every = 25,
                 .slow_every = 20,
                 .slow_ms = 400,
                 .close_after = -1 },
    };
    const char *people = NULL, *log = NULL;
    setlocale(LC_ALL, "");
    parse(argc, argv, &vt.opt, &people, &log);
    if (person_file_open(&vt.file, people, log) < 0) {
        fprintf(stderr, "vt_search: %s or its log: %s\n", people,
                strerror(errno));
        return 1;
    }
    begin();
    vt_go(&vt, VT_SIGN_ON);
    for (;;) { /* until the terminal goes away */
        vt_draw(&vt);
        wint_t key;
        int kind = get_wch(&key);
        if (kind == ERR)
            break;
        take(&vt, kind == KEY_CODE_YES, key);
    }
    endwin();
    person_file_close(&vt.file);
    return 0;
}
