// SPDX-License-Identifier: GPL-2.0
/*
 * What can be said about a /hypervisor node without touching one: the version
 * in its compatible string, and the list of its extended regions. Pure.
 */
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/range.h>
#include <linux/string.h>

#include "discover.h"

#define COMPAT_PREFIX	"xen,xen-"

/* Decimal digits only, at least one, no overflow; NULL otherwise. */
static const char *parse_number(const char *s, unsigned int *number)
{
	unsigned int value = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		if (value > 99999)
			return NULL;
		value = value * 10 + (*p - '0');
	}
	*number = value;
	return p == s ? NULL : p;
}

bool xen_parse_compatible(const char *compat, unsigned int *major,
			  unsigned int *minor)
{
	unsigned int first, second;

	if (strncmp(compat, COMPAT_PREFIX, strlen(COMPAT_PREFIX)))
		return false;

	compat = parse_number(compat + strlen(COMPAT_PREFIX), &first);
	if (!compat || *compat != '.')
		return false;
	compat = parse_number(compat + 1, &second);
	if (!compat || *compat)
		return false;

	*major = first;
	*minor = second;
	return true;
}

int xen_regions_insert(struct resource *list, unsigned int *count,
		       unsigned int max, const struct resource *res)
{
	struct resource whole = *res;
	unsigned int at;

	/* A region that ends at the last address must not wrap to zero. */
	whole.start = (res->start + PAGE_SIZE - 1) & PAGE_MASK;
	whole.end = ((res->end + 1) & PAGE_MASK) - 1;
	if (whole.start < res->start || res->end < res->start ||
	    whole.end <= whole.start)
		return -EINVAL;
	if (*count >= max)
		return -ENOSPC;

	for (at = 0; at < *count && list[at].start < whole.start; at++)
		;
	if (at > 0 && list[at - 1].end >= whole.start)
		return -EINVAL;
	if (at < *count && list[at].start <= whole.end)
		return -EINVAL;

	memmove(&list[at + 1], &list[at], (*count - at) * sizeof(*list));
	list[at] = whole;
	(*count)++;
	return 0;
}

bool xen_region_clip(const struct resource *region, const struct range *limits,
		     u64 align, struct range *part)
{
	u64 start = max_t(u64, region->start, limits->start);
	u64 end = min_t(u64, region->end, limits->end);
	u64 aligned = (start + align - 1) & ~(align - 1);

	/* An end at the last address, or a start near it, must not wrap. */
	if (aligned < start || aligned > end || end - aligned < align - 1)
		return false;
	part->start = aligned;
	part->end = aligned + ((end - aligned + 1) & ~(align - 1)) - 1;
	return true;
}
