// SPDX-License-Identifier: GPL-2.0
/*
 * One request to xenstore and its answer, over the device that libxenstore
 * uses. The device is opened anew each time: an open file would keep the
 * guest core from being unloaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

#include "init.h"

#define STORE_TIMEOUT_MS	10000

static int open_store(void)
{
	int fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);

	return fd >= 0 ? fd : open("/proc/xen/xenbus", O_RDWR | O_CLOEXEC);
}

static int read_all(int fd, void *buf, size_t len)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char *p = buf;
	ssize_t n;

	while (len) {
		if (poll(&pfd, 1, STORE_TIMEOUT_MS) <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		n = read(fd, p, len);
		if (n <= 0)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

/* One message whole; its type, or -1. */
static int read_message(int fd, char *body, size_t size, uint32_t *len)
{
	struct xsd_sockmsg msg;

	if (read_all(fd, &msg, sizeof(msg)))
		return -1;
	if (msg.len >= size) {
		errno = EMSGSIZE;
		return -1;
	}
	if (read_all(fd, body, msg.len))
		return -1;
	body[msg.len] = 0;
	*len = msg.len;
	return msg.type;
}

int store_take_event(int fd)
{
	char body[XENSTORE_PAYLOAD_MAX + 1];
	uint32_t len;

	return read_message(fd, body, sizeof(body), &len) == XS_WATCH_EVENT ?
	       0 : -1;
}

int store_request(int fd, uint32_t type, const struct iovec *body, int nr,
		  char *reply, size_t size, bool *event)
{
	struct xsd_sockmsg msg = { .type = type };
	struct iovec iov[4] = { { &msg, sizeof(msg) } };
	uint32_t len;
	int i, got;

	for (i = 0; i < nr; i++) {
		iov[i + 1] = body[i];
		msg.len += body[i].iov_len;
	}
	if (writev(fd, iov, nr + 1) != (ssize_t)(sizeof(msg) + msg.len))
		return -1;
	while ((got = read_message(fd, reply, size, &len)) == XS_WATCH_EVENT)
		if (event)
			*event = true;
	if (got >= 0 && got != (int)type)
		errno = EIO;
	return got == (int)type ? (int)len : -1;
}

/* The answer's payload into @reply, NUL-terminated; its length, or -1. */
static int request(uint32_t type, const struct iovec *body, int nr,
		   char *reply, size_t size)
{
	int len, fd = open_store();

	if (fd < 0)
		return -1;
	len = store_request(fd, type, body, nr, reply, size, NULL);
	close(fd);
	return len;
}

int store_write(const char *path, const char *value)
{
	struct iovec body[2] = {
		{ (void *)path, strlen(path) + 1 },
		{ (void *)value, strlen(value) },
	};
	char reply[256];

	return request(XS_WRITE, body, 2, reply, sizeof(reply)) < 0 ? -1 : 0;
}

int store_read(const char *path, char *value, size_t size)
{
	struct iovec body = { (void *)path, strlen(path) + 1 };

	return request(XS_READ, &body, 1, value, size);
}

static int change(uint32_t type, const char *path)
{
	struct iovec body = { (void *)path, strlen(path) + 1 };
	char reply[256];

	return request(type, &body, 1, reply, sizeof(reply)) < 0 ? -1 : 0;
}

int store_make(const char *path)
{
	return change(XS_MKDIR, path);
}

int store_remove(const char *path)
{
	return change(XS_RM, path);
}

int store_permit(const char *path, unsigned int owner, unsigned int reader)
{
	char ours[16], theirs[16], reply[256];
	struct iovec body[3] = {
		{ (void *)path, strlen(path) + 1 },
		{ ours, snprintf(ours, sizeof(ours), "n%u", owner) + 1 },
		{ theirs, snprintf(theirs, sizeof(theirs), "r%u", reader) + 1 },
	};

	return request(XS_SET_PERMS, body, 3, reply, sizeof(reply)) < 0 ? -1 :
									   0;
}

int store_watch(const char *path)
{
	static const char token[] = "w";
	struct iovec body[2] = {
		{ (void *)path, strlen(path) + 1 },
		{ (void *)token, sizeof(token) },
	};
	char reply[256];
	int fd = open_store();

	if (fd >= 0 && store_request(fd, XS_WATCH, body, 2, reply,
				     sizeof(reply), NULL) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}
