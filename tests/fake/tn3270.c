#include "tn3270.h"

#include <string.h>

enum {
    IAC = 255,
    DONT = 254,
    DO = 253,
    WONT = 252,
    WILL = 251,
    SB = 250,
    SE = 240,
    EOR = 239,
};
enum { OPT_BINARY = 0, OPT_TTYPE = 24, OPT_EOR = 25 };
enum { TTYPE_IS = 0, TTYPE_SEND = 1 };

/* What 3270 needs, in the order of RFC 1576: the bit is the row number. */
static const struct {
    uint8_t verb, option; /* what we send */
    uint8_t yes;          /* the peer's answer that agrees */
} needs[] = {
    { DO, OPT_TTYPE, WILL },  { DO, OPT_EOR, WILL },    { WILL, OPT_EOR, DO },
    { DO, OPT_BINARY, WILL }, { WILL, OPT_BINARY, DO },
};
enum { NEEDS = sizeof needs / sizeof *needs, ALL = (1 << NEEDS) - 1 };

static void put(struct tn *tn, const uint8_t *bytes, size_t len)
{
    if (len > sizeof tn->out - tn->out_len) {
        tn->out_full = true;
        return;
    }
    memcpy(tn->out + tn->out_len, bytes, len);
    tn->out_len += len;
}

static void ask(struct tn *tn, int need)
{
    if (tn->asked & 1u << need)
        return;
    tn->asked |= 1u << need;
    put(tn, (uint8_t[]){ IAC, needs[need].verb, needs[need].option }, 3);
}

void tn_start(struct tn *tn)
{
    memset(tn, 0, sizeof *tn);
    ask(tn, 0);
}

void tn_send(struct tn *tn, const uint8_t *rec, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put(tn, (uint8_t[]){ rec[i], IAC }, rec[i] == IAC ? 2 : 1);
    put(tn, (uint8_t[]){ IAC, EOR }, 2);
}

void tn_text(struct tn *tn, const char *text)
{
    put(tn, (const uint8_t *)text, strlen(text));
}

static enum tn_event check_ready(struct tn *tn)
{
    if (tn->ready || tn->agreed != ALL || !tn->term[0])
        return TN_NONE;
    tn->ready = true;
    return TN_READY;
}

static enum tn_event on_option(struct tn *tn, uint8_t option)
{
    uint8_t no = tn->verb == WILL || tn->verb == WONT ? WONT : DONT;
    uint8_t yes = no == WONT ? WILL : DO;
    for (int i = 0; i < NEEDS; i++) {
        if (needs[i].option != option || needs[i].yes != yes)
            continue;
        if (tn->verb == no)
            return TN_BROKEN;
        ask(tn, i);
        tn->agreed |= 1u << i;
        if (option == OPT_TTYPE && !tn->type_asked) {
            tn->type_asked = true;
            put(tn, (uint8_t[]){ IAC, SB, OPT_TTYPE, TTYPE_SEND, IAC, SE }, 6);
        }
        return check_ready(tn);
    }
    if (tn->verb == WILL)
        put(tn, (uint8_t[]){ IAC, DONT, option }, 3);
    if (tn->verb == DO)
        put(tn, (uint8_t[]){ IAC, WONT, option }, 3);
    return TN_NONE;
}

/* The terminal type; then, for a 3270 only, the rest of the options. */
static enum tn_event on_subnegotiation(struct tn *tn)
{
    if (tn->sb_len < 3 || tn->sb[0] != OPT_TTYPE || tn->sb[1] != TTYPE_IS ||
        tn->sb_len - 2 >= sizeof tn->term || tn->term[0])
        return TN_NONE;
    for (size_t i = 2; i < tn->sb_len; i++) {
        bool plain = tn->sb[i] > ' ' && tn->sb[i] < 0x7f;
        tn->term[i - 2] = plain ? (char)tn->sb[i] : '?';
    }
    if (strncmp(tn->term, "IBM-327", 7)) {
        tn_text(tn, "This system needs an IBM 3270 terminal, model 4.\r\n");
        return TN_BROKEN;
    }
    for (int i = 1; i < NEEDS; i++)
        ask(tn, i);
    return check_ready(tn);
}

static enum tn_event on_data(struct tn *tn, uint8_t byte)
{
    if (!tn->ready)
        return TN_NONE;
    if (tn->rec_len == sizeof tn->rec)
        return TN_BROKEN;
    tn->rec[tn->rec_len++] = byte;
    return TN_NONE;
}

static enum tn_event on_command(struct tn *tn, uint8_t byte)
{
    tn->parse = TN_DATA;
    switch (byte) {
    case IAC:
        return on_data(tn, byte);
    case EOR:
        tn->rec_done = true;
        return tn->ready ? TN_RECORD : TN_NONE;
    case SB:
        tn->sb_len = 0;
        tn->parse = TN_SB;
        return TN_NONE;
    case WILL:
    case WONT:
    case DO:
    case DONT:
        tn->verb = byte;
        tn->parse = TN_OPTION;
        return TN_NONE;
    default: /* NOP, AYT, break and the like: nothing to do */
        return TN_NONE;
    }
}

static enum tn_event on_sb_data(struct tn *tn, uint8_t byte)
{
    if (tn->sb_len == sizeof tn->sb)
        return TN_BROKEN;
    tn->sb[tn->sb_len++] = byte;
    tn->parse = TN_SB;
    return TN_NONE;
}

enum tn_event tn_feed(struct tn *tn, uint8_t byte)
{
    if (tn->rec_done) {
        tn->rec_done = false;
        tn->rec_len = 0;
    }
    switch (tn->parse) {
    case TN_IAC:
        return on_command(tn, byte);
    case TN_OPTION:
        tn->parse = TN_DATA;
        return on_option(tn, byte);
    case TN_SB:
        if (byte != IAC)
            return on_sb_data(tn, byte);
        tn->parse = TN_SB_IAC;
        return TN_NONE;
    case TN_SB_IAC:
        if (byte != SE)
            return on_sb_data(tn, byte);
        tn->parse = TN_DATA;
        return on_subnegotiation(tn);
    default:
        if (byte != IAC)
            return on_data(tn, byte);
        tn->parse = TN_IAC;
        return TN_NONE;
    }
}
