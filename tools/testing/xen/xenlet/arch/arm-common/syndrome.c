// SPDX-License-Identifier: GPL-2.0
/*
 * The syndrome register, decoded once; it is the same in both instruction
 * sets (Arm ARM, D13.2.37 and G8.2.70). Stateless.
 */
#include <xenlet/aarch32.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>
#include <xen/arch-arm.h>

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
	s->gva = fault_address(s->ec == EC_IABT_LOWER);
	s->gpa = ((u64)read_sysreg(hpfar_el2) & ~0xfULL) << 8 |
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
	case EC_FP_ID:
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

void inject_skip(struct vcpu *v, const struct syndrome *s)
{
	v->arch.regs.pc += s->esr & ESR_IL ? 4 : 2;
	if (v->arch.regs.pstate & PSR_MODE_BIT)
		v->arch.regs.pstate = aarch32_step(v->arch.regs.pstate);
}
