/* SPDX-License-Identifier: GPL-2.0 */
/* long hypercall(nr, a1, a2, a3, a4, a5) */
	.text
	.globl	hypercall
hypercall:
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	hvc	#0xea1
	ret

/* long psci(function, a1, a2, a3) */
	.globl	psci
psci:
	hvc	#0
	ret

/* bool touch_faults(ptr): exception_main() knows the label and steps over */
	.globl	touch_faults
	.globl	touch_faults_here
touch_faults:
	mov	x1, x0
	mov	x0, #0
touch_faults_here:
	ldrb	w1, [x1]
	ret

/* bool semihosting_write(text): 1 if nobody listens */
	.globl	semihosting_write
	.globl	semihosting_here
semihosting_write:
	mov	x1, x0
	mov	x0, #4				/* SYS_WRITE0 */
semihosting_here:
	hlt	#0xf000
	mov	x0, #0
	ret
