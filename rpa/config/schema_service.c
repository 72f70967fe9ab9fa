/* What a manifest says of a web service. */
#include "rpa/config/schema_row.h"
#include "rpa/net/http.h"

#include <string.h>
#include <strings.h>

#define ANSWERS "found|not found|could not check|locked"

static const struct rpa_schema retry[] = {
    ROW(TEXTS, "on", true, "for which causes it is asked again",
        .oneof = "connect|429|502|503|504"),
    ROW(INT, "attempts", false, "at most", .least = 1, .most = 10,
        .otherwise = "3"),
    ROW(INT, "wait_ms", false, "before the second, then doubled", .unit = "ms",
        .least = 1, .most = 600000, .otherwise = "1000"),
    ROW(INT, "wait_max_ms", false,
        "at most, also when Retry-After wants longer: then it is not",
        .unit = "ms", .least = 1, .most = 600000, .otherwise = "60000"),
    TEXT("key", false, "the header with which a request may come twice"),
    END,
};

static bool is_status(const char *text)
{
    return strlen(text) == 3 && *text >= '1' && *text <= '5' &&
           (!strcmp(text + 1, "xx") || strspn(text, "0123456789") == 3);
}

/* What follows a class of a Lua pattern that begins at @p; NULL: none does. */
static const char *class_end(const char *p)
{
    if (*p != '[')
        return *p != '%' ? p + 1 : p[1] ? p + 2 : NULL;
    p += p[1] == '^' ? 2 : 1;
    do {
        if (!*p || (*p == '%' && !p[1]))
            return NULL;
        p += *p == '%' ? 2 : 1;
    } while (*p != ']');
    return p + 1;
}

/* Parentheses of a Lua pattern so far (LUA_MAXCAPTURES) */
struct captures {
    int n;
    bool open[32];
};

static bool open_capture(struct captures *c)
{
    if (c->n == 32)
        return false;
    c->open[c->n++] = true;
    return true;
}

static bool close_capture(struct captures *c)
{
    int i = c->n;
    while (i && !c->open[i - 1])
        i--;
    if (i)
        c->open[i - 1] = false;
    return i;
}

/* string.find() says what is malformed only where a text leads it there: all of
 * it is looked at here (Lua 5.4, 6.4.1). */
static bool is_pattern(const char *p)
{
    struct captures c = { 0 };
    p += *p == '^';
    while (p && *p) {
        if (*p == '(') {
            if (!open_capture(&c))
                return false;
            p++;
        } else if (*p == ')') {
            if (!close_capture(&c))
                return false;
            p++;
        } else if (p[0] == '%' && p[1] == 'b') {
            p = p[2] && p[3] ? p + 4 : NULL;
        } else if (p[0] == '%' && p[1] == 'f') {
            p = p[2] == '[' ? class_end(p + 2) : NULL;
        } else if (p[0] == '%' && p[1] >= '0' && p[1] <= '9') {
            int of = p[1] - '1';
            p = of >= 0 && of < c.n && !c.open[of] ? p + 2 : NULL;
        } else {
            p = class_end(p);
        }
    }
    return p && !close_capture(&c);
}

static const struct rpa_schema outcome[] = {
    ROW(TEXT, "is", true, "what the answer means", .oneof = ANSWERS),
    ROW(TEXTS, "status", true, "of which statuses",
        .unit = "statuses, such as \"200\" or \"5xx\"", .fits = is_status),
    ROW(TEXTS, "has", false, "patterns of Lua, all of which the body has",
        .unit = "well-formed patterns of Lua", .fits = is_pattern),
    ROW(TEXTS, "lacks", false, "patterns of Lua, none of which it has",
        .unit = "well-formed patterns of Lua", .fits = is_pattern),
    END,
};

bool rpa_schema_is_address(const char *text)
{
    return (!strncmp(text, "https://", 8) || !strncmp(text, "http://", 7)) &&
           !strpbrk(text, "?#@ ");
}

static bool is_path(const char *text)
{
    return *text == '/' && !strpbrk(text, "?# ");
}

/* one whose value may be a secret */
static bool is_header(const char *text)
{
    return rpa_http_may_set(text) && strcasecmp(text, "Content-Type") != 0;
}

#define LIMIT(name, doc, unit_, most_, otherwise_)                             \
    ROW(INT, name, false, doc, .unit = unit_, .least = 1, .most = most_,       \
        .otherwise = otherwise_)

const struct rpa_schema rpa_schema_service[] = {
    ROW(TEXT, "url", true, "where all its addresses begin",
        .unit = "https://HOST/…, or http:// without TLS", .fits = rpa_schema_is_address),
    ROW(TEXTS, "paths", false, "its paths, for the audit: /persons/{id}",
        .unit = "paths", .fits = is_path),
    ROW(TEXT, "verb", false, "what a look-up is, by DPA 2018 s.62",
        .oneof = "collection|consultation", .otherwise = "collection"),
    ROW(TEXT, "type", false, "of an answer that can be read",
        .oneof = "json|xml|text"),
    ROW(TEXT, "auth", false, "how we say who we are",
        .oneof = "basic|bearer|header|oauth2"),
    ROW(TEXT, "header", false, "of auth = \"header\": which one the secret is",
        .unit = "the name of a header that is a bot's to set", .fits = is_header,
        .otherwise = "X-Api-Key"),
    TEXT("secret", false, "the secret for that, bound to url (or token_url)"),
    TEXT("user", false, "whose it is: a name, or OAuth 2's client_id"),
    ROW(TEXT, "token_url", false, "OAuth 2: where tokens are", .unit = "a URL",
        .fits = rpa_schema_is_address),
    TEXT("scope", false, "OAuth 2: what for"),
    TEXT("certificate", false, "the secret with our certificate and key"),
    TEXT("certificate_password", false, "the secret that opens that"),
    LIMIT("timeout_ms", "for a whole answer", "ms", 3600000, "30000"),
    LIMIT("connect_ms", "for a connection", "ms", 3600000, "10000"),
    LIMIT("first_byte_ms", "for the answer to begin", "ms", 3600000, NULL),
    LIMIT("max_bytes", "of an answer, unpacked; 48 MiB of one that is neither "
          "streamed nor saved", "bytes", 1 << 30, "16777216"),
    { "retry", RPA_SCHEMA_MAP, false, retry, "when it is asked again" },
    { "outcomes", RPA_SCHEMA_MAPS, false, outcome,
      "what its answers mean, the first that fits; else it could not check" },
    END,
};
