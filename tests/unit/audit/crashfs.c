#include "crashfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 64, SECTOR = 512 };

enum what { MADE, WRITTEN, CUT, FLUSHED, FORGOTTEN, DELETED, RENAMED, FOLDER,
            ACKED, FAILED };

struct event {
    enum what what;
    int file;
    int64_t at; /* offset, new size, the row acknowledged, the new name */
    size_t len;
    unsigned char *data;
};

static struct {
    struct event *log;
    size_t n, cap;
    char name[FILES][64]; /* without the folder */
    int files;
    bool logging;
    /* the error to come */
    long calls, fail_at;
    enum crashfs_error error;
    bool ever_after;
    bool folders_forgotten;
} fs;

static sqlite3_vfs *real;

/* ---- the log ---- */

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void record(enum what what, int file, int64_t at, const void *data,
                   size_t len)
{
    if (!fs.logging)
        return;
    if (fs.n == fs.cap) {
        fs.cap = fs.cap ? fs.cap * 2 : 1024;
        fs.log = must(realloc(fs.log, fs.cap * sizeof *fs.log));
    }
    struct event *e = &fs.log[fs.n++];
    *e = (struct event){ what, file, at, len, NULL };
    if (data)
        e->data = memcpy(must(malloc(len + 1)), data, len);
}

/* one that SQLite had open; -1 none */
static int known(const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    for (int i = 0; i < fs.files; i++)
        if (!strcmp(fs.name[i], name))
            return i;
    return -1;
}

static int file_of(const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (known(path) >= 0)
        return known(path);
    if (fs.files == FILES)
        abort();
    snprintf(fs.name[fs.files], sizeof *fs.name, "%s", name);
    return fs.files++;
}

void crashfs_ack(int64_t seq)
{
    record(ACKED, -1, seq, NULL, 0);
}

size_t crashfs_events(void)
{
    return fs.n;
}

int64_t crashfs_acked(size_t events)
{
    for (size_t i = events; i-- > 0;)
        if (fs.log[i].what == ACKED)
            return fs.log[i].at;
    return 0;
}

/* ---- errors ---- */

void crashfs_fail(long nth, enum crashfs_error error, bool ever_after)
{
    fs.calls = 0;
    fs.fail_at = nth;
    fs.error = error;
    fs.ever_after = ever_after;
}

bool crashfs_failed(void)
{
    return fs.fail_at && fs.calls >= fs.fail_at;
}

int crashfs_acked_after(void)
{
    int n = 0;
    for (size_t i = fs.n; i-- > 0 && fs.log[i].what != FAILED;)
        n += fs.log[i].what == ACKED;
    return n;
}

/* SQLITE_OK, or what this call answers */
static int error_now(int eio)
{
    fs.calls++;
    bool now = fs.fail_at && (fs.ever_after ? fs.calls >= fs.fail_at
                                            : fs.calls == fs.fail_at);
    if (!now)
        return SQLITE_OK;
    record(FAILED, -1, 0, NULL, 0);
    return fs.error == CRASHFS_EIO ? eio : SQLITE_FULL;
}

/* ---- the VFS ---- */

struct shim {
    sqlite3_file base;
    int file;
    sqlite3_file *real; /* follows */
};

static sqlite3_file *under(sqlite3_file *f)
{
    return ((struct shim *)f)->real;
}

static int f_close(sqlite3_file *f)
{
    return under(f)->pMethods->xClose(under(f));
}

static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return under(f)->pMethods->xRead(under(f), to, n, at);
}

static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    int rc = error_now(SQLITE_IOERR_WRITE);
    if (rc == SQLITE_OK)
        rc = under(f)->pMethods->xWrite(under(f), from, n, at);
    if (rc == SQLITE_OK)
        record(WRITTEN, ((struct shim *)f)->file, at, from, (size_t)n);
    return rc;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = error_now(SQLITE_IOERR_TRUNCATE);
    if (rc == SQLITE_OK)
        rc = under(f)->pMethods->xTruncate(under(f), size);
    if (rc == SQLITE_OK)
        record(CUT, ((struct shim *)f)->file, size, NULL, 0);
    return rc;
}

static int f_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    int rc = error_now(SQLITE_IOERR_FSYNC);
    record(rc == SQLITE_OK ? FLUSHED : FORGOTTEN, ((struct shim *)f)->file, 0,
           NULL, 0);
    return rc;
}

/* what is passed on as it is */
#define PASS(name, call, ...)                                                  \
    static int name(sqlite3_file *f, __VA_ARGS__)                              \
    {                                                                          \
        return under(f)->pMethods->call;                                       \
    }
PASS(f_size, xFileSize(under(f), size), sqlite3_int64 *size)
PASS(f_lock, xLock(under(f), level), int level)
PASS(f_unlock, xUnlock(under(f), level), int level)
PASS(f_reserved, xCheckReservedLock(under(f), out), int *out)
PASS(f_control, xFileControl(under(f), op, arg), int op, void *arg)
PASS(f_shm_map, xShmMap(under(f), page, size, extend, out), int page, int size,
     int extend, void volatile **out)
PASS(f_shm_lock, xShmLock(under(f), at, n, flags), int at, int n, int flags)
PASS(f_shm_unmap, xShmUnmap(under(f), delete), int delete)

static int f_sector(sqlite3_file *f)
{
    return under(f)->pMethods->xSectorSize(under(f));
}

static int f_traits(sqlite3_file *f)
{
    return under(f)->pMethods->xDeviceCharacteristics(under(f));
}

static void f_shm_barrier(sqlite3_file *f)
{
    under(f)->pMethods->xShmBarrier(under(f));
}

static const sqlite3_io_methods methods = {
    2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock,
    f_reserved, f_control, f_sector, f_traits, f_shm_map, f_shm_lock,
    f_shm_barrier, f_shm_unmap, NULL, NULL,
};

static int v_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f,
                  int flags, int *out)
{
    (void)vfs;
    struct shim *shim = (struct shim *)f;
    shim->base.pMethods = NULL;
    shim->real = (sqlite3_file *)(shim + 1);
    int rc = error_now(SQLITE_CANTOPEN);
    bool made = path && access(path, F_OK) < 0;
    if (rc == SQLITE_OK)
        rc = real->xOpen(real, path, shim->real, flags, out);
    if (rc != SQLITE_OK)
        return rc;
    shim->file = path ? file_of(path) : FILES - 1;
    shim->base.pMethods = &methods;
    if (made)
        record(MADE, shim->file, 0, NULL, 0);
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int dirsync)
{
    (void)vfs;
    int rc = real->xDelete(real, path, 0);
    if (rc == SQLITE_OK) {
        record(DELETED, file_of(path), 0, NULL, 0);
        if (dirsync)
            record(FLUSHED, file_of(path), 0, NULL, 0);
    }
    return rc;
}

/* ---- what is not SQLite's to do: new names, and a folder's flush ---- */

/* does this call fail? errno says how */
static bool refused(void)
{
    if (error_now(SQLITE_IOERR) == SQLITE_OK)
        return false;
    errno = fs.error == CRASHFS_EIO ? EIO : ENOSPC;
    return true;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
    int r = refused() ? -1 : __real_rename(from, to);
    if (r == 0 && known(from) >= 0)
        record(RENAMED, known(from), file_of(to), NULL, 0);
    return r;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    struct stat st;
    if (refused())
        return -1;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        record(FOLDER, -1, 0, NULL, 0);
    return fs.logging ? 0 : __real_fsync(fd);
}

static void use(bool logging)
{
    static sqlite3_vfs shim;
    if (!real) {
        sqlite3_initialize();
        real = sqlite3_vfs_find(NULL);
        shim = *real;
        shim.zName = "crashfs";
        shim.szOsFile = (int)sizeof(struct shim) + real->szOsFile;
        shim.xOpen = v_open;
        shim.xDelete = v_delete;
    }
    sqlite3_vfs_register(&shim, 1);
    fs.logging = logging;
    crashfs_fail(0, CRASHFS_EIO, false);
}

void crashfs_forget_folders(bool on)
{
    fs.folders_forgotten = on;
}

void crashfs_on(void)
{
    for (size_t i = 0; i < fs.n; i++)
        free(fs.log[i].data);
    fs.n = 0;
    fs.files = 0;
    use(true);
}

void crashfs_quiet(void)
{
    use(false);
}

void crashfs_off(void)
{
    use(false);
    sqlite3_vfs_register(real, 1);
}

/* ---- images ---- */

struct image {
    unsigned char *data;
    size_t len, cap;
    bool there, sure; /* sure: that it is there, or that it is not */
};

static unsigned chance(unsigned *seed, unsigned of)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % of;
}

static void put(struct image *image, const struct event *e, size_t from,
                size_t len)
{
    size_t end = (size_t)e->at + from + len;
    if (end > image->cap) {
        size_t cap = end * 2;
        image->data = must(realloc(image->data, cap));
        memset(image->data + image->cap, 0, cap - image->cap);
        image->cap = cap;
    }
    memcpy(image->data + e->at + from, e->data + from, len);
    if (end > image->len)
        image->len = end;
}

static void cut(struct image *image, size_t size)
{
    if (size < image->len) {
        memset(image->data + size, 0, image->len - size);
        image->len = size;
    }
}

/* what was written and not flushed, 512 bytes at a time */
static void scatter(struct image *image, const struct event *e,
                    enum crashfs_fate fate, unsigned *seed)
{
    for (size_t at = 0, len; at < e->len; at += len) {
        len = SECTOR - ((size_t)e->at + at) % SECTOR;
        len = len < e->len - at ? len : e->len - at;
        unsigned dice = chance(seed, fate == CRASHFS_TORN ? 3 : 2);
        if (dice == 1)
            put(image, e, at, len);
        else if (dice == 2)
            put(image, e, at, chance(seed, (unsigned)len));
    }
}

/* an event on its way to the disk; @sure: it was flushed */
static void apply(struct image *image, const struct event *e, bool sure,
                  enum crashfs_fate fate, unsigned *seed)
{
    bool all = sure || fate == CRASHFS_KEPT;
    if (!all && fate == CRASHFS_DROPPED)
        return;
    if (e->what == WRITTEN && !all) {
        scatter(image, e, fate, seed);
        return;
    }
    if (!all && chance(seed, 2))
        return;
    if (e->what == WRITTEN)
        put(image, e, 0, e->len);
    else if (e->what == CUT)
        cut(image, (size_t)e->at);
    else
        image->there = e->what == MADE;
    if (e->what == DELETED)
        cut(image, 0);
}

/* how far the events of @file were flushed before the power went */
static size_t flushed_until(int file, size_t events)
{
    while (events > 0 && !(fs.log[events - 1].file == file &&
                           fs.log[events - 1].what == FLUSHED))
        events--;
    return events;
}

/* what a failed flush should have flushed is on no disk */
static bool forgotten(int file, size_t at, size_t events)
{
    for (; at < events && !(fs.log[at].file == file &&
                            fs.log[at].what == FLUSHED);
         at++)
        if (fs.log[at].file == file && fs.log[at].what == FORGOTTEN)
            return true;
    return false;
}

static void build(struct image *image, int file, size_t events,
                  enum crashfs_fate fate, unsigned *seed)
{
    size_t sure = flushed_until(file, events);
    for (size_t i = 0; i < events; i++) {
        const struct event *e = &fs.log[i];
        if (e->file != file || e->what == FLUSHED || e->what == FORGOTTEN ||
            e->what == RENAMED)
            continue;
        if (e->what != MADE && forgotten(file, i, events))
            continue;
        apply(image, e, i < sure, fate, seed);
    }
    /* who wrote to it had it */
    image->there = image->there || image->len > 0;
}

static void write_image(const struct image *image, const char *path)
{
    unlink(path);
    int fd = image->there ? open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600) : -1;
    if (image->there &&
        (fd < 0 || write(fd, image->data ? (void *)image->data : "",
                         image->len) != (ssize_t)image->len))
        abort();
    if (fd >= 0)
        close(fd);
}

/* a new name is there for sure once its folder was flushed */
static void rename_images(size_t events, enum crashfs_fate fate, unsigned *seed,
                          const char *dir)
{
    for (size_t i = 0; i < events; i++) {
        const struct event *e = &fs.log[i];
        char from[256], to[256];
        bool sure = false;
        if (e->what != RENAMED)
            continue;
        for (size_t k = i; k < events && !sure && !fs.folders_forgotten; k++)
            sure = fs.log[k].what == FOLDER;
        if (!sure && (fate == CRASHFS_DROPPED ||
                      (fate != CRASHFS_KEPT && chance(seed, 2))))
            continue;
        snprintf(from, sizeof from, "%s/%s", dir, fs.name[e->file]);
        snprintf(to, sizeof to, "%s/%s", dir, fs.name[e->at]);
        __real_rename(from, to);
    }
}

void crashfs_image(size_t events, enum crashfs_fate fate, unsigned seed,
                   const char *dir)
{
    for (int file = 0; file < fs.files; file++) {
        struct image image = { 0 };
        char path[256];
        build(&image, file, events, fate, &seed);
        snprintf(path, sizeof path, "%s/%s", dir, fs.name[file]);
        write_image(&image, path);
        free(image.data);
    }
    rename_images(events, fate, &seed, dir);
}
