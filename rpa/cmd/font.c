/* rpa font: how a terminal draws each character, kept as a file. */
#include "rpa/cmd/font.h"

#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/config/file.h"
#include "rpa/role/spawn.h"
#include "rpa/screen/face.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/window.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MOST (8 << 20)
#define CHARACTERS_MOST 1000
#define START_US 30000000
#define LOOK_US 200000 /* between looks whether the program is there still */
#define LAST_LOOK_US 1000000

static const char usage[] =
    "usage: rpa font learn NAME [--out FILE] -- TERMINAL [ARGUMENT…]\n"
    "       rpa font learn NAME [--out FILE] --core X-FONT [--display :N]\n"
    "       rpa font learn NAME [--out FILE] --window TITLE --tty DEVICE "
    "[--display :N]\n"
    "       rpa font learn NAME [--out FILE] --entry X,Y [--window TITLE] "
    "[--display :N | -- PROGRAM [ARGUMENT…]]\n"
    "       rpa font check FILE\n"
    "\n"
    "Learns how a terminal draws each character and writes it to FILE, by\n"
    "default bots/common/fonts/NAME.font, where a screen map finds it by\n"
    "font = \"NAME\". A TERMINAL (such as: xterm -fa 'DejaVu Sans Mono' -fs 11)\n"
    "is started on a display of its own, with -e behind its arguments; one\n"
    "that runs already is told by its window and the device of its shell (see\n"
    "tty(1)): what it shows is lost. --core takes an X core font from the\n"
    "server. --entry learns a proportional font by typing into an empty entry\n"
    "at pixel X,Y of the window of a PROGRAM: each character, and every pair.\n"
    "--characters TEXT learns only those of a text, --also TEXT those and\n"
    "what is learned without, such as a dash.\n"
    "Characters that look alike are listed: a screen map whose\n"
    "repertoire has several of them will find those unreadable.\n";

struct wish {
    const char *name, *out, *core, *display, *window, *tty, *entry;
    char **program; /* NULL-ended; NULL: none to be started */
    uint32_t *characters; /* sorted; NULL: all */
    size_t ncharacters;
};

/* What is started for a lesson, and has to end with it. */
struct room {
    char dir[64], fifo[80], shows[80], display[16];
    pid_t server, program;
};

/* ---- a display and a terminal of our own ---- */

static int start_server(struct room *room, struct rpa_err *err)
{
    int fds[2];
    char number[16] = "", *env[] = { "PATH=/usr/bin:/bin", NULL };
    char *argv[] = { "Xvfb", "-displayfd", "3", "-screen", "0",
                     RPA_SPAWN_SCREEN, "-noreset", "-nolisten", "tcp", NULL };
    struct rpa_spawn spawn = { .path = argv[0], .argv = argv, .envp = env,
                               .output = -1, .fds = { -1, -1, -1, -1 } };
    if (pipe2(fds, O_CLOEXEC) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a pipe");
    spawn.fds[0] = fds[1];
    int r = rpa_spawn(&spawn, &room->server, err);
    struct pollfd p = { .fd = fds[0], .events = POLLIN };
    if (r == 0 && (poll(&p, 1, START_US / 1000) != 1 ||
                   read(fds[0], number, sizeof number - 1) <= 0))
        r = rpa_fail(err, RPA_EDISPLAY, "Xvfb did not start");
    /* the newline comes by a write of its own, and wants a reader */
    if (r == 0 && !strchr(number, '\n') && poll(&p, 1, START_US / 1000) == 1 &&
        read(fds[0], number + 12, 1) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "reading from Xvfb");
    close(fds[0]);
    close(fds[1]);
    snprintf(room->display, sizeof room->display, ":%d", atoi(number));
    return r;
}

/* @words, and behind them @more; both NULL-ended. */
static int start_program(struct room *room, char **words, char **more,
                         struct rpa_err *err)
{
    char display[32], *argv[64], *path = getenv("PATH"), env_path[1024];
    char home[80];
    char *env[] = { env_path, "LC_ALL=C.UTF-8", display, home, NULL };
    size_t n = 0;
    while (words[n] && n < 60) {
        argv[n] = words[n];
        n++;
    }
    if (words[n])
        return rpa_fail(err, RPA_EINVAL, "more than 60 arguments");
    while (*more)
        argv[n++] = *more++;
    argv[n] = NULL;
    snprintf(env_path, sizeof env_path, "PATH=%s", path ? path : "/usr/bin");
    snprintf(display, sizeof display, "DISPLAY=%s", room->display);
    snprintf(home, sizeof home, "HOME=%s", room->dir);
    struct rpa_spawn spawn = { .path = argv[0], .argv = argv, .envp = env,
                               .output = STDERR_FILENO,
                               .fds = { -1, -1, -1, -1 } };
    return rpa_spawn(&spawn, &room->program, err);
}

/* What the terminal runs, and shows: one word, as some take a -e for a whole
 * command. */
static int write_program(const struct room *room, struct rpa_err *err)
{
    int fd = open(room->shows, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "making %s", room->shows);
    bool good = dprintf(fd, "#!/bin/sh\nexec cat %s\n", room->fifo) > 0;
    if (close(fd) != 0 || !good)
        return rpa_fail_errno(err, RPA_EIO, "writing %s", room->shows);
    return 0;
}

static int enter(struct room *room, struct rpa_err *err)
{
    snprintf(room->dir, sizeof room->dir, "/tmp/rpa-font-XXXXXX");
    if (!mkdtemp(room->dir)) {
        room->dir[0] = '\0';
        return rpa_fail_errno(err, RPA_EIO, "making a folder in /tmp");
    }
    snprintf(room->fifo, sizeof room->fifo, "%s/text", room->dir);
    snprintf(room->shows, sizeof room->shows, "%s/show", room->dir);
    if (mkfifo(room->fifo, 0600) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making %s", room->fifo);
    int r = write_program(room, err);
    return r == 0 ? start_server(room, err) : r;
}

static void leave(struct room *room)
{
    char path[64];
    rpa_spawn_end(room->program);
    rpa_spawn_end(room->server);
    if (room->server) { /* what a killed server leaves */
        snprintf(path, sizeof path, "/tmp/.X11-unix/X%s", room->display + 1);
        unlink(path);
        snprintf(path, sizeof path, "/tmp/.X%s-lock", room->display + 1);
        unlink(path);
    }
    if (room->dir[0]) /* it was the terminal's home */
        rpa_spawn_sweep(room->dir);
}

/* ---- the lesson ---- */

/* one that starts another in its place, and ends, has a last look's time */
static bool has_ended(pid_t program)
{
    siginfo_t si = { 0 };
    return program > 0 &&
           waitid(P_PID, (id_t)program, &si, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           si.si_pid == program;
}

/* the one with that title, or that has one at all */
static int find(struct rpa_display *d, const struct room *room,
                const char *title, rpa_window *ret, struct rpa_err *err)
{
    struct rpa_window_want want = { .title = title,
                                    .pattern = title ? NULL : "." };
    struct rpa_window_info seen = { 0 };
    int64_t end = rpa_mono_us() + START_US;
    bool ended = false;
    int r;
    do {
        ended = ended || has_ended(room->program);
        int64_t next = rpa_mono_us() + (ended ? LAST_LOOK_US : LOOK_US);
        r = rpa_window_search(d, &want, next < end ? next : end, &seen, err);
    } while (r == -RPA_ETIMEOUT && !ended && rpa_mono_us() < end);
    if (r == -RPA_ETIMEOUT && ended) {
        r = rpa_fail(err, RPA_EENV, "the program ended, and showed no window");
        rpa_err_hint(err, "see that it starts by hand, and stays");
    }
    *ret = seen.id;
    return r;
}

static int from_terminal(struct rpa_display *d, const struct wish *w,
                         const struct room *room,
                         const char *tty, const char *title,
                         struct rpa_font_lesson *ret, struct rpa_err *err)
{
    rpa_window window;
    int r = find(d, room, title, &window, err);
    if (r < 0)
        return r;
    /* a FIFO is opened at once when it is opened both ways */
    int fd = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "opening %s", tty);
    r = rpa_font_learn(d, window, fd, w->name, w->characters, w->ncharacters,
                       ret, err);
    close(fd);
    return r;
}

/* All keys are on the keyboard before the program starts. */
static int from_entry(struct rpa_display *d, const struct wish *w,
                      struct room *room, struct rpa_font_lesson *ret,
                      struct rpa_err *err)
{
    struct rpa_point at;
    rpa_window window;
    char *none = NULL;
    int used = 0;
    if (sscanf(w->entry, "%5d,%5d%n", &at.x, &at.y, &used) != 2 ||
        w->entry[used])
        return rpa_fail(err, RPA_EINVAL, "--entry wants X,Y in pixels");
    int r = w->program ? rpa_keymap_install(d, NULL, 0, err)
                       : rpa_keymap_adopt(d, err);
    if (r == 0 && w->program)
        r = start_program(room, w->program, &none, err);
    if (r == 0)
        r = find(d, room, w->window, &window, err);
    return r == 0 ? rpa_face_learn(d, window, &at, w->name, w->characters,
                                   w->ncharacters, ret, err)
                  : r;
}

static int learn(const struct wish *w, struct room *room,
                 struct rpa_font_lesson *ret, struct rpa_err *err)
{
    struct rpa_display *d = NULL;
    bool own = w->program || (w->core && !w->display);
    int r = own ? enter(room, err) : 0;
    if (r == 0)
        r = rpa_display_open(own ? room->display : w->display, &d, err);
    if (r == 0 && w->entry)
        r = from_entry(d, w, room, ret, err);
    else if (r == 0 && w->core)
        r = rpa_font_learn_core(d, w->core, w->name, w->characters,
                                w->ncharacters, ret, err);
    else if (r == 0 && w->program) {
        char *more[] = { "-e", room->shows, NULL };
        r = start_program(room, w->program, more, err);
        if (r == 0) /* whatever its title: it is alone */
            r = from_terminal(d, w, room, room->fifo, NULL, ret, err);
    } else if (r == 0)
        r = from_terminal(d, w, room, w->tty, w->window, ret, err);
    rpa_display_close(d);
    return r;
}

static int save(const struct rpa_font_lesson *l, const char *path,
                struct rpa_err *err)
{
    FILE *f = fopen(path, "we");
    if (!f)
        return rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    bool good = fwrite(l->file.data, 1, l->file.len, f) == l->file.len;
    if (fclose(f) != 0 || !good)
        return rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    return 0;
}

static int run_learn(const struct wish *w)
{
    struct room room = { 0 };
    struct rpa_font_lesson l = { 0 };
    struct rpa_err err;
    char path[400];
    signal(SIGPIPE, SIG_IGN); /* rpa_display_open() wants it so */
    snprintf(path, sizeof path, "bots/common/fonts/%s.font", w->name);
    if (w->out)
        snprintf(path, sizeof path, "%s", w->out);
    else
        mkdir("bots/common/fonts", 0755); /* if there is a bots/common */
    int r = learn(w, &room, &l, &err);
    leave(&room);
    if (r == 0)
        r = save(&l, path, &err);
    if (r == 0) {
        printf("%s: %zu glyphs ", path, l.nglyphs);
        if (l.cw)
            printf("of %dx%d", l.cw, l.ch);
        else
            printf("in lines of %d", l.ch);
        printf(" pixels, %s; %zu characters are drawn as nothing\n",
               l.channels > 1 ? "subpixel" : "grey or plain", l.nblank);
        if (l.alike.len)
            printf("These look alike:\n%s", l.alike.data);
    } else
        rpa_log_err(&err);
    rpa_font_lesson_clear(&l);
    return r == 0 ? 0 : rpa_code_exit(err.code);
}

static int run_check(const char *path)
{
    struct rpa_err err;
    char *text = NULL;
    size_t len;
    int r = rpa_read_file(path, FILE_MOST, &text, &len, &err);
    if (r == 0)
        r = rpa_font_check(text, len, &err);
    free(text);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    printf("%s: good\n", path);
    return 0;
}

/* a name is a file's, and a word of the file */
static bool good_name(const char *name)
{
    return name[0] && strlen(name) < 100 && !strpbrk(name, "/\n") &&
           name[0] != '.' && name[0] != '-';
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Those of @text, and of @n that are there; false: no UTF-8, or too many. */
static bool take_characters(const char *text, uint32_t *room, size_t n,
                            struct wish *w)
{
    size_t len = strlen(text);
    if (!rpa_utf8_valid(text, len) ||
        rpa_utf8_count(text, len) + n > CHARACTERS_MOST)
        return false;
    for (size_t i = 0; i < len;)
        i += rpa_utf8_decode(text + i, len - i, &room[n++]);
    qsort(room, n, sizeof *room, by_value);
    w->characters = room;
    for (size_t i = 0; i < n; i++)
        if (!i || room[i] != room[i - 1])
            room[w->ncharacters++] = room[i];
    return true;
}

int cmd_font(int argc, char **argv, const char *state_dir)
{
    static const struct option options[] = {
        { "out", required_argument, NULL, 'o' },
        { "core", required_argument, NULL, 'c' },
        { "display", required_argument, NULL, 'd' },
        { "window", required_argument, NULL, 'w' },
        { "tty", required_argument, NULL, 't' },
        { "entry", required_argument, NULL, 'e' },
        { "characters", required_argument, NULL, 'C' },
        { "also", required_argument, NULL, 'a' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct wish w = { 0 };
    uint32_t room[CHARACTERS_MOST];
    const char *characters = NULL, *also = NULL;
    int opt;
    bool bad = false;
    (void)state_dir;
    optind = 1;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (opt == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        bad |= opt == '?';
        *(opt == 'o'   ? &w.out
          : opt == 'c' ? &w.core
          : opt == 'd' ? &w.display
          : opt == 'w' ? &w.window
          : opt == 'e' ? &w.entry
          : opt == 'C' ? &characters
          : opt == 'a' ? &also
                       : &w.tty) = optarg;
    }
    bad |= characters && !take_characters(characters, room, 0, &w);
    bad |= also && (characters || w.entry ||
                    !take_characters(also, room, rpa_font_usual(room), &w));
    int left = argc - optind;
    char **word = argv + optind;
    if (!bad && left == 2 && !strcmp(word[0], "check"))
        return run_check(word[1]);
    if (!bad && left >= 2 && !strcmp(word[0], "learn") && good_name(word[1])) {
        w.name = word[1];
        w.program = left > 2 ? word + 2 : NULL;
        if (w.entry ? !w.core && !w.tty && !!w.program + !!w.display == 1
                    : !!w.program + !!w.core + (w.window && w.tty) == 1)
            return run_learn(&w);
    }
    fputs(usage, stderr);
    return 2;
}
