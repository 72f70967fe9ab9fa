#ifndef RPA_CONFIG_OPTIONS_H
#define RPA_CONFIG_OPTIONS_H

#include "rpa/config/bundle.h"
#include "rpa/config/schema.h"

/**
 * Every option there is, as one table. From it come the arguments, the names
 * in the environment (RPA_ and the name in capitals), the keys of rpa.conf,
 * what each may be, --help, and what the manual must say.
 *
 * The stronger word counts, from the weakest: /etc/rpa/rpa.conf, the user's
 * own rpa.conf, the file that --config names, the environment, the arguments.
 * Only demands (…_required) and targets add up: no file takes one away.
 */
enum rpa_option_from { RPA_FROM_ARGV = 1, RPA_FROM_ENV = 2, RPA_FROM_CONF = 4 };

#define RPA_OPTIONS_MAX 64

/** Commands that read their options here. */
enum rpa_option_command {
    RPA_OF_RUN = 1,
    RPA_OF_STATUS = 2,
    RPA_OF_SCREEN = 4,
    RPA_OF_QUEUE = 8,
    RPA_OF_CRON = 16,
    RPA_OF_SCHEDULE = 32,
    RPA_OF_DAEMON = 64,
    RPA_OF_STOP = 128,
    RPA_OF_ALERT = 256,
    RPA_OF_REPORT = 512,
    RPA_OF_AUDIT = 1024,
    RPA_OF_SECRET = 2048,
    RPA_OF_REVIEW = 4096,
};

struct rpa_option {
    struct rpa_schema row; /* its name with _; an argument has - */
    const char *value;     /* what --help calls its value; NULL: a flag */
    unsigned from, commands;
    char letter; /* -e; 0: none */
};

/** The n-th option, NULL after the last. */
const struct rpa_option *rpa_option_at(size_t n);
/** "--purpose-required" or "RPA_PURPOSE_REQUIRED". */
const char *rpa_option_shown(const struct rpa_option *o, unsigned from,
                             char out[static 40]);
/** The row of one value, of an option that may be given again and again. */
struct rpa_schema rpa_option_single(const struct rpa_option *o);
/** What --help prints. */
void rpa_options_help(unsigned command, const char *synopsis);

#define RPA_CONFS 3

/** What was given. All zero is empty. */
struct rpa_options {
    cbor_item_t *argv, *env;
    cbor_item_t *confs[RPA_CONFS]; /* the weakest first; NULL: no such file */
    char **args;                   /* what is no option; borrowed from argv */
    int nargs;
    char *texts[RPA_OPTIONS_MAX];  /* of each option that is a text */
    char **pairs;                  /* handed out by rpa_option_pairs() */
    size_t npairs;
};

/**
 * Read the options of @command, rpa.conf too if it has keys there. @synopsis
 * stands at the head of --help.
 *
 * Shape:  true: go on. False: all was told, and *@ret_status is the exit
 *         status: 0 after --help, 2 for wrong arguments, 4 for a wrong
 *         environment or rpa.conf.
 * Owns:   end @ret with rpa_options_clear() in any case; @argv must outlive it.
 */
bool rpa_options_read(enum rpa_option_command command, const char *synopsis,
                      int argc, char **argv, struct rpa_options *ret,
                      int *ret_status);
/** Where they are, the weakest first; "": @named is NULL. */
void rpa_options_conf_paths(const char *named, char ret[RPA_CONFS][4096]);
/** The files of rpa.conf alone; @named: one more, or NULL. Owns: each of @ret, on
 * failure too (rpa_msg_free). */
int rpa_options_confs(const char *named, cbor_item_t *ret[RPA_CONFS],
                      struct rpa_err *err);
void rpa_options_clear(struct rpa_options *options);
/** What the files of rpa.conf say now, in place of what they said: @confs,
 * RPA_CONFS of them, are taken. Texts that were handed out end. */
int rpa_options_renew(struct rpa_options *options,
                      cbor_item_t *const confs[RPA_CONFS], struct rpa_err *err);

/** The value that counts; NULL or false if none was given. Borrowed. */
const char *rpa_option_text(const struct rpa_options *o, const char *name);
bool rpa_option_number(const struct rpa_options *o, const char *name,
                       double *ret);
bool rpa_option_flag(const struct rpa_options *o, const char *name);
const cbor_item_t *rpa_option_table(const struct rpa_options *o,
                                    const char *name);
/** Does any of the files demand it? */
bool rpa_option_demanded(const struct rpa_options *o, const char *name);
/** All "key=value" that were given to an option; at most @max, or RPA_EINVAL. */
int rpa_option_pairs(struct rpa_options *o, const char *name,
                     struct rpa_setting *list, size_t max, size_t *ret_n,
                     struct rpa_err *err);

/** For the reader: take a copy of every text that was given. */
int rpa_options_keep(struct rpa_options *o, struct rpa_err *err);

/** A word that a command takes before its arguments: rpa queue add. First in the
 * row of a command's own table, whose last row has no name. */
struct rpa_verb {
    const char *name;
    int least, most;   /* arguments behind it */
    const char *takes; /* options beside --state and --config: "run since json"; NULL: each
                          of the command's */
};
/** Which of @verbs, rows of @size bytes, was given; NULL, and @synopsis on
 * standard error, if none with so many arguments and these options. */
const void *rpa_option_verb(const struct rpa_options *o, const void *verbs,
                            size_t size, const char *synopsis);

/** The number of a row, an item or a review: digits, from 1. */
bool rpa_option_id(const char *text, int64_t *ret);

/** The state directory when --state does not say: RPA_STATE, else XDG's. */
void rpa_options_state(char *path, size_t size);

/** The rows of rpa.conf: the options of the table, and targets. */
#define RPA_CONF_ROWS 32
void rpa_options_conf_rows(struct rpa_schema rows[RPA_CONF_ROWS]);

#endif
