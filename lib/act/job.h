#ifndef RPA_ACT_JOB_H
#define RPA_ACT_JOB_H

#include "priv.h"

struct job;
struct form_rule;
struct form_field;

/** How a field is reached, typed into and read: on a grid of cells (field.c),
 * or in a form of a toolkit (form.h). All return 0 or minus a code. */
struct reader {
    int (*reach)(struct job *job, struct rpa_err *err); /* bring the cursor */
    int (*empty)(struct job *job, struct rpa_err *err); /* see it is empty */
    /* type job->want once, see it there, and leave the field; with intent and
     * outcome; RPA_EREADBACK when it is not there */
    int (*type)(struct job *job, struct rpa_err *err);
    int (*prove)(struct job *job, struct rpa_err *err); /* it is there still */
    int (*text)(struct job *job, struct rpa_buf *ret, struct rpa_err *err);
};

extern const struct reader grid_reader; /* field.c */

/** A field that is being set. */
struct job {
    const struct reader *reader;
    struct rpa_driver *d;
    struct window *w;
    char label[TITLE_MAX];
    char text[TITLE_MAX];              /* of its label, where a bot says which */
    int line;                          /* from 0 */
    const struct rpa_field_rule *rule; /* NULL: not in the map */
    const char *title;                 /* of the grid's screen; NULL: unknown */
    struct rpa_field_at at;            /* and where it was looked for there */
    struct rpa_field_pos pos;
    int width;                         /* cells of this line */
    int cols;                          /* of the screen */
    uint32_t filler; /* what stands in it where no text does; 0: blanks */
    /* The last screen read, borrowed until the next reading; NULL when it is no
     * longer how things are. What is decided by it is checked once more under
     * the grab, so it is read once and used as long as nothing was pressed. */
    const struct rpa_screen *seen;
    const struct form_rule *form;   /* NULL: a grid */
    const struct form_field *entry; /* of it */
    uint64_t look; /* how that looked at first, */
    uint64_t was;  /* and before it had the focus; 0: unknown */
    struct kept kept; /* the selection that it is read by */
    struct rpa_folded folded;
    uint64_t elsewhere; /* before it was typed: what the rest of a grid showed */
    bool typed;         /* since: its keys were pressed, on a grid */
    const char *want; /* what the field must hold: the value, or "" if hidden; */
    struct rpa_changed changed; /* or this, what it makes of it by itself */
};

/** Find the field of a call's @args on the screen that is shown now. */
int job_start(struct job *job, struct rpa_driver *d, const cbor_item_t *args,
              struct rpa_err *err);
/** The screen was not as it was seen, and nothing was pressed: look again. Errors:
 * RPA_ESCREEN (@err is left as it is) unless the field stands there as before. */
int job_again(struct job *job, struct rpa_err *err);
/** It came to @r, which is returned again: where that is an error the field has not
 * what the bot wants in it, and no commit act is pressed until it has. A bot may
 * catch the error, and go on. */
int job_doubt(const struct job *job, int r);
/** A hash of all that the screen shows but the field itself. */
uint64_t job_elsewhere(const struct job *job, const struct rpa_screen *s);
/** The end of a job that came to @r, which is returned again: what it holds goes,
 * and the selection it was read by is as it was. */
int job_end(struct job *job, int r, struct rpa_err *err);
/** The rows of the text of a field in frames, at most @max; returns how many. */
size_t field_text_rows(struct job *job, struct row *rows, size_t max);
/** Does the colour of what it shows say that nobody can type there? 1 yes, 0
 * no, -1 it does not say. Of a grid. */
int job_protected(const struct job *job);
/** The 1-based line a bot gives, from 0 here. */
int job_line(const cbor_item_t *args);
/** What stands in clear in the audit: only what the reviewed map has; NULL. */
const char *job_label(const struct job *job);

/** Press the advance key once, within an intent that was given, and wait
 * until the cursor has left cell @from. */
int job_advance(struct job *job, int from, struct rpa_err *err);
/** The same with its intent and outcome. */
int job_step(struct job *job, int from, struct rpa_err *err);
/** The changes that the map declares for it; none if it declares none. */
const struct rpa_change *job_change(const struct job *job);
/** Is @text what it must hold, changed by itself or not? */
bool job_agrees(const struct job *job, const struct rpa_buf *text);
/** Give its window the keyboard. */
int job_focus(struct job *job, struct rpa_err *err);
/** Bring the cursor to the field, field by field. */
int job_reach(struct job *job, struct rpa_err *err);
/** Empty the field with the target's own key. */
int job_clear(struct job *job, struct rpa_err *err);
/** See that the field is empty; the clear key only if it is not: x3270 runs
 * that one some time later, and from an empty field nothing would show when. */
int job_empty(struct job *job, struct rpa_err *err);
/** One key of the field is pressed next. */
int job_intend_key(struct job *job, const char *key, struct ack *ack,
                   struct rpa_err *err);
/** Does the field show no text? */
bool job_blank(const struct job *job, const struct rpa_screen *s);
/** Is it empty, on the last screen, or does the target have a key that empties it? */
bool job_can_empty(const struct job *job);
/** Do the cells show what is wanted? */
bool job_cells(const struct job *job, const struct rpa_screen *s);
/** Do they show all of it but its first character, as a full field that scrolls
 * does while the cursor stands behind the last one? */
bool job_scrolled(const struct job *job, const struct rpa_screen *s);
/** Go to the start of such a field and see all of it, with intent and outcome;
 * RPA_ETIMEOUT. */
int job_unscroll(struct job *job, struct rpa_err *err);
/** An rpa_screen_test: they show it, scrolled or not, and the cursor is behind. */
bool job_shows(void *ctx, const struct rpa_screen *s);
/** Is the value as long as the field? Then a cursor that stands on the last cell
 * has not to move on, and may. */
bool job_full(const struct job *job);
/** RPA_EWIDTH: the value is longer than the field. */
int job_fits(const struct job *job, struct rpa_err *err);
/** Does a cursor on cell @at stand in the field, or right behind it? */
bool job_inside(const struct job *job, int at);
/** A full field shows its text. Inside, its cursor may be about to skip to the next
 * field by itself: see it come to rest. Outside, no key is pressed yet: what
 * reaches the next field asks whether it has come to rest. */
int job_overrun(struct job *job, struct rpa_err *err);

/* proof.c: what is kept of a job that is done */

/** The job's field is proved, as its screen shows it. RPA_EINVAL too many. */
int proof_keep(const struct job *job, struct rpa_err *err);
/** The blanks that the job's field ends in, if what was set still shows. */
size_t proof_blanks(const struct job *job);

#endif
