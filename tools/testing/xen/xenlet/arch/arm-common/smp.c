// SPDX-License-Identifier: GPL-2.0
/*
 * Physical CPUs: starting them, sleeping, and switching the machine off.
 */
#include <xenlet/arch.h>
#include <xenlet/board.h>
#include <xenlet/cpu.h>
#include <xenlet/entry.h>
#include <xenlet/firmware.h>
#include <xenlet/gic.h>
#include <xenlet/machine.h>
#include <xenlet/sysreg.h>
#include <xen/errno.h>

#define STACK_SIZE	16384

static long psci_cpu_on(unsigned int cpu)
{
	return firmware_smc(PSCI_CPU_ON_NATIVE, the_machine->mpidr[cpu],
			    (uintptr_t)secondary_cpu, (uintptr_t)&cpus[cpu]);
}

static void psci_reset(void)
{
	firmware_smc(PSCI_SYSTEM_RESET, 0, 0, 0);
}

static void psci_off(void)
{
	firmware_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

const struct board psci_board = {
	.cpu_on	= psci_cpu_on,
	.reset	= psci_reset,
	.off	= psci_off,
};

static u8 stacks[MAX_CPUS - 1][STACK_SIZE] __attribute__((aligned(16)));

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
	return arch_board()->cpu_on(cpu) ? -XEN_EIO : 0;
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
	arch_board()->reset();
	for (;;)
		arch_idle();
}

void machine_power_off(void)
{
	arch_board()->off();
	for (;;)
		arch_idle();
}
