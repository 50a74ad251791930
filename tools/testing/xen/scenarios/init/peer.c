// SPDX-License-Identifier: GPL-2.0
/*
 * What is shared with another domain, from user space: ports of
 * /dev/xen/evtchn, pages of ours by /dev/xen/gntalloc, pages of others by
 * /dev/xen/gntdev.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xen/grant_table.h>
#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#include "init.h"

#define EVTCHN_DEVICE	"/dev/xen/evtchn"
#define OFFER_DEVICE	"/dev/xen/gntalloc"
#define MAP_DEVICE	"/dev/xen/gntdev"

static int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? step_fail("%s: %s", path, strerror(errno)) : fd;
}

int events_open(void)
{
	return open_device(EVTCHN_DEVICE);
}

int event_offer(int fd, unsigned int domid)
{
	struct ioctl_evtchn_bind_unbound_port bind = {
		.remote_domain = domid,
	};
	int port = ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);

	return port < 0 ? step_fail("a port for domain %u: %s", domid,
				    strerror(errno)) : port;
}

int event_join(int fd, unsigned int domid, unsigned int port)
{
	struct ioctl_evtchn_bind_interdomain bind = {
		.remote_domain = domid, .remote_port = port,
	};
	int ours = ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);

	return ours < 0 ? step_fail("port %u of domain %u: %s", port, domid,
				    strerror(errno)) : ours;
}

int event_send(int fd, unsigned int port)
{
	struct ioctl_evtchn_notify notify = { .port = port };

	return ioctl(fd, IOCTL_EVTCHN_NOTIFY, &notify) ?
		step_fail("event to port %u: %s", port, strerror(errno)) : 0;
}

/*
 * A port that was read is silent until it is written back. That is done at
 * once: what the caller then looks at is no older than the event.
 */
int event_await(int fd, long ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint32_t ports[16];
	ssize_t n;

	if (poll(&pfd, 1, ms) <= 0)
		return step_fail("no event in %ld ms", ms);
	n = read(fd, ports, sizeof(ports));
	if (n <= 0 || write(fd, ports, n) != n)
		return step_fail(EVTCHN_DEVICE ": %s", strerror(errno));
	return 0;
}

/* Open the device, and make a request of @size bytes; NULL after step_fail() */
static void *begin_request(struct shared *s, const char *device, size_t size)
{
	void *op;

	s->fd = open_device(device);
	if (s->fd < 0)
		return NULL;
	op = calloc(1, size);
	if (!op) {
		close(s->fd);
		step_fail("%s: no %zu bytes for a request", device, size);
	}
	return op;
}

static int map_file(struct shared *s)
{
	size_t size = s->count * sysconf(_SC_PAGESIZE);

	s->addr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd,
		       s->index);
	if (s->addr != MAP_FAILED)
		return 0;
	close(s->fd);
	return step_fail("mmap of %u shared pages: %s", s->count,
			 strerror(errno));
}

int shared_offer(struct shared *s, unsigned int domid, uint32_t *refs,
		 unsigned int count)
{
	struct ioctl_gntalloc_alloc_gref *op;
	int ret;

	s->offered = true;
	s->count = count;
	op = begin_request(s, OFFER_DEVICE,
			   sizeof(*op) + count * sizeof(op->gref_ids[0]));
	if (!op)
		return -1;
	op->domid = domid;
	op->flags = GNTALLOC_FLAG_WRITABLE;
	op->count = count;
	ret = ioctl(s->fd, IOCTL_GNTALLOC_ALLOC_GREF, op);
	s->index = op->index;
	memcpy(refs, op->gref_ids, count * sizeof(refs[0]));
	free(op);
	if (!ret)
		return map_file(s);
	close(s->fd);
	return step_fail("%u grants to domain %u: %s", count, domid,
			 strerror(errno));
}

int shared_map(struct shared *s, unsigned int domid, const uint32_t *refs,
	       unsigned int count)
{
	struct ioctl_gntdev_map_grant_ref *op;
	unsigned int i;
	int ret;

	s->offered = false;
	s->count = count;
	op = begin_request(s, MAP_DEVICE,
			   sizeof(*op) + count * sizeof(op->refs[0]));
	if (!op)
		return -1;
	op->count = count;
	for (i = 0; i < count; i++) {
		op->refs[i].domid = domid;
		op->refs[i].ref = refs[i];
	}
	ret = ioctl(s->fd, IOCTL_GNTDEV_MAP_GRANT_REF, op);
	s->index = op->index;
	free(op);
	if (!ret)
		return map_file(s);
	close(s->fd);
	return step_fail("%u grants of domain %u: %s", count, domid,
			 strerror(errno));
}

int shared_notify(struct shared *s, size_t offset, unsigned int port)
{
	struct ioctl_gntdev_unmap_notify op = {
		.index = s->index + offset,
		.action = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT,
		.event_channel_port = port,
	};

	return ioctl(s->fd, IOCTL_GNTDEV_SET_UNMAP_NOTIFY, &op) ?
		step_fail("notification of the unmapping: %s",
			  strerror(errno)) : 0;
}

int shared_end(struct shared *s)
{
	struct ioctl_gntalloc_dealloc_gref offered = {
		.index = s->index, .count = s->count,
	};
	struct ioctl_gntdev_unmap_grant_ref mapped = {
		.index = s->index, .count = s->count,
	};
	int ret;

	munmap(s->addr, s->count * sysconf(_SC_PAGESIZE));
	ret = s->offered ? ioctl(s->fd, IOCTL_GNTALLOC_DEALLOC_GREF, &offered) :
			   ioctl(s->fd, IOCTL_GNTDEV_UNMAP_GRANT_REF, &mapped);
	if (ret)
		ret = step_fail("giving %u shared pages back: %s", s->count,
				strerror(errno));
	close(s->fd);
	return ret;
}
