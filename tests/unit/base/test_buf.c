#include "rpa/base/buf.h"
#include "tap.h"

#include <stdlib.h>

int main(void)
{
    struct rpa_buf buf = { 0 };
    rpa_buf_puts(&buf, "one ");
    rpa_buf_printf(&buf, "%d", 2);
    rpa_buf_putc(&buf, '!');
    is_str(buf.data, "one 2!", "put together");
    for (int i = 0; i < 1000; i++)
        rpa_buf_add(&buf, "0123456789", 10);
    is_int((long long)buf.len, 10006, "grows");
    rpa_buf_clear(&buf);
    rpa_buf_escape(&buf, "a\x1b[2J\n\xc5\xb5\xff\xe2\x80\xae", 12);
    is_str(buf.data, "a\\x1b[2J\\x0a\xc5\xb5\\xff\\xe2\\x80\\xae",
           "escapes control bytes, bad UTF-8 and bidi overrides");
    rpa_buf_clear(&buf);
    rpa_buf_hex(&buf, "\0\x9f\xff", 3);
    is_str(buf.data, "009fff", "hexadecimal");
    char *mine = rpa_buf_take(&buf);
    ok(mine && !buf.data, "take hands over");
    free(mine);
    mine = rpa_buf_take(&buf);
    is_str(mine, "", "take of nothing is an empty string");
    free(mine);
    struct rpa_buf other = { 0 };
    rpa_buf_clear(&buf);
    ok(rpa_buf_same(&buf, &other), "nothing is the same as nothing");
    rpa_buf_add(&buf, "a\0b", 3);
    rpa_buf_add(&other, "a\0c", 3);
    ok(!rpa_buf_same(&buf, &other), "behind a NUL, too, it may be another");
    other.data[2] = 'b';
    ok(rpa_buf_same(&buf, &other), "or the same");
    rpa_buf_clear(&buf);
    rpa_buf_clear(&other);
    rpa_buf_clear(NULL);
    return tap_done();
}
