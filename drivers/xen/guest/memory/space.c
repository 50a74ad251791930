// SPDX-License-Identifier: GPL-2.0
/*
 * Guest physical space that holds nothing: the extended regions, which the
 * hypervisor promises to leave alone. What is taken shows in /proc/iomem; the
 * kernel's own resource tree is the bookkeeping, and its lock the lock.
 */
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/memory_hotplug.h>
#include <linux/range.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/guest.h>

#include "../discover.h"
#include "space.h"

static int reserve_in(struct resource *space, const struct range *part,
		      u64 size, u64 align)
{
	return allocate_resource(&iomem_resource, space, size, part->start,
				 part->end, align, NULL, NULL);
}

struct resource *space_reserve(u64 size, u64 align, const char *name)
{
	const struct range limits = mhp_get_pluggable_range(true);
	const struct xen_guest *guest = xen_guest();
	size_t length = strlen(name) + 1;
	struct resource *space;
	struct range part;
	unsigned int i;

	/* With a name of its own: what is never given back outlives a module. */
	space = kzalloc(sizeof(*space) + length, GFP_KERNEL);
	if (!space)
		return ERR_PTR(-ENOMEM);
	space->name = memcpy(space + 1, name, length);
	space->flags = IORESOURCE_MEM | IORESOURCE_BUSY;

	for (i = 0; i < guest->nr_extended; i++)
		if (xen_region_clip(&guest->extended[i], &limits, align,
				    &part) &&
		    !reserve_in(space, &part, size, align))
			return space;
	kfree(space);
	return ERR_PTR(-ENOSPC);
}

void space_release(struct resource *space)
{
	release_resource(space);
	kfree(space);
}
