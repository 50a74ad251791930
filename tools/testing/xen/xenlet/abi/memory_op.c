// SPDX-License-Identifier: GPL-2.0
/*
 * MEMORY_OP: the dispatch, and the operations that only tell numbers.
 *
 * Owns no data; monitor lock held. What x86 has and ARM has not gives
 * -ENOSYS.
 */
#include "memory_op.h"

#include <xenlet/p2m.h>

/* The machine is no guest's business: what stage 2 could name at most. */
#define LAST_FRAME	((1UL << (40 - PAGE_SHIFT)) - 1)

static long query(u32 cmd, gva_t arg)
{
	struct xen_memory_domain op;
	struct domain *d;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_any_id(op.domid);
	if (!d)
		return -XEN_ESRCH;
	if (!domain_may_control(d) || d->is_service)
		return -XEN_EPERM;
	switch (cmd) {
	case XENMEM_current_reservation:
		return d->pages;
	case XENMEM_maximum_reservation:
		return d->max_pages;
	default:
		return p2m_max_gfn(d);
	}
}

static long claim_pages(gva_t arg)
{
	struct xen_memory_reservation op;
	struct domain *d;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.extent_start.p || op.extent_order || op.mem_flags)
		return -XEN_EINVAL;
	d = domain_by_any_id(op.domid);
	if (!d)
		return -XEN_ESRCH;
	return current_domain()->privileged ? -XEN_ENOSYS : -XEN_EPERM;
}

static long vnuma_info(gva_t arg)
{
	struct xen_vnuma_topology_info op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	return domain_by_any_id(op.domid) ? -XEN_EOPNOTSUPP : -XEN_ESRCH;
}

static long acquire_resource(gva_t arg)
{
	struct xen_mem_acquire_resource op;
	struct domain *d;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.pad)
		return -XEN_EINVAL;
	d = domain_by_id(op.domid);
	if (!d)
		return -XEN_ESRCH;
	if (d == current_domain() || !current_domain()->privileged)
		return -XEN_EPERM;
	return -XEN_EOPNOTSUPP;
}

long do_memory_op(struct hypercall *call)
{
	u32 cmd = call->arg[0] & MEMOP_CMD_MASK;
	u32 start = (u32)call->arg[0] >> MEMOP_EXTENT_SHIFT;
	gva_t arg = call->arg[1];

	switch (cmd) {
	case XENMEM_increase_reservation:
	case XENMEM_decrease_reservation:
	case XENMEM_populate_physmap:
		return memory_reservation(call, cmd, start);
	case XENMEM_add_to_physmap_batch:
		return memory_add_batch(call, start);
	default:
		break;
	}
	if (start)
		return -XEN_ENOSYS;
	switch (cmd) {
	case XENMEM_add_to_physmap:
		return memory_add_to_physmap(arg);
	case XENMEM_remove_from_physmap:
		return memory_remove_from_physmap(arg);
	case XENMEM_current_reservation:
	case XENMEM_maximum_reservation:
	case XENMEM_maximum_gpfn:
		return query(cmd, arg);
	case XENMEM_maximum_ram_page:
		return LAST_FRAME;
	case XENMEM_exchange:
		return -XEN_EOPNOTSUPP;
	case XENMEM_claim_pages:
		return claim_pages(arg);
	case XENMEM_get_vnumainfo:
		return vnuma_info(arg);
	case XENMEM_acquire_resource:
		return acquire_resource(arg);
	default:
		return -XEN_ENOSYS;
	}
}
