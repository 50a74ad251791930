/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine as its device tree describes it. Filled once at boot, constant
 * from then on.
 */
#ifndef XENLET_MACHINE_H
#define XENLET_MACHINE_H

#include <xenlet/config.h>
#include <xenlet/sched.h>
#include <xenlet/types.h>

#define MACHINE_MAX_BANKS	8
#define MACHINE_MAX_VIRTIO	32

/**
 * struct virtio_slot - a virtio-mmio transport
 * @irq: interrupt number as the GIC counts, for irq_request()
 */
struct virtio_slot {
	paddr_t base;
	u32 irq;
};

/**
 * struct machine - what there is
 * @fdt: its device tree, which stays where it is
 * @gic_phandle, @gic_address_cells: as others in the tree refer to its GIC
 */
struct machine {
	const void *fdt;
	unsigned int nr_cpus;
	u64 mpidr[MAX_CPUS];

	unsigned int nr_banks;
	struct blob banks[MACHINE_MAX_BANKS];

	u32 gic_phandle, gic_address_cells;
	unsigned int gic_version;
	paddr_t gicd, gicc, gich, gicv;	/* the last three: GICv2 */
	paddr_t gicr;			/* GICv3's redistributors */
	u64 gicr_size;
	paddr_t v2m;		/* GICv2m frame, 0: none */
	u32 maintenance_irq, vtimer_irq, hyp_timer_irq;

	paddr_t rtc;		/* PL031, 0: none */
	paddr_t uart;
	u32 uart_irq;
	paddr_t sysreg;		/* Versatile Express' registers, 0: none */

	unsigned int nr_virtio;
	struct virtio_slot virtio[MACHINE_MAX_VIRTIO];
};

extern const struct machine *const the_machine;

/**
 * irq_request() - have @fn called for a shared peripheral interrupt
 *
 * @fn runs with the monitor lock held on physical CPU 0.
 *
 * Return: 0, -EINVAL for a number out of range, -EBUSY if it is taken.
 */
int irq_request(u32 irq, void (*fn)(void));

/** machine_power_off(), machine_reset() - never return */
__attribute__((noreturn)) void machine_reset(void);
__attribute__((noreturn)) void machine_power_off(void);

#endif /* XENLET_MACHINE_H */
