#ifndef RPA_AUDIT_KIND_H
#define RPA_AUDIT_KIND_H

/**
 * What a row is about. The numbers are in the chain and stay for ever.
 * 9 SHRED is kept for what comes.
 */
enum rpa_audit_kind {
    RPA_AUDIT_RUN_OPEN = 1,
    RPA_AUDIT_RUN_CLOSE = 2,
    RPA_AUDIT_RUN_ABORT = 3,
    RPA_AUDIT_DICT = 4,       /* a label and its number */
    RPA_AUDIT_GROUP_OPEN = 5, /* commitment to a subject's key */
    RPA_AUDIT_CLOCK_STEP = 6, /* wall clock against monotonic moved */
    RPA_AUDIT_CHECKPOINT = 7, /* all rows up to this one are signed */
    RPA_AUDIT_SEGMENT = 8,    /* a file begins here; names the one before */

    RPA_AUDIT_KEY = 16,       /* intent: keys */
    RPA_AUDIT_COMMIT = 17,    /* intent: a commit act, always alone */
    RPA_AUDIT_SECRET = 18,    /* intent: a secret by id; never text, length */
    RPA_AUDIT_POINTER = 19,   /* intent: a click or movement */
    RPA_AUDIT_HTTP = 20,      /* intent: a web request */
    RPA_AUDIT_READ = 21,      /* what the bot was shown */
    RPA_AUDIT_SCREEN = 22,    /* a picture or whole screen kept */
    RPA_AUDIT_FILE = 23,      /* a file handed in or out */
    RPA_AUDIT_OUTCOME = 24,   /* what became of an intent */
    RPA_AUDIT_S62 = 25,       /* a logged operation without an act here */
    RPA_AUDIT_ITEM = 26,      /* a work item begun, marked, ended */
    RPA_AUDIT_NOTE = 27,      /* what the bot said of itself */
    RPA_AUDIT_AUDIT_QUERY = 28, /* somebody read this store */
    RPA_AUDIT_PURPOSE = 29,   /* why the look-ups that name this row were made */
    RPA_AUDIT_SCHEDULE = 30,  /* what a schedule's time came to; who decided
                                 what of it */
    RPA_AUDIT_REVIEW = 31,    /* a search that was made; a review proposed,
                                 shown, decided, applied */
};

/** DPA 2018 s.62(1): the operations that must be logged. */
enum rpa_s62 {
    RPA_S62_NONE = 0,
    RPA_S62_COLLECTION = 1,
    RPA_S62_ALTERATION = 2,
    RPA_S62_CONSULTATION = 3,
    RPA_S62_DISCLOSURE = 4,
    RPA_S62_COMBINATION = 5,
    RPA_S62_ERASURE = 6,
};

/** What became of an intent. */
enum rpa_audit_result {
    RPA_RESULT_DONE = 1,       /* it was done, as far as can be seen */
    RPA_RESULT_REFERENCED = 2, /* done, and the body holds the reference the
                                  target gave */
    RPA_RESULT_NOT_DONE = 3,   /* refused or expired: certainly not done */
    RPA_RESULT_UNKNOWN = 4,    /* may or may not have been done */
};

/** "KEY", "consultation", "not_done"; NULL for a number that is none. Static. */
const char *rpa_audit_kind_name(int kind);
/** 16 for "KEY"; 0 for a name that is none. */
int rpa_audit_kind_of(const char *name);
const char *rpa_s62_name(int verb);
const char *rpa_audit_result_name(int result);

#endif
