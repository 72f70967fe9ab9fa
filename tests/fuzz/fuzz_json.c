/* Fuzzer of rpa.json, through Lua as a bot has it: what is read and written is
 * read as the same again. Nothing may crash, leak or take long.
 *
 *   ./fuzz_json -max_total_time=60 -timeout=5 CORPUS tests/fuzz/corpus/json
 */
#include "bot.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char chunk[] =
    "local json = rpa.json\n"
    "local good, value = pcall(json.decode, rpa.set.data)\n"
    "if not good then\n"
    "  assert(value.code == 'EINVAL' and #value.msg > 0)\n"
    "  return\n"
    "end\n"
    "local text = json.encode(value)\n"
    "assert(json.encode(json.decode(text)) == text)\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bot(chunk, data, size, NULL, NULL);
    return 0;
}
