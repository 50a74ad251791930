// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table: its frames, where they are, how it grows and goes.
 *
 * The hypervisor keeps the table; the guest places its frames, one after the
 * other, into the region that the device tree names, which is not RAM, or into
 * pages without memory. The whole place is mapped once; growing is placing
 * further frames in it.
 *
 * An entry may be in use when the table is set up: an earlier kernel, or this
 * module before it was unloaded, granted a page that a peer still maps. Such
 * a reference is not handed out.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/io.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/interface/memory.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "../core.h"
#include "entry.h"
#include "table.h"
#include "trace.h"

/* What a hypervisor that can't be asked allows. */
#define LEGACY_MAX_FRAMES	4

struct grant_table xen_grants = {
	.lock = __SPIN_LOCK_UNLOCKED(xen_grants.lock),
};

struct grant_frames xen_auto_xlat_grant_frames;

/**
 * gnttab_max_grant_frames() - how far the table may grow
 *
 * Any context; one hypercall.
 *
 * Return: 4 KiB frames, at least one.
 */
unsigned int gnttab_max_grant_frames(void)
{
	struct gnttab_query_size query = { .dom = DOMID_SELF };
	int err;

	err = HYPERVISOR_grant_table_op(GNTTABOP_query_size, &query, 1);
	if (err || query.status != GNTST_okay || !query.max_nr_frames)
		return LEGACY_MAX_FRAMES;
	return query.max_nr_frames;
}
EXPORT_SYMBOL_GPL(gnttab_max_grant_frames);

static int place_frame(unsigned long pfn, unsigned int idx)
{
	struct xen_add_to_physmap xatp = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_grant_table,
		.idx = idx,
		.gpfn = pfn,
	};

	return HYPERVISOR_memory_op(XENMEM_add_to_physmap, &xatp);
}

static void remove_frames(const xen_pfn_t *pfns, unsigned int from,
			  unsigned int to)
{
	while (from < to) {
		struct xen_remove_from_physmap xrfp = {
			.domid = DOMID_SELF,
			.gpfn = pfns[from++],
		};

		if (HYPERVISOR_memory_op(XENMEM_remove_from_physmap, &xrfp))
			pr_warn_ratelimited("frame at %#lx stays in the physical map\n",
					    (unsigned long)xrfp.gpfn);
	}
}

/* The highest index comes first, so that the hypervisor's table grows once. */
static int place_frames(const xen_pfn_t *pfns, unsigned int from,
			unsigned int to)
{
	unsigned int i;
	int err;

	for (i = to; i > from; i--) {
		err = place_frame(pfns[i - 1], i - 1);
		if (err) {
			pr_warn_ratelimited("can't place frame %u: error %d\n",
					    i - 1, err);
			remove_frames(pfns, i, to);
			return err;
		}
	}
	return 0;
}

/* Keep from use what is reserved, and what a peer of the past still uses. */
static void mark_unusable(struct grant_table *table, unsigned int nr,
			  struct grant_frame *frame)
{
	struct grant_entry_v1 *entries = table->entries +
					 nr * GRANT_FRAME_REFS;
	unsigned int i = 0;

	if (!nr) {
		bitmap_set(frame->used, 0, GNTTAB_NR_RESERVED_ENTRIES);
		i = GNTTAB_NR_RESERVED_ENTRIES;
	}
	for (; i < GRANT_FRAME_REFS; i++) {
		if (!READ_ONCE(entries[i].flags) ||
		    grant_entry_close(&entries[i]))
			continue;
		__set_bit(i, frame->used);
		table->stale++;
	}
}

static int alloc_frames(struct grant_frame **frames, unsigned int count,
			gfp_t gfp)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		frames[i] = kzalloc(sizeof(*frames[i]), gfp);
		if (!frames[i])
			goto err_free;
	}
	return 0;

err_free:
	while (i--) {
		kfree(frames[i]);
		frames[i] = NULL;
	}
	return -ENOMEM;
}

static int add_frames(struct grant_table *table, unsigned int count, gfp_t gfp)
{
	struct grant_refs *refs = &table->refs;
	unsigned int nr = refs->nr_frames, i;
	/* Slots past nr_frames are nobody's yet. */
	struct grant_frame **frames = refs->frames + nr;
	int err;

	err = alloc_frames(frames, count, gfp);
	if (err)
		return err;

	err = place_frames(table->pfns, nr, nr + count);
	if (err)
		goto err_free;

	for (i = 0; i < count; i++) {
		mark_unusable(table, nr + i, frames[i]);
		grant_refs_add(refs, frames[i]);
	}
	return 0;

err_free:
	for (i = 0; i < count; i++) {
		kfree(frames[i]);
		frames[i] = NULL;
	}
	return err;
}

/**
 * grant_table_grow() - make room for more references
 * @table: the table, locked
 * @more: at least how many
 *
 * Return: 0, or a negative errno: -ENOSPC if the hypervisor's limit is
 * reached.
 */
int grant_table_grow(struct grant_table *table, unsigned int more)
{
	struct grant_refs *refs = &table->refs;
	unsigned int count = DIV_ROUND_UP(more, GRANT_FRAME_REFS);
	int err;

	lockdep_assert_held(&table->lock);

	if (count > refs->max_frames - refs->nr_frames) {
		pr_warn_ratelimited("no more than %u frames: %u references wanted, %u free\n",
				    refs->max_frames, more, refs->free);
		err = -ENOSPC;
	} else {
		err = add_frames(table, count, GFP_ATOMIC | __GFP_NOWARN);
	}
	trace_xen_grant_grow(refs->nr_frames, err);
	return err;
}

/**
 * gnttab_setup_auto_xlat_frames() - say where the table's frames shall be
 * @addr: physical address, 4 KiB aligned, of space that is not RAM
 *
 * Process context, before gnttab_init().
 *
 * Return: 0, -EINVAL if there is a place already, or -ENOMEM.
 */
int gnttab_setup_auto_xlat_frames(phys_addr_t addr)
{
	struct grant_frames *place = &xen_auto_xlat_grant_frames;
	unsigned int max = gnttab_max_grant_frames(), i;
	struct resource space;

	if (place->count)
		return -EINVAL;

	if (!xen_guest_grant_space(&space) && space.start == addr)
		max = min_t(u64, max, resource_size(&space) >> XEN_PAGE_SHIFT);
	if (!max)
		return -EINVAL;

	place->pfn = kvcalloc(max, sizeof(*place->pfn), GFP_KERNEL);
	if (!place->pfn)
		return -ENOMEM;
	place->vaddr = memremap(addr, (size_t)max << XEN_PAGE_SHIFT,
				MEMREMAP_WB);
	if (!place->vaddr) {
		kvfree(place->pfn);
		place->pfn = NULL;
		return -ENOMEM;
	}

	for (i = 0; i < max; i++)
		place->pfn[i] = XEN_PFN_DOWN(addr) + i;
	place->count = max;
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_setup_auto_xlat_frames);

/** gnttab_free_auto_xlat_frames() - undo gnttab_setup_auto_xlat_frames() */
void gnttab_free_auto_xlat_frames(void)
{
	struct grant_frames *place = &xen_auto_xlat_grant_frames;

	if (!place->count)
		return;
	memunmap(place->vaddr);
	kvfree(place->pfn);
	*place = (struct grant_frames) { .count = 0 };
}
EXPORT_SYMBOL_GPL(gnttab_free_auto_xlat_frames);

/*
 * A kernel before this one may have asked for the other layout. Version 1 is
 * the default, so a hypervisor that knows of no versions has it.
 */
static int request_version(void)
{
	struct gnttab_set_version set = { .version = 1 };
	struct gnttab_get_version get = { .dom = DOMID_SELF };

	HYPERVISOR_grant_table_op(GNTTABOP_set_version, &set, 1);
	if (HYPERVISOR_grant_table_op(GNTTABOP_get_version, &get, 1) ||
	    get.version == 1)
		return 0;
	pr_err("the table keeps version %u, of which 1 is wanted\n",
	       get.version);
	return -EBUSY;
}

/**
 * gnttab_init() - set the table up, in the place that was named before
 *
 * Process context.
 *
 * Return: 0 or a negative errno.
 */
int gnttab_init(void)
{
	struct grant_frames *place = &xen_auto_xlat_grant_frames;
	struct grant_table *table = &xen_grants;
	struct grant_frame **frames;
	int err;

	if (!place->count)
		return -ENXIO;

	err = request_version();
	if (err)
		return err;

	frames = kvcalloc(place->count, sizeof(*frames), GFP_KERNEL);
	if (!frames)
		return -ENOMEM;

	table->entries = place->vaddr;
	table->pfns = place->pfn;
	table->stale = 0;
	grant_refs_init(&table->refs, frames, place->count);
	grant_reclaim_init(&table->reclaim);

	err = add_frames(table, 1, GFP_KERNEL);
	if (err) {
		grant_refs_init(&table->refs, NULL, 0);
		kvfree(frames);
		return err;
	}
	if (table->stale)
		pr_info("%u references are still in use by peers of an earlier owner\n",
			table->stale);
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_init);

static void free_table(struct grant_table *table)
{
	struct grant_refs *refs = &table->refs;
	struct grant_frame **frames = refs->frames;
	unsigned int nr = refs->nr_frames;
	unsigned long flags;

	/* From here on nothing can be taken. */
	spin_lock_irqsave(&table->lock, flags);
	grant_refs_init(refs, NULL, 0);
	spin_unlock_irqrestore(&table->lock, flags);

	remove_frames(table->pfns, 0, nr);
	table->entries = NULL;
	while (nr--)
		kfree(frames[nr]);
	kvfree(frames);
}

/**
 * gnttab_suspend() - before the domain is suspended
 *
 * Return: 0: the table's place is the guest's own and stays.
 */
int gnttab_suspend(void)
{
	return 0;
}

/**
 * gnttab_resume() - after the domain was resumed, perhaps on another host
 *
 * The table is new and empty; drivers grant their pages again. Called with
 * one CPU running and interrupts off.
 *
 * Return: 0 or a negative errno.
 */
int gnttab_resume(void)
{
	struct grant_table *table = &xen_grants;
	int err;

	err = request_version();
	if (err)
		return err;
	if (gnttab_max_grant_frames() < table->refs.nr_frames) {
		pr_err("%u frames in use, and fewer allowed after resume\n",
		       table->refs.nr_frames);
		return -ENOSPC;
	}
	return place_frames(table->pfns, 0, table->refs.nr_frames);
}

/* No region is named: pages without memory behind them will do. */
static int place_in_pages(struct grant_table *table)
{
	struct grant_frames *place = &xen_auto_xlat_grant_frames;
	unsigned int max = gnttab_max_grant_frames();
	int err;

	err = xen_xlate_map_ballooned_pages(&place->pfn, &place->vaddr, max);
	if (err)
		return err;
	place->count = max;
	table->in_pages = true;
	return 0;
}

static void give_up_place(struct grant_table *table)
{
	struct grant_frames *place = &xen_auto_xlat_grant_frames;

	if (!table->in_pages) {
		gnttab_free_auto_xlat_frames();
		return;
	}
	xen_xlate_unmap_ballooned_pages(place->pfn, place->vaddr,
					place->count);
	*place = (struct grant_frames) { .count = 0 };
	table->in_pages = false;
}

/**
 * xen_grant_init() - bring the layer up
 *
 * Return: 0 or a negative errno.
 */
int xen_grant_init(void)
{
	struct grant_table *table = &xen_grants;
	struct resource space;
	int err;

	if (xen_guest_grant_space(&space))
		err = place_in_pages(table);
	else
		err = gnttab_setup_auto_xlat_frames(space.start);
	if (err)
		return err;
	err = gnttab_init();
	if (err) {
		give_up_place(table);
		return err;
	}
	grant_debugfs_init(table);
	return 0;
}

/**
 * xen_grant_exit() - take the layer down
 *
 * All references but those that a peer still uses have come back; those are
 * reported, and the pages behind them stay allocated for good.
 */
void xen_grant_exit(void)
{
	struct grant_table *table = &xen_grants;
	unsigned int held;

	grant_debugfs_exit(table);
	grant_reclaim_exit(table);

	held = grant_refs_size(&table->refs) - GNTTAB_NR_RESERVED_ENTRIES -
	       table->refs.free - table->stale -
	       atomic_read(&table->reclaim.count);
	if (held)
		pr_warn("%u references were not given back\n", held);
	free_table(table);
	give_up_place(table);
}
