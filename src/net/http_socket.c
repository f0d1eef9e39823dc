/* SPDX-License-Identifier: MIT */
#include "net/http_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/i18n.h"

static int
bind_one(const struct addrinfo *info)
{
	int yes = 1;
	int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info->ai_protocol);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 || bind(fd, info->ai_addr, info->ai_addrlen) != 0
	    || listen(fd, 1024) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

enum status
http_socket_open(const char *host, int port, int *fd, struct err *err)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	char service[16];
	int failure;

	snprintf(service, sizeof service, "%d", port);
	failure = getaddrinfo(host, service, &hints, &found);
	if (failure != 0)
		return err_set(err, STATUS_INVALID, _("The listener's address %s is not known (%s); change HILO_LISTEN."), host,
			       gai_strerror(failure));
	*fd = -1;
	for (const struct addrinfo *info = found; info != NULL && *fd < 0; info = info->ai_next)
		*fd = bind_one(info);
	failure = errno;
	freeaddrinfo(found);
	if (*fd >= 0)
		return STATUS_OK;
	if (failure == EADDRINUSE)
		return err_set(err, STATUS_BUSY,
			       _("Another program listens on %s:%d already; stop it or set HILO_LISTEN to another port."),
			       host, port);
	return err_set(err, STATUS_FAILED, _("The listener cannot use %s:%d (%s); change HILO_LISTEN."), host, port,
		       strerror(failure));
}

int
http_socket_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;

	memset(&address, 0, sizeof address);
	if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		return 0;
	if (address.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
	return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

bool
http_socket_is_loopback(const struct sockaddr *address)
{
	if (address == NULL)
		return false;
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof in6);
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr)
		       || (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) && in6.sin6_addr.s6_addr[12] == 127);
	}
	return false;
}
