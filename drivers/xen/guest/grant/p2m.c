// SPDX-License-Identifier: GPL-2.0
/*
 * Which machine frames are behind the pages that foreign grants are mapped
 * into: what a device behind no IOMMU must be told instead of the guest's own
 * frame numbers.
 *
 * Ranges in a tree, by guest frame, without overlaps. p2m_lock covers it; it
 * is a leaf, taken with interrupts off. Readers come from the DMA paths.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/export.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>

#include "table.h"

struct p2m_range {
	struct rb_node node;
	unsigned long pfn;
	unsigned long mfn;
	unsigned long count;
};

/* Part of the interface: an inline function looks whether it is empty. */
struct rb_root phys_to_mach = RB_ROOT;
EXPORT_SYMBOL_GPL(phys_to_mach);

static DEFINE_RWLOCK(p2m_lock);

#define to_range(n)	rb_entry(n, struct p2m_range, node)

static int cmp_pfn(const void *key, const struct rb_node *node)
{
	const struct p2m_range *range = to_range(node);
	unsigned long pfn = *(const unsigned long *)key;

	if (pfn < range->pfn)
		return -1;
	return pfn - range->pfn >= range->count;
}

/* Ranges that share a frame compare as equal. */
static int cmp_range(struct rb_node *new, const struct rb_node *node)
{
	const struct p2m_range *a = to_range(new), *b = to_range(node);

	if (a->pfn + a->count <= b->pfn)
		return -1;
	return a->pfn >= b->pfn + b->count;
}

static struct p2m_range *find_range(unsigned long pfn)
{
	struct rb_node *node = rb_find(&pfn, &phys_to_mach, cmp_pfn);

	return node ? to_range(node) : NULL;
}

/**
 * __pfn_to_mfn() - the machine frame behind a foreign page
 * @pfn: a 4 KiB frame of the guest
 *
 * Any context.
 *
 * Return: the machine frame, or INVALID_P2M_ENTRY if no grant is mapped there.
 */
unsigned long __pfn_to_mfn(unsigned long pfn)
{
	unsigned long flags, mfn = INVALID_P2M_ENTRY;
	const struct p2m_range *range;

	read_lock_irqsave(&p2m_lock, flags);
	range = find_range(pfn);
	if (range)
		mfn = range->mfn + (pfn - range->pfn);
	read_unlock_irqrestore(&p2m_lock, flags);
	return mfn;
}
EXPORT_SYMBOL_GPL(__pfn_to_mfn);

static void forget(unsigned long pfn)
{
	struct p2m_range *range;
	unsigned long flags;

	write_lock_irqsave(&p2m_lock, flags);
	range = find_range(pfn);
	if (range)
		rb_erase(&range->node, &phys_to_mach);
	write_unlock_irqrestore(&p2m_lock, flags);
	kfree(range);
}

/**
 * __set_phys_to_machine_multi() - say what is behind frames of the guest
 * @pfn: the first 4 KiB frame
 * @mfn: the first machine frame, or INVALID_P2M_ENTRY to forget the range
 *	that @pfn lies in
 * @nr_pages: how many
 *
 * Any context.
 *
 * Return: false if there was no memory, or if a frame is spoken for already.
 */
bool __set_phys_to_machine_multi(unsigned long pfn, unsigned long mfn,
				 unsigned long nr_pages)
{
	struct p2m_range *range;
	unsigned long flags;
	bool taken;

	if (mfn == INVALID_P2M_ENTRY) {
		forget(pfn);
		return true;
	}

	range = kmalloc(sizeof(*range), GFP_NOWAIT | __GFP_NOWARN);
	if (!range)
		return false;
	*range = (struct p2m_range) { .pfn = pfn, .mfn = mfn, .count = nr_pages };

	write_lock_irqsave(&p2m_lock, flags);
	taken = rb_find_add(&range->node, &phys_to_mach, cmp_range);
	write_unlock_irqrestore(&p2m_lock, flags);
	if (taken) {
		pr_warn_ratelimited("frame %#lx has a foreign page behind it already\n",
				    pfn);
		kfree(range);
	}
	return !taken;
}
EXPORT_SYMBOL_GPL(__set_phys_to_machine_multi);

/**
 * __set_phys_to_machine() - say what is behind one frame of the guest
 * @pfn: the 4 KiB frame
 * @mfn: the machine frame, or INVALID_P2M_ENTRY
 *
 * Any context.
 *
 * Return: as __set_phys_to_machine_multi().
 */
bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	return __set_phys_to_machine_multi(pfn, mfn, 1);
}
EXPORT_SYMBOL_GPL(__set_phys_to_machine);

/* A mapping that can't be remembered must not stay. */
static void unmap_again(struct gnttab_map_grant_ref *op)
{
	struct gnttab_unmap_grant_ref unmap = {
		.host_addr = op->host_addr,
		.handle = op->handle,
		.status = GNTST_general_error,
	};
	int err;

	if (op->flags & GNTMAP_device_map)
		unmap.dev_bus_addr = op->dev_bus_addr;
	op->status = GNTST_general_error;
	op->handle = INVALID_GRANT_HANDLE;

	err = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);
	if (err || unmap.status != GNTST_okay)
		pr_err_ratelimited("can't undo a mapping: error %d, status %d\n",
				   err, unmap.status);
}

/**
 * set_foreign_p2m_mapping() - remember what was just mapped
 * @map_ops: operations; one that can't be remembered is undone and gets an
 *	error as its status
 * @kmap_ops: not looked at
 * @pages: not looked at: the operations have the addresses
 * @count: how many
 *
 * Return: 0.
 */
int set_foreign_p2m_mapping(struct gnttab_map_grant_ref *map_ops,
			    struct gnttab_map_grant_ref *kmap_ops,
			    struct page **pages, unsigned int count)
{
	struct gnttab_map_grant_ref *op;

	for (op = map_ops; op < map_ops + count; op++) {
		if (op->status != GNTST_okay)
			continue;
		if (!__set_phys_to_machine(op->host_addr >> XEN_PAGE_SHIFT,
					   op->dev_bus_addr >> XEN_PAGE_SHIFT))
			unmap_again(op);
	}
	return 0;
}

/**
 * clear_foreign_p2m_mapping() - forget what was just unmapped
 * @unmap_ops: operations
 * @kunmap_ops: not looked at
 * @pages: not looked at
 * @count: how many
 *
 * Return: 0.
 */
int clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *unmap_ops,
			      struct gnttab_unmap_grant_ref *kunmap_ops,
			      struct page **pages, unsigned int count)
{
	unsigned int i;

	/* What could not be unmapped is still there, and what it was. */
	for (i = 0; i < count; i++)
		if (unmap_ops[i].status == GNTST_okay)
			forget(unmap_ops[i].host_addr >> XEN_PAGE_SHIFT);
	return 0;
}
