#ifndef RPA_ACT_PRIV_H
#define RPA_ACT_PRIV_H

#include "rpa/act/act.h"
#include "rpa/act/driver.h"
#include "rpa/act/target.h"
#include "rpa/base/time.h"
#include "rpa/ipc/msg.h"
#include "rpa/net/http.h"
#include "rpa/screen/display.h"
#include "rpa/screen/form.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/picture.h"
#include "rpa/screen/pointer.h"
#include "rpa/screen/window.h"
#include "rpa/screen/x3270.h"
#include "rpa/vault/secret.h"

#include <pthread.h>

#define WINDOWS_MAX 16
#define SECRETS_MAX 32
#define TOKENS_MAX 8
#define TITLE_MAX 80
#define DOUBTS_MAX 16
#define TOLD_MAX 32
#define PROOFS_MAX 256

struct form;      /* form.h */
struct form_rule; /* form.h */
struct rpa_face;  /* face.h */

/** A window the bot has found, and the reader bound to it. */
struct window {
    uint32_t id;
    unsigned number; /* of those the bot has found, from 1 */
    char entry[256]; /* the manifest's that allows it, */
    char title[256]; /* and what it is called in errors and in the audit */
    struct rpa_grid *grid; /* NULL until it is first read */
    const char *shown; /* the map's screen it showed last; NULL: none of them */
    struct form *form;     /* likewise, of a form */
    bool as_form;          /* the bot takes it for one, not for a grid */
    struct rest {
        uint64_t hash; /* of the screen; 0: something was pressed since */
        int cursor;
        int over; /* cells from the end of a full field to the cursor, which may be
                     on its way to the next one; 0: it has come to rest */
    } rest; /* how it was when the last text that was typed stood on it whole */
    int stays; /* the rest.over where the cursor was last seen to stay; 0: none */
    cbor_item_t *before; /* the rows it showed at the last commit act, or NULL */
    bool touched; /* typed into or clicked since it showed a screen of the map
                     where no record is open, */
    int64_t idle_us; /* which it did last at this time of rpa_mono_us(); 0: never */
};

/** A field whose content nothing has read back. */
struct doubt {
    char label[TITLE_MAX];
    int line;
    uint32_t window;    /* where it stands; 0: anywhere */
    const char *screen; /* NULL: none of the map's, perhaps not yet */
};

/** Cells of a proved field, and what they showed then (proof.c). */
struct proof {
    char label[TITLE_MAX];
    uint32_t window;
    const char *screen; /* NULL: none of the map's */
    int start, count, cols;
    size_t blanks; /* its value ended in so many, which no cell shows */
    uint64_t hash;
};

/** An approved change that is being made (gate.c). */
struct gate {
    bool open;
    uint32_t window;
    const char *screen; /* of the map, where the record stands */
    cbor_item_t *image; /* its fields when the gate was opened, label = text; */
    cbor_item_t *after; /* and what those to be set are to show */
    bool filed;  /* the key before this one was its commit key; */
    bool passed; /* this one is; */
    bool pressed; /* one was */
};

/** The pictures of a run (picture.c): at most one is in the making. */
struct album {
    enum { PICTURES_NONE, PICTURES_FAILURE, PICTURES_SCREENS } policy;
    uint32_t window;  /* the bot used it last; 0: none yet */
    int64_t number;   /* of the last one taken, from 1 */
    int failures;     /* taken of failures */
    int64_t failure;  /* the last of those, */
    uint64_t failed;  /* and the screen it shows */
    int unread; /* the act at hand needs this cell (linear, from 1), which cannot
                   be read; 0: none */
    uint64_t lately[64]; /* screens kept for policy "screens" */
    size_t nlately;
    pthread_t writer;
    bool writing;
};

/** A selection as it was before the bot set it, or a field was read by it. */
struct kept {
    bool saved;
    char *text; /* NULL: nobody offered any */
    size_t len;
};

/** What a service's token service gave, masked while it is kept (http_auth.c). */
struct token {
    char service[65];
    struct rpa_secret *value;
    int64_t until_us; /* rpa_mono_us() time */
};

/* A file without a name, and sealed: what it has is on a disk, and of persons. */
struct spool {
    int fd; /* 0: none yet */
    uint8_t *key; /* locked; another one for each answer */
    uint64_t len;
};

struct rpa_driver {
    int supervisor, bot;
    int64_t last_req;
    cbor_item_t *setup;
    char target_name[64];
    struct rpa_target *target;
    struct rpa_display *display; /* NULL: this run has none */
    struct rpa_face *face; /* the map's proportional font; NULL until wanted */
    struct window windows[WINDOWS_MAX];
    size_t nwindows;
    unsigned found; /* windows so far, those that are gone too */
    uint32_t told[TOLD_MAX]; /* windows nobody asked for, that were told of */
    size_t ntold;
    struct rpa_secret *secrets[SECRETS_MAX]; /* typed in this run: what is
                                                read is masked */
    size_t nsecrets;
    struct rpa_screen masked; /* the last screen that showed a secret */
    struct rpa_x3270 *word;         /* a second reader, or NULL */
    struct rpa_x3270_status status; /* as of the last reading with it */
    struct rpa_http *http; /* made at the first request */
    struct spool spool; /* for answers (download.c) */
    size_t download_len; /* of the last one that is read in pieces */
    int64_t downloads; /* so many were there */
    struct token tokens[TOKENS_MAX];
    struct doubt doubts[DOUBTS_MAX]; /* what no reader has proved (fence.c) */
    size_t ndoubts;
    struct proof proofs[PROOFS_MAX]; /* since the last key that left a screen */
    size_t nproofs;
    struct kept kept[2];   /* CLIPBOARD, PRIMARY */
    int echo_ms;           /* for the target to show what was typed */
    bool ended;            /* run.end was said */
    char app_ended[32];    /* how: "status 3"; "": not as far as we were told */
    bool silent;           /* the supervisor knows that the bot is */
    bool betrayed;         /* the bot knew a secret: no more acts */
    struct rpa_buf shown;  /* what the bot was shown since the last commit act
                              of the item, or since it began to look for one in
                              doubt: there its reference must stand */
    bool committed;        /* the item has pressed a commit key */
    int64_t answered; /* the row of the look-up answered last; 0: of what files */
    bool looking;          /* for an item in doubt */
    struct gate gate;
    struct album album;
};

/* clipboard.c */

/** Keep what is offered as @name (PRIMARY, CLIPBOARD) in @kept, once. */
int clipboard_keep(struct rpa_driver *d, const char *name, struct kept *kept,
                   struct rpa_err *err);
/** The program of @window took it as it was told to: put back what is kept. */
int clipboard_put_back(struct rpa_driver *d, const char *name, uint32_t window,
                       struct kept *kept, struct rpa_err *err);

/* link.c: asking the supervisor */

/** Take what the supervisor says unasked: that the application has ended, and
 * nothing is left that could show a window. RPA_EGONE. */
int act_hear(struct rpa_driver *d, struct rpa_err *err);

/** One row-to-be. Strings are borrowed; @body is taken (may be NULL). */
struct row {
    const char *kind; /* "KEY", "COMMIT", … */
    const char *verb; /* s.62 verb or NULL */
    const char *window, *field;
    cbor_item_t *body;
    bool pending; /* COMMIT: an earlier commit key of the item filed nothing */
};

/** What the supervisor answered to an intent: it is on disk. */
struct ack {
    int64_t seq;
    int64_t deadline_us; /* commit acts: do not press after this; else 0 */
};

/** Put @n rows on disk before an act. Returns once they are durable. */
int act_intent(struct rpa_driver *d, struct row *rows, size_t n,
               struct ack *ret, struct rpa_err *err);
/** The same of @n acts that are none of one commit: each has its own outcome, and
 * so its own of the @n at @ret. */
int act_intents(struct rpa_driver *d, struct row *rows, size_t n,
                struct ack *ret, struct rpa_err *err);
/** Say how an intended act ended; does not wait. Takes @body. */
int act_outcome(struct rpa_driver *d, const struct ack *ack,
                const char *status, cbor_item_t *body, struct rpa_err *err);
/** The outcome row of keys that ended with @r, which is returned again.
 * @left_field: was the key that leaves the field pressed? */
int act_finish(struct rpa_driver *d, const struct ack *ack, int r,
               bool left_field, struct rpa_err *err);
/** One message that nobody answers. Takes @value. */
int act_tell(struct rpa_driver *d, const char *what, cbor_item_t *value,
             struct rpa_err *err);
/** The outcome of a commit act: inside an item it is known only with the
 * reference the target gives, which item.end writes; here only "not pressed". */
int act_finish_commit(struct rpa_driver *d, const struct ack *ack, int r,
                      struct rpa_err *err);
/** A row that needs no wait (READ): durable before the next act's. */
int act_note(struct rpa_driver *d, struct row *row, struct rpa_err *err);
/** Let the supervisor answer. @args is borrowed; *ret_value may be NULL. */
int act_forward(struct rpa_driver *d, const char *name,
                const cbor_item_t *args, cbor_item_t **ret_value,
                struct rpa_err *err);

/** The value of a secret, rowed by its name alone. Wipe it after use. */
int act_fetch_secret(struct rpa_driver *d, const char *name,
                     const char *window, const char *field,
                     cbor_item_t **ret_value, struct rpa_err *err);

/* shown.c */

/** Keep what the bot was shown, as long as an item awaits its reference. */
void act_shown(struct rpa_driver *d, const char *text, size_t len);
/** The same of rows of a window; not what stood there already when the commit
 * key was pressed, such as the confirmation of the item before. */
void act_shown_rows(struct rpa_driver *d, const struct window *w,
                    const cbor_item_t *rows);
/** A commit act comes: keep what all windows show that were read. @s: what @w, a
 * grid, was just seen to show; NULL: it goes to none. */
void act_before(struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s);
/** Another item: forget what was shown, and what stood there. */
void act_forget(struct rpa_driver *d);

/* view.c: windows and what they show */
/** The run ends, and with it the application: one that shows no window any more may
 * still write what it was told to, and is waited for. */
void windows_await_end(struct rpa_driver *d);
/** Add to @err what window came that nobody asked for, or that the application
 * has ended. */
void windows_tell(struct rpa_driver *d, struct rpa_err *err);
/** An rpa_display_came; @ctx is the driver: RPA_EDIALOG such a window is there, and
 * the bot was not told of it. */
int windows_came(void *ctx, struct rpa_err *err);

int view_window(struct rpa_driver *d, const cbor_item_t *args,
                struct window **ret, struct rpa_err *err);
/** The end of all that is kept of a window. */
void view_forget(struct window *w);
/** RPA_EWINDOW, for people. */
int view_closed(const struct window *w, struct rpa_err *err);
/** Before typing: can all characters of @text, UTF-8, be read back from @w, by
 * the font it was seen with? RPA_EREPERTOIRE names the first that can't. */
int view_can_read(const struct window *w, const char *text, size_t len,
                  struct rpa_err *err);
/** A fresh reading of @w; good until the next one. Checks the mode. Not
 * masked: what goes to the bot passes mask_screen() first. */
int view_read(struct rpa_driver *d, struct window *w,
              const struct rpa_screen **ret, struct rpa_err *err);
/** Does @w still show @s as the last text left it, and with nothing more to come? */
bool view_at_rest(const struct window *w, const struct rpa_screen *s);
/** Wait until nothing has been drawn for a moment, or a second is over: what a
 * key is pressed on is the whole of a repaint, cursor included. */
int view_settle(struct rpa_driver *d, struct window *w, struct rpa_err *err);
/** The same before a commit act: every cell must be seen, if not known (a symbol
 * the font here has not). Waits for it, as a window that just got the focus still
 * shows a hollow cursor. */
int view_read_whole(struct rpa_driver *d, struct window *w,
                    const struct rpa_screen **ret, struct rpa_err *err);
/** Wait for @test; on a time-out the error says what @for_what was and what
 * was seen instead, variable cells hidden. */
int view_wait(struct rpa_driver *d, struct window *w, rpa_screen_test test,
              void *ctx, int timeout_ms, const char *for_what,
              const struct rpa_screen **ret, struct rpa_err *err);
/** RPA_EPERM unless @shown, what the target says of itself, is the mode of this
 * run: LIVE, TRNG or DEMO. */
int view_check_mode(const struct rpa_driver *d, const char *shown,
                    struct rpa_err *err);
/** Which of the map's screens this is; NULL if none of them. */
const char *view_title(const struct rpa_driver *d, const struct rpa_screen *s);
/** Do these cells show exactly @text, and @pad up to @count? */
bool view_equals_padded(const struct rpa_screen *s, int start, int count,
                        const char *text, uint32_t pad);
/** The same with blanks. */
bool view_equals(const struct rpa_screen *s, int start, int count,
                 const char *text);
/** Labels and static text of @s in a few words, other cells as ▒. */
void view_summary(const struct rpa_driver *d, const struct rpa_screen *s,
                  char *out, size_t size);
int view_cursor(const struct rpa_screen *s); /* linear cell; -1 unknown */
/** RPA_EUNREADABLE: @act needs @cell of @s (linear). The picture of the failure
 * will be of that cell alone. */
int view_unread(struct rpa_driver *d, const struct rpa_screen *s, int cell,
                const char *act, struct rpa_err *err);
/** Into @map, why @cell of @s (linear) cannot be read: covered, focus or font. */
void view_tell_unread(const struct rpa_screen *s, int cell, cbor_item_t *map);
/** Is the cursor an outline (no focus), and the cell under it unreadable? */
bool view_hollow(const struct rpa_screen *s);
/** Has it a 3270's status line? That keeps what is typed until a key sends it. */
bool view_is_3270(const struct window *w);

/* screen.c: what a bot is given */

/** The rows of @s (masked) as texts; NULL when there is no memory. */
cbor_item_t *screen_lines(const struct rpa_screen *s);
/** The READ row of a screen of @w that the bot is given: its hash, and its
 * @lines (masked), which are taken. */
int screen_given(struct rpa_driver *d, struct window *w, uint64_t hash,
                 cbor_item_t *lines, struct rpa_err *err);

/* second.c: the application's own word, where d->word is set */

/** A test of a screen, and that both readers say the same of it. */
struct second {
    struct rpa_driver *d;
    rpa_screen_test test; /* NULL: any screen */
    void *ctx;
    bool asked; /* the test held; */
    int r;      /* then how the last asking ended */
    struct rpa_err err;
};
/** rpa_screen_test; @ctx is a struct second. */
bool second_test(void *ctx, const struct rpa_screen *s);
/** How a wait for it that ended with @r did: RPA_ESCREEN if the two differed to
 * the end, or what asking failed with. */
int second_result(const struct second *two, int r, struct rpa_err *err);
/** Wait until the host has unlocked the keyboard, as far as that is known.
 * RPA_ETIMEOUT it did not. */
int second_unlocked(struct rpa_driver *d, bool *ret_waited,
                    struct rpa_err *err);
/** Does the keyboard take @key? Once it refused a key it takes nothing but a Reset
 * (RPA_ETIMEOUT), which is no lock that the host will end. */
int second_takes(struct rpa_driver *d, struct window *w, const char *key,
                 struct rpa_err *err);

/* hands.c: keys behind the audit */

/** What must still be true when the keys go out. */
struct scene {
    struct window *window;
    uint64_t hash;  /* of the screen; 0: any */
    int cursor;     /* linear cell; -1: any */
    int64_t deadline_us; /* 0: none */
    const struct form_rule *form; /* hash is of this form; NULL: of a grid */
    bool list, menu; /* keys are for an open list, or for a menu, which has grabbed
                        the pointer; a click is held until a list is there */
};

/** Has the keyboard a key for each character? A private one may still get it
 * now, which is safe between fields. */
int hands_can_type(struct rpa_driver *d, const char *text, size_t len,
                   struct rpa_err *err);
/** Refused for the focus (@r), nothing was pressed: where no person's focus would be
 * taken, ask for it again, until *@us; 0 is set at the first loss. */
bool hands_refocus(struct rpa_driver *d, struct window *w, int r, int64_t *us);
/** Give @w the keyboard. Returns 1 when it had to be given: it was elsewhere. */
int hands_focus(struct rpa_driver *d, struct window *w, struct rpa_err *err);
/** A reading for an act: of a window with the focus, whose cursor is not drawn
 * as an outline over a character; waited for as long as is bearable. */
int hands_see(struct rpa_driver *d, struct window *w,
              const struct rpa_screen **ret, struct rpa_err *err);
int hands_text(struct rpa_driver *d, const struct scene *scene,
               const char *text, size_t len, struct rpa_err *err);
/** Click on pixel @x, @y of the window, which has the focus; the pointer is
 * taken off it again. */
/** Take away a menu or list that has grabbed the pointer, such as the words an
 * entry proposes while it is typed into, by a click beside all windows; on a
 * private display. With intent and outcome. */
int hands_dismiss(struct rpa_driver *d, struct window *w, struct rpa_err *err);
int hands_click(struct rpa_driver *d, const struct scene *scene, int x, int y,
                struct rpa_err *err);
int hands_chord(struct rpa_driver *d, const struct scene *scene,
                const char *chord, struct rpa_err *err);
/** Several, NULL-ended, between which the focus cannot go. */
int hands_chords(struct rpa_driver *d, const struct scene *scene,
                 const char *const *chords, struct rpa_err *err);

/** Press it and keep it down until hands_release(); no text meanwhile. */
int hands_hold(struct rpa_driver *d, const struct scene *scene,
               const char *chord, struct rpa_err *err);
/** @part: of the scene's window, whose pixels the gesture counts in. */
int hands_pointer(struct rpa_driver *d, const struct scene *scene,
                  uint32_t part, const struct rpa_gesture *gesture,
                  struct rpa_err *err);

/* fence.c */

/** Is @key on this screen a commit act? Everything that is neither editing
 * nor listed as navigation for the screen is. */
bool fence_key_commits(const struct rpa_driver *d, const char *title,
                       const char *key);
bool fence_key_edits(const char *key);
/** One of these, that takes characters away. */
bool fence_key_deletes(const char *key);
/** Is a click there? @window: the manifest's entry that allows it; @text: what it
 * is on, or "". */
bool fence_click_commits(const struct rpa_driver *d, const char *title,
                         const char *window, const char *text);
bool fence_button_commits(const struct rpa_driver *d, const char *title,
                          const char *button);
/** Is a text of @chars characters, typed at the cursor of @w? One character is as
 * good as its key: an answer to a prompt that the map does not have. */
bool fence_text_commits(const struct window *w, size_t chars);
/** RPA_EPERM: the map says of the screen that single keys answer it. */
int fence_prompt(const struct rpa_driver *d, const struct window *w,
                 struct rpa_err *err);
/** RPA_EPERM: a field @label that the map does not have may be such a prompt. */
int fence_field(const struct rpa_driver *d, const struct window *w,
                const char *label, size_t chars, struct rpa_err *err);
struct exchange;
bool fence_request_commits(const struct rpa_driver *d, const struct exchange *x);
/** From here on nothing is known of this field of @screen in @w (line from 0;
 * NULL: of what it shows). A proof of one field does not speak for another. */
void fence_doubt(struct rpa_driver *d, const struct window *w, const char *screen,
                 const char *label, int line);
/** Is nothing known of this field, of what @w shows (of its first line)? */
bool fence_doubts(struct rpa_driver *d, const struct window *w, const char *label);
/** A reader has proved it. */
void fence_proved(struct rpa_driver *d, const struct window *w,
                  const char *label, int line);
/** The screen @from is @to now, and this field of it another name for the same. */
void fence_retitled(struct rpa_driver *d, const struct window *w, const char *from,
                    const char *to, const char *label);
/** @w shows what it now says. On a screen that the map calls idle the record is
 * gone, and with it what was typed into other screens of the window. No key and
 * no name of an item says as much: only the map, which is reviewed. */
void fence_seen(struct rpa_driver *d, struct window *w);
/** Another item begins: its name makes nothing proved, but a window that has
 * closed took along what was typed into it. */
void fence_next_item(struct rpa_driver *d);
/** Where text and editing keys went that were not meant for a field by name;
 * the next field or text that is proved clears it. */
#define FENCE_CURSOR "text at the cursor"
/* Delete and BackSpace change a field that nothing tells: no reading of another
 * one proves it. The item cannot commit any more. */
#define FENCE_EDITED "a field changed by a key"
/** Refuse a commit act while a field is unproved; in an approved change also
 * any but @key on @s of @w that files it (NULL: not by a key on a screen). */
int fence_check(struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s, const char *key,
                struct rpa_err *err);

/* proof.c: fields of a grid still show what was set */

/** What cells show, as one number. */
uint64_t proof_hash(const struct rpa_screen *s, int start, int count);
/** The bot itself typed into the field that has @cell, if any. */
void proof_drop(struct rpa_driver *d, const struct window *w, int cell);
/** A key that is no editing, or a click that commits: it may show another
 * record now. */
void proof_forget(struct rpa_driver *d, const struct window *w);
/** @w shows a screen that the map calls idle: what was set on others is gone. */
void proof_idle(struct rpa_driver *d, const struct window *w);
/** Before a commit act on @s, which @w shows: RPA_EREADBACK a field of the
 * screen shows something else now. */
int proof_check(const struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s, struct rpa_err *err);

/* file.c */

#define PIECE_BYTES (1 << 20) /* of a file, that goes at once */

/** The masked bytes of a piece that begins at @at, where the next one begins and
 * whether this one is the @last: { data, next, last }. */
cbor_item_t *file_piece(const struct rpa_driver *d, const char *data, size_t len,
                        int64_t at, bool last);
/* picture.c: what people see of a run. No failure here fails an act. */

void picture_begin(struct rpa_driver *d);
/** Of the window in @args (NULL: the one used last). Returns the picture's
 * number, 0 for none. */
int64_t picture_failure(struct rpa_driver *d, const cbor_item_t *args);
/** Of a screen that was delivered, @hash, if the policy wants each. */
void picture_screen(struct rpa_driver *d, struct window *w, uint64_t hash);
/** Of the screen that gave the reference, if it still shows it. */
void picture_confirmation(struct rpa_driver *d, const char *reference, size_t len);
/** Of the window in @args, for a person who decides; it has gone to the supervisor
 * then. Returns its number, 0 for none. */
int64_t picture_evidence(struct rpa_driver *d, const cbor_item_t *args);
/** The last one has gone to the supervisor. */
void picture_wait(struct rpa_driver *d);
/** May anything be shown that no picture may have? */
bool picture_must_hide(const struct rpa_driver *d);

#include "handlers.h"
#include "mask.h"

#endif
