/* Fuzzer of the import of work items: the first byte's lowest bit chooses CSV
 * or JSON Lines, its others the size of the pieces the rest is fed in. */
#include "rpa/queue/import.h"
#include "rpa/queue/payload.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *data, int64_t row, const struct rpa_work_new *work)
{
    struct rpa_buf faults = { 0 };
    struct rpa_err err;
    (void)data;
    /* what was read is a payload, whole and with its reference */
    if (row < 1 || !work->reference ||
        rpa_payload_check(NULL, work->payload, work->payload_len, &faults,
                          &err) < 0)
        abort();
    rpa_buf_clear(&faults);
    return 0;
}

static void refuse(void *data, int64_t row, const char *column,
                   const char *what)
{
    (void)data;
    if (row < 1 || !column || !what[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rpa_import_to to = { take, refuse, NULL };
    struct rpa_import *import = NULL;
    struct rpa_err err;
    if (size < 1)
        return 0;
    const struct rpa_import_spec spec = {
        .form = data[0] & 1 ? RPA_IMPORT_JSONL : RPA_IMPORT_CSV,
        .reference = "id", .deadline = data[0] & 2 ? "due" : NULL,
        .priority = data[0] & 4 ? "n" : NULL,
    };
    size_t piece = (size_t)(data[0] >> 3) + 1;
    if (rpa_import_new(&spec, &to, &import, &err) < 0)
        return 0;
    int r = 0;
    for (size_t at = 1, n; r == 0 && at < size; at += n) {
        n = piece < size - at ? piece : size - at;
        r = rpa_import_feed(import, data + at, n, &err);
    }
    if (r == 0)
        rpa_import_end(import, &err);
    rpa_import_free(import);
    return 0;
}
