#include "rpa/config/alert_conf.h"
#include "rpa/config/schema_row.h"
#include "rpa/net/http.h"
#include "rpa/net/mail.h"

#define SECONDS(name, doc, least_, otherwise_)                                 \
    ROW(INT, name, false, doc, .unit = "s", .least = least_, .most = 31536000, \
        .otherwise = otherwise_)
#define AUTHORITY                                                              \
    TEXT("ca", false, "a file of authorities (PEM) to trust and no others")

static bool is_url(const char *text)
{
    char host[256];
    int port;
    struct rpa_err ignored;
    return rpa_http_url_host(text, host, sizeof host, &port, &ignored) == 0;
}

static const struct rpa_schema mail[] = {
    ROW(TEXT, "server", true, "who takes it",
        .unit = "smtp://HOST[:PORT] or smtps://HOST[:PORT]",
        .fits = rpa_mail_is_server),
    ROW(TEXT, "from", true, "from whom", .unit = "NAME@HOST",
        .fits = rpa_mail_is_address),
    ROW(TEXTS, "to", true, "to whom", .unit = "NAME@HOST", .least = 1,
        .most = ALERT_LIST_MAX, .fits = rpa_mail_is_address),
    BOOL("plain", "smtp:// without STARTTLS will do"),
    TEXT("user", false, "who it signs on as"),
    TEXT("secret", false, "and the secret (rpa secret) with its password"),
    AUTHORITY,
    END,
};

static const struct rpa_schema webhook[] = {
    ROW(TEXT, "url", true, "where the JSON is sent", .unit = "a URL",
        .fits = is_url),
    TEXT("secret", false, "the secret (rpa secret) that is its bearer token"),
    AUTHORITY,
    END,
};

const struct rpa_schema alert_rows[] = {
    { "mail", RPA_SCHEMA_MAP, false, mail, "a mail by SMTP" },
    { "webhook", RPA_SCHEMA_MAP, false, webhook, "a POST of JSON" },
    ROW(TEXTS, "command", false,
        "a program and its arguments, as the daemon's user", .least = 1,
        .most = ALERT_LIST_MAX),
    SECONDS("queue_age_s", "an item that is ready waits too long after this", 1,
            "86400"),
    SECONDS("deadline_s", "an item that is not done has less time left", 1,
            "7200"),
    ROW(INT, "disk_mib", false, "less is free where the state directory is",
        .unit = "MiB", .least = 1, .most = 1000000000, .otherwise = "1024"),
    SECONDS("every_s", "how often it is looked", 1, "60"),
    SECONDS("calm_s", "what was away for so long is over", 1, "300"),
    END,
};

void alert_conf_read(const cbor_item_t *said, struct alert_conf *ret)
{
    static const char *const names[ALERT_CHANNELS] = { "mail", "webhook",
                                                       "command" };
    *ret = (struct alert_conf){ .said = said, .queue_age_s = 86400,
                                .deadline_s = 7200, .disk_mib = 1024,
                                .every_s = 60, .calm_s = 300 };
    rpa_msg_int(said, "queue_age_s", &ret->queue_age_s);
    rpa_msg_int(said, "deadline_s", &ret->deadline_s);
    rpa_msg_int(said, "disk_mib", &ret->disk_mib);
    rpa_msg_int(said, "every_s", &ret->every_s);
    rpa_msg_int(said, "calm_s", &ret->calm_s);
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        if (rpa_msg_get(said, names[i]))
            ret->channels[ret->nchannels++] = names[i];
}
