#include "rpa/watch/deliver.h"
#include "rpa/base/time.h"
#include "rpa/config/file.h"
#include "rpa/net/http.h"
#include "rpa/net/mail.h"
#include "rpa/role/spawn.h"
#include "rpa/vault/secret.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 20, CA_MAX = 1 << 20 };

/* ---- what it says ---- */

void deliver_words(const struct rpa_letter *letter, struct rpa_buf *out)
{
    const struct rpa_alert *a = &letter->alert;
    rpa_buf_printf(out, "%s: %s: %s%s", rpa_alert_name(a->kind), a->about,
                   letter->over ? "over; it was: " : "", a->text);
}

/* "2026-11-22T01:30:00Z"; "" for 0 */
static char *iso(int64_t t, char out[static 28])
{
    out[0] = '\0';
    if (t) {
        rpa_time_iso(t * 1000000, out);
        strcpy(out + 19, "Z");
    }
    return out;
}

/* A letter, as every channel has it */
struct facts {
    char host[256], id[320], since[28], until[28];
    const char *event;
};

static void gather(const struct rpa_letter *letter, struct facts *f)
{
    if (gethostname(f->host, sizeof f->host - 1) < 0 || !f->host[0])
        strcpy(f->host, "localhost");
    f->host[sizeof f->host - 1] = '\0';
    snprintf(f->id, sizeof f->id, "rpa.%lld.%lld@%s", (long long)letter->id,
             (long long)letter->began, f->host);
    f->event = letter->over ? "over" : "begins";
    iso(letter->began, f->since);
    iso(letter->ended, f->until);
}

/* ---- secrets ---- */

/* NULL in *@ret where @said names none */
static int get_secret(const char *state_dir, const cbor_item_t *said,
                      struct rpa_secret **ret, struct rpa_err *err)
{
    char name[65];
    struct rpa_vault *vault = NULL;
    *ret = NULL;
    if (!rpa_msg_copy(said, "secret", name, sizeof name))
        return 0;
    int r = rpa_vault_open(state_dir, &vault, err);
    if (r == 0)
        r = rpa_vault_get(vault, name, ret, err);
    if (r == -RPA_ENOTFOUND)
        rpa_err_hint(err, "set it with: rpa secret set %s", name);
    rpa_vault_close(vault);
    return r;
}

static const char *secret_text(const struct rpa_secret *secret)
{
    size_t len;
    return secret ? rpa_secret_bytes(secret, &len) : NULL;
}

/* ---- a mail ---- */

struct addresses {
    char text[ALERT_LIST_MAX][256];
    const char *list[ALERT_LIST_MAX];
    size_t n;
};

static void take_addresses(const cbor_item_t *said, struct addresses *to)
{
    size_t n, len;
    cbor_item_t **list = rpa_msg_array(said, "to", &n);
    for (size_t i = 0; i < n && to->n < ALERT_LIST_MAX; i++) {
        const char *text = rpa_cbor_text(list[i], &len);
        snprintf(to->text[to->n], sizeof *to->text, "%.*s", (int)len, text);
        to->list[to->n] = to->text[to->n];
        to->n++;
    }
}

static void write_mail(const struct rpa_letter *letter, const struct facts *f,
                       struct rpa_buf *subject, struct rpa_buf *text)
{
    const struct rpa_alert *a = &letter->alert;
    rpa_buf_printf(subject, "[rpa %s] %s%s: %s", f->host,
                   letter->over ? "over: " : "", rpa_alert_name(a->kind),
                   a->about);
    deliver_words(letter, text);
    rpa_buf_printf(text, "\n\nsince %s", f->since);
    if (*f->until)
        rpa_buf_printf(text, "\nuntil %s", f->until);
    rpa_buf_printf(text,
                   "\nhost  %s\n\nOn that host: rpa alert list, rpa status, "
                   "rpa schedule list, rpa queue list\n",
                   f->host);
}

static int send_mail(const cbor_item_t *said, const struct rpa_letter *letter,
                     const struct facts *f, const struct rpa_secret *secret,
                     struct rpa_err *err)
{
    struct addresses to = { .n = 0 };
    struct rpa_buf subject = { 0 }, text = { 0 };
    char server[256], from[256], user[256], ca[4096], date[48];
    struct tm tm;
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000",
             gmtime_r(&now, &tm));
    rpa_msg_copy(said, "server", server, sizeof server);
    rpa_msg_copy(said, "from", from, sizeof from);
    take_addresses(said, &to);
    write_mail(letter, f, &subject, &text);
    struct rpa_mail mail = {
        .server = server, .from = from, .to = to.list, .nto = to.n,
        .subject = subject.data, .text = text.data, .id = f->id, .date = date,
        .timeout_ms = DELIVER_MS, .password = secret_text(secret),
    };
    rpa_msg_bool(said, "plain", &mail.plain);
    if (mail.password && rpa_msg_copy(said, "user", user, sizeof user))
        mail.user = user;
    if (rpa_msg_copy(said, "ca", ca, sizeof ca))
        mail.ca_file = ca;
    int r = subject.failed || text.failed
                ? rpa_fail(err, RPA_ENOMEM, "no memory for a mail")
                : rpa_mail_send(&mail, err);
    rpa_buf_clear(&subject);
    rpa_buf_clear(&text);
    return r;
}

/* ---- a POST ---- */

static int post(const char *url, const char *authority, const char *body,
                const struct rpa_secret *secret, struct rpa_err *err)
{
    static const struct rpa_http_header json[] = {
        { "Content-Type", "application/json" },
    };
    struct rpa_http *http = NULL;
    struct rpa_http_response answer;
    char *bearer = NULL;
    const char *token = secret_text(secret);
    if (token && asprintf(&bearer, "Bearer %s", token) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an alert");
    const struct rpa_http_request ask = {
        .method = "POST", .url = url, .headers = json, .nheaders = 1,
        .body = body, .body_len = strlen(body), .timeout_ms = DELIVER_MS,
        .max_body = ANSWER_MAX, .authorization = bearer,
    };
    int r = rpa_http_new(authority, NULL, &http, err);
    if (r == 0)
        r = rpa_http_do(http, &ask, &answer, err);
    rpa_http_free(http);
    if (bearer)
        explicit_bzero(bearer, strlen(bearer));
    free(bearer);
    if (r < 0)
        return r;
    long status = answer.status;
    rpa_http_response_clear(&answer);
    return status / 100 == 2
               ? 0
               : rpa_fail(err, RPA_EHTTP, "the webhook answers %ld", status);
}

static int send_post(const cbor_item_t *said, const struct rpa_letter *letter,
                     const struct facts *f, const struct rpa_secret *secret,
                     struct rpa_err *err)
{
    const struct rpa_alert *a = &letter->alert;
    char ca[4096], *authority = NULL;
    char *url = rpa_msg_dup(said, "url");
    size_t len;
    json_t *json = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", f->id, "event", f->event,
        "kind", rpa_alert_name(a->kind), "about", a->about, "text", a->text,
        "since", f->since, "until", f->until, "host", f->host);
    char *body = json ? json_dumps(json, JSON_COMPACT) : NULL;
    int r = url && body ? 0
                        : rpa_fail(err, RPA_ENOMEM, "no memory for a webhook");
    if (r == 0 && rpa_msg_copy(said, "ca", ca, sizeof ca))
        r = rpa_read_file(ca, CA_MAX, &authority, &len, err);
    if (r == 0)
        r = post(url, authority, body, secret, err);
    free(authority);
    free(body);
    json_decref(json);
    free(url);
    return r;
}

/* ---- a program ---- */

static int wait_for(pid_t pid, struct rpa_err *err)
{
    siginfo_t si = { 0 };
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    bool over = fd >= 0 && poll(&p, 1, DELIVER_MS) == 1;
    if (fd >= 0)
        close(fd);
    if (!over) {
        rpa_spawn_end(pid);
        return rpa_fail(err, RPA_ETIMEOUT, "the command did not end in %d s",
                        DELIVER_MS / 1000);
    }
    waitid(P_PID, (id_t)pid, &si, WEXITED);
    return si.si_code == CLD_EXITED && si.si_status == 0
               ? 0
               : rpa_fail(err, RPA_EIO, "the command ended with %s %d",
                          rpa_spawn_how(si.si_code), si.si_status);
}

static char *variable(const char *name, const char *value)
{
    char *text = NULL;
    return asprintf(&text, "%s=%s", name, value) < 0 ? NULL : text;
}

static int start(char **argv, const struct rpa_letter *letter,
                 const struct facts *f, pid_t *ret_pid, struct rpa_err *err)
{
    const struct rpa_alert *a = &letter->alert;
    const char *path = getenv("PATH");
    char *env[] = {
        variable("PATH", path ? path : "/usr/bin:/bin"),
        variable("RPA_ALERT_ID", f->id),
        variable("RPA_ALERT_EVENT", f->event),
        variable("RPA_ALERT_KIND", rpa_alert_name(a->kind)),
        variable("RPA_ALERT_ABOUT", a->about),
        variable("RPA_ALERT_TEXT", a->text),
        variable("RPA_ALERT_SINCE", f->since),
        variable("RPA_ALERT_UNTIL", f->until),
        variable("RPA_ALERT_HOST", f->host),
        NULL,
    };
    size_t n = sizeof env / sizeof *env - 1;
    const struct rpa_spawn spawn = { .path = argv[0], .argv = argv, .envp = env,
                                     .fds = { -1, -1, -1, -1 },
                                     .output = STDERR_FILENO };
    bool whole = true;
    for (size_t i = 0; i < n; i++)
        whole = whole && env[i];
    int r = whole ? rpa_spawn(&spawn, ret_pid, err)
                  : rpa_fail(err, RPA_ENOMEM, "no memory for a command");
    for (size_t i = 0; i < n; i++)
        free(env[i]);
    return r;
}

static int run_command(const cbor_item_t *said,
                       const struct rpa_letter *letter, const struct facts *f,
                       const struct rpa_secret *secret, struct rpa_err *err)
{
    char *argv[ALERT_LIST_MAX + 1] = { NULL };
    size_t n, len;
    pid_t pid = 0;
    cbor_item_t **list = rpa_cbor_elements(said, &n);
    (void)secret;
    for (size_t i = 0; i < n && i < ALERT_LIST_MAX; i++) {
        const char *text = rpa_cbor_text(list[i], &len);
        argv[i] = strndup(text ? text : "", text ? len : 0);
    }
    int r = argv[0] ? start(argv, letter, f, &pid, err)
                    : rpa_fail(err, RPA_EINVAL, "the command is empty");
    for (size_t i = 0; i < ALERT_LIST_MAX; i++)
        free(argv[i]);
    return r == 0 ? wait_for(pid, err) : r;
}

/* ---- one of them ---- */

static const struct {
    const char *channel;
    int (*send)(const cbor_item_t *said, const struct rpa_letter *letter,
                const struct facts *f, const struct rpa_secret *secret,
                struct rpa_err *err);
} channels[ALERT_CHANNELS] = {
    { "mail", send_mail },
    { "webhook", send_post },
    { "command", run_command },
};

int deliver(const struct alert_conf *conf, const char *state_dir,
            const struct rpa_letter *letter, struct rpa_err *err)
{
    const cbor_item_t *said = rpa_msg_get(conf->said, letter->channel);
    struct rpa_secret *secret = NULL;
    struct facts facts = { .host = "" };
    size_t i = 0;
    while (i < ALERT_CHANNELS && strcmp(channels[i].channel, letter->channel))
        i++;
    if (!said || i == ALERT_CHANNELS)
        return rpa_fail(err, RPA_ENOTFOUND, "rpa.conf has no alerts.%s",
                        letter->channel);
    int r = cbor_isa_map(said) ? get_secret(state_dir, said, &secret, err) : 0;
    if (r == 0) {
        gather(letter, &facts);
        r = channels[i].send(said, letter, &facts, secret, err);
    }
    rpa_secret_free(secret);
    return r;
}
