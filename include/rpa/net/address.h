#ifndef RPA_NET_ADDRESS_H
#define RPA_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/** Addresses that names stand for: whom a request may reach. */

/** Is @addr one of the open Internet? Private, link-local, loopback, shared,
 * multicast and reserved ones are not, nor is one of IPv6 that holds such a one
 * of IPv4. Source: IANA's special-purpose address registries (RFC 6890). */
bool rpa_address_is_public(const struct sockaddr *addr);

/** "10.1.0.0/16", "fd00::/8", or one address. */
bool rpa_address_is_network(const char *text);
/** Is @addr in the network @text? */
bool rpa_address_within(const struct sockaddr *addr, const char *text);

/** "10.0.0.1"; "?" for what is neither IPv4 nor IPv6. */
const char *rpa_address_text(const struct sockaddr *addr, char *out,
                             size_t size);

#endif
