/* nominals_host: a stand-in for a legacy index of persons, on TN3270: a list
 * over many pages, and a screen a record that can be changed and filed. One
 * terminal at a time. What is filed goes to its own file, a line a record. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cp1146.h"
#include "nominals.h"

static bool transmit(int fd, struct tn *tn)
{
    for (size_t sent = 0; sent < tn->out_len;) {
        ssize_t n = send(fd, tn->out + sent, tn->out_len - sent, MSG_NOSIGNAL);
        if (n < 0)
            return false;
        sent += (size_t)n;
    }
    tn->out_len = 0;
    return !tn->out_full;
}

static bool on_byte(struct nominals_session *s, struct tn *tn, uint8_t byte)
{
    enum tn_event event = tn_feed(tn, byte);
    if (event == TN_RECORD)
        nominals_take(s, tn->rec, tn->rec_len);
    if (event == TN_READY || event == TN_RECORD)
        nominals_show(s, tn);
    return event != TN_BROKEN;
}

static void serve(int fd)
{
    static struct tn tn;
    struct nominals_session s = { .screen = SIGN_ON };
    uint8_t buf[2048];
    ssize_t n = 1;
    bool good = true;
    tn_start(&tn);
    while (good && transmit(fd, &tn) && (n = recv(fd, buf, sizeof buf, 0)) > 0)
        for (ssize_t i = 0; i < n && good; i++)
            good = on_byte(&s, &tn, buf[i]);
    close(fd);
}

static int listen_on_any(void)
{
    struct sockaddr_in addr = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof addr;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 ||
        listen(fd, 8) < 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
        return -1;
    printf("port %u\n", ntohs(addr.sin_port));
    return fflush(stdout) ? -1 : fd;
}

static const char usage[] =
    "usage: nominals_host --nominals FILE [--file FILE] [--mode MODE]\n"
    "  --nominals FILE  the records, a JSON object a line\n"
    "  --file FILE      each record that is filed is appended\n"
    "  --mode MODE      LIVE, TRNG or DEMO (default), shown on each screen\n";

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "nominals", required_argument, NULL, 'n' },
        { "file", required_argument, NULL, 'f' },
        { "mode", required_argument, NULL, 'm' },
        { 0 },
    };
    const char *nominals = NULL, *filed = NULL, *mode = "DEMO";
    int c, file = -1;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (c == 'n')
            nominals = optarg;
        else if (c == 'f')
            filed = optarg;
        else if (c == 'm')
            mode = optarg;
        else
            return fputs(usage, stderr), 2;
    if (!nominals || optind != argc)
        return fputs(usage, stderr), 2;
    if (cp1146_init() < 0)
        return fputs("nominals_host: iconv does not know IBM1146\n", stderr), 1;
    if (filed)
        file = open(filed, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    nominals_open(nominals, file, mode);
    int listener = listen_on_any(), fd;
    if (listener < 0 || (filed && file < 0)) {
        fprintf(stderr, "nominals_host: %s\n", strerror(errno));
        return 1;
    }
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        serve(fd);
    fprintf(stderr, "nominals_host: %s\n", strerror(errno));
    return 1;
}
