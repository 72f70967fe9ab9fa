/* Secrets that were typed do not come back. */
#include "priv.h"
#include "tap.h"

static const struct {
    const char *name, *text, *want;
} cases[] = {
    { "none", "nothing here", "nothing here" },
    { "in the middle", "user hunter2 ok", "user ******* ok" },
    { "twice, touching", "hunter2hunter2", "**************" },
    { "the other one", "Pässwort!", "********!" },
    { "part of it", "hunter", "hunter" },
    { "at the end", "xhunter2", "x*******" },
    { "nothing at all", "", "" },
};

/* pictures: U is a cell that cannot be read; the secret is hunter2 */
static const struct {
    const char *name, *cells, *black;
} pictures[] = {
    { "it stands there", "..hunter2...", "  #######   " },
    { "part of it", "..hunter....", "            " },
    { "over the end of a row", ".........hun" "ter2........", "         ###" "####        " },
    { "one cell unread", "..huUter2...", "  #######   " },
    { "none can be read", "...UUUUUUU..", "   #######  " },
    { "too few for it", "...UUUUUU...", "            " },
    { "perhaps", "...UUUter2..", "   #######  " },
    { "certainly not", "...UUUtex2..", "            " },
    { "at the very end", ".....hunter2", "     #######" },
};

/* what JSON and XML may write for s3c/ret&"ŵ\ 😀 */
#define ODD "s3c/ret&\"ŵ\\ 😀"
static const struct {
    const char *name, *text, *want;
} spelled[] = {
    { "as it is", "a " ODD " b", "a ************* b" },
    { "JSON", "\"s3c\\/ret&\\\"ŵ\\\\ 😀\"", "\"*************\"" },
    { "JSON in ASCII", "x\\u00733c/ret\\u0026\\\"\\u0175\\u005C \\uD83D\\ude00x",
      "x*************x" },
    { "XML", "<a>s3c/ret&amp;\"ŵ\\ 😀</a>", "<a>*************</a>" },
    { "XML in ASCII", "s3c/ret&#38;&quot;&#x175;\\ &#x1F600;&amp;",
      "*************&amp;" },
    { "twice, one way each", "s3c/ret&amp;&#34;ŵ\\ 😀 s3c\\/ret&\\\"ŵ\\\\ 😀",
      "************* *************" },
    { "in a URL", "q=s3c%2Fret%26%22%C5%B5%5c%20%F0%9f%98%80;%26%zz",
      "q=*************;%26%zz" },
    { "in a form", "q=%733c%2Fret%26%22%C5%B5%5c+%F0%9f%98%80&b=+",
      "q=*************&b=+" },
    { "in a form, half of it", "q=%733c%2Fret%26%22%C5%B5%5c+%F0",
      "q=%733c%2Fret%26%22%C5%B5%5c+%F0" },
    { "in a URL, half of it", "q=s3c%2Fret%26%22%C5", "q=s3c%2Fret%26%22%C5" },
    { "JSON in XML", "<a>{\"k\":\"s3c\\/ret&amp;\\&#34;&#x175;\\\\ &#92;ud83d\\ude00\"}</a>",
      "<a>{\"k\":\"*************\"}</a>" },
    { "XML in XML", "s3c/ret&amp;amp;&amp;quot;&amp;#x175;\\ 😀", "*************" },
    { "XML in JSON", "s3c\\/ret\\u0026amp;&quot;ŵ\\\\ \\uD83D\\uDE00", "*************" },
    { "JSON in JSON", "s3c\\\\/ret&\\\\\\\"\\\\u0175\\\\\\\\ 😀", "*************" },
    { "a URL in JSON", "s3c%2fret\\u002526%22%C5%B5%5c\\u002520%F0%9F%98%80",
      "*************" },
    { "a URL in a URL", "s3c%252Fret%2526%2522%25C5%25B5%255C%2520%25F0%259F%2598%2580",
      "*************" },
    { "a URL in XML, half of it", "s3c%2fret&amp;%22%C5", "s3c%2fret&amp;%22%C5" },
    { "half of it", "s3c\\/ret&", "s3c\\/ret&" },
    { "half an escape", "s3c\\/ret\\u002", "s3c\\/ret\\u002" },
    { "half a reference", "s3c/ret&am", "s3c/ret&am" },
    { "another letter", "s3c\\/rat&\\\"ŵ\\\\ 😀", "s3c\\/rat&\\\"ŵ\\\\ 😀" },
};

/* in pieces, too, where the cut may be between any two bytes */
static void add_pieces(const struct rpa_driver *d, const char *text, size_t size,
                       struct rpa_buf *out);

static void test_spelled(struct rpa_driver *d)
{
    struct rpa_err err = { 0 };
    struct rpa_buf text = { 0 }, all = { 0 }, got = { 0 };
    int wrong = 0;
    is_int(mask_remember(d, ODD, strlen(ODD), &err), 0, "one of odd letters");
    for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++) {
        rpa_buf_puts(&text, spelled[i].text);
        ok(mask_finds(d, text.data, text.len) ==
               !!strchr(spelled[i].want, '*'),
           "%s: found or not", spelled[i].name);
        mask_text(d, &text);
        is_str(text.data, spelled[i].want, spelled[i].name);
        rpa_buf_puts(&all, spelled[i].text);
        rpa_buf_clear(&text);
    }
    rpa_buf_add(&text, all.data, all.len);
    mask_text(d, &text);
    for (size_t size = 230; size < all.len; size++) {
        add_pieces(d, all.data, size, &got);
        wrong += strcmp(got.data, text.data) != 0;
        rpa_buf_clear(&got);
    }
    is_int(wrong, 0, "in pieces of any size");
    rpa_buf_clear(&text);
    rpa_buf_clear(&all);
}

/* within other bytes: base64 by where it begins, and wide characters */
static void test_coded(struct rpa_driver *d)
{
    static const struct {
        const char *name, *text;
        size_t len;
        const char *want;
    } each[] = {
#define CASE(name, text, want) { name, text, sizeof text - 1, want }
        CASE("base64", "czNjcmV0Y2FuYXJ5eno=", "**************o="),
        CASE("base64 of Bearer it", "QmVhcmVyIHMzY3JldGNhbmFyeXp6",
             "QmVhcmVyIH**************"),
        CASE("base64 of ab it", "YWJzM2NyZXRjYW5hcnl6eg==", "YWJ**************g=="),
        CASE("UTF-16LE", "<\0s\0003\0c\0r\0e\0t\0c\0a\0n\0a\0r\0y\0z\0z\0>\0",
             "<\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0>\0"),
        CASE("UTF-16LE that is cut",
             "s\0003\0c\0r\0e\0t\0c\0a\0n\0a\0r\0y\0z\0z",
             "*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*"),
        CASE("UTF-16BE", "\0<\0s\0003\0c\0r\0e\0t\0c\0a\0n\0a\0r\0y\0z\0z\0>",
             "\0<\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0>"),
        CASE("UTF-16LE with a reference",
             "&\0#\0x\0007\0003\0;\0003\0c\0r\0e\0t\0c\0a\0n\0a\0r\0y\0z\0z\0>\0",
             "*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0*\0>\0"),
        CASE("base64 in JSON", "\"Pj4+Pz8\\/Pj4+\"", "\"*********\""),
        CASE("base64 in a URL", "a=Pj4%2BPz8%2fPj4%2B", "a=*********"),
        CASE("another", "s\0003\0c\0r\0e\0t\0x\0", "s\0003\0c\0r\0e\0t\0x\0"),
#undef CASE
    };
    struct rpa_err err = { 0 };
    is_int(mask_remember(d, "s3cretcanaryzz", 14, &err), 0, "a long one");
    is_int(mask_remember(d, ">>>?\?\?>>>", 9, &err), 0, "one of odd base64");
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct rpa_buf text = { 0 };
        rpa_buf_add(&text, each[i].text, each[i].len);
        mask_text(d, &text);
        if (!ok(text.len <= each[i].len && !memcmp(text.data, each[i].want, text.len),
                "%s", each[i].name))
            printf("# %.*s\n", (int)text.len, text.data);
        rpa_buf_clear(&text);
    }
}

static void pictured(const struct rpa_driver *d)
{
    for (size_t k = 0; k < sizeof pictures / sizeof *pictures; k++) {
        struct rpa_cell cells[24];
        bool black[24] = { false };
        char got[25] = "";
        int n = (int)strlen(pictures[k].cells);
        for (int i = 0; i < n; i++) {
            char c = pictures[k].cells[i];
            cells[i] = (struct rpa_cell){ .cp = c == 'U' ? 0 : (uint32_t)c };
        }
        struct rpa_screen s = { .rows = n / 12, .cols = 12, .cells = cells };
        mask_cells(d, &s, black);
        for (int i = 0; i < n; i++)
            got[i] = black[i] ? '#' : ' ';
        is_str(got, pictures[k].black, pictures[k].name);
    }
}

/* a token has a place of its own, and is masked as long as it has it */
static void test_token(struct rpa_driver *d)
{
    struct rpa_err err = { 0 };
    struct rpa_buf text = { 0 };
    struct rpa_cell cells[] = { { .cp = 'T' }, { .cp = '9' } };
    struct rpa_screen s = { .rows = 1, .cols = 2, .cells = cells };
    const struct rpa_screen *shown = &s;
    bool black[2] = { false };
    struct token *t = &d->tokens[TOKENS_MAX - 1];
    rpa_buf_puts(&text, "T9 T9");
    ok(!mask_finds(d, "T9", 2), "no token yet");
    is_int(rpa_secret_new("T9", 2, &t->value, &err), 0, "a token");
    ok(mask_finds(d, "T9", 2), "is found");
    mask_text(d, &text);
    is_str(text.data, "** **", "masked in a text");
    is_int(mask_screen(d, &shown, &err), 0, "on a screen");
    ok(shown->cells[0].cp == '*' && shown->cells[1].cp == '*', "masked");
    mask_cells(d, &s, black);
    ok(black[0] && black[1], "and in a picture");
    rpa_secret_free(t->value);
    *t = (struct token){ 0 };
    ok(!mask_finds(d, "T9", 2), "gone with its place");
    rpa_buf_clear(&text);
}

/* a text in pieces of @size, each masked by itself as far as it may be */
static void add_pieces(const struct rpa_driver *d, const char *text, size_t size,
                       struct rpa_buf *out)
{
    size_t all = strlen(text), at = 0, len;
    while (at < all) {
        struct rpa_buf one = { 0 };
        len = all - at < size ? all - at : mask_cut(d, text + at, size);
        rpa_buf_add(&one, text + at, len);
        mask_text(d, &one);
        rpa_buf_add(out, one.data, one.len);
        rpa_buf_clear(&one);
        at += len;
    }
}

/* what stands where two pieces meet is masked as in one */
static void cut(const struct rpa_driver *d)
{
    static const char text[] = "hunter2 xPässwort hunterhunter2hunter2Pässwo"
                               "rtPässwort. unter2hunter2unter2 hunter";
    int wrong = 0;
    struct rpa_buf want = { 0 };
    rpa_buf_puts(&want, text);
    mask_text(d, &want);
    for (size_t size = 40; size < sizeof text + 5; size++) {
        struct rpa_buf got = { 0 };
        add_pieces(d, text, size, &got);
        wrong += strcmp(got.data, want.data) != 0;
        rpa_buf_clear(&got);
    }
    is_int(wrong, 0, "in pieces of any size");
    rpa_buf_clear(&want);
}

int main(void)
{
    struct rpa_driver d = { 0 };
    struct rpa_err err = { 0 };
    struct rpa_buf empty = { 0 };
    ok(!mask_finds(&d, "x", 1), "no secrets yet");
    is_int(mask_remember(&d, "hunter2", 7, &err), 0, "one");
    is_int(mask_remember(&d, "hunter2", 7, &err), 0, "again");
    pictured(&d);
    is_int(mask_remember(&d, "Pässwort", 9, &err), 0, "another");
    is_int(mask_remember(&d, "", 0, &err), 0, "an empty one");
    is_int((long long)d.nsecrets, 3, "each is kept once");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_buf text = { 0 };
        rpa_buf_puts(&text, cases[i].text);
        ok(mask_finds(&d, text.data, text.len) ==
               (strcmp(cases[i].text, cases[i].want) != 0),
           "%s: found or not", cases[i].name);
        mask_text(&d, &text);
        is_str(text.data, cases[i].want, cases[i].name);
        rpa_buf_clear(&text);
    }
    cut(&d);
    test_spelled(&d);
    test_coded(&d);
    mask_text(&d, &empty);
    ok(!empty.data && !mask_finds(&d, NULL, 0), "no bytes at all");
    for (char c = 'a'; d.nsecrets < SECRETS_MAX; c++)
        mask_remember(&d, &c, 1, &err);
    is_int(mask_remember(&d, "Z9", 2, &err), -RPA_ESECRET,
           "one too many is refused, not left unmasked");
    test_token(&d);
    static const char huge[RPA_SECRET_MAX + 1];
    d.nsecrets--;
    rpa_secret_free(d.secrets[d.nsecrets]);
    is_int(mask_remember(&d, huge, sizeof huge, &err), -RPA_EINVAL,
           "one too long");
    is_int((long long)d.nsecrets, SECRETS_MAX - 1, "and is not counted");
    mask_clear(&d);
    mask_clear(&d);
    is_int((long long)d.nsecrets, 0, "cleared, twice");
    return tap_done();
}
