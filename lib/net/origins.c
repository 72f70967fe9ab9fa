/* What is known of each server: its cookies, which RFC 6265 (8.5) would tell to every
 * port of its host, and how far its answers can be trusted. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>

static bool begin(struct origin *o, const char *name)
{
    o->name = strdup(name);
    o->share = curl_share_init();
    return o->name && o->share &&
           !curl_share_setopt(o->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) &&
           !curl_share_setopt(o->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

static void end(struct origin *o)
{
    curl_share_cleanup(o->share);
    free(o->name);
    free(o);
}

struct origin *origins_find(struct origin **list, const char *name)
{
    for (struct origin *o = *list; o; o = o->next)
        if (!strcmp(o->name, name))
            return o;
    struct origin *o = calloc(1, sizeof *o);
    if (o && !begin(o, name)) {
        end(o);
        return NULL;
    }
    if (o) {
        o->next = *list;
        *list = o;
    }
    return o;
}

void origins_free(struct origin *list)
{
    for (struct origin *next; list; list = next) {
        next = list->next;
        end(list);
    }
}
