#include "config.h"

#include "net/host.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <idn2.h>

#include "base/ascii.h"
#include "base/i18n.h"

/* getaddrinfo() rather than inet_pton(), for the zone in fe80::1%eth0; it never asks a server
 * under AI_NUMERICHOST. */
static void find_address(struct host *h)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    if (getaddrinfo(h->ascii, NULL, &hints, &list) != 0)
        return;
    if (list->ai_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, list->ai_addr, sizeof v4);
        h->address_len = sizeof v4.sin_addr;
        memcpy(h->address, &v4.sin_addr, h->address_len);
    } else if (list->ai_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, list->ai_addr, sizeof v6);
        h->address_len = sizeof v6.sin6_addr;
        memcpy(h->address, &v6.sin6_addr, h->address_len);
    }
    freeaddrinfo(list);
}

static bool set_ascii(struct host *h, const char *text, size_t len, struct err *e)
{
    if (len == 0)
        err_set(e, ERR_USAGE, "%s", _("the host name is empty"));
    if (len >= sizeof h->ascii)
        err_set(e, ERR_USAGE, _("the host name is too long (%zu octets)"), len);
    if (len == 0 || len >= sizeof h->ascii)
        return false;
    memcpy(h->ascii, text, len);
    h->ascii[len] = '\0';
    return true;
}

/* Names in ASCII go as they are: look-up knows more of them ("_x", "a--b") than IDNA allows. */
static bool set_international(struct host *h, const char *text, struct err *e)
{
    char *ascii = NULL;
    int code = idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code != IDN2_OK) {
        err_set(e, ERR_USAGE, _("\"%.200s\" is not a valid host name: %s"), text,
                idn2_strerror(code));
        return false;
    }
    bool fits = set_ascii(h, ascii, strlen(ascii), e);
    idn2_free(ascii);
    return fits;
}

bool host_parse(struct host *h, const char *text, struct err *e)
{
    *h = (struct host){0};
    if (!ascii_only(text))
        return set_international(h, text, e);
    size_t len = strlen(text);
    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (!set_ascii(h, text, len, e))
        return false;
    find_address(h);
    return true;
}

bool host_format_address(const unsigned char *bytes, size_t len, char text[HOST_ADDRESS_SIZE])
{
    if (len != 4 && len != 16)
        return false;
    return inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text, HOST_ADDRESS_SIZE) != NULL;
}
