/* How a run ends, what eval gives, and the walk: Lua's k-th allocation fails,
 * for every k, and nothing leaks or breaks (ASan looks on). */
#include "fake_driver.h"
#include "lib/lua/priv.h"
#include "tap.h"

#include <pthread.h>
#include <unistd.h>

static void *serve(void *f)
{
    fake_serve(f);
    return NULL;
}

/* Run @source as bots/x/main.lua; @f->end has what run.end said. */
static int run(const char *source, int64_t memory, unsigned fail_in,
               struct fake *f, unsigned *ret_left)
{
    int ends[2];
    pthread_t driver;
    struct rpa_err err;
    struct rpa_vm *vm = NULL;
    memset(f, 0, sizeof *f);
    f->quiet = true;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    f->fd = ends[0];
    pthread_create(&driver, NULL, serve, f);
    cbor_item_t *start = fake_start("bots/x/main.lua", source, memory);
    int r = rpa_vm_new(start, ends[1], &vm, &err);
    if (r == 0) {
        vm->fail_in = fail_in;
        r = rpa_vm_run(vm, &err);
        if (ret_left)
            *ret_left = vm->fail_in;
    }
    rpa_vm_free(vm);
    rpa_msg_free(&start);
    close(ends[1]);
    pthread_join(driver, NULL);
    close(ends[0]);
    return r;
}

static const struct {
    const char *name, *source;
    int code;
    const char *end; /* how run.end begins */
} ends[] = {
    { "a run", "return 1", 0, "ok" },
    { "error of the bot", "\n error('no luck')", RPA_EBOT,
      "EBOT|bots/x/main.lua:2|no luck|stack traceback:" },
    { "error without a position", "error('bare', 0)", RPA_EBOT,
      "EBOT|bots/x/main.lua:1|bare|" },
    { "an error that is a table", "error({})", RPA_EBOT,
      "EBOT|bots/x/main.lua:1|a table was raised" },
    { "error(nil)", "error()", RPA_EBOT, "EBOT|bots/x/main.lua:1|nil" },
    { "syntax", "local x =\nif", RPA_ESYNTAX,
      "ESYNTAX|bots/x/main.lua:2|unexpected symbol near 'if'" },
    { "a fault", "local t\n\nreturn t.x", RPA_EBOT,
      "EBOT|bots/x/main.lua:3|attempt to index a nil value (local 't')|" },
    { "an act's error", "rpa.window('x'):grid():field('Nowhere'):get()",
      RPA_ELABEL, "ELABEL|bots/x/main.lua:1|no label 'Nowhere' on the screen" },
    { "from a module", "require('lib.dates').bad()", RPA_EBOT,
      "EBOT|bots/x/lib/dates.lua:2|no date|" },
    { "within an item",
      "for i in rpa.queue('a'):items() do\n  error('in it')\nend", RPA_EBOT,
      "EBOT|bots/x/main.lua:2|in it|stack traceback:" },
    { "in a coroutine",
      "coroutine.wrap(function() rpa.queue('q'):state() end)()", RPA_EINVAL,
      "EINVAL|bots/x/main.lua:1|a work item has no reference|" },
    { "1 GB of text", "local s = ('x'):rep(1 << 30)", RPA_ENOMEM,
      "ENOMEM||the bot needs more than its 8 MiB" },
    { "a table for ever", "local t = {} while true do t[#t+1] = {} end",
      RPA_ENOMEM, "ENOMEM||the bot needs more than its 8 MiB" },
    { "no end of recursion", "local function f() return f() + 1 end f()",
      RPA_ENOMEM, "ENOMEM|" },
    { "an error in tostring",
      "error(setmetatable({}, {__tostring = function() error('x') end}))",
      RPA_EBOT, "EBOT|bots/x/main.lua:1|x|" },
};

static void test_ends(void)
{
    struct fake f;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        is_int(run(ends[i].source, 8 << 20, 0, &f, NULL), -ends[i].code,
               ends[i].name);
        if (!ok(!strncmp(f.end, ends[i].end, strlen(ends[i].end)),
                "%s: what run.end says", ends[i].name))
            printf("# got %s\n# wanted %s\n", f.end, ends[i].end);
    }
}

static const struct {
    const char *name, *source, *msg; /* NULL: it works */
    int code;
} evals[] = {
    { "a table", "return { a = 1, list = { 'x' } }", NULL, 0 },
    { "nothing", "local x = 1", "the file must return a table, not a", -RPA_EINVAL },
    { "a function within", "return { a = { b = print } }",
      "return.a.b: a function is no data", -RPA_EINVAL },
    { "a loop", "while true do end", "too long", -RPA_ETIMEOUT },
    { "1 GB", "return { ('x'):rep(1 << 30) }", "more than its 16 MiB",
      -RPA_ENOMEM },
    { "an act", "return { x = rpa.log('x') }", "nil value (global 'rpa')",
      -RPA_EBOT },
    { "a façade", "return { x = require('rpa') }", "no module 'rpa'",
      -RPA_ENOTFOUND },
    { "a module", "return require('common.c')", NULL, 0 },
    { "syntax", "return {", "bots/x/bot.lua:1: ", -RPA_ESYNTAX },
};

static void test_eval(void)
{
    for (size_t i = 0; i < sizeof evals / sizeof *evals; i++) {
        struct rpa_err err = { 0 };
        struct rpa_vm *vm = NULL;
        cbor_item_t *value = NULL;
        cbor_item_t *start =
            fake_start("bots/x/bot.lua", evals[i].source, 16 << 20);
        is_int(rpa_vm_new(start, -1, &vm, &err), 0, evals[i].name);
        is_int(rpa_vm_eval(vm, 100, &value, &err), evals[i].code,
               evals[i].name);
        if (!ok(evals[i].msg ? strstr(err.msg, evals[i].msg) && !value
                             : value && cbor_isa_map(value),
                "%s: its answer", evals[i].name))
            printf("# %s\n", err.msg);
        rpa_msg_free(&value);
        rpa_vm_free(vm);
        rpa_msg_free(&start);
    }
}

static void test_start(void)
{
    struct rpa_err err;
    struct rpa_vm *vm = NULL;
    cbor_item_t *start = rpa_msg_new();
    is_int(rpa_vm_new(start, -1, &vm, &err), -RPA_EPROTO, "no start document");
    rpa_msg_free(&start);
}

/* Every kind of box and conversion once. */
static const char walked[] =
    "local x = rpa.call('test.echo', { value = { 1, { a = 'b', c = 1.5 }, {},"
    " true, 'bytes\\xff' } })\n"
    "assert(x[2].a == 'b')\n"
    "local j = rpa.json.decode('{\"a\":[1,null,{\"b\":\"c\"}]}')\n"
    "assert(rpa.json.encode(j) == '{\"a\":[1,null,{\"b\":\"c\"}]}')\n"
    "local d = rpa.xml.parse('<r xmlns=\"urn:x\"><p>1</p><p>2</p></r>')\n"
    "d:ns('x', 'urn:x')\n"
    "for i, p in ipairs(d:all('//x:p')) do assert(p:text() == '' .. i) end\n"
    "assert(d:text('//x:q') == nil)\n"
    "pcall(rpa.xml.parse, '<a>')\n"
    "for p in rpa.xml.stream('<r><p>1</p></r>'):records('//p') do"
    " assert(p:text('/p') == '1') end\n"
    "local b = rpa.xml.build { 'r', k = 1, { 'p', 'x' } }\n"
    "assert(b:bytes() ~= b:canonical())\n"
    "local s = rpa.xml.schema('<element name=\"q\" xmlns='"
    " .. '\"http://relaxng.org/ns/structure/1.0\"><text/></element>')\n"
    "assert(#b:problems(s) > 0)\n"
    "assert(rpa.xml.html('<p>x'):text('//p') == 'x')\n"
    "pcall(rpa.call, 'no.such', {})\n"
    "rpa.queue('a'):each(function(i) i:done('R') end)\n"
    "for i in rpa.queue('a'):items() do i:done('R') end\n";

/* What came with web services: each binding's way that gives, and that raises. */
static const char walked_web[] =
    "local function no(f, ...) assert(not pcall(f, ...)) end\n"
    "local r = rpa.http.request { url = 'http://h/echo', method = 'POST',"
    " json = { n = 1, list = { true, 'ŵ', rpa.json.null } } }\n"
    "assert(r:json().n == 1 and r:header('content-type'))\n"
    "rpa.http.request { url = 'http://h/echo', method = 'POST',"
    " multipart = { { name = 'f', file = 'a', data = 'x' } } }\n"
    "r = rpa.http.request { url = 'http://h/echo', method = 'POST',"
    " soap = { body = { 'p:a', ['xmlns:p'] = 'urn:p', 'x' } } }\n"
    "local p = r:soap():ns('p', 'urn:p'):all('//p:a')[1]\n"
    "assert(p:name() == 'a' and #p:all('text()') == 1 and p:text('.') == 'x')\n"
    "for i, got in ipairs(rpa.http.all { { url = 'http://h/1' },"
    " { url = 'http://h/gone' }, { url = 'http://h/3' }, { url = 'http://h/4' } }) do"
    " assert((got.err ~= nil) == (i == 2)) end\n"
    "local v = rpa.service('vehicles')\n"
    "local a = v:ask { method = 'POST', path = '/{id}?status=200', id = 'A 1',"
    " body = '{\"colour\":1}', headers = { ['Content-Type'] = 'application/json' } }\n"
    "a:case { found = print, not_found = print, locked = print,"
    " could_not_check = print }\n"
    "assert(#v:ask_all { { path = '/gone' }, { path = '/x' } } == 2)\n"
    "local reply, n = rpa.http.request { url = 'http://h/', stream = true }, 0\n"
    "for e in rpa.xml.stream(reply):ns('r', 'urn:r'):records('/l/r:report') do"
    " n = n + #e:canonical() end\n"
    "assert(n > 0)\n"
    "for line in rpa.file('f'):lines() do n = n + #line end\n"
    "assert(#rpa.file('f'):read() == 14)\n"
    "local seg = rpa.segments.define { { 'a', 3 }, { 'b', 2, fill = '0' } }\n"
    "assert(seg:write(seg:read('x  07')) == 'x  07')\n"
    "local xsd = rpa.xml.schema([[<s:schema"
    " xmlns:s='http://www.w3.org/2001/XMLSchema'><s:element name='q'"
    " type='s:int'/></s:schema>]])\n"
    "local d <close> = rpa.xml.parse('<q>x</q>')\n"
    "assert(d:problems(xsd)[1].line == 1)\n"
    "no(rpa.xml.schema, '<a/>') no(rpa.xml.html, '') no(rpa.json.decode, '[1')\n"
    "no(rpa.json.encode, { [1] = 1, a = 2 }) no(d.text, d, '][') no(d.all, d, '//z:a')\n"
    "no(rpa.xml.build, { 'a b' }) no(rpa.xml.build, { 'a', ['x y'] = 1 })\n"
    "no(rpa.http.get, 'http://h/500') no(seg.read, seg, 'x')\n"
    "no(function() for _ in rpa.xml.stream('<a><b>'):records('//b') do end end)\n"
    "no(rpa.xml.stream('<a/>').records, rpa.xml.stream('<a/>'), '//a[1]')\n";

/* What reads bytes by an encoding, and records by the namespaces around them. */
static const char walked_reading[] =
    "local function no(f, ...) assert(not pcall(f, ...)) end\n"
    "assert(rpa.json.normal('{ \"a\" : [1.5, null, \"\\\\u0041\"] }') =="
    " '{\"a\":[1.5,null,\"A\"]}')\n"
    "no(rpa.json.normal, '{\"a\":1,\"a\":2}') no(rpa.json.encode, 0 / 0)\n"
    "assert(rpa.xml.parse('<a>\\xe9</a>', 'iso-8859-1'):text('/a') == 'é')\n"
    "assert(rpa.xml.html('<p>\\xe9', 'iso-8859-1'):text('//p') == 'é')\n"
    "no(rpa.xml.parse, '<a/>', 'klingon') no(rpa.xml.html, '<p>', 'klingon')\n"
    "local n = 0\n"
    "local s = rpa.xml.stream([[<l xmlns='urn:a' xmlns:b='urn:b' xml:lang='cy'>"
    "<b:p b:k='1' xml:lang='en'><q xmlns='' b:z='b:t'/></b:p><p/><b:p/></l>]])\n"
    "for p in s:ns('x', 'urn:a'):ns('y', 'urn:b'):records('/x:l/y:p') do\n"
    " n = n + #p:canonical() + #p:bytes() + #p:ns('y', 'urn:b'):all('//y:p/@*') end\n"
    "assert(n > 0)\n"
    "n = 0\n"
    "no(function() for _ in rpa.xml.stream('<l><p/><p/>'):records('/l/p') do"
    " n = n + 1 end end)\n"
    "assert(n == 2) no(function() return rpa.xml.stream('<h/>'):records('/l/p')() end)\n"
    "local v = rpa.service('vehicles')\n"
    "assert(v:judge(v:request { path = '/x', stream = true }).outcome)\n"
    "local rng = rpa.xml.schema([[<element name='l' xmlns="
    "'http://relaxng.org/ns/structure/1.0'><attribute name='k'/></element>]])\n"
    "local d = rpa.xml.parse('<l><p/></l>')\n"
    "assert(#d:problems(rng) > 0) d:close() no(d.text, d, '/l')\n"
    "local b = rpa.xml.build { 'l', xmlns = 'urn:a', { 'p', ['xml:lang'] = 'cy', 'é' } }\n"
    "assert(#b:bytes() > 0) no(rpa.xml.build, { 'x:l' }) no(rpa.xml.build, { 'l', '\\0' })\n";

/* Lua's k-th allocation fails, for every k */
static void walk(const char *name, const char *source)
{
    struct fake f;
    unsigned k, left = 2, bad = 0;
    for (k = 1; left >= 2 && k < 20000; k++) {
        left = 0;
        /* k + 1 refuses the k-th growth and Lua's second try */
        int r = run(source, 16 << 20, k + 1, &f, &left);
        if (r != 0 && r != -RPA_ENOMEM && r != -RPA_EBOT)
            bad++, printf("# k %u: %s\n", k, f.end);
        if (left > 2) /* it came to its end before the k-th */
            break;
        left = 2;
    }
    ok(k > 50 && k < 20000, "%s: walked over %u allocations", name, k);
    is_int(bad, 0, "each failure is told as one of memory or of the bot");
    is_int(run(source, 16 << 20, 0, &f, NULL), 0, "and without it all is well");
    is_str(f.end, "ok", "as run.end says");
}

int main(void)
{
    test_ends();
    test_eval();
    test_start();
    walk("values and documents", walked);
    walk("web services", walked_web);
    walk("readings", walked_reading);
    return tap_done();
}
