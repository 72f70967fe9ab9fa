/* The purpose block, from the command line and from a file. */
#include "rpa/config/purpose.h"
#include "tap.h"
#include "unit/tmpdir.h"

#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *arg;
    const char *bad; /* part of the sentence; NULL: fine */
} cases[] = {
    { "justification=vetting case 7,reason=3", NULL },
    { "justification=abc", NULL },
    { "justification=ab", "justification wants 3 to 250 characters" },
    { "justification= . ", "justification wants letters or digits" },
    { "justification=Siân", NULL },
    { "on_behalf=ŵŵŵ", NULL },
    { "on_behalf=ŵŵ", "on_behalf wants 3 to 50" },
    { "originator=abc,location=abc",
      "originator wants 4 to 53 characters; location wants 4 to 48" },
    { "reason=0", NULL },
    { "reason=10", NULL },
    { "reason=11", "reason wants a code from 0 to 10" },
    { "reason=-1", "reason wants" },
    { "reason=", "reason wants" },
    { "reason=3x", "reason wants" },
    { "reason=99999999999999999999", "reason wants" },
    { "reference=", "reference wants 1 to 100" },
    { "colour=red", "there is no 'colour'" },
    { "justification=abc,x", "'x' wants key=value" },
    { "justification=ab\xff" "c", "justification wants" },
    { "=abc", "there is no ''" },
    { ",,reference=r,,", NULL },
};

static void from_file(const char *dir)
{
    char path[300];
    struct rpa_purpose p = { 0 };
    struct rpa_err err = { 0 };
    snprintf(path, sizeof path, "%s/purpose", dir);
    FILE *f = fopen(path, "w");
    fputs("# a comment\njustification=online reports, night shift\n\n"
          "reason=4\nlocation=HQ Bala\n", f);
    fclose(f);
    is_int(rpa_purpose_read(path, &p, &err), 0, "a file");
    is_str(p.block.justification, "online reports, night shift",
           "a file takes commas");
    is_int(p.block.reason, 4, "reason");
    is_str(p.block.on_behalf, NULL, "what is not given is not there");
    is_int(rpa_purpose_read("reason=99", &p, &err), -RPA_EINVAL, "a bad one");
    is_str(p.block.location, "HQ Bala", "leaves the old one as it was");
    is_int(rpa_purpose_read("reason=1", &p, &err), 0, "another");
    is_str(p.block.location, NULL, "replaces it");
    rpa_purpose_clear(&p);
    rpa_purpose_clear(&p);
    is_int(rpa_purpose_read("/nowhere/at/all", &p, &err), -RPA_ENOTFOUND,
           "no such file");
    is_int(rpa_purpose_read(dir, &p, &err), -RPA_EINVAL, "a folder");
    unlink(path);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_purpose p = { 0 };
        struct rpa_err err = { 0 };
        int r = rpa_purpose_read(cases[i].arg, &p, &err);
        if (!ok(cases[i].bad ? r == -RPA_EINVAL && strstr(err.msg, cases[i].bad)
                             : r == 0,
                "%s: %s", cases[i].arg, cases[i].bad ? cases[i].bad : "fine"))
            printf("# %d %s\n", r, err.msg);
        if (r == 0)
            rpa_purpose_clear(&p);
    }
    struct rpa_purpose p = { 0 };
    rpa_purpose_read("reference=r1", &p, NULL);
    is_int(p.block.reason, -1, "no reason is -1");
    rpa_purpose_clear(&p);
    tmp_begin();
    from_file(tmpdir);
    return tap_done();
}
