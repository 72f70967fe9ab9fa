/* Signed notes: the vectors that golang.org/x/mod/sumdb/note publishes, and
 * everything near one that is none. */
#include "../tmpdir.h"
#include "priv.h"
#include "tap.h"

#include <stdlib.h>

static struct rpa_err err;

#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define ENOCH "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define TEXT                                                                   \
    "If you think cryptography is the answer to your problem,\n"               \
    "then you don't know what your problem is.\n"
#define P_SIG                                                                  \
    "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNI" \
    "uGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define E_SIG                                                                  \
    "\xe2\x80\x94 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOH" \
    "p+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

static const struct {
    const char *name, *key;
    bool good;
} keys[] = {
    { "PeterNeumann", PETER, true },
    { "EnochRoot", ENOCH, true },
    { "a newline behind it", PETER "\n", true },
    { "two newlines", PETER "\n\n", false },
    { "another name", "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", false },
    { "another hash", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", false },
    { "a hash in capitals", "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", false },
    { "another key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX", false },
    { "another type", "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", false },
    { "cut", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10", false },
    { "no name", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", false },
    { "nothing", "", false },
};

static const struct {
    const char *name, *note;
    bool good;
} notes[] = {
    { "signed", TEXT "\n" P_SIG, true },
    { "signed by another too", TEXT "\n" P_SIG E_SIG, true },
    { "another first", TEXT "\n" E_SIG P_SIG, true },
    { "signed by another only", TEXT "\n" E_SIG, false },
    { "signed twice", TEXT "\n" P_SIG P_SIG, false },
    { "no signature", TEXT "\n", false },
    { "no empty line", TEXT P_SIG, false },
    { "another text", "x" TEXT "\n" P_SIG, false },
    { "a line more", TEXT "\n\n" P_SIG, false },
    { "no newline at the end", TEXT "\n\xe2\x80\x94 PeterNeumann x08go/Z", false },
    { "a hyphen for the dash", TEXT "\n- PeterNeumann x08go/Z\n", false },
    { "a short signature", TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJ\n", false },
    { "base64 without padding",
      TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcE"
           "lZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM\n", false },
    { "spare bits in base64",
      TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcE"
           "lZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAN=\n", false },
    { "a space more", TEXT "\n\xe2\x80\x94 PeterNeumann  x08go/ZJkuBS\n", false },
    { "no text", "\n" P_SIG, false },
    { "a control byte", TEXT "\n" P_SIG "\x01\n", false },
    { "nothing", "", false },
};

static void published(void)
{
    struct note_key key;
    struct rpa_buf out = { 0 };
    size_t len = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        ok(note_key_parse(keys[i].key, strlen(keys[i].key), &key) == keys[i].good,
           "key: %s", keys[i].name);
    note_key_parse(PETER, strlen(PETER), &key);
    note_key_print(&key, &out);
    is_str(out.data, PETER, "printed as it was read");
    rpa_buf_clear(&out);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        ok(note_open(notes[i].note, strlen(notes[i].note), &key, &len) ==
               notes[i].good, "note: %s", notes[i].name);
    note_open(notes[0].note, strlen(notes[0].note), &key, &len);
    is_int((long long)len, sizeof TEXT - 1, "its text");
}

/* every bit of a good note changed */
static void flipped(void)
{
    static const char good[] = TEXT "\n" P_SIG;
    struct note_key key;
    char note[sizeof good];
    size_t len;
    int taken = 0;
    note_key_parse(PETER, strlen(PETER), &key);
    memcpy(note, good, sizeof good);
    for (size_t i = 0; i < 8 * (sizeof good - 1); i++) {
        note[i / 8] ^= (char)(1 << i % 8);
        taken += note_open(note, sizeof good - 1, &key, &len);
        note[i / 8] ^= (char)(1 << i % 8);
    }
    is_int(taken, 0, "no bit of a note can change");
    for (size_t n = 0; n < sizeof good - 1; n++)
        taken += note_open(note, n, &key, &len);
    is_int(taken, 0, "nor can it be cut");
}

static void signing(void)
{
    struct rpa_sign *sign = NULL;
    struct note_key key;
    struct rpa_buf text = { 0 }, note = { 0 };
    uint8_t root[32] = { 1, 2, 3 }, back[32];
    int64_t size = 0;
    size_t len = 0;
    if (rpa_sign_open(tmpdir, true, &sign, &err) < 0)
        return;
    note_key_make(&key, rpa_sign_public(sign));
    checkpoint_print(key.name, 1234567, root, &text);
    note_sign(sign, &key, text.data, &note);
    ok(note_open(note.data, note.len, &key, &len) && len == text.len,
       "a checkpoint, signed and opened");
    ok(checkpoint_parse(note.data, len, key.name, &size, back) &&
           size == 1234567 && !memcmp(root, back, 32), "says what it said");
    rpa_buf_clear(&text);
    rpa_buf_clear(&note);
    rpa_sign_close(sign);
}

static const struct {
    const char *name, *text;
    bool good;
} checkpoints[] = {
#define ROOT "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    { "one", "o\n12\n" ROOT "\n", true },
    { "of nothing", "o\n0\n" ROOT "\n", true },
    { "another origin", "p\n12\n" ROOT "\n", false },
    { "a leading zero", "o\n012\n" ROOT "\n", false },
    { "a sign", "o\n+12\n" ROOT "\n", false },
    { "a size too large", "o\n1234567890123456789\n" ROOT "\n", false },
    { "no size", "o\n\n" ROOT "\n", false },
    { "a short root", "o\n12\nAQID\n", false },
    { "no newline", "o\n12\n" ROOT, false },
    { "an extension, which is not ours", "o\n12\n" ROOT "\nx\n", false },
    { "cut", "o\n12", false },
};

static void bodies(void)
{
    int64_t size;
    uint8_t root[32];
    for (size_t i = 0; i < sizeof checkpoints / sizeof *checkpoints; i++)
        ok(checkpoint_parse(checkpoints[i].text, strlen(checkpoints[i].text), "o",
                            &size, root) == checkpoints[i].good,
           "checkpoint: %s", checkpoints[i].name);
}

int main(void)
{
    tmp_begin();
    published();
    flipped();
    signing();
    bodies();
    return tap_done();
}
