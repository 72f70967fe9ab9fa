#ifndef RPA_SUPERVISOR_SUPERVISOR_H
#define RPA_SUPERVISOR_SUPERVISOR_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "rpa/audit/audit.h"
#include "rpa/audit/item.h"
#include "rpa/base/time.h"
#include "rpa/config/bundle.h"
#include "rpa/config/people.h"
#include "rpa/config/policy.h"
#include "rpa/queue/queue.h"
#include "rpa/supervisor/lane.h"
#include "rpa/supervisor/turns.h"
#include "rpa/supervisor/voice.h"
#include "rpa/supervisor/writer.h"
#include "rpa/vault/root.h"
#include "rpa/vault/secret.h"

/**
 * The supervisor: decides and records. Single-threaded around sd-event; the
 * only holder of the databases and keys; links no X.
 *
 *   supervisor.c  what stays while runs come and go
 *   run.c         a run from its first to its last step
 *   stage.c       the processes of a run: driver, application, bot
 *   lane.c        where it lives; display.c its display; kin.c what is killed
 *   pool.c        displays that are kept ready
 *   turns.c       how long the loop is not there for others
 *   children.c    processes and their ends; aside.c one that is talked to
 *   writer.c      one commit for all that wait, then the acks
 *   calls.c       what the driver asks
 *   answers.c     the calls it answers itself
 *   rows.c        intents and outcomes; frame.c reads one
 *   files.c       files that a bot reads and writes; filing.c opens them
 *   items.c       work items: never keyed twice
 *   next.c        which one is next; what a lost supervisor left
 *   work.c        queues and leases
 *   review.c      what a person decides, and the changes that one approved;
 *                 search.c what a bot looked for, and was to
 *   pictures.c    pictures, sealed with the run; album.c seals them
 *   dry.c         a dry run: nothing is filed, and the plan is told
 *   summary.c     how a run is told of: progress, JSON
 *   control.c     who may ask it how it goes, and stop it, at the socket of
 *                 control_socket.c; control_calls.c what is answered,
 *                 status.c how it goes, who.c who that is
 *   hold.c        what must wait: the target's budget and outages
 *   survivors.c   what a supervisor that was killed left behind
 *   closer.c      a file of the audit is closed beside the loop
 *   rota.c        schedules: what fires, reader.c reads them, intake.c takes them
 *                 in, launch.c starts their runs, inbox.c looks for files, clock.c a clock that is set, forecast.c the night's
 *   planner.c, desk.c, order.c  what commands ask of schedules, queues, and runs
 *   voice.c       where the words of a run go
 *   watch.c       the process that looks for what to alert people of
 */

/** What a command wants run. Everything is borrowed until the run ends. */
struct rpa_run_options {
    struct rpa_bundle *bundle;
    const char *display;   /* an existing one; NULL: a private Xvfb, if any */
    bool needs_display;
    int64_t timeout_ms;    /* 0: none */
    bool json;
    bool quiet;            /* no progress */
    bool dry;              /* commit acts are refused, and told of */
    bool show;             /* with the values that would be keyed */
    struct rpa_audit_purpose purpose;
    const struct rpa_policy *policy; /* the mode, and what rpa.conf says */
    const char *pictures; /* "none", "failure" or "screens" */
    const char *files_dir; /* below which a bot's files are */
    uid_t uid;            /* of who runs it, */
    const char *operator_name; /* and by which name of that day */
    bool tried;           /* by an author, who is no operator: no secrets,
                             no items but of queues for trials */
    bool tty;             /* progress in place */
    struct voice voice;   /* where its words go */
};

#define POOL_MAX 8

/** What stays while runs come and go. */
struct supervisor {
    const char *state_dir; /* borrowed */
    int64_t segment_rows;  /* of a file of the audit */
    int64_t max_bots;      /* runs at once; the others wait */
    int64_t warm;          /* displays kept ready (pool.c) */
    bool stays;            /* when no run is left */
    sd_event *loop;
    struct rpa_audit *audit;
    struct writer *writer;
    struct rpa_queues *queues;
    struct rpa_vault *vault; /* opened when a secret is first asked for */
    struct control *control;
    struct who *who;     /* looks up who asks */
    struct person me;    /* whose process this is */
    struct rota *rota;   /* schedules; NULL: none */
    cbor_item_t *const *confs; /* rpa.conf of a daemon, RPA_CONFS of them */
    const char *files;   /* below which its bots' files are; NULL: not said */
    const char *config;  /* of --config, for the bots of schedules; or NULL */
    struct children *children;
    struct closer *closer; /* of the audit's files */
    bool ran; /* since it was last looked whether one is to be closed */
    struct kin *kin; /* of the lanes */
    int lanes;
    struct lane *pool[POOL_MAX]; /* what is kept ready, or gets so */
    size_t npool;
    sd_event_source *refill; /* NULL: it may be refilled */
    struct turns turns;
    struct run *runs; /* the oldest first */
    int64_t told_runs, told_waiting; /* to systemd */
    struct spending *spending; /* of the targets (hold.c) */
    unsigned char self[32];    /* hash of this program */
    bool after_loss; /* an earlier supervisor was killed (survivors.h) */
    bool leaving;    /* begin nothing more */
    sd_event_source *settling;
    struct rpa_err failed; /* the store's failure; code 0 if none */
};

/** The steps of a run, in order; each begins when the one before is done. */
enum run_step {
    STEP_WAIT, /* for others to end */
    STEP_OPEN, /* its first rows to be durable */
    STEP_DISPLAY,
    STEP_LAYOUT,
    STEP_SWEEP,
    STEP_DRIVER,
    STEP_APP,
    STEP_READY,
    STEP_SECOND,
    STEP_BOT,
    STEP_END,
};

/** What a run has of the queue, and so which commit acts are refused. */
enum hand {
    HAND_EMPTY, /* nothing: those outside an item, such as signing on, go */
    HAND_ITEM,  /* an item */
    HAND_LOOK,  /* one in doubt, to look for: none goes */
    HAND_ENDED, /* it ended, and the next was not asked for: none goes */
};

/** A picture that the driver has yet to send, or that has yet to be sealed
 * (pictures.c). */
struct announced {
    struct announced *next;
    int64_t number, grp;
    char reason[16], window[256];
    cbor_item_t *about; /* NULL: none is awaited */
};

#define PICTURE_ROWS 32

struct picture_row {
    int64_t number, seq; /* the driver's, and the row of the audit */
};

struct pictures {
    int64_t last; /* the number announced last */
    int64_t kept, lost;
    struct picture_row row[PICTURE_ROWS]; /* the last that something names: of
                                             failures, of what is reviewed */
    size_t rows;
};

/** Look-ups that were answered, and of which no search was told (search.c). */
struct answers {
    struct answered {
        int64_t row, purpose; /* of the audit */
        bool together;        /* asked with others, by one intent */
    } *pending;
    size_t n, room;
    int64_t last, from, upto; /* answered; the rows asked together last */
};

/** How a process ended, as siginfo_t has it; code 0: not yet. */
struct process_end {
    int code, status;
};

/** Told, once, when the run has ended and nothing is left of it; it is freed
 * after that. */
typedef void run_ended(void *data, const struct run *run);

struct run {
    struct supervisor *sup;
    struct run *next;
    const struct rpa_run_options *options;
    run_ended *ended_with;
    void *data;
    sd_event *loop;            /* the supervisor's, as the next three are */
    struct rpa_audit *audit;
    struct writer *writer;
    struct rpa_queues *queues;
    struct client *client;     /* the driver, while it is listened to */
    int64_t id;                /* in the audit; 0: not open yet */
    rpa_time began_us;
    enum run_step step;

    /* the processes (stage.c) */
    struct lane *lane;
    pid_t driver, manager, app, bot;
    struct process_end driver_end, bot_end, app_end;
    sd_event_source *heir; /* a process the application left, which goes on */
    int driver_fd, bot_fd; /* our end; the bot's, until it starts */
    int second_fd;         /* to the application's own word, or -1 */
    int64_t second_until_us; /* when it must be there */
    sd_event_source *stepping, *deadline;
    int64_t until_us; /* when --timeout ends it; 0: never, or no bot yet */

    /* the current item (items.c), and its queue (next.c, work.c) */
    char operator_name[PEOPLE_NAME];
    char queue[RPA_QUEUE_NAME_MAX + 1]; /* asked last; "": none */
    struct rpa_claim claim;             /* of the item in hand or looked for */
    enum hand hand;
    struct item_rowed *rowed; /* its end, and the queue does not know of it yet, */
    cbor_item_t *answer;      /* nor the bot, by this */
    sd_event_source *beat; /* extends its lease */
    bool silent;           /* the bot says nothing just now: the lease runs */
    int64_t grp;           /* the subject's group */
    int64_t purpose;       /* the row with the item's own; 0: the run's */
    int64_t commit; /* its COMMIT row that nothing answered yet; 0: none */
    int64_t change;  /* the approved change whose record was seen as it is to be:
                        its commit act may go; 0: none */
    int64_t changes; /* that were begun */
    int64_t shown;    /* the last row of what the bot was shown, */
    int64_t shown_for; /* and the purpose that it was read for */
    int64_t searched; /* the last of these and of answers when it told of a search */
    struct answers answers;
    int64_t nth, total;    /* items begun; these and what is ready */
    int64_t counted_us;    /* when that was counted */
    int64_t looked;        /* the last item that was looked for */
    int64_t left_doubts;   /* in doubt, when nothing was left to do */
    int64_t wait_us, wait_until_us; /* a call that waits for what comes due, */
    const char *wait_for;           /* and what that is */

    struct filing *filing; /* the process that has its files (files.c), or NULL */
    struct album *album; /* the process that seals its pictures, or NULL */
    struct announced announced;
    struct pictures pictures;

    /* a commit act that the target's budget holds back (hold.c) */
    cbor_item_t *held; /* its message; NULL: none */
    char held_for[160];
    sd_event_source *held_until;
    int64_t held_us;  /* since when */
    int64_t filed_us; /* when the last one went out; 0: it is answered */

    /* how it goes */
    bool stopping;  /* begin no more items */
    bool unheard;   /* it printed, and nobody reads that */
    bool used_items;
    bool ended;     /* the bot said run.end */
    struct rpa_err broke; /* the error that ended it; code 0: none */
    bool took_item;       /* it was given one to work on */
    bool waits;           /* or waits for what comes due */
    bool anew;            /* its bot is not the first */
    bool goes_on;         /* and there is to be another */
    bool over;      /* nothing more is begun; its processes are being ended */
    bool lost;      /* the driver left, and the bot had said nothing */
    sd_event_source *ending;
    int interrupts; /* Ctrl-C or SIGTERM so far */
    sd_event_source *interrupting; /* what follows from them */
    int exit;
    struct rpa_err err; /* why it failed; code 0 if it did not */
    char where[256];    /* bot file and line of that */
    char doing[128];    /* and the step the bot was in */
    bool told;          /* said and rowed: it is of an earlier bot */
    int64_t done, rejected, failed, deferred, doubts, found, keys, rows;
    json_t *rejects, *folds;

    /* a dry run (dry.c) */
    bool planned; /* its bot was ended at a commit act */
    int64_t plans;
    json_t *plan;  /* what each commit act would have filed */
    json_t *keyed; /* fields that were set since the last of them */
};

/**
 * Hold @state_dir, and settle what an earlier supervisor left.
 *
 * Owns:   *@ret until supervisor_close(); @state_dir must outlive it.
 * Errors: RPA_ESTATE (another holds it), RPA_EIO, RPA_EAUDIT, RPA_ETAMPER.
 */
int supervisor_open(const char *state_dir, struct supervisor **ret,
                    struct rpa_err *err);
/** Look after runs until none is left and it does not stay. */
void supervisor_loop(struct supervisor *sup);
void supervisor_close(struct supervisor *sup); /* NULL is fine */

/** Run a bot from start to end as soon as less than max_bots run. Whatever goes
 * wrong is in the run that @ended is told of, never before this returns.
 * @options are borrowed until then. */
int supervisor_submit(struct supervisor *sup,
                      const struct rpa_run_options *options, run_ended *ended,
                      void *data, struct run **ret, struct rpa_err *err);
/** Begin nothing more, and end with the last run. */
void supervisor_leave(struct supervisor *sup);
/** Let all runs finish the item they are at, and begin nothing more; asked
 * again, not even that. */
void supervisor_stop(struct supervisor *sup, const char *how,
                     const struct person *who);
/** The store failed: no ack, no act, and out. */
void supervisor_fail(struct supervisor *sup, const struct rpa_err *err);
/** A run or a lane has ended: see what is next. */
void supervisor_settle(struct supervisor *sup);
/** The run @id, if it has not ended. */
struct run *supervisor_run(const struct supervisor *sup, int64_t id);

/* pool.c */
/** Start what is missing in the pool, a while after one was taken; end it all when
 * nothing more is begun. */
void pool_fill(struct supervisor *sup);
/** A lane with a display, ready or about to be; NULL: there is none. */
struct lane *pool_take(struct supervisor *sup);

/* run.c */
/** Begin: open it in the audit, and start its display. */
void run_begin(struct run *run);
/** The step is done; begin the next, in a turn of its own. */
void run_next(struct run *run);
/** The run has failed. The first failure stays, or the first since one was told:
 * the bot began anew then. */
void run_fail(struct run *run, const struct rpa_err *err);
/** End it, as failed if @err is not NULL; when nothing is left of it, its end is
 * rowed and told. */
void run_end(struct run *run, const struct rpa_err *err);
/** The store failed: supervisor_fail(). */
void run_fail_stop(struct run *run, const struct rpa_err *err);
/** Ctrl-C: the first lets the item finish, the second does not. @how ("SIGINT",
 * "rpa stop") and @who, whose it was, go into the audit. */
void run_interrupt(struct run *run, const char *how, const struct person *who);
/** Let @ms pass at most until the step is done. 0: no limit. */
void run_limit(struct run *run, int64_t ms);

/* stage.c */
int stage_display(struct run *run, struct rpa_err *err);
int stage_layout(struct run *run, struct rpa_err *err);
int stage_sweep(struct run *run, struct rpa_err *err);
int stage_driver(struct run *run, struct rpa_err *err);
int stage_app(struct run *run, struct rpa_err *err); /* app.c */
/** The window manager, before the driver sets itself up. */
int app_manager(struct run *run, struct rpa_err *err);
int stage_ready(struct run *run, struct rpa_err *err);
int stage_second(struct run *run, struct rpa_err *err);
int stage_bot(struct run *run, struct rpa_err *err);
/** Does the manifest name an application; has the run a display at all? */
bool stage_has_app(const struct run *run);
bool stage_has_display(const struct run *run);
/** Start one of its processes, and notice its end. */
int stage_start(struct run *run, const char *role, const struct rpa_spawn *spawn,
                pid_t *ret_pid, struct rpa_err *err);

/* calls.c */
/** The driver has left and nobody had said why: which of the two was it? */
void calls_tell_loss(struct run *run);
/** Did the bot end since its driver had left? A driver's end may come later. */
bool calls_bot_alone(const struct run *run);
/** The bot has ended, and said nothing: why, as run->bot_end has it. */
void calls_bot_lost(const struct run *run, struct rpa_err *err);
/** Take what the driver sends from now on. */
int calls_listen(struct run *run, struct rpa_err *err);

/* answers.c */
/** An error as a bot tells it; the first one is the run's. Its picture is the
 * driver's number until the run ends. */
void run_note_error(struct run *run, const cbor_item_t *failed);
/** A row that says that @text leaves the system; durable. */
int run_disclose(struct run *run, const char *text, size_t len,
                 struct rpa_err *err);
/** Answer the call in @msg: fill @reply; a bare value goes in as "value". */
int call_answer(struct run *run, const cbor_item_t *msg, cbor_item_t *reply,
                struct rpa_err *err);
/* files.c; 1: the call waits for who opens files, and is to be made again */
int files_read(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err);
/** A piece of a file of any length, rowed with those before it that said that more
 * comes; the file has its name once the last one is there. */
int files_write(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err);
/** Drop what was not saved to its end; true: @left is told when that is done. */
bool files_leave(struct run *run, void (*left)(void *run));

/* rows.c */
/** Append the rows of an intent; the ack goes out after the next commit. */
int rows_intent(struct run *run, const cbor_item_t *msg, int64_t req,
                struct rpa_err *err);
/** Append a row that nobody waits for: an outcome, or what was shown. */
int rows_note(struct run *run, const cbor_item_t *note, struct rpa_err *err);

/* pictures.c */
/** A picture comes: what it is of. */
int pictures_announce(struct run *run, const cbor_item_t *item,
                      struct rpa_err *err);
/** It came, in @fd, or @msg says why not, and is sealed beside the loop; then it has its
 * row. Fails only as the driver does. */
int pictures_take(struct run *run, const cbor_item_t *msg, int fd,
                  struct rpa_err *err);
/** Has the picture that the driver calls @number come, or been announced, and not been
 * sealed? */
bool pictures_pending(const struct run *run, int64_t number);
/** Have so many that its driver waits? */
bool pictures_full(const struct run *run);
/** Seal those that came; true: @left is told when that is done. */
bool pictures_leave(struct run *run, void (*left)(void *run));
/** The row of the failure's or review's picture that the driver calls @number; 0:
 * none. */
int64_t pictures_row(const struct run *run, int64_t number);

/* items.c; what answers a call fills @reply, a map */
/** Row the end of the item in hand; item_settle() follows, or item_abandon(). */
int item_end(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
             struct rpa_err *err);
/** Those rows are durable: now the queue's. */
int item_settle(struct run *run, struct rpa_err *err);
/** Before a commit intent: mark the item; an earlier commit key that the map
 * says filed nothing (@pending) gets its outcome. RPA_EEXPIRED the item is not
 * this run's any more, RPA_EPERM there is none to file, RPA_EDOUBT it may have
 * been filed already. */
int item_before_commit(struct run *run, bool pending, struct rpa_err *err);
/** The COMMIT row was written. */
void item_committed(struct run *run, int64_t seq);
/** Certainly not done: forget the COMMIT row @seq. */
void item_not_committed(struct run *run, int64_t seq);
/** What is left open when the run ends, a flush each time: true as long as it is to be
 * called again, in another turn. */
bool item_abandon(struct run *run);
#define ITEM_ID (RPA_WORK_REFERENCE_MAX + 24)
/** What an item is called in the audit. */
char *item_id(const struct rpa_claim *claim, char out[static ITEM_ID]);
/** Append a row about the item in hand or looked for. */
int item_row(struct run *run, enum rpa_item_event event,
             const cbor_item_t *body, struct rpa_err *err);

/* next.c */
/** 1: the call waits run->wait_us for what comes due. */
int item_next(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
              struct rpa_err *err);
int item_found(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err);
int queue_leave(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err);
/** Settle what earlier supervisors left in workers' hands, as the audit says. */
int work_recover(struct rpa_audit *audit, struct rpa_queues *queues,
                 struct rpa_err *err);
/** Make good the end of a doubt that got into the audit and no further. 1: that
 * was so; 0: the doubt stands, or there is none. */
int work_known(struct rpa_audit *audit, struct rpa_queues *queues, int64_t item,
               struct rpa_err *err);

/** Take item @item of run->queue in hand, ready or not at all: 1, or 0. */
int item_take(struct run *run, int64_t item, cbor_item_t *reply,
              struct rpa_err *err);

/* work.c */
/** Make the queues that the manifest names, where they are not there. */
int work_prepare(struct run *run, struct rpa_err *err);
int queue_add(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
              struct rpa_err *err);
int queue_state(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err);
/** Is there anything to begin in a queue of the manifest? */
bool work_ready(struct run *run);
/** The name of the queue a call is about, which the manifest must have. */
int work_queue(const struct run *run, const cbor_item_t *args,
               char name[static RPA_QUEUE_NAME_MAX + 1], struct rpa_err *err);
/** The run's bot, as the queue's history has it. */
struct rpa_who work_bot(const struct run *run);
/** Mark the item in hand; RPA_EEXPIRED it is not ours any more. */
int work_mark(struct run *run, struct rpa_err *err);
/** End its attempt. */
int work_settle(struct run *run, const struct rpa_work_end *end,
                struct rpa_err *err);
/** Keep the item in hand: its lease begins anew, again and again. */
int work_keep(struct run *run, struct rpa_err *err);
/** It is in hand no more. */
void work_let_go(struct run *run, enum hand hand);
/** @r of the queue: one that cannot be written is a store that failed,
 * RPA_EAUDIT. */
int work_stored(int r, struct rpa_err *err);

/* status.c */
/** Add how it goes to @ok, a map. */
void status_put(const struct supervisor *sup, cbor_item_t *ok);
/** The queues alone, with what waits and when it will be done. */
cbor_item_t *status_queues(const struct supervisor *sup);

/* summary.c */
void summary_item(const struct run *run, const char *outcome);
/** When what is ready will be done at the pace so far, "04:10", UK time; false
 * when there is nothing to tell by. */
bool summary_forecast(const struct run *run, char out[static 9]);
void summary_folds(struct run *run, const cbor_item_t *body);
void summary_print(const struct run *run);

#endif
