/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of every physical CPU: the boot CPU from the loader (MMU off, device
 * tree in x0), the others from PSCI CPU_ON (MMU off, their struct cpu in x0).
 */
#include <xenlet/cpu.h>
#include <xenlet/sysreg.h>

	.macro	adr_l, reg, symbol
	adrp	\reg, \symbol
	add	\reg, \reg, :lo12:\symbol
	.endm

	.section .head, "ax"
	.globl	_start
_start:
	/* The arm64 boot header (Linux: arch/arm64/booting.rst). */
	b	boot_cpu
	.long	0
	.quad	0				/* offset from 2 MiB */
	.quad	0x200000			/* size with bss, at most */
	.quad	0xa				/* 4 KiB pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

boot_cpu:
	msr	daifset, #0xf
	mov	x19, x0
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	mov	x20, x0

	adr_l	x1, __bss_start
	adr_l	x2, __bss_end
1:	stp	xzr, xzr, [x1], #16
	cmp	x1, x2
	b.lo	1b

	/* Linked at 0, so the load address is what relocations add. */
	adr_l	x3, __image_start
	adr_l	x1, __rela_start
	adr_l	x2, __rela_end
2:	cmp	x1, x2
	b.hs	3f
	ldp	x4, x5, [x1]			/* where, kind */
	ldr	x6, [x1, #16]			/* addend */
	add	x1, x1, #24
	cmp	w5, #1027			/* R_AARCH64_RELATIVE */
	b.ne	2b
	add	x6, x6, x3
	str	x6, [x4, x3]
	b	2b

3:	adr_l	x21, cpus
	adr_l	x1, boot_stack_top
	mov	sp, x1
	cmp	x20, #(2 << 2)
	b.ne	not_el2

	mov	x0, x19
	bl	mmu_prepare
	msr	tpidr_el2, x21
	bl	cpu_setup
	mov	x0, x19
	bl	xenlet_main
	b	.

not_el2:
	lsr	x0, x20, #2
	bl	wrong_exception_level
	b	.

	.globl	secondary_cpu
secondary_cpu:
	msr	daifset, #0xf
	msr	tpidr_el2, x0
	ldr	x1, [x0, #CPU_STACK_TOP]
	mov	sp, x1
	bl	cpu_setup
	bl	arch_secondary_main
	b	.

/* The MMU, the vectors and what never changes in EL2's control registers. */
cpu_setup:
	ldr	x1, =MAIR_EL2_VALUE
	msr	mair_el2, x1
	ldr	x1, =TCR_EL2_VALUE
	msr	tcr_el2, x1
	adr_l	x1, mmu_root
	msr	ttbr0_el2, x1
	ldr	x1, =VTCR_EL2_VALUE
	msr	vtcr_el2, x1
	adr_l	x1, vectors
	msr	vbar_el2, x1
	ldr	x1, =MDCR_EL2_VALUE
	msr	mdcr_el2, x1
	ldr	x1, =CPTR_EL2_VALUE
	msr	cptr_el2, x1
	mov	x1, #CNTHCTL_VALUE
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr
	msr	hstr_el2, xzr
	msr	vttbr_el2, xzr
	ldr	x1, =HCR_GUEST
	msr	hcr_el2, x1
	msr	spsel, #1
	isb
	tlbi	alle2
	tlbi	alle1
	ic	iallu
	dsb	sy
	isb
	ldr	x1, =(SCTLR_EL2_RES1 | SCTLR_M | SCTLR_C | SCTLR_SA | \
		      SCTLR_I | SCTLR_WXN)
	msr	sctlr_el2, x1
	isb
	ret

	.ltorg

	.bss
	.balign	4096
	.skip	16384
	.globl	boot_stack_top
boot_stack_top:
