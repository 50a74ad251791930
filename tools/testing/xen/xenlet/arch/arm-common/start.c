// SPDX-License-Identifier: GPL-2.0
/*
 * The core's requests at start, in terms of this instruction set.
 */
#include <xenlet/arch_start.h>
#include <xenlet/cpu.h>
#include <xenlet/entry.h>
#include <xenlet/mmu.h>
#include <xenlet/pmu.h>
#include <xenlet/uart.h>
#include <xenlet/vtimer.h>

void arch_boot_cpu_init(void)
{
	cpus[0].stack_top = boot_stack_top;
	clock_init();
	pmu_init();
}

void arch_boot_console(void)
{
	uart_init(MMU_FALLBACK_UART);
}

paddr_t arch_image_base(void)
{
	return (uintptr_t)__image_start;
}

u64 arch_image_size(void)
{
	return __image_end - __image_start;
}

void arch_map_ram(paddr_t base, u64 size)
{
	mmu_map(base, size, MMU_RAM);
}

void arch_map_device(paddr_t base)
{
	mmu_map(base, 1, MMU_DEVICE);
}
