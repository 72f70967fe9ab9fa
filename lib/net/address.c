#include "rpa/net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address as 16 bytes; one of IPv4 as the last four, behind ::ffff */
struct wide {
    unsigned char b[16];
};

static const char *const special[] = {
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",   "127.0.0.0/8",
    "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",    "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",   "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",     "::/96",
    "100::/64",       "2001::/23",      "2001:db8::/32",   "fc00::/7",
    "fe80::/10",      "fec0::/10",      "ff00::/8",        "64:ff9b:1::/48",
};

/* Networks of IPv6 that hold an address of IPv4, and at which byte */
static const struct {
    const char *network;
    size_t at;
} holders[] = { { "64:ff9b::/96", 12 }, { "2002::/16", 2 } };

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static struct wide of_v4(const void *four)
{
    struct wide w;
    memcpy(w.b, mapped, sizeof mapped);
    memcpy(w.b + 12, four, 4);
    return w;
}

static bool widen(const struct sockaddr *addr, struct wide *ret)
{
    if (addr->sa_family == AF_INET)
        *ret = of_v4(&((const struct sockaddr_in *)(const void *)addr)->sin_addr);
    else if (addr->sa_family == AF_INET6)
        memcpy(ret->b,
               &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr, 16);
    else
        return false;
    return true;
}

/* a network, and how many bits of it count */
static bool read_network(const char *text, struct wide *ret, int *ret_bits)
{
    char address[INET6_ADDRSTRLEN], rest;
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    if (len >= sizeof address)
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    struct in_addr four;
    bool v4 = inet_pton(AF_INET, address, &four) == 1;
    int most = v4 ? 32 : 128, bits = most;
    if (v4)
        *ret = of_v4(&four);
    else if (inet_pton(AF_INET6, address, ret->b) != 1)
        return false;
    if (slash && (sscanf(slash + 1, "%3d%c", &bits, &rest) != 1 ||
                  slash[1] < '0' || slash[1] > '9' || bits > most))
        return false;
    *ret_bits = v4 ? bits + 96 : bits;
    return true;
}

static bool within(const struct wide *w, const char *network)
{
    struct wide net;
    int bits;
    if (!read_network(network, &net, &bits))
        return false;
    size_t whole = (size_t)bits / 8;
    int rest = bits % 8;
    return !memcmp(w->b, net.b, whole) &&
           (!rest || (w->b[whole] ^ net.b[whole]) >> (8 - rest) == 0);
}

static bool is_public(const struct wide *w)
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (within(w, special[i]))
            return false;
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        if (within(w, holders[i].network)) {
            struct wide inner = of_v4(w->b + holders[i].at);
            return is_public(&inner);
        }
    return true;
}

bool rpa_address_is_public(const struct sockaddr *addr)
{
    struct wide w;
    return widen(addr, &w) && is_public(&w);
}

bool rpa_address_is_network(const char *text)
{
    struct wide net;
    int bits;
    return read_network(text, &net, &bits);
}

bool rpa_address_within(const struct sockaddr *addr, const char *text)
{
    struct wide w;
    return widen(addr, &w) && within(&w, text);
}

const char *rpa_address_text(const struct sockaddr *addr, char *out, size_t size)
{
    struct wide w;
    bool known = widen(addr, &w);
    bool v4 = known && !memcmp(w.b, mapped, sizeof mapped);
    if (!known ||
        !inet_ntop(v4 ? AF_INET : AF_INET6, w.b + (v4 ? 12 : 0), out,
                   (socklen_t)size))
        snprintf(out, size, "?");
    return out;
}
