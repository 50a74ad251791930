/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the boot protocol to C: relocate, clear, stack, page tables, MMU.
 *
 * Runs in supervisor mode with the MMU off and r2 = device tree. A further
 * vCPU enters at secondary_entry by PSCI CPU_ON with r0 = its struct
 * cpu_start.
 */

#define SCTLR_ON	((1 << 0) | (1 << 2) | (1 << 12))	/* M C I */
#define SCTLR_OFF	((1 << 1) | (1 << 13) | (1 << 19) | (1 << 20) | \
			 (1 << 28) | (1 << 29) | (1 << 30))
			/* A, high vectors, WXN, UWXN, TRE, AFE, Thumb */
#define MODE_SVC	0x13

	/* The address of a symbol, wherever we were loaded. */
	.macro	adr_l, reg, symbol
	movw	\reg, #:lower16:(\symbol - .Lhere\@ - 8)
	movt	\reg, #:upper16:(\symbol - .Lhere\@ - 8)
.Lhere\@:
	add	\reg, \reg, pc
	.endm

	.section .text.head, "ax"
	.arm
	.globl	image_start
image_start:
	/* zImage's header: eight words of code, the magic, start and end. */
	b	primary_entry
	.rept	8
	.long	0
	.endr
	.long	0x016f2818
	.long	0				/* runs anywhere */
	.long	_edata - image_start

primary_entry:
	adr	r9, image_start
	mov	r8, r2
	bl	set_state

	/* R_ARM_RELATIVE is the only kind that static-pie leaves. */
	adr_l	r2, __rel_start
	adr_l	r3, __rel_end
1:	cmp	r2, r3
	bhs	2f
	ldr	r4, [r2], #4
	ldr	r5, [r2], #4
	cmp	r5, #23
	bne	1b
	ldr	r6, [r4, r9]
	add	r6, r6, r9
	str	r6, [r4, r9]
	b	1b

2:	adr_l	r2, __bss_start
	adr_l	r3, __bss_end
	mov	r4, #0
3:	str	r4, [r2], #4
	cmp	r2, r3
	blo	3b

	adr_l	r1, boot_stack_end
	mov	sp, r1
	bl	mmu_build

	/* What was written past the caches, and nothing older, is to be seen. */
	mov	r1, r9
	adr_l	r2, _end
4:	mcr	p15, 0, r1, c7, c14, 1		/* DCCIMVAC */
	add	r1, r1, #16
	cmp	r1, r2
	blo	4b
	dsb	sy

	bl	mmu_on
	mov	r0, r8
	bl	guest_main
5:	wfi
	b	5b

	.globl	secondary_entry
secondary_entry:
	mov	r8, r0
	bl	set_state
	bl	mmu_on
	ldr	sp, [r8]
	mov	r0, r8
	bl	secondary_main
6:	wfi
	b	6b

/* Interrupts stay masked: tests look at what is pending. */
set_state:
	cpsid	aif, #MODE_SVC
	adr_l	r1, vectors
	mcr	p15, 0, r1, c12, c0, 0		/* VBAR */
	isb
	bx	lr

mmu_on:
	movw	r1, #0x04ff			/* 0: Normal WB, 1: Device */
	mcr	p15, 0, r1, c10, c2, 0		/* MAIR0 */
	/* All by TTBR0, none by TTBR1; WB, inner shareable; long format */
	ldr	r1, =((1 << 8) | (1 << 10) | (3 << 12) | (1 << 23) | (1 << 31))
	mcr	p15, 0, r1, c2, c0, 2		/* TTBCR */
	adr_l	r1, mmu_root
	mov	r2, #0
	mcrr	p15, 0, r1, r2, c2		/* TTBR0 */
	isb
	mcr	p15, 0, r2, c8, c7, 0		/* TLBIALL */
	mcr	p15, 0, r2, c7, c5, 0		/* ICIALLU */
	dsb	nsh
	isb
	mrc	p15, 0, r1, c1, c0, 0		/* SCTLR */
	ldr	r2, =SCTLR_ON
	orr	r1, r1, r2
	ldr	r2, =SCTLR_OFF
	bic	r1, r1, r2
	mcr	p15, 0, r1, c1, c0, 0
	isb
	bx	lr

	.ltorg

/*
 * The return state goes on the supervisor's stack, whatever mode the exception
 * was taken in, then struct trap_frame, then C.
 */
	.macro	exception, kind, back
	.if	\back
	sub	lr, lr, #\back
	.endif
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	push	{r0-r12, lr}
	mov	r1, #\kind
	b	handle
	.endm

	.text
	.arm
	.balign	32
vectors:
	b	.				/* never taken */
	b	undefined
	b	supervisor_call
	b	prefetch_abort
	b	data_abort
	b	.				/* hypervisor's */
	b	interrupt
	b	interrupt

undefined:
	exception 1, 4
supervisor_call:
	exception 2, 0
prefetch_abort:
	exception 3, 4
data_abort:
	exception 4, 8
interrupt:
	exception 6, 4

handle:
	mov	r0, sp
	mov	r4, sp
	bic	sp, sp, #7
	bl	exception_main
	mov	sp, r4
	pop	{r0-r12, lr}
	rfeia	sp!

	.bss
	.balign	4096
boot_stack:
	.skip	32768
boot_stack_end:
	.balign	4096
