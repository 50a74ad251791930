/* SPDX-License-Identifier: GPL-2.0 */
	.section .head, "ax"
	.globl	_start
_start:
	b	.
