/* Notes and keys from anywhere, read by the writer's parser and by the
 * verifier's, which share no code: what one opens the other opens, to the same
 * size and root. The first line may be a key, the rest a note. */
#include "lib/audit/priv.h"
#include "rpa/verify/verify.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* golang.org/x/mod/sumdb/note: PeterNeumann */
static const char known[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size ? memchr(text, '\n', size) : NULL;
    size_t line = end ? (size_t)(end - text) + 1 : size, text_len;
    struct note_key ours = { 0 };
    struct key theirs = { 0 };
    int64_t size1 = 0, size2 = 0;
    uint8_t root1[32];
    char string[4096];
    struct hash root2;
    bool same = note_key_parse(text, line, &ours);
    if (same && !strpbrk(ours.name, "\"\\")) {
        snprintf(string, sizeof string, "%.*s\n", (int)(line - !!end), text);
        assert(key_read(string, &theirs) && !strcmp(ours.name, theirs.name));
    }
    if (!same) {
        note_key_parse(known, sizeof known - 1, &ours);
        key_read(known, &theirs);
        line = 0;
    }
    const char *note = text + line;
    size_t len = size - line;
    bool opened = note_open(note, len, &ours, &text_len) &&
                  checkpoint_parse(note, text_len, ours.name, &size1, root1);
    int read = -1;
    if (len < sizeof string && !memchr(note, 0, len)) {
        snprintf(string, sizeof string, "%.*s", (int)len, note);
        read = note_read(string, &theirs, &size2, &root2);
    }
    assert(read != 1 || (opened && size1 == size2 && !memcmp(root1, &root2, 32)));
    checkpoint_parse(text, size, "rpa-audit/0", &size1, root1);
    return 0;
}
