#ifndef RPA_CONFIG_BUNDLE_H
#define RPA_CONFIG_BUNDLE_H

#include "rpa/ipc/msg.h"

/**
 * A bot as it is given to a run: its code, manifest, screen map and settings,
 * all read once, and the hash of all of it but the settings.
 */
struct rpa_bundle {
    char name[64];           /* from the manifest */
    char file[256];          /* "bots/x/main.lua", for error positions */
    char *source;            /* main.lua */
    size_t source_len;
    cbor_item_t *modules;    /* name = { name = file, source = text } */
    cbor_item_t *written;    /* the manifest as it is written; checked */
    cbor_item_t *manifest;   /* with the settings put in */
    cbor_item_t *map;        /* checked; NULL if none */
    char *font;              /* the file of map.font; NULL if none */
    size_t font_len;
    cbor_item_t *set;        /* settings, defaults and --set together */
    unsigned char sha256[32];
};

/** One --set key=value, in the order given. */
struct rpa_setting {
    const char *key, *value;
};

/**
 * Load a bot from its folder.
 *
 * Shape:  @bot a path with a slash, or a name looked up in bots/ of the
 *         current folder, then of the installation. @chunk: what is to run by
 *         its manifest in place of its main.lua; NULL: that.
 * Errors: RPA_EINVAL no such bot, a wrong manifest or map, an unknown setting;
 *         RPA_ESYNTAX; each names the file and what is wrong.
 */
int rpa_bundle_load(const char *bot, const char *chunk,
                    const struct rpa_setting *set, size_t nset,
                    struct rpa_bundle *ret, struct rpa_err *err);

/** A bundle of one chunk (`rpa run -e`), with a manifest made of the
 * --allow options ("window=TITLE", "host=HOST:PORT"). @target may be NULL, and
 * @map: a file that ends in .lua, or as a manifest names one. */
int rpa_bundle_chunk(const char *name, const char *chunk, const char *target,
                     const char *map,
                     const struct rpa_setting *allow, size_t nallow,
                     const struct rpa_setting *set, size_t nset,
                     struct rpa_bundle *ret, struct rpa_err *err);

/** Both end so, and who was sent the parts: from @b's code, map, font, settings
 * and manifest as written come its name, its hash and the manifest of the run.
 * Errors: RPA_EINVAL a name too long, no such setting, or too much put in. */
int rpa_bundle_finish(struct rpa_bundle *b, struct rpa_err *err);

/** The hash: of code, of the manifest as written, the map and the font; of what
 * they say, not of how a data file is laid out. */
int rpa_bundle_hash(struct rpa_bundle *b, struct rpa_err *err);

void rpa_bundle_clear(struct rpa_bundle *bundle);

#endif
