// SPDX-License-Identifier: GPL-2.0
/*
 * Physical CPUs: starting them, sleeping, and calling the firmware.
 */
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/firmware.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/mmu.h>
#include <xenlet/sysreg.h>
#include <xenlet/trap_arm64.h>
#include <xenlet/uart.h>
#include <xen/errno.h>

#define STACK_SIZE	16384

static u8 stacks[MAX_CPUS - 1][STACK_SIZE] __attribute__((aligned(16)));

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

unsigned int cpu_id(void)
{
	return this_cpu()->id;
}

int arch_cpu_start(unsigned int cpu)
{
	struct cpu *c = &cpus[cpu];

	c->stack_top = stacks[cpu - 1] + STACK_SIZE;
	/* It reads its struct before its MMU and caches are on. */
	arch_clean(c, sizeof(*c));
	if (firmware_smc(PSCI_CPU_ON_64, the_machine->mpidr[cpu],
			 (uintptr_t)secondary_cpu, (uintptr_t)c))
		return -XEN_EIO;
	return 0;
}

void arch_secondary_main(void)
{
	gic_cpu_init();
	cpu_main();
}

void arch_relax(void)
{
	asm volatile("wfe" : : : "memory");
}

void arch_unrelax(void)
{
	asm volatile("dsb ishst; sev" : : : "memory");
}

void arch_idle(void)
{
	dsb_sy();
	asm volatile("wfi" : : : "memory");
}

void machine_reset(void)
{
	firmware_smc(PSCI_SYSTEM_RESET, 0, 0, 0);
	for (;;)
		arch_idle();
}

void machine_power_off(void)
{
	firmware_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		arch_idle();
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
