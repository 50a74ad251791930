// SPDX-License-Identifier: GPL-2.0
/*
 * Calling the firmware. Stateless.
 */
#include <xenlet/arch.h>
#include <xenlet/board.h>
#include <xenlet/entry.h>
#include <xenlet/firmware.h>
#include <xenlet/lib.h>
#include <xenlet/mmu.h>
#include <xenlet/uart.h>

long firmware_smc(u32 fn, u64 a, u64 b, u64 c)
{
	register u64 x0 asm("x0") = fn;
	register u64 x1 asm("x1") = a;
	register u64 x2 asm("x2") = b;
	register u64 x3 asm("x3") = c;

	asm volatile("smc #0"
		     : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3)
		     : : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
		       "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	return x0;
}

const struct board *arch_board(void)
{
	return &psci_board;
}

/* Below EL2 the firmware, if any, is reached by HVC. */
static void hvc_power_off(void)
{
	register u64 x0 asm("x0") = PSCI_SYSTEM_OFF;

	asm volatile("hvc #0" : "+r" (x0) : : "memory");
}

/* Not at EL2: say so where QEMU's virt machine has its UART, and stop. */
void wrong_exception_level(unsigned int level)
{
	uart_init(MMU_FALLBACK_UART);
	printk("Entered at EL%u; xenlet needs EL2 (QEMU: -M virt,virtualization=on)",
	       level);
	if (level == 1)
		hvc_power_off();
	for (;;)
		arch_idle();
}
