#include "rpa/audit/kind.h"
#include "rpa/audit/item.h"

#include <stddef.h>
#include <string.h>

struct name {
    int number;
    const char *name;
};

static const char *find(const struct name *names, int number)
{
    for (; names->name; names++)
        if (names->number == number)
            return names->name;
    return NULL;
}

static const struct name kinds[] = {
    { RPA_AUDIT_RUN_OPEN, "RUN_OPEN" },
    { RPA_AUDIT_RUN_CLOSE, "RUN_CLOSE" },
    { RPA_AUDIT_RUN_ABORT, "RUN_ABORT" },
    { RPA_AUDIT_DICT, "DICT" },
    { RPA_AUDIT_GROUP_OPEN, "GROUP_OPEN" },
    { RPA_AUDIT_CLOCK_STEP, "CLOCK_STEP" },
    { RPA_AUDIT_CHECKPOINT, "CHECKPOINT" },
    { RPA_AUDIT_SEGMENT, "SEGMENT" },
    { RPA_AUDIT_KEY, "KEY" },
    { RPA_AUDIT_COMMIT, "COMMIT" },
    { RPA_AUDIT_SECRET, "SECRET" },
    { RPA_AUDIT_POINTER, "POINTER" },
    { RPA_AUDIT_HTTP, "HTTP" },
    { RPA_AUDIT_READ, "READ" },
    { RPA_AUDIT_SCREEN, "SCREEN" },
    { RPA_AUDIT_FILE, "FILE" },
    { RPA_AUDIT_OUTCOME, "OUTCOME" },
    { RPA_AUDIT_S62, "S62" },
    { RPA_AUDIT_ITEM, "ITEM" },
    { RPA_AUDIT_NOTE, "NOTE" },
    { RPA_AUDIT_AUDIT_QUERY, "AUDIT_QUERY" },
    { RPA_AUDIT_PURPOSE, "PURPOSE" },
    { RPA_AUDIT_SCHEDULE, "SCHEDULE" },
    { RPA_AUDIT_REVIEW, "REVIEW" },
    { 0, NULL },
};

const char *rpa_audit_kind_name(int kind)
{
    return find(kinds, kind);
}

int rpa_audit_kind_of(const char *name)
{
    for (const struct name *k = kinds; k->name; k++)
        if (!strcmp(k->name, name))
            return k->number;
    return 0;
}

const char *rpa_s62_name(int verb)
{
    static const struct name names[] = {
        { RPA_S62_NONE, "" },
        { RPA_S62_COLLECTION, "collection" },
        { RPA_S62_ALTERATION, "alteration" },
        { RPA_S62_CONSULTATION, "consultation" },
        { RPA_S62_DISCLOSURE, "disclosure" },
        { RPA_S62_COMBINATION, "combination" },
        { RPA_S62_ERASURE, "erasure" },
        { 0, NULL },
    };
    return find(names, verb);
}

const char *rpa_audit_result_name(int result)
{
    static const struct name names[] = {
        { RPA_RESULT_DONE, "done" },
        { RPA_RESULT_REFERENCED, "referenced" },
        { RPA_RESULT_NOT_DONE, "not_done" },
        { RPA_RESULT_UNKNOWN, "unknown" },
        { 0, NULL },
    };
    return find(names, result);
}

const char *rpa_item_state_name(int state)
{
    static const struct name names[] = {
        { RPA_ITEM_IS_NEW, "new" },
        { RPA_ITEM_IS_READY, "ready" },
        { RPA_ITEM_IS_BEGUN, "begun" },
        { RPA_ITEM_IS_MARKED, "marked" },
        { RPA_ITEM_IS_IN_DOUBT, "in_doubt" },
        { RPA_ITEM_IS_DONE, "done" },
        { RPA_ITEM_IS_REJECTED, "rejected" },
        { RPA_ITEM_IS_FAILED, "failed" },
        { 0, NULL },
    };
    return find(names, state);
}

const char *rpa_item_event_name(int event)
{
    static const struct name names[] = {
        { RPA_ITEM_BEGIN, "begin" },
        { RPA_ITEM_MARK, "mark" },
        { RPA_ITEM_DONE, "done" },
        { RPA_ITEM_REJECTED, "rejected" },
        { RPA_ITEM_FAILED, "failed" },
        { RPA_ITEM_DEFERRED, "deferred" },
        { RPA_ITEM_FOUND, "found" },
        { RPA_ITEM_ABSENT, "absent" },
        { RPA_ITEM_CANCELLED, "cancelled" },
        { 0, NULL },
    };
    return find(names, event);
}
