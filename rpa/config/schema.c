/* The rows of the manifest, of a screen map, and of the targets in rpa.conf. */
#include "rpa/config/schema.h"
#include "rpa/act/target.h"
#include "rpa/config/policy.h"
#include "rpa/config/quota.h"
#include "rpa/config/schema_row.h"
#include "rpa/net/address.h"
#include "rpa/sched/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYOUT_LETTERS                                                         \
    "abcdefghijklmnopqrstuvwxyz0123456789_()-"
static bool is_keymap(const char *text)
{
    if (!strncmp(text, "layout:", 7))
        return text[7] && strlen(text) < 32 &&
               !text[7 + strspn(text + 7, LAYOUT_LETTERS)];
    return !strcmp(text, "private");
}

static const struct rpa_schema ready[] = {
    TEXT("title", true, "title of the window to wait for"),
    INT("timeout_ms", false, "how long to wait for it (30000)"),
    END,
};

static const struct rpa_schema app[] = {
    TEXTS("argv", true, "the program and its arguments; ${key} is a setting"),
    SET("env", "environment variables"),
    ROW(TEXT, "wm", false, "a window manager on the private display",
        .oneof = "openbox"),
    { "ready", RPA_SCHEMA_MAP, false, ready, "when it is ready" },
    ROW(TEXT, "keymap", false, "the keyboard; a layout is an X one, such as gb",
        .unit = "\"private\" or \"layout:NAME\"", .otherwise = "private",
        .fits = is_keymap),
    ROW(TEXT, "second_reader", false,
        "who must agree with each screen that is read; x3270 with -socket",
        .oneof = "x3270"),
    ROW(INT, "echo_ms", false, "how long it may take to show what was done",
        .unit = "ms", .least = 1000, .most = 600000, .otherwise = "10000"),
    END,
};

static const struct rpa_schema secret[] = {
    TEXT("target", false, "the target it is for"),
    TEXT("screen", false, "title of the screen it may be typed on"),
    TEXT("field", false, "label of the hidden field"),
    TEXT("url", false, "or: the one address it may be sent to"),
    END,
};

/* include/rpa/queue/queue.h has what is allowed */
static const struct rpa_schema queue[] = {
    TEXT("schema", false, "the JSON Schema of its payloads, as text"),
    INT("max_attempts", false, "attempts before an item has failed (3)"),
    INT("retry", false, "errors tried again: 0 none, 1 declared (1), 2 all"),
    INT("backoff_ms", false, "before the second attempt, then doubled (30000)"),
    INT("backoff_max_ms", false, "at most (1800000)"),
    INT("lease_ms", false, "a lease, unless it is extended (90000)"),
    INT("locked_tries", false, "of a record another user has open (3)"),
    INT("locked_ms", false, "between those (10000)"),
    INT("locked_defer_ms", false, "after the last of those (1800000)"),
    INT("pause_after", false, "failures in a row that pause it (5); 0 never"),
    INT("horizon_ms", false,
        "when absent is absent (commit_horizon_s of the target)"),
    INT("second_person", false, "1: who resolves is not who ran it (0)"),
    END,
};

static const struct rpa_schema files[] = {
    SET("input", "that it may read: name = path, from the folder of --files"),
    SET("output", "that it may write or add to"),
    END,
};

static const struct rpa_schema navigation[] = {
    TEXT("screen", false, "title of a screen"),
    TEXT("window", false, "or: a window, as it is listed in windows"),
    TEXTS("keys", false, "keys that file nothing there"),
    TEXTS("clicks", false, "texts a click on which files nothing; \"*\": any"),
    TEXTS("buttons", false, "buttons that file nothing there"),
    ROW(TEXT, "url", false, "or: address of a web service; {name} is one step",
        .unit = "https://HOST/…, or http:// without TLS",
        .fits = rpa_schema_is_address),
    TEXTS("methods", false, "methods that change nothing there"),
    END,
};

const struct rpa_schema rpa_schema_manifest[] = {
    TEXT("name", true, "the bot's name"),
    TEXT("target", false, "the system it works on"),
    ROW(TEXT, "mode", false, "what the bot is for", .oneof = RPA_MODES,
        .otherwise = "TRNG"),
    { "app", RPA_SCHEMA_MAP, false, app, "the application to start" },
    TEXTS("windows", false, "titles, or parts of them, of its windows; * for all"),
    BOOL("clipboard", "it may use PRIMARY and CLIPBOARD"),
    TEXTS("http", false, "hosts it may call: " RPA_HTTP_HOST),
    { "services", RPA_SCHEMA_NAMED, false, rpa_schema_service,
      "web services, each by a name and its address" },
    { "files", RPA_SCHEMA_MAP, false, files, "files, each by a name" },
    { "secrets", RPA_SCHEMA_NAMED, false, secret, "secrets, each bound" },
    { "queues", RPA_SCHEMA_NAMED, false, queue,
      "queues of work items; made with this policy where they are not there" },
    { "navigation", RPA_SCHEMA_MAPS, false, navigation,
      "what is no commit act" },
    ROW(TEXT, "changes", false, "which changes it may make: those that a person "
        "approved, each by rpa.review.apply()", .oneof = RPA_CHANGES),
    ROW(INT, "max_changes", false, "and how many in a run", .least = 1,
        .most = 100000),
    ROW(TEXT, "pictures", false, "what a run keeps pictures of",
        .oneof = RPA_PICTURES, .otherwise = "failure"),
    TEXT("map", false, "the screen map, a file under bots/ without .lua"),
    SET("set", "settings and their defaults"),
    { "limits", RPA_SCHEMA_MAP, false, rpa_quota_rows,
      "what a run may take of the machine" },
    TEXT("doc", false, "what the bot does"),
    END,
};

static const struct rpa_schema field[] = {
    TEXT("label", true, "as a bot says it: the label, without leaders"),
    TEXT("text", false, "the label on the screen (the same)"),
    BOOL("below", "the field stands below its label"),
    INT("nth", false, "which one, where several have this label"),
    INT("of", false, "and how many have it"),
    INT("row", false, "or: where the field begins, from 1"),
    INT("col", false, "and in which column"),
    INT("width", false, "characters a line of it holds"),
    INT("lines", false, "continuation lines (1)"),
    BOOL("hidden", "what is typed does not show"),
    BOOL("opens", "of a pick-list: a click opens its choices"),
    BOOL("leave", "of a form: false if it is not to be left once it is set"),
    BOOL("clears", "of a button: what was set goes when it is pressed"),
    BOOL("upper", "the target makes it capitals, at once or when it files"),
    BOOL("trim", "the target takes blanks off its ends"),
    TEXT("number", false, "how the target writes it: 0, 0.00, #,##0.00"),
    TEXT("align", false, "right: the target fills it up on the left"),
    TEXT("pad", false, "with this character (blank)"),
    TEXT("mask", false, "such as __/__/____: typed at _ only"),
    BOOL("parts", "of a mask: they always have a value, as in a date edit"),
    TEXT("probe", false, "a character it takes, to see that it is empty"),
    BOOL("required", "the target wants it filled"),
    TEXT("kind", false, "on a form: text (default), tick, pick, button or mode"),
    { "at", RPA_SCHEMA_MAP, false, rpa_schema_area, "on a form: where it stands" },
    TEXTS("on", false, "looks of a tick box that is ticked"),
    TEXTS("off", false, "looks of one that is not"),
    { "choices", RPA_SCHEMA_MAPS, false, rpa_schema_choice, "of a pick-list, in order; modes" },
    SET("codes", "for the bot: what is keyed for a value, value = code"),
    TEXT("layout", false, "for the bot: of a date or time, such as DD/MM/YYYY"),
    TEXT("shows", false, "for the bot: whose value it shows, or {A}[, {B}] of several"),
    TEXT("drops", false, "for the bot: characters of it that the target leaves out"),
    TEXT("part", false, "for the bot: which part of that, a Lua pattern's capture"),
    TEXT("value", false, "for the bot: what is always keyed"),
    { "picks", RPA_SCHEMA_MAP, false, rpa_schema_picks,
      "for the bot: the list on a screen of its own that fills it" },
    END,
};

static const struct rpa_schema size[] = {
    INT("w", true, "pixels"),
    INT("h", true, "pixels"),
    END,
};

static const struct rpa_schema black[] = {
    INT("row", false, "from 1"),
    INT("col", false, "from 1"),
    INT("rows", false, "how many (1)"),
    INT("cols", false, "how many"),
    INT("x", false, "of a form: pixels, from 0"),
    INT("y", false, "of a form: pixels, from 0"),
    INT("w", false, "of a form: pixels"),
    INT("h", false, "of a form: pixels"),
    END,
};

#define SCREEN                                                              \
    TEXT("name", false, "what it is called (its title)"),                      \
    { "fixed", RPA_SCHEMA_MAPS, false, rpa_schema_fixed, "texts it is known by as well" },\
    TEXT("toolkit", false, "a form: gtk3, qt, tk or motif; title is the window's"),\
    TEXT("window", false, "a form: the window's title, if another; may hold ${mode}"),\
    TEXT("select", false, "a form: chord that selects all, if not the toolkit's"),\
    TEXT("copy", false, "a form: chord that copies, where selecting is not enough"),\
    { "size", RPA_SCHEMA_MAP, false, size, "a form: the only size it may have" },\
    INT("row", false, "where the title stands (1)"),                           \
    INT("col", false, "and in which column (anywhere in the row)"),            \
    { "fields", RPA_SCHEMA_MAPS, false, field, "its fields" },                 \
    { "tables", RPA_SCHEMA_MAPS, false, rpa_schema_table, "its tables" },      \
    { "black", RPA_SCHEMA_MAPS, false, black, "cells no picture shows" },      \
    INT("rows", false, "for the bot: its rows, where the window has more"),    \
    TEXT("go_on", false, "for the bot: the key that goes on from it (Enter)"), \
    TEXT("leave", false, "for the bot: the key that leaves it (the word cancel)"), \
    SET("choose", "for the bot: what is keyed there, on the way to what = text"), \
    BOOL("pending", "while it is shown nothing is filed yet"),                 \
    BOOL("idle", "while it is shown no record is open"),                       \
    TEXTS("commit", false, "keys that file what it shows, and do nothing else"),\
    TEXTS("leads", false, "keys that go on from it and file nothing"),         \
    BOOL("prompt", "single keys answer it: no text is typed there")

static const struct rpa_schema screen[] = {
    TEXT("title", true, "its title"),
    SCREEN,
    END,
};

/* of an overlay: another one, or one of the base with something else */
static const struct rpa_schema over_screen[] = {
    TEXT("title", false, "its title (as in the base)"),
    TEXTS("order", false, "labels of its fields, from whatever screen"),
    TEXTS("navigation", false, "keys that are no commit act there, besides those of "
          "the manifest"),
    SCREEN,
    END,
};

static const struct rpa_schema messages[] = {
    INT("row", false, "where they stand (the last of a screen)"),
    TEXTS("error", true, "texts that an error has, and nothing else there"),
    TEXT("found", true, "a text that says that a record is there"),
    TEXT("absent", true, "one that says that it is not"),
    TEXT("filed", false, "one that says that a record was filed, where no screen does"),
    INT("filed_row", false, "and where it stands (row)"),
    TEXT("reference", true, "a Lua pattern whose capture is a record's reference"),
    END,
};

static const struct rpa_schema at[] = {
    INT("row", true, "from 1"),
    INT("col", true, "from 1"),
    END,
};

#define REPERTOIRE                                                             \
    ROW(TEXT, "repertoire", false, "the characters it can hold",               \
        .unit = "ascii, latin1, latin9, cp285, cp1146 or cp1047",              \
        .otherwise = "all", .fits = rpa_target_has_repertoire)
#define FOLDS SET("folds", "reviewed folds: character = text")

#define MAP                                                                    \
    REPERTOIRE,                                                                \
    ROW(TEXT, "font", false, "what the terminal draws with",                   \
        .unit = "a NAME of common/fonts/NAME.font, or an X core font",         \
        .otherwise = "the usual ones are tried"),                              \
    FOLDS,                                                                     \
    SET("keys", "clear = chord that empties a field, advance = \"Tab\""),      \
    { "mode_at", RPA_SCHEMA_MAP, false, at, "where screens show the mode" },   \
    { "colours", RPA_SCHEMA_MAP, false, rpa_schema_colours,                    \
      "the colours of its texts" },                                            \
    { "black", RPA_SCHEMA_MAPS, false, black,                                  \
      "cells no picture of any screen shows" },                                \
    BOOL("upper", "the target makes capitals of what is in any field"),        \
    TEXTS("record", false, "for the bot: the screens of a record, in order"),  \
    { "messages", RPA_SCHEMA_MAP, false, messages,                             \
      "for the bot: what the target says" },                                   \
    SET("words", "for the bot: what else differs, name = text")

const struct rpa_schema rpa_schema_map[] = {
    MAP,
    { "screens", RPA_SCHEMA_MAPS, false, screen, "the screens" },
    END,
};

const struct rpa_schema rpa_schema_overlay[] = {
    TEXT("base", true, "the map that it changes, a file as map names one"),
    MAP,
    { "screens", RPA_SCHEMA_MAPS, false, over_screen, "screens that differ" },
    TEXTS("gone", false, "screens of the base that are not there"),
    { "fields", RPA_SCHEMA_MAPS, false, field, "what of fields differs" },
    SET("labels", "labels on the screen that differ: field = text"),
    END,
};

static const struct rpa_schema budget[] = {
    ROW(INT, "per_minute", true, "in any minute of a run", .unit = "commit acts",
        .least = 1, .most = RPA_BUDGET_MAX),
    END,
};

static const struct rpa_schema target[] = {
    ROW(TEXT, "mode", false, "what this system is", .oneof = RPA_MODES),
    { "mode_at", RPA_SCHEMA_MAP, false, at, "where its screens show the mode" },
    TEXTS("windows", false, "a bot may name these window titles, or longer ones"),
    ROW(TEXTS, "hosts", false, "a bot may name these hosts",
        .unit = RPA_HTTP_HOST ", or HOST:*", .fits = rpa_policy_is_host),
    ROW(TEXTS, "networks", false,
        "addresses its hosts may have that are not of the open Internet",
        .unit = "ADDRESS or ADDRESS/BITS", .fits = rpa_address_is_network),
    TEXT("authority", false, "who vouches for its hosts: a file, PEM"),
    TEXT("proxy", false, "by which its hosts are reached: http://HOST:PORT"),
    REPERTOIRE,
    FOLDS,
    { "budget", RPA_SCHEMA_MAP, false, budget, "how much may be filed" },
    ROW(TEXTS, "outage", false, "when it is down, UK local time",
        .unit = "[DAY ]HH:MM-HH:MM", .fits = rpa_window_fits),
    ROW(INT, "commit_horizon_s", false,
        "after this, what is not there was not filed", .unit = "s", .least = 0,
        .most = 86400, .otherwise = "120"),
    ROW(INT, "slow_ms", false,
        "a commit act answered later than this lets all bots of its host wait "
        "as long as it took", .unit = "ms", .least = 0, .most = 600000,
        .otherwise = "5000"),
    END,
};

const struct rpa_schema rpa_schema_targets = {
    "targets", RPA_SCHEMA_NAMED, false, target, "the systems that bots name"
};
