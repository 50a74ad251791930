// SPDX-License-Identifier: GPL-2.0
/*
 * What the harness wants written into a store that is dom0's: it waits here
 * until the program that keeps the store asks for it. Monitor lock.
 */
#include <xenlet/lib.h>
#include <xenlet/service.h>

#include <xen/errno.h>

#include "services.h"

#define MAX_WAITING	16

static struct {
	char text[MAX_WAITING][XENLET_REQUEST_MAX];
	unsigned int in, out;
} requests;

int request_add(domid_t domid, const char *node, const char *value)
{
	char *text = requests.text[requests.in % MAX_WAITING];
	int len;

	if (requests.in - requests.out == MAX_WAITING)
		return -XEN_ENOSPC;
	len = snprintf(text, XENLET_REQUEST_MAX, "%u %s %s", domid, node,
		       value);
	if (len >= XENLET_REQUEST_MAX)
		return -XEN_E2BIG;
	requests.in++;
	return 0;
}

const char *request_take(void)
{
	return requests.out == requests.in ? NULL :
	       requests.text[requests.out++ % MAX_WAITING];
}
