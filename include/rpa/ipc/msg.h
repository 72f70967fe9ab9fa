#ifndef RPA_IPC_MSG_H
#define RPA_IPC_MSG_H

#include "rpa/ipc/cbor.h"

/**
 * Messages between roles: one CBOR map a frame of a SOCK_SEQPACKET socket.
 *
 * Every map has "v":1. A message whose encoding is over RPA_MSG_INLINE goes by
 * itself as a sealed memfd (the frame is then {"v":1,"fd":true}); the receiver
 * does not notice. One further descriptor may ride along.
 */
#define RPA_MSG_INLINE (64 * 1024)      /* bytes in a frame, then a memfd */
#define RPA_MSG_FRAME (128 * 1024)      /* a longer frame is refused */
#define RPA_MSG_MAX (64 * 1024 * 1024)  /* bytes of one message at all */
#define RPA_MSG_FOREVER INT64_MAX       /* as a deadline */

/** A new message: {"v":1}. NULL when there is no memory. */
cbor_item_t *rpa_msg_new(void);
/** cbor_decref, also of NULL; sets *@msg to NULL. As a cleanup:
 * `__attribute__((cleanup(rpa_msg_free)))`. */
void rpa_msg_free(cbor_item_t **msg);

/*
 * Adding to a message or any other map, as cbor.h says: after a false (or a
 * @map that is NULL) the message refuses to be sent with RPA_ENOMEM, so the
 * result may be left alone.
 */
bool rpa_msg_put_str(cbor_item_t *map, const char *key, const char *s);
/** Text when UTF-8, else bytes. */
bool rpa_msg_put_strn(cbor_item_t *map, const char *key, const char *s,
                      size_t len);
bool rpa_msg_put_bytes(cbor_item_t *map, const char *key, const void *data,
                       size_t len);
bool rpa_msg_put_int(cbor_item_t *map, const char *key, int64_t value);
bool rpa_msg_put_bool(cbor_item_t *map, const char *key, bool value);
/** Takes over @item in any case; NULL counts as no memory. */
bool rpa_msg_put_item(cbor_item_t *map, const char *key, cbor_item_t *item);

/* Looking. Borrowed from @map; NULL or false when absent or another type. */
cbor_item_t *rpa_msg_get(const cbor_item_t *map, const char *key);
/** Text, not NUL-terminated; @ret_len may be NULL only to ask "is it there". */
const char *rpa_msg_str(const cbor_item_t *map, const char *key,
                        size_t *ret_len);
/** Text or bytes. */
const char *rpa_msg_bytes(const cbor_item_t *map, const char *key,
                          size_t *ret_len);
bool rpa_msg_int(const cbor_item_t *map, const char *key, int64_t *ret);
bool rpa_msg_bool(const cbor_item_t *map, const char *key, bool *ret);
/** The elements of the array at @key, or NULL with *@ret_n 0. */
cbor_item_t **rpa_msg_array(const cbor_item_t *map, const char *key,
                            size_t *ret_n);
/** Is each of @keys (NULL is the last), where it is there, text without a NUL? What
 * is left out has a meaning; what cannot be read must not be taken for it.
 * RPA_EINVAL names the first that is not. */
int rpa_msg_texts(const cbor_item_t *map, const char *const *keys,
                  struct rpa_err *err);
/** A NUL-terminated copy, free() it. NULL when absent, when no text, when it
 * holds a NUL, or when there is no memory. */
char *rpa_msg_dup(const cbor_item_t *map, const char *key);
/** Copy the text into @out (NUL-terminated). false, and @out empty, when it is
 * absent, holds a NUL or does not fit: never cut. */
bool rpa_msg_copy(const cbor_item_t *map, const char *key, char *out,
                  size_t size);
/** True if the text at @key is exactly @s. */
bool rpa_msg_is(const cbor_item_t *map, const char *key, const char *s);

/** Put @err as "err":{code,msg,seen,hint,picture}; what is empty or 0 of the last
 * three is left out. */
bool rpa_msg_put_err(cbor_item_t *map, const struct rpa_err *err);
/** 0 when @map has no "err"; else fill @err and return -its code. An unknown
 * or missing code is RPA_EPROTO. */
int rpa_msg_get_err(const cbor_item_t *map, struct rpa_err *err);
/** The same for a map {code,msg,seen,hint,picture} itself. */
int rpa_msg_err_from(const cbor_item_t *item, struct rpa_err *err);

/**
 * Send @msg (still the caller's), with the @nfds (0 or 1) descriptors at @fds
 * (still the caller's).
 *
 * Errors: RPA_EGONE the other side closed, RPA_ETIMEOUT it does not read (only
 *         when @fd is non-blocking), RPA_EINVAL over RPA_MSG_MAX, RPA_ENOMEM,
 *         RPA_EIO.
 */
int rpa_msg_send(int fd, const cbor_item_t *msg, const int *fds, size_t nfds,
                 struct rpa_err *err);

/**
 * Wait for one message until @deadline_us (rpa_mono_us time; in the past: look
 * once and do not wait).
 *
 * Owns:   *@ret_msg (rpa_msg_free) and *@ret_fd, -1 when none came. With
 *         @ret_fd NULL a descriptor that comes is RPA_EPROTO.
 * Errors: RPA_ETIMEOUT; RPA_EGONE end of file; RPA_EPROTO too long, cut, not
 *         as cbor.h says, no "v":1, a memfd that is not sealed; RPA_ENOMEM;
 *         RPA_EIO. After RPA_EPROTO close the socket.
 */
int rpa_msg_recv(int fd, int64_t deadline_us, cbor_item_t **ret_msg,
                 int *ret_fd, struct rpa_err *err);

/** Put @msg into a new memfd sealed against writing, growing and shrinking:
 * the start document of a role. close() *@ret_fd. */
int rpa_msg_to_memfd(const cbor_item_t *msg, int *ret_fd, struct rpa_err *err);
/** Read one from a memfd, refused (RPA_EPROTO) unless so sealed. */
int rpa_msg_from_memfd(int fd, cbor_item_t **ret_msg, struct rpa_err *err);

/** Bytes that are no message (a picture) in a memfd so sealed, to be sent with
 * one. close() *@ret_fd. */
int rpa_memfd_new(const struct rpa_buf *bytes, int *ret_fd,
                  struct rpa_err *err);
/** Look into one of at most @most bytes; munmap() *@ret_data. RPA_EPROTO unless
 * it is so sealed, and not empty or larger. */
int rpa_memfd_map(int fd, size_t most, void **ret_data, size_t *ret_len,
                  struct rpa_err *err);

#endif
