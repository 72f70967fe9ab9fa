/* Fuzzer of service maps: the input is {service, status, headers, body} in CBOR; a
 * service that a manifest may have is asked, and is so answered. One of the four
 * outcomes comes of it, by a rule of the map, and never one of what cannot be read.
 *
 *   ./fuzz_service -max_total_time=60 CORPUS tests/fuzz/corpus/service
 */
#include "bot.h"
#include "rpa/config/schema.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char chunk[] =
    "local service = rpa.service('s')\n"
    "local good, answer = pcall(service.ask, service, { path = '/{id}', id = 'A 1' })\n"
    "if not good then\n"
    "  assert(type(answer) == 'table' and answer.code, answer)\n"
    "  return\n"
    "end\n"
    "local calls = 0\n"
    "local function one() calls = calls + 1 end\n"
    "answer:case { found = one, not_found = one, locked = one, could_not_check = one }\n"
    "assert(calls == 1)\n"
    "if answer:is('could not check') then\n"
    "  assert(answer.why and not answer.value)\n"
    "  return\n"
    "end\n"
    "local status, ruled = tostring(answer.status), false\n"
    "for _, rule in ipairs(service.outcomes or {}) do\n"
    "  for _, want in ipairs(rule.status) do\n"
    "    ruled = ruled or rule.is == answer.outcome and (want == status or\n"
    "      want == status:sub(1, 1) .. 'xx')\n"
    "  end\n"
    "end\n"
    "assert(ruled, 'no rule says so')\n"
    "assert(service.type ~= 'json' or pcall(rpa.json.decode, rpa.set.data))\n"
    "assert(service.type ~= 'xml' or pcall(rpa.xml.parse, rpa.set.data))\n";

/* patterns of Lua may take for ever, which the supervisor ends and not we */
static bool is_slow(const cbor_item_t *service)
{
    size_t n, m, len;
    cbor_item_t **rules = rpa_msg_array(service, "outcomes", &n);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++) {
            cbor_item_t **all = rpa_msg_array(rules[i], k ? "has" : "lacks", &m);
            for (size_t j = 0; j < m; j++) {
                const char *text = rpa_cbor_text(all[j], &len);
                int loops = 0;
                for (size_t at = 0; text && at < len; at++)
                    loops += strchr("*+-?", text[at]) != NULL;
                if (loops > 2)
                    return true;
            }
        }
    return false;
}

/* the manifest with the service @of, if it may have it */
static cbor_item_t *manifest_of(cbor_item_t *of)
{
    struct rpa_err err;
    cbor_item_t *manifest = rpa_cbor_map(), *services = rpa_cbor_map();
    rpa_msg_put_item(services, "s", rpa_cbor_ref(of));
    rpa_msg_put_str(manifest, "name", "fuzzed");
    rpa_msg_put_item(manifest, "services", services);
    if (!of || rpa_schema_check(rpa_schema_manifest, "fuzzed", manifest, &err) < 0 ||
        is_slow(of))
        rpa_msg_free(&manifest);
    return manifest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpa_err err;
    cbor_item_t *in = NULL;
    if (size > 4096 || rpa_cbor_load(data, size, &in, &err) < 0)
        return 0;
    size_t len = 0;
    int64_t status = 200;
    const char *body = rpa_msg_bytes(in, "body", &len);
    cbor_item_t *manifest = manifest_of(rpa_msg_get(in, "service")),
                *headers = rpa_msg_get(in, "headers");
    if (manifest) {
        cbor_item_t *answer = rpa_msg_new(), *reply = rpa_cbor_map();
        rpa_msg_int(in, "status", &status);
        rpa_msg_put_int(reply, "status", status);
        rpa_msg_put_bytes(reply, "body", body ? body : "", len);
        rpa_msg_put_item(reply, "headers", rpa_cbor_map());
        if (headers && cbor_isa_map(headers)) {
            cbor_item_t *kept = rpa_msg_get(reply, "headers");
            char kind[200];
            if (rpa_msg_copy(headers, "Content-Type", kind, sizeof kind))
                rpa_msg_put_str(kept, "Content-Type", kind);
        }
        rpa_msg_put_item(answer, "ok", reply);
        fuzz_bot(chunk, body ? body : "", len, manifest, answer);
    }
    rpa_msg_free(&in);
    return 0;
}
