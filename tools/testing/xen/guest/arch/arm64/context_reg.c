// SPDX-License-Identifier: GPL-2.0
/* EL1's and the floating point unit's. */
#include "context_reg.h"

#define FP_ACCESS	(3UL << 20)

#define SYSREG(id) \
	CONTEXT_REG(id, uint64_t, "msr " #id ", %0", "mrs %0, " #id)
#define FPREG(id) \
	CONTEXT_REG(id, uint64_t, \
		    ".arch_extension fp\n\tfmov " #id ", %0", \
		    ".arch_extension fp\n\tfmov %0, " #id)
/* The upper half of a vector, left alone by what writes the lower. */
#define FPREG_HIGH(id, v) \
	CONTEXT_REG(id, uint64_t, \
		    ".arch_extension fp\n\tfmov " v ".d[1], %0", \
		    ".arch_extension fp\n\tfmov %0, " v ".d[1]")

SYSREG(tpidr_el0)
SYSREG(tpidrro_el0)
SYSREG(tpidr_el1)
SYSREG(contextidr_el1)
SYSREG(sp_el0)
SYSREG(elr_el1)
SYSREG(spsr_el1)
SYSREG(far_el1)
SYSREG(esr_el1)
FPREG(d0)
FPREG_HIGH(v0_high, "v0")
FPREG(d15)
FPREG(d31)
FPREG_HIGH(v31_high, "v31")

const struct context_reg context_regs[] = {
	CONTEXT_ROW(tpidr_el0, ~0UL, "TPIDR_EL0"),
	CONTEXT_ROW(tpidrro_el0, ~0UL, "TPIDRRO_EL0"),
	CONTEXT_ROW(tpidr_el1, ~0UL, "TPIDR_EL1"),
	CONTEXT_ROW(contextidr_el1, 0xffffffff, "CONTEXTIDR_EL1"),
	CONTEXT_ROW(sp_el0, ~0UL, "SP_EL0"),
	CONTEXT_ROW(elr_el1, ~0UL, "ELR_EL1"),
	CONTEXT_ROW(spsr_el1, 0xf00003cf, "SPSR_EL1"),
	CONTEXT_ROW(far_el1, ~0UL, "FAR_EL1"),
	CONTEXT_ROW(esr_el1, 0xffffffff, "ESR_EL1"),
	CONTEXT_ROW(d0, ~0UL, "D0"),
	CONTEXT_ROW(v0_high, ~0UL, "the upper half of V0"),
	CONTEXT_ROW(d15, ~0UL, "D15"),
	CONTEXT_ROW(d31, ~0UL, "D31"),
	CONTEXT_ROW(v31_high, ~0UL, "the upper half of V31"),
};

const unsigned int context_reg_count = ARRAY_SIZE(context_regs);

void context_reg_prepare(void)
{
	uint64_t cpacr;

	asm volatile("mrs %0, cpacr_el1" : "=r"(cpacr));
	asm volatile("msr cpacr_el1, %0\n\tisb" : : "r"(cpacr | FP_ACCESS));
}
