#ifndef RPA_VERIFY_VERIFY_H
#define RPA_VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* tree.c */
bool sha256(const void *data, size_t len, uint8_t out[static 32]);
/* an inner node of the tree */
bool inner(const uint8_t left[static 32], const uint8_t right[static 32],
           uint8_t out[static 32]);
/* RFC 9162, 2.1.3.2 and 2.1.4.2. @proof is @n hashes of 32 bytes. */
bool verify_inclusion(int64_t leaf, int64_t size, const uint8_t h[static 32],
                      const uint8_t *proof, size_t n,
                      const uint8_t root[static 32]);
bool verify_consistency(int64_t old_size, int64_t size,
                        const uint8_t old_root[static 32],
                        const uint8_t root[static 32], const uint8_t *proof,
                        size_t n);

#endif
