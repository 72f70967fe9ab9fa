#include "priv.h"

#include <stdlib.h>
#include <string.h>

static uint32_t fnv(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static uint32_t *seat(const struct labels *labels, const char *text)
{
    size_t at = fnv(text) & (labels->nslot - 1);
    while (labels->slot[at] && strcmp(labels->text[labels->slot[at] - 1], text))
        at = (at + 1) & (labels->nslot - 1);
    return &labels->slot[at];
}

int64_t labels_find(const struct labels *labels, const char *text)
{
    return labels->nslot ? *seat(labels, text) : 0;
}

/* keep it at most half full */
static bool grow(struct labels *labels)
{
    size_t cap = labels->cap ? labels->cap * 2 : 32;
    char **text = realloc(labels->text, cap * sizeof *text);
    if (!text)
        return false;
    labels->text = text;
    uint32_t *slot = calloc(cap * 2, sizeof *slot);
    if (!slot)
        return false;
    free(labels->slot);
    labels->slot = slot;
    labels->nslot = cap * 2;
    labels->cap = cap;
    for (size_t i = 0; i < labels->n; i++)
        *seat(labels, labels->text[i]) = (uint32_t)i + 1;
    return true;
}

int labels_add(struct labels *labels, const char *text, struct rpa_err *err)
{
    char *copy = labels->n < labels->cap || grow(labels) ? strdup(text) : NULL;
    if (!copy)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a label");
    uint32_t *at = seat(labels, copy);
    labels->text[labels->n++] = copy;
    *at = (uint32_t)labels->n;
    return 0;
}

void labels_clear(struct labels *labels)
{
    for (size_t i = 0; i < labels->n; i++)
        free(labels->text[i]);
    free(labels->text);
    free(labels->slot);
    *labels = (struct labels){ 0 };
}
