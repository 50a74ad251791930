// SPDX-License-Identifier: GPL-2.0
/* The interrupt controller as far as events need it: GICv2. */
#include "upcall.h"

static void registers(uint32_t upcall)
{
	gicd_write(GICD_CTLR, 1);
	check(gicd_read(GICD_CTLR) & 1, "the distributor can be enabled");
	check((gicd_read(GICD_TYPER) & 0x1f) < 32, "it tells how many interrupts");
	gicd_write(GICD_ICENABLER0, upcall);
	check(!(gicd_read(GICD_ISENABLER0) & upcall),
	      "the upcall can be disabled");
	gicd_write(GICD_ISENABLER0, upcall);
	check(gicd_read(GICD_ISENABLER0) & upcall, "and enabled");
}

static void priorities(void)
{
	volatile uint8_t *priority = (volatile uint8_t *)(uintptr_t)
		(env->gicd + GICD_IPRIORITYR + env->upcall_irq);

	*priority = 0x80;
	check(*priority == 0x80, "priorities are bytes");
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

	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, 1);
	expect(gicc_read(GICC_IAR) & 0x3ff, GIC_SPURIOUS, "nothing is pending");
	send(port);
	start = now_ns();
	cpu_wait();
	check(now_ns() - start < 2000000000ULL,
	      "a pending upcall ends a WFI");
	expect(gicc_read(GICC_IAR) & 0x3ff, env->upcall_irq,
	       "the upcall can be acknowledged");
	upcall_clear(info, port);
	gicc_write(GICC_EOIR, env->upcall_irq);
	expect(gicc_read(GICC_IAR) & 0x3ff, GIC_SPURIOUS,
	       "it is over when the flag is cleared");
	send(port);
	expect(gicc_read(GICC_IAR) & 0x3ff, env->upcall_irq,
	       "the next event makes another");
	gicc_write(GICC_EOIR, env->upcall_irq);
	close_port(port);
}

void test_main(void)
{
	if (!upcall_can_wait()) {
		report(SKIP, "the interrupt controller", "it is no GICv2");
		return;
	}
	registers(1U << env->upcall_irq);
	priorities();
	delivery();
}
