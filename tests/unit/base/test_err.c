#include "rpa/base/err.h"
#include "tap.h"

#include <errno.h>

int main(void)
{
    struct rpa_err err = { 0 };
    is_int(rpa_fail(&err, RPA_EWINDOW, "no window '%s'", "CRS"), -RPA_EWINDOW,
           "fail returns the negative code");
    is_str(err.msg, "no window 'CRS'", "the sentence");
    ok(strstr(err.where, "test_err.c:") != NULL, "where it was raised");
    rpa_err_hint(&err, "open it");
    rpa_err_context(&err, "step %d", 3);
    is_str(err.msg, "step 3: no window 'CRS'", "context goes before");
    is_str(err.hint, "open it", "hint is kept");
    errno = ENOENT;
    rpa_fail_errno(&err, RPA_EIO, "opening x");
    is_str(err.msg, "opening x: No such file or directory", "errno's text");
    is_int(err.native, ENOENT, "native");
    is_str(err.hint, "", "a new failure clears the hint");
    char wide[1000];
    memset(wide, 'a', sizeof wide);
    memcpy(wide + 318, "\xc5\xb5", 3);
    rpa_fail(&err, RPA_EIO, "%s", wide);
    is_int((long long)strlen(err.msg), 318, "cut between characters");
    rpa_err_place(&err, "bots/x/main.lua:41");
    is_int((long long)strlen(err.msg), 319, "a place cuts the sentence");
    is_str(err.msg + 319 - 22, "  (bots/x/main.lua:41)", "and stands behind it");
    rpa_fail(&err, RPA_EBOT, "x.lua:2: boo");
    rpa_err_place(&err, "x.lua:2");
    is_str(err.msg, "boo  (x.lua:2)", "a place is said once");
    rpa_err_place(&err, "");
    is_str(err.msg, "boo  (x.lua:2)", "no place");
    ok(rpa_err_hint_of(&err)[0], "a code has a hint");
    rpa_err_hint(&err, "open it");
    is_str(rpa_err_hint_of(&err), "open it", "a failure's own is better");
    is_int(rpa_fail(NULL, RPA_EIO, "x"), -RPA_EIO, "NULL err");
    is_str(rpa_code_name(RPA_EWINDOW), "EWINDOW", "name");
    is_int(rpa_code_from_name("EWINDOW"), RPA_EWINDOW, "name to code");
    is_int(rpa_code_exit(RPA_EPERM), 5, "exit of a refusal");
    is_int(rpa_code_exit(12345), 70, "exit of no code");
    return tap_done();
}
