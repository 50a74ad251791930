/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypercall sequence: number in x16, arguments in x0 to x4, result in x0.
 *
 * A stub passes its arguments through untouched, so one body serves any
 * number of them. Xen may clobber the argument registers that it read, which
 * is no more than the procedure call standard lets a function do.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/asm-uaccess.h>
#include <xen/interface/xen.h>

/* The immediate that tells Xen's hypercalls from any other HVC. */
#define XEN_HYPERCALL_TAG	0xea1

	.text

	.macro	trap_to_xen, user
	.if	\user
	/*
	 * Xen reads user memory with this CPU's stage 1 translation. Where
	 * TTBR0 is parked to keep the kernel out of user space, it has to be
	 * put back for the time of the call; PAN itself does not apply.
	 */
	uaccess_ttbr0_enable x9, x10, x11
	hvc	#XEN_HYPERCALL_TAG
	uaccess_ttbr0_disable x9, x10
	.else
	hvc	#XEN_HYPERCALL_TAG
	.endif
	.endm

	.macro	hypercall, name, number, user=0
SYM_FUNC_START(HYPERVISOR_\name)
	mov	x16, #\number
	trap_to_xen \user
	ret
SYM_FUNC_END(HYPERVISOR_\name)
	.endm

	hypercall xen_version, __HYPERVISOR_xen_version
	hypercall console_io, __HYPERVISOR_console_io
	hypercall grant_table_op, __HYPERVISOR_grant_table_op
	hypercall sched_op, __HYPERVISOR_sched_op
	hypercall event_channel_op, __HYPERVISOR_event_channel_op
	hypercall hvm_op, __HYPERVISOR_hvm_op
	hypercall memory_op, __HYPERVISOR_memory_op
	hypercall physdev_op, __HYPERVISOR_physdev_op
	hypercall vcpu_op, __HYPERVISOR_vcpu_op
	hypercall vm_assist, __HYPERVISOR_vm_assist
	hypercall multicall, __HYPERVISOR_multicall
	hypercall platform_op_raw, __HYPERVISOR_platform_op
	hypercall dm_op, __HYPERVISOR_dm_op, user=1

/* The call that user space makes through /dev/xen/privcmd: number first. */
SYM_FUNC_START(privcmd_call)
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	trap_to_xen 1
	ret
SYM_FUNC_END(privcmd_call)
