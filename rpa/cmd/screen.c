/* rpa screen: what a window shows, and a screen map against it. Runs a chunk of
 * Lua like any bot (lib/lua/rpa/look.lua), so that reading a screen here is
 * rowed like any other reading. */
#include "rpa/cmd/run.h"
#include "rpa/base/buf.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/config/file.h"
#include "rpa/config/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAVED_MAX (1 << 20) /* bytes */

static const char synopsis[] =
    "usage: rpa screen --display :N [--window TITLE] [--json] [--state DIR]\n"
    "       rpa screen --display :N --map MAP [--window TITLE] [--mode MODE]\n"
    "       rpa screen --map MAP --saved FILE\n"
    "\n"
    "Prints the grid of characters with rulers, unreadable cells as ▒, then\n"
    "the cursor and the fields by label. Without --window: lists the windows.\n"
    "With --map: what of the screen map is there, and what is not; exit status 1\n"
    "if anything is not. --saved: what --json printed, instead of a window.\n";

struct words {
    char *word[24];
    int n;
};

static void add(struct words *run, const char *option, const char *value)
{
    if (!value)
        return;
    run->word[run->n++] = (char *)option;
    run->word[run->n++] = (char *)value;
}

static const char *setting(struct rpa_buf *buf, const char *key,
                           const char *value)
{
    if (!value)
        return NULL;
    rpa_buf_printf(buf, "%s=%s", key, value);
    return buf->data;
}

/* the same path as `rpa run -e` */
static int show(struct rpa_options *o, const char *display, const char *saved,
                const char *state_dir)
{
    const char *window = rpa_option_text(o, "window"),
               *state = rpa_option_text(o, "state"),
               *map = rpa_option_text(o, "map");
    struct rpa_buf set[4] = { { 0 } };
    struct words run = { { "screen", "--quiet" }, 2 };
    add(&run, "--execute", "require('rpa.look')(rpa.set)");
    add(&run, "--state", state ? state : state_dir);
    add(&run, "--map", map);
    add(&run, "--mode", rpa_option_text(o, "mode"));
    add(&run, "--set", setting(&set[0], "window", window ? window : ""));
    if (!saved) {
        add(&run, "--display", display);
        add(&run, "--allow", window ? set[0].data : "window=*");
    }
    add(&run, "--set", setting(&set[1], "map", map));
    add(&run, "--set", setting(&set[2], "saved", saved));
    add(&run, "--set",
        setting(&set[3], "json", rpa_option_flag(o, "json") ? "1" : NULL));
    bool failed = false;
    for (int i = 0; i < 4; i++)
        failed = failed || set[i].failed;
    int status = failed ? 8 : cmd_run(run.n, run.word, state_dir);
    for (int i = 0; i < 4; i++)
        rpa_buf_clear(&set[i]);
    return status;
}

static int read_and_show(struct rpa_options *o, const char *display,
                         const char *state_dir)
{
    const char *file = rpa_option_text(o, "saved");
    char *saved = NULL;
    size_t len;
    struct rpa_err err;
    int r = file ? rpa_read_text(file, SAVED_MAX, &saved, &len, &err) : 0;
    if (r < 0)
        rpa_log_err(&err);
    int status = r < 0 ? rpa_code_exit(err.code)
                       : show(o, display, saved, state_dir);
    free(saved);
    return status;
}

int cmd_screen(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_SCREEN, synopsis, argc, argv, &o, &status)) {
        const char *display = rpa_option_text(&o, "display");
        display = display ? display : getenv("DISPLAY");
        bool saved = rpa_option_text(&o, "saved"),
             fine = !o.nargs && (saved ? rpa_option_text(&o, "map") != NULL
                                       : display != NULL);
        if (!fine)
            fputs(synopsis, stderr);
        status = fine ? read_and_show(&o, display, state_dir) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
