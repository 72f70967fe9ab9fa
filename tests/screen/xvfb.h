#ifndef RPA_TESTS_SCREEN_XVFB_H
#define RPA_TESTS_SCREEN_XVFB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * A private Xvfb for one test, and programs on it. All die with the test
 * process. What cannot start ends the test ("Bail out!"), since nothing could
 * be tested then.
 */
struct xvfb {
    pid_t pid;
    char name[16]; /* ":7" */
};

/** Start a server with @width x @height x 24, no TCP, -noreset; waits for it. */
void xvfb_start(struct xvfb *x, int width, int height);
/** End it and wait. A second call is fine. */
void xvfb_stop(struct xvfb *x);

/** Start @argv (NULL-ended) with DISPLAY set, stdin and stdout on /dev/null,
 * in its own process group. */
pid_t xvfb_spawn(const struct xvfb *x, const char *const argv[]);
/** End one and wait. 0 is fine. */
void xvfb_reap(pid_t pid);

/** A new empty directory under $TMPDIR; @path has room for 256 bytes. */
void tmp_dir(char path[static 256]);
/** Remove it and what stands in it (one level). */
void tmp_remove(const char *path);
/** Wait (inotify, then look) until the file has at least @len bytes or
 * @timeout_ms ran out. Returns its contents, NUL-terminated, free() it; *@ret
 * its length. */
char *file_wait(const char *path, size_t len, int timeout_ms, size_t *ret);

#endif
