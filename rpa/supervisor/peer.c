#include "rpa/supervisor/peer.h"
#include "rpa/config/people.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD /* Linux 6.5 */
#define SO_PEERPIDFD 77
#endif

#define PARENTS_MAX 64

static pid_t parent_of(pid_t pid)
{
    char path[32], text[512];
    int parent = -1;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file)
        fclose(file);
    char *name_end = strrchr(text, ')'); /* a name may hold anything */
    if (!name_end || sscanf(name_end + 1, " %*c %d", &parent) != 1)
        return -1;
    return parent;
}

/* Everything the run started has us among its parents: we are its subreaper.
 * What cannot be followed counts as ours. */
static bool is_ours(pid_t pid)
{
    for (int i = 0; i < PARENTS_MAX; i++) {
        if (pid < 0 || pid == getpid())
            return true;
        if (pid <= 1)
            return false;
        pid = parent_of(pid);
    }
    return true;
}

/* was it there all the time? A number may have gone to another process. */
static bool still_there(int fd)
{
    int pidfd;
    socklen_t len = sizeof pidfd;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) < 0)
        return errno == ENOPROTOOPT; /* an older kernel cannot tell */
    struct pollfd p = { .fd = pidfd, .events = POLLIN };
    bool there = poll(&p, 1, 0) == 0;
    close(pidfd);
    return there;
}

int peer_check(int fd, bool admits, struct peer *ret, struct rpa_err *err)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
        return rpa_fail_errno(err, RPA_EPERM, "asking who connects");
    ret->own = peer.uid == 0 || peer.uid == geteuid();
    if (!ret->own && !admits)
        return rpa_fail(err, RPA_EPERM,
                        "this supervisor answers its own user, not uid %u",
                        (unsigned)peer.uid);
    if (peer.pid <= 0 || is_ours(peer.pid) || !still_there(fd))
        return rpa_fail(err, RPA_EPERM,
                        "the supervisor does not answer what its runs started");
    ret->uid = people_login(peer.pid, peer.uid);
    return 0;
}
