// SPDX-License-Identifier: GPL-2.0
/*
 * Coprocessor registers that a 32-bit guest's access to traps: the same
 * answers as their AArch64 namesakes get.
 *
 * Runs on the vCPU's own CPU with the monitor lock held.
 */
#include <xenlet/context.h>
#include <xenlet/domain.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>

#define PSTATE_MODE	0xf

#define CP15(op1, crn, crm, op2)	SYSREG(0, op1, crn, crm, op2)
#define CNTP_TVAL	CP15(0, 14, 2, 0)
#define CNTP_CTL	CP15(0, 14, 2, 1)
#define CNTP_CVAL_OP1	2
#define CNTP_CVAL_CRM	14
#define MVFR0		7

static bool is_id(u32 r)
{
	return SYSREG_OP1(r) == 0 && SYSREG_CRN(r) == 0 && SYSREG_CRM(r) >= 1 &&
	       SYSREG_CRM(r) <= 7;
}

/* Only two rows are there in 32-bit state, the rest reads as zero. */
static u64 id_value(u32 r)
{
	return SYSREG_CRM(r) <= 2 ? id_filter(SYSREG_CRM(r), SYSREG_OP2(r)) : 0;
}

/* MVFR0, 1 and 2, which VMRS counts down from 7 and a third row of ID up. */
static bool access_fp_id(const struct syndrome *s, u64 *reg)
{
	unsigned int which = MVFR0 - SYSREG_CRN(s->sysreg);

	if (s->write || which > 2)
		return false;
	*reg = id_filter(3, which);
	return true;
}

/* Performance monitors, ACTLR and ACTLR2. */
static bool is_zero(u32 r)
{
	if (SYSREG_CRN(r) == 9)
		return SYSREG_CRM(r) >= 12;
	if (SYSREG_CRN(r) == 14)
		return SYSREG_CRM(r) >= 8;
	return r == CP15(0, 1, 0, 1) || r == CP15(0, 1, 0, 3);
}

bool sysreg_zero(struct vcpu *v, const struct syndrome *s, u64 *reg)
{
	/* User space sees none of these on a machine without them. */
	if (!(v->arch.regs.pstate & PSTATE_MODE))
		return false;
	if (!s->write)
		*reg = 0;
	return true;
}

static bool access_word(struct vcpu *v, const struct syndrome *s, u64 *reg)
{
	if (is_id(s->sysreg) && !s->write) {
		*reg = id_value(s->sysreg);
		return true;
	}
	if (is_zero(s->sysreg))
		return sysreg_zero(v, s, reg);
	if (s->sysreg == CNTP_TVAL)
		return ptimer_access(v, PTIMER_TVAL, s->write, reg);
	if (s->sysreg == CNTP_CTL)
		return ptimer_access(v, PTIMER_CTL, s->write, reg);
	return false;
}

static bool access_double(struct vcpu *v, const struct syndrome *s)
{
	u64 value = guest_reg(v, s->reg2) << 32 | (u32)guest_reg(v, s->reg);
	bool known;

	if (SYSREG_OP1(s->sysreg) == CNTP_CVAL_OP1 &&
	    SYSREG_CRM(s->sysreg) == CNTP_CVAL_CRM)
		known = ptimer_access(v, PTIMER_CVAL, s->write, &value);
	else if (SYSREG_OP1(s->sysreg) == 0 && SYSREG_CRM(s->sysreg) == 12)
		known = s->write && vgic_send(v, value);
	else
		/* What else traps is the cycle counter and debug's. */
		known = sysreg_zero(v, s, &value);
	if (known && !s->write) {
		guest_reg_set(v, s->reg, (u32)value);
		guest_reg_set(v, s->reg2, value >> 32);
	}
	return known;
}

bool cp15_emulate(struct vcpu *v, const struct syndrome *s)
{
	u64 value = (u32)guest_reg(v, s->reg);
	bool known;

	if (s->ec == EC_CP15_64 || s->ec == EC_CP14_64)
		return access_double(v, s);
	if (s->ec == EC_FP_ID)
		known = access_fp_id(s, &value);
	else if (s->ec == EC_CP14_32)
		known = sysreg_zero(v, s, &value);
	else
		known = access_word(v, s, &value);
	if (known && !s->write)
		guest_reg_set(v, s->reg, (u32)value);
	return known;
}
