// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the GICv2 distributor, each CPU's interface to it, and the table of
 * handlers. xenlet masks interrupts while it runs and polls instead, so a
 * handler never interrupts anything: it runs on the way from a guest or from
 * idle, with the monitor lock held.
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

#define GICD_CTLR		0x000
#define GICD_TYPER		0x004
#define GICD_ISENABLER		0x100
#define GICD_ICENABLER		0x180
#define GICD_ICPENDR		0x280
#define GICD_ICACTIVER		0x380
#define GICD_IPRIORITYR		0x400
#define GICD_ITARGETSR		0x800
#define GICD_ICFGR		0xc00
#define GICD_SGIR		0xf00

#define GICC_CTLR		0x0000
#define GICC_PMR		0x0004
#define GICC_IAR		0x000c
#define GICC_EOIR		0x0010
#define GICC_DIR		0x1000

#define GICC_CTLR_ENABLE	BIT(0)
#define GICC_CTLR_EOIMODE	BIT(9)

#define SGI_KICK		0
#define FIRST_SPI		32
#define FIRST_SPECIAL		1020
#define NR_HANDLERS		128
#define PRIORITY		0xa0

typedef void (*handler_fn)(void);

static struct {
	unsigned int nr_irqs;
	unsigned int nr_lrs;
	u8 cpu_mask[MAX_CPUS];	/* each CPU's bit at the distributor */
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

static u32 gicc_read(unsigned int reg)
{
	return mmio_read32(the_machine->gicc + reg);
}

static void gicc_write(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->gicc + reg, value);
}

u32 gich_read(unsigned int reg)
{
	return mmio_read32(the_machine->gich + reg);
}

void gich_write(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->gich + reg, value);
}

unsigned int gic_list_registers(void)
{
	return gic.nr_lrs;
}

void gic_init(void)
{
	unsigned int i;

	gicd_write(GICD_CTLR, 0);
	gic.nr_irqs = MIN(32 * ((gicd_read(GICD_TYPER) & 31) + 1), 1020U);
	for (i = FIRST_SPI; i < gic.nr_irqs; i += 32) {
		gicd_write(GICD_ICENABLER + i / 8, ~0U);
		gicd_write(GICD_ICPENDR + i / 8, ~0U);
		gicd_write(GICD_ICACTIVER + i / 8, ~0U);
	}
	for (i = FIRST_SPI; i < gic.nr_irqs; i += 4)
		gicd_write(GICD_IPRIORITYR + i, PRIORITY * 0x01010101U);
	gicd_write(GICD_CTLR, 1);
	gic.nr_lrs = MIN((gich_read(GICH_VTR) & 63) + 1,
			 (u32)VGIC_MAX_LRS);
	gic_cpu_init();
}

void gic_cpu_init(void)
{
	unsigned int i;

	gic.cpu_mask[cpu_id()] = gicd_read(GICD_ITARGETSR);
	gicd_write(GICD_ICENABLER, ~0U);
	gicd_write(GICD_ICACTIVER, ~0U);
	for (i = 0; i < FIRST_SPI; i += 4)
		gicd_write(GICD_IPRIORITYR + i, PRIORITY * 0x01010101U);
	gicd_write(GICD_ISENABLER, BIT(SGI_KICK) |
		   BIT(the_machine->maintenance_irq) |
		   BIT(the_machine->vtimer_irq) |
		   BIT(the_machine->hyp_timer_irq));
	gich_write(GICH_HCR, 0);
	for (i = 0; i < gic.nr_lrs; i++)
		gich_write(GICH_LR(i), 0);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE);
}

unsigned int gic_spis(void)
{
	return ROUND_UP(gic.nr_irqs, 32U) - FIRST_SPI;
}

/* The boot CPU takes them all. */
static void set_target(u32 irq)
{
	*(volatile u8 *)(the_machine->gicd + GICD_ITARGETSR + irq) =
		gic.cpu_mask[0];
}

int gic_spi_route(unsigned int irq, bool edge)
{
	unsigned int reg = GICD_ICFGR + irq / 16 * 4;
	u32 bit = 2U << irq % 16 * 2;

	if (irq < FIRST_SPI || irq >= gic.nr_irqs)
		return -XEN_EINVAL;
	if (irq < NR_HANDLERS && gic.handlers[irq])
		return -XEN_EBUSY;
	gic_spi_enable(irq, false);
	gicd_write(reg, (gicd_read(reg) & ~bit) | (edge ? bit : 0));
	set_target(irq);
	return 0;
}

void gic_spi_enable(unsigned int irq, bool on)
{
	gicd_write((on ? GICD_ISENABLER : GICD_ICENABLER) + irq / 32 * 4,
		   BIT(irq % 32));
}

void gic_spi_deactivate(unsigned int irq)
{
	gicd_write(GICD_ICACTIVER + irq / 32 * 4, BIT(irq % 32));
}

int irq_request(u32 irq, void (*fn)(void))
{
	if (irq < FIRST_SPI || irq >= MIN(gic.nr_irqs, (u32)NR_HANDLERS))
		return -XEN_EINVAL;
	if (gic.handlers[irq])
		return -XEN_EBUSY;
	gic.handlers[irq] = fn;
	set_target(irq);
	gic_spi_enable(irq, true);
	return 0;
}

void arch_kick(unsigned int cpu)
{
	/* What the target is to see must be visible before the interrupt. */
	asm volatile("dsb ishst" : : : "memory");
	gicd_write(GICD_SGIR, gic.cpu_mask[cpu] << 16 | SGI_KICK);
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
	u32 iar = gicc_read(GICC_IAR);
	u32 irq = iar & 0x3ff;

	if (irq >= FIRST_SPECIAL)
		return false;

	gicc_write(GICC_EOIR, iar);
	if (handle(irq))
		gicc_write(GICC_DIR, iar);
	return true;
}
