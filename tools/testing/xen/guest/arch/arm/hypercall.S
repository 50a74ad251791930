/* SPDX-License-Identifier: GPL-2.0 */
	.arch_extension virt
	.text

/* long hypercall(nr, a1, a2, a3, a4, a5): the last two on the stack */
	.globl	hypercall
	.type	hypercall, %function
hypercall:
	push	{r4, lr}
	mov	r12, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #8]
	ldr	r4, [sp, #12]
	hvc	#0xea1
	pop	{r4, pc}

/* long psci(function, a1, a2, a3) */
	.globl	psci
	.type	psci, %function
psci:
	hvc	#0
	bx	lr

/* bool touch_faults(ptr): exception_main() knows the label and steps over */
	.globl	touch_faults
	.type	touch_faults, %function
	.globl	touch_faults_here
touch_faults:
	mov	r1, r0
	mov	r0, #0
touch_faults_here:
	ldrb	r1, [r1]
	bx	lr

/* bool semihosting_write(text): 1 if nobody listens */
	.globl	semihosting_write
	.type	semihosting_write, %function
	.globl	semihosting_here
semihosting_write:
	mov	r1, r0
	mov	r0, #4				/* SYS_WRITE0 */
semihosting_here:
	.inst	0xe10f0070			/* hlt #0xf000 */
	mov	r0, #0
	bx	lr
