// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that a device shares with its peer: rings of its own, granted to the
 * peer, and rings of the peer's, mapped here. Process context.
 *
 * mappings.lock is a leaf that covers the list of mapped rings.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <xen/grant_table.h>
#include <asm/xen/hypercall.h>

#include "bus.h"

#define MAX_PAGES	DIV_ROUND_UP(XENBUS_MAX_RING_GRANTS, XEN_PFN_PER_PAGE)

/**
 * xenbus_setup_ring() - allocate pages and grant a device's peer access
 * @dev: the device
 * @gfp: how to allocate
 * @vaddr: the pages, cleared
 * @nr_pages: how many 4 KiB pages
 * @grefs: @nr_pages references
 *
 * Return: 0, or a negative errno with nothing allocated and no reference
 * valid; the device is closed if it was references that were lacking.
 */
int xenbus_setup_ring(struct xenbus_device *dev, gfp_t gfp, void **vaddr,
		      unsigned int nr_pages, grant_ref_t *grefs)
{
	size_t size = nr_pages * XEN_PAGE_SIZE;
	grant_ref_t head;
	unsigned int i;
	int err = -ENOMEM;

	for (i = 0; i < nr_pages; i++)
		grefs[i] = INVALID_GRANT_REF;

	*vaddr = alloc_pages_exact(size, gfp | __GFP_ZERO);
	if (!*vaddr)
		return err;

	err = gnttab_alloc_grant_references(nr_pages, &head);
	if (err) {
		xenbus_dev_fatal(dev, err, "reserving %u grants for a ring",
				 nr_pages);
		free_pages_exact(*vaddr, size);
		*vaddr = NULL;
		return err;
	}

	for (i = 0; i < nr_pages; i++) {
		grefs[i] = gnttab_claim_grant_reference(&head);
		gnttab_grant_foreign_access_ref(grefs[i], dev->otherend_id,
						virt_to_gfn(*vaddr) + i, 0);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_setup_ring);

/**
 * xenbus_teardown_ring() - undo xenbus_setup_ring()
 * @vaddr: the pages
 * @nr_pages: how many
 * @grefs: the references; those that are valid are ended
 *
 * A page that the peer still maps is freed when it lets go.
 */
void xenbus_teardown_ring(void **vaddr, unsigned int nr_pages,
			  grant_ref_t *grefs)
{
	unsigned int i;

	for (i = 0; i < nr_pages; i++) {
		if (grefs[i] == INVALID_GRANT_REF)
			continue;
		gnttab_end_foreign_access(grefs[i], NULL);
		grefs[i] = INVALID_GRANT_REF;
	}
	if (*vaddr)
		free_pages_exact(*vaddr, nr_pages * XEN_PAGE_SIZE);
	*vaddr = NULL;
}
EXPORT_SYMBOL_GPL(xenbus_teardown_ring);

struct mapping {
	struct list_head list;
	void *vaddr;
	struct page *pages[MAX_PAGES];
	unsigned int nr_grefs;
	grant_handle_t handles[XENBUS_MAX_RING_GRANTS];
};

static struct {
	/* A leaf. */
	spinlock_t lock;
	struct list_head list;
} mappings = {
	.lock = __SPIN_LOCK_UNLOCKED(mappings.lock),
	.list = LIST_HEAD_INIT(mappings.list),
};

static phys_addr_t grant_addr(const struct mapping *mapping, unsigned int i)
{
	return page_to_phys(mapping->pages[i / XEN_PFN_PER_PAGE]) +
	       (i % XEN_PFN_PER_PAGE) * XEN_PAGE_SIZE;
}

/* Return: 0 if nothing of it is mapped any more. */
static int unmap_grants(struct xenbus_device *dev, struct mapping *mapping)
{
	struct gnttab_unmap_grant_ref op;
	unsigned int i;
	int status = GNTST_okay;

	for (i = 0; i < mapping->nr_grefs; i++) {
		if (mapping->handles[i] == INVALID_GRANT_HANDLE)
			continue;
		op = (struct gnttab_unmap_grant_ref) {
			.host_addr = grant_addr(mapping, i),
			.handle = mapping->handles[i],
			.status = GNTST_general_error,
		};
		if (HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &op,
					      1) || op.status != GNTST_okay) {
			xenbus_dev_error(dev, op.status, "unmapping a ring page");
			status = op.status;
		} else {
			mapping->handles[i] = INVALID_GRANT_HANDLE;
		}
	}
	return status;
}

static int map_grants(struct xenbus_device *dev, struct mapping *mapping,
		      const grant_ref_t *grefs)
{
	struct gnttab_map_grant_ref ops[XENBUS_MAX_RING_GRANTS];
	unsigned int i;
	int err = 0;

	for (i = 0; i < mapping->nr_grefs; i++)
		ops[i] = (struct gnttab_map_grant_ref) {
			.host_addr = grant_addr(mapping, i),
			.flags = GNTMAP_host_map,
			.ref = grefs[i],
			.dom = dev->otherend_id,
			.status = 1,
		};
	gnttab_batch_map(ops, mapping->nr_grefs);

	for (i = 0; i < mapping->nr_grefs; i++) {
		mapping->handles[i] = INVALID_GRANT_HANDLE;
		if (ops[i].status == GNTST_okay) {
			mapping->handles[i] = ops[i].handle;
			continue;
		}
		xenbus_dev_fatal(dev, ops[i].status,
				 "mapping page %u of domain %d", grefs[i],
				 dev->otherend_id);
		err = -ENOENT;
	}
	return err;
}

/* Pages that are still mapped over can't be used for anything else. */
static void free_mapping(struct xenbus_device *dev, struct mapping *mapping,
			 bool mapped)
{
	unsigned int nr_pages = DIV_ROUND_UP(mapping->nr_grefs,
					     XEN_PFN_PER_PAGE);

	if (mapped)
		dev_warn(&dev->dev, "%u pages are lost: a ring can't be unmapped\n",
			 nr_pages);
	else
		xen_free_unpopulated_pages(nr_pages, mapping->pages);
	kfree(mapping);
}

/**
 * xenbus_map_ring_valloc() - map a ring of a device's peer
 * @dev: the device
 * @gnt_refs: the peer's references
 * @nr_grefs: how many, up to XENBUS_MAX_RING_GRANTS
 * @vaddr: where they are mapped, one after the other
 *
 * Return: 0 or a negative errno.
 */
int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *gnt_refs,
			   unsigned int nr_grefs, void **vaddr)
{
	unsigned int nr_pages = DIV_ROUND_UP(nr_grefs, XEN_PFN_PER_PAGE);
	struct mapping *mapping;
	int err;

	*vaddr = NULL;
	if (!nr_grefs || nr_grefs > XENBUS_MAX_RING_GRANTS)
		return -EINVAL;
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	if (!mapping)
		return -ENOMEM;
	mapping->nr_grefs = nr_grefs;

	err = xen_alloc_unpopulated_pages(nr_pages, mapping->pages);
	if (err) {
		kfree(mapping);
		return err;
	}
	err = map_grants(dev, mapping, gnt_refs);
	if (err)
		goto err_unmap;

	mapping->vaddr = vmap(mapping->pages, nr_pages, VM_MAP | VM_IOREMAP,
			      PAGE_KERNEL);
	if (!mapping->vaddr) {
		err = -ENOMEM;
		goto err_unmap;
	}

	spin_lock(&mappings.lock);
	list_add(&mapping->list, &mappings.list);
	spin_unlock(&mappings.lock);
	*vaddr = mapping->vaddr;
	return 0;

err_unmap:
	free_mapping(dev, mapping, unmap_grants(dev, mapping));
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_map_ring_valloc);

static struct mapping *take_mapping(const void *vaddr)
{
	struct mapping *mapping, *found = NULL;

	spin_lock(&mappings.lock);
	list_for_each_entry(mapping, &mappings.list, list) {
		if (mapping->vaddr == vaddr) {
			found = mapping;
			list_del(&mapping->list);
			break;
		}
	}
	spin_unlock(&mappings.lock);
	return found;
}

/**
 * xenbus_unmap_ring_vfree() - undo xenbus_map_ring_valloc()
 * @dev: the device
 * @vaddr: where the ring is mapped
 *
 * Return: GNTST_okay, or another GNTST value.
 */
int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *vaddr)
{
	struct mapping *mapping = take_mapping(vaddr);
	int status;

	if (!mapping) {
		xenbus_dev_error(dev, -ENOENT, "no ring is mapped at %p",
				 vaddr);
		return GNTST_bad_virt_addr;
	}
	vunmap(mapping->vaddr);
	status = unmap_grants(dev, mapping);
	free_mapping(dev, mapping, status);
	return status;
}
EXPORT_SYMBOL_GPL(xenbus_unmap_ring_vfree);
