// SPDX-License-Identifier: GPL-2.0
/*
 * XENMEM_add_to_physmap and its relatives: which frame appears where.
 *
 * Owns d->shared_info_gfn and the gfns of grant frames. Monitor lock held.
 * A frame of xenlet's shows at one place at a time: the guest takes it away
 * before it puts it elsewhere.
 */
#include "grant.h"
#include "memory_op.h"

#include <xenlet/p2m.h>
#include <xenlet/page.h>

#define BATCH_PER_ENTRY	32

/* Is @page still at @gfn, where it was placed? */
static bool is_placed(struct domain *d, const struct page *page, gfn_t gfn)
{
	struct p2m_entry entry;

	if (gfn == GFN_INVALID)
		return false;
	entry = p2m_lookup(d, gfn);
	return entry.type == P2M_SHARED_RW && entry.pa == page_to_paddr(page);
}

static long place(struct domain *d, struct page *page, gfn_t gfn, gfn_t *where)
{
	long ret;

	if (is_placed(d, page, *where))
		return -XEN_EBUSY;
	page_get(page);
	ret = p2m_map(d, gfn, page_to_paddr(page), 0, P2M_SHARED_RW);
	if (ret)
		page_put(page);
	else
		*where = gfn;
	return ret;
}

static long add_foreign(struct domain *d, domid_t from, u64 idx, gfn_t gfn)
{
	struct domain *other = domain_by_any_id(from);
	struct page *page;
	long ret;

	if (!other)
		return -XEN_ESRCH;
	if (other == d)
		return -XEN_EINVAL;
	if (!current_domain()->privileged)
		return -XEN_EPERM;
	page = guest_frame_get(other, idx, true);
	if (!page)
		return -XEN_EINVAL;
	ret = p2m_map(d, gfn, page_to_paddr(page), 0, P2M_FOREIGN_RW);
	if (ret)
		page_put(page);
	return ret;
}

static long add_one(struct domain *d, u32 space, domid_t foreign, u64 idx,
		    gfn_t gfn)
{
	struct page *page;

	switch (space) {
	case XENMAPSPACE_shared_info:
		if (idx)
			return -XEN_EINVAL;
		page = page_from_paddr((uintptr_t)d->shared_info);
		return place(d, page, gfn, &d->shared_info_gfn);
	case XENMAPSPACE_grant_table:
		if (idx >= GRANT_MAX_FRAMES)
			return -XEN_EINVAL;
		page = grant_table_frame(d, idx);
		if (!page)
			return -XEN_ENOMEM;
		return place(d, page, gfn, &d->grants->gfns[idx]);
	case XENMAPSPACE_gmfn_foreign:
		return add_foreign(d, foreign, idx, gfn);
	default:
		return -XEN_ENOSYS;
	}
}

static struct domain *target(domid_t domid, long *ret)
{
	struct domain *d = domain_by_any_id(domid);

	*ret = 0;
	if (!d)
		*ret = -XEN_ESRCH;
	else if (!domain_may_control(d) || d->is_service)
		*ret = -XEN_EPERM;
	return *ret ? NULL : d;
}

long memory_add_to_physmap(gva_t arg)
{
	struct xen_add_to_physmap op;
	struct domain *d;
	long ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.space == XENMAPSPACE_gmfn_foreign)
		return -XEN_ENOSYS;
	d = target(op.domid, &ret);
	if (!d)
		return ret;
	if (op.space == XENMAPSPACE_gmfn_range && !op.size)
		return 0;
	return add_one(d, op.space, 0, op.idx, op.gpfn);
}

/* One element; its own result goes to the guest's list of errors. */
static long add_element(struct domain *d,
			const struct xen_add_to_physmap_batch *op, u32 i)
{
	xen_ulong_t idx;
	xen_pfn_t gfn;
	int err;

	if (copy_from_guest(&idx, handle_gva(op->idxs) + i * sizeof(idx),
			    sizeof(idx)) ||
	    copy_from_guest(&gfn, handle_gva(op->gpfns) + i * sizeof(gfn),
			    sizeof(gfn)))
		return -XEN_EFAULT;
	err = add_one(d, op->space, op->u.foreign_domid, idx, gfn);
	return copy_to_guest(handle_gva(op->errs) + i * sizeof(err), &err,
			     sizeof(err));
}

long memory_add_batch(struct hypercall *call, u32 start)
{
	struct xen_add_to_physmap_batch op;
	struct domain *d;
	long ret;
	u32 i;

	if (copy_from_guest(&op, call->arg[1], sizeof(op)))
		return -XEN_EFAULT;
	if (op.space == XENMAPSPACE_gmfn_range)
		return -XEN_EOPNOTSUPP;
	d = target(op.domid, &ret);
	if (!d)
		return ret;
	if (start > op.size)
		return -XEN_EILSEQ;
	for (i = start; i < op.size; i++) {
		if (i - start == BATCH_PER_ENTRY) {
			call->arg[0] = XENMEM_add_to_physmap_batch |
				       i << MEMOP_EXTENT_SHIFT;
			call->again = true;
			return 0;
		}
		ret = add_element(d, &op, i);
		if (ret)
			return ret;
	}
	return 0;
}

/* Grant mappings only go by GNTTABOP_unmap_grant_ref. */
long memory_remove_from_physmap(gva_t arg)
{
	struct xen_remove_from_physmap op;
	struct p2m_entry entry;
	struct domain *d;
	long ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = target(op.domid, &ret);
	if (!d)
		return ret;
	entry = p2m_lookup(d, op.gpfn);
	if (!p2m_is_ram(entry.type) && entry.type != P2M_SHARED_RW &&
	    entry.type != P2M_FOREIGN_RW)
		return -XEN_ENOENT;
	return p2m_unmap(d, op.gpfn);
}
