#include "rpa/net/mail.h"
#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"
#include "priv.h"

#include <string.h>

#define NAME                                                                   \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+"

bool rpa_mail_is_address(const char *text)
{
    size_t name = strspn(text, NAME);
    size_t host = text[name] == '@' ? strspn(text + name + 1, NAME) : 0;
    return name && host && !text[name + 1 + host] && name + host < 250;
}

bool rpa_mail_is_server(const char *text)
{
    size_t skip = !strncmp(text, "smtp://", 7)    ? 7
                  : !strncmp(text, "smtps://", 8) ? 8
                                                  : 0;
    return skip && text[skip] && strlen(text) < 256 &&
           !text[skip + strspn(text + skip, NAME ":[]")];
}

static int check(const struct rpa_mail *mail, struct rpa_err *err)
{
    if (!rpa_mail_is_server(mail->server))
        return rpa_fail(err, RPA_EINVAL, "a mail server is smtp://HOST:PORT or "
                                         "smtps://HOST:PORT");
    bool fine = rpa_mail_is_address(mail->from) && mail->nto;
    for (size_t i = 0; i < mail->nto; i++)
        fine = fine && rpa_mail_is_address(mail->to[i]);
    if (!fine)
        return rpa_fail(err, RPA_EINVAL, "a mail wants addresses as "
                                         "name@host.example");
    if (!rpa_utf8_valid(mail->text, strlen(mail->text)))
        return rpa_fail(err, RPA_EINVAL, "a mail's text is UTF-8");
    return 0;
}

/* ---- the message ---- */

/* A header holds printable ASCII; what else there is becomes a question mark. */
static void put_header(struct rpa_buf *out, const char *name, const char *value)
{
    rpa_buf_printf(out, "%s: ", name);
    for (; *value; value++)
        rpa_buf_putc(out, *value >= ' ' && *value <= '~' ? *value : '?');
    rpa_buf_puts(out, "\r\n");
}

static void put_message(struct rpa_buf *out, const struct rpa_mail *mail)
{
    put_header(out, "From", mail->from);
    for (size_t i = 0; i < mail->nto; i++)
        rpa_buf_printf(out, "%s%s%s", i ? ",\r\n " : "To: ", mail->to[i],
                       i + 1 < mail->nto ? "" : "\r\n");
    put_header(out, "Subject", mail->subject);
    put_header(out, "Date", mail->date);
    rpa_buf_printf(out, "Message-ID: <%s>\r\n", mail->id);
    rpa_buf_puts(out, "Auto-Submitted: auto-generated\r\n"
                      "MIME-Version: 1.0\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: 8bit\r\n\r\n");
    for (const char *at = mail->text; *at;) {
        size_t line = strcspn(at, "\n");
        rpa_buf_add(out, at, line);
        rpa_buf_puts(out, "\r\n");
        at += line + (at[line] == '\n');
    }
}

struct reading {
    const char *at;
    size_t left;
};

static size_t on_read(char *out, size_t size, size_t n, void *user)
{
    struct reading *r = user;
    size_t len = size * n < r->left ? size * n : r->left;
    memcpy(out, r->at, len);
    r->at += len;
    r->left -= len;
    return len;
}

/* ---- the exchange ---- */

static struct curl_slist *list_of(const struct rpa_mail *mail)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < mail->nto; i++) {
        struct curl_slist *more = curl_slist_append(list, mail->to[i]);
        if (!more) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = more;
    }
    return list;
}

static CURLcode set_up(CURL *c, const struct rpa_mail *mail,
                       struct curl_slist *to, struct reading *reading)
{
    CURLcode cc;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_USE_SSL,
                     mail->plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)mail->timeout_ms);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)mail->timeout_ms);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, reading);
    if ((cc = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps")) ||
        (cc = curl_easy_setopt(c, CURLOPT_PROXY, "")) ||
        (cc = curl_easy_setopt(c, CURLOPT_URL, mail->server)) ||
        (cc = curl_easy_setopt(c, CURLOPT_MAIL_FROM, mail->from)))
        return cc;
    if (mail->user && ((cc = curl_easy_setopt(c, CURLOPT_USERNAME, mail->user)) ||
                       (cc = curl_easy_setopt(c, CURLOPT_PASSWORD,
                                              mail->password))))
        return cc;
    if (!mail->ca_file)
        return CURLE_OK;
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    return curl_easy_setopt(c, CURLOPT_CAINFO, mail->ca_file);
}

static int failed(CURL *c, const struct rpa_mail *mail, CURLcode cc,
                  struct rpa_err *err)
{
    long reply = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &reply);
    if (cc == CURLE_OPERATION_TIMEDOUT)
        return rpa_fail(err, RPA_ETIMEOUT, "%s: no answer in %d ms",
                        mail->server, mail->timeout_ms);
    if (cc == CURLE_OUT_OF_MEMORY)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a mail");
    if (reply < 400)
        return rpa_fail(err, RPA_EHTTP, "%s: %s", mail->server,
                        curl_easy_strerror(cc));
    rpa_fail(err, RPA_EPERM, "%s refuses the mail: %ld", mail->server, reply);
    if (err)
        err->native = (int)reply;
    return rpa_err_hint(err, reply < 500 ? "it may take it later"
                                         : "its log says why");
}

static int exchange(const struct rpa_mail *mail, struct reading *reading,
                    struct rpa_err *err)
{
    CURL *c = curl_easy_init();
    struct curl_slist *to = list_of(mail);
    CURLcode cc = c && to ? set_up(c, mail, to, reading) : CURLE_OUT_OF_MEMORY;
    if (cc == CURLE_OK)
        cc = curl_easy_perform(c);
    int r = cc ? failed(c, mail, cc, err) : 0;
    curl_slist_free_all(to);
    curl_easy_cleanup(c);
    return r;
}

int rpa_mail_send(const struct rpa_mail *mail, struct rpa_err *err)
{
    struct rpa_buf message = { 0 };
    int r = check(mail, err);
    if (r < 0)
        return r;
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return rpa_fail(err, RPA_ENOMEM, "libcurl does not start");
    put_message(&message, mail);
    struct reading reading = { message.data, message.len };
    r = message.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a mail")
                       : exchange(mail, &reading, err);
    rpa_buf_clear(&message);
    curl_global_cleanup();
    return r;
}
