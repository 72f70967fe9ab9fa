/* The process that seals a run's pictures. */
#include "rpa/supervisor/album.h"
#include "rpa/audit/picture.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"
#include "rpa/role/roles.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#define SUPERVISOR 3

static int keep(struct rpa_audit_album *album, const cbor_item_t *msg, int fd,
                struct rpa_audit_pictured *ret, struct rpa_err *err)
{
    int64_t run = 0, grp = 0, number = 0;
    void *png;
    size_t len;
    rpa_msg_int(msg, "run", &run);
    rpa_msg_int(msg, "grp", &grp);
    rpa_msg_int(msg, "number", &number);
    int r = rpa_memfd_map(fd, RPA_AUDIT_PICTURE_MAX, &png, &len, err);
    if (r < 0)
        return r;
    r = rpa_audit_album_keep(album, run, grp, number, png, len, ret, err);
    munmap(png, len);
    return r;
}

static int answer(struct rpa_audit_album *album, const cbor_item_t *msg, int fd,
                  struct rpa_err *err)
{
    struct rpa_audit_pictured file;
    struct rpa_err why;
    int64_t run = 0, number = 0;
    cbor_item_t *reply = rpa_msg_new();
    rpa_msg_int(msg, "number", &number);
    rpa_msg_put_int(reply, "number", number);
    rpa_msg_int(msg, "run", &run);
    int done = fd < 0 ? rpa_audit_album_drop(album, run, number, &why)
                      : keep(album, msg, fd, &file, &why);
    if (done < 0)
        rpa_msg_put_err(reply, &why);
    else if (fd >= 0)
        rpa_msg_put_bytes(reply, "file", &file, sizeof file);
    int r = rpa_msg_send(SUPERVISOR, reply, NULL, 0, err);
    rpa_msg_free(&reply);
    return r;
}

int rpa_role_pictures(void)
{
    struct rpa_audit_album *album = NULL;
    struct rpa_err err;
    rpa_role_keep_to_itself();
    rpa_log_init("pictures", RPA_LOG_INFO);
    signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, no crash */
    int r = rpa_audit_album_open(".", &album, &err);
    while (r == 0) {
        cbor_item_t *msg = NULL;
        int fd = -1;
        r = rpa_msg_recv(SUPERVISOR, RPA_MSG_FOREVER, &msg, &fd, &err);
        if (r == 0)
            r = answer(album, msg, fd, &err);
        if (fd >= 0)
            close(fd);
        rpa_msg_free(&msg);
    }
    rpa_audit_album_close(album);
    if (r != -RPA_EGONE)
        rpa_log_err(&err);
    return r != -RPA_EGONE;
}
