// SPDX-License-Identifier: GPL-2.0
/*
 * Ballooning: giving frames back and taking them again.
 *
 * Owns no data; monitor lock held. These operations tell errors by doing
 * fewer extents than asked, and so does a bad argument. One entry handles at
 * most FRAMES_PER_ENTRY frames, or one extent if that is larger.
 *
 * Frames of dom0 are where the machine has them: what it gives back is only
 * held for it, as by Xen, and it gets the same again.
 */
#include "memory_op.h"

#include <xenlet/p2m.h>
#include <xenlet/page.h>

#define FRAMES_PER_ENTRY	256
#define DOMU_MAX_ORDER		9

static bool release_frame(struct domain *d, gfn_t gfn)
{
	struct p2m_entry entry = p2m_lookup(d, gfn);
	struct page *page = NULL;

	if (!p2m_is_ram(entry.type))
		return false;
	if (d == hardware_domain()) {
		page = page_from_paddr(entry.pa);
		page_hold(page);
	}
	if (!p2m_unmap(d, gfn))
		return true;
	if (page)
		page_unhold(page);
	return false;
}

/* Each is a frame of the domain's own, removed and given back. */
static bool release_extent(struct domain *d, gfn_t gfn, unsigned int order)
{
	unsigned int i;

	for (i = 0; i < 1U << order; i++)
		if (!release_frame(d, gfn + i))
			return false;
	return true;
}

/* Frame by frame: each was held when it was released. */
static bool populate_held(struct domain *d, gfn_t gfn, unsigned int order)
{
	unsigned int i;

	for (i = 0; i < 1U << order; i++) {
		paddr_t pa = (gfn + i) << PAGE_SHIFT;
		struct page *page = page_from_paddr(pa);

		if (!page || page->owner != d || !page_is_held(page) ||
		    p2m_map(d, gfn + i, pa, 0, P2M_RAM_RW))
			return false;
		page_pass_on(page);
	}
	return true;
}

static void put_frames(struct page *page, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		page_put(page + i);
}

/* A block that does not lie aligned in the guest is mapped frame by frame. */
static bool map_block(struct domain *d, gfn_t gfn, struct page *page,
		      unsigned int order)
{
	unsigned int step = gfn & ((1UL << order) - 1) ? 0 : order;
	unsigned int count = 1U << order, i;

	for (i = 0; i < count; i += 1U << step) {
		if (p2m_map(d, gfn + i, page_to_paddr(page + i), step,
			    P2M_RAM_RW)) {
			put_frames(page + i, count - i);
			return false;
		}
	}
	return true;
}

static bool populate_extent(struct domain *d, gfn_t gfn, unsigned int order)
{
	struct page *page;

	if (d == hardware_domain())
		return populate_held(d, gfn, order);
	if (d->pages + (1UL << order) > d->max_pages)
		return false;
	page = page_alloc(d, order);
	return page && map_block(d, gfn, page, order);
}

/*
 * Increasing the reservation gives machine frames without a place in the
 * guest's physical space; a translated guest could not use them.
 */
static bool do_extent(struct domain *d, u32 cmd, gfn_t gfn, unsigned int order)
{
	switch (cmd) {
	case XENMEM_decrease_reservation:
		return release_extent(d, gfn, order);
	case XENMEM_populate_physmap:
		return populate_extent(d, gfn, order);
	default:
		return false;
	}
}

long memory_reservation(struct hypercall *call, u32 cmd, u32 start)
{
	struct xen_memory_reservation op;
	struct domain *d;
	u64 frames = 0;
	u32 i;

	if (copy_from_guest(&op, call->arg[1], sizeof(op)) ||
	    op.nr_extents > MEMOP_MAX_EXTENTS || start >= op.nr_extents ||
	    op.extent_order > DOMU_MAX_ORDER)
		return start;
	d = domain_by_any_id(op.domid);
	if (!d || !domain_may_control(d) || d->is_service)
		return start;

	for (i = start; i < op.nr_extents; i++) {
		gva_t where = handle_gva(op.extent_start) +
			      i * sizeof(xen_pfn_t);
		xen_pfn_t gfn;

		if (frames >= FRAMES_PER_ENTRY) {
			call->arg[0] = cmd | i << MEMOP_EXTENT_SHIFT;
			call->again = true;
			return 0;
		}
		if (copy_from_guest(&gfn, where, sizeof(gfn)) ||
		    !do_extent(d, cmd, gfn, op.extent_order))
			break;
		frames += 1UL << op.extent_order;
	}
	return i;
}
