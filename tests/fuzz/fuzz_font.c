/* A font file that someone shared: whatever is taken must read a cell, or a line
 * of text, without harm. */
#include "lib/screen/face.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_a_cell(const struct rpa_font *f, const uint8_t *data,
                        size_t size)
{
    uint32_t px[RPA_GLYPH_MAX * RPA_GLYPH_MAX];
    struct rpa_spill spill = { .last = true };
    struct rpa_cell cell;
    for (size_t i = 0; i < sizeof px / sizeof *px; i++)
        px[i] = data[i % size] * 0x10101u;
    rpa_decode_cell(f, px, f->cw, &spill, &cell);
}

static void read_a_line(const struct rpa_face *f, const uint8_t *data,
                        size_t size)
{
    enum { W = 200, H = 2 * RPA_FACE_HEIGHT_MAX };
    static uint32_t px[W * H];
    struct rpa_frame fr = { W, H, px };
    struct rpa_strip s = { &fr, { 20, RPA_FACE_HEIGHT_MAX - 8, 60, 12 }, { 0, H },
                           0 };
    struct rpa_buf text = { 0 };
    for (size_t i = 0; i < W * H; i++)
        px[i] = data[i % size] & 1 ? 0 : data[i % size] * 0x10101u;
    rpa_face_walk(f, &s, &text);
    rpa_buf_clear(&text);
}

static void read_face(const char *text, size_t len, const uint8_t *data,
                      size_t size)
{
    struct rpa_face *f;
    struct rpa_err err;
    if (rpa_face_parse(text, len, &f, &err) < 0)
        return;
    read_a_line(f, data, size);
    rpa_face_free(f);
}

static void read_font(const char *text, size_t len, const uint8_t *data,
                      size_t size)
{
    struct rpa_font *f;
    struct rpa_err err;
    read_face(text, len, data, size);
    if (rpa_font_parse(text, len, NULL, 0, &f, &err) < 0)
        return;
    read_a_cell(f, data, size);
    rpa_font_free(f);
}

/* as it is; and with a sum that is right, which no fuzzer would find */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpa_buf file = { 0 };
    uint64_t sum = 14695981039346656037u;
    if (size == 0)
        return 0;
    read_font((const char *)data, size, data, size);
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 1099511628211u;
    rpa_buf_add(&file, data, size);
    rpa_buf_printf(&file, "end %016" PRIx64 "\n", sum);
    assert(!file.failed);
    read_font(file.data, file.len, data, size);
    rpa_buf_clear(&file);
    return 0;
}
