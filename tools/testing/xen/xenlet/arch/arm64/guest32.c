// SPDX-License-Identifier: GPL-2.0
/*
 * A guest whose EL1 is in AArch32 state. Its registers are among ours (Arm
 * ARM, D1.6.4 and G1.9.1): R0 to R12 are X0 to X12, the banked ones follow up
 * to X30, and most system registers lie in those of the same purpose.
 *
 * Runs on the vCPU's own CPU with the monitor lock held.
 */
#include <xenlet/aarch32.h>
#include <xenlet/domain.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>

#define PFR0_EL1_SHIFT	4
#define PFR0_EL1_BOTH	2

#define REG_SP		13
#define REG_LR		14
#define X_LR_ABT	20
#define X_LR_UND	22
#define X_FIQ_FIRST	24	/* R8_fiq; 16 behind R8 */

/*
 * QEMU 7.2 keeps the SPSR of the mode that AArch32 state was left in, where
 * no register of EL2's shows it: SPSR_EL1 and its like get it when the mode
 * changes in AArch32 state. So it is read and written there (machine code of
 * A32), which is right on any CPU. It runs at its physical address, as no
 * translation is on.
 */
static const u32 read_spsr[] = {
	0xe14f0000,		/* mrs r0, spsr */
	0xe1400070,		/* hvc #0 */
};

static const u32 write_spsr[] = {
	0xe16ff000,		/* msr spsr_fsxc, r0 */
	0xe1400070,		/* hvc #0 */
};

bool guest32_supported(void)
{
	return (read_sysreg(id_aa64pfr0_el1) >> PFR0_EL1_SHIFT & 15) ==
		PFR0_EL1_BOTH && (u64)write_spsr < 1UL << 32 &&
		(u64)read_spsr < 1UL << 32;
}

static u32 spsr_access(const u32 *code, u64 pstate, u32 spsr)
{
	u64 hcr = read_sysreg(hcr_el2), sctlr = read_sysreg(sctlr_el1);
	u32 mode = pstate & CPSR_MODE;

	if (mode == CPSR_USR || mode == CPSR_SYS)
		return spsr;
	write_sysreg(SCTLR_GUEST_INIT, sctlr_el1);
	write_sysreg(0, hcr_el2);
	isb();
	spsr = visit32(code, mode | CPSR_A | CPSR_I | CPSR_F, spsr);
	write_sysreg(hcr, hcr_el2);
	write_sysreg(sctlr, sctlr_el1);
	isb();
	return spsr;
}

void guest32_save(struct cpu_regs32 *s, u64 pstate)
{
	s->spsr = spsr_access(read_spsr, pstate, 0);
	s->spsr_abt = read_sysreg(spsr_abt);
	s->spsr_und = read_sysreg(spsr_und);
	s->spsr_irq = read_sysreg(spsr_irq);
	s->spsr_fiq = read_sysreg(spsr_fiq);
	s->dacr = read_sysreg(dacr32_el2);
	s->ifsr = read_sysreg(ifsr32_el2);
	s->fpexc = read_sysreg(fpexc32_el2);
}

void guest32_load(const struct cpu_regs32 *s, u64 pstate)
{
	write_sysreg(s->spsr_abt, spsr_abt);
	write_sysreg(s->spsr_und, spsr_und);
	write_sysreg(s->spsr_irq, spsr_irq);
	write_sysreg(s->spsr_fiq, spsr_fiq);
	write_sysreg(s->dacr, dacr32_el2);
	write_sysreg(s->ifsr, ifsr32_el2);
	write_sysreg(s->fpexc, fpexc32_el2);
	spsr_access(write_spsr, pstate, s->spsr);
}

/*
 * The syndrome should name a register as AArch64 sees it already, and QEMU
 * 7.2 does so for coprocessor accesses only. The numbers don't overlap: from
 * a mode with registers of its own, no other mode's can be named.
 */
unsigned int guest32_reg(u64 pstate, unsigned int reg)
{
	/* Where the mode has its LR; its SP is the next. */
	static const u8 lr[CPSR_MODE + 1] = {
		[CPSR_IRQ] = 16, [CPSR_SVC] = 18, [CPSR_ABT] = X_LR_ABT,
		[CPSR_UND] = X_LR_UND,
	};
	unsigned int mode = pstate & CPSR_MODE;

	if (mode == CPSR_FIQ && reg >= 8 && reg <= REG_LR)
		reg += X_FIQ_FIRST - 8;
	else if (lr[mode] && (reg == REG_SP || reg == REG_LR))
		reg = lr[mode] + (reg == REG_SP);
	return reg;
}

/* The SPSR of a mode that an exception ends goes where that mode's is. */
static void bank_spsr(u64 pstate)
{
	u64 spsr = spsr_access(read_spsr, pstate, 0);

	switch (pstate & CPSR_MODE) {
	case CPSR_SVC:
		write_sysreg(spsr, spsr_el1);
		break;
	case CPSR_ABT:
		write_sysreg(spsr, spsr_abt);
		break;
	case CPSR_UND:
		write_sysreg(spsr, spsr_und);
		break;
	case CPSR_IRQ:
		write_sysreg(spsr, spsr_irq);
		break;
	case CPSR_FIQ:
		write_sysreg(spsr, spsr_fiq);
		break;
	}
}

static void take(struct vcpu *v, enum aarch32_exception kind, u64 *lr)
{
	struct cpu_regs *regs = &v->arch.regs;
	struct aarch32_entry entry = aarch32_take(kind, regs->pstate, regs->pc,
						  read_sysreg(sctlr_el1),
						  read_sysreg(vbar_el1));

	bank_spsr(regs->pstate);
	spsr_access(write_spsr, entry.cpsr, regs->pstate);
	*lr = entry.lr;
	regs->pc = entry.pc;
	regs->pstate = entry.cpsr;
}

void guest32_undefined(struct vcpu *v)
{
	take(v, AARCH32_UNDEFINED, &v->arch.regs.x[X_LR_UND]);
}

void guest32_abort(struct vcpu *v, const struct syndrome *s)
{
	u32 status = aarch32_abort_status(read_sysreg(tcr_el1));
	u64 far = read_sysreg(far_el1);

	/* DFAR is the lower half of FAR_EL1, IFAR the upper one. */
	if (s->ec == EC_DABT_LOWER) {
		write_sysreg(status, esr_el1);
		write_sysreg((far & ~0xffffffffUL) | (u32)s->gva, far_el1);
		take(v, AARCH32_DATA_ABORT, &v->arch.regs.x[X_LR_ABT]);
	} else {
		write_sysreg(status, ifsr32_el2);
		write_sysreg((far & 0xffffffffUL) | s->gva << 32, far_el1);
		take(v, AARCH32_PREFETCH_ABORT, &v->arch.regs.x[X_LR_ABT]);
	}
}
