// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a toolstack, of which there is none: they answer an
 * unprivileged domain as Xen does, and a privileged one that they are not
 * there, but for what dom0's kernel and xenstored need. Owns no data; monitor
 * lock held.
 */
#include "abi.h"

#include <xen/domctl.h>
#include <xen/platform.h>
#include <xen/sysctl.h>

/* All three begin with the command and the version of their interface. */
struct toolstack_op {
	u32 cmd;
	u32 interface_version;
};

static long refuse(gva_t arg, u32 interface_version)
{
	struct toolstack_op op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.interface_version != interface_version)
		return -XEN_EACCES;
	return current_domain()->privileged ? -XEN_ENOSYS : -XEN_EPERM;
}

long do_sysctl(struct hypercall *call)
{
	return refuse(call->arg[0], XEN_SYSCTL_INTERFACE_VERSION);
}

long do_domctl(struct hypercall *call)
{
	long ret = refuse(call->arg[0], XEN_DOMCTL_INTERFACE_VERSION);
	struct xen_domctl op;

	if (ret != -XEN_ENOSYS)
		return ret;
	if (copy_from_guest(&op, call->arg[0], sizeof(op)))
		return -XEN_EFAULT;
	return op.cmd == XEN_DOMCTL_getdomaininfo ?
	       domain_info(call->arg[0], &op) : -XEN_ENOSYS;
}

/* dom0 keeps the clock for all. */
static long set_time(const struct xenpf_settime64 *op)
{
	struct domain *d = NULL;

	if (op->mbz)
		return -XEN_EINVAL;
	while ((d = domain_next(d)))
		wallclock_set(d, op->secs, op->nsecs, op->system_time);
	return 0;
}

long do_platform_op(struct hypercall *call)
{
	struct xen_platform_op op;
	long ret = refuse(call->arg[0], XENPF_INTERFACE_VERSION);

	if (ret != -XEN_ENOSYS)
		return ret;
	if (copy_from_guest(&op, call->arg[0], sizeof(op)))
		return -XEN_EFAULT;
	if (op.cmd == XENPF_settime64)
		return set_time(&op.u.settime64);
	return op.cmd == XENPF_settime32 ? -XEN_EOPNOTSUPP : -XEN_ENOSYS;
}

long do_hypfs_op(struct hypercall *call)
{
	return current_domain()->privileged ? -XEN_ENOSYS : -XEN_EPERM;
}

/* ARM has one assist: runstate records flag that they are being updated. */
long do_vm_assist(struct hypercall *call)
{
	u32 cmd = call->arg[0], type = call->arg[1];

	if (type != VMASST_TYPE_runstate_update_flag)
		return -XEN_EINVAL;
	switch (cmd) {
	case VMASST_CMD_enable:
	case VMASST_CMD_disable:
		current_domain()->runstate_update_flag =
			cmd == VMASST_CMD_enable;
		return 0;
	default:
		return -XEN_ENOSYS;
	}
}
