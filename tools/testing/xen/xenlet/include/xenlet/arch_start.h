/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core asks of the instruction set while it starts.
 */
#ifndef XENLET_ARCH_START_H
#define XENLET_ARCH_START_H

#include <xenlet/types.h>

/** xenlet_main() - the boot CPU, MMU on, at EL2 or HYP */
void xenlet_main(paddr_t fdt) __attribute__((noreturn));

/** arch_boot_cpu_init() - the rest of the boot CPU's struct cpu; the clock */
void arch_boot_cpu_init(void);
/** arch_boot_console() - a UART to complain on before one is known */
void arch_boot_console(void);
paddr_t arch_image_base(void);
u64 arch_image_size(void);
void arch_map_ram(paddr_t base, u64 size);
/** arch_map_device() - the 2 MiB around @base as device memory */
void arch_map_device(paddr_t base);

#endif /* XENLET_ARCH_START_H */
