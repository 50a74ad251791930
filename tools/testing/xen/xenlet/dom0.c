// SPDX-License-Identifier: GPL-2.0
/*
 * Building dom0. Its memory has the machine's addresses, because its devices
 * do not pass through stage 2: a few large blocks, wherever the loader left
 * room. Monitor lock.
 */
#include <libfdt.h>
#include <xenlet/arch.h>
#include <xenlet/arch_start.h>
#include <xenlet/dom0.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/p2m.h>
#include <xenlet/page.h>
#include <xenlet/service.h>
#include <xen/arch-arm.h>
#include <xen/errno.h>

#define LARGEST_ORDER	18	/* 1 GiB */
#define LEAST_ORDER	9	/* 2 MiB */
#define GRANT_SIZE	(64 * PAGE_SIZE)
#define MAGIC_PAGES	1	/* the store's ring */
#define FDT_MAX		(2ULL << 20)	/* Linux: arm64/booting.rst */

/* Another bank, or a bank that has grown; false: too many pieces. */
static bool add_bank(struct guest_layout *layout, u64 base, u64 size)
{
	unsigned int i;

	for (i = 0; i < layout->nr_banks; i++) {
		struct blob *bank = &layout->banks[i];

		if (bank->base != base + size && bank->base + bank->size != base)
			continue;
		bank->base = MIN(bank->base, base);
		bank->size += size;
		return true;
	}
	if (i == LAYOUT_BANKS)
		return false;
	layout->banks[layout->nr_banks++] = (struct blob){ base, size };
	return true;
}

static const char *give_block(struct domain *d, struct guest_layout *layout,
			      struct page *page, unsigned int order)
{
	paddr_t pa = page_to_paddr(page);
	unsigned int i;

	if (p2m_map(d, pa >> PAGE_SHIFT, pa, order, P2M_RAM_RW)) {
		for (i = 0; i < 1U << order; i++)
			page_put(&page[i]);
		return "no memory for its stage 2 tables";
	}
	return add_bank(layout, pa, PAGE_SIZE << order) ? NULL :
		"its memory would be in too many pieces";
}

/*
 * The largest blocks first, so that there are few. dom0 is the first domain
 * and no other one's secrets can be in them.
 */
static const char *give_memory(struct domain *d, struct guest_layout *layout)
{
	u64 left = d->config->memory >> PAGE_SHIFT;
	unsigned int order = LARGEST_ORDER;
	const char *why = NULL;
	struct page *page;

	d->max_pages = left + MAGIC_PAGES;
	while (!why && left >> LEAST_ORDER) {
		page = left >> order ? page_alloc_dirty(d, order) : NULL;
		if (page) {
			why = give_block(d, layout, page, order);
			left -= 1UL << order;
		} else if (order > LEAST_ORDER) {
			order--;
		} else {
			why = "the machine has not that much free memory";
		}
	}
	if (!why && !layout->nr_banks)
		why = "dom0_mem is less than 2 MiB";
	return why;
}

static void largest_first(struct guest_layout *layout)
{
	struct blob first = layout->banks[0];
	unsigned int i, best = 0;

	for (i = 1; i < layout->nr_banks; i++)
		if (layout->banks[i].size > layout->banks[best].size)
			best = i;
	layout->banks[0] = layout->banks[best];
	layout->banks[best] = first;
}

/* What lies where xenlet is, dom0 has no other use for. */
static void choose_regions(const struct guest_layout *layout,
			   struct dom0_regions *regions)
{
	struct blob used[LAYOUT_BANKS + 1];
	unsigned int i;

	for (i = 0; i < layout->nr_banks; i++)
		used[i] = layout->banks[i];
	used[i] = (struct blob){ arch_image_base(), arch_image_size() };
	regions->region[0] = (struct blob){ arch_image_base(), GRANT_SIZE };
	regions->nr = 1;
	/* Xen, too, has none for a 32-bit dom0. */
	if (layout->is_32bit)
		return;
	extended_regions(the_machine->banks, the_machine->nr_banks, used,
			 layout->nr_banks + 1, regions);
}

/* The store's ring, behind the grant region. */
static int map_store(struct domain *d)
{
	gfn_t gfn = (arch_image_base() + GRANT_SIZE) >> PAGE_SHIFT;
	struct page *page = page_alloc(d, 0);

	if (!page)
		return -XEN_ENOMEM;
	if (p2m_map(d, gfn, page_to_paddr(page), 0, P2M_RAM_RW)) {
		page_put(page);
		return -XEN_ENOMEM;
	}
	d->hvm_params[HVM_PARAM_STORE_PFN] = gfn;
	return 0;
}

/* The virtual CPU interface, where dom0 expects the physical one. */
static int map_cpu_interface(struct domain *d)
{
	u64 i;
	int ret = 0;

	for (i = 0; the_machine->gicv && !ret && i < GUEST_GICC_SIZE;
	     i += PAGE_SIZE)
		ret = p2m_map(d, (the_machine->gicc + i) >> PAGE_SHIFT,
			      the_machine->gicv + i, 0, P2M_MMIO);
	return ret;
}

static const char *load_payload(struct domain *d,
				const struct guest_layout *layout)
{
	struct dom0_regions regions;
	void *fdt = heap_alloc(layout->dtb_room);
	int size;

	if (!fdt)
		return "no memory for its device tree";
	choose_regions(layout, &regions);
	size = dom0_fdt_build(the_machine->fdt, d->config, layout, &regions,
			      fdt, layout->dtb_room);
	if (size > 0)
		payload_load(d, layout, fdt, size);
	heap_free(fdt);
	return size > 0 ? NULL : "no room for its device tree";
}

const char *dom0_fill(struct domain *d, struct guest_layout *layout)
{
	const char *why;

	layout->dtb_room = dom0_fdt_size(the_machine->fdt);
	if (layout->dtb_room > FDT_MAX)
		return "the machine's device tree is too large";
	why = give_memory(d, layout);
	if (why)
		return why;
	largest_first(layout);
	why = payload_place(d->config, layout);
	if (why)
		return why;
	if (services_have_store() && map_store(d))
		return "no memory for the store's ring";
	if (map_cpu_interface(d) || dom0_devices(d))
		return "no memory for its devices";
	return load_payload(d, layout);
}
