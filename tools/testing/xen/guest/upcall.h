/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The event upcall at a GICv2, taken from its CPU interface: interrupts stay
 * masked in the CPU.
 */
#ifndef _XEN_GUEST_UPCALL_H
#define _XEN_GUEST_UPCALL_H

#include "event.h"

#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_ISENABLER0	0x100
#define GICD_ICENABLER0	0x180
#define GICD_IPRIORITYR	0x400

#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10

#define GIC_SPURIOUS	1023

static inline uint32_t gicd_read(unsigned int reg)
{
	return *(volatile uint32_t *)(uintptr_t)(env->gicd + reg);
}

static inline void gicd_write(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(env->gicd + reg) = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline uint32_t gicc_read(unsigned int reg)
{
	return *(volatile uint32_t *)(uintptr_t)(env->gicc + reg);
}

static inline void gicc_write(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(env->gicc + reg) = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/** upcall_can_wait() - is there a controller that upcall_wait() knows */
static inline bool upcall_can_wait(void)
{
	return env->gicc && env->upcall_irq;
}

/** upcall_enable() - at the distributor and the interface of vCPU 0 */
static inline void upcall_enable(void)
{
	gicd_write(GICD_CTLR, 1);
	gicd_write(GICD_ISENABLER0, 1U << env->upcall_irq);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, 1);
}

/** upcall_clear() - vCPU 0 has seen @port, its only one */
static inline void upcall_clear(struct shared_info *info, evtchn_port_t port)
{
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	info->vcpu_info[0].evtchn_pending_sel = 0;
	clear_bit(info->evtchn_pending, port);
}

/** upcall_wait() - sleep until an event at @port, and handle it */
static inline void upcall_wait(struct shared_info *info, evtchn_port_t port)
{
	bool seen = false;

	while (!seen) {
		uint32_t irq;

		cpu_wait();
		irq = gicc_read(GICC_IAR);
		if ((irq & 0x3ff) == GIC_SPURIOUS)
			continue;
		seen = test_bit(info->evtchn_pending, port);
		upcall_clear(info, port);
		gicc_write(GICC_EOIR, irq);
	}
}

#endif /* _XEN_GUEST_UPCALL_H */
