/* Which addresses are of the open Internet, and which are in a network. */
#include "rpa/net/address.h"
#include "tap.h"

#include <arpa/inet.h>

static const struct {
    const char *address;
    bool open;
} opens[] = {
    { "8.8.8.8", true },          { "9.255.255.255", true },
    { "10.0.0.0", false },        { "10.255.255.255", false },
    { "11.0.0.0", true },         { "100.63.255.255", true },
    { "100.64.0.1", false },      { "127.0.0.1", false },
    { "169.254.169.254", false }, { "172.15.255.255", true },
    { "172.16.0.1", false },      { "172.31.255.255", false },
    { "172.32.0.0", true },       { "192.168.1.1", false },
    { "192.169.0.0", true },      { "0.0.0.0", false },
    { "224.0.0.1", false },       { "255.255.255.255", false },
    { "::", false },              { "::1", false },
    { "fe80::1", false },         { "fc00::1", false },
    { "fd12::1", false },         { "ff02::1", false },
    { "2a00:1450::1", true },     { "::ffff:10.0.0.1", false },
    { "::ffff:8.8.8.8", true },   { "64:ff9b::a00:1", false },
    { "64:ff9b::808:808", true }, { "2002:7f00:1::", false },
    { "2002:808:808::", true },   { "::10.0.0.1", false },
};

static const struct {
    const char *address, *network;
    bool inside;
} nets[] = {
    { "10.1.2.3", "10.1.0.0/16", true },  { "10.2.0.0", "10.1.0.0/16", false },
    { "10.1.2.3", "10.1.2.3", true },     { "10.1.2.4", "10.1.2.3", false },
    { "10.1.2.3", "0.0.0.0/0", true },    { "fd00::1", "fd00::/8", true },
    { "fe00::1", "fd00::/8", false },     { "fd00::1", "0.0.0.0/0", false },
    { "10.1.2.130", "10.1.2.128/25", true },
    { "10.1.2.127", "10.1.2.128/25", false },
    { "::ffff:10.1.2.3", "10.1.0.0/16", true },
};

static const struct {
    const char *text;
    bool good;
} texts[] = {
    { "10.0.0.0/8", true }, { "10.0.0.1", true },    { "fd00::/8", true },
    { "::1", true },        { "10.0.0.0/33", false }, { "10.0.0.0/", false },
    { "10.0.0/8", false },  { "fd00::/129", false },  { "", false },
    { "10.0.0.0/-1", false }, { "10.0.0.0/8x", false }, { "host", false },
};

static const struct sockaddr *address(const char *text)
{
    static struct sockaddr_storage all;
    struct sockaddr_in *four = (void *)&all;
    struct sockaddr_in6 *six = (void *)&all;
    bool v4 = inet_pton(AF_INET, text, &four->sin_addr) == 1;
    if (!v4)
        inet_pton(AF_INET6, text, &six->sin6_addr);
    all.ss_family = v4 ? AF_INET : AF_INET6;
    return (const struct sockaddr *)&all;
}

int main(void)
{
    char text[64];
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
        ok(rpa_address_is_public(address(opens[i].address)) == opens[i].open,
           "%s is %s", opens[i].address, opens[i].open ? "open" : "not open");
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        ok(rpa_address_within(address(nets[i].address), nets[i].network) ==
               nets[i].inside,
           "%s and %s", nets[i].address, nets[i].network);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok(rpa_address_is_network(texts[i].text) == texts[i].good,
           "'%s' as a network", texts[i].text);
    is_str(rpa_address_text(address("10.0.0.1"), text, sizeof text), "10.0.0.1",
           "as text");
    is_str(rpa_address_text(address("fd00::1"), text, sizeof text), "fd00::1",
           "as text");
    struct sockaddr other = { .sa_family = AF_UNIX };
    ok(!rpa_address_is_public(&other), "a path is no address");
    is_str(rpa_address_text(&other, text, sizeof text), "?", "nor has it a text");
    return tap_done();
}
