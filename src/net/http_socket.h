/* SPDX-License-Identifier: MIT */
/* The listening socket: opened here, so that a taken address is told in words before any thread starts. */
#ifndef HILO_NET_HTTP_SOCKET_H
#define HILO_NET_HTTP_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/err.h"

/* Binds and listens on host:port, non-blocking and close-on-exec; the caller closes *fd. STATUS_BUSY: the address is taken. */
enum status http_socket_open(const char *host, int port, int *fd, struct err *err);
/* The port it is bound to. */
int http_socket_port(int fd);
/* True for an address of this machine's loopback, IPv4, IPv6 or mapped; NULL is none. */
bool http_socket_is_loopback(const struct sockaddr *address);

#endif
