// SPDX-License-Identifier: GPL-2.0
/*
 * The 32-bit state's rules for conditions, IT blocks and exceptions
 * (Arm ARM, G1.11 and G1.12). Stateless.
 */
#include <xenlet/aarch32.h>
#include <xenlet/lib.h>
#include <xen/arch-arm.h>

#define ISS_CV			BIT(24)
#define ISS_COND_SHIFT		20
#define COND_ALWAYS		14

#define CPSR_N			BIT(31)
#define CPSR_Z			BIT(30)
#define CPSR_C			BIT(29)
#define CPSR_V			BIT(28)

#define SCTLR_V			BIT(13)
#define SCTLR_EE		BIT(25)
#define SCTLR_TE		BIT(30)
#define HIGH_VECTORS		0xffff0000U

#define A32_WFE			0xe320f002
#define A32_YIELD		0xe320f001
#define T32_WFE			0xbf20
#define T32_YIELD		0xbf10

#define TTBCR_EAE		BIT(31)
#define FSR_LONG		BIT(9)
#define FSR_EXTERNAL_LONG	0x10
#define FSR_EXTERNAL_SHORT	0x08

static unsigned int it_state(u32 cpsr)
{
	return (cpsr >> 25 & 3) | (cpsr >> 8 & 0xfc);
}

static bool passes(u32 cpsr, unsigned int cond)
{
	bool n = cpsr & CPSR_N, z = cpsr & CPSR_Z;
	bool c = cpsr & CPSR_C, v = cpsr & CPSR_V;
	const bool base[] = { z, c, n, v, c && !z, n == v, n == v && !z };

	if (cond >= COND_ALWAYS)
		return true;
	return base[cond >> 1] != (cond & 1);
}

bool aarch32_condition(u32 cpsr, u32 iss)
{
	unsigned int it = it_state(cpsr);

	if (iss & ISS_CV)
		return passes(cpsr, iss >> ISS_COND_SHIFT & 15);
	/* Only Thumb code may leave the condition out of the syndrome. */
	return !(cpsr & CPSR_T) || !it || passes(cpsr, it >> 4);
}

u32 aarch32_step(u32 cpsr)
{
	unsigned int it = it_state(cpsr);

	if (!(cpsr & CPSR_T) || !it)
		return cpsr;
	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (cpsr & ~CPSR_IT) | (it & 3) << 25 | (it & 0xfc) << 8;
}

/* Where the handler is to return to, as each kind counts it. */
static u32 link(enum aarch32_exception kind, u32 pc, bool thumb)
{
	switch (kind) {
	case AARCH32_UNDEFINED:
		return pc + (thumb ? 2 : 4);
	case AARCH32_PREFETCH_ABORT:
		return pc + 4;
	default:
		return pc + 8;
	}
}

struct aarch32_entry aarch32_take(enum aarch32_exception kind, u32 cpsr,
				  u32 pc, u32 sctlr, u32 vbar)
{
	static const struct {
		u8 mode, offset;
	} vectors[] = {
		[AARCH32_UNDEFINED] = { CPSR_UND, 0x04 },
		[AARCH32_PREFETCH_ABORT] = { CPSR_ABT, 0x0c },
		[AARCH32_DATA_ABORT] = { CPSR_ABT, 0x10 },
	};
	struct aarch32_entry entry = {
		.lr = link(kind, pc, cpsr & CPSR_T),
		.pc = (sctlr & SCTLR_V ? HIGH_VECTORS : vbar) +
			vectors[kind].offset,
	};

	cpsr &= ~(CPSR_MODE | CPSR_T | CPSR_E | CPSR_J | CPSR_IT);
	cpsr |= vectors[kind].mode | CPSR_I;
	if (kind != AARCH32_UNDEFINED)
		cpsr |= CPSR_A;
	if (sctlr & SCTLR_TE)
		cpsr |= CPSR_T;
	if (sctlr & SCTLR_EE)
		cpsr |= CPSR_E;
	entry.cpsr = cpsr;
	return entry;
}

u32 aarch32_abort_status(u32 ttbcr)
{
	return ttbcr & TTBCR_EAE ? FSR_LONG | FSR_EXTERNAL_LONG :
				   FSR_EXTERNAL_SHORT;
}

bool aarch32_is_wait(const void *at, bool thumb)
{
	u32 insn = thumb ? *(const u16 *)at : *(const u32 *)at;

	return thumb ? insn == T32_WFE || insn == T32_YIELD :
		       insn == A32_WFE || insn == A32_YIELD;
}

u32 aarch32_start(u32 entry)
{
	return PSR_GUEST32_INIT | (entry & 1 ? CPSR_T : 0);
}
