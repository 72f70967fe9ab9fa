#ifndef RPA_ACT_FORM_H
#define RPA_ACT_FORM_H

#include "job.h"
#include "rpa/screen/face.h"
#include "rpa/screen/form_entry.h"
#include "rpa/screen/form_look.h"

/* Forms of graphical toolkits: what the screen map says of one, and the reader
 * that field.c uses for it. */

enum form_kind { FORM_TEXT, FORM_TICK, FORM_PICK, FORM_BUTTON, FORM_MODE };

#define FORM_LOOKS 4     /* of one state, such as ticked with and without focus */
#define FORM_CHOICES 64  /* of one pick-list */
#define FORM_FIELDS 128

/** A state a field can show: "on", "off", a choice, a mode. */
struct form_state {
    char value[TITLE_MAX];
    uint64_t looks[FORM_LOOKS];
    size_t nlooks;
};

struct form_field {
    char label[TITLE_MAX];
    enum form_kind kind;
    struct rpa_area at; /* if it has a label, as of the last look */
    char by[TITLE_MAX]; /* the text it stands beside; "" */
    struct rpa_place_beside where; /* from it */
    bool hidden, multi;
    bool stays; /* it is not left once it is set: that would do more */
    struct form_state *states; /* of a tick box: off, on; of a pick-list; modes */
    size_t nstates;
    bool opens; /* of a pick-list: a click opens its choices */
    bool clears; /* of a button: what was set goes when it is pressed */
};

/** How a toolkit is spoken to. */
struct form_toolkit {
    const char *name;
    struct rpa_entry_keys keys;
    const char *deselect; /* where moving the cursor is not enough; NULL */
    const char *leave; /* a text of several lines, where Tab is a character */
    bool newline;      /* such a text is told with one newline more */
    bool mute;         /* hidden entries say nothing, not even marks */
    bool held; /* the button that opens a list is kept down until it is there: let
                  go before, it takes no keys. Others close it then. */
};

/** One window, in the order of the Tab key. */
struct form_rule {
    char title[TITLE_MAX]; /* of the screen in the map */
    char window[TITLE_MAX]; /* of the window; ${mode} stands for one */
    struct form_toolkit toolkit;
    char select[16]; /* the chord, where a program has another than its toolkit */
    char copy[16]; /* the chord, for a program that offers no PRIMARY */
    int w, h; /* pixels; 0: any */
    struct form_field *fields;
    size_t nfields;
    bool labelled; /* some field stands beside a text */
    struct form_rule *next;
};

/** Add the form that a screen of the map describes to the front of *@list; a
 * screen without a toolkit is none. Errors: RPA_EINVAL, RPA_ENOMEM. */
int form_rule_load(const cbor_item_t *screen, struct form_rule **list,
                   struct rpa_err *err);
void form_rules_free(struct form_rule *list);
/** Is it the form of a window with this title? *ret_mode, of @size bytes: the
 * mode that the title says, "" if it says none. */
bool form_rule_is(const struct form_rule *rule, const char *title,
                  char *ret_mode, size_t size);
/** The form that is this screen of the map; NULL: it is none. */
const struct form_rule *form_rule_called(const struct form_rule *list,
                                         const char *screen);
/** The form of this window: by its title, as form_rule_is(), and of several by
 * its size. NULL: none. */
const struct form_rule *form_rule_in(const struct form_rule *list,
                                     const struct rpa_window_info *info,
                                     char *ret_mode, size_t size);
/** The titles of windows that are forms, for people. */
void form_rules_say(const struct form_rule *list, struct rpa_buf *ret);
const struct form_field *form_rule_field(const struct form_rule *rule,
                                         const char *label);

/** What a field told the bot last, and how it looked at the last commit act. */
struct heard {
    char label[TITLE_MAX]; /* "": none yet */
    bool told;
    struct rpa_buf text;
    uint64_t look; /* 0: it was not there */
};

/** What is known of a window that is a form. */
struct form {
    struct rpa_look *look;
    int first_w, first_h; /* where the map has no size: the first it was seen with */
    int w, h; /* when the places of its fields were taken last */
    const struct form_rule *rule; /* whose the fields are */
    const struct form_field *focus; /* has the keyboard, by what was seen */
    uint64_t was; /* how that looked before it had; 0: unknown */
    bool beside; /* the next click into a text is aside of its middle */
    const struct form_field *left;  /* had it before: may still be drawn anew */
    bool strays[FORM_FIELDS]; /* the key that left it last led elsewhere than to
                                 the next of the map */
    struct said {
        const struct form_field *field; /* NULL: free */
        struct rpa_buf text; /* what it said then */
    } said[FORM_FIELDS]; /* by each field that was set for the next commit act; of
                            all screens of the window */
    struct heard heard[FORM_FIELDS]; /* of all its screens, by their labels */
};

/** The rule of what @w shows now, or NULL: it is no form. Opens its eyes. */
int form_of(struct rpa_driver *d, struct window *w,
            const struct form_rule **ret, struct rpa_err *err);
/** The same of the window in @args, which must be one: RPA_ESCREEN says what
 * it is. */
int form_in(struct rpa_driver *d, const cbor_item_t *args, struct window **ret_w,
            const struct form_rule **ret, struct rpa_err *err);
/** Open the eyes of a window that is a form, and take a picture. */
int form_open(struct rpa_driver *d, struct window *w, struct rpa_err *err);
void form_close(struct window *w);
/** RPA_ESCREEN: on its last picture it has another size than the map says. */
int form_check_size(const struct form *form, const struct form_rule *rule,
                    struct rpa_err *err);
/** RPA_ESCREEN: the map has the pixels of @f, but no size of the window, and that
 * is no longer as large as at first. */
int form_check_place(const struct form *form, const struct form_rule *rule,
                     const struct form_field *f, struct rpa_err *err);
/** Ask the server: RPA_ESCREEN the window is not as large as when the places of its
 * fields were taken. */
int form_check_stays(struct rpa_driver *d, const struct window *w,
                     struct rpa_err *err);
/** All text of the last picture, read with the map's font. */
int form_page(struct rpa_driver *d, const struct form *form,
              const struct form_rule *rule, struct rpa_page **ret,
              struct rpa_err *err);

/* form_read.c */

/** The lines that @w shows, as a bot gets them; with a READ row. */
int form_read(struct rpa_driver *d, struct window *w, cbor_item_t **ret,
              struct rpa_err *err);
/** The same, once one of @any, { text, row? }, is in them; @what they are. */
int form_wait(struct rpa_driver *d, struct window *w, cbor_item_t **any,
              size_t n, const char *what, int timeout_ms, cbor_item_t **ret,
              struct rpa_err *err);

/** A commit act comes: keep how the fields look, and in *@ret the lines that are
 * read, or NULL if they cannot be. */
void form_before(struct rpa_driver *d, struct form *form, cbor_item_t **ret);
/** The bot asks the field. Where nobody did before a commit act, only how it looks
 * tells whether what it says is new: wait until that changes. */
void form_await_news(struct job *job);
/** The field told the bot @text. Is that new? Not if it told the same before the
 * last commit act; nor, where nobody had asked it, if it looked then as it did when
 * the bot asked. */
bool form_tells(struct job *job, const struct rpa_buf *text);

/** It told @text, which is no news: it was set to that. */
void form_told(struct job *job, const struct rpa_buf *text);

/** The readers of forms (job.h): of entries; of tick boxes and pick-lists. */
extern const struct reader form_text_reader, form_state_reader;
/** The state that @f shows on the last look; NULL: none of its own. */
const struct form_state *form_state_of(const struct rpa_look *look,
                                       const struct form_field *f);
/** What a tick box or pick-list shows once nothing is drawn any more; *@ret is good
 * as long as the map. */
int form_state_now(struct job *job, const char **ret, struct rpa_err *err);
/** Find the field of @job on the form @rule. */
int form_locate(struct job *job, const struct form_rule *rule,
                struct rpa_err *err);

/** The row of one key that is pressed for the field. */
struct row form_key_row(struct job *job, const char *key);
/** One key, within an intent that was given. */
int form_chord(struct job *job, const char *chord, struct rpa_err *err);
/** Several, NULL-ended, between which the focus cannot go: without it an entry
 * may forget what it had selected. */
int form_chords(struct job *job, const char *const *chords, struct rpa_err *err);
/** Click on the field, with intent and outcome. */
int form_click(struct job *job, struct rpa_err *err);
/** The selection by which entries of this form are read. */
const char *form_selection(const struct form_rule *rule);
/** Bring the focus into the entry, and see it come. */
int form_reach(struct job *job, struct rpa_err *err);
/** The key that leaves the field; NULL if no key does. */
const char *form_advance(const struct job *job);
/** Leave the field and come back, within an intent of these rows (at most 2):
 * some change a text only when it is left. Waits for nothing: what is pressed
 * then comes to the target later than this. */
size_t form_revisit_rows(struct job *job, struct row *rows);
int form_revisit(struct job *job, struct rpa_err *err);
/** Until @at looks otherwise than @was; RPA_ETIMEOUT. */
int form_await_change(struct job *job, const struct rpa_area *at, uint64_t was,
                      int64_t deadline_us, struct rpa_err *err);
/** Press it, within an intent; wait until the field is left, and see whether
 * the next one has the focus. */
int form_leave(struct job *job, struct rpa_err *err);
/** The same once, from the field or from one of those behind it: does @to show
 * that it has the focus now? */
int form_tab(struct job *job, const struct form_field *to, struct rpa_err *err);
/** When the target must have shown what was done to it. */
int64_t form_until(const struct job *job);

/* form_empty.c */

/** See that the focused entry, which was emptied, is, and stays so when it is left:
 * what is typed then must be all it holds, and goes again. Within an intent of
 * these rows (at most 7). RPA_EREADBACK. */
int form_prove_empty(struct job *job, struct rpa_err *err);
size_t form_prove_empty_rows(struct job *job, struct row *rows);
/** What an entry holds that was asked and said nothing, with intent and outcome;
 * RPA_EUNREADABLE. */
int form_speak(struct job *job, struct rpa_buf *ret, struct rpa_err *err);

/* form_parts.c */

/** Type the value over that of a field of parts, within an intent of these rows (at
 * most 2 * RPA_PARTS_MAX). */
int form_type_parts(struct job *job, struct rpa_err *err);
size_t form_parts_rows(struct job *job, struct row *rows);

/* form_text.c */

/** Type @utf8, with Enter between lines; within an intent. */
int form_type(struct job *job, const char *utf8, struct rpa_err *err);
/** Fold a text of several lines. */
int form_fold(struct job *job, const char *value, size_t len,
              struct rpa_err *err);
/** Type a secret into a hidden entry, and see that only marks show. */
int form_secret(struct job *job, const char *value, size_t len,
                struct rpa_err *err);
/* form_astray.c */

/** Which fields look otherwise than when the look was kept last (rpa_look_keep):
 * of those the bot has not set, and but the job's own. */
void form_others(const struct job *job, bool ret[static FORM_FIELDS]);
/** Mark these as unproved, and add them to @err; false if there are none. */
bool form_doubt_others(const struct job *job, const bool others[static FORM_FIELDS],
                       struct rpa_err *err);
/** Was it this field that took the text, and said so? Asked once it was left.
 * RPA_EFOCUS if another may have. */
int form_proved(struct job *job, struct rpa_err *err);
/** Wait until the field looks otherwise than @was, as what was typed is in it;
 * RPA_EFOCUS. */
int form_shows(struct job *job, uint64_t was, struct rpa_err *err);
/** Before the field is left: no other one has changed. */
int form_unmoved(struct job *job, struct rpa_err *err);
/** Has the field that was reached, and asked, the focus still? @empty: it said
 * nothing. Within an intent; RPA_EFOCUS it has not. */
int form_focused(struct job *job, bool empty, struct rpa_err *err);

/** Wait until the focused entry says that it holds what is wanted, within an
 * intent; RPA_EREADBACK it does not. */
int form_holds(struct job *job, struct rpa_err *err);
/** What the focused entry says it holds, within an intent; RPA_ENOTFOUND when
 * it said nothing until @deadline_us. */
int form_ask(struct job *job, int64_t deadline_us, struct rpa_buf *ret,
             struct rpa_err *err);
/** Behind what it holds, and nothing selected; within an intent. */
int form_end(struct job *job, struct rpa_err *err);
/** Remember what the field said when it was proved; NULL: nothing. RPA_EINVAL there
 * are too many. */
int form_said(struct job *job, const struct rpa_buf *text, struct rpa_err *err);
/** What @f said then; NULL: it was not set. */
struct said *form_said_of(struct form *form, const struct form_field *f);
/** Forget what all fields said. */
void form_forget(struct form *form);
/** Select all and delete, within an intent. */
int form_erase(struct job *job, struct rpa_err *err);
/** What a commit act rests on: how all fields look but those where a text
 * cursor blinks, or a frame fades. */
uint64_t form_hash(const struct form *form, const struct form_rule *rule);
/** Until nothing has been drawn for a moment. */
int form_settle(struct rpa_look *look, struct rpa_err *err);
/** A picture of the form as it is now, black where the map has a hidden field or a
 * black region. Errors: RPA_EUNREADABLE it cannot be told where those are. */
int form_picture(struct rpa_driver *d, struct window *w, struct rpa_picture *ret,
                 struct rpa_err *err);
/** Press a button or a key of a form, behind the fence. */
int form_press(struct rpa_driver *d, struct window *w,
               const struct form_rule *rule, const char *button,
               const char *key, bool *ret_commit, struct rpa_err *err);

/* form_menu.c: a key that opens a menu, and behind blanks a letter in it, or one for
 * each menu within a menu, "alt+f s", "alt+e c u" */

enum { MENU_KEYS = 65 };

bool form_is_menu(const char *keys);
/** What opens the menu in @keys, and the letters behind it; NULL: they are one key.
 * Of letters the first one, and those behind. */
const char *form_menu_letters(const char *keys, char ret_opens[MENU_KEYS]);
/** RPA_EINVAL: they are no key and no menu. */
int form_check_keys(const char *keys, struct rpa_err *err);
/** Press the one, and each letter when its menu is there and drawn; then they must
 * go. RPA_ETIMEOUT: also for what failed once the first was pressed. */
int form_menu(struct rpa_driver *d, const struct scene *scene, const char *keys,
              struct rpa_err *err);

/** target.c: those of the map, or NULL. */
const struct form_rule *target_forms(const struct rpa_target *target);

#endif
