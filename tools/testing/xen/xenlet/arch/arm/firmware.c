// SPDX-License-Identifier: GPL-2.0
/*
 * Calling the firmware, and what the compiler calls for want of an instruction.
 * Stateless.
 */
#include <xenlet/arch.h>
#include <xenlet/entry.h>
#include <xenlet/firmware.h>
#include <xenlet/lib.h>
#include <xenlet/mmu.h>
#include <xenlet/uart.h>

long firmware_smc(u32 fn, u64 a, u64 b, u64 c)
{
	register u32 r0 asm("r0") = fn;
	register u32 r1 asm("r1") = a;
	register u32 r2 asm("r2") = b;
	register u32 r3 asm("r3") = c;

	asm volatile(".arch_extension sec; smc #0"
		     : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3)
		     : : "r12", "lr", "memory");
	return (s32)r0;
}

/* Not in HYP mode: say so where QEMU's virt machine has its UART, and stop. */
void wrong_exception_level(unsigned int mode)
{
	uart_init(MMU_FALLBACK_UART);
	printk("Entered in mode %x; xenlet needs HYP mode, 1a (QEMU: -M virt,virtualization=on)",
	       mode);
	for (;;)
		arch_idle();
}

/* libgcc's division does so when there is nothing to divide by. */
__attribute__((used)) int raise(int signal);
int raise(int signal)
{
	panic("Division by zero (signal %d)", signal);
}
