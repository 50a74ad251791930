/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way in from a guest and the way back. SP_hyp is at the top of this CPU's
 * stack whenever a guest runs, and nothing on it outlives a trap. xenlet runs
 * with all exceptions masked, so one that arrives from HYP is its own fault.
 */
#include <xenlet/arch_domain.h>
#include <xenlet/cpu.h>

	.arch_extension virt
	.fpu	neon-vfpv4

	.macro	from_self, kind
	mov	r0, #\kind
	b	xenlet_fault
	.endm

	.macro	from_guest, handler
	push	{r0, r1}
	adr	r1, \handler\()_address
	b	save_guest
	.endm

	.text
	.arm
	.balign	32
	.globl	vectors
vectors:
	b	0f			/* never */
	b	1f			/* HYP: undefined, HVC, aborts */
	b	2f
	b	3f
	b	4f
	b	sync			/* a guest's trap */
	b	irq
	b	irq

0:	from_self 0
1:	from_self 1
2:	from_self 2
3:	from_self 3
4:	from_self 4

sync:
	from_guest trap_sync
irq:
	from_guest trap_irq

/* How far from here. */
trap_sync_address:
	.long	trap_sync - .
trap_irq_address:
	.long	trap_irq - .

save_guest:
	mrc	p15, 4, r0, c13, c0, 2		/* HTPIDR */
	ldr	r0, [r0, #CPU_CURRENT_REGS]
	add	r0, r0, #REGS_R(2)
	stmia	r0, {r2-r12, lr}
	sub	r0, r0, #REGS_R(2)
	pop	{r2, r3}
	stmia	r0, {r2, r3}
	mrs	r2, elr_hyp
	mrs	r3, spsr
	str	r2, [r0, #REGS_PC]
	str	r3, [r0, #REGS_PSTATE]
	mov	r11, #0
	ldr	r2, [r1]
	add	r2, r2, r1
	bx	r2

/* void guest_enter(struct cpu_regs *regs, u8 *stack_top) */
	.globl	guest_enter
	.type	guest_enter, %function
guest_enter:
	mov	sp, r1
	ldr	r2, [r0, #REGS_PC]
	ldr	r3, [r0, #REGS_PSTATE]
	msr	elr_hyp, r2
	msr	spsr_cxsf, r3
	ldr	lr, [r0, #REGS_LR]
	ldmia	r0, {r0-r12}
	eret

/* void fpsimd_save(struct cpu_fpsimd *fpsimd) */
	.globl	fpsimd_save
	.type	fpsimd_save, %function
fpsimd_save:
	vmrs	r2, fpexc
	mov	r3, #1 << 30			/* EN: on for our own accesses */
	vmsr	fpexc, r3
	vmrs	r1, fpscr
	add	r3, r0, #FPSIMD_FPSCR
	vstmia	r0!, {d0-d15}
	vstmia	r0!, {d16-d31}
	stmia	r3, {r1, r2}
	bx	lr

/* void fpsimd_load(const struct cpu_fpsimd *fpsimd) */
	.globl	fpsimd_load
	.type	fpsimd_load, %function
fpsimd_load:
	mov	r3, #1 << 30
	vmsr	fpexc, r3
	add	r3, r0, #FPSIMD_FPSCR
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldmia	r3, {r1, r2}
	vmsr	fpscr, r1
	vmsr	fpexc, r2
	bx	lr
