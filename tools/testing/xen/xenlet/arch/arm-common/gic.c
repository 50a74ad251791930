// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the distributor and the table of handlers. xenlet masks interrupts
 * while it runs and polls instead, so a handler never interrupts anything: it
 * runs on the way from a guest or from idle, with the monitor lock held.
 *
 * Priority drop and deactivation are separate (EOImode 1), so that a handler
 * runs at idle priority and its interrupt cannot come in again before it ends.
 */
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/mmio.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>
#include <xen/errno.h>

#define GICD_TYPER		0x004

#define FIRST_SPI		GIC_PRIVATE
#define FIRST_SPECIAL		1020
#define NR_HANDLERS		128

typedef void (*handler_fn)(void);

static struct {
	const struct gic_ops *ops;
	unsigned int nr_irqs;
	unsigned int nr_lrs;
	handler_fn handlers[NR_HANDLERS];
} gic;

static u32 gicd_read(unsigned int reg)
{
	return mmio_read32(the_machine->gicd + reg);
}

static void gicd_write(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->gicd + reg, value);
}

u32 gich_read(unsigned int reg)
{
	return gic.ops->read(reg);
}

void gich_write(unsigned int reg, u32 value)
{
	gic.ops->write(reg, value);
}

unsigned int gic_list_registers(void)
{
	return gic.nr_lrs;
}

void gic_init(void)
{
	bool v3 = the_machine->gic_version == 3;
	unsigned int i;

	gic.ops = v3 ? arch_gic_v3_ops() : &gic_v2_ops;
	if (!gic.ops)
		panic("No GICv%u for this architecture",
		      the_machine->gic_version);
	gicd_write(GICD_CTLR, 0);
	gic.nr_irqs = MIN(32 * ((gicd_read(GICD_TYPER) & 31) + 1), 1020U);
	for (i = FIRST_SPI; i < gic.nr_irqs; i += 32) {
		gicd_write(GIC_ICENABLER + i / 8, ~0U);
		gicd_write(GIC_ICPENDR + i / 8, ~0U);
		gicd_write(GIC_ICACTIVER + i / 8, ~0U);
		/* GICv2 has its group by xenlet's being non-secure. */
		if (v3)
			gicd_write(GIC_IGROUPR + i / 8, ~0U);
	}
	for (i = FIRST_SPI; i < gic.nr_irqs; i += 4)
		gicd_write(GIC_IPRIORITYR + i, GIC_PRIORITY * 0x01010101U);
	gicd_write(GICD_CTLR, gic.ops->ctlr);
	gic.ops->cpu_init();
	gic.nr_lrs = MIN((gich_read(GICH_VTR) & 31) + 1, (u32)VGIC_MAX_LRS);
	for (i = 0; i < gic.nr_lrs; i++)
		gich_write(GICH_LR(i), 0);
}

void gic_cpu_init(void)
{
	unsigned int i;

	gic.ops->cpu_init();
	for (i = 0; i < gic.nr_lrs; i++)
		gich_write(GICH_LR(i), 0);
}

void gic_private_init(paddr_t base)
{
	unsigned int i;

	mmio_write32(base + GIC_ICENABLER, ~0U);
	mmio_write32(base + GIC_ICACTIVER, ~0U);
	for (i = 0; i < GIC_PRIVATE; i += 4)
		mmio_write32(base + GIC_IPRIORITYR + i,
			     GIC_PRIORITY * 0x01010101U);
	mmio_write32(base + GIC_ISENABLER, BIT(SGI_KICK) |
		     BIT(the_machine->maintenance_irq) |
		     BIT(the_machine->vtimer_irq) |
		     BIT(the_machine->hyp_timer_irq));
}

unsigned int gic_spis(void)
{
	return ROUND_UP(gic.nr_irqs, 32U) - FIRST_SPI;
}

int gic_spi_route(unsigned int irq, bool edge)
{
	unsigned int reg = GIC_ICFGR + irq / 16 * 4;
	u32 bit = 2U << irq % 16 * 2;

	if (irq < FIRST_SPI || irq >= gic.nr_irqs)
		return -XEN_EINVAL;
	if (irq < NR_HANDLERS && gic.handlers[irq])
		return -XEN_EBUSY;
	gic_spi_enable(irq, false);
	gicd_write(reg, (gicd_read(reg) & ~bit) | (edge ? bit : 0));
	gic.ops->set_target(irq);
	return 0;
}

void gic_spi_enable(unsigned int irq, bool on)
{
	gicd_write((on ? GIC_ISENABLER : GIC_ICENABLER) + irq / 32 * 4,
		   BIT(irq % 32));
}

void gic_spi_deactivate(unsigned int irq)
{
	gicd_write(GIC_ICACTIVER + irq / 32 * 4, BIT(irq % 32));
}

int irq_request(u32 irq, void (*fn)(void))
{
	if (irq < FIRST_SPI || irq >= MIN(gic.nr_irqs, (u32)NR_HANDLERS))
		return -XEN_EINVAL;
	if (gic.handlers[irq])
		return -XEN_EBUSY;
	gic.handlers[irq] = fn;
	gic.ops->set_target(irq);
	gic_spi_enable(irq, true);
	return 0;
}

void arch_kick(unsigned int cpu)
{
	/* What the target is to see must be visible before the interrupt. */
	asm volatile("dsb ishst" : : : "memory");
	gic.ops->kick(cpu);
}

/* True: it has ended, and may come in again. */
static bool handle(u32 irq)
{
	struct domain *hardware = hardware_domain();
	struct cpu *cpu = this_cpu();

	if (irq == the_machine->hyp_timer_irq) {
		/* What is due is done on the way out. */
		arch_timer_program(0);
		cpu->programmed = 0;
	} else if (irq == the_machine->vtimer_irq) {
		if (cpu->current)
			vtimer_expired(cpu->current);
	} else if (irq == the_machine->maintenance_irq) {
		if (cpu->current)
			vgic_maintenance(cpu->current);
	} else if (irq >= FIRST_SPI && irq < NR_HANDLERS &&
		   gic.handlers[irq]) {
		gic.handlers[irq]();
	} else if (hardware) {
		return vgic_physical(hardware, irq);
	}
	return true;
}

bool arch_irq_poll(void)
{
	u32 iar = gic.ops->acknowledge();
	u32 irq = iar & 0x3ff;

	if (irq >= FIRST_SPECIAL)
		return false;

	gic.ops->drop(iar);
	if (handle(irq))
		gic.ops->end(iar);
	return true;
}
