// SPDX-License-Identifier: GPL-2.0
/*
 * System registers that a guest's access to traps: identification registers
 * show the machine's less what xenlet does not virtualise, debug and PMU
 * registers read as zero and ignore writes, the physical timer is emulated
 * on a software timer. Everything else is undefined.
 *
 * Runs on the vCPU's own CPU with the monitor lock held.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>
#include <xenlet/vtimer.h>

#define ID_GROUP(crm, op2)	((crm) << 3 | (op2))
#define ID_READ(crm, op2) \
	case ID_GROUP(crm, op2): \
		return read_sysreg(s3_0_c0_c##crm##_##op2);
#define ID_READ_ROW(crm) \
	ID_READ(crm, 0) ID_READ(crm, 1) ID_READ(crm, 2) ID_READ(crm, 3) \
	ID_READ(crm, 4) ID_READ(crm, 5) ID_READ(crm, 6) ID_READ(crm, 7)

#define FIELD(shift)		(0xfUL << (shift))

/* Fields to hide: the feature needs EL2 to switch or to emulate something. */
static const struct {
	u8 crm, op2;
	u64 hide;
} hidden[] = {
	{ 4, 0, FIELD(32) | FIELD(40) | FIELD(44) },	/* PFR0 SVE MPAM AMU */
	{ 4, 1, FIELD(8) | FIELD(24) },			/* PFR1 MTE SME */
	{ 4, 4, ~0UL },					/* ZFR0 */
	{ 4, 5, ~0UL },					/* SMFR0 */
	/* DFR0: trace, PMU, statistical profiling, trace buffers, BRBE */
	{ 5, 0, FIELD(4) | FIELD(8) | FIELD(32) | FIELD(40) | FIELD(44) |
		FIELD(52) },
	{ 6, 1, FIELD(4) | FIELD(8) | FIELD(24) | FIELD(28) },	/* ISAR1 PAC */
	{ 6, 2, FIELD(8) | FIELD(12) },			/* ISAR2 PAC */
	{ 7, 1, FIELD(0) },				/* MMFR1 HAFDBS */
	{ 1, 2, FIELD(24) },				/* DFR0 (AArch32) PMU */
};

static u64 id_register(unsigned int crm, unsigned int op2)
{
	switch (ID_GROUP(crm, op2)) {
	ID_READ_ROW(1)
	ID_READ_ROW(2)
	ID_READ_ROW(3)
	ID_READ_ROW(4)
	ID_READ_ROW(5)
	ID_READ_ROW(6)
	ID_READ_ROW(7)
	}
	return 0;
}

static u64 id_filter(unsigned int crm, unsigned int op2)
{
	u64 value = id_register(crm, op2);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (hidden[i].crm == crm && hidden[i].op2 == op2)
			value &= ~hidden[i].hide;
	return value;
}

static bool is_id(u32 r)
{
	return SYSREG_OP0(r) == 3 && SYSREG_OP1(r) == 0 &&
	       SYSREG_CRN(r) == 0 && SYSREG_CRM(r) >= 1 && SYSREG_CRM(r) <= 7;
}

/* Debug (op0 2), performance monitors, and ACTLR_EL1. */
static bool is_zero(u32 r)
{
	if (SYSREG_OP0(r) == 2)
		return true;
	if (SYSREG_OP0(r) != 3)
		return false;
	if (SYSREG_CRN(r) == 9 && SYSREG_CRM(r) >= 12)
		return true;
	if (SYSREG_CRN(r) == 14 && SYSREG_CRM(r) >= 8 && SYSREG_OP1(r) == 3)
		return true;
	return r == SYSREG(3, 0, 1, 0, 1);
}

static bool access_zero(struct vcpu *v, const struct syndrome *s, u64 *reg)
{
	/* User space sees none of these on a machine without them. */
	if (!(v->arch.regs.pstate & 0xf))
		return false;
	if (!s->write)
		*reg = 0;
	return true;
}

bool sysreg_emulate(struct vcpu *v, const struct syndrome *s)
{
	u64 discard = 0;
	u64 *reg = s->reg < 31 ? &v->arch.regs.x[s->reg] : &discard;

	if (is_id(s->sysreg)) {
		if (s->write)
			return false;
		*reg = id_filter(SYSREG_CRM(s->sysreg), SYSREG_OP2(s->sysreg));
		return true;
	}
	if (is_zero(s->sysreg))
		return access_zero(v, s, reg);

	switch (s->sysreg) {
	case SYSREG(3, 3, 14, 2, 0):
		return ptimer_access(v, PTIMER_TVAL, s->write, reg);
	case SYSREG(3, 3, 14, 2, 1):
		return ptimer_access(v, PTIMER_CTL, s->write, reg);
	case SYSREG(3, 3, 14, 2, 2):
		return ptimer_access(v, PTIMER_CVAL, s->write, reg);
	}
	return false;
}
