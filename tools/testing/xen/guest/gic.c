// SPDX-License-Identifier: GPL-2.0
/* The interrupt controller as far as events need it: GICv2. */
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

#define SPURIOUS	1023

static uint32_t read32(unsigned int reg)
{
	return *(volatile uint32_t *)(uintptr_t)(env->gicd + reg);
}

static void write32(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(env->gicd + reg) = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void registers(uint32_t upcall)
{
	write32(GICD_CTLR, 1);
	check(read32(GICD_CTLR) & 1, "the distributor can be enabled");
	check((read32(GICD_TYPER) & 0x1f) < 32, "it tells how many interrupts");
	write32(GICD_ICENABLER0, upcall);
	check(!(read32(GICD_ISENABLER0) & upcall),
	      "the upcall can be disabled");
	write32(GICD_ISENABLER0, upcall);
	check(read32(GICD_ISENABLER0) & upcall, "and enabled");
}

static void priorities(void)
{
	volatile uint8_t *priority = (volatile uint8_t *)(uintptr_t)
		(env->gicd + GICD_IPRIORITYR + env->upcall_irq);

	*priority = 0x80;
	check(*priority == 0x80, "priorities are bytes");
}

static uint32_t cpu_read(unsigned int reg)
{
	return *(volatile uint32_t *)(uintptr_t)(env->gicc + reg);
}

static void cpu_write(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(env->gicc + reg) = value;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static evtchn_port_t open_port(struct shared_info *info)
{
	evtchn_port_t port;

	bind_ipi(0, &port);
	clear_bit(info->evtchn_mask, port);
	info->vcpu_info[0].evtchn_pending_sel = 0;
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	return port;
}

/* Interrupts stay masked in the CPU: the interface tells what is pending. */
static void delivery(void)
{
	struct shared_info *info = shared_info_map();
	evtchn_port_t port = open_port(info);
	uint64_t start;

	cpu_write(GICC_PMR, 0xff);
	cpu_write(GICC_CTLR, 1);
	expect(cpu_read(GICC_IAR) & 0x3ff, SPURIOUS, "nothing is pending");
	send(port);
	start = now_ns();
	cpu_wait();
	check(now_ns() - start < 2000000000ULL,
	      "a pending upcall ends a WFI");
	expect(cpu_read(GICC_IAR) & 0x3ff, env->upcall_irq,
	       "the upcall can be acknowledged");
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	info->vcpu_info[0].evtchn_pending_sel = 0;
	clear_bit(info->evtchn_pending, port);
	cpu_write(GICC_EOIR, env->upcall_irq);
	expect(cpu_read(GICC_IAR) & 0x3ff, SPURIOUS,
	       "it is over when the flag is cleared");
	send(port);
	expect(cpu_read(GICC_IAR) & 0x3ff, env->upcall_irq,
	       "the next event makes another");
	cpu_write(GICC_EOIR, env->upcall_irq);
	close_port(port);
}

void test_main(void)
{
	if (!env->gicc || !env->upcall_irq) {
		report(SKIP, "the interrupt controller", "it is no GICv2");
		return;
	}
	registers(1U << env->upcall_irq);
	priorities();
	delivery();
}
