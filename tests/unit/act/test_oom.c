/* The act layer without memory: what a bot sends, what a map says. */
#include "priv.h"
#include "unit/oom.h"
#include "unit/of_json.h"

#include <sys/socket.h>
#include <unistd.h>

#define MAP                                                                    \
    "{'repertoire':'cp1146','folds':{'ŵ':'w','’':'\\u0027'},'keys':{'clear':"  \
    "'ctrl+u'},'mode_at':{'row':1,'col':76},'screens':[{'title':'ONE',"        \
    "'fields':[{'label':'Name','width':5},{'label':'Text','width':72,"         \
    "'lines':24}]},{'title':'TWO','pending':true}]}"
#define SETUP                                                                  \
    "{'http':['127.0.0.1:1'],'navigation':[{'path':'/find','methods':['POST"   \
    "']}],'secrets':{'key':{'url':'http://127.0.0.1:1/x'}}}"

static struct rpa_driver d;
static int supervisor; /* its end of the driver's socket */

/* ---- the argument check ---- */

static const struct {
    const char *act, *args;
    int code;
} checks[] = {
    { "field.set", "{'window':1,'label':'A','value':'x'}", 0 },
    { "field.set", "{'window':'x','label':1,'value':[],'oops':1}",
      -RPA_EINVAL },
    { "http.request", "{'method':'GET','url':'u','headers':{'a':'b'}}", 0 },
    { "run.info", "{'x':1}", -RPA_EINVAL },
};

static int check(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    (void)out;
    cbor_item_t *args = of_json(checks[i].args);
    oom.on = true;
    int r = rpa_act_check(rpa_act_find(checks[i].act, strlen(checks[i].act)),
                          args, err);
    oom.on = false;
    cbor_decref(&args);
    return r;
}

/* ---- screen maps ---- */

static const struct {
    const char *map;
    int code;
} maps[] = {
    { MAP, 0 },
    { "{'repertoire':'cp1'}", -RPA_EINVAL },
    { "{'repertoire':'ascii','folds':{'ŵ':'ẃ'}}", -RPA_EINVAL },
    { "{'screens':[{'title':'A','fields':[{'label':'x'}]}]}", -RPA_EINVAL },
};

static int read_map(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    (void)out;
    struct rpa_target *t = NULL;
    cbor_item_t *map = of_json(maps[i].map);
    oom.on = true;
    int r = rpa_target_new(map, &t, err);
    oom.on = false;
    rpa_target_free(t);
    cbor_decref(&map);
    return r;
}

/* ---- the handlers ---- */

static const struct {
    const char *name, *act, *args;
    const char *replies[2]; /* the supervisor's, if it is asked */
    int code;
} calls[] = {
    { "a value that fits", "field.check", "{'label':'Name','value':'Gŵyn'}",
      { NULL }, 0 },
    { "one with all faults", "field.check",
      "{'label':'Name','value':'Łukasz’ŵ','line':3}", { NULL }, 0 },
    { "a long one", "field.check",
      "{'label':'Text','value':'a narrative of some more words than fit into "
      "the first piece of memory that a buffer takes, Siân’s ŵ'}",
      { NULL }, 0 },
    { "an unknown label", "field.check", "{'label':'N','value':''}", { NULL },
      -RPA_ELABEL },
    { "a control character", "field.check", "{'label':'Name','value':'\\n'}",
      { NULL }, -RPA_EINVAL },
    { "no such window", "field.set",
      "{'window':9,'label':'Name','value':'x'}", { NULL }, -RPA_EWINDOW },
    { "no display", "window.find", "{'title':'x'}", { NULL }, -RPA_EDISPLAY },
    { "nothing to wait for", "screen.wait", "{'window':7,'any':[]}", { NULL },
      -RPA_EINVAL },
    { "texts of no shape", "screen.wait",
      "{'window':7,'any':[{'text':'A'},{'text':'B'},{'text':''}]}", { NULL },
      -RPA_EINVAL },
    { "no such host", "http.request",
      "{'method':'GET','url':'http://other/'}", { NULL }, -RPA_EPERM },
    { "no address", "http.request", "{'method':'GET','url':'::'}", { NULL },
      -RPA_EINVAL },
    { "a header that goes round the fence", "http.request",
      "{'method':'GET','url':'http://127.0.0.1:1/','headers':{'a':'b',"
      "'X-Method-Override':'PUT'}}",
      { NULL }, -RPA_EPERM },
    { "a secret for another address", "http.request",
      "{'method':'GET','url':'http://127.0.0.1:1/y','secret':'key'}", { NULL },
      -RPA_ESECRET },
    { "a secret, and nobody there", "http.request",
      "{'method':'GET','url':'http://127.0.0.1:1/x','secret':'key'}",
      { "{'ok':'hunter2'}", "{'seqs':[5]}" }, -RPA_EHTTP },
    { "nobody there", "http.request",
      "{'method':'POST','url':'http://127.0.0.1:1/find','headers':{'a':'b'},"
      "'body':'x'}",
      { "{'seqs':[5]}" }, -RPA_EHTTP },
    { "a request that is a commit act", "http.request",
      "{'method':'POST','url':'http://127.0.0.1:1/y','body':'x'}",
      { "{'seqs':[5],'deadline':1}" }, -RPA_EEXPIRED },
    { "many that cannot be sent", "http.requests",
      "{'requests':[{'method':'GET','url':'http://127.0.0.1:1/a',"
      "'headers':{'Host':'b'}},{'method':'GET','url':'http://127.0.0.1:1/x',"
      "'headers':{'Host':'b'},'secret':'key'}]}",
      { "{'seqs':[5,6]}", "{'ok':'hunter2'}" }, 0 },
    { "many, one of them a commit act", "http.requests",
      "{'requests':[{'method':'GET','url':'http://127.0.0.1:1/a'},"
      "{'method':'PUT','url':'http://127.0.0.1:1/a'}]}",
      { NULL }, -RPA_EPERM },
    { "many of no shape", "http.requests", "{'requests':[1]}", { NULL },
      -RPA_EINVAL },
    { "an item", "item.next", "{'queue':'q','looks':false}",
      { "{'ok':{'state':'go'}}" }, 0 },
    { "one that is refused", "item.next", "{'queue':'q'}",
      { "{'err':{'code':'EPERM','msg':'m','hint':'h'}}" }, -RPA_EPERM },
    { "one to look for", "item.next", "{'queue':'q','looks':true}",
      { "{'ok':{'state':'look'}}" }, 0 },
    { "what that came to", "item.found",
      "{'answer':'found','reference':'R'}", { "{'ok':{}}" }, 0 },
    { "its end", "item.end", "{'outcome':'done','reference':'R'}",
      { "{'ok':{}}" }, 0 },
    { "its end with reasons", "item.end",
      "{'outcome':'rejected','reasons':['a','b']}", { "{'ok':{}}" }, 0 },
};

static void drain(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

/* what the supervisor will have answered when it is asked */
static void answer_ahead(const char *const replies[2])
{
    struct rpa_err err;
    drain(supervisor);
    drain(d.supervisor);
    d.last_req = 0;
    for (int i = 0; i < 2 && replies[i]; i++) {
        cbor_item_t *msg = of_json(replies[i]);
        rpa_msg_put_int(msg, "v", 1);
        rpa_msg_put_int(msg, "req", i + 1);
        if (rpa_msg_send(supervisor, msg, NULL, 0, &err) < 0)
            abort();
        rpa_msg_free(&msg);
    }
}

static int handle(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_err second;
    cbor_item_t *args = of_json(calls[i].args), *value = NULL;
    const struct rpa_act *act = rpa_act_find(calls[i].act,
                                             strlen(calls[i].act));
    d.committed = false;
    answer_ahead(calls[i].replies);
    oom.on = true;
    int r = rpa_act_check(act, args, err);
    if (r == 0)
        r = act->handle(&d, args, &value, err);
    oom.on = false;
    /* none, or one that misses something, is refused when it is sent */
    if (r == 0 && (!value || rpa_cbor_dump(value, out, &second) < 0))
        r = rpa_fail(err, RPA_ENOMEM, "no answer");
    rpa_msg_free(&value);
    cbor_decref(&args);
    mask_clear(&d);
    d.nsecrets = 0;
    return r;
}

static void start(void)
{
    struct rpa_err err;
    cbor_item_t *map = of_json(MAP);
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0 ||
        rpa_target_new(map, &d.target, &err) < 0 ||
        rpa_http_new(NULL, NULL, &d.http, &err) < 0)
        abort();
    d.supervisor = pair[0];
    supervisor = pair[1];
    d.bot = -1;
    d.setup = of_json(SETUP);
    d.nwindows = 1;
    d.windows[0] = (struct window){ .id = 7, .title = "w" };
    cbor_decref(&map);
}

int main(void)
{
    char name[160];
    start();
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        oom_walk(checks[i].args, check, i, checks[i].code);
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        oom_walk(maps[i].map, read_map, i, maps[i].code);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        snprintf(name, sizeof name, "%s: %s", calls[i].act, calls[i].name);
        oom_walk(name, handle, i, calls[i].code);
    }
    rpa_http_free(d.http);
    rpa_target_free(d.target);
    cbor_decref(&d.setup);
    close(supervisor);
    close(d.supervisor);
    return tap_done();
}
