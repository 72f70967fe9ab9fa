#include "rpa/cmd_audit.h"
#include "rpa/audit/read.h"
#include "rpa/base/log.h"
#include "rpa/cmd_picture.h"

#include <cbor.h>
#include <getopt.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, DEEPEST = 16 };

struct options {
    const char *state_dir;
    int64_t run; /* -1 all */
    bool json, content;
};

static int fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

/* ---- verify ---- */

static int verify(const struct options *o)
{
    struct rpa_audit_verdict v;
    struct rpa_err err;
    if (rpa_audit_verify(o->state_dir, &v, &err) < 0)
        return fail(&err);
    if (o->json) {
        json_t *json = json_pack("{s:b,s:I,s:I}", "verified", v.good, "rows",
                                 (json_int_t)v.rows, "runs", (json_int_t)v.runs);
        if (!v.good)
            json_object_update_new(
                json, json_pack("{s:s,s:s}", "row", v.row, "why", v.why));
        json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
        putchar('\n');
        json_decref(json);
    } else if (v.good) {
        printf("audit: verified (%lld rows, %lld runs)\n", (long long)v.rows,
               (long long)v.runs);
    } else {
        printf("audit: row %s: %s\n", v.row, v.why);
    }
    return v.good ? 0 : 1;
}

/* ---- show ---- */

static json_t *hex(const void *bytes, size_t len)
{
    struct rpa_buf out = { 0 };
    for (size_t i = 0; i < len; i++)
        rpa_buf_printf(&out, "%02x", ((const unsigned char *)bytes)[i]);
    json_t *json = json_stringn(out.data ? out.data : "", out.len);
    rpa_buf_clear(&out);
    return json;
}

static json_t *to_json(const cbor_item_t *item, int depth);

static json_t *chunks(const cbor_item_t *item)
{
    return json_sprintf("(in %zu chunks)",
                        cbor_isa_string(item) ? cbor_string_chunk_count(item)
                                              : cbor_bytestring_chunk_count(item));
}

static json_t *map_json(const cbor_item_t *item, int depth)
{
    json_t *json = json_object();
    const struct cbor_pair *pair = cbor_map_handle(item);
    for (size_t i = 0; i < cbor_map_size(item); i++) {
        json_t *key = to_json(pair[i].key, depth + 1);
        char *name = json_is_string(key) ? strdup(json_string_value(key))
                                         : json_dumps(key, JSON_ENCODE_ANY);
        json_object_set_new(json, name ? name : "?",
                            to_json(pair[i].value, depth + 1));
        free(name);
        json_decref(key);
    }
    return json;
}

static json_t *array_json(const cbor_item_t *item, int depth)
{
    json_t *json = json_array();
    for (size_t i = 0; i < cbor_array_size(item); i++)
        json_array_append_new(json,
                              to_json(cbor_array_handle(item)[i], depth + 1));
    return json;
}

static json_t *simple_json(const cbor_item_t *item)
{
    if (!cbor_float_ctrl_is_ctrl(item))
        return json_real(cbor_float_get_float(item));
    return cbor_is_bool(item) ? json_boolean(cbor_get_bool(item)) : json_null();
}

static json_t *to_json(const cbor_item_t *item, int depth)
{
    if (depth > DEEPEST)
        return json_string("(too deep)");
    switch (cbor_typeof(item)) {
    case CBOR_TYPE_UINT:
        return json_integer((json_int_t)cbor_get_int(item));
    case CBOR_TYPE_NEGINT:
        return json_integer(-1 - (json_int_t)cbor_get_int(item));
    case CBOR_TYPE_STRING:
        if (!cbor_string_is_definite(item))
            return chunks(item);
        json_t *text = json_stringn((char *)cbor_string_handle(item),
                                    cbor_string_length(item));
        return text ? text
                    : hex(cbor_string_handle(item), cbor_string_length(item));
    case CBOR_TYPE_BYTESTRING:
        return cbor_bytestring_is_definite(item)
                   ? hex(cbor_bytestring_handle(item),
                         cbor_bytestring_length(item))
                   : chunks(item);
    case CBOR_TYPE_ARRAY:
        return array_json(item, depth);
    case CBOR_TYPE_MAP:
        return map_json(item, depth);
    case CBOR_TYPE_TAG: {
        cbor_item_t *inner = cbor_tag_item(item);
        json_t *json = to_json(inner, depth + 1);
        cbor_decref(&inner);
        return json;
    }
    default:
        return simple_json(item);
    }
}

/* content is CBOR; what is not is shown in hexadecimal */
static json_t *content_json(const void *bytes, size_t len)
{
    struct cbor_load_result result;
    cbor_item_t *item = len ? cbor_load(bytes, len, &result) : NULL;
    if (!item || result.read != len) {
        if (item)
            cbor_decref(&item);
        return hex(bytes, len);
    }
    json_t *json = to_json(item, 0);
    cbor_decref(&item);
    return json;
}

static void put_json(const struct rpa_audit_entry *e)
{
    char when[28];
    const char *kind = rpa_audit_kind_name(e->kind);
    const char *verb = rpa_s62_name(e->verb);
    json_t *plain = json_loads(*e->plain ? e->plain : "{}", 0, NULL);
    json_t *row = json_pack(
        "{s:I,s:s,s:I,s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:o}", "seq",
        (json_int_t)e->seq, "time", rpa_time_iso(e->t_us, when), "mono_us",
        (json_int_t)e->mono_us, "run", (json_int_t)e->run, "rseq",
        (json_int_t)e->rseq, "grp", (json_int_t)e->grp, "kind",
        kind ? kind : "?", "verb", verb ? verb : "?", "target", e->target,
        "window", e->window, "field", e->field, "sealed_len",
        (json_int_t)e->sealed_len, "plain", plain ? plain : json_null());
    if (e->content)
        json_object_set_new(row, "content",
                            content_json(e->content, e->content_len));
    json_dumpf(row, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(row);
}

/* 'target/window/field', without those that are none */
static void add_labels(struct rpa_buf *line, const struct rpa_audit_entry *e)
{
    const char *const all[] = { e->target, e->window, e->field };
    char before = '\'';
    for (size_t i = 0; i < 3; i++) {
        if (!*all[i])
            continue;
        rpa_buf_putc(line, before);
        rpa_buf_escape(line, all[i], strlen(all[i]));
        before = '/';
    }
    if (before == '/')
        rpa_buf_puts(line, "' ");
}

static void put_line(const struct rpa_audit_entry *e)
{
    char when[28];
    const char *kind = rpa_audit_kind_name(e->kind);
    const char *verb = rpa_s62_name(e->verb);
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  %s  run %-4lld %-11s %-12s ",
                   (long long)e->seq, rpa_time_iso(e->t_us, when),
                   (long long)e->run, kind ? kind : "?", verb ? verb : "?");
    add_labels(&line, e);
    rpa_buf_escape(&line, e->plain, strlen(e->plain));
    if (e->content) {
        json_t *json = content_json(e->content, e->content_len);
        char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
        rpa_buf_putc(&line, ' ');
        rpa_buf_escape(&line, text ? text : "?", text ? strlen(text) : 1);
        free(text);
        json_decref(json);
    } else if (e->sealed_len) {
        rpa_buf_printf(&line, " [%zu bytes sealed]", e->sealed_len);
    }
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

/* Opening content is itself a consultation: its row is durable before the
 * first word is shown. */
static int log_reading(const struct options *o, struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    uid_t uid = getuid();
    struct passwd *pw = getpwuid(uid);
    int r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == -RPA_EEXIST) {
        rpa_err_context(err, "reading content is a logged act");
        rpa_err_hint(err, "show without --content, or wait until the "
                          "supervisor has ended");
    }
    if (r == 0)
        r = rpa_audit_query(audit, pw ? pw->pw_name : "", (uint32_t)uid,
                            "show --content", o->run, err);
    if (r == 0)
        r = rpa_audit_commit(audit, err);
    rpa_audit_close(audit);
    return r;
}

static int show(const struct options *o)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry entry;
    struct rpa_err err;
    int r = 0;
    char path[4096];
    snprintf(path, sizeof path, "%s/audit.db", o->state_dir);
    if (o->content && access(path, F_OK) == 0) /* makes no store to read */
        r = log_reading(o, &err);
    if (r == 0)
        r = rpa_audit_reader_open(o->state_dir, o->run, o->content, &reader,
                                  &err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &entry, &err)) > 0) {
        if (o->json)
            put_json(&entry);
        else
            put_line(&entry);
        r = ferror(stdout) ? rpa_fail(&err, RPA_EIO, "cannot write") : 0;
    }
    rpa_audit_reader_close(reader);
    return r < 0 ? fail(&err) : 0;
}

/* ---- the command ---- */

static const char usage[] =
    "usage: rpa audit verify [--state DIR] [--json]\n"
    "       rpa audit show [--state DIR] [--run N] [--content] [--json]\n"
    "       rpa audit pictures [--state DIR] [--run N] [--json]\n"
    "       rpa audit picture ROW [--state DIR] [--out FILE] [--purpose LIST]\n";

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        { "state", required_argument, NULL, 's' },
        { "run", required_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },
        { "content", no_argument, NULL, 'c' },
        { 0 },
    };
    char *end = "";
    optind = 0; /* getopt was used before for the options of rpa itself */
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (opt) {
        case 's':
            o->state_dir = optarg;
            break;
        case 'r':
            o->run = strtoll(optarg, &end, 10);
            if (end == optarg || *end || o->run < 0)
                return false;
            break;
        case 'j':
            o->json = true;
            break;
        case 'c':
            o->content = true;
            break;
        default:
            return false;
        }
    return optind == argc - 1;
}

int cmd_audit(int argc, char **argv, const char *state_dir)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *);
    } verbs[] = { { "verify", verify }, { "show", show } };
    struct options o = { .state_dir = state_dir, .run = -1 };
    if (argc > 1 && !strcmp(argv[1], "pictures"))
        return cmd_pictures(argc, argv, state_dir);
    if (argc > 1 && !strcmp(argv[1], "picture"))
        return cmd_picture(argc, argv, state_dir);
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (parse(argc, argv, &o))
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
            if (!strcmp(argv[optind], verbs[i].name))
                return verbs[i].run(&o);
    fputs(usage, stderr);
    return EXIT_USAGE;
}
