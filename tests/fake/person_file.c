#include "person_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_name(const void *a, const void *b)
{
    const struct person_record *x = a, *y = b;
    int r = strcmp(x->surname, y->surname);
    r = r ? r : strcmp(x->given, y->given);
    return r ? r : strcmp(x->ref, y->ref);
}

static int add(struct person_file *file, size_t *cap, json_t *line)
{
    const char *trouble, *surname;
    if (json_unpack(line, "{ss ss}", "trouble", &trouble, "surname",
                    &surname) == 0)
        return json_object_set_new(file->troubles, surname,
                                   json_string(trouble));
    if (file->count == *cap) {
        size_t more = *cap ? *cap * 2 : 1024;
        void *grown = realloc(file->records, more * sizeof *file->records);
        if (!grown)
            return -1;
        file->records = grown;
        *cap = more;
    }
    struct person_record *r = &file->records[file->count];
    *r = (struct person_record){ 0 };
    if (json_unpack(line, "{ss ss ss ss ss ss ss ss ss ss ss s?s s?i}", "ref",
                    &r->ref, "surname", &r->surname, "given", &r->given, "born",
                    &r->born, "sex", &r->sex, "postcode", &r->postcode, "pnc",
                    &r->pnc, "cro", &r->cro, "nino", &r->nino, "alias",
                    &r->alias, "warnings", &r->warnings, "state", &r->state,
                    "times", &r->times) < 0)
        return -1;
    file->count++;
    return json_array_append(file->lines, line);
}

static int load(struct person_file *file, FILE *from)
{
    size_t cap = 0, size = 0;
    char *text = NULL;
    int r = 0;
    while (r == 0 && getline(&text, &size, from) > 0) {
        json_t *line = json_loads(text, 0, NULL);
        r = line ? add(file, &cap, line) : -1;
        json_decref(line);
    }
    free(text);
    if (r < 0)
        errno = EINVAL;
    else if (file->count)
        qsort(file->records, file->count, sizeof *file->records, by_name);
    return r;
}

int person_file_open(struct person_file *file, const char *people,
                     const char *log)
{
    *file = (struct person_file){ .lines = json_array(),
                                  .troubles = json_object(),
                                  .log = -1 };
    FILE *from = fopen(people, "re");
    int r = from ? load(file, from) : -1;
    if (r == 0 && log) {
        file->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        r = file->log < 0 ? -1 : 0;
    }
    int saved = errno;
    if (from)
        fclose(from);
    if (r < 0)
        person_file_close(file);
    errno = saved;
    return r;
}

void person_file_close(struct person_file *file)
{
    json_decref(file->lines);
    json_decref(file->troubles);
    free(file->records);
    if (file->log >= 0)
        close(file->log);
    *file = (struct person_file){ .log = -1 };
}

size_t person_find(const struct person_file *file, const char *surname,
                   const char *given, const char *born,
                   struct person_record **ret, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < file->count && n < max; i++) {
        struct person_record *r = &file->records[i];
        if (!strcmp(r->surname, surname) &&
            !strncmp(r->given, given, strlen(given)) &&
            (!*born || !strcmp(r->born, born)))
            ret[n++] = r;
    }
    return n;
}

const char *person_trouble(const struct person_file *file, const char *surname)
{
    return json_string_value(json_object_get(file->troubles, surname));
}

const char *person_look(struct person_record *record)
{
    record->looks++;
    bool over = record->times && record->looks > record->times;
    return over ? NULL : record->state;
}

struct person_record *person_by_ref(const struct person_file *file,
                                    const char *ref)
{
    for (size_t i = 0; i < file->count; i++)
        if (!strcmp(file->records[i].ref, ref))
            return &file->records[i];
    return NULL;
}

bool person_chance(unsigned seed, unsigned every, const char *text)
{
    uint32_t hash = 2166136261u ^ seed; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    hash ^= hash >> 15; /* its low bits alone mix badly */
    return every && hash % every == 0;
}

void person_log(const struct person_file *file, json_t *line)
{
    char *text = file->log >= 0 && line ? json_dumps(line, JSON_COMPACT) : NULL;
    size_t len = text ? strlen(text) : 0;
    if (text)
        text[len] = '\n'; /* in place of the NUL: one write, whole lines */
    if (file->log >= 0 && (!text || write(file->log, text, len + 1) < 0 ||
                           fdatasync(file->log) < 0)) {
        perror("search log");
        exit(1);
    }
    free(text);
    json_decref(line);
}
