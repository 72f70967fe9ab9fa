/* A stand-in for the system that online crime reports come from: serves what
 * report_gen.h describes on 127.0.0.1, with faults on demand.
 *
 *   report_source [--port 0] [--reports 25] [--seed 1] [--file TRUTH.jsonl]
 *                 [--json] [--whole FILE] [--fail ID=500|timeout|cut|laughs] …
 *
 * --json: JSON instead of XML; --whole: all reports in one file of that kind.
 *
 * ID is a report's, or the word `list`. Prints `port N` once it listens;
 * SIGTERM or SIGINT ends it.
 */
#include "report_gen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAULTS = 32, MAX_STALLED = 64 };

struct source {
    struct report_set set;
    bool json;
    struct fault {
        const char *id;
        enum MHD_Result (*answer)(struct source *, struct MHD_Connection *,
                                  const char *whole);
    } faults[MAX_FAULTS];
    size_t nfaults;
    pthread_mutex_t lock; /* guards what follows */
    struct MHD_Connection *stalled[MAX_STALLED];
    size_t nstalled;
    bool ending;
};

static enum MHD_Result send_text(struct MHD_Connection *c, unsigned status,
                                 const char *type, const char *text, size_t len)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        len, (void *)text, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result sent = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return sent;
}

static enum MHD_Result send_doc(const struct source *s,
                                struct MHD_Connection *c, const char *doc,
                                size_t len)
{
    return send_text(c, 200,
                     s->json ? "application/json"
                             : "application/xml; charset=utf-8",
                     doc, len);
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned status,
                              const char *why)
{
    return send_text(c, status, "text/plain", why, strlen(why));
}

static enum MHD_Result fail_500(struct source *s, struct MHD_Connection *c,
                                const char *whole)
{
    (void)s;
    (void)whole;
    return refuse(c, 500, "internal error\n");
}

/* No answer until the end of the program */
static enum MHD_Result fail_timeout(struct source *s, struct MHD_Connection *c,
                                    const char *whole)
{
    (void)whole;
    pthread_mutex_lock(&s->lock);
    bool stall = !s->ending && s->nstalled < MAX_STALLED;
    if (stall) {
        s->stalled[s->nstalled++] = c;
        MHD_suspend_connection(c);
    }
    pthread_mutex_unlock(&s->lock);
    return stall ? MHD_YES : refuse(c, 503, "ending\n");
}

/* The first half, said to be all there is */
static enum MHD_Result fail_cut(struct source *s, struct MHD_Connection *c,
                                const char *whole)
{
    return send_doc(s, c, whole, strlen(whole) / 2);
}

static enum MHD_Result fail_laughs(struct source *s, struct MHD_Connection *c,
                                   const char *whole)
{
    (void)whole;
    char *xml = NULL;
    size_t size;
    FILE *f = open_memstream(&xml, &size);
    if (!f)
        return MHD_NO;
    fputs("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n"
          " <!ENTITY lol0 \"lol\">\n",
          f);
    for (int i = 1; i < 10; i++) {
        fprintf(f, " <!ENTITY lol%d \"", i);
        for (int k = 0; k < 10; k++)
            fprintf(f, "&lol%d;", i - 1);
        fputs("\">\n", f);
    }
    fputs("]>\n<lolz>&lol9;</lolz>\n", f);
    enum MHD_Result sent = fclose(f) ? MHD_NO : send_doc(s, c, xml, size);
    free(xml);
    return sent;
}

static const struct {
    const char *name;
    enum MHD_Result (*answer)(struct source *, struct MHD_Connection *,
                              const char *);
} faults[] = { { "500", fail_500 },
               { "timeout", fail_timeout },
               { "cut", fail_cut },
               { "laughs", fail_laughs } };

static enum MHD_Result serve(void *cls, struct MHD_Connection *c,
                             const char *url, const char *method,
                             const char *version, const char *body,
                             size_t *body_len, void **state)
{
    (void)version;
    (void)body;
    (void)body_len;
    (void)state;
    struct source *s = cls;
    const char *id = "list", *whole = s->json ? s->set.json_list : s->set.list;
    if (strcmp(method, "GET"))
        return refuse(c, 405, "only GET\n");
    if (strcmp(url, "/reports")) {
        bool under = !strncmp(url, "/reports/", strlen("/reports/"));
        const struct report *one =
            under ? report_set_find(&s->set, url + strlen("/reports/")) : NULL;
        if (!one)
            return refuse(c, 404, "no such report\n");
        id = one->id;
        whole = s->json ? one->json : one->xml;
    }
    for (size_t i = 0; i < s->nfaults; i++)
        if (!strcmp(s->faults[i].id, id))
            return s->faults[i].answer(s, c, whole);
    return send_doc(s, c, whole, strlen(whole));
}

/* "ID=KIND" into the table; false when it is neither */
static bool add_fault(struct source *s, char *arg)
{
    char *kind = strrchr(arg, '=');
    if (!kind || s->nfaults == MAX_FAULTS)
        return false;
    *kind++ = '\0';
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (!strcmp(faults[i].name, kind)) {
            s->faults[s->nfaults++] = (struct fault){ arg, faults[i].answer };
            return true;
        }
    return false;
}

static bool write_truth(const struct report_set *set, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    bool good = true;
    for (size_t i = 0; i < set->n; i++)
        good &= !json_dumpf(set->reports[i].truth, f, JSON_COMPACT) &&
                fputc('\n', f) != EOF;
    return !fclose(f) && good;
}

static bool write_whole(const struct source *s, const char *path)
{
    FILE *f = fopen(path, "w");
    bool good = f && report_set_write(&s->set, s->json, f);
    return f && !fclose(f) && good;
}

static bool number(const char *text, unsigned long max, unsigned long *ret)
{
    char *end;
    errno = 0;
    *ret = strtoul(text, &end, 10);
    return !errno && end != text && !*end && *ret <= max;
}

/* Serve until a signal of @until comes; the exit status */
static int run(struct source *s, unsigned long port, const sigset_t *until)
{
    struct sockaddr_in loopback = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr = { htonl(INADDR_LOOPBACK) } };
    struct MHD_Daemon *d = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
        NULL, serve, s, MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_END);
    if (!d) {
        fprintf(stderr, "report_source: cannot listen on port %lu\n", port);
        return 8;
    }
    printf("port %u\n",
           MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    int signal;
    sigwait(until, &signal);
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    for (size_t i = 0; i < s->nstalled; i++)
        MHD_resume_connection(s->stalled[i]);
    pthread_mutex_unlock(&s->lock);
    MHD_stop_daemon(d);
    return 0;
}

static int usage(void)
{
    fputs("usage: report_source [--port N] [--reports N] [--seed N]"
          " [--file TRUTH.jsonl]\n"
          "                     [--json] [--whole FILE]\n"
          "                     [--fail ID=500|timeout|cut|laughs] ...\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "port", required_argument, NULL, 'p' },
        { "reports", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { "file", required_argument, NULL, 'f' },
        { "json", no_argument, NULL, 'j' },
        { "whole", required_argument, NULL, 'w' },
        { "fail", required_argument, NULL, 'x' },
        { 0 },
    };
    struct source s = { .lock = PTHREAD_MUTEX_INITIALIZER };
    unsigned long port = 0, n = 25, seed = 1;
    const char *file = NULL, *whole = NULL;
    bool good = true;
    int o;
    while (good && (o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'p')
            good = number(optarg, 65535, &port);
        else if (o == 'n')
            good = number(optarg, 100000, &n);
        else if (o == 's')
            good = number(optarg, ~0ul, &seed);
        else if (o == 'f')
            file = optarg;
        else if (o == 'j')
            s.json = true;
        else if (o == 'w')
            whole = optarg;
        else
            good = o == 'x' && add_fault(&s, optarg);
    }
    if (!good || optind < argc)
        return usage();

    sigset_t until; /* blocked before any thread is made */
    sigemptyset(&until);
    sigaddset(&until, SIGTERM);
    sigaddset(&until, SIGINT);
    pthread_sigmask(SIG_BLOCK, &until, NULL);
    report_set_init(&s.set, n, seed);
    int r = 8;
    if (file && !write_truth(&s.set, file))
        fprintf(stderr, "report_source: cannot write %s\n", file);
    else if (whole && !write_whole(&s, whole))
        fprintf(stderr, "report_source: cannot write %s\n", whole);
    else
        r = run(&s, port, &until);
    report_set_clear(&s.set);
    return r;
}
