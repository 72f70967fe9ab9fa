/* What is done with all reports of a set, once they are made. */
#include "report_gen.h"

#include <stdlib.h>
#include <string.h>

char *report_xml_list(const struct report_set *set)
{
    char *list = NULL;
    size_t size;
    FILE *f = open_memstream(&list, &size);
    if (!f)
        return NULL;
    fprintf(f,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<reports xmlns=\"urn:example:online-crime:1\" count=\"%zu\">\n",
            set->n);
    for (size_t i = 0; i < set->n; i++)
        fprintf(f, "  <report id=\"%s\" href=\"/reports/%s\"/>\n",
                set->reports[i].id, set->reports[i].id);
    fputs("</reports>\n", f);
    return fclose(f) ? NULL : list;
}

void report_set_clear(struct report_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        free(set->reports[i].id);
        free(set->reports[i].xml);
        free(set->reports[i].json);
        json_decref(set->reports[i].truth);
    }
    free(set->reports);
    free(set->list);
    free(set->json_list);
    *set = (struct report_set){ 0 };
}

const struct report *report_set_find(const struct report_set *set,
                                     const char *id)
{
    for (size_t i = 0; i < set->n; i++)
        if (!strcmp(set->reports[i].id, id))
            return &set->reports[i];
    return NULL;
}

/* A document without the line that says it is one */
static const char *element_of(const struct report *report)
{
    return strchr(report->xml, '\n') + 1;
}

bool report_set_write(const struct report_set *set, bool json, FILE *file)
{
    fputs(json ? "{\"reports\":[\n"
               : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<reports xmlns=\"urn:example:online-crime:1\">\n",
          file);
    for (size_t i = 0; i < set->n; i++)
        if (json)
            fprintf(file, "%s%s", i ? ",\n" : "", set->reports[i].json);
        else
            fputs(element_of(&set->reports[i]), file);
    fputs(json ? "\n]}\n" : "</reports>\n", file);
    return !ferror(file);
}
