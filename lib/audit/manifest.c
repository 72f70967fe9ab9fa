/* What names a segment: its rows, and the hash of the whole file. */
#include "priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int manifest_hash(struct hasher *hasher, const char *path,
                  uint8_t out[static 32], struct rpa_err *err)
{
    char some[65536];
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool good = fd >= 0 && SHA256_Init(&hasher->ctx);
    while (good && (n = read(fd, some, sizeof some)) > 0)
        good = SHA256_Update(&hasher->ctx, some, (size_t)n);
    good = good && n == 0 && SHA256_Final(out, &hasher->ctx);
    int r = good ? 0 : rpa_fail_errno(err, RPA_EIO, "cannot read %s", path);
    if (fd >= 0)
        close(fd);
    return r;
}

void manifest_print(const char *origin, const char *name, int64_t first,
                    int64_t last, const uint8_t sha256[static 32],
                    struct rpa_buf *out)
{
    char hex[65];
    hex_put(sha256, 32, hex);
    rpa_buf_printf(out, "%s/segment\n%s\n%lld %lld\n%s\n", origin, name,
                   (long long)first, (long long)last, hex);
}

/* is the file @name what was signed for it? */
static int check_note(const char *state_dir, const char *name, const char *note,
                      struct rpa_err *err)
{
    char path[4096], said[NOTE_MAX];
    int r = state_path(path, sizeof path, state_dir, name, err);
    if (r < 0)
        return r;
    FILE *file = fopen(path, "re");
    size_t len = file ? fread(said, 1, sizeof said, file) : 0;
    if (file)
        fclose(file);
    if (len == strlen(note) && !memcmp(said, note, len))
        return 0;
    return rpa_fail(err, RPA_ETAMPER, "the manifest %s %s", name,
                    file ? "was changed" : "is missing");
}

/* 1 it is not there */
static int check_file(struct hasher *hasher, const char *state_dir,
                      const char *name, const char *want, struct rpa_err *err)
{
    char path[4096], hex[65];
    uint8_t sha256[32];
    int r = state_path(path, sizeof path, state_dir, name, err);
    if (r == 0 && access(path, F_OK) < 0)
        return 1;
    if (r == 0)
        r = manifest_hash(hasher, path, sha256, err);
    if (r < 0)
        return r;
    hex_put(sha256, 32, hex);
    return strcmp(hex, want)
               ? rpa_fail(err, RPA_ETAMPER,
                          "%s is not the file that was closed", name)
               : 0;
}

int manifest_check(struct hasher *hasher, const char *state_dir,
                   const struct row *row, struct rpa_err *err)
{
    char name[SEGMENT_NAME] = "", note[SEGMENT_NAME + 2], hex[65] = "";
    long long last = 0;
    const char *text = "";
    json_t *json = row_json(row, err);
    int r = json ? 0 : -RPA_ETAMPER;
    if (r == 0 &&
        (json_unpack(json, "{s:s}", "manifest", &text) < 0 ||
         sscanf(text, "%*[^\n]\n%21s\n%*d %lld\n%64s", name, &last, hex) != 3 ||
         last != row->seq - 1))
        r = rpa_fail(err, RPA_ETAMPER, "it does not name the file before it");
    snprintf(note, sizeof note, "%.18s.note", name);
    if (r == 0)
        r = check_file(hasher, state_dir, name, hex, err);
    if (r == 0)
        r = check_note(state_dir, note, text, err);
    json_decref(json);
    return r < 0 ? r : 0;
}
