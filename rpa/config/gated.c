/* A manifest of a bot that makes approved changes alone. */
#include "rpa/config/gated.h"

/* Is there a screen whose record can be filed? A pending one only goes on, and on a
 * form what files is not a key. */
static bool names_commit(const cbor_item_t *map)
{
    size_t n, keys;
    cbor_item_t **screens = rpa_msg_array(map, "screens", &n);
    for (size_t i = 0; i < n; i++) {
        bool pending = false;
        rpa_msg_bool(screens[i], "pending", &pending);
        rpa_msg_array(screens[i], "commit", &keys);
        if (keys && !pending && !rpa_msg_get(screens[i], "toolkit"))
            return true;
    }
    return false;
}

int gated_check(const cbor_item_t *manifest, const cbor_item_t *map,
                struct rpa_err *err)
{
    static const char *const wanted[] = { "target", "max_changes" };
    static const char *const barred[] = { "navigation", "clipboard" };
    if (!rpa_msg_is(manifest, "changes", "approved"))
        return 0;
    for (size_t i = 0; i < 2; i++)
        if (!rpa_msg_get(manifest, wanted[i])) {
            rpa_fail(err, RPA_EINVAL, "changes = \"approved\" wants %s", wanted[i]);
            return rpa_err_hint(err, "changes = \"approved\", max_changes = N and a "
                                     "target in bot.lua");
        }
    for (size_t i = 0; i < 2; i++)
        if (rpa_msg_get(manifest, barred[i])) {
            rpa_fail(err, RPA_EINVAL, "changes = \"approved\" bars %s", barred[i]);
            return rpa_err_hint(err, "which keys lead on from a screen and file "
                                     "nothing is in the map: leads = { \"F3\" }");
        }
    if (map && names_commit(map))
        return 0;
    rpa_fail(err, RPA_EINVAL, "changes = \"approved\": the map names no key that "
                              "files what a screen shows");
    return rpa_err_hint(err, "commit = { \"F6\" } of the record's screen, in the map "
                             "that was reviewed");
}
