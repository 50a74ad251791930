// SPDX-License-Identifier: GPL-2.0
/*
 * From a hypercall's number to the function that serves it.
 *
 * The table holds what Xen answers to an ARM guest; every other number gives
 * -ENOSYS. hypercall_dispatch() runs under the monitor lock.
 */
#include "abi.h"

#include <xenlet/hypercall.h>
#include <xenlet/private_op.h>
#include <xen/version.h>

static long (*const handlers[])(struct hypercall *call) = {
	[__HYPERVISOR_platform_op]	= do_platform_op,
	[__HYPERVISOR_memory_op]	= do_memory_op,
	[__HYPERVISOR_multicall]	= do_multicall,
	[__HYPERVISOR_xen_version]	= do_xen_version,
	[__HYPERVISOR_console_io]	= do_console_io,
	[__HYPERVISOR_grant_table_op]	= do_grant_table_op,
	[__HYPERVISOR_vm_assist]	= do_vm_assist,
	[__HYPERVISOR_vcpu_op]		= do_vcpu_op,
	[__HYPERVISOR_sched_op]		= do_sched_op,
	[__HYPERVISOR_event_channel_op]	= do_event_channel_op,
	[__HYPERVISOR_hvm_op]		= do_hvm_op,
	[__HYPERVISOR_sysctl]		= do_sysctl,
	[__HYPERVISOR_domctl]		= do_domctl,
	[__HYPERVISOR_hypfs_op]		= do_hypfs_op,
	[__HYPERVISOR_xenlet_op]	= do_xenlet_op,
};

struct domain *domain_by_any_id(domid_t domid)
{
	return domid == DOMID_SELF ? current_domain() : domain_by_id(domid);
}

bool domain_may_control(const struct domain *d)
{
	const struct domain *self = current_domain();

	return d == self || self->privileged;
}

bool hypercall_unlocked(struct vcpu *v)
{
	u64 nr = arch_hypercall_nr(v);

	if (nr != __HYPERVISOR_xen_version ||
	    arch_hypercall_arg(v, 0) != XENVER_version)
		return false;
	v->stats.hypercalls++;
	arch_hypercall_set_result(v, version_number());
	return true;
}

long hypercall_run(struct hypercall *call)
{
	u64 nr = call->nr;

	if (nr >= ARRAY_SIZE(handlers) || !handlers[nr])
		return -XEN_ENOSYS;
	return handlers[nr](call);
}

void hypercall_dispatch(struct vcpu *v)
{
	struct hypercall call = {
		.nr = arch_hypercall_nr(v),
		.arg = {
			arch_hypercall_arg(v, 0), arch_hypercall_arg(v, 1),
			arch_hypercall_arg(v, 2), arch_hypercall_arg(v, 3),
			arch_hypercall_arg(v, 4),
		},
	};
	unsigned int i;
	long result;

	v->stats.hypercalls++;

	result = hypercall_run(&call);
	if (!call.again) {
		arch_hypercall_set_result(v, result);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(call.arg); i++)
		arch_hypercall_set_arg(v, i, call.arg[i]);
	arch_hypercall_restart(v);
}
