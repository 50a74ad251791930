/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the boot protocol to C: relocate, clear, stack, page tables, MMU.
 *
 * Runs at EL1 with the MMU off and x0 = device tree. A further vCPU enters at
 * secondary_entry by PSCI CPU_ON with x0 = its struct cpu_start.
 */

#define SCTLR_ON	((1 << 0) | (1 << 2) | (1 << 12))	/* M C I */

	.section .text.head, "ax"
	.globl	image_start
image_start:
	b	primary_entry
	.long	0
	.quad	0				/* text offset */
	.quad	_end - image_start			/* image size */
	.quad	(1 << 3) | (1 << 1)		/* anywhere, 4K pages */
	.quad	0
	.quad	0
	.quad	0
	.ascii	"ARM\x64"
	.long	0

primary_entry:
	mov	x19, x0
	bl	set_state

	/* R_AARCH64_RELATIVE is the only kind that static-pie leaves. */
	adr	x1, image_start
	adrp	x2, __rela_start
	add	x2, x2, :lo12:__rela_start
	adrp	x3, __rela_end
	add	x3, x3, :lo12:__rela_end
1:	cmp	x2, x3
	b.hs	2f
	ldp	x4, x5, [x2]
	ldr	x6, [x2, #16]
	add	x2, x2, #24
	and	x5, x5, #0xffffffff
	cmp	x5, #1027
	b.ne	1b
	add	x6, x6, x1
	str	x6, [x4, x1]
	b	1b

2:	adrp	x2, __bss_start
	adrp	x3, __bss_end
3:	stp	xzr, xzr, [x2], #16
	cmp	x2, x3
	b.lo	3b

	adrp	x1, boot_stack_end
	mov	sp, x1
	bl	mmu_build

	/* What was written past the caches, and nothing older, is to be seen. */
	adr	x1, image_start
	adrp	x2, _end
4:	dc	civac, x1
	add	x1, x1, #16
	cmp	x1, x2
	b.lo	4b
	dsb	sy

	bl	mmu_on
	mov	x0, x19
	bl	guest_main
5:	wfi
	b	5b

	.globl	secondary_entry
secondary_entry:
	mov	x19, x0
	bl	set_state
	bl	mmu_on
	ldr	x1, [x19]
	mov	sp, x1
	mov	x0, x19
	bl	secondary_main
6:	wfi
	b	6b

/* Interrupts stay masked: tests look at what is pending. */
set_state:
	msr	daifset, #0xf
	adrp	x1, vectors
	msr	vbar_el1, x1
	isb
	ret

mmu_on:
	mov	x1, #0x04ff			/* 0: Normal WB, 1: nGnRE */
	msr	mair_el1, x1
	/* 39 bits by TTBR0, none by TTBR1; 4K, WB, inner shareable; 40 bit PA */
	ldr	x1, =(25 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23) | \
		      (2 << 32))
	msr	tcr_el1, x1
	adrp	x1, mmu_root
	add	x1, x1, :lo12:mmu_root
	msr	ttbr0_el1, x1
	isb
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	mrs	x1, sctlr_el1
	mov	x2, #SCTLR_ON
	orr	x1, x1, x2
	bic	x1, x1, #(1 << 1)		/* alignment as the CPU likes */
	bic	x1, x1, #(1 << 19)		/* no WXN */
	msr	sctlr_el1, x1
	isb
	ret

/* struct trap_frame on the stack, then C. */
	.macro	vector, kind
	.balign	128
	sub	sp, sp, #272
	stp	x0, x1, [sp]
	mov	x1, #\kind
	b	exception
	.endm

	.text
	.balign	4096
vectors:
	.irp	kind, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\kind
	.endr

exception:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x2, x3, [sp, #160]
	mov	x0, sp
	bl	exception_main
	ldp	x2, x3, [sp, #160]
	msr	elr_el1, x2
	msr	spsr_el1, x3
	ldp	x18, x30, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #272
	eret

	.bss
	.balign	4096
boot_stack:
	.skip	32768
boot_stack_end:
	.balign	4096
