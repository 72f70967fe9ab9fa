/* Loaded into a supervisor with LD_PRELOAD: it counts the steps of the protocol
 * (a message taken or sent; a write, truncation, flush or new name of a file of
 * the store) and kills a role before one of them. Every row the supervisor is
 * about to acknowledge is noted outside first: whoever is told has it promised.
 *
 *   KILLAT_STEP   kill before this step; 0 never
 *   KILLAT_AFTER  count from the first message on that has this text in it
 *   KILLAT_SENDS  set: count only messages that are sent
 *   KILLAT_SIGNAL another signal than 9
 *   KILLAT_ROLE   supervisor, driver, bot: the first step from then on where
 *                 that one is there
 *   KILLAT_STATE  the state directory, whose list of children names them
 *   KILLAT_ACKS   file: the last acknowledged row, 8 bytes
 *   KILLAT_COUNT  file: how many steps there were
 *   KILLAT_NAMED  set: count only steps that have a name: a message taken or
 *                 sent, a flush; what was shown again and again counts once
 *   KILLAT_NAMES  file: the name of each step, "take KEY", "flush audit.db", a
 *                 line each
 */
#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two names here */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static long steps;
static int acks = -1;
static FILE *names;
static int armed; /* KILLAT_AFTER has come */

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("KILLAT_ACKS");
    if (path)
        acks = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (getenv("KILLAT_NAMES"))
        names = fopen(getenv("KILLAT_NAMES"), "ae");
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("KILLAT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", steps);
        fclose(file);
    }
}

static pid_t role_pid(const char *role)
{
    char path[4096], line[256], name[32];
    int pid = 0, found = 0;
    if (!strcmp(role, "supervisor"))
        return getpid();
    snprintf(path, sizeof path, "%s/children", getenv("KILLAT_STATE"));
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "%31s %d", name, &pid) == 2 && !strcmp(name, role))
            found = pid;
    if (file)
        fclose(file);
    return found;
}

/* a message goes by */
static void look(const void *data, size_t len)
{
    const char *after = getenv("KILLAT_AFTER");
    armed = armed || (after && memmem(data, len, after, strlen(after)));
}

/* the text behind @key, "\x64call", in a message of CBOR; "" if there is none */
static const char *text_of(const void *data, size_t len, const char *key)
{
    static char text[24];
    const unsigned char *at = memmem(data, len, key, strlen(key));
    size_t n = 0;
    text[0] = '\0';
    at = at ? at + strlen(key) : at;
    if (at && at < (const unsigned char *)data + len && *at >= 0x60 &&
        *at < 0x78 && at + 1 + *at - 0x60 <= (const unsigned char *)data + len)
        n = *at - 0x60u;
    if (n)
        memcpy(text, at + 1, n);
    text[n] = '\0';
    return text;
}

static const char *name_of(const char *does, const void *data, size_t len)
{
    static char name[64];
    static const char *const keys[] = { "\x64kind", "\x64" "call", "\x64" "seqs" };
    const char *what = "";
    for (size_t i = 0; i < 2 && !*what; i++)
        what = text_of(data, len, keys[i]);
    if (!*what)
        what = memmem(data, len, keys[2], 5)        ? "ack"
               : memmem(data, len, "\x63" "err", 4) ? "error"
                                                    : "answer";
    snprintf(name, sizeof name, "%s %s", does, what);
    return name;
}

static const char *name_of_file(const char *does, int fd)
{
    static char name[300];
    char link[32], path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%s %s", does, slash ? slash + 1 : path);
    return name;
}

/* @name NULL: a part of a step that has one */
static void step(int sends, const char *name)
{
    static int done, shown;
    const char *at = getenv("KILLAT_STEP"), *role = getenv("KILLAT_ROLE");
    const char *sign = getenv("KILLAT_SIGNAL");
    if ((getenv("KILLAT_AFTER") && !armed) ||
        (getenv("KILLAT_SENDS") && !sends) || (getenv("KILLAT_NAMED") && !name))
        return;
    int again = shown;
    shown = name && !strcmp(name, "take READ");
    if (getenv("KILLAT_NAMED") && shown && again)
        return;
    if (names && name) {
        fprintf(names, "%s\n", name);
        fflush(names);
    }
    if (++steps < (at ? atol(at) : 0) || !at || !atol(at) || done || !role)
        return;
    pid_t pid = role_pid(role);
    if (pid > 0) {
        done = 1;
        kill(pid, sign ? atoi(sign) : SIGKILL);
    }
}

/* the number at *@at, or the length of an array; -1: none */
static int64_t number(const unsigned char **at, const unsigned char *end)
{
    if (*at >= end)
        return -1;
    int low = *(*at)++ & 31;
    size_t more = low < 24 ? 0 : low < 28 ? (size_t)1 << (low - 24) : 99;
    int64_t n = more ? 0 : low;
    if (more > (size_t)(end - *at))
        return -1;
    while (more--)
        n = n << 8 | *(*at)++;
    return n;
}

/* an acknowledgement is {"v":1,"req":n,"seqs":[n, …],…} in CBOR (RFC 8949); the
 * last row stands for all before it */
static void note_ack(const struct msghdr *msg)
{
    static const char key[] = "\x64" "seqs";
    const unsigned char *data = msg->msg_iov[0].iov_base;
    size_t len = msg->msg_iov[0].iov_len;
    const unsigned char *at = memmem(data, len, key, 5), *end = data + len;
    if (acks < 0 || !at)
        return;
    at += 5;
    int64_t seq = -1;
    for (int64_t n = number(&at, end); n > 0; n--)
        seq = number(&at, end);
    if (seq > 0)
        NEXT(pwrite)(acks, &seq, sizeof seq, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
    step(1, name_of("send", msg->msg_iov[0].iov_base, msg->msg_iov[0].iov_len));
    note_ack(msg);
    return NEXT(sendmsg)(fd, msg, flags);
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    ssize_t n = NEXT(recvmsg)(fd, msg, flags);
    if (n > 0) {
        look(msg->msg_iov[0].iov_base, (size_t)n);
        step(0, name_of("take", msg->msg_iov[0].iov_base, (size_t)n));
    }
    return n;
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
    step(0, NULL);
    return NEXT(pwrite)(fd, from, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
    step(0, NULL);
    return NEXT(pwrite64)(fd, from, n, at);
}

int rename(const char *from, const char *to)
{
    step(0, NULL);
    return NEXT(rename)(from, to);
}

int ftruncate(int fd, off_t size)
{
    step(0, NULL);
    return NEXT(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    step(0, NULL);
    return NEXT(ftruncate64)(fd, size);
}

int fsync(int fd)
{
    step(0, name_of_file("flush", fd));
    return NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    step(0, name_of_file("flush", fd));
    return NEXT(fdatasync)(fd);
}
