#include "rpa/act/act.h"
#include "rpa/base/buf.h"
#include "rpa/ipc/msg.h"

#include <string.h>

static const char *type_name(enum rpa_arg_type type)
{
    static const char *const names[] = { "a text", "a whole number >= 0",
                                         "a whole number >= 1", "true or false",
                                         "a list", "a table" };
    return names[type];
}

/* NULL if fine, else what is wrong with it */
static const char *wrong(const struct rpa_arg *arg, const cbor_item_t *value)
{
    uint64_t size = 0;
    switch (arg->type) {
    case RPA_ARG_STR:
        if (cbor_isa_string(value))
            size = cbor_string_length(value);
        else if (cbor_isa_bytestring(value))
            size = cbor_bytestring_length(value);
        else
            return type_name(arg->type);
        break;
    case RPA_ARG_INT:
    case RPA_ARG_COUNT:
        if (!cbor_isa_uint(value) ||
            (arg->type == RPA_ARG_COUNT && !cbor_get_int(value)))
            return type_name(arg->type);
        size = cbor_get_int(value);
        break;
    case RPA_ARG_BOOL:
        return cbor_is_bool(value) ? NULL : type_name(arg->type);
    case RPA_ARG_LIST:
        if (!cbor_isa_array(value))
            return type_name(arg->type);
        size = cbor_array_size(value);
        break;
    case RPA_ARG_MAP: /* an empty Lua table arrives as an empty list */
        if (cbor_isa_array(value) && cbor_array_size(value) == 0)
            return NULL;
        if (!cbor_isa_map(value))
            return type_name(arg->type);
        size = cbor_map_size(value);
        break;
    }
    return size > (uint64_t)arg->most ? "something smaller" : NULL;
}

static const struct rpa_arg *arg_of(const struct rpa_act *act,
                                    const cbor_item_t *key)
{
    for (size_t i = 0; i < RPA_ARGS_MAX && act->args[i].name; i++)
        if (cbor_isa_string(key) &&
            cbor_string_length(key) == strlen(act->args[i].name) &&
            !memcmp(cbor_string_handle(key), act->args[i].name,
                    cbor_string_length(key)))
            return &act->args[i];
    return NULL;
}

int rpa_act_check(const struct rpa_act *act, const cbor_item_t *args,
                  struct rpa_err *err)
{
    struct rpa_buf bad = { 0 };
    for (size_t i = 0; i < cbor_map_size(args); i++) {
        struct cbor_pair *pair = &cbor_map_handle(args)[i];
        const struct rpa_arg *arg = arg_of(act, pair->key);
        const char *why = arg ? wrong(arg, pair->value) : NULL;
        if (why)
            rpa_buf_printf(&bad, "; '%s' wants %s", arg->name, why);
        else if (!arg && cbor_isa_string(pair->key))
            rpa_buf_printf(&bad, "; it takes no '%.*s'",
                           (int)cbor_string_length(pair->key),
                           (const char *)cbor_string_handle(pair->key));
    }
    for (size_t i = 0; i < RPA_ARGS_MAX && act->args[i].name; i++)
        if (act->args[i].required && !rpa_msg_get(args, act->args[i].name))
            rpa_buf_printf(&bad, "; '%s' is missing", act->args[i].name);
    int r = 0;
    if (bad.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    else if (bad.len)
        r = rpa_fail(err, RPA_EINVAL, "%s: %s", act->name, bad.data + 2);
    rpa_buf_clear(&bad);
    return r;
}
