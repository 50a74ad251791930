/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ESR_EL2 or HSR, decoded once.
 */
#ifndef XENLET_SYNDROME_H
#define XENLET_SYNDROME_H

#include <xenlet/types.h>

#define ESR_IL		(1U << 25)
#define ESR_EC_SHIFT	26

enum {
	EC_WFX		= 0x01,
	EC_CP15_32	= 0x03,
	EC_CP15_64	= 0x04,
	EC_CP14_32	= 0x05,
	EC_FP		= 0x07,
	EC_FP_ID	= 0x08,
	EC_CP14_64	= 0x0c,
	EC_HVC32	= 0x12,
	EC_SMC32	= 0x13,
	EC_HVC64	= 0x16,
	EC_SMC64	= 0x17,
	EC_SYSREG	= 0x18,
	EC_SVE		= 0x19,
	EC_IABT_LOWER	= 0x20,
	EC_DABT_LOWER	= 0x24,
	EC_COUNT	= 0x40,
};

/**
 * struct syndrome - why a guest trapped
 * @imm: of HVC and SMC
 * @wfe: WFE, not WFI
 * @sysreg: op0, op1, CRn, CRm, op2 packed by SYSREG(); op0 is 0 for the
 *          coprocessors of 32-bit state, and op1 and CRm are all there is for
 *          their double registers
 * @reg: general register of a sysreg or memory access, 31 is XZR
 * @reg2: the upper half of a double register
 * @write: of a memory or sysreg access, towards memory or the register
 * @valid: size, sign and reg describe the memory access
 * @walk: the abort happened while walking the guest's own tables
 * @translation: nothing is mapped there (else permission or worse)
 * @gva, @gpa: of an abort
 */
struct syndrome {
	u32 esr;
	unsigned int ec;
	u16 imm;
	bool wfe;
	u32 sysreg;
	unsigned int reg, reg2;
	bool write;
	bool valid, walk, translation, sign_extend, wide;
	unsigned int size;
	gva_t gva;
	gpa_t gpa;
};

#define SYSREG(op0, op1, crn, crm, op2) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define SYSREG_OP0(r)	((r) >> 20 & 3)
#define SYSREG_OP2(r)	((r) >> 17 & 7)
#define SYSREG_OP1(r)	((r) >> 14 & 7)
#define SYSREG_CRN(r)	((r) >> 10 & 15)
#define SYSREG_CRM(r)	((r) >> 1 & 15)

struct vcpu;

void syndrome_read(struct syndrome *s);

/** inject_undefined() - the guest takes an undefined-instruction exception */
void inject_undefined(struct vcpu *v);
/** inject_abort() - the guest takes the abort that @s describes, as an
 * external abort, because its own tables are not at fault
 */
void inject_abort(struct vcpu *v, const struct syndrome *s);
/** inject_skip() - step over the instruction that trapped */
void inject_skip(struct vcpu *v, const struct syndrome *s);

/** sysreg_emulate() - false: no such register for a guest */
bool sysreg_emulate(struct vcpu *v, const struct syndrome *s);
/** sysreg_zero() - a register that EL1 reads as zero; false at EL0 */
bool sysreg_zero(struct vcpu *v, const struct syndrome *s, u64 *reg);
/** id_filter() - identification register c0, @crm, @op2 as guests see it */
u64 id_filter(unsigned int crm, unsigned int op2);

#endif /* XENLET_SYNDROME_H */
