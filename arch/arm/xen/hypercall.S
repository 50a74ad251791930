/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypercall sequence: number in r12, arguments in r0 to r4, result in r0.
 *
 * The procedure call standard has the first four arguments there already; none
 * of the stubs has a fifth, but what user space asks for may. Xen may clobber
 * the argument registers that it read: r4 is the one that a function keeps.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/opcodes-virt.h>
#include <asm/uaccess-asm.h>
#include <xen/interface/xen.h>

/* The immediate that tells Xen's hypercalls from any other HVC. */
#define XEN_HYPERCALL_TAG	0xea1

	.text

	/*
	 * Xen reads user memory with this CPU's stage 1 translation. Where the
	 * kernel keeps itself out of user space, by the domain register or by
	 * parking TTBR0, the door has to stand open for the time of the call.
	 * scratch is no argument, and not kept.
	 */
	.macro	trap_to_xen_as_user, scratch
	uaccess_enable \scratch
	__HVC(XEN_HYPERCALL_TAG)
	uaccess_disable \scratch
	.endm

	.macro	hypercall, name, number
ENTRY(HYPERVISOR_\name)
	mov	r12, #\number
	__HVC(XEN_HYPERCALL_TAG)
	ret	lr
ENDPROC(HYPERVISOR_\name)
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

/* Three arguments, the buffers of which are user space's. */
ENTRY(HYPERVISOR_dm_op)
	mov	r12, #__HYPERVISOR_dm_op
	trap_to_xen_as_user r3
	ret	lr
ENDPROC(HYPERVISOR_dm_op)

/*
 * The call that user space makes through /dev/xen/privcmd: number first, the
 * last two of its five arguments on the stack.
 */
ENTRY(privcmd_call)
	push	{r4, lr}
	mov	r12, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #8]
	ldr	r4, [sp, #12]
	trap_to_xen_as_user lr
	pop	{r4, pc}
ENDPROC(privcmd_call)
