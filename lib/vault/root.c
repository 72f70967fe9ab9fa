#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USES = RPA_ROOT_QUEUE };

struct rpa_root {
    uint8_t key[USES][KEY_LEN];
};

const uint8_t *root_key(const struct rpa_root *root, enum rpa_root_use use)
{
    return root->key[use - 1];
}

static int place(char *out, size_t size, const char *dir, const char *name,
                 struct rpa_err *err)
{
    if (snprintf(out, size, "%s/%s", dir, name) >= (int)size)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", dir);
    return 0;
}

static int read_key(const char *path, uint8_t key[static KEY_LEN],
                    struct rpa_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return rpa_fail_errno(err, errno == ENOENT ? RPA_ENOTFOUND : RPA_EIO,
                              "cannot open the root key %s", path);
    int r = 0;
    struct stat st;
    if (fstat(fd, &st) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "cannot look at %s", path);
    else if (st.st_mode & 077)
        r = rpa_fail(err, RPA_EPERM, "others may read the root key %s (%03o)",
                     path, st.st_mode & 0777);
    else if (st.st_size != (off_t)KEY_LEN ||
             read(fd, key, KEY_LEN) != (ssize_t)KEY_LEN)
        r = rpa_fail(err, RPA_EINVAL, "%s is no root key", path);
    close(fd);
    return r;
}

static int sync_dir(const char *dir, struct rpa_err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 || fsync(fd) < 0
                ? rpa_fail_errno(err, RPA_EIO, "cannot sync %s", dir)
                : 0;
    if (fd >= 0)
        close(fd);
    return r;
}

/* Whole or not at all: written aside, synced, then linked to its name. Losing
 * the race to another process is fine; its key is read afterwards. */
static int make_key(const char *dir, const char *path, struct rpa_err *err)
{
    char aside[4096];
    if (snprintf(aside, sizeof aside, "%s.%d", path, (int)getpid()) >=
        (int)sizeof aside)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", dir);
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "cannot make %s", aside);
    uint8_t key[KEY_LEN];
    randombytes_buf(key, sizeof key);
    int r = 0;
    if (write(fd, key, sizeof key) != (ssize_t)sizeof key || fsync(fd) < 0 ||
        (link(aside, path) < 0 && errno != EEXIST))
        r = rpa_fail_errno(err, RPA_EIO, "cannot write the root key %s", path);
    sodium_memzero(key, sizeof key);
    close(fd);
    unlink(aside);
    return r == 0 ? sync_dir(dir, err) : r;
}

static int make_if_new(const char *dir, const char *path, struct rpa_err *err)
{
    if (access(path, F_OK) == 0)
        return 0;
    static const char *const sealed[] = { "keys.db", "secrets.db",
                                          "queue.db" };
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
        char name[4096];
        int r = place(name, sizeof name, dir, sealed[i], err);
        if (r < 0)
            return r;
        if (access(name, F_OK) == 0) {
            rpa_fail(err, RPA_ENOTFOUND,
                     "the root key %s is missing, but %s was sealed under it",
                     path, sealed[i]);
            return rpa_err_hint(err, "restore root.key from its backup");
        }
    }
    return make_key(dir, path, err);
}

int rpa_root_open(const char *state_dir, bool create,
                  struct rpa_root **ret_root, struct rpa_err *err)
{
    if (sodium_init() < 0)
        return rpa_fail(err, RPA_EIO, "libsodium does not start");
    char path[4096];
    int r = place(path, sizeof path, state_dir, "root.key", err);
    if (r == 0 && create)
        r = make_if_new(state_dir, path, err);
    if (r < 0)
        return r;
    struct rpa_root *root = sodium_malloc(sizeof *root);
    uint8_t *master = sodium_malloc(KEY_LEN);
    if (!root || !master)
        r = rpa_fail(err, RPA_ENOMEM, "no locked memory for the root key");
    else
        r = read_key(path, master, err);
    for (unsigned use = 0; r == 0 && use < USES; use++)
        crypto_kdf_derive_from_key(root->key[use], KEY_LEN, use + 1, "rpa root",
                                   master);
    sodium_free(master);
    if (r == 0)
        *ret_root = root;
    else
        sodium_free(root);
    return r;
}

void rpa_root_close(struct rpa_root *root)
{
    sodium_free(root); /* wipes */
}

void rpa_root_mac(const struct rpa_root *root, enum rpa_root_use use,
                  const void *data, size_t len, uint8_t out[static 32])
{
    crypto_generichash(out, 32, data, len, root_key(root, use), KEY_LEN);
}

bool rpa_root_mac_ok(const struct rpa_root *root, enum rpa_root_use use,
                     const void *data, size_t len, const uint8_t mac[static 32])
{
    uint8_t want[32];
    rpa_root_mac(root, use, data, len, want);
    return sodium_memcmp(want, mac, sizeof want) == 0;
}
