/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System registers and barriers, in the words of the Arm ARM.
 */
#ifndef XENLET_SYSREG_H
#define XENLET_SYSREG_H

#define SCTLR_EL2_RES1	0x30c50830
#define SCTLR_M		(1 << 0)
#define SCTLR_C		(1 << 2)
#define SCTLR_SA	(1 << 3)
#define SCTLR_I		(1 << 12)
#define SCTLR_WXN	(1 << 19)

/* MAIR_EL2: index 0 is device memory, 1 is Normal write-back. */
#define MAIR_EL2_VALUE	0xff04
#define MAIR_DEVICE	0
#define MAIR_NORMAL	1

/* 39-bit addresses, 4 KiB granule, walks through inner shareable caches. */
#define TCR_EL2_VALUE	(1 << 31 | 1 << 23 | 2 << 16 | 3 << 12 | 1 << 10 | \
			 1 << 8 | 25)

/* 40-bit addresses from level 1, else as TCR_EL2_VALUE; 40 bits out. */
#define VTCR_EL2_VALUE	(1 << 31 | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | \
			 1 << 6 | 24)

#define HCR_VM		(1UL << 0)
#define HCR_SWIO	(1UL << 1)
#define HCR_PTW		(1UL << 2)
#define HCR_FMO		(1UL << 3)
#define HCR_IMO		(1UL << 4)
#define HCR_AMO		(1UL << 5)
#define HCR_FB		(1UL << 9)
#define HCR_BSU_INNER	(1UL << 10)
#define HCR_TWI		(1UL << 13)
#define HCR_TWE		(1UL << 14)
#define HCR_TID3	(1UL << 18)
#define HCR_TSC		(1UL << 19)
#define HCR_TIDCP	(1UL << 20)
#define HCR_TAC		(1UL << 21)
#define HCR_RW		(1UL << 31)

#define HCR_GUEST	(HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | \
			 HCR_AMO | HCR_FB | HCR_BSU_INNER | HCR_TWI | \
			 HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TAC | HCR_RW)

/* Debug and PMU accesses trap. */
#define MDCR_EL2_VALUE	(1 << 11 | 1 << 10 | 1 << 9 | 1 << 6 | 1 << 5)
#define MDCR_HPME	(1UL << 7)
/* Trace and SVE trap, FP and SIMD do not. */
#define CPTR_EL2_VALUE	(0x33ff | 1 << 20)
/* The physical counter may be read, the physical timer traps. */
#define CNTHCTL_VALUE	1

/* What xenlet's own tables reach. */
#define MMU_LIMIT	(1ULL << 39)

#define TIMER_ENABLE	1UL
#define TIMER_MASK	2UL
#define TIMER_STATUS	4UL

#ifndef __ASSEMBLY__

#include <xenlet/types.h>

#define read_sysreg(name) ({						\
	u64 value_;							\
	asm volatile("mrs %0, " #name : "=r" (value_));			\
	value_;								\
})

#define write_sysreg(value, name) do {					\
	u64 value_ = (value);						\
	asm volatile("msr " #name ", %x0" : : "rZ" (value_));		\
} while (0)

/* What an abort was about; instructions and data have one register. */
static inline u64 fault_address(bool instruction)
{
	return read_sysreg(far_el2);
}

/* A PMU that can tell exception levels apart; 15 is one of the maker's own. */
static inline bool pmu_present(void)
{
	unsigned int version = read_sysreg(id_aa64dfr0_el1) >> 8 & 0xf;

	return version >= 1 && version < 15;
}

/* Drop a line without writing it back. */
static inline void cache_forget(const void *ptr)
{
	asm volatile("dc ivac, %0" : : "r" (ptr) : "memory");
}

static inline void isb(void)
{
	asm volatile("isb" : : : "memory");
}

/* Everything before it is complete, for this CPU's whole system. */
static inline void dsb_sy(void)
{
	asm volatile("dsb sy" : : : "memory");
}

/* ... for all CPUs of the inner shareable domain. */
static inline void dsb_ish(void)
{
	asm volatile("dsb ish" : : : "memory");
}

/* ... as far as stores go. */
static inline void dsb_ishst(void)
{
	asm volatile("dsb ishst" : : : "memory");
}

#endif /* __ASSEMBLY__ */
#endif /* XENLET_SYSREG_H */
