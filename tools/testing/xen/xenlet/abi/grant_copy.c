// SPDX-License-Identifier: GPL-2.0
/*
 * What a domain does with grants without mapping them.
 *
 * Owns no data; monitor lock held. A copy claims both sides, checks, copies
 * and lets go of them within one element.
 */
#include "grant.h"

#include <xenlet/arch.h>
#include <xenlet/page.h>

/**
 * struct side - source or destination of a copy
 * @page: its frame, with a reference, or with @pin
 */
struct side {
	struct domain *domain;
	struct page *page;
	struct grant_pin pin;
};

static int find_domain(const struct gnttab_copy_ptr *ptr, bool by_ref,
		       struct side *side)
{
	if (ptr->domid != DOMID_SELF && !by_ref)
		return GNTST_permission_denied;
	side->domain = domain_by_any_id(ptr->domid);
	return side->domain ? GNTST_okay : GNTST_bad_domain;
}

static int claim(const struct gnttab_copy_ptr *ptr, bool by_ref, bool write,
		 struct side *side)
{
	int status;

	if (by_ref) {
		status = grant_pin(side->domain, ptr->u.ref,
				   current_domain()->domid, write, &side->pin);
		side->page = side->pin.page;
		return status;
	}
	side->page = guest_frame_get(side->domain, ptr->u.gmfn, write);
	return side->page ? GNTST_okay : GNTST_bad_page;
}

static void release(struct side *side)
{
	if (side->pin.active)
		grant_unpin(&side->pin);
	else if (side->page)
		page_put(side->page);
}

static int copy(const struct gnttab_copy *op, const struct side *from,
		const struct side *to)
{
	if (op->source.offset + (u32)op->len > PAGE_SIZE ||
	    op->dest.offset + (u32)op->len > PAGE_SIZE)
		return GNTST_bad_copy_arg;
	memmove((u8 *)page_to_ptr(to->page) + op->dest.offset,
		(u8 *)page_to_ptr(from->page) + op->source.offset, op->len);
	return GNTST_okay;
}

int grant_copy(void *arg)
{
	struct gnttab_copy *op = arg;
	bool from_ref = op->flags & GNTCOPY_source_gref;
	bool to_ref = op->flags & GNTCOPY_dest_gref;
	struct side from = { 0 }, to = { 0 };
	int status;

	status = find_domain(&op->source, from_ref, &from);
	if (status == GNTST_okay)
		status = find_domain(&op->dest, to_ref, &to);
	if (status == GNTST_okay)
		status = claim(&op->source, from_ref, false, &from);
	if (status == GNTST_okay)
		status = claim(&op->dest, to_ref, true, &to);
	if (status == GNTST_okay)
		status = copy(op, &from, &to);
	release(&to);
	release(&from);
	op->status = status;
	return 0;
}

static int swap(struct grant_table *table, grant_ref_t a, grant_ref_t b)
{
	struct grant_entry_v1 *entry_a = grant_entry(table, a);
	struct grant_entry_v1 *entry_b = grant_entry(table, b);
	struct grant_entry_v1 saved;

	if (!entry_a || !entry_b)
		return GNTST_bad_gntref;
	if (a == b)
		return GNTST_okay;
	if (grant_active(table, a)->page || grant_active(table, b)->page)
		return GNTST_eagain;
	saved = *entry_a;
	*entry_a = *entry_b;
	*entry_b = saved;
	return GNTST_okay;
}

int grant_swap(void *arg)
{
	struct gnttab_swap_grant_ref *op = arg;

	op->status = swap(current_domain()->grants, op->ref_a, op->ref_b);
	return 0;
}

/* Giving pages away is for domains that manage machine memory. */
int grant_transfer(void *arg)
{
	struct gnttab_transfer *op = arg;

	op->status = GNTST_bad_page;
	return 0;
}

/*
 * Cache maintenance on a frame that the domain owns or has mapped. An
 * invalidation also writes back: what is dirty may be another domain's.
 */
int grant_cache_flush(void *arg)
{
	struct gnttab_cache_flush *op = arg;
	struct domain *d = current_domain();
	struct page *page;

	if (op->op & GNTTAB_CACHE_SOURCE_GREF)
		return -XEN_EOPNOTSUPP;
	if (op->offset >= PAGE_SIZE ||
	    op->offset + (u32)op->length > PAGE_SIZE ||
	    (op->op & ~(GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL)))
		return -XEN_EINVAL;
	if (!op->length || !op->op)
		return 0;
	page = page_from_paddr(op->a.dev_bus_addr & PAGE_MASK);
	if (!page)
		return -XEN_EINVAL;
	if (!page->refs || !page->owner)
		return -XEN_EPERM;
	if (page->owner != d && !mapping_of_page(d, page))
		return -XEN_EINVAL;
	arch_clean((u8 *)page_to_ptr(page) + op->offset, op->length);
	return 0;
}
