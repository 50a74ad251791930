/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dom0: what it gets of the machine. Its device tree is the machine's, less
 * what xenlet keeps and with what only a guest has; its memory and its devices
 * are where the machine has them.
 */
#ifndef XENLET_DOM0_H
#define XENLET_DOM0_H

#include <xenlet/build.h>
#include <xenlet/fdt_path.h>
#include <xenlet/types.h>

/**
 * struct dom0_visitor - what dom0_walk() calls
 * @enter: at each node that dom0 gets, before those below it; not 0 stops
 * @leave: after them; may be NULL
 */
struct dom0_visitor {
	int (*enter)(void *ctx, const struct fdt_path *at);
	void (*leave)(void *ctx);
};

/** dom0_walk() - visit what dom0 gets of @fdt: all but what describes CPUs,
 * memory, timers and firmware, /chosen, and devices that xenlet has itself
 * Return: 0, or what @enter stopped with.
 */
int dom0_walk(const void *fdt, const struct dom0_visitor *visitor, void *ctx);

/** dom0_is_gic() - is it the interrupt controller itself */
bool dom0_is_gic(const struct fdt_path *at);

/** dom0_devices() - map the registers of @d's devices, route their interrupts
 * Return: 0, or -ENOMEM. A device that cannot be had is told and left out.
 */
int dom0_devices(struct domain *d);

/** struct dom0_regions - the grant region, then the extended regions */
struct dom0_regions {
	unsigned int nr;
	struct blob region[LAYOUT_BANKS];
};

/** extended_regions() - add what of @ram is not in @used
 *
 * Only what is aligned to 2 MiB and at least 64 MiB long counts.
 */
void extended_regions(const struct blob *ram, unsigned int nr_ram,
		      const struct blob *used, unsigned int nr_used,
		      struct dom0_regions *regions);

/** dom0_fdt_size() - room that dom0_fdt_build() needs at most */
size_t dom0_fdt_size(const void *fdt);
/** dom0_fdt_build() - dom0's tree from the machine's @fdt
 * Return: its size, or -ENOMEM.
 */
int dom0_fdt_build(const void *fdt, const struct domain_config *config,
		   const struct guest_layout *layout,
		   const struct dom0_regions *regions, void *buf, size_t size);

#endif /* XENLET_DOM0_H */
