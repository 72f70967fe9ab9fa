/* rpa screen: what a window shows. Runs a chunk of Lua like any bot, so that
 * reading a screen here is rowed like any other reading. */
#include "rpa/cmd_run.h"
#include "rpa/base/buf.h"
#include "rpa/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char synopsis[] =
    "usage: rpa screen --display :N [--window TITLE] [--state DIR]\n"
    "\n"
    "Prints the grid of characters with rulers, unreadable cells as ▒, then\n"
    "the cursor and the fields by label. Without --window: lists the windows.\n";

static const char list_chunk[] =
    "for _, w in ipairs(rpa.windows()) do\n"
    "    print(('%d  %s  (%s)'):format(w.window, w.title, w.class))\n"
    "end\n";

static const char read_chunk[] =
    "local grid = rpa.window(rpa.set.window, { timeout = 2 }):grid()\n"
    "local s = grid:read()\n"
    "local tens, ones = {}, {}\n"
    "for col = 1, s.cols do\n"
    "    tens[col] = col % 10 == 0 and tostring(col // 10 % 10) or ' '\n"
    "    ones[col] = tostring(col % 10)\n"
    "end\n"
    "print('    ' .. table.concat(tens))\n"
    "print('    ' .. table.concat(ones))\n"
    "for row, line in ipairs(s.lines) do\n"
    "    print(('%3d '):format(row) .. line:gsub('\\u{FFFD}', '▒'))\n"
    "end\n"
    "if s.cursor then\n"
    "    print(('cursor: row %d, column %d'):format(s.cursor.row, "
    "s.cursor.col))\n"
    "end\n"
    "if s.title then print('screen: ' .. s.title) end\n"
    "if #s.unknown > 0 then\n"
    "    print(('%d cells cannot be read exactly (▒)'):format(#s.unknown))\n"
    "end\n"
    "for _, f in ipairs(s.fields) do\n"
    "    print(('field %-24s row %2d, column %2d, room %d'):format(\n"
    "        \"'\" .. f.label .. \"'\", f.row, f.col, f.room))\n"
    "end\n";

/* the same path as `rpa run -e` */
static int show(struct rpa_options *o, const char *display,
                const char *state_dir)
{
    const char *window = rpa_option_text(o, "window"),
               *state = rpa_option_text(o, "state");
    struct rpa_buf allow = { 0 }, set = { 0 };
    rpa_buf_printf(&allow, "window=%s", window ? window : "");
    rpa_buf_printf(&set, "window=%s", window ? window : "");
    char *run[] = { "run", "--execute",
                    (char *)(window ? read_chunk : list_chunk), "--quiet",
                    "--display", (char *)display, "--allow", allow.data,
                    "--set", set.data, "--state",
                    (char *)(state ? state : state_dir), NULL };
    int status = allow.failed || set.failed
                     ? 8
                     : cmd_run((int)(sizeof run / sizeof *run) - 1, run,
                               state_dir);
    rpa_buf_clear(&allow);
    rpa_buf_clear(&set);
    return status;
}

int cmd_screen(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_SCREEN, synopsis, argc, argv, &o, &status)) {
        const char *display = rpa_option_text(&o, "display");
        display = display ? display : getenv("DISPLAY");
        if (o.nargs || !display)
            fputs(synopsis, stderr);
        status = o.nargs || !display ? 2 : show(&o, display, state_dir);
    }
    rpa_options_clear(&o);
    return status;
}
