#ifndef RPA_TESTS_FAKE_TN3270_H
#define RPA_TESTS_FAKE_TN3270_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Server side of classic TN3270: telnet options, then 3270 records that end
 * with IAC EOR. No TN3270E.
 *
 * Source: RFC 1576; RFC 854 (telnet), 856 (binary), 885 (EOR), 1091 (type).
 */
enum { TN_RECORD_MAX = 8192, TN_OUT_MAX = 16384 };

enum tn_event {
    TN_NONE,
    TN_READY,  /* all options agreed; term[] has the terminal type */
    TN_RECORD, /* rec[0..rec_len) is a whole record, until the next tn_feed */
    TN_BROKEN, /* the peer refused what 3270 needs, or keeps no limits */
};

enum tn_parse {
    TN_DATA,
    TN_IAC,
    TN_OPTION,
    TN_SB,
    TN_SB_IAC,
};

struct tn {
    enum tn_parse parse;
    uint8_t verb;    /* WILL, WONT, DO or DONT, while in TN_OPTION */
    unsigned asked;  /* bits: what we sent */
    unsigned agreed; /* bits: what the peer said yes to */
    bool type_asked, ready, rec_done;
    uint8_t sb[64];
    size_t sb_len;
    char term[41]; /* at most 40 characters: RFC 1340 */
    uint8_t rec[TN_RECORD_MAX];
    size_t rec_len;
    uint8_t out[TN_OUT_MAX]; /* to be sent; the caller moves it on */
    size_t out_len;
    bool out_full; /* something did not fit: the session is lost */
};

/** Begin: asks for the terminal type. */
void tn_start(struct tn *tn);
/** Take one byte from the network. */
enum tn_event tn_feed(struct tn *tn, uint8_t byte);
/** Queue one 3270 record. */
void tn_send(struct tn *tn, const uint8_t *rec, size_t len);
/** Queue plain text, for a peer that is no 3270. */
void tn_text(struct tn *tn, const char *text);

#endif
