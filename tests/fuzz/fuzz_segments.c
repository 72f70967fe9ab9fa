/* Fuzzer of rpa.segments, through Lua as a bot has it: the first line declares the
 * fields ("3 2z 20": widths, z filled with 0), the rest is a block of them. What is
 * read and written is the same to the last byte.
 *
 *   ./fuzz_segments -max_total_time=60 CORPUS tests/fuzz/corpus/segments
 */
#include "bot.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char chunk[] =
    "local head, block = rpa.set.data:match('^([^\\n]*)\\n?(.*)$')\n"
    "local fields = {}\n"
    "for width, zero in head:gmatch('(%-?%d+)(z?)') do\n"
    "  fields[#fields + 1] = { 'f' .. #fields, math.tointeger(tonumber(width)) or width,\n"
    "    fill = zero == 'z' and '0' or nil }\n"
    "end\n"
    "local good, segment = pcall(rpa.segments.define, fields)\n"
    "if not good then\n"
    "  assert(segment.code == 'EINVAL')\n"
    "  return\n"
    "end\n"
    "local fine, list = pcall(segment.all, segment, block)\n"
    "if not fine then\n"
    "  assert(list.code == 'EINVAL')\n"
    "  return\n"
    "end\n"
    "assert(not pcall(segment.all, segment, block, #list + 1))\n"
    "local again = {}\n"
    "for i, record in ipairs(list) do\n"
    "  again[i] = segment:write(record)\n"
    "  for _, field in ipairs(fields) do\n"
    "    assert(#record[field[1]] == field[2])\n"
    "    local text = segment:trimmed(record)[field[1]]\n"
    "    assert(record[field[1]]:sub(1, #text) == text and text:sub(-1) ~= ' ')\n"
    "  end\n"
    "end\n"
    "assert(table.concat(again) == block)\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bot(chunk, data, size, NULL, NULL);
    return 0;
}
