#include "rpa/config/eval.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/config/file.h"
#include "rpa/role/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVAL_US 10000000 /* it has 1 s to compute; where Lua does not look, we do */
#define EVAL_MEMORY (16 << 20)
#define FILE_MAX (1 << 20)
#define EVAL_UID 65534 /* nobody: a data file is not code of ours */

static cbor_item_t *start_document(const char *name, const char *source,
                                   size_t len)
{
    cbor_item_t *doc = rpa_msg_new();
    rpa_msg_put_str(doc, "mode", "eval");
    rpa_msg_put_str(doc, "name", name);
    rpa_msg_put_strn(doc, "source", source, len);
    rpa_msg_put_item(doc, "modules", rpa_cbor_map());
    rpa_msg_put_item(doc, "set", rpa_cbor_map());
    rpa_msg_put_int(doc, "memory", EVAL_MEMORY);
    return doc;
}

/* The file is what is wrong, whatever it did: "what  (file:line)" */
static int blame(const char *name, struct rpa_err *err)
{
    char where[300];
    size_t len = strlen(name);
    if (err->code != RPA_ESYNTAX)
        err->code = RPA_EINVAL;
    rpa_str_copy(where, sizeof where, name);
    if (!strncmp(err->msg, name, len) && err->msg[len] == ':') {
        len += 1 + strspn(err->msg + len + 1, "0123456789");
        if (err->msg[len] == ':')
            snprintf(where, sizeof where, "%.*s", (int)len, err->msg);
    }
    return rpa_err_place(err, where);
}

static int by_key(const void *a, const void *b)
{
    const struct cbor_pair *x = a, *y = b;
    size_t n = 0, m = 0;
    const char *s = rpa_cbor_text(x->key, &n), *t = rpa_cbor_text(y->key, &m);
    int order = s && t ? memcmp(s, t, n < m ? n : m) : (s != NULL) - (t != NULL);
    return order ? order : (n > m) - (n < m);
}

/* Lua goes through a table in another order each time: what is said of the file is
 * not to. */
static void sort(cbor_item_t *value)
{
    size_t n = 0;
    struct cbor_pair *pairs = rpa_cbor_pairs(value, &n);
    for (size_t i = 0; i < n; i++)
        sort(pairs[i].value);
    if (n)
        qsort(pairs, n, sizeof *pairs, by_key);
    if (!cbor_isa_array(value))
        return;
    for (size_t i = 0; i < cbor_array_size(value); i++)
        sort(cbor_array_handle(value)[i]);
}

/* whether its own clock or ours ran out, the file is what is wrong */
static int endless(struct rpa_err *err)
{
    rpa_fail(err, RPA_EINVAL, "the file did not come to an end");
    return rpa_err_hint(err, "it is data: a table to return, no loops");
}

static int wait_for_it(int fd, const char *name, cbor_item_t **ret_value,
                       struct rpa_err *err)
{
    cbor_item_t *reply = NULL;
    int r = rpa_msg_recv(fd, rpa_mono_us() + EVAL_US, &reply, NULL, err);
    if (r == -RPA_ETIMEOUT) {
        endless(err);
        return blame(name, err);
    }
    if (r == -RPA_EGONE) {
        rpa_fail(err, RPA_EINVAL, "the file ended the process that read it");
        rpa_err_hint(err, "it is data: a table of texts and numbers");
        return blame(name, err);
    }
    if (r < 0)
        return r;
    cbor_item_t *value = rpa_msg_get(reply, "ok");
    r = rpa_msg_get_err(reply, err);
    if (r == -RPA_ETIMEOUT)
        r = endless(err);
    else if (r == -RPA_ENOMEM)
        rpa_fail(err, RPA_EINVAL, "the file takes more than %d MiB of memory",
                 EVAL_MEMORY >> 20);
    if (r < 0)
        r = blame(name, err);
    else if (!value)
        r = rpa_fail(err, RPA_EPROTO, "%s: no answer", name);
    if (r == 0) {
        *ret_value = cbor_incref(value);
        sort(value);
    }
    rpa_msg_free(&reply);
    return r;
}

int rpa_eval(const char *name, const char *source, size_t len,
             cbor_item_t **ret_value, struct rpa_err *err)
{
    char *env[] = { "LC_ALL=C.UTF-8", NULL };
    int pair[2], doc_fd = -1;
    pid_t pid = 0;
    cbor_item_t *doc = start_document(name, source, len);
    int r = rpa_msg_to_memfd(doc, &doc_fd, err);
    rpa_msg_free(&doc);
    if (r < 0)
        return r;
    r = rpa_spawn_pair(pair, err);
    if (r == 0) {
        struct rpa_spawn spawn = { .role = "bot", .envp = env,
                                   .output = STDERR_FILENO,
                                   .uid = geteuid() ? 0 : EVAL_UID,
                                   .fds = { pair[1], doc_fd, -1, -1 } };
        r = rpa_spawn(&spawn, &pid, err);
        close(pair[1]);
        if (r == 0)
            r = wait_for_it(pair[0], name, ret_value, err);
        close(pair[0]);
        rpa_spawn_end(pid);
    }
    close(doc_fd);
    return r;
}

int rpa_eval_file(const char *path, cbor_item_t **ret_value,
                  struct rpa_err *err)
{
    char *text = NULL;
    size_t len;
    int r = rpa_read_text(path, FILE_MAX, &text, &len, err);
    if (r == 0)
        r = rpa_eval(path, text, len, ret_value, err);
    free(text);
    return r;
}
