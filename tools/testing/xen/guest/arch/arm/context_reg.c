// SPDX-License-Identifier: GPL-2.0
/* Those of supervisor mode, of the other modes, and of the FPU. */
#include "context_reg.h"

#define FP_ACCESS	(0xfU << 20)
#define FPEXC_EN	(1U << 30)
#define PSR_BITS	0xf00001ff

#define CP15(id, where) \
	CONTEXT_REG(id, uint32_t, "mcr p15, 0, %0, " where, \
		    "mrc p15, 0, %0, " where)
#define BANKED(id) \
	CONTEXT_REG(id, uint32_t, ".arch_extension virt\n\tmsr " #id ", %0", \
		    ".arch_extension virt\n\tmrs %0, " #id)
#define FPREG(id) \
	CONTEXT_REG(id, uint64_t, ".fpu neon-vfpv4\n\tvmov " #id ", %Q0, %R0", \
		    ".fpu neon-vfpv4\n\tvmov %Q0, %R0, " #id)

CP15(tpidrurw, "c13, c0, 2")
CP15(tpidruro, "c13, c0, 3")
CP15(tpidrprw, "c13, c0, 4")
CP15(contextidr, "c13, c0, 1")
CP15(dfar, "c6, c0, 0")
CP15(ifar, "c6, c0, 2")
CP15(dfsr, "c5, c0, 0")
CP15(ifsr, "c5, c0, 1")
CONTEXT_REG(spsr, uint32_t, "msr spsr_cxsf, %0", "mrs %0, spsr")
BANKED(spsr_abt)
BANKED(spsr_und)
BANKED(spsr_irq)
BANKED(spsr_fiq)
BANKED(sp_abt)
BANKED(lr_und)
BANKED(sp_irq)
BANKED(r8_fiq)
BANKED(lr_fiq)
BANKED(sp_usr)
FPREG(d0)
FPREG(d15)
FPREG(d31)

const struct context_reg context_regs[] = {
	CONTEXT_ROW(tpidrurw, ~0U, "TPIDRURW"),
	CONTEXT_ROW(tpidruro, ~0U, "TPIDRURO"),
	CONTEXT_ROW(tpidrprw, ~0U, "TPIDRPRW"),
	CONTEXT_ROW(contextidr, ~0U, "CONTEXTIDR"),
	CONTEXT_ROW(dfar, ~0U, "DFAR"),
	CONTEXT_ROW(ifar, ~0U, "IFAR"),
	CONTEXT_ROW(dfsr, 0xf, "DFSR"),
	CONTEXT_ROW(ifsr, 0xf, "IFSR"),
	CONTEXT_ROW(spsr, PSR_BITS, "SPSR of the mode"),
	CONTEXT_ROW(spsr_abt, PSR_BITS, "SPSR_abt"),
	CONTEXT_ROW(spsr_und, PSR_BITS, "SPSR_und"),
	CONTEXT_ROW(spsr_irq, PSR_BITS, "SPSR_irq"),
	CONTEXT_ROW(spsr_fiq, PSR_BITS, "SPSR_fiq"),
	CONTEXT_ROW(sp_abt, ~0U, "SP_abt"),
	CONTEXT_ROW(lr_und, ~0U, "LR_und"),
	CONTEXT_ROW(sp_irq, ~0U, "SP_irq"),
	CONTEXT_ROW(r8_fiq, ~0U, "R8_fiq"),
	CONTEXT_ROW(lr_fiq, ~0U, "LR_fiq"),
	CONTEXT_ROW(sp_usr, ~0U, "SP_usr"),
	CONTEXT_ROW(d0, ~0ULL, "D0"),
	CONTEXT_ROW(d15, ~0ULL, "D15"),
	CONTEXT_ROW(d31, ~0ULL, "D31"),
};

const unsigned int context_reg_count = ARRAY_SIZE(context_regs);

void context_reg_prepare(void)
{
	uint32_t cpacr;

	asm volatile("mrc p15, 0, %0, c1, c0, 2" : "=r"(cpacr));
	asm volatile("mcr p15, 0, %0, c1, c0, 2\n\tisb"
		     : : "r"(cpacr | FP_ACCESS));
	asm volatile(".fpu neon-vfpv4\n\tvmsr fpexc, %0" : : "r"(FPEXC_EN));
}
