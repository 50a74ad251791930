// SPDX-License-Identifier: GPL-2.0
/*
 * GICv3: each CPU's interface and the virtual one are system registers, its
 * private interrupts in a redistributor of its own (IHI 0069).
 *
 * Owns no data but where each CPU's redistributor is. Runs on the CPU
 * concerned, with interrupts masked. A list register is seen as GICv2 has it:
 * the numbers below 1020 are the same, and so are its states.
 */
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/mmio.h>
#include <xenlet/sysreg.h>

#define GICD_CTLR_GROUP1	BIT(1)
#define GICD_CTLR_ARE		BIT(4)
#define GICD_IROUTER		0x6000

#define GICR_TYPER		0x0008
#define GICR_WAKER		0x0014
#define GICR_SGI_FRAME		0x10000
#define GICR_SIZE		0x20000
#define GICR_TYPER_VLPIS	BIT(1)
#define GICR_TYPER_LAST		BIT(4)
#define GICR_WAKER_SLEEP	BIT(1)
#define GICR_WAKER_ASLEEP	BIT(2)
#define WAKE_READS		1000000

#define SRE_SRE			BIT(0)
#define CTLR_EOIMODE		BIT(1)

#define ICH_LR_PENDING		(1UL << 62)
#define ICH_LR_ACTIVE		(1UL << 63)
#define ICH_LR_GROUP1		(1UL << 60)
#define ICH_LR_PRIO_SHIFT	48
#define ICH_LR_EOI		(1UL << 41)
#define LR_NUMBER		0x3ffU

static u64 lr_read(unsigned int n)
{
	switch (n) {
	case 0: return read_sysreg(ich_lr0_el2);
	case 1: return read_sysreg(ich_lr1_el2);
	case 2: return read_sysreg(ich_lr2_el2);
	case 3: return read_sysreg(ich_lr3_el2);
	case 4: return read_sysreg(ich_lr4_el2);
	case 5: return read_sysreg(ich_lr5_el2);
	case 6: return read_sysreg(ich_lr6_el2);
	case 7: return read_sysreg(ich_lr7_el2);
	case 8: return read_sysreg(ich_lr8_el2);
	case 9: return read_sysreg(ich_lr9_el2);
	case 10: return read_sysreg(ich_lr10_el2);
	case 11: return read_sysreg(ich_lr11_el2);
	case 12: return read_sysreg(ich_lr12_el2);
	case 13: return read_sysreg(ich_lr13_el2);
	case 14: return read_sysreg(ich_lr14_el2);
	case 15: return read_sysreg(ich_lr15_el2);
	}
	return 0;
}

static void lr_write(unsigned int n, u64 value)
{
	switch (n) {
	case 0:
		write_sysreg(value, ich_lr0_el2);
		break;
	case 1:
		write_sysreg(value, ich_lr1_el2);
		break;
	case 2:
		write_sysreg(value, ich_lr2_el2);
		break;
	case 3:
		write_sysreg(value, ich_lr3_el2);
		break;
	case 4:
		write_sysreg(value, ich_lr4_el2);
		break;
	case 5:
		write_sysreg(value, ich_lr5_el2);
		break;
	case 6:
		write_sysreg(value, ich_lr6_el2);
		break;
	case 7:
		write_sysreg(value, ich_lr7_el2);
		break;
	case 8:
		write_sysreg(value, ich_lr8_el2);
		break;
	case 9:
		write_sysreg(value, ich_lr9_el2);
		break;
	case 10:
		write_sysreg(value, ich_lr10_el2);
		break;
	case 11:
		write_sysreg(value, ich_lr11_el2);
		break;
	case 12:
		write_sysreg(value, ich_lr12_el2);
		break;
	case 13:
		write_sysreg(value, ich_lr13_el2);
		break;
	case 14:
		write_sysreg(value, ich_lr14_el2);
		break;
	case 15:
		write_sysreg(value, ich_lr15_el2);
		break;
	}
}

static u64 to_ich(u32 lr)
{
	u64 value = lr & LR_NUMBER;

	if (!(lr & LR_STATE))
		return 0;
	value |= (u64)(lr >> LR_PRIO_SHIFT & 31) << 3 << ICH_LR_PRIO_SHIFT;
	value |= ICH_LR_GROUP1;
	if (lr & LR_PENDING)
		value |= ICH_LR_PENDING;
	if (lr & LR_ACTIVE)
		value |= ICH_LR_ACTIVE;
	if (lr & LR_EOI)
		value |= ICH_LR_EOI;
	return value;
}

static u32 from_ich(u64 value)
{
	u32 lr = value & LR_NUMBER;

	lr |= (value >> ICH_LR_PRIO_SHIFT >> 3 & 31) << LR_PRIO_SHIFT;
	if (value & ICH_LR_PENDING)
		lr |= LR_PENDING;
	if (value & ICH_LR_ACTIVE)
		lr |= LR_ACTIVE;
	if (value & ICH_LR_EOI)
		lr |= LR_EOI;
	return lr;
}

static u32 virtual_read(unsigned int reg)
{
	switch (reg) {
	case GICH_HCR:
		return read_sysreg(ich_hcr_el2);
	case GICH_VTR:
		return read_sysreg(ich_vtr_el2);
	case GICH_VMCR:
		return read_sysreg(ich_vmcr_el2);
	case GICH_APR:
		return read_sysreg(ich_ap1r0_el2);
	}
	return from_ich(lr_read((reg - GICH_LR(0)) / 4));
}

static void virtual_write(unsigned int reg, u32 value)
{
	switch (reg) {
	case GICH_HCR:
		write_sysreg((u64)value, ich_hcr_el2);
		break;
	case GICH_VMCR:
		write_sysreg((u64)value, ich_vmcr_el2);
		break;
	case GICH_APR:
		write_sysreg((u64)value, ich_ap1r0_el2);
		break;
	default:
		lr_write((reg - GICH_LR(0)) / 4, to_ich(value));
		break;
	}
	isb();
}

/* Affinities 3, 2, 1 and 0, as GICR_TYPER and GICD_IROUTER have them. */
static u32 affinity(unsigned int cpu)
{
	u64 mpidr = the_machine->mpidr[cpu];

	return (mpidr >> 32 & 0xff) << 24 | (mpidr & 0xffffff);
}

static paddr_t redistributor(unsigned int cpu)
{
	paddr_t at = the_machine->gicr;
	paddr_t end = at + the_machine->gicr_size;
	u32 typer = 0;

	for (; at < end && !(typer & GICR_TYPER_LAST);
	     at += typer & GICR_TYPER_VLPIS ? 2 * GICR_SIZE : GICR_SIZE) {
		typer = mmio_read32(at + GICR_TYPER);
		if (mmio_read32(at + GICR_TYPER + 4) == affinity(cpu))
			return at;
	}
	panic("CPU%u: no redistributor", cpu);
}

static void wake(paddr_t gicr)
{
	u32 waker = mmio_read32(gicr + GICR_WAKER);
	unsigned int i;

	mmio_write32(gicr + GICR_WAKER, waker & ~GICR_WAKER_SLEEP);
	for (i = 0; i < WAKE_READS; i++)
		if (!(mmio_read32(gicr + GICR_WAKER) & GICR_WAKER_ASLEEP))
			return;
	panic("CPU%u: its redistributor does not wake up", cpu_id());
}

static void cpu_init(void)
{
	paddr_t gicr = redistributor(cpu_id());

	wake(gicr);
	mmio_write32(gicr + GICR_SGI_FRAME + GIC_IGROUPR, ~0U);
	gic_private_init(gicr + GICR_SGI_FRAME);
	/* A guest's ICC_SRE_EL1 traps: it has no other interface to choose. */
	write_sysreg((u64)SRE_SRE, icc_sre_el2);
	isb();
	write_sysreg((u64)SRE_SRE, icc_sre_el1);
	write_sysreg(0UL, ich_hcr_el2);
	write_sysreg(0xffUL, icc_pmr_el1);
	write_sysreg((u64)CTLR_EOIMODE, icc_ctlr_el1);
	write_sysreg(1UL, icc_igrpen1_el1);
	isb();
}

static void set_target(u32 irq)
{
	u64 mpidr = the_machine->mpidr[0];

	*(volatile u64 *)(the_machine->gicd + GICD_IROUTER + 8 * irq) =
		mpidr & 0xff00ffffffUL;
}

static u32 acknowledge(void)
{
	u32 iar = read_sysreg(icc_iar1_el1);

	dsb_sy();
	return iar;
}

static void drop(u32 iar)
{
	write_sysreg((u64)iar, icc_eoir1_el1);
	isb();
}

static void end(u32 iar)
{
	write_sysreg((u64)iar, icc_dir_el1);
	isb();
}

static void kick(unsigned int cpu)
{
	u32 aff = affinity(cpu);

	write_sysreg((u64)(aff >> 24 & 0xff) << 48 |
		     (u64)(aff >> 16 & 0xff) << 32 |
		     (u64)(aff >> 8 & 0xff) << 16 | (u64)SGI_KICK << 24 |
		     (u64)(aff >> 4 & 0xf) << 44 | 1UL << (aff & 0xf),
		     icc_sgi1r_el1);
	isb();
}

static const struct gic_ops ops = {
	.ctlr		= GICD_CTLR_ARE | GICD_CTLR_GROUP1,
	.cpu_init	= cpu_init,
	.set_target	= set_target,
	.acknowledge	= acknowledge,
	.drop		= drop,
	.end		= end,
	.kick		= kick,
	.read		= virtual_read,
	.write		= virtual_write,
};

const struct gic_ops *arch_gic_v3_ops(void)
{
	return &ops;
}
