/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of every physical CPU: the boot CPU from the loader (MMU off, device
 * tree in r2), the others from the firmware (MMU off, their struct cpu in r0)
 * or from a board's wait (MMU off, nothing in the registers).
 */
#include <xenlet/cpu.h>
#include <xenlet/sysreg.h>

#include "vexpress.h"

#define MODE_MASK	0x1f
#define MODE_HYP	0x1a

	.arch_extension virt

	/* The address of a symbol, wherever we were loaded. */
	.macro	adr_l, reg, symbol
	movw	\reg, #:lower16:(\symbol - .Lhere\@ - 8)
	movt	\reg, #:upper16:(\symbol - .Lhere\@ - 8)
.Lhere\@:
	add	\reg, \reg, pc
	.endm

	.macro	mov32, reg, value
	movw	\reg, #(\value) & 0xffff
	movt	\reg, #((\value) >> 16) & 0xffff
	.endm

	.section .head, "ax"
	.arm
	.globl	_start
_start:
	/* zImage's header (Xen: docs/misc/arm/booting.txt). */
	b	boot_cpu
	.rept	8
	.long	0
	.endr
	.long	0x016f2818
	.long	0				/* runs anywhere */
	.long	__data_end - _start

boot_cpu:
	cpsid	aif
	mov	r8, r2
	mrs	r7, cpsr
	and	r7, r7, #MODE_MASK
	adr	r9, _start

	adr_l	r1, __bss_start
	adr_l	r2, __bss_end
	mov	r3, #0
1:	str	r3, [r1], #4
	cmp	r1, r2
	blo	1b

	/* Linked at 0, so the load address is what relocations add. */
	adr_l	r1, __rel_start
	adr_l	r2, __rel_end
2:	cmp	r1, r2
	bhs	3f
	ldr	r4, [r1], #4			/* where */
	ldr	r5, [r1], #4			/* kind */
	cmp	r5, #23				/* R_ARM_RELATIVE */
	bne	2b
	ldr	r6, [r4, r9]
	add	r6, r6, r9
	str	r6, [r4, r9]
	b	2b

3:	adr_l	r6, cpus
	adr_l	r1, boot_stack_top
	mov	sp, r1
	mov	r0, r7
	cmp	r7, #MODE_HYP
	bne	wrong_exception_level

	mov	r0, r8
	mov	r1, #0
	bl	mmu_prepare
	mcr	p15, 4, r6, c13, c0, 2		/* HTPIDR */
	bl	cpu_setup
	mov	r0, r8
	mov	r1, #0
	bl	xenlet_main

	/* From a wait that ends for all CPUs at once: whose turn is it? */
	.globl	woken_cpu
woken_cpu:
	cpsid	aif
	mrc	p15, 0, r3, c0, c0, 5		/* MPIDR */
	ubfx	r3, r3, #0, #24
	adr_l	r1, vexpress_note
1:	ldr	r2, [r1, #NOTE_MPIDR]
	cmp	r2, r3
	wfene
	bne	1b
	ldr	r0, [r1, #NOTE_CPU]

	.globl	secondary_cpu
secondary_cpu:
	cpsid	aif
	mcr	p15, 4, r0, c13, c0, 2
	ldr	sp, [r0, #CPU_STACK_TOP]
	bl	cpu_setup
	bl	arch_secondary_main

/* The MMU, the vectors and what never changes in HYP's control registers. */
cpu_setup:
	mov32	r1, HMAIR0_VALUE
	mcr	p15, 4, r1, c10, c2, 0		/* HMAIR0 */
	mov32	r1, HTCR_VALUE
	mcr	p15, 4, r1, c2, c0, 2		/* HTCR */
	mov	r2, #0
	adr_l	r1, mmu_root
	mcrr	p15, 4, r1, r2, c2		/* HTTBR */
	mov32	r1, VTCR_VALUE
	mcr	p15, 4, r1, c2, c1, 2		/* VTCR */
	adr_l	r1, vectors
	mcr	p15, 4, r1, c12, c0, 0		/* HVBAR */
	mov32	r1, HDCR_VALUE
	mcr	p15, 4, r1, c1, c1, 1		/* HDCR */
	mov32	r1, HCPTR_VALUE
	mcr	p15, 4, r1, c1, c1, 2		/* HCPTR */
	mov	r1, #CNTHCTL_VALUE
	mcr	p15, 4, r1, c14, c1, 0		/* CNTHCTL */
	mcrr	p15, 4, r2, r2, c14		/* CNTVOFF */
	mcr	p15, 4, r2, c1, c1, 3		/* HSTR */
	mcrr	p15, 6, r2, r2, c2		/* VTTBR */
	mov32	r1, HCR_GUEST
	mcr	p15, 4, r1, c1, c1, 0		/* HCR */
	isb
	mcr	p15, 4, r2, c8, c7, 0		/* TLBIALLH */
	mcr	p15, 4, r2, c8, c7, 4		/* TLBIALLNSNH */
	mcr	p15, 0, r2, c7, c5, 0		/* ICIALLU */
	dsb	sy
	isb
	mov32	r1, HSCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_WXN
	mcr	p15, 4, r1, c1, c0, 0		/* HSCTLR */
	isb
	bx	lr

	.bss
	.balign	4096
	.skip	16384
	.globl	boot_stack_top
boot_stack_top:
