/* Pictures: sealed beside the store, opened beside the writer, and missed
 * when they are gone. */
#include "rpa/audit/picture.h"
#include "rpa/ipc/msg.h"
#include "rpa/vault/keyring.h"
#include "seed.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MAGIC "\x89PNG\r\n\x1a\n"

static char png[100000] = MAGIC "the pixels of a screen";

static int keep(struct rpa_audit *a, int64_t run, int64_t grp, int64_t number,
                size_t len, int64_t *ret_seq)
{
    cbor_item_t *about = rpa_cbor_map();
    rpa_msg_put_str(about, "title", "MAIN MENU");
    const struct rpa_audit_picture p = {
        .run = run, .grp = grp, .number = number, .reason = "failure",
        .target = "crime_recording", .window = "Crime Recording",
        .about = about,
    };
    struct rpa_audit_album *album = NULL;
    struct rpa_audit_pictured file;
    int r = rpa_audit_commit(a, &err); /* its key is durable */
    if (r == 0)
        r = rpa_audit_album_open(tmpdir, &album, &err);
    if (r == 0)
        r = rpa_audit_album_keep(album, run, grp, number, png, len, &file, &err);
    if (r == 0)
        r = rpa_audit_picture(a, &p, &file, ret_seq, &err);
    rpa_audit_album_close(album);
    rpa_msg_free(&about);
    return r;
}

static size_t slurp(const char *name, char *out, size_t size)
{
    FILE *f = fopen(tmp_path(name), "re");
    size_t n = f ? fread(out, 1, size, f) : 0;
    if (f)
        fclose(f);
    return n;
}

static void spill(const char *name, const char *data, size_t len)
{
    FILE *f = fopen(tmp_path(name), "we");
    fwrite(data, 1, len, f);
    fclose(f);
}

/* the picture of row @seq, by a reader beside the writer */
static int view(int64_t seq, bool content, struct rpa_buf *out)
{
    const struct rpa_audit_filter from = { .run = -1, .after = seq - 1 };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int r = rpa_audit_reader_open(tmpdir, &from, content, &reader, &err);
    if (r == 0)
        r = rpa_audit_reader_next(reader, &e, &err);
    if (r >= 0)
        r = rpa_audit_reader_picture(reader, out, &err);
    rpa_audit_reader_close(reader);
    return r;
}

static int64_t run1, run2, grp1, seq1, seq2;
static char first[2000], second[2000];
static size_t len1, len2;

static void kept(struct rpa_audit *a)
{
    struct verdict v;
    struct stat st;
    run1 = must_run(a);
    run2 = must_run(a);
    rpa_audit_group(a, run1, "O'Brien 1970", &grp1, &err);
    is_int(keep(a, run1, grp1, 1, 1000, &seq1), 0, "one is kept");
    is_int(stat(tmp_path("pictures/1-1.sealed"), &st), 0, "before its commit");
    ok((st.st_mode & 0777) == 0600, "for its owner alone");
    is_int(keep(a, run2, 0, 1, 900, &seq2), 0, "another run's");
    is_int(rpa_audit_commit(a, &err), 0, "and committed");
    len1 = slurp("pictures/1-1.sealed", first, sizeof first);
    len2 = slurp("pictures/2-1.sealed", second, sizeof second);
    ok(len1 > 1000 && len2 > 900, "the files are there");
    ok(!memmem(first, len1, "PNG", 3) && !memmem(first, len1, "pixels", 6),
       "sealed: neither PNG nor pixels in it");
    ok(proved(&v), "the store verifies");
}

static void opened(void)
{
    struct rpa_buf out = { 0 };
    is_int(view(seq1, true, &out), 0, "it opens, beside its writer");
    ok(out.len == 1000 && !memcmp(out.data, png, 1000), "to what it was");
    is_int(view(seq1, false, &out), -RPA_EINVAL, "not without the keys");
    is_int(view(seq1 - 1, true, &out), -RPA_ENOTFOUND, "a row of another kind");
    is_int(view(9999, true, &out), -RPA_ENOTFOUND, "no such row");
    rpa_buf_clear(&out);
}

static void refused(struct rpa_audit *a)
{
    int64_t seq = -1, last = rpa_audit_last(a);
    static const struct {
        const char *name;
        int64_t run, grp, number;
        size_t len;
        int code;
    } cases[] = {
        { "no such run", 9, 0, 2, 100, -RPA_ENOTFOUND },
        { "no such group", 1, 9, 2, 100, -RPA_ENOTFOUND },
        { "seven bytes", 1, 0, 2, 7, -RPA_EINVAL },
        { "a number used before", 1, 0, 1, 100, -RPA_EIO },
        { "more than a picture may be", 1, 0, 2, RPA_AUDIT_PICTURE_MAX + 1,
          -RPA_EINVAL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        is_int(keep(a, cases[i].run, cases[i].grp, cases[i].number,
                    cases[i].len, &seq), cases[i].code, cases[i].name);
    png[1] = 'p';
    is_int(keep(a, run1, 0, 2, 100, &seq), -RPA_EINVAL, "no PNG");
    png[1] = 'P';
    rpa_audit_commit(a, &err);
    is_int(rpa_audit_last(a), last, "none of them has a row");
}

/* a disk that is full in the middle of the file */
static void full(struct rpa_audit *a)
{
    struct rlimit was, small;
    struct stat st;
    int64_t seq = -1, last = rpa_audit_last(a);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    small = (struct rlimit){ 20000, was.rlim_max };
    setrlimit(RLIMIT_FSIZE, &small);
    is_int(keep(a, run1, 0, 3, sizeof png, &seq), -RPA_EIO,
           "the file cannot be written whole");
    setrlimit(RLIMIT_FSIZE, &was);
    ok(stat(tmp_path("pictures/1-3.sealed"), &st) < 0, "nothing stays of it");
    is_int(rpa_audit_commit(a, &err), 0, "the store goes on");
    is_int(rpa_audit_last(a), last, "there is no row without its file");
    is_int(keep(a, run1, 0, 3, sizeof png, &seq), 0,
           "control: with room it is kept");
    rpa_audit_commit(a, &err);
}

static void measure(struct rpa_audit *a)
{
    enum { N = 20 };
    int64_t seq, t = rpa_mono_us();
    char name[40];
    for (int i = 0; i < N; i++)
        keep(a, run1, grp1, 100 + i, 2200, &seq);
    t = rpa_mono_us() - t;
    rpa_audit_commit(a, &err);
    printf("# one of 2200 bytes is kept in %lld us (mean of %d)\n",
           (long long)t / N, N);
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "pictures/1-%d.sealed", 100 + i);
        unlink(tmp_path(name));
    }
}

/* verify names the row; nobody opens it */
static void spotted(int64_t seq, const char *what)
{
    struct verdict v;
    struct rpa_buf out = { 0 };
    judged(&v);
    ok(v.code == TAMPERED && atoll(v.row) == seq,
       "%s: row %lld does not verify: %s", what, (long long)seq, v.why);
    is_int(view(seq, true, &out), -RPA_ETAMPER, "and does not open");
    ok(out.len == 0, "nothing of it comes out");
    rpa_buf_clear(&out);
}

static void tampering(void)
{
    struct verdict v;
    spill("pictures/1-1.sealed", second, len2);
    spotted(seq1, "another row's picture in its place");
    first[500] ^= 1;
    spill("pictures/1-1.sealed", first, len1);
    spotted(seq1, "one bit");
    first[500] ^= 1;
    spill("pictures/1-1.sealed", first, len1 - 1);
    spotted(seq1, "a byte short");
    spill("pictures/1-1.sealed", "", 0);
    spotted(seq1, "empty");
    unlink(tmp_path("pictures/1-1.sealed"));
    spotted(seq1, "gone");
    spill("other", first, len1);
    is_int(symlink(tmp_path("other"), tmp_path("pictures/1-1.sealed")), 0,
           "a link");
    spotted(seq1, "a link to it");
    unlink(tmp_path("pictures/1-1.sealed"));
    spill("pictures/1-1.sealed", first, len1);
    ok(proved(&v), "as it was: verifies");
}

/* the key and what it is bound to, without the hash before it */
static void bound(void)
{
    struct rpa_root *root = NULL;
    struct rpa_keyring *keys = NULL;
    static const struct {
        const char *name;
        int64_t key_run, key_grp, run, grp, number;
        int code;
    } cases[] = {
        { "control: its own key and place", 1, 1, 1, 1, 1, 0 },
        { "another run's key", 2, 0, 1, 1, 1, -RPA_ETAMPER },
        { "the run's own key for a subject's", 1, 0, 1, 1, 1, -RPA_ETAMPER },
        { "its key, as another run's", 1, 1, 2, 1, 1, -RPA_ETAMPER },
        { "its key, as another group's", 1, 1, 1, 0, 1, -RPA_ETAMPER },
        { "its key, as another picture", 1, 1, 1, 1, 2, -RPA_ETAMPER },
    };
    if (rpa_root_open(tmpdir, false, &root, &err) < 0 ||
        rpa_keyring_open(tmpdir, root, false, &keys, &err) < 0)
        return (void)ok(false, "%s", err.msg);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct {
            char tag[16];
            int64_t run, grp, number;
        } aad = { "rpa picture 1", cases[i].run, cases[i].grp,
                  cases[i].number };
        uint8_t out[2000];
        size_t n;
        is_int(rpa_keyring_unseal(keys, cases[i].key_run, cases[i].key_grp,
                                  (uint8_t *)first, &aad, sizeof aad,
                                  first + RPA_KEYRING_NONCE,
                                  len1 - RPA_KEYRING_NONCE, out, &n, &err),
               cases[i].code, cases[i].name);
    }
    rpa_keyring_close(keys);
    rpa_root_close(root);
}

static void in_a_segment(struct rpa_audit *a)
{
    struct rpa_buf out = { 0 };
    rpa_audit_run_close(a, run1, 0, &err);
    rpa_audit_run_close(a, run2, 0, &err);
    rpa_audit_commit(a, &err);
    is_int(turn_file(a, tmpdir, 1, &err), 1, "its row goes to a segment");
    is_int(view(seq1, true, &out), 0, "and it opens");
    ok(out.len == 1000 && !memcmp(out.data, png, 1000), "to what it was");
    rpa_buf_clear(&out);
}

int main(void)
{
    tmp_begin();
    struct rpa_audit *a = must_open();
    kept(a);
    opened();
    refused(a);
    full(a);
    tampering();
    measure(a); /* their files are gone: nothing verifies from here on */
    in_a_segment(a);
    rpa_audit_close(a);
    bound();
    static const char *const files[] = { "1-1", "2-1", "1-3" };
    for (size_t i = 0; i < 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "pictures/%s.sealed", files[i]);
        unlink(tmp_path(name));
    }
    rmdir(tmp_path("pictures"));
    return tap_done();
}
