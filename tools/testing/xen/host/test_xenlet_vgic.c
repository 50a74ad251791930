// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's virtual GIC, of both versions, against a model of the list registers: what a guest
 * is offered, in which order, how often, and that nothing is lost where the
 * registers are fewer than the interrupts.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

/* The guest's interrupt numbers are in the ABI of the architecture. */
#undef __x86_64__
#undef __i386__
#define __aarch64__	1

#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/mmio.h>

#include "arch/arm-common/vgic.c"
#include "arch/arm-common/vgic_mmio.c"

#define LRS	4
#define SPI	GUEST_VPL011_SPI
#define TIMER	GUEST_TIMER_VIRT_PPI
#define TAKEN	33	/* one that xenlet has itself */

static struct cpu cpu;
static struct domain d;
static struct vcpu v[2];
static u32 hw_lr[LRS], hw_hcr;
static unsigned int woken, kicked;

struct cpu *this_cpu(void)
{
	return &cpu;
}

unsigned int gic_list_registers(void)
{
	return LRS;
}

u32 gich_read(unsigned int reg)
{
	return reg >= GICH_LR(0) ? hw_lr[(reg - GICH_LR(0)) / 4] : 0;
}

void gich_write(unsigned int reg, u32 value)
{
	if (reg >= GICH_LR(0))
		hw_lr[(reg - GICH_LR(0)) / 4] = value;
	else if (reg == GICH_HCR)
		hw_hcr = value;
}

/* The machine's shared interrupts. */

static bool phys_on[1024], phys_active[1024], phys_edge[1024];

int gic_spi_route(unsigned int irq, bool edge)
{
	if (irq == TAKEN)
		return -XEN_EBUSY;
	phys_edge[irq] = edge;
	return 0;
}

void gic_spi_enable(unsigned int irq, bool on)
{
	phys_on[irq] = on;
}

void gic_spi_deactivate(unsigned int irq)
{
	phys_active[irq] = false;
}

void *heap_alloc(size_t size)
{
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	free(ptr);
}

void vcpu_wake(struct vcpu *vcpu)
{
	vcpu->state = VCPU_RUNNABLE;
	woken++;
}

void vcpu_kick(struct vcpu *vcpu)
{
	kicked++;
}

/* What the guest's CPU interface does with the registers. */

#define NONE	1023

/* Acknowledge: the most urgent pending one becomes active. */
static u32 guest_ack(void)
{
	u32 best = ~0U;
	int at = -1, i;

	for (i = 0; i < LRS; i++) {
		if ((hw_lr[i] & LR_STATE) == LR_PENDING &&
		    (hw_lr[i] >> LR_PRIO_SHIFT & 31) < best) {
			best = hw_lr[i] >> LR_PRIO_SHIFT & 31;
			at = i;
		}
	}
	if (at < 0)
		return NONE;
	hw_lr[at] = (hw_lr[at] & ~LR_PENDING) | LR_ACTIVE;
	return hw_lr[at] & 0x1fff;
}

/* End; true if the hardware asks for maintenance. */
static bool guest_eoi(u32 irq)
{
	unsigned int i, used = 0;
	bool eoi = false;

	for (i = 0; i < LRS; i++) {
		if ((hw_lr[i] & 0x3ff) == (irq & 0x3ff) &&
		    (hw_lr[i] & LR_ACTIVE)) {
			hw_lr[i] &= ~LR_ACTIVE;
			eoi |= hw_lr[i] & LR_EOI && !(hw_lr[i] & LR_STATE);
		}
		used += !!(hw_lr[i] & LR_STATE);
	}
	return eoi || (hw_hcr & GICH_HCR_UIE && used <= 1);
}

/* Acknowledge and end what is offered, with the exits that it takes. */
static u32 guest_serve(void)
{
	u32 irq;

	vgic_flush(&v[0]);
	irq = guest_ack();
	if (irq != NONE && guest_eoi(irq)) {
		vgic_maintenance(&v[0]);
		vgic_flush(&v[0]);
	}
	return irq;
}

static void reg_write(u32 offset, unsigned int size, u64 value)
{
	struct mmio_access access = { offset, size, true, value };

	vgic_dist_mmio(&v[0], &access);
}

static u64 reg_read(u32 offset)
{
	struct mmio_access access = { .offset = offset, .size = 4 };

	vgic_dist_mmio(&v[0], &access);
	return access.value;
}

static gpa_t rdist;	/* 0: GICv2 */

static void reset_with(unsigned int spis)
{
	unsigned int i;

	vgic_domain_destroy(&d);
	memset(&d, 0, sizeof(d));
	memset(v, 0, sizeof(v));
	memset(hw_lr, 0, sizeof(hw_lr));
	d.nr_vcpus = 2;
	vgic_domain_init(&d, GUEST_GICD_BASE, rdist, spis);
	for (i = 0; i < 2; i++) {
		d.vcpus[i] = &v[i];
		v[i].domain = &d;
		v[i].id = i;
		v[i].state = VCPU_RUNNABLE;
		vgic_vcpu_init(&v[i]);
	}
	cpu.current = &v[0];
	vgic_load(&v[0]);
	reg_write(0x000, 4, 1);
	reg_write(0x100, 4, ~0U);	/* all private ones on */
	woken = 0;
	kicked = 0;
}

static void reset(void)
{
	reset_with(VGIC_DOMU_SPIS);
}

static void test_edge(void)
{
	reset();
	ktap_ok(guest_serve() == NONE, "nothing is offered at first");
	vgic_inject_ppi(&v[0], 31);
	ktap_ok(vgic_pending(&v[0]), "an injected interrupt is pending");
	vgic_inject_ppi(&v[0], 31);
	ktap_ok(guest_serve() == 31 && guest_serve() == NONE,
		"two edges before it is taken are one");
	ktap_ok(!vgic_pending(&v[0]), "and nothing stays");

	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	guest_ack();
	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	guest_eoi(31);
	ktap_ok(guest_serve() == 31, "an edge while it is active comes after");
	ktap_ok(guest_serve() == NONE, "once");
}

static void test_enable(void)
{
	reset();
	reg_write(0x180, 4, 1U << 31);
	vgic_inject_ppi(&v[0], 31);
	ktap_ok(guest_serve() == NONE && !vgic_pending(&v[0]),
		"a disabled interrupt is not offered");
	ktap_ok(reg_read(0x200) >> 31 & 1, "but reads as pending");
	reg_write(0x100, 4, 1U << 31);
	ktap_ok(guest_serve() == 31, "and comes when it is enabled");

	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	reg_write(0x180, 4, 1U << 31);
	ktap_ok(guest_serve() == NONE,
		"disabling takes it out of a list register");
	reg_write(0x100, 4, 1U << 31);
	ktap_ok(guest_serve() == 31, "without losing it");

	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	reg_write(0x280, 4, 1U << 31);
	ktap_ok(guest_serve() == NONE, "ICPENDR takes it away for good");

	vgic_inject_ppi(&v[0], 31);
	reg_write(0x000, 4, 0);
	ktap_ok(guest_serve() == NONE, "a distributor that is off offers none");
	reg_write(0x000, 4, 1);
	ktap_ok(guest_serve() == 31, "until it is on");
	reg_write(0x180, 4, 0xffff);
	ktap_ok((reg_read(0x100) & 0xffff) == 0xffff, "SGIs stay enabled");
}

static void test_overflow(void)
{
	unsigned int i, irq, seen = 0, last = 0, count = 0;
	bool ordered = true;

	reset();
	for (i = 16; i < 26; i++) {
		reg_write(0x400 + i, 1, (26 - i) << 3);
		vgic_inject_ppi(&v[0], i);
	}
	vgic_flush(&v[0]);
	ktap_ok(hw_hcr & GICH_HCR_UIE, "too many ask for underflow");
	while ((irq = guest_serve()) != NONE && count < 100) {
		seen |= 1U << irq;
		ordered &= !last || irq < last;
		last = irq;
		count++;
	}
	ktap_ok(seen == 0x3ff0000 && count == 10,
		"ten interrupts pass through four registers, each once");
	ktap_ok(ordered, "the most urgent first");
	ktap_ok(!(hw_hcr & GICH_HCR_UIE), "and underflow is off again");
}

static void test_sgi(void)
{
	reset();
	reg_write(0xf00, 4, 2 << 24 | 5);
	ktap_ok(guest_serve() == 5, "an SGI to oneself arrives");

	v[0].arch.vgic.irqs[5].sources = 3;
	virq_changed(&v[0], 5);
	ktap_ok(guest_serve() == 5, "of two senders the first is seen");
	ktap_ok(guest_serve() == (1 << 10 | 5), "then the other, by its number");
	ktap_ok(guest_serve() == NONE, "and no third");

	reg_write(0xf00, 4, 2 << 24 | 6);
	vgic_flush(&v[0]);
	guest_ack();
	v[0].arch.vgic.irqs[6].sources |= 2;
	virq_changed(&v[0], 6);
	vgic_flush(&v[0]);
	ktap_ok(guest_eoi(6), "one more while it is active asks to be told");
	vgic_maintenance(&v[0]);
	ktap_ok(guest_serve() == (1 << 10 | 6), "and comes after its end");

	v[1].state = VCPU_BLOCKED;
	reg_write(0xf00, 4, 1 << 24 | 7);
	ktap_ok(woken == 1 && v[1].arch.vgic.irqs[7].sources == 1,
		"an SGI wakes the other vCPU");
	v[1].state = VCPU_DOWN;
	reg_write(0xf00, 4, 2 << 16 | 8);
	ktap_ok(!v[1].arch.vgic.irqs[8].sources, "one that is off gets none");
	reg_write(0xf20 + 9, 1, 2);
	ktap_ok(guest_serve() == (1 << 10 | 9), "SPENDSGIR sets a source");
	reg_write(0xf20 + 9, 1, 2);
	reg_write(0xf10 + 9, 1, 2);
	ktap_ok(guest_serve() == NONE, "CPENDSGIR takes it back");
}

static void test_level(void)
{
	reset();
	reg_write(0x100 + 4, 4, 1);
	vgic_set_spi(&d, SPI, true);
	ktap_ok(guest_serve() == SPI, "a level is offered");
	ktap_ok(guest_serve() == SPI, "again, while it stays up");
	vgic_flush(&v[0]);
	guest_ack();
	vgic_set_spi(&d, SPI, false);
	if (guest_eoi(SPI))
		vgic_maintenance(&v[0]);
	ktap_ok(guest_serve() == NONE, "and not when it went down");
	reg_write(0x800 + SPI, 1, 2);
	vgic_set_spi(&d, SPI, true);
	ktap_ok(guest_serve() == NONE && v[1].arch.vgic.dirty,
		"it goes where ITARGETSR says");
	reg_write(0x800 + SPI, 1, 0xfc);
	ktap_ok(!d.arch.vgic.spis[0].targets, "vCPUs that are not are ignored");
}

static void test_timer(void)
{
	reset();
	vgic_inject_ppi(&v[0], TIMER);
	vgic_flush(&v[0]);
	ktap_ok(guest_ack() == TIMER, "the timer's interrupt is software's");
	vgic_inject_ppi(&v[0], TIMER);
	vgic_flush(&v[0]);
	guest_eoi(TIMER);
	ktap_ok(guest_serve() == TIMER,
		"one that fires while it is handled comes again");
	ktap_ok(guest_serve() == NONE, "once");

	vgic_inject_ppi(&v[0], TIMER);
	vgic_save(&v[0]);
	ktap_ok(vgic_pending(&v[0]), "one that was not delivered stays pending");
	vgic_load(&v[0]);
	ktap_ok(guest_serve() == TIMER, "and is there when its vCPU is back");
}

static void test_switch(void)
{
	reset();
	vgic_inject_ppi(&v[0], 31);
	vgic_inject_ppi(&v[0], 20);
	vgic_flush(&v[0]);
	vgic_save(&v[0]);
	ktap_ok(!(hw_lr[0] | hw_lr[1]), "a vCPU that leaves takes all along");
	ktap_ok(vgic_pending(&v[0]), "and is known to have something pending");
	vgic_load(&v[0]);
	ktap_ok(guest_serve() != NONE && guest_serve() != NONE &&
		guest_serve() == NONE, "and finds both when it is back");
}

static void test_restart(void)
{
	reset();
	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	vgic_inject_ppi(&v[0], 20);
	vgic_save(&v[0]);
	vgic_vcpu_restart(&v[0]);
	ktap_ok(!vgic_pending(&v[0]), "a vCPU that is started has no past");
	vgic_load(&v[0]);
	ktap_ok(guest_serve() == NONE, "and is not called for it");
	vgic_inject_ppi(&v[0], 31);
	vgic_flush(&v[0]);
	ktap_ok(guest_serve() == 31, "but is for what comes");
}

static void test_registers(void)
{
	struct mmio_access access = { .offset = 0x102, .size = 4 };
	bool harmless = true;
	u32 offset;

	reset();
	ktap_ok(reg_read(0x004) == (1 | 1 << 5), "TYPER: 64 lines, 2 CPUs");
	ktap_ok(reg_read(0xfe8) == 0x20, "PIDR2: version 2");
	ktap_ok(reg_read(0x800) == 0x01010101, "private ones target oneself");
	reg_write(0x400 + 20, 1, 0xff);
	ktap_ok((reg_read(0x400 + 20) & 0xff) == 0xf8, "five bits of priority");
	reg_write(0xc04, 4, 0xaaaaaaaa);
	ktap_ok(reg_read(0xc04) == 0xaaaaaaaa, "PPIs can be made edge");
	ktap_ok(reg_read(0xc00) == 0xaaaaaaaa, "SGIs are");
	ktap_ok(!vgic_dist_mmio(&v[0], &access), "misaligned is refused");
	access = (struct mmio_access){ .offset = 0x100, .size = 1 };
	ktap_ok(!vgic_dist_mmio(&v[0], &access), "a wrong width is refused");

	srand(2);
	for (offset = 0; offset < 0x1000; offset += 4) {
		reg_write(offset, 4, rand());
		reg_read(offset);
		reg_write(offset, 8, ~0ULL);
		reg_write(offset + rand() % 4, 1, rand());
		vgic_flush(&v[0]);
		harmless &= v[0].arch.vgic.used < 1U << LRS;
	}
	ktap_ok(harmless, "random writes to every offset do no harm");
}

/* What the machine does when a device raises its line. */
static void device_fires(unsigned int irq)
{
	if (!phys_on[irq] || phys_active[irq])
		return;
	phys_active[irq] = true;
	if (vgic_physical(&d, irq))
		phys_active[irq] = false;
}

#define DISK	48	/* edge */
#define CARD	300	/* level */

static void test_route(void)
{
	reset_with(288);
	ktap_ok(reg_read(0x004) == (9 | 1 << 5), "TYPER: 320 lines");
	ktap_ok(vgic_route(&d, 31, true) == -XEN_EINVAL &&
		vgic_route(&d, 320, true) == -XEN_EINVAL,
		"only a shared interrupt can be routed");
	ktap_ok(vgic_route(&d, TAKEN, true) == -XEN_EBUSY,
		"not one of xenlet's");
	ktap_ok(!vgic_route(&d, DISK, true) && phys_edge[DISK],
		"a device's interrupt is, as it is wired");
	ktap_ok(vgic_route(&d, DISK, true) == -XEN_EBUSY, "once");
	reg_write(0xc00 + DISK / 4, 4, 0);
	ktap_ok(d.arch.vgic.spis[DISK - 32].edge, "which no guest changes");
	ktap_ok(!phys_on[DISK], "it is off in the machine");
	reg_write(0x100 + DISK / 32 * 4, 4, BIT(DISK % 32));
	ktap_ok(phys_on[DISK], "until the guest turns it on");
	reg_write(0x180 + DISK / 32 * 4, 4, BIT(DISK % 32));
	ktap_ok(!phys_on[DISK], "and off");
	ktap_ok(vgic_physical(&d, 200) && vgic_physical(&d, 1000) &&
		guest_serve() == NONE, "one that is nobody's is ended, unseen");
}

static void test_physical_edge(void)
{
	reset_with(288);
	vgic_route(&d, DISK, true);
	reg_write(0x100 + DISK / 32 * 4, 4, BIT(DISK % 32));
	device_fires(DISK);
	ktap_ok(!phys_active[DISK], "an edge is over for the machine");
	vgic_flush(&v[0]);
	ktap_ok(guest_ack() == DISK, "and there for the guest");
	device_fires(DISK);
	vgic_flush(&v[0]);
	guest_eoi(DISK);
	ktap_ok(guest_serve() == DISK && guest_serve() == NONE,
		"one more while it is served comes after it, once");
}

static void test_physical_level(void)
{
	reset_with(288);
	vgic_route(&d, CARD, false);
	reg_write(0x100 + CARD / 32 * 4, 4, BIT(CARD % 32));
	device_fires(CARD);
	ktap_ok(phys_active[CARD], "a level stays active in the machine");
	vgic_flush(&v[0]);
	ktap_ok(guest_ack() == CARD, "while the guest serves it");
	ktap_ok(guest_eoi(CARD), "whose end xenlet is told");
	vgic_maintenance(&v[0]);
	ktap_ok(!phys_active[CARD] && guest_serve() == NONE,
		"and passes on to the machine");
	device_fires(CARD);
	ktap_ok(guest_serve() == CARD && !phys_active[CARD],
		"if it is still up, it fires again");

	device_fires(CARD);
	vgic_flush(&v[0]);
	reg_write(0x180 + CARD / 32 * 4, 4, BIT(CARD % 32));
	ktap_ok(guest_serve() == NONE && !phys_active[CARD] && !phys_on[CARD],
		"turned off before it was taken, it goes back to the device");
	reg_write(0x100 + CARD / 32 * 4, 4, BIT(CARD % 32));
	device_fires(CARD);
	ktap_ok(guest_serve() == CARD && guest_serve() == NONE,
		"and comes once when it is on again");

	device_fires(CARD);
	vgic_domain_destroy(&d);
	ktap_ok(!phys_active[CARD] && !phys_on[CARD],
		"a domain that goes leaves none active and none on");
}

static bool rdist_access(u32 offset, unsigned int size, bool write, u64 *value)
{
	struct mmio_access access = { offset, size, write, *value };
	bool done = vgic_rdist_mmio(&v[0], &access);

	*value = access.value;
	return done;
}

static u64 rdist_read(u32 offset, unsigned int size)
{
	u64 value = 0;

	return rdist_access(offset, size, false, &value) ? value : ~0UL;
}

static void rdist_write(u32 offset, unsigned int size, u64 value)
{
	rdist_access(offset, size, true, &value);
}

#define SGI_FRAME	0x10000

static void test_v3_registers(void)
{
	struct mmio_access access = { .offset = 0x6000 + 8 * SPI, .size = 8 };

	reset();
	reg_write(0x000, 4, 0x13);
	ktap_ok(reg_read(0x000) == 0x12 && d.arch.vgic.enabled,
		"v3: affinity routing is on, group 1 can be");
	ktap_ok((reg_read(0x004) >> 19 & 31) == 9, "v3: numbers have ten bits");
	ktap_ok(reg_read(0xffe8) == 0x30 && rdist_read(0xffe8, 4) == 0x30,
		"v3: it says that it is one");
	reg_write(0x100, 4, ~0U);
	ktap_ok(!reg_read(0x100), "v3: the distributor has no private ones");
	ktap_ok(rdist_read(SGI_FRAME + 0x100, 4) == 0xffff,
		"v3: a redistributor has");
	rdist_write(SGI_FRAME + 0x180, 4, 1);
	ktap_ok(rdist_read(SGI_FRAME + 0x100, 4) == 0xfffe,
		"v3: SGIs can be disabled");
	rdist_write(SGI_FRAME + 0x100, 4, 1U << 27);
	ktap_ok(v[0].arch.vgic.irqs[27].enabled &&
		!v[1].arch.vgic.irqs[27].enabled, "v3: each has its own");
	rdist_write(VGIC_RDIST_SIZE + SGI_FRAME + 0x100, 4, 1U << 27);
	ktap_ok(v[1].arch.vgic.irqs[27].enabled,
		"v3: and can be set up by another vCPU");
	ktap_ok(rdist_read(8, 8) == 0 &&
		rdist_read(VGIC_RDIST_SIZE + 8, 8) ==
		(1UL << 32 | 1 << 8 | 1 << 4) &&
		rdist_read(VGIC_RDIST_SIZE + 12, 4) == 1,
		"v3: it tells whose it is, and the last that it is");
	ktap_ok(rdist_read(2 * VGIC_RDIST_SIZE, 4) == ~0UL,
		"v3: there are no more than vCPUs");
	vgic_dist_mmio(&v[0], &access);
	ktap_ok(!access.value, "v3: shared ones go to vCPU 0 at first");
	access = (struct mmio_access){ 0x6000 + 8 * SPI, 8, true, 1 };
	vgic_dist_mmio(&v[0], &access);
	ktap_ok(d.arch.vgic.spis[SPI - 32].targets == 2,
		"v3: and to another when told");
	access = (struct mmio_access){ 0x6000 + 8 * SPI, 8, true, 0x10001 };
	vgic_dist_mmio(&v[0], &access);
	ktap_ok(d.arch.vgic.spis[SPI - 32].targets == 2,
		"v3: that there is");
}

static void test_v3_sgi(void)
{
	reset();
	reg_write(0x000, 4, 2);
	ktap_ok(vgic_send(&v[0], 5UL << 24 | 1) && guest_serve() == 5,
		"v3: an SGI to oneself");
	vgic_send(&v[0], 5UL << 24 | 1UL << 40);
	ktap_ok(guest_serve() == NONE && v[1].arch.vgic.irqs[5].sources == 1,
		"v3: one to all others");
	vgic_send(&v[0], 6UL << 24 | 1UL << 16 | 1);
	vgic_send(&v[0], 6UL << 24 | 1UL << 32 | 1);
	vgic_send(&v[0], 6UL << 24 | 1UL << 48 | 1);
	vgic_send(&v[0], 6UL << 24 | 1UL << 44 | 1);
	vgic_send(&v[0], 6UL << 24 | 0xfffc);
	ktap_ok(guest_serve() == NONE, "v3: one to nobody who is there");
	vgic_send(&v[1], 7UL << 24 | 1);
	vgic_send(&v[0], 7UL << 24 | 1);
	ktap_ok(guest_serve() == 7 && guest_serve() == NONE,
		"v3: two senders are one, and have no number");
	rdist_write(SGI_FRAME + 0x200, 4, 1 << 9);
	ktap_ok(guest_serve() == 9, "v3: an SGI can be made pending");
	rdist_write(SGI_FRAME + 0x200, 4, 1 << 9);
	rdist_write(SGI_FRAME + 0x280, 4, 1 << 9);
	ktap_ok(guest_serve() == NONE, "v3: and not");
	v[1].state = VCPU_DOWN;
	vgic_send(&v[0], 8UL << 24 | 2);
	ktap_ok(!v[1].arch.vgic.irqs[8].sources,
		"v3: one that is off gets none");
	rdist = 0;
	reset();
	ktap_ok(!vgic_send(&v[0], 5UL << 24 | 1), "v2 has no such register");
}

int main(void)
{
	test_edge();
	test_enable();
	test_overflow();
	test_sgi();
	test_level();
	test_timer();
	test_switch();
	test_restart();
	test_registers();
	test_route();
	test_physical_edge();
	test_physical_level();
	rdist = GUEST_GICV3_GICR0_BASE;
	test_v3_registers();
	test_v3_sgi();
	vgic_domain_destroy(&d);
	return ktap_done();
}
