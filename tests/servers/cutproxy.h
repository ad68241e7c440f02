/* A TCP proxy that cuts the line after an exact number of bytes. */
#ifndef TESTS_CUTPROXY_H
#define TESTS_CUTPROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cut_direction { CUT_UP, CUT_DOWN }; /* client to server; server to client */

struct cutproxy;

/* A child process in front of PORT on 127.0.0.1. */
struct cutproxy *cutproxy_start(uint16_t port);
void cutproxy_stop(struct cutproxy *p);
uint16_t cutproxy_port(const struct cutproxy *p);

/* The next connection is cut on both sides (RST, or FIN) once exactly BYTES have been passed on
 * in one direction; those after it are left alone.  SIZE_MAX: it is left alone too. */
void cutproxy_arm(struct cutproxy *p, enum cut_direction direction, size_t bytes, bool reset);
/* Bytes passed on in the connection that was armed. */
size_t cutproxy_passed(const struct cutproxy *p, enum cut_direction direction);

#endif
