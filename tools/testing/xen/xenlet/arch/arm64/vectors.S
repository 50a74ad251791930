/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way in from a guest and the way back. SP_EL2 is at the top of this
 * CPU's stack whenever a guest runs, and nothing on it outlives a trap.
 * xenlet runs with all exceptions masked, so one that arrives from EL2 is
 * its own fault.
 */
#include <xenlet/arch_domain.h>
#include <xenlet/cpu.h>

#define HCR_VM_SHIFT	0

	.macro	from_guest, handler, visit=0
	.balign	128
	stp	x0, x1, [sp, #-16]!
	.if	\visit
	mrs	x0, hcr_el2
	tbz	x0, #HCR_VM_SHIFT, visit32_back
	.endif
	mrs	x0, tpidr_el2
	ldr	x0, [x0, #CPU_CURRENT_REGS]
	stp	x2, x3, [x0, #REGS_X(2)]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0, #REGS_X(0)]
	adr	x1, \handler
	b	save_guest
	.endm

	.macro	from_self, kind
	.balign	128
	mov	x0, #\kind
	b	xenlet_fault
	.endm

	.text
	.balign	2048
	.globl	vectors
vectors:
	from_self 0		/* EL2 with SP_EL0: never */
	from_self 1
	from_self 2
	from_self 3
	from_self 4		/* EL2: synchronous, IRQ, FIQ, SError */
	from_self 5
	from_self 6
	from_self 7
	from_guest trap_sync	/* AArch64 guest */
	from_guest trap_irq
	from_guest trap_irq
	from_guest trap_serror
	from_guest trap_sync, visit=1	/* AArch32 guest */
	from_guest trap_irq
	from_guest trap_irq
	from_guest trap_serror

save_guest:
	stp	x4, x5, [x0, #REGS_X(4)]
	stp	x6, x7, [x0, #REGS_X(6)]
	stp	x8, x9, [x0, #REGS_X(8)]
	stp	x10, x11, [x0, #REGS_X(10)]
	stp	x12, x13, [x0, #REGS_X(12)]
	stp	x14, x15, [x0, #REGS_X(14)]
	stp	x16, x17, [x0, #REGS_X(16)]
	stp	x18, x19, [x0, #REGS_X(18)]
	stp	x20, x21, [x0, #REGS_X(20)]
	stp	x22, x23, [x0, #REGS_X(22)]
	stp	x24, x25, [x0, #REGS_X(24)]
	stp	x26, x27, [x0, #REGS_X(26)]
	stp	x28, x29, [x0, #REGS_X(28)]
	mrs	x2, sp_el0
	stp	x30, x2, [x0, #REGS_X(30)]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [x0, #REGS_PC]
	mov	x29, xzr
	br	x1

/* void guest_enter(struct cpu_regs *regs, u8 *stack_top) */
	.globl	guest_enter
guest_enter:
	mov	sp, x1
	ldp	x2, x3, [x0, #REGS_PC]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x30, x2, [x0, #REGS_X(30)]
	msr	sp_el0, x2
	ldp	x28, x29, [x0, #REGS_X(28)]
	ldp	x26, x27, [x0, #REGS_X(26)]
	ldp	x24, x25, [x0, #REGS_X(24)]
	ldp	x22, x23, [x0, #REGS_X(22)]
	ldp	x20, x21, [x0, #REGS_X(20)]
	ldp	x18, x19, [x0, #REGS_X(18)]
	ldp	x16, x17, [x0, #REGS_X(16)]
	ldp	x14, x15, [x0, #REGS_X(14)]
	ldp	x12, x13, [x0, #REGS_X(12)]
	ldp	x10, x11, [x0, #REGS_X(10)]
	ldp	x8, x9, [x0, #REGS_X(8)]
	ldp	x6, x7, [x0, #REGS_X(6)]
	ldp	x4, x5, [x0, #REGS_X(4)]
	ldp	x2, x3, [x0, #REGS_X(2)]
	ldp	x0, x1, [x0, #REGS_X(0)]
	eret

	.arch_extension fp
	.macro	fpsimd, op
	\op	q0, q1, [x0, #0]
	\op	q2, q3, [x0, #32]
	\op	q4, q5, [x0, #64]
	\op	q6, q7, [x0, #96]
	\op	q8, q9, [x0, #128]
	\op	q10, q11, [x0, #160]
	\op	q12, q13, [x0, #192]
	\op	q14, q15, [x0, #224]
	\op	q16, q17, [x0, #256]
	\op	q18, q19, [x0, #288]
	\op	q20, q21, [x0, #320]
	\op	q22, q23, [x0, #352]
	\op	q24, q25, [x0, #384]
	\op	q26, q27, [x0, #416]
	\op	q28, q29, [x0, #448]
	\op	q30, q31, [x0, #480]
	.endm

/* void fpsimd_save(struct cpu_fpsimd *fpsimd) */
	.globl	fpsimd_save
fpsimd_save:
	fpsimd	stp
	mrs	x1, fpsr
	mrs	x2, fpcr
	str	w1, [x0, #FPSIMD_FPSR]
	str	w2, [x0, #FPSIMD_FPSR + 4]
	ret

/* void fpsimd_load(const struct cpu_fpsimd *fpsimd) */
	.globl	fpsimd_load
fpsimd_load:
	fpsimd	ldp
	ldr	w1, [x0, #FPSIMD_FPSR]
	ldr	w2, [x0, #FPSIMD_FPSR + 4]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
