#include "tn3270.h"

#include "tap.h"

#define BYTES(s) (const uint8_t *)(s), sizeof(s) - 1

static struct tn tn;

/* The last event that was one. */
static enum tn_event feed(const uint8_t *bytes, size_t len)
{
    enum tn_event last = TN_NONE;
    for (size_t i = 0; i < len; i++) {
        enum tn_event e = tn_feed(&tn, bytes[i]);
        last = e ? e : last;
    }
    return last;
}

static bool sent(const char *bytes, size_t len)
{
    bool same = tn.out_len == len && !memcmp(tn.out, bytes, len);
    tn.out_len = 0;
    return same;
}

#define SENT(s) sent(s, sizeof(s) - 1)
#define WILL_TTYPE "\xff\xfb\x18"
#define TYPE "\xff\xfa\x18\x00IBM-3279-4-E\xff\xf0"
#define AGREE "\xff\xfb\x19\xff\xfd\x19\xff\xfb\x00\xff\xfd\x00"

static void negotiate(void)
{
    tn_start(&tn);
    feed(BYTES(WILL_TTYPE TYPE AGREE));
    tn.out_len = 0;
}

static void agreement(void)
{
    tn_start(&tn);
    ok(SENT("\xff\xfd\x18"), "DO TERMINAL-TYPE first");
    is_int(feed(BYTES(WILL_TTYPE)), TN_NONE, "the client will");
    ok(SENT("\xff\xfa\x18\x01\xff\xf0"), "SEND");
    is_int(feed(BYTES(TYPE)), TN_NONE, "the type alone is not enough");
    ok(SENT("\xff\xfd\x19\xff\xfb\x19\xff\xfd\x00\xff\xfb\x00"),
       "EOR and BINARY, both ways");
    is_str(tn.term, "IBM-3279-4-E", "terminal type");
    is_int(feed(BYTES(AGREE)), TN_READY, "ready");
    is_int(feed(BYTES("\xff\xfb\x28")), TN_NONE, "TN3270E offered");
    ok(SENT("\xff\xfe\x28"), "and declined");
    feed(BYTES("\xff\xfd\x01"));
    ok(SENT("\xff\xfc\x01"), "ECHO declined");
}

static void framing(void)
{
    negotiate();
    is_int(feed(BYTES("\x7d\x40\xff\xff\x41\xff\xef")), TN_RECORD, "a record");
    ok(tn.rec_len == 4 && !memcmp(tn.rec, "\x7d\x40\xff\x41", 4), "unescaped");
    is_int(feed(BYTES("\x6d\xff\xef")), TN_RECORD, "the next");
    is_int((int)tn.rec_len, 1, "begins anew");
    tn_send(&tn, (const uint8_t *)"\xf5\xff", 2);
    ok(SENT("\xf5\xff\xff\xff\xef"), "IAC is doubled, EOR ends");
}

static const struct {
    const char *name;
    const uint8_t *bytes;
    size_t len;
    enum tn_event want;
} refusals[] = {
    { "WONT TERMINAL-TYPE", BYTES("\xff\xfc\x18"), TN_BROKEN },
    { "DONT EOR", BYTES(WILL_TTYPE TYPE "\xff\xfe\x19"), TN_BROKEN },
    { "no 3270", BYTES(WILL_TTYPE "\xff\xfa\x18\x00VT100\xff\xf0"), TN_BROKEN },
    { "an empty type", BYTES(WILL_TTYPE "\xff\xfa\x18\x00\xff\xf0"), TN_NONE },
    { "a stray subnegotiation", BYTES("\xff\xfa\xff\xf0"), TN_NONE },
    { "a record before ready", BYTES("\x7d\x40\x40\xff\xef"), TN_NONE },
    { "NOP and AYT", BYTES("\xff\xf1\xff\xf6"), TN_NONE },
};

static void limits(void)
{
    negotiate();
    enum tn_event e = TN_NONE;
    for (int i = 0; i <= TN_RECORD_MAX && e == TN_NONE; i++)
        e = tn_feed(&tn, 0xc1);
    is_int(e, TN_BROKEN, "a record without end");
    tn_start(&tn);
    e = feed(BYTES("\xff\xfa\x18"));
    for (int i = 0; i <= 64 && e == TN_NONE; i++)
        e = tn_feed(&tn, 'A');
    is_int(e, TN_BROKEN, "a subnegotiation without end");
    tn_start(&tn);
    for (int i = 0; i < TN_OUT_MAX && !tn.out_full; i++)
        feed(BYTES("\xff\xfd\x01"));
    ok(tn.out_full && tn.out_len <= TN_OUT_MAX, "offers without end");
}

int main(void)
{
    agreement();
    framing();
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        tn_start(&tn);
        is_int(feed(refusals[i].bytes, refusals[i].len), refusals[i].want,
               refusals[i].name);
    }
    limits();
    return tap_done();
}
