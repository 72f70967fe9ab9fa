#include "rpa/supervisor/room.h"
#include "rpa/config/file.h"
#include "rpa/vault/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM_PATH 128

/* GTK 3 fades what gets or loses the focus over 200 ms, and no picture of it
 * would be like the last. Source: GtkSettings. */
static const char gtk[] = "[Settings]\n"
                          "gtk-enable-animations=false\n"
                          "gtk-cursor-blink=false\n";

/* Keys and clicks are the bot's. */
static const char openbox[] =
    "<?xml version=\"1.0\"?>\n"
    "<openbox_config xmlns=\"http://openbox.org/3.4/rc\">"
    "<keyboard/><mouse/></openbox_config>\n";

/* FamilyWild and no address, the name and the length of what is random.
 * Source: Xau(3), Xsecurity(7). */
static const char entry[] = "\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10";
#define RANDOM 16
_Static_assert(sizeof entry - 1 + RANDOM == ROOM_COOKIE, "the cookie's length");

void room_cookie(char ret[static ROOM_COOKIE])
{
    memcpy(ret, entry, sizeof entry - 1);
    rpa_random(ret + sizeof entry - 1, RANDOM);
}

static void name(char path[ROOM_PATH], const struct room *room, const char *what)
{
    snprintf(path, ROOM_PATH, "%s%s", room->dir, what);
}

static int make_dir(const struct room *room, const char *what, uid_t uid,
                    mode_t mode, struct rpa_err *err)
{
    char path[ROOM_PATH];
    name(path, room, what);
    if (mkdir(path, mode) < 0 || chmod(path, mode) < 0 ||
        (uid && chown(path, uid, uid) < 0))
        return rpa_fail_errno(err, RPA_EIO, "making %s", path);
    return 0;
}

static int write_own(const struct room *room, const char *what, const char *text,
                     size_t len, uid_t uid, struct rpa_err *err)
{
    char path[ROOM_PATH];
    name(path, room, what);
    return rpa_write_file(path, text, len, uid, err);
}

/* what each user of the run may read */
static int write_common(const struct room *room, const char *what,
                        const char *text, struct rpa_err *err)
{
    char path[ROOM_PATH];
    name(path, room, what);
    int r = rpa_write_file(path, text, strlen(text), 0, err);
    if (r == 0 && chmod(path, 0644) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    return r;
}

static int make_home(const struct room *room, struct rpa_err *err)
{
    static const char *const dirs[] = { "/home", "/home/.config",
                                        "/home/.config/gtk-3.0" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof dirs / sizeof *dirs; i++)
        r = make_dir(room, dirs[i], room->app, 0700, err);
    return r == 0 ? write_own(room, "/home/.config/gtk-3.0/settings.ini", gtk,
                              sizeof gtk - 1, room->app, err)
                  : r;
}

static int write_cookies(const struct room *room, struct rpa_err *err)
{
    if (!room->auth)
        return 0;
    int r = write_own(room, "/driver.xauth", room->auth, room->auth_len,
                      room->driver, err);
    return r == 0 ? write_own(room, "/app.xauth", room->auth, room->auth_len,
                              room->app, err)
                  : r;
}

int room_make(const void *data, struct rpa_err *err)
{
    const struct room *room = data;
    int r = make_dir(room, "", 0, 0711, err);
    if (r == 0)
        r = make_home(room, err);
    if (r == 0)
        r = write_cookies(room, err);
    if (r == 0)
        r = write_common(room, "/openbox.xml", openbox, err);
    return r;
}

int room_name(const void *data, struct rpa_err *err)
{
    const struct room *room = data;
    char *all = NULL, *whole = NULL;
    size_t len;
    int r = rpa_read_file("/etc/passwd", 1 << 20, &all, &len, err);
    if (r == 0 &&
        asprintf(&whole, "%.*s%s:x:%d:%d::%s/home:/bin/sh\n", (int)len, all,
                 ROOM_USER, (int)room->app, (int)room->app, room->dir) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    if (r == 0)
        r = write_common(room, room->passwd, whole, err);
    free(all);
    free(whole);
    return r;
}
