// SPDX-License-Identifier: GPL-2.0
/*
 * HVMOP_*: the parameters through which a guest finds its store and console.
 *
 * Monitor lock held. As on ARM, only the parameters named here exist; a guest
 * may read its own, and only a privileged domain writes, never its own.
 */
#include "abi.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

static bool param_is_public(u32 index)
{
	switch (index) {
	case HVM_PARAM_CALLBACK_IRQ:
	case HVM_PARAM_STORE_PFN:
	case HVM_PARAM_STORE_EVTCHN:
	case HVM_PARAM_CONSOLE_PFN:
	case HVM_PARAM_CONSOLE_EVTCHN:
		return true;
	default:
		return false;
	}
}

static int check_get(const struct domain *d, u32 index)
{
	if (index == HVM_PARAM_MONITOR_RING_PFN)
		return d == current_domain() ? -XEN_EPERM : 0;
	return param_is_public(index) ? 0 : -XEN_EINVAL;
}

static int check_set(const struct domain *d, u32 index)
{
	if (!param_is_public(index) && index != HVM_PARAM_MONITOR_RING_PFN)
		return -XEN_EINVAL;
	return d == current_domain() ? -XEN_EPERM : 0;
}

static long param(u32 cmd, gva_t arg)
{
	struct xen_hvm_param op;
	struct domain *d;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_any_id(op.domid);
	if (!d)
		return -XEN_ESRCH;
	if (!domain_may_control(d))
		return -XEN_EPERM;
	if (cmd == HVMOP_set_param) {
		ret = check_set(d, op.index);
		if (!ret)
			d->hvm_params[op.index] = op.value;
		return ret;
	}
	ret = check_get(d, op.index);
	if (ret)
		return ret;
	op.value = d->hvm_params[op.index];
	return copy_to_guest(arg, &op, sizeof(op));
}

long do_hvm_op(struct hypercall *call)
{
	u32 cmd = call->arg[0];

	switch (cmd) {
	case HVMOP_set_param:
	case HVMOP_get_param:
		return param(cmd, call->arg[1]);
	case HVMOP_guest_request_vm_event:
		return call->arg[1] ? -XEN_EINVAL : 0;
	default:
		return -XEN_ENOSYS;
	}
}
