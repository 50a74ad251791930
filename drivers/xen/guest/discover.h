/* SPDX-License-Identifier: GPL-2.0 */
/* The /hypervisor node, decoded. */
#ifndef XEN_GUEST_DISCOVER_H
#define XEN_GUEST_DISCOVER_H

#include <linux/types.h>

struct range;
struct resource;

/**
 * xen_parse_compatible() - the version in a "xen,xen-<major>.<minor>" string
 * @compat: one string of the node's compatible property
 * @major: set on success only
 * @minor: set on success only
 *
 * Return: true if @compat has that form, digits only.
 */
bool xen_parse_compatible(const char *compat, unsigned int *major,
			  unsigned int *minor);

/**
 * xen_regions_insert() - add a region to a sorted list, unless it is unfit
 * @list: the regions so far, by address
 * @count: their number, incremented on success
 * @max: how many @list has room for
 * @res: the candidate, cut down to whole pages of the kernel
 *
 * Return: 0; -ENOSPC if the list is full; -EINVAL if nothing of the region is
 * left, or it overlaps another.
 */
int xen_regions_insert(struct resource *list, unsigned int *count,
		       unsigned int max, const struct resource *res);

/**
 * xen_region_clip() - the part of a region that can be used
 * @region: the region
 * @limits: the addresses that the kernel can handle, both ends included
 * @align: a power of two
 * @part: set on success: from a multiple of @align up to the end of another
 *
 * Return: false if nothing is left.
 */
bool xen_region_clip(const struct resource *region, const struct range *limits,
		     u64 align, struct range *part);

#endif /* XEN_GUEST_DISCOVER_H */
