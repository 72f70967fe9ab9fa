#ifndef RPA_ACT_MASK_H
#define RPA_ACT_MASK_H

#include "priv.h"

/* Secrets never come back; in bytes, also where JSON, XML, a URL or a form spells them
 * with escapes, in UTF-16, and within base64 (of six bytes and more). */

int mask_remember(struct rpa_driver *d, const char *value, size_t len,
                  struct rpa_err *err);
/** Overwrite each secret in @text with as many stars. */
void mask_text(const struct rpa_driver *d, struct rpa_buf *text);
/** How many of the @len bytes at @data may be masked by themselves, if more come
 * behind them: no secret stands across that cut, nor may begin before it. */
size_t mask_cut(const struct rpa_driver *d, const char *data, size_t len);

/** Put a masked copy in place of *@screen if a secret stands on it, also where
 * it runs over into the next row; good until the next call. */
int mask_screen(struct rpa_driver *d, const struct rpa_screen **screen,
                struct rpa_err *err);
/** The bot knows a secret: row it, and let it do nothing more. */
int mask_betrayed(struct rpa_driver *d, struct rpa_err *err);
/** What such a bot is told, and its run ends with, whatever the bot says. */
int mask_caught(struct rpa_err *err);
bool mask_finds(const struct rpa_driver *d, const void *data, size_t len);
/** Mark the cells of @s that a picture must not show: a secret stands there, or
 * may, where they cannot be read. */
void mask_cells(const struct rpa_driver *d, const struct rpa_screen *s,
                bool *black);
void mask_clear(struct rpa_driver *d);

#endif
