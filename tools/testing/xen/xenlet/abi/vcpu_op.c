// SPDX-License-Identifier: GPL-2.0
/*
 * VCPUOP_*: ARM has the two that register memory, all others give -EINVAL.
 *
 * Monitor lock held. A registered vcpu_info keeps a reference on its frame
 * until the domain is gone: the guest may unmap or balloon the frame out,
 * xenlet then writes to memory that is nobody's.
 */
#include "event.h"
#include "vcpu_op.h"

#include <xenlet/abi.h>
#include <xenlet/page.h>
#include <xen/vcpu.h>

/* Events may have come while there was nowhere to mark them: mark all. */
static void mark_all(struct vcpu *v)
{
	__atomic_store_n(&v->info->evtchn_pending_sel, ~(xen_ulong_t)0,
			 __ATOMIC_SEQ_CST);
	vcpu_mark_pending(v);
}

static long register_vcpu_info(struct vcpu *v, gva_t arg)
{
	struct vcpu_register_vcpu_info op;
	struct vcpu_info *info;
	struct page *page;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.offset > PAGE_SIZE - sizeof(*info) ||
	    op.offset % __alignof__(*info))
		return -XEN_ENXIO;
	if (v->info_gfn != GFN_INVALID)
		return -XEN_EINVAL;
	if (v != current_vcpu() && v->state != VCPU_DOWN)
		return -XEN_EINVAL;
	page = guest_own_frame_get(v->domain, op.mfn);
	if (!page)
		return -XEN_EINVAL;

	info = (struct vcpu_info *)((u8 *)page_to_ptr(page) + op.offset);
	if (v->info)
		memmove(info, v->info, sizeof(*info));
	else
		memset(info, 0, sizeof(*info));
	v->info = info;
	v->info_gfn = op.mfn;
	mark_all(v);
	return 0;
}

/*
 * Xen takes any address, writes once now, and does not mind if that fails.
 * Address 0 ends the updates.
 */
static long register_runstate(struct vcpu *v, gva_t arg)
{
	struct vcpu_register_runstate_memory_area op;
	struct vcpu_runstate_info info;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	v->runstate_gva = handle_gva(op.addr.h);
	if (v->runstate_gva) {
		info = runstate_snapshot(v);
		copy_to_guest(v->runstate_gva, &info, sizeof(info));
	}
	return 0;
}

long do_vcpu_op(struct hypercall *call)
{
	u32 cmd = call->arg[0];
	struct vcpu *v;

	if (cmd != VCPUOP_register_vcpu_info &&
	    cmd != VCPUOP_register_runstate_memory_area)
		return -XEN_EINVAL;
	v = domain_vcpu(current_domain(), call->arg[1]);
	if (!v)
		return -XEN_ENOENT;
	if (cmd == VCPUOP_register_vcpu_info)
		return register_vcpu_info(v, call->arg[2]);
	return register_runstate(v, call->arg[2]);
}
