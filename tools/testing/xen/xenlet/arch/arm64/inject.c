// SPDX-License-Identifier: GPL-2.0
/*
 * Making a guest take an exception of its own.
 */
#include <xenlet/domain.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>

#define EC_UNKNOWN	0x00
#define EC_SAME_LEVEL	1	/* added to the class of an abort */
#define FSC_EXTERNAL	0x10

#define PSTATE_MODE	0x1f
#define PSTATE_EL1H	0x05
#define PSTATE_EL0T	0x00
#define PSTATE_SPSEL	0x01
#define PSTATE_DAIF	0x3c0
#define PSTATE_PAN	BIT(22)
#define SCTLR_SPAN	BIT(23)

/* The vector that EL1 takes for a synchronous exception (Arm ARM, D1.3.1). */
static void take_exception(struct vcpu *v, u32 esr)
{
	struct cpu_regs *regs = &v->arch.regs;
	u64 mode = regs->pstate & PSTATE_MODE;
	u64 offset = 0x400;

	if (mode == PSTATE_EL1H)
		offset = 0x200;
	else if (mode == (PSTATE_EL1H & ~PSTATE_SPSEL))
		offset = 0;
	else if (mode & 0x10)
		offset = 0x600;

	write_sysreg(regs->pc, elr_el1);
	write_sysreg(regs->pstate, spsr_el1);
	write_sysreg(esr, esr_el1);
	regs->pc = read_sysreg(vbar_el1) + offset;
	/* As hardware does: PAN stays, or is set where SPAN is clear. */
	regs->pstate = PSTATE_EL1H | PSTATE_DAIF | (regs->pstate & PSTATE_PAN);
	if (!(read_sysreg(sctlr_el1) & SCTLR_SPAN))
		regs->pstate |= PSTATE_PAN;
}

void inject_undefined(struct vcpu *v)
{
	if (arch_is_32bit(v->domain))
		guest32_undefined(v);
	else
		take_exception(v, EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}

void inject_abort(struct vcpu *v, const struct syndrome *s)
{
	u32 ec = s->ec;

	if (arch_is_32bit(v->domain)) {
		guest32_abort(v, s);
		return;
	}
	if (v->arch.regs.pstate & 0xf)
		ec += EC_SAME_LEVEL;
	write_sysreg(s->gva, far_el1);
	take_exception(v, ec << ESR_EC_SHIFT | (s->esr & ESR_IL) |
		       FSC_EXTERNAL);
}
