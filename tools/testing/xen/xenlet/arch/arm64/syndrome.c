// SPDX-License-Identifier: GPL-2.0
/*
 * Between the syndrome registers and the rest of xenlet: decoding ESR_EL2,
 * and making the guest take an exception of its own.
 */
#include <xenlet/aarch32.h>
#include <xenlet/domain.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>
#include <xen/arch-arm.h>

#define ESR_IL		BIT(25)
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

static void decode_abort(struct syndrome *s)
{
	u32 iss = s->esr;

	s->valid = iss & BIT(24);
	s->size = 1U << (iss >> 22 & 3);
	s->sign_extend = iss & BIT(21);
	s->reg = iss >> 16 & 31;
	s->wide = iss & BIT(15);
	s->walk = iss & BIT(7);
	s->write = iss & BIT(6);
	s->translation = (iss & 0x3c) == 0x04;
	s->gva = read_sysreg(far_el2);
	s->gpa = (read_sysreg(hpfar_el2) & ~0xfUL) << 8 |
		(s->gva & ~PAGE_MASK);
}

void syndrome_read(struct syndrome *s)
{
	u32 esr = read_sysreg(esr_el2);

	*s = (struct syndrome){ .esr = esr, .ec = esr >> ESR_EC_SHIFT };
	switch (s->ec) {
	case EC_WFX:
		s->wfe = esr & 1;
		break;
	case EC_HVC64:
	case EC_SMC64:
	case EC_HVC32:
		s->imm = esr;
		break;
	case EC_CP15_64:
	case EC_CP14_64:
		s->sysreg = SYSREG(0, esr >> 16 & 7, 0, esr >> 1 & 15, 0);
		s->reg = esr >> 5 & 31;
		s->reg2 = esr >> 10 & 31;
		s->write = !(esr & 1);
		break;
	case EC_CP15_32:
	case EC_CP14_32:
		s->sysreg = esr & SYSREG(0, 7, 15, 15, 7);
		s->reg = esr >> 5 & 31;
		s->write = !(esr & 1);
		break;
	case EC_SYSREG:
		s->sysreg = esr & SYSREG(3, 7, 15, 15, 7);
		s->reg = esr >> 5 & 31;
		s->write = !(esr & 1);
		break;
	case EC_IABT_LOWER:
	case EC_DABT_LOWER:
		decode_abort(s);
		break;
	}
}

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

void inject_skip(struct vcpu *v, const struct syndrome *s)
{
	v->arch.regs.pc += s->esr & ESR_IL ? 4 : 2;
	if (v->arch.regs.pstate & PSR_MODE_BIT)
		v->arch.regs.pstate = aarch32_step(v->arch.regs.pstate);
}
