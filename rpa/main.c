/* rpa: the command table. */
#include "rpa/act/act.h"
#include "rpa/base/log.h"
#include "rpa/cmd/alert.h"
#include "rpa/cmd/audit.h"
#include "rpa/cmd/backup.h"
#include "rpa/cmd/cron.h"
#include "rpa/cmd/daemon.h"
#include "rpa/cmd/font.h"
#include "rpa/cmd/http.h"
#include "rpa/cmd/queue.h"
#include "rpa/cmd/report.h"
#include "rpa/cmd/review.h"
#include "rpa/cmd/run.h"
#include "rpa/cmd/schedule.h"
#include "rpa/cmd/secret.h"
#include "rpa/cmd/status.h"
#include "rpa/config/nearest.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/role/bot.h"
#include "rpa/role/roles.h"
#include "rpa/supervisor/closer.h"
#include "rpa/supervisor/album.h"
#include "rpa/supervisor/filing.h"
#include "rpa/supervisor/inbox.h"
#include "rpa/supervisor/reader.h"
#include "rpa/vault/crypto.h"
#include "rpa/supervisor/who.h"
#include "rpa/watch/watchman.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cmd_acts(int argc, char **argv, const char *state_dir)
{
    const struct rpa_act *act;
    (void)state_dir;
    if (argc > 1 && strcmp(argv[1], "--help") != 0) {
        fputs("usage: rpa acts\n", stderr);
        return 2;
    }
    for (size_t n = 0; (act = rpa_act_at(n)); n++) {
        printf("%-16s %s\n", act->name, act->doc);
        for (size_t i = 0; i < RPA_ARGS_MAX && act->args[i].name; i++)
            printf("%18s%s%s\n", "", act->args[i].name,
                   act->args[i].required ? "" : " (optional)");
    }
    return 0;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv, const char *state_dir);
    const char *doc;
    unsigned roles; /* of who may, where it opens the stores itself (people.h) */
} commands[] = {
    { "run", cmd_run, "run one bot, or one chunk of Lua" },
    { "status", cmd_status, "how the run on a state directory goes" },
    { "daemon", cmd_daemon, "look after many bots at once" },
    { "stop", cmd_stop, "stop it after the current item" },
    { "http", cmd_http, "send one request, as a bot would" },
    { "queue", cmd_queue, "work items: add, list, resolve, retry" },
    { "review", cmd_review, "what bots put before people: list, show, decide" },
    { "schedule", cmd_schedule, "when bots run: check, list, next, explain" },
    { "alert", cmd_alert, "what is wrong, and whether it is told" },
    { "report", cmd_report, "what became of the night" },
    { "cron", cmd_cron, "when an expression fires" },
    { "screen", cmd_screen, "what a window shows, with rulers and fields" },
    { "font", cmd_font, "learn how a terminal draws its characters" },
    { "audit", cmd_audit, "verify or show the audit store", PEOPLE_AUDITOR },
    { "backup", cmd_backup, "copy the stores, and the keys apart",
      PEOPLE_OPERATOR },
    { "restore", cmd_restore, "a state directory from a backup",
      PEOPLE_OPERATOR },
    { "secret", cmd_secret, "set, list or remove secrets", PEOPLE_OPERATOR },
    { "acts", cmd_acts, "all that a bot can ask for" },
};

static const struct {
    const char *name;
    int (*run)(void);
} roles[] = {
    { "bot", rpa_role_bot },
    { "driver", rpa_role_driver },
    { "sweep", rpa_role_sweep },
    { "segment", rpa_role_segment },
    { "watch", rpa_role_watch },
    { "who", rpa_role_who },
    { "inbox", rpa_role_inbox },
    { "files", rpa_role_files },
    { "pictures", rpa_role_pictures },
};

/* what the daemon has read by processes that may take their time */
static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} readers[] = {
    { "load", rpa_role_load },
    { "schedules", rpa_role_schedules },
    { "conf", rpa_role_conf },
};

static void usage(FILE *to)
{
    fputs("usage: rpa COMMAND …   (rpa COMMAND --help)\n\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].doc);
}

static bool may(unsigned who, const char *word)
{
    struct rpa_err err;
    if (!who || (word && !strcmp(word, "--help")) ||
        people_here(who, &err) == 0)
        return true;
    rpa_log_err(&err);
    return false;
}

/* what could not be told was not done well */
static int told(int status)
{
    struct rpa_err err;
    if (status || (!fflush(stdout) && !ferror(stdout)))
        return status;
    rpa_fail_errno(&err, RPA_EIO, "cannot write what was asked for");
    rpa_log_err(&err);
    return rpa_code_exit(RPA_EIO);
}

int main(int argc, char **argv)
{
    char state[4096];
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!rpa_crypto_init())
        return 70;
    if (argc == 3 && !strcmp(argv[1], "role"))
        for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
            if (!strcmp(argv[2], roles[i].name))
                return roles[i].run();
    for (size_t i = 0; argc > 3 && !strcmp(argv[1], "role") &&
                       i < sizeof readers / sizeof *readers; i++)
        if (!strcmp(argv[2], readers[i].name)) {
            rpa_log_init(readers[i].name, RPA_LOG_INFO);
            return readers[i].run(argc - 2, argv + 2);
        }
    signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, no crash */
    rpa_log_init("", RPA_LOG_INFO);
    rpa_options_state(state, sizeof state);
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))) {
        usage(stdout);
        return 0;
    }
    if (argc > 1 && !strcmp(argv[1], "--version")) {
        puts("rpa " RPA_VERSION);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(argv[1], commands[i].name))
            return may(commands[i].roles, argv[2])
                       ? told(commands[i].run(argc - 1, argv + 1, state))
                       : rpa_code_exit(RPA_EPERM);
    struct nearest n = { .word = argc > 1 ? argv[1] : "" };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        nearest_try(&n, commands[i].name);
    if (argc > 1)
        nearest_tell(&n, "command", "rpa --help");
    else
        usage(stderr);
    return 2;
}
