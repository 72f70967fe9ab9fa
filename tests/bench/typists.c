/* The others that type: from their first key on, without their start. */
#include "typists.h"

#include "rpa/base/time.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void desk_open(struct desk *desk, const struct typist *who,
               const char *const argv[], const char *title)
{
    struct rpa_err err;
    *desk = (struct desk){ 0 };
    xvfb_start(&desk->x, 1280, 1024);
    if (rpa_display_open(desk->x.name, &desk->d, &err) < 0 ||
        (who->keymap && rpa_keymap_install(desk->d, NULL, 0, &err) < 0))
        bench_fail("%s", err.msg);
    xvfb_spawn(&desk->x, argv);
    if (rpa_window_find(desk->d, title, NULL, rpa_mono_us() + 20000000,
                        &desk->window, &err) < 0 ||
        rpa_window_focus(desk->d, desk->window, rpa_mono_us() + 5000000, &err) < 0)
        bench_fail("%s; %s", err.msg, err.seen);
    setenv("DISPLAY", desk->x.name, 1); /* for the typist */
}

void desk_close(struct desk *desk)
{
    rpa_display_close(desk->d);
    xvfb_stop(&desk->x);
}

static int64_t by_xdotool(const struct bench *b, struct desk *desk,
                          const struct text *text)
{
    int64_t since = rpa_mono_us();
    (void)b;
    (void)desk;
    free(bench_run((const char *[]){ "xdotool", "type", "--delay", "0",
                                     text->all, NULL }, 0));
    return since;
}

static int64_t by_xte(const struct bench *b, struct desk *desk,
                      const struct text *text)
{
    char command[LINES * LINE_BYTES + 4];
    int64_t since = rpa_mono_us();
    (void)b;
    (void)desk;
    snprintf(command, sizeof command, "str %s", text->all);
    /* it gives up at a letter without key */
    free(bench_run((const char *[]){ "sh", "-c", "xte \"$0\" 2>/dev/null || :",
                                     command, NULL }, 0));
    return since;
}

int64_t nutjs_type(const struct bench *b, const char *text)
{
    char script[512], said[8] = "";
    int in[2], out[2], status = -1;
    snprintf(script, sizeof script, "%s/peers/nutjs.js", b->build);
    if (pipe(in) < 0 || pipe(out) < 0)
        bench_fail("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execlp("node", "node", script, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    if (pid < 0 || read(out[0], said, sizeof said) < 6)
        bench_fail("nut.js does not start: scripts/bench installs it");
    int64_t since = rpa_mono_us();
    size_t len = strlen(text);
    if (write(in[1], text, len) != (ssize_t)len)
        bench_fail("nut.js takes no text");
    close(in[1]);
    if (waitpid(pid, &status, 0) < 0 || status != 0)
        bench_fail("nut.js failed (status %d)", status);
    close(out[0]);
    return since;
}

static int64_t by_nutjs(const struct bench *b, struct desk *desk,
                        const struct text *text)
{
    (void)desk;
    return nutjs_type(b, text->all);
}

static int64_t by_xtest(const struct bench *b, struct desk *desk,
                        const struct text *text)
{
    struct rpa_err err;
    int64_t since = rpa_mono_us();
    (void)b;
    for (int i = 0; i < LINES; i++)
        if (rpa_keys_text(desk->d, desk->window, text->line[i],
                          strlen(text->line[i]), NULL, &err) < 0)
            bench_fail("%s", err.msg);
    return since;
}

const struct typist typists[] = {
    { "xdotool", false, by_xdotool },
    { "xte", false, by_xte },
    { "nutjs", false, by_nutjs },
    { "xtest", true, by_xtest },
    { 0 },
};
