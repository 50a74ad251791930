// SPDX-License-Identifier: GPL-2.0
/*
 * Identification registers: the machine's, less what xenlet does not
 * virtualise. Stateless.
 */
#include <xenlet/lib.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>

#define ID(crm, op2)	((crm) << 3 | (op2))
#define DFR0_PMU	(0xfU << 24)

CP15_WORD(id_pfr0, 0, c0, c1, 0)
CP15_WORD(id_pfr1, 0, c0, c1, 1)
CP15_WORD(id_afr0, 0, c0, c1, 3)
CP15_WORD(id_mmfr0, 0, c0, c1, 4)
CP15_WORD(id_mmfr1, 0, c0, c1, 5)
CP15_WORD(id_mmfr2, 0, c0, c1, 6)
CP15_WORD(id_mmfr3, 0, c0, c1, 7)
CP15_WORD(id_isar0, 0, c0, c2, 0)
CP15_WORD(id_isar1, 0, c0, c2, 1)
CP15_WORD(id_isar2, 0, c0, c2, 2)
CP15_WORD(id_isar3, 0, c0, c2, 3)
CP15_WORD(id_isar4, 0, c0, c2, 4)
CP15_WORD(id_isar5, 0, c0, c2, 5)

/* Those of the floating point unit are where AArch64 has them. */
static u32 read_mvfr0(void)
{
	u32 value;

	asm volatile(".fpu vfpv4; vmrs %0, mvfr0" : "=r" (value));
	return value;
}

static u32 read_mvfr1(void)
{
	u32 value;

	asm volatile(".fpu vfpv4; vmrs %0, mvfr1" : "=r" (value));
	return value;
}

static u32 (*const registers[])(void) = {
	[ID(1, 0)] = read_id_pfr0, [ID(1, 1)] = read_id_pfr1,
	[ID(1, 2)] = read_id_dfr0, [ID(1, 3)] = read_id_afr0,
	[ID(1, 4)] = read_id_mmfr0, [ID(1, 5)] = read_id_mmfr1,
	[ID(1, 6)] = read_id_mmfr2, [ID(1, 7)] = read_id_mmfr3,
	[ID(2, 0)] = read_id_isar0, [ID(2, 1)] = read_id_isar1,
	[ID(2, 2)] = read_id_isar2, [ID(2, 3)] = read_id_isar3,
	[ID(2, 4)] = read_id_isar4, [ID(2, 5)] = read_id_isar5,
	[ID(3, 0)] = read_mvfr0, [ID(3, 1)] = read_mvfr1,
};

u64 id_filter(unsigned int crm, unsigned int op2)
{
	unsigned int id = ID(crm, op2);
	u32 value;

	if (id >= ARRAY_SIZE(registers) || !registers[id])
		return 0;
	value = registers[id]();
	return id == ID(1, 2) ? value & ~DFR0_PMU : value;
}
