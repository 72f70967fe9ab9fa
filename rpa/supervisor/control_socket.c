/* The control socket in its folder. */
#include "rpa/supervisor/control.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void control_address(int dir, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(ret->sun_path, sizeof ret->sun_path,
             "/proc/self/fd/%d/" CONTROL_NAME, dir);
}

int control_listen(int dir, struct rpa_err *err)
{
    struct sockaddr_un at;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    control_address(dir, &at);
    unlinkat(dir, CONTROL_NAME, 0); /* of a lost supervisor: the store's lock is ours */
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ||
        fchmodat(dir, CONTROL_NAME, 0600, 0) < 0 || listen(fd, 8) < 0) {
        rpa_fail_errno(err, RPA_EIO, "making the control socket");
        if (fd >= 0)
            close(fd);
        return -RPA_EIO;
    }
    return fd;
}
