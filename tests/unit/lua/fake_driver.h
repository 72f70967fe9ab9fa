/* A driver with canned answers: a screen that never changes, a queue of a few
 * items, of which the first is in doubt. What
 * it was asked is kept as text, one call a line, for test.calls. */
#ifndef RPA_TESTS_UNIT_LUA_FAKE_DRIVER_H
#define RPA_TESTS_UNIT_LUA_FAKE_DRIVER_H

#include "rpa/ipc/msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct fake {
    int fd;
    struct rpa_buf calls; /* "name where\n" */
    char end[8192];       /* of run.end: "ok" or "CODE|where|msg|traceback" */
    char field[256];      /* last value set */
    int nth;              /* items given out since the queue was empty */
    bool quiet;           /* print nothing */
    cbor_item_t *pages;   /* what screen.table answers, one after the other: */
    size_t page;          /* set with test.pages */
    /* looks at the arguments first; may be NULL */
    int (*check)(const char *name, const cbor_item_t *args,
                 struct rpa_err *err);
};

static const char *const fake_lines[] = { "                    MAIN MENU   DEMO",
                                          " Option . . _",
                                          " CRIME REF CR26/000123 accepted",
                                          "  1  New crime report   │ 22) Search" };
enum { FAKE_ROWS = sizeof fake_lines / sizeof *fake_lines };

static cbor_item_t *fake_screen(void)
{
    cbor_item_t *screen = rpa_cbor_map(), *lines = rpa_cbor_array();
    for (size_t i = 0; i < FAKE_ROWS; i++)
        rpa_cbor_push(lines,
                      rpa_cbor_strn(fake_lines[i], strlen(fake_lines[i])));
    rpa_msg_put_item(screen, "lines", lines);
    rpa_msg_put_int(screen, "rows", FAKE_ROWS);
    rpa_msg_put_int(screen, "cols", 40);
    rpa_msg_put_item(screen, "cursor", cbor_new_null());
    return screen;
}

static int fake_wait(const cbor_item_t *args, cbor_item_t **ret,
                     struct rpa_err *err)
{
    size_t n;
    char text[100];
    cbor_item_t **any = rpa_msg_array(args, "any", &n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < FAKE_ROWS; k++)
            if (rpa_msg_copy(any[i], "text", text, sizeof text) &&
                strstr(fake_lines[k], text)) {
                *ret = fake_screen();
                rpa_msg_put_int(*ret, "index", (int64_t)i + 1);
                return 0;
            }
    rpa_fail(err, RPA_ETIMEOUT, "the screen did not come");
    return rpa_err_seen(err, "waited for 'X'; seen 'MAIN MENU'");
}

static int fake_field(struct fake *f, const cbor_item_t *args, const char *name,
                      cbor_item_t **ret, struct rpa_err *err)
{
    char label[64];
    rpa_msg_copy(args, "label", label, sizeof label);
    if (!strcmp(label, "Gone"))
        return rpa_fail(err, RPA_EWINDOW, "the window closed");
    if (!strcmp(label, "Nowhere"))
        return rpa_fail(err, RPA_ELABEL, "no label 'Nowhere' on the screen");
    if (!strcmp(name, "field.get")) {
        *ret = rpa_cbor_strn(f->field, strlen(f->field));
        return 0;
    }
    *ret = rpa_cbor_map();
    if (!strcmp(name, "field.secret"))
        return 0;
    size_t shown = 0;
    if (rpa_msg_copy(args, "behind", f->field, sizeof f->field))
        shown = strlen(f->field);
    if (!rpa_msg_copy(args, "value", f->field + shown, sizeof f->field - shown))
        return rpa_fail(err, RPA_EINVAL, "no value");
    if (!strcmp(f->field, "WRONG")) {
        rpa_fail(err, RPA_EREADBACK, "the screen shows another value");
        err->picture = 7;
        return -RPA_EREADBACK;
    }
    cbor_item_t *reasons = rpa_cbor_array(), *folds = rpa_cbor_array();
    if (strlen(f->field) > 35)
        rpa_cbor_push(reasons, rpa_cbor_strn("too_wide:Town", 13));
    rpa_msg_put_item(*ret, "folds", folds);
    rpa_msg_put_item(*ret, "reasons", reasons);
    return 0;
}

static int fake_http(const cbor_item_t *args, cbor_item_t **ret)
{
    static char big[200000];
    char url[200];
    rpa_msg_copy(args, "url", url, sizeof url);
    *ret = rpa_cbor_map();
    if (strstr(url, "/echo")) { /* what was sent is the answer */
        const char *status = strstr(url, "status=");
        size_t len = 0;
        const char *body = rpa_msg_bytes(args, "body", &len);
        cbor_item_t *headers = rpa_msg_get(args, "headers");
        rpa_msg_put_int(*ret, "status", status ? atoi(status + 7) : 200);
        rpa_msg_put_strn(*ret, "body", body ? body : "", len);
        rpa_msg_put_item(*ret, "headers",
                         headers ? cbor_incref(headers) : rpa_cbor_map());
        rpa_msg_put_str(*ret, "url", url);
        return 0;
    }
    rpa_msg_put_int(*ret, "status", strstr(url, "/500") ? 500 : 200);
    rpa_msg_put_int(*ret, "stream", 1);
    cbor_item_t *xml = rpa_cbor_map();
    rpa_msg_put_str(xml, "Content-Type", strstr(url, "/html") ? "text/html" : "text/xml");
    rpa_msg_put_item(*ret, "headers", xml);
    rpa_msg_put_bool(*ret, "redirected", strstr(url, "/elsewhere"));
    memset(big, 'x', sizeof big);
    if (strstr(url, "/big"))
        rpa_msg_put_strn(*ret, "body", big, sizeof big);
    else if (strstr(url, "/reports"))
        rpa_msg_put_str(*ret, "body",
                        "<l xmlns='urn:example:online-crime:1'><id>R-1</id>"
                        "</l>");
    else
        rpa_msg_put_strn(*ret, "body", "<a>\0</a>\xff", 9);
    return 0;
}

/* six bytes at most */
static cbor_item_t *fake_piece(const cbor_item_t *args, const char *all)
{
    int64_t at = 0;
    rpa_msg_int(args, "at", &at);
    size_t left = strlen(all) - (size_t)at, len = left < 6 ? left : 6;
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_strn(map, "data", all + at, len);
    rpa_msg_put_int(map, "next", at + (int64_t)len);
    rpa_msg_put_bool(map, "last", len == left);
    return map;
}

/* at most three a time: a real one stops at many bytes; no answer from /gone */
static int fake_https(const cbor_item_t *args, cbor_item_t **ret)
{
    size_t n;
    char url[200];
    struct rpa_err err;
    cbor_item_t **all = rpa_msg_array(args, "requests", &n);
    *ret = rpa_cbor_array();
    rpa_fail(&err, RPA_EGONE, "cut");
    for (size_t i = 0; i < n && i < 3; i++) {
        cbor_item_t *one = rpa_cbor_map(), *answer = NULL;
        rpa_msg_copy(all[i], "url", url, sizeof url);
        if (strstr(url, "/gone"))
            rpa_msg_put_err(one, &err);
        else if (fake_http(all[i], &answer) == 0)
            rpa_msg_put_item(one, "ok", answer);
        rpa_cbor_push(*ret, one);
    }
    return 0;
}

static int fake_table(struct fake *f, cbor_item_t **ret, struct rpa_err *err)
{
    size_t n;
    cbor_item_t **pages = rpa_cbor_elements(f->pages, &n);
    if (f->page >= n)
        return rpa_fail(err, RPA_ESCREEN, "no other page came");
    *ret = cbor_incref(pages[f->page++]);
    return 0;
}

static void fake_end(struct fake *f, const cbor_item_t *args)
{
    bool good = false;
    cbor_item_t *e = rpa_msg_get(args, "error");
    if (rpa_msg_bool(args, "ok", &good) && good) {
        strcpy(f->end, "ok");
        return;
    }
    char code[32], where[200], msg[400], trace[4200];
    rpa_msg_copy(e, "code", code, sizeof code);
    rpa_msg_copy(e, "where", where, sizeof where);
    rpa_msg_copy(e, "msg", msg, sizeof msg);
    rpa_msg_copy(e, "traceback", trace, sizeof trace);
    snprintf(f->end, sizeof f->end, "%s|%s|%s|%s", code, where, msg, trace);
}

/* one to look for if the bot does, then those of the queue's name: "a b c" */
static cbor_item_t *fake_next(struct fake *f, const cbor_item_t *args)
{
    char queue[64], payload[100];
    bool looks = false;
    cbor_item_t *next = rpa_cbor_map();
    rpa_msg_bool(args, "looks", &looks);
    rpa_msg_copy(args, "queue", queue, sizeof queue);
    const char *at = queue;
    for (int i = looks; i < f->nth && *at; i++)
        at += strcspn(at, " ") + (at[strcspn(at, " ")] == ' ');
    size_t len = strcspn(at, " ");
    bool look = looks && f->nth == 0;
    f->nth++;
    if (!look && (len == 0 || !strncmp(at, "stop", 4))) {
        rpa_msg_put_str(next, "state", len ? "stop" : "none");
        f->nth = 0;
        return next;
    }
    snprintf(payload, sizeof payload, "{\"Surname\":\"%.*s\"}", (int)len, at);
    rpa_msg_put_str(next, "state", look ? "look" : "go");
    rpa_msg_put_strn(next, "reference", look ? "doubted" : at, look ? 7 : len);
    rpa_msg_put_str(next, "payload", payload);
    rpa_msg_put_int(next, "item", f->nth);
    rpa_msg_put_int(next, "attempt", 1);
    return next;
}

/* one review, one approved change, one search's row */
static cbor_item_t *fake_review(const char *name, const cbor_item_t *args)
{
    static const char *const parts[] = { "record", "before", "after" };
    cbor_item_t *ok = rpa_cbor_map();
    int64_t after = 0;
    rpa_msg_int(args, "after", &after);
    if (!strcmp(name, "review.searched") || !strcmp(name, "review.wanted")) {
        rpa_msg_free(&ok);
        return rpa_cbor_int(412);
    }
    rpa_msg_put_str(ok, "state", !strcmp(name, "review.apply") ? "go" : "open");
    if (strcmp(name, "review.apply") != 0 && after == 0)
        rpa_msg_put_int(ok, "id", 17);
    for (size_t i = 0; i < 3; i++) {
        cbor_item_t *part = rpa_cbor_map();
        rpa_msg_put_str(part, "Surname", i == 2 ? "EVANS" : "Evans");
        rpa_msg_put_item(ok, parts[i], part);
    }
    return ok;
}


static int fake_answer(struct fake *f, const char *name,
                       const cbor_item_t *args, cbor_item_t **ret,
                       struct rpa_err *err)
{
    size_t len;
    if (!strcmp(name, "print")) {
        const char *text = rpa_msg_bytes(args, "text", &len);
        if (!f->quiet)
            printf("%.*s\n", (int)len, text);
    } else if (!strcmp(name, "window.find")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_int(*ret, "window", 7);
    } else if (!strcmp(name, "form.find")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_str(*ret, "screen", "New Report");
    } else if (!strcmp(name, "window.list")) {
        *ret = rpa_cbor_array();
    } else if (!strcmp(name, "screen.read")) {
        *ret = fake_screen();
    } else if (!strcmp(name, "screen.wait")) {
        return fake_wait(args, ret, err);
    } else if (!strcmp(name, "screen.table")) {
        return fake_table(f, ret, err);
    } else if (!strcmp(name, "screen.menu")) {
        int64_t bar = 0; /* goes a row down each time, from 2 to the item in 5 */
        rpa_msg_int(args, "after", &bar);
        *ret = rpa_cbor_map();
        rpa_msg_put_int(*ret, "row", rpa_msg_is(args, "item", "Above") ? 1 : 5);
        rpa_msg_put_int(*ret, "bar", bar ? bar + 1 : 2);
    } else if (!strcmp(name, "screen.check")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_int(*ret, "faults", 0);
    } else if (!strcmp(name, "test.pages")) {
        rpa_msg_free(&f->pages);
        f->pages = cbor_incref(rpa_msg_get(args, "pages"));
        f->page = 0;
    } else if (!strncmp(name, "field.", 6)) {
        return fake_field(f, args, name, ret, err);
    } else if (!strcmp(name, "key.press")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_bool(*ret, "commit", rpa_msg_is(args, "key", "Enter"));
    } else if (!strcmp(name, "button.press")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_bool(*ret, "commit", rpa_msg_is(args, "label", "OK"));
    } else if (!strcmp(name, "form.find")) {
        *ret = rpa_cbor_map();
    } else if (!strcmp(name, "form.look")) {
        *ret = rpa_cbor_strn("fa422022ae9db5c3", 16);
    } else if (!strncmp(name, "pointer.", 8) || !strcmp(name, "key.hold")) {
        *ret = rpa_cbor_map();
        rpa_msg_put_bool(*ret, "commit", true);
    } else if (!strcmp(name, "window.news")) {
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_str(one, "title", "Notice");
        *ret = rpa_cbor_array();
        rpa_cbor_push(*ret, one);
    } else if (!strcmp(name, "http.request")) {
        return fake_http(args, ret);
    } else if (!strcmp(name, "http.piece")) {
        *ret = fake_piece(args, "<l xmlns:r='urn:r'><r:report/><id>R-1</id></l>");
    } else if (!strcmp(name, "http.save")) {
        return 0;
    } else if (!strcmp(name, "http.requests")) {
        return fake_https(args, ret);
    } else if (!strcmp(name, "item.next")) {
        *ret = fake_next(f, args);
    } else if (!strcmp(name, "queue.leave")) {
        f->nth = 0;
    } else if (!strcmp(name, "queue.state")) {
        *ret = rpa_cbor_map();
        if (!rpa_msg_is(args, "reference", "new"))
            rpa_msg_put_str(*ret, "state", "done");
    } else if (!strncmp(name, "review.", 7)) {
        *ret = fake_review(name, args);
    } else if (!strcmp(name, "queue.add")) {
        if (rpa_msg_is(args, "reference", "there"))
            return rpa_fail(err, RPA_EEXIST, "that reference is in the queue");
        if (rpa_msg_is(args, "reference", "bad"))
            return rpa_fail(err, RPA_EINVAL, "/Surname: is missing");
    } else if (!strcmp(name, "run.info")) {
        *ret = rpa_cbor_map();
        cbor_item_t *purpose = rpa_cbor_map();
        rpa_msg_put_str(purpose, "justification", "re-keying");
        rpa_msg_put_str(purpose, "operator", "J Doe");
        rpa_msg_put_item(*ret, "purpose", purpose);
        rpa_msg_put_str(*ret, "mode", "DEMO");
    } else if (!strcmp(name, "file.read")) {
        *ret = fake_piece(args, "one\r\ntwo\n\nfour");
    } else if (!strcmp(name, "clipboard.get")) {
        *ret = rpa_cbor_strn("copied", 6);
    } else if (!strcmp(name, "test.calls")) {
        *ret = rpa_cbor_strn(f->calls.data ? f->calls.data : "", f->calls.len);
    } else if (!strcmp(name, "test.echo")) {
        *ret = cbor_incref(rpa_msg_get(args, "value"));
    } else if (!strcmp(name, "run.end")) {
        fake_end(f, args);
    } else if (strncmp(name, "window.", 7) && strncmp(name, "clipboard.", 10) &&
               strcmp(name, "key.release") &&
               strcmp(name, "log") && strcmp(name, "item.end") &&
               strcmp(name, "item.found") &&
               strcmp(name, "subject") && strcmp(name, "purpose") &&
               strcmp(name, "file.write") && strcmp(name, "text.type")) {
        return rpa_fail(err, RPA_EINVAL, "no act '%s'", name);
    }
    return 0;
}

/* Answer until the bot goes away. */
__attribute__((unused)) static void fake_serve(struct fake *f)
{
    struct rpa_err err;
    cbor_item_t *msg = NULL;
    while (rpa_msg_recv(f->fd, RPA_MSG_FOREVER, &msg, NULL, &err) == 0) {
        char name[64], where[200], detail[64] = "";
        cbor_item_t *reply = rpa_msg_new(), *ok = NULL;
        const cbor_item_t *args = rpa_msg_get(msg, "args");
        rpa_msg_copy(msg, "call", name, sizeof name);
        rpa_msg_copy(msg, "where", where, sizeof where);
        if (!rpa_msg_copy(args, "outcome", detail, sizeof detail))
            rpa_msg_copy(args, "answer", detail, sizeof detail);
        if (strncmp(name, "print", 5) != 0)
            rpa_buf_printf(&f->calls, "%s%s%s %s\n", name,
                           detail[0] ? "=" : "", detail, where);
        if ((f->check && f->check(name, args, &err) < 0) ||
            fake_answer(f, name, args, &ok, &err) < 0) {
            rpa_msg_put_err(reply, &err);
            rpa_msg_free(&ok);
        } else {
            rpa_msg_put_item(reply, "ok", ok ? ok : cbor_new_null());
        }
        rpa_msg_send(f->fd, reply, NULL, 0, &err);
        rpa_msg_free(&reply);
        rpa_msg_free(&msg);
    }
    rpa_buf_clear(&f->calls);
    rpa_msg_free(&f->pages);
}

/* A start document of one chunk. */
static void fake_rule(cbor_item_t *outcomes, const char *is, const char *status,
                      const char *has)
{
    cbor_item_t *rule = rpa_cbor_map(), *list = rpa_cbor_array(),
                *patterns = rpa_cbor_array();
    rpa_msg_put_str(rule, "is", is);
    rpa_cbor_push(list, rpa_cbor_strn(status, strlen(status)));
    rpa_msg_put_item(rule, "status", list);
    rpa_cbor_push(patterns, rpa_cbor_strn(has, strlen(has)));
    rpa_msg_put_item(rule, "has", patterns);
    rpa_cbor_push(outcomes, rule);
}

/* A service of /echo; @type NULL: it has none. */
static void fake_service(cbor_item_t *services, const char *name,
                         const char *type, cbor_item_t *outcomes)
{
    cbor_item_t *service = rpa_cbor_map();
    rpa_msg_put_str(service, "url", "http://h/echo");
    if (type)
        rpa_msg_put_str(service, "type", type);
    rpa_msg_put_item(service, "outcomes", outcomes);
    rpa_msg_put_item(services, name, service);
}

/* One service of JSON, and one of each type whose bodies tell. */
static cbor_item_t *fake_manifest(void)
{
    static const char *const types[] = { "json", "xml", "text", NULL };
    cbor_item_t *manifest = rpa_cbor_map(), *services = rpa_cbor_map(),
                *outcomes = rpa_cbor_array();
    fake_rule(outcomes, "locked", "200", "\"state\":\"locked\"");
    fake_rule(outcomes, "found", "2xx", ".");
    fake_rule(outcomes, "not found", "404", ".");
    fake_service(services, "vehicles", "json", outcomes);
    for (size_t i = 0; i < 4; i++) {
        outcomes = rpa_cbor_array();
        fake_rule(outcomes, "not found", "200", "NOT FOUND");
        fake_rule(outcomes, "locked", "200", "IN USE");
        fake_rule(outcomes, "found", "200", ".");
        fake_service(services, types[i] ? types[i] : "untyped", types[i],
                     outcomes);
    }
    rpa_msg_put_item(manifest, "services", services);
    return manifest;
}

__attribute__((unused)) static cbor_item_t *
fake_start(const char *name, const char *source, int64_t memory)
{
    cbor_item_t *start = rpa_msg_new(), *modules = rpa_cbor_map();
    cbor_item_t *set = rpa_cbor_map(), *common = rpa_cbor_map();
    rpa_msg_put_str(start, "mode", "run");
    rpa_msg_put_str(start, "name", name);
    rpa_msg_put_str(start, "source", source);
    rpa_msg_put_int(start, "memory", memory);
    rpa_msg_put_str(modules, "lib.dates",
                    "local m = {}\nfunction m.bad() error('no date') end\n"
                    "return m");
    rpa_msg_put_str(common, "name", "bots/common/c.lua");
    rpa_msg_put_str(common, "source", "return { chunk = ... }");
    rpa_msg_put_item(modules, "common.c", common);
    rpa_msg_put_item(start, "modules", modules);
    rpa_msg_put_str(set, "host", "127.0.0.1");
    rpa_msg_put_item(start, "set", set);
    rpa_msg_put_item(start, "manifest", fake_manifest());
    return start;
}

#endif
