/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xenlet's own address space.
 */
#ifndef XENLET_MMU_H
#define XENLET_MMU_H

#include <xenlet/types.h>

/* Where QEMU's virt machine has its PL011. */
#define MMU_FALLBACK_UART	0x09000000

struct table;

enum mmu_type {
	MMU_RAM,
	MMU_DEVICE,
	MMU_TEXT,
	MMU_RODATA,
};

/* What TTBR0_EL2 points to; for head.S. */
extern struct table mmu_root;

/** mmu_prepare() - the tables that the boot CPU turns its MMU on with */
void mmu_prepare(paddr_t fdt);
/** mmu_map() - add [base, base + size), rounded out to 2 MiB; boot only */
void mmu_map(paddr_t base, u64 size, enum mmu_type type);

#endif /* XENLET_MMU_H */
