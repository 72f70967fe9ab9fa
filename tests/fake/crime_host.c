/* crime_host: a stand-in for a legacy crime recording system, on TN3270. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cp1146.h"
#include "crime.h"
#include "tn3270.h"

enum { SESSIONS = 32 };

/** One connected terminal. While @due_ms is set the host "works": the reply is
 * made, but held back until then, and the terminal's keyboard stays locked. */
struct terminal {
    int fd;
    int64_t due_ms; /* monotonic; 0 when idle */
    bool ending;    /* close once everything is sent */
    struct tn tn;
    struct crime_session session;
};

struct server {
    struct crime_host host;
    int64_t work_ms, file_ms, late_ms;
    struct crime_session *late; /* to be filed at @late_at_ms; NULL: none */
    int64_t late_at_ms;
    const char *people, *search_log; /* files, or NULL */
    int listener, signals;
    struct terminal *terminal[SESSIONS];
};

static const char usage[] =
    "usage: crime_host [options]\n"
    "  --port N            listen on 127.0.0.1:N (0, the default: any free)\n"
    "  --people FILE       persons on file, as person_make writes crime.jsonl\n"
    "  --search-log FILE   append each search and look at them, a JSON line each\n"
    "  --file FILE         append accepted reports, one JSON object a line\n"
    "  --layout NAME       how it is laid out: central (default), north,\n"
    "                      south, east, west, isles\n"
    "  --mode MODE         LIVE, TRNG or DEMO (default), shown on each screen\n"
    "  --user U            default RPABOT\n"
    "  --password P        default demo1234\n"
    "  --work-ms MS        keyboard stays locked so long after each key\n"
    "  --file-ms MS        at least so long after the key that files a report\n"
    "  --justify-every N   ask for a justification about every N reports\n"
    "                      (default 10, 0 never)\n"
    "  --seed N            which reports those are\n"
    "  --list N            crimes on file (default 31)\n"
    "  --list-fault WHAT   no-mark, skip, stuck or lost-row\n"
    "  --drop-at TITLE     close when Enter arrives on that screen\n"
    "  --drop-before-file  close instead of filing\n"
    "  --drop-after-file   close after filing, before the confirmation\n"
    "  --drop-file-late MS close, and file it MS later\n"
    "  --drop-count N      so many times in all (default 1)\n";

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void hang_up(struct terminal **slot)
{
    close((*slot)->fd);
    free(*slot);
    *slot = NULL;
}

static void show(struct terminal *t)
{
    uint8_t buf[TN_RECORD_MAX];
    struct ds_out out = { .buf = buf, .cap = sizeof buf };
    crime_show(&t->session, &out);
    tn_send(&t->tn, buf, out.len);
    t->tn.out_full |= out.full;
}

/* the terminal has left, and the system goes on by itself */
static void file_later(struct server *srv, const struct terminal *t)
{
    srv->late = malloc(sizeof *srv->late);
    if (!srv->late)
        return;
    *srv->late = t->session;
    srv->late_at_ms = now_ms() + srv->late_ms;
}

static void file_late(struct server *srv)
{
    if (!srv->late || now_ms() < srv->late_at_ms)
        return;
    crime_file_add(srv->late);
    free(srv->late);
    srv->late = NULL;
}

static void work(struct server *srv, struct terminal *t)
{
    /* a terminal with a locked keyboard sends nothing; what does is ignored */
    if (t->due_ms || t->ending)
        return;
    unsigned long filed = srv->host.filed;
    enum crime_next next =
        crime_record(&t->session, t->tn.rec, t->tn.rec_len);
    if (next == CRIME_DROP_FILE_LATE)
        file_later(srv, t);
    if (next != CRIME_REPLY) {
        t->ending = true;
        return;
    }
    show(t);
    int64_t ms = srv->work_ms;
    if (srv->host.filed > filed && srv->file_ms > ms)
        ms = srv->file_ms;
    if (ms)
        t->due_ms = now_ms() + ms;
}

static void on_byte(struct server *srv, struct terminal *t, uint8_t byte)
{
    switch (tn_feed(&t->tn, byte)) {
    case TN_READY:
        crime_begin(&t->session, &srv->host, t->tn.term);
        show(t);
        break;
    case TN_RECORD:
        work(srv, t);
        break;
    case TN_BROKEN:
        t->ending = true;
        break;
    case TN_NONE:
        break;
    }
}

/* False when the terminal is gone. */
static bool receive(struct server *srv, struct terminal *t)
{
    uint8_t buf[2048];
    ssize_t n = recv(t->fd, buf, sizeof buf, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    for (ssize_t i = 0; i < n && !t->ending; i++)
        on_byte(srv, t, buf[i]);
    return n > 0 && !t->tn.out_full;
}

static bool sending(const struct terminal *t)
{
    return t->tn.out_len && !t->due_ms;
}

static bool transmit(struct terminal *t)
{
    ssize_t n =
        send(t->fd, t->tn.out, t->tn.out_len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    t->tn.out_len -= (size_t)n;
    memmove(t->tn.out, t->tn.out + n, t->tn.out_len);
    return true;
}

static void admit(struct server *srv)
{
    int fd = accept4(srv->listener, NULL, NULL, SOCK_CLOEXEC);
    for (int i = 0; fd >= 0 && i < SESSIONS; i++) {
        if (srv->terminal[i])
            continue;
        struct terminal *t = srv->terminal[i] = calloc(1, sizeof *t);
        if (!t)
            break;
        t->fd = fd;
        tn_start(&t->tn);
        return;
    }
    if (fd >= 0)
        close(fd);
}

static void serve(struct server *srv, struct terminal **slot, short events)
{
    struct terminal *t = *slot;
    bool alive = true;
    if (t->due_ms && now_ms() >= t->due_ms)
        t->due_ms = 0;
    if (events & (POLLIN | POLLHUP | POLLERR))
        alive = receive(srv, t);
    if (alive && sending(t))
        alive = transmit(t);
    if (!alive || (t->ending && !t->tn.out_len))
        hang_up(slot);
}

static int timeout_ms(const struct server *srv)
{
    int64_t left = -1, now = now_ms();
    if (srv->late)
        left = srv->late_at_ms > now ? srv->late_at_ms - now : 0;
    for (int i = 0; i < SESSIONS; i++) {
        const struct terminal *t = srv->terminal[i];
        if (!t || !t->due_ms)
            continue;
        int64_t mine = t->due_ms > now ? t->due_ms - now : 0;
        left = left < 0 || mine < left ? mine : left;
    }
    return (int)left;
}

/* Until a signal; 0, or -1 with errno. */
static int loop(struct server *srv)
{
    for (;;) {
        struct pollfd fds[2 + SESSIONS] = {
            { .fd = srv->signals, .events = POLLIN },
            { .fd = srv->listener, .events = POLLIN },
        };
        for (int i = 0; i < SESSIONS; i++) {
            const struct terminal *t = srv->terminal[i];
            fds[2 + i].fd = t ? t->fd : -1;
            fds[2 + i].events = t && sending(t) ? POLLIN | POLLOUT : POLLIN;
        }
        if (poll(fds, 2 + SESSIONS, timeout_ms(srv)) < 0 && errno != EINTR)
            return -1;
        if (fds[0].revents)
            return 0;
        file_late(srv);
        for (int i = 0; i < SESSIONS; i++)
            if (srv->terminal[i])
                serve(srv, &srv->terminal[i], fds[2 + i].revents);
        if (fds[1].revents)
            admit(srv);
    }
}

static int listen_on(struct server *srv, unsigned port)
{
    struct sockaddr_in addr = { .sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof addr;
    srv->listener =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (srv->listener < 0)
        return -1;
    setsockopt(srv->listener, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 },
               sizeof(int));
    if (bind(srv->listener, (struct sockaddr *)&addr, sizeof addr) < 0 ||
        listen(srv->listener, SESSIONS) < 0 ||
        getsockname(srv->listener, (struct sockaddr *)&addr, &len) < 0)
        return -1;
    printf("port %u\n", ntohs(addr.sin_port));
    return fflush(stdout) ? -1 : 0;
}

static int take_signals(struct server *srv)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -1;
    srv->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return srv->signals < 0 ? -1 : 0;
}

static const struct option options[] = {
    { "port", required_argument, NULL, 'p' },
    { "file", required_argument, NULL, 'f' },
    { "layout", required_argument, NULL, 'o' },
    { "mode", required_argument, NULL, 'm' },
    { "user", required_argument, NULL, 'u' },
    { "password", required_argument, NULL, 'w' },
    { "work-ms", required_argument, NULL, 'l' },
    { "file-ms", required_argument, NULL, 'n' },
    { "justify-every", required_argument, NULL, 'j' },
    { "seed", required_argument, NULL, 's' },
    { "list", required_argument, NULL, 'i' },
    { "list-fault", required_argument, NULL, 't' },
    { "drop-at", required_argument, NULL, 'd' },
    { "people", required_argument, NULL, 'P' },
    { "search-log", required_argument, NULL, 'L' },
    { "drop-before-file", no_argument, NULL, 'b' },
    { "drop-after-file", no_argument, NULL, 'a' },
    { "drop-file-late", required_argument, NULL, 'y' },
    { "drop-count", required_argument, NULL, 'c' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

static unsigned number(const char *text, unsigned max)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (errno || *end || end == text || *text == '-' || n > max) {
        fprintf(stderr, "crime_host: '%s' is not a number from 0 to %u\n", text,
                max);
        exit(2);
    }
    return (unsigned)n;
}

static const char *mode(const char *text)
{
    if (!strcmp(text, "LIVE") || !strcmp(text, "TRNG") || !strcmp(text, "DEMO"))
        return text;
    fprintf(stderr, "crime_host: --mode is LIVE, TRNG or DEMO, not '%s'\n",
            text);
    exit(2);
}

static const struct crime_layout *layout(const char *name)
{
    const struct crime_layout *found = crime_layout(name);
    if (found)
        return found;
    fprintf(stderr, "crime_host: --layout is central, north, south, east, west"
            " or isles, not '%s'\n",
            name);
    exit(2);
}

static void parse(int argc, char **argv, struct server *srv,
                  const char **ret_file, unsigned *ret_port)
{
    struct crime_options *opt = &srv->host.opt;
    int c;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        // clang-format off
        switch (c) {
        case 'p': *ret_port = number(optarg, 65535); break;
        case 'f': *ret_file = optarg; break;
        case 'P': srv->people = optarg; break;
        case 'L': srv->search_log = optarg; break;
        case 'o': opt->layout = layout(optarg); break;
        case 'm': opt->mode = mode(optarg); break;
        case 'u': opt->user = optarg; break;
        case 'w': opt->password = optarg; break;
        case 'l': srv->work_ms = number(optarg, 3600000); break;
        case 'n': srv->file_ms = number(optarg, 3600000); break;
        case 'j': opt->justify_every = number(optarg, 1000000); break;
        case 's': opt->seed = number(optarg, UINT_MAX); break;
        case 'i': opt->list = (int)number(optarg, 9999); break;
        case 't': opt->list_fault = optarg; break;
        case 'd': opt->drop_at = optarg; break;
        case 'b': opt->drop_before_file = true; break;
        case 'a': opt->drop_after_file = true; break;
        case 'y':
            opt->drop_file_late = true;
            srv->late_ms = number(optarg, 3600000);
            break;
        case 'c': srv->host.drops_left = (int)number(optarg, INT_MAX); break;
        case 'h': fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
        // clang-format on
    }
    if (optind != argc) {
        fputs(usage, stderr);
        exit(2);
    }
}

static void shut(struct server *srv)
{
    for (int i = 0; i < SESSIONS; i++)
        if (srv->terminal[i])
            hang_up(&srv->terminal[i]);
    free(srv->late);
    close(srv->listener);
    close(srv->signals);
    if (srv->host.fd >= 0)
        close(srv->host.fd);
    person_file_close(&srv->host.people);
}

int main(int argc, char **argv)
{
    struct server srv = {
        .host = { .opt = { .layout = &crime_central,
                           .mode = "DEMO",
                           .user = "RPABOT",
                           .password = "demo1234",
                           .justify_every = 10,
                           .list = 31 },
                  .drops_left = 1,
                  .fd = -1,
                  .people = { .log = -1 } },
    };
    const char *file = NULL;
    unsigned port = 0;
    parse(argc, argv, &srv, &file, &port);
    if (cp1146_init() < 0) {
        fputs("crime_host: iconv does not know IBM1146\n", stderr);
        return 1;
    }
    if (file && crime_file_open(&srv.host, file) < 0) {
        fprintf(stderr, "crime_host: %s: %s\n", file, strerror(errno));
        return 1;
    }
    if (srv.people &&
        person_file_open(&srv.host.people, srv.people, srv.search_log) < 0) {
        fprintf(stderr, "crime_host: %s or its log: %s\n", srv.people,
                strerror(errno));
        return 1;
    }
    if (take_signals(&srv) < 0 || listen_on(&srv, port) < 0 || loop(&srv) < 0) {
        fprintf(stderr, "crime_host: %s\n", strerror(errno));
        return 1;
    }
    shut(&srv);
    return 0;
}
