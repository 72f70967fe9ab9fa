/* A form in a terminal, for tests of a driver: three fields, Tab between them,
 * Ctrl+U to empty one, Enter to file. Run in an xterm:
 *
 *   term_form KEYS PID   appends every byte that is typed to the file KEYS, as
 *                        it comes; writes its process id to PID
 *
 * Signals from SIGRTMIN on make it behave as real ones do at times:
 *   +0 show another title    +1 the usual one again
 *   +2 lose the second character typed into Name   +3 lose none
 *   +4 show the password     +5 hide it again
 *   +6 have the mouse reported as keys
 *   +7 draw in steps, the cursor last     +8 at once again
 *   +9 from now on: another title, capitals in Name, a mask __/__ in Code
 *   +10 a clock, for which the cursor goes away and comes back; or none again
 *   +11 keep the cursor in a field that is full; or not
 *   +12 put what is typed into Code into Name; or not
 *   +13 put it into both; or not
 *   +14 go to the next field */
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define COL 14 /* of the fields, from 1 */

static struct field {
    const char *label;
    int row, width;
    bool hidden;
    char text[32];
} fields[] = {
    { "Name . . . :", 4, 10, false, "" },
    { "Code . . . :", 5, 5, false, "" },
    { "Password . :", 6, 8, true, "" },
};
#define NFIELDS (sizeof fields / sizeof *fields)

static const char *title = "TEST FORM";
static bool lossy, lost, shown, slow, escape, changes, ticks, stays, strays, both;
static size_t field;
static int at; /* in the field */

static void draw(void)
{
    if (slow) { /* long enough to be seen */
        printf("\033[?25l");
        fflush(stdout);
        poll(NULL, 0, 50);
    }
    printf("\033[1;1H %-12s", title);
    for (size_t i = 0; i < NFIELDS; i++) {
        struct field *f = &fields[i];
        printf("\033[%d;1H%s\033[%d;%dH%-*s", f->row, f->label, f->row, COL,
               f->width, f->hidden && !shown ? "" : f->text);
        if (slow) {
            fflush(stdout);
            poll(NULL, 0, 20);
        }
    }
    printf("\033[8;1HF5 nothing, Enter files%-7s\033[%d;%dH%s",
           slow ? " slowly" : "", fields[field].row,
           COL + at - (stays && at == fields[field].width),
           slow ? "\033[?25h" : "");
    fflush(stdout);
}

static void tick(void)
{
    static int n;
    printf("\033[9;1H%d", n = (n + 1) % 10);
    fflush(stdout);
    poll(NULL, 0, 5); /* long enough to be seen */
    draw();
}

static void empty(struct field *f)
{
    memset(f->text, 0, sizeof f->text);
    if (changes && f == &fields[1])
        strcpy(f->text, "__/__");
    at = 0;
    lost = false;
}

static void key(char c)
{
    struct field *f = &fields[field];
    if (c == '\033' || escape) { /* ESC [ 1 5 ~, and ESC [ < 0 ; 1 ; 1 M or m */
        escape = c == '\033' || c == '[' || c < '@'; /* until its last */
    } else if (c == '\t') {
        field = (field + 1) % NFIELDS;
        at = 0;
    } else if (c == 'U' - '@') {
        empty(f);
    } else if (c == '\r') {
        title = "FILED";
    } else if (lossy && !lost && field == 0 && at == 1) {
        lost = true;
    } else if (c >= ' ' && at < f->width) {
        if (both && field == 1)
            fields[0].text[at] = c;
        f = strays && field == 1 ? fields : f;
        f->text[at++] = changes && field == 0 ? (char)toupper((unsigned char)c)
                                              : c;
        at += changes && f->text[at] == '/';
    }
}

static void told(int n)
{
    static const char *const titles[] = { "OTHER FORM", "TEST FORM" };
    if (n < 2)
        title = titles[n];
    else if (n < 4)
        lossy = n == 2;
    else if (n < 6)
        shown = n == 4;
    else if (n == 6)
        printf("\033[?1000h\033[?1006h");
    else if (n < 9)
        slow = n == 7;
    else if (n == 10)
        ticks = !ticks;
    else if (n == 11)
        stays = !stays;
    else if (n == 12)
        strays = !strays;
    else if (n == 13)
        both = !both;
    else if (n == 14)
        key('\t');
    else {
        title = "CHANGES";
        changes = true;
        empty(&fields[0]);
        empty(&fields[1]);
    }
}

int main(int argc, char **argv)
{
    sigset_t set;
    struct termios t;
    if (argc != 3)
        return 2;
    int keys = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    sigemptyset(&set);
    for (int i = 0; i < 15; i++)
        sigaddset(&set, SIGRTMIN + i);
    sigprocmask(SIG_BLOCK, &set, NULL);
    struct pollfd fds[2] = { { .fd = 0, .events = POLLIN },
                             { .fd = signalfd(-1, &set, SFD_CLOEXEC),
                               .events = POLLIN } };
    tcgetattr(0, &t);
    cfmakeraw(&t);
    tcsetattr(0, TCSANOW, &t);
    draw();
    FILE *pid = fopen(argv[2], "w");
    if (!pid || keys < 0)
        return 1;
    fprintf(pid, "%d\n", getpid());
    fclose(pid);
    int ready;
    while ((ready = poll(fds, 2, ticks ? 100 : -1)) >= 0) {
        if (!ready)
            tick();
        struct signalfd_siginfo si;
        char in[512];
        if (fds[1].revents && read(fds[1].fd, &si, sizeof si) == sizeof si)
            told((int)si.ssi_signo - SIGRTMIN);
        ssize_t n = fds[0].revents ? read(0, in, sizeof in) : 0;
        if (n < 0 || (fds[0].revents && n == 0) || write(keys, in, (size_t)n) != n)
            return 1;
        for (ssize_t i = 0; i < n; i++)
            key(in[i]);
        if (ready)
            draw();
    }
    return 1;
}
