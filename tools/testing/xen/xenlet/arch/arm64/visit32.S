/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two instructions of AArch32 code at EL1, from within xenlet: what EL2 cannot
 * do to the registers of AArch32 state, the state itself can. The code ends
 * with an HVC, and the vectors lead back here since the MMU's second stage is
 * off then, as for no guest.
 */
	.text

/* u32 visit32(const u32 *code, u32 cpsr, u32 r0) */
	.globl	visit32
visit32:
	/* AArch32 state forgets the upper halves of all it can name. */
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	msr	elr_el2, x0
	msr	spsr_el2, x1
	mov	w0, w2
	eret

	.globl	visit32_back
visit32_back:
	ldp	x0, x1, [sp], #16
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
