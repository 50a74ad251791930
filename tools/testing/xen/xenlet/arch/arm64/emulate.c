// SPDX-License-Identifier: GPL-2.0
/*
 * System registers that a guest's access to traps: identification registers
 * show the machine's less what xenlet does not virtualise, debug and PMU
 * registers read as zero and ignore writes, the physical timer is emulated
 * on a software timer; of GICv3's, sending an SGI is emulated, and that there
 * is no memory-mapped interface is said. Everything else is undefined.
 *
 * Runs on the vCPU's own CPU with the monitor lock held.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>

#define ID(crm, op2)		((crm) << 3 | (op2))
#define FIELD(shift)		(0xfUL << (shift))

#define ICC_SGI1R		SYSREG(3, 0, 12, 11, 5)
#define ICC_SRE			SYSREG(3, 0, 12, 12, 5)
/* System registers are enabled, bypasses disabled, and it stays so. */
#define ICC_SRE_FIXED		7

/* Fields to hide: the feature needs EL2 to switch or to emulate something. */
static const struct {
	u8 crm, op2;
	u64 hide;
} hidden[] = {
	{ 4, 0, FIELD(32) | FIELD(40) | FIELD(44) },	/* PFR0 SVE MPAM AMU */
	{ 4, 1, FIELD(8) | FIELD(24) },			/* PFR1 MTE SME */
	/* DFR0: trace, PMU, statistical profiling, trace buffers, BRBE */
	{ 5, 0, FIELD(4) | FIELD(8) | FIELD(32) | FIELD(40) | FIELD(44) |
		FIELD(52) },
	{ 6, 1, FIELD(4) | FIELD(8) | FIELD(24) | FIELD(28) },	/* ISAR1 PAC */
	{ 6, 2, FIELD(8) | FIELD(12) },			/* ISAR2 PAC */
	{ 7, 1, FIELD(0) },				/* MMFR1 HAFDBS */
	{ 1, 2, FIELD(24) },				/* DFR0 (AArch32) PMU */
};

/* Those not listed read as zero on every machine that this runs on, or are
 * hidden as a whole.
 */
static u64 id_register(unsigned int crm, unsigned int op2)
{
	switch (ID(crm, op2)) {
	case ID(1, 0): return read_sysreg(s3_0_c0_c1_0);
	case ID(1, 1): return read_sysreg(s3_0_c0_c1_1);
	case ID(1, 2): return read_sysreg(s3_0_c0_c1_2);
	case ID(1, 3): return read_sysreg(s3_0_c0_c1_3);
	case ID(1, 4): return read_sysreg(s3_0_c0_c1_4);
	case ID(1, 5): return read_sysreg(s3_0_c0_c1_5);
	case ID(1, 6): return read_sysreg(s3_0_c0_c1_6);
	case ID(1, 7): return read_sysreg(s3_0_c0_c1_7);
	case ID(2, 0): return read_sysreg(s3_0_c0_c2_0);
	case ID(2, 1): return read_sysreg(s3_0_c0_c2_1);
	case ID(2, 2): return read_sysreg(s3_0_c0_c2_2);
	case ID(2, 3): return read_sysreg(s3_0_c0_c2_3);
	case ID(2, 4): return read_sysreg(s3_0_c0_c2_4);
	case ID(2, 5): return read_sysreg(s3_0_c0_c2_5);
	case ID(2, 6): return read_sysreg(s3_0_c0_c2_6);
	case ID(2, 7): return read_sysreg(s3_0_c0_c2_7);
	case ID(3, 0): return read_sysreg(s3_0_c0_c3_0);
	case ID(3, 1): return read_sysreg(s3_0_c0_c3_1);
	case ID(3, 2): return read_sysreg(s3_0_c0_c3_2);
	case ID(3, 4): return read_sysreg(s3_0_c0_c3_4);
	case ID(3, 5): return read_sysreg(s3_0_c0_c3_5);
	case ID(3, 6): return read_sysreg(s3_0_c0_c3_6);
	case ID(4, 0): return read_sysreg(s3_0_c0_c4_0);
	case ID(4, 1): return read_sysreg(s3_0_c0_c4_1);
	case ID(5, 0): return read_sysreg(s3_0_c0_c5_0);
	case ID(5, 1): return read_sysreg(s3_0_c0_c5_1);
	case ID(6, 0): return read_sysreg(s3_0_c0_c6_0);
	case ID(6, 1): return read_sysreg(s3_0_c0_c6_1);
	case ID(6, 2): return read_sysreg(s3_0_c0_c6_2);
	case ID(7, 0): return read_sysreg(s3_0_c0_c7_0);
	case ID(7, 1): return read_sysreg(s3_0_c0_c7_1);
	case ID(7, 2): return read_sysreg(s3_0_c0_c7_2);
	case ID(7, 3): return read_sysreg(s3_0_c0_c7_3);
	}
	return 0;
}

u64 id_filter(unsigned int crm, unsigned int op2)
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
		return sysreg_zero(v, s, reg);

	switch (s->sysreg) {
	case ICC_SGI1R:
		return s->write && vgic_send(v, *reg);
	case ICC_SRE:
		if (!s->write)
			*reg = ICC_SRE_FIXED;
		return v->domain->arch.vgic.rdist;
	case SYSREG(3, 3, 14, 2, 0):
		return ptimer_access(v, PTIMER_TVAL, s->write, reg);
	case SYSREG(3, 3, 14, 2, 1):
		return ptimer_access(v, PTIMER_CTL, s->write, reg);
	case SYSREG(3, 3, 14, 2, 2):
		return ptimer_access(v, PTIMER_CVAL, s->write, reg);
	}
	return false;
}
