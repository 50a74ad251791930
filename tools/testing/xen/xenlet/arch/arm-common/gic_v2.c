// SPDX-License-Identifier: GPL-2.0
/*
 * GICv2: each CPU's interface and the virtual one are memory (IHI 0048B).
 *
 * Owns the bits by which the distributor knows the CPUs. Runs on the CPU
 * concerned, with interrupts masked.
 */
#include <xenlet/cpu.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/mmio.h>

#define GICC_CTLR		0x0000
#define GICC_PMR		0x0004
#define GICC_IAR		0x000c
#define GICC_EOIR		0x0010
#define GICC_DIR		0x1000

#define GICC_CTLR_ENABLE	BIT(0)
#define GICC_CTLR_EOIMODE	BIT(9)

static struct {
	u8 cpu_mask[MAX_CPUS];
} gic_v2;

static void gicc_write(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->gicc + reg, value);
}

static u32 virtual_read(unsigned int reg)
{
	return mmio_read32(the_machine->gich + reg);
}

static void virtual_write(unsigned int reg, u32 value)
{
	mmio_write32(the_machine->gich + reg, value);
}

static void cpu_init(void)
{
	gic_v2.cpu_mask[cpu_id()] = mmio_read32(the_machine->gicd +
						GICD_ITARGETSR);
	gic_private_init(the_machine->gicd);
	virtual_write(GICH_HCR, 0);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE);
}

static void set_target(u32 irq)
{
	*(volatile u8 *)(uintptr_t)(the_machine->gicd + GICD_ITARGETSR + irq) =
		gic_v2.cpu_mask[0];
}

static u32 acknowledge(void)
{
	return mmio_read32(the_machine->gicc + GICC_IAR);
}

static void drop(u32 iar)
{
	gicc_write(GICC_EOIR, iar);
}

static void end(u32 iar)
{
	gicc_write(GICC_DIR, iar);
}

static void kick(unsigned int cpu)
{
	mmio_write32(the_machine->gicd + GICD_SGIR,
		     gic_v2.cpu_mask[cpu] << 16 | SGI_KICK);
}

const struct gic_ops gic_v2_ops = {
	.ctlr		= 1,
	.cpu_init	= cpu_init,
	.set_target	= set_target,
	.acknowledge	= acknowledge,
	.drop		= drop,
	.end		= end,
	.kick		= kick,
	.read		= virtual_read,
	.write		= virtual_write,
};
