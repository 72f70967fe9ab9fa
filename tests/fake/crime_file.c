#include "crime.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cp1146.h"

int crime_file_open(struct crime_host *host, const char *path)
{
    host->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (host->fd < 0)
        return -1;
    char buf[4096];
    ssize_t n;
    while ((n = read(host->fd, buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++)
            host->filed += buf[i] == '\n';
    return n < 0 ? -1 : 0;
}

static json_t *line_of(struct crime_session *s, const struct crime_field *f,
                       int line)
{
    char text[CRIME_WIDTH_MAX * 3 + 1], held[24];
    const struct crime_value *v = crime_value(s, f, line);
    cp1146_to_utf8(v->bytes, v->len, text);
    return json_string(*text ? crime_held(f, text, held) : "");
}

/* Lines up to the last one that holds anything, of one screen after the other. */
static json_t *narrative_of(struct crime_session *s)
{
    const struct crime_layout *layout = s->host->opt.layout;
    json_t *lines = json_array();
    for (const struct crime_field *f = crime_find(s, "Narrative");
         f < layout->fields + layout->count; f++)
        for (int line = 0; line < f->lines && f->lines > 1; line++)
            json_array_append_new(lines, line_of(s, f, line));
    for (size_t n = json_array_size(lines);
         n > 0 && !*json_string_value(json_array_get(lines, n - 1)); n--)
        json_array_remove(lines, n - 1);
    return lines;
}

/* What stands between the parts of a value */
static const char *between(const struct crime_field *f)
{
    const char *name = crime_name(f);
    bool slash = !strcmp(name, "HO Class") ||
                 (f->picture && strchr("MY", *f->picture));
    return !strcmp(name, "Online Ref") ? "-" : slash ? "/" : " ";
}

/* Beside what is there of that name */
static void add(json_t *fields, const struct crime_field *f, json_t *value)
{
    const char *more = json_string_value(value), *name = crime_name(f);
    const char *there = json_string_value(json_object_get(fields, name));
    if (there && *there)
        json_object_set_new(fields, name,
                            json_sprintf("%s%s%s", there,
                                         *more ? between(f) : "", more));
    else
        json_object_set(fields, name, value);
    json_decref(value);
}

/* The same of a field that holds two, "Lee, Ann" */
static void add_both(json_t *fields, const struct crime_field *f, json_t *value)
{
    struct crime_field one = *f;
    char name[64], text[CRIME_WIDTH_MAX * 3 + 1];
    snprintf(name, sizeof name, "%s", crime_name(f));
    snprintf(text, sizeof text, "%s", json_string_value(value));
    json_decref(value);
    char *name_2 = strstr(name, ", "), *text_2 = strstr(text, ", ");
    *name_2 = '\0';
    if (text_2)
        *text_2 = '\0';
    one.name = name;
    add(fields, &one, json_string(text));
    one.name = name_2 + 2;
    add(fields, &one, json_string(text_2 ? text_2 + 2 : ""));
}

static json_t *fields_of(struct crime_session *s)
{
    const struct crime_layout *layout = s->host->opt.layout;
    json_t *fields = json_object();
    for (size_t i = 0; i < layout->count; i++) {
        const struct crime_field *f = &layout->fields[i];
        if (f->screen >= CRIME_REPORT_1 && f->screen <= layout->last &&
            f->lines == 1 && !(f->flags & CRIME_ASKED))
            (strstr(crime_name(f), ", ") ? add_both : add)(fields, f,
                                                           line_of(s, f, 0));
    }
    return fields;
}

static char *report_line(struct crime_session *s)
{
    const struct crime_field *why = crime_find(s, "Justification");
    bool asked = crime_value(s, why, 0)->len > 0;
    json_t *report =
        json_pack("{s:s, s:o, s:o, s:o, s:s}", "ref", s->ref, "fields",
                  fields_of(s), "narrative", narrative_of(s), "justification",
                  asked ? line_of(s, why, 0) : json_null(), "user", s->user);
    char *text = json_dumps(report, JSON_COMPACT);
    json_decref(report);
    return text;
}

static int append(int fd, const char *line)
{
    char *whole = NULL;
    int len = asprintf(&whole, "%s\n", line);
    if (len < 0)
        return -1;
    ssize_t n = write(fd, whole, (size_t)len);
    free(whole);
    if (n >= 0 && n != len)
        errno = ENOSPC;
    return n == len ? fdatasync(fd) : -1;
}

int crime_file_add(struct crime_session *s)
{
    const char *number = s->host->opt.layout->number;
    snprintf(s->ref, sizeof s->ref, "%s%06lu", number ? number : "CR26/",
             s->host->filed + 1);
    if (s->host->fd >= 0) {
        char *line = report_line(s);
        if (!line) {
            errno = ENOMEM;
            return -1;
        }
        int r = append(s->host->fd, line);
        free(line);
        if (r < 0)
            return -1;
    }
    s->host->filed++;
    return 0;
}

/* the reference of a line's report, if it is the one */
static void match(const char *line, size_t len, const char *id, char ref[32])
{
    json_t *report = json_loadb(line, len, 0, NULL);
    const char *its_ref, *its_id;
    if (report && json_unpack(report, "{s:s, s:{s:s}}", "ref", &its_ref,
                              "fields", "Online Ref", &its_id) == 0 &&
        !strcmp(its_id, id))
        snprintf(ref, 32, "%s", its_ref);
    json_decref(report);
}

int crime_file_find(struct crime_session *s, const char *id)
{
    s->ref[0] = '\0';
    off_t size = lseek(s->host->fd, 0, SEEK_END);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    ssize_t n = text ? pread(s->host->fd, text, (size_t)size, 0) : -1;
    for (char *line = text, *end; n > 0 && line < text + n; line = end + 1) {
        end = memchr(line, '\n', (size_t)(text + n - line));
        if (!end)
            break;
        match(line, (size_t)(end - line), id, s->ref);
    }
    free(text);
    return n < 0 ? -1 : 0;
}
