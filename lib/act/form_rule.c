/* What the screen map says of a form. */
#include "form.h"
#include "screen_rule.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct form_toolkit toolkits[] = {
    { .name = "gtk3", .keys = { "ctrl+a", NULL }, .leave = "ctrl+Tab" },
    { .name = "qt", .keys = { "ctrl+a", NULL }, .mute = true },
    { .name = "tk", .keys = { "ctrl+/", NULL }, .leave = "ctrl+Tab", .newline = true },
    { .name = "motif", .keys = { "ctrl+/", NULL }, .deselect = "ctrl+\\",
      .leave = "ctrl+Tab", .held = true },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static int wrong(const struct form_rule *rule, const char *label,
                 const char *what, struct rpa_err *err)
{
    return rpa_fail(err, RPA_EINVAL, "form '%s', '%s': %s", rule->title, label,
                    what);
}

/* the text a field stands beside */
static bool load_beside(const cbor_item_t *at, struct form_rule *rule,
                        struct form_field *f)
{
    int64_t nth = 1;
    bool below = at && rpa_msg_copy(at, "below", f->by, sizeof f->by);
    if (!at || (!below && !rpa_msg_copy(at, "right_of", f->by, sizeof f->by)))
        return false;
    rpa_msg_int(at, "nth", &nth);
    f->where = (struct rpa_place_beside){ below ? RPA_BELOW : RPA_RIGHT_OF,
                                          (int)nth, f->multi };
    rule->labelled = true;
    return nth >= 1 && nth <= FORM_FIELDS;
}

/* sixteen hexadecimal digits each, as form.look tells them */
static bool load_looks(const cbor_item_t *item, const char *key,
                       struct form_state *ret)
{
    size_t n, len;
    cbor_item_t **looks = rpa_msg_array(item, key, &n);
    if (n > FORM_LOOKS)
        return false;
    for (size_t i = 0; i < n; i++) {
        char digits[17] = "", *end;
        const char *text = rpa_cbor_text(looks[i], &len);
        if (!text || len != 16)
            return false;
        memcpy(digits, text, 16);
        ret->looks[i] = strtoull(digits, &end, 16);
        if (*end)
            return false;
    }
    ret->nlooks = n;
    return true;
}

static int load_tick(const struct form_rule *rule, struct form_field *f,
                     const cbor_item_t *item, struct rpa_err *err)
{
    f->states = calloc(2, sizeof *f->states);
    if (!f->states)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a form");
    f->nstates = 2;
    strcpy(f->states[0].value, "off");
    strcpy(f->states[1].value, "on");
    if (!load_looks(item, "off", &f->states[0]) ||
        !load_looks(item, "on", &f->states[1]))
        return wrong(rule, f->label, "on and off want lists of looks", err);
    return 0;
}

static int load_pick(const struct form_rule *rule, struct form_field *f,
                     const cbor_item_t *item, struct rpa_err *err)
{
    size_t n;
    cbor_item_t **choices = rpa_msg_array(item, "choices", &n);
    if (n < 1 || n > FORM_CHOICES)
        return wrong(rule, f->label, "wants its choices", err);
    f->states = calloc(n, sizeof *f->states);
    if (!f->states)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a form");
    for (f->nstates = 0; f->nstates < n; f->nstates++) {
        struct form_state *s = &f->states[f->nstates];
        if (!rpa_msg_copy(choices[f->nstates], "value", s->value,
                          sizeof s->value) ||
            !load_looks(choices[f->nstates], "looks", s))
            return wrong(rule, f->label, "a choice wants a value and looks",
                         err);
    }
    rpa_msg_bool(item, "opens", &f->opens);
    return 0;
}

static bool has_look(const struct form_state *s, uint64_t look)
{
    for (size_t i = 0; i < s->nlooks; i++)
        if (s->looks[i] == look)
            return true;
    return false;
}

/* What looks alike cannot be told apart, as two choices that a narrow list cuts. */
static int check_looks(const struct form_rule *rule, const struct form_field *f,
                       struct rpa_err *err)
{
    for (size_t i = 0; i < f->nstates; i++)
        for (size_t k = 0; k < f->states[i].nlooks; k++)
            for (size_t other = i + 1; other < f->nstates; other++)
                if (has_look(&f->states[other], f->states[i].looks[k])) {
                    wrong(rule, f->label, "has one look for two of its states",
                          err);
                    return rpa_err_hint(
                        err, "what looks alike cannot be told apart: make the "
                             "list wider, so that its choices are shown whole");
                }
    return 0;
}

static int load_field(struct form_rule *rule, const cbor_item_t *item,
                      struct rpa_err *err)
{
    static const char *const kinds[] = { "text", "tick", "pick", "button",
                                         "mode" };
    struct form_field *f = &rule->fields[rule->nfields++];
    char kind[16];
    int64_t lines = 1;
    if (!rpa_msg_copy(item, "kind", kind, sizeof kind))
        strcpy(kind, "text");
    rpa_msg_copy(item, "label", f->label, sizeof f->label);
    bool leave = true;
    rpa_msg_bool(item, "hidden", &f->hidden);
    rpa_msg_bool(item, "leave", &leave);
    rpa_msg_bool(item, "clears", &f->clears);
    f->stays = !leave;
    rpa_msg_int(item, "lines", &lines);
    f->multi = lines > 1;
    while (f->kind < COUNT(kinds) && strcmp(kinds[f->kind], kind) != 0)
        f->kind++;
    if (f->kind == COUNT(kinds))
        return wrong(rule, f->label, "kind is text, tick, pick, button or mode",
                     err);
    const cbor_item_t *at = rpa_msg_get(item, "at");
    if (!f->label[0] ||
        (!area_load(at, &f->at) &&
         (f->kind != FORM_TEXT || !load_beside(at, rule, f))))
        return wrong(rule, f->label,
                     "wants at = { x, y, w, h }, or if it is a text { right_of } "
                     "or { below } a label",
                     err);
    if (f->clears && f->kind != FORM_BUTTON)
        return wrong(rule, f->label, "clears is of a button", err);
    bool choices = f->kind == FORM_PICK || f->kind == FORM_MODE;
    int r = f->kind == FORM_TICK ? load_tick(rule, f, item, err)
            : choices            ? load_pick(rule, f, item, err)
                                 : 0;
    return r < 0 ? r : check_looks(rule, f, err);
}

static int load_toolkit(struct form_rule *rule, const cbor_item_t *screen,
                        struct rpa_err *err)
{
    char name[16] = "";
    rpa_msg_copy(screen, "toolkit", name, sizeof name);
    for (size_t i = 0; i < COUNT(toolkits); i++)
        if (!strcmp(toolkits[i].name, name)) {
            rule->toolkit = toolkits[i];
            return 0;
        }
    return rpa_fail(err, RPA_EINVAL,
                    "form '%s': toolkit is gtk3, qt, tk or motif", rule->title);
}

static int load(struct form_rule *rule, const cbor_item_t *screen,
                struct rpa_err *err)
{
    size_t n;
    cbor_item_t **fields = rpa_msg_array(screen, "fields", &n);
    const cbor_item_t *size = rpa_msg_get(screen, "size");
    int64_t w = 0, h = 0;
    rpa_msg_copy(screen, "title", rule->title, sizeof rule->title);
    if (!rpa_msg_copy(screen, "window", rule->window, sizeof rule->window))
        memcpy(rule->window, rule->title, sizeof rule->window);
    int r = load_toolkit(rule, screen, err);
    if (r < 0)
        return r;
    if (size && (!rpa_msg_int(size, "w", &w) || !rpa_msg_int(size, "h", &h)))
        return wrong(rule, "size", "wants w and h", err);
    if (rpa_msg_copy(screen, "select", rule->select, sizeof rule->select)) {
        if (strcasecmp(rule->select, "ctrl+a") &&
            strcasecmp(rule->select, "ctrl+/"))
            return wrong(rule, "select", "is ctrl+a or ctrl+/", err);
        rule->toolkit.keys.select_all = rule->select;
    }
    if (rpa_msg_copy(screen, "copy", rule->copy, sizeof rule->copy)) {
        if (strcasecmp(rule->copy, "ctrl+c") && /* others may file something */
            strcasecmp(rule->copy, "ctrl+Insert"))
            return wrong(rule, "copy", "is ctrl+c or ctrl+Insert", err);
        rule->toolkit.keys.copy = rule->copy;
    }
    rule->w = (int)w;
    rule->h = (int)h;
    if (n > FORM_FIELDS)
        return wrong(rule, "fields", "too many", err);
    rule->fields = calloc(n + 1, sizeof *rule->fields);
    if (!rule->fields)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a form");
    for (size_t i = 0; r == 0 && i < n; i++)
        r = load_field(rule, fields[i], err);
    return r;
}

int form_rule_load(const cbor_item_t *screen, struct form_rule **list,
                   struct rpa_err *err)
{
    if (!rpa_msg_get(screen, "toolkit"))
        return 0;
    struct form_rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a form");
    rule->next = *list;
    *list = rule;
    return load(rule, screen, err);
}

bool form_rule_is(const struct form_rule *rule, const char *title,
                  char *ret_mode, size_t size)
{
    static const char any[] = "${mode}";
    static const char *const modes[] = { "LIVE", "TRNG", "DEMO" };
    const char *at = strstr(rule->window, any);
    *ret_mode = '\0';
    if (!at)
        return strcmp(rule->window, title) == 0;
    size_t before = (size_t)(at - rule->window);
    for (size_t i = 0; i < COUNT(modes); i++) {
        size_t len = strlen(modes[i]);
        if (strncmp(rule->window, title, before) == 0 &&
            strncmp(modes[i], title + before, len) == 0 &&
            strcmp(at + strlen(any), title + before + len) == 0) {
            rpa_str_copy(ret_mode, size, modes[i]);
            return true;
        }
    }
    return false;
}

const struct form_rule *form_rule_called(const struct form_rule *list,
                                         const char *screen)
{
    while (list && strcmp(list->title, screen) != 0)
        list = list->next;
    return list;
}

const struct form_rule *form_rule_in(const struct form_rule *list,
                                     const struct rpa_window_info *info,
                                     char *ret_mode, size_t size)
{
    const struct form_rule *best = NULL;
    for (const struct form_rule *f = list; f; f = f->next) {
        if (!form_rule_is(f, info->title, ret_mode, size))
            continue;
        if (f->w == info->width && f->h == info->height)
            return f;
        if (!best || !f->w)
            best = f;
    }
    if (best)
        form_rule_is(best, info->title, ret_mode, size);
    return best;
}

void form_rules_say(const struct form_rule *list, struct rpa_buf *ret)
{
    for (const struct form_rule *f = list; f; f = f->next)
        rpa_buf_printf(ret, "%s'%s'", ret->len ? ", " : "", f->window);
}

void form_rules_free(struct form_rule *list)
{
    while (list) {
        struct form_rule *rule = list;
        list = rule->next;
        for (size_t i = 0; i < rule->nfields; i++)
            free(rule->fields[i].states);
        free(rule->fields);
        free(rule);
    }
}

const struct form_field *form_rule_field(const struct form_rule *rule,
                                         const char *label)
{
    for (size_t i = 0; i < rule->nfields; i++)
        if (!strcmp(rule->fields[i].label, label))
            return &rule->fields[i];
    return NULL;
}
