// SPDX-License-Identifier: GPL-2.0
/*
 * One request to xenstore and its answer, over the device that libxenstore
 * uses. The device is opened anew each time: an open file would keep the
 * guest core from being unloaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
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

/* The answer's payload into @reply, NUL-terminated; its length, or -1. */
static int request(uint32_t type, const struct iovec *body, int nr,
		   char *reply, size_t size)
{
	struct xsd_sockmsg msg = { .type = type };
	struct iovec iov[4] = { { &msg, sizeof(msg) } };
	int i, fd = open_store();
	int len = -1;

	if (fd < 0)
		return -1;
	for (i = 0; i < nr; i++) {
		iov[i + 1] = body[i];
		msg.len += body[i].iov_len;
	}
	if (writev(fd, iov, nr + 1) == (ssize_t)(sizeof(msg) + msg.len) &&
	    !read_all(fd, &msg, sizeof(msg)) && msg.len < size &&
	    !read_all(fd, reply, msg.len)) {
		reply[msg.len] = 0;
		errno = EIO;
		len = msg.type == type ? (int)msg.len : -1;
	}
	close(fd);
	return len;
}

int store_write(const char *path, const char *value)
{
	struct iovec body[2] = {
		{ (void *)path, strlen(path) + 1 },
		{ (void *)value, strlen(value) },
	};
	char reply[64];

	return request(XS_WRITE, body, 2, reply, sizeof(reply)) < 0 ? -1 : 0;
}

int store_read(const char *path, char *value, size_t size)
{
	struct iovec body = { (void *)path, strlen(path) + 1 };

	return request(XS_READ, &body, 1, value, size);
}
