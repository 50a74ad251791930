// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls that dom0 makes itself, by /dev/xen/privcmd. The hypervisor takes
 * what a call points to from our own memory, so it has to be there: all of it
 * is kept in one buffer that was written to just before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define __XEN_TOOLS__
#include <xen/xen.h>
#include <xen/domctl.h>
#include <xen/hvm/hvm_op.h>
#include <xen/sys/privcmd.h>

#include "dom0.h"
#include "../../xenlet/include/xenlet/keeper_op.h"
#include "../../../../../include/xen/interface/xenlet.h"

#define PRIVCMD		"/dev/xen/privcmd"
#define PRIVCMD_MS	10000

static union {
	struct xen_domctl domctl;
	struct xen_hvm_param param;
	char text[4096];
} shared __attribute__((aligned(4096)));

/* Linux's own privcmd for 32-bit ARM swaps the fourth with the fifth. */
static long call(int fd, unsigned int number, uint64_t a, uint64_t b,
		 uint64_t c, uint64_t d)
{
	struct privcmd_hypercall hypercall = {
		.op = number, .arg = { a, b, c, d, d },
	};

	return ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, &hypercall);
}

int calls_open(void)
{
	int fd;

	if (!wait_for(path_exists, PRIVCMD, PRIVCMD_MS))
		return step_fail("no " PRIVCMD);
	fd = open(PRIVCMD, O_RDWR | O_CLOEXEC);
	return fd < 0 ? step_fail(PRIVCMD ": %s", strerror(errno)) : fd;
}

static long param(int fd, unsigned int op, int domid, unsigned int index,
		  uint64_t *value)
{
	long ret;

	shared.param = (struct xen_hvm_param){
		.domid = domid, .index = index, .value = *value,
	};
	ret = call(fd, __HYPERVISOR_hvm_op, op, (uintptr_t)&shared.param, 0,
		   0);
	*value = shared.param.value;
	return ret;
}

int param_get(int fd, int domid, unsigned int index, uint64_t *value)
{
	*value = 0;
	return param(fd, HVMOP_get_param, domid, index, value);
}

int param_set(int fd, int domid, unsigned int index, uint64_t value)
{
	return param(fd, HVMOP_set_param, domid, index, &value);
}

int domain_from(int fd, int first, char *name, size_t size, bool *dying)
{
	const struct xen_domctl_getdomaininfo *info;
	size_t len = sizeof(info->handle);

	memset(&shared.domctl, 0, sizeof(shared.domctl));
	shared.domctl.cmd = XEN_DOMCTL_getdomaininfo;
	shared.domctl.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	shared.domctl.domain = first;
	if (call(fd, __HYPERVISOR_domctl, (uintptr_t)&shared.domctl, 0, 0, 0))
		return -1;
	info = &shared.domctl.u.getdomaininfo;
	if (len > size - 1)
		len = size - 1;
	memcpy(name, info->handle, len);
	name[len] = 0;
	*dying = info->flags & XEN_DOMINF_dying;
	return info->domain;
}

int xenlet_report(int fd, int domid, const char *text)
{
	size_t len = strnlen(text, XENLET_REPORT_MAX);

	memcpy(shared.text, text, len);
	return call(fd, __HYPERVISOR_xenlet_op, XENLET_report_for,
		    (uintptr_t)shared.text, len, domid);
}

int xenlet_request(int fd, char *text, size_t size)
{
	long len;

	memset(shared.text, 0, sizeof(shared.text));
	len = call(fd, __HYPERVISOR_xenlet_op, XENLET_request,
		   (uintptr_t)shared.text, XENLET_REQUEST_MAX, 0);
	if (len < 0 || (size_t)len >= size)
		return -1;
	memcpy(text, shared.text, len);
	text[len] = 0;
	return len;
}
