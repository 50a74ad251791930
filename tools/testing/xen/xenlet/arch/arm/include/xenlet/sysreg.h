/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System registers and barriers, in the words of the Arm ARM; those that the
 * code shared with arm64 knows have their AArch64 names.
 */
#ifndef XENLET_SYSREG_H
#define XENLET_SYSREG_H

#define SCTLR_M		(1 << 0)
#define SCTLR_C		(1 << 2)
#define SCTLR_I		(1 << 12)
#define SCTLR_WXN	(1 << 19)
#define HSCTLR_RES1	0x30c50818

/* HMAIR0: index 0 is device memory, 1 is Normal write-back. */
#define HMAIR0_VALUE	0xff04
#define MAIR_DEVICE	0
#define MAIR_NORMAL	1

/* 32-bit addresses, walks through inner shareable caches. */
#define HTCR_VALUE	(1 << 31 | 1 << 23 | 3 << 12 | 1 << 10 | 1 << 8)

/* 40-bit addresses (2 to the 32 + 8) from level 1, else as HTCR_VALUE. */
#define VTCR_VALUE	(1 << 31 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 6 | \
			 1 << 4 | 8)

#define HCR_VM		(1 << 0)
#define HCR_SWIO	(1 << 1)
#define HCR_PTW		(1 << 2)
#define HCR_FMO		(1 << 3)
#define HCR_IMO		(1 << 4)
#define HCR_AMO		(1 << 5)
#define HCR_FB		(1 << 9)
#define HCR_BSU_INNER	(1 << 10)
#define HCR_TWI		(1 << 13)
#define HCR_TWE		(1 << 14)
#define HCR_TID3	(1 << 18)
#define HCR_TSC		(1 << 19)
#define HCR_TIDCP	(1 << 20)
#define HCR_TAC		(1 << 21)

#define HCR_GUEST	(HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | \
			 HCR_AMO | HCR_FB | HCR_BSU_INNER | HCR_TWI | \
			 HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TAC)

/* Debug and PMU accesses trap. */
#define HDCR_VALUE	(1 << 11 | 1 << 10 | 1 << 9 | 1 << 6 | 1 << 5)
#define MDCR_HPME	(1 << 7)
/* Trace traps and so does every other coprocessor but VFP and SIMD. */
#define HCPTR_VALUE	(0x33ff | 1 << 20)
/* The physical counter may be read, the physical timer traps. */
#define CNTHCTL_VALUE	1

/* What xenlet's own tables reach. */
#define MMU_LIMIT	(1ULL << 32)

#define TIMER_ENABLE	1UL
#define TIMER_MASK	2UL
#define TIMER_STATUS	4UL

#ifndef __ASSEMBLY__

#include <xenlet/types.h>

#define CP15_WORD(name, op1, crn, crm, op2)				\
static inline u32 read_##name(void)					\
{									\
	u32 value;							\
									\
	asm volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2	\
		     : "=r" (value));					\
	return value;							\
}									\
									\
static inline void write_##name(u32 value)				\
{									\
	asm volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2	\
		     : : "r" (value) : "memory");			\
}

#define CP15_DOUBLE(name, op1, crm)					\
static inline u64 read_##name(void)					\
{									\
	u64 value;							\
									\
	asm volatile("mrrc p15, " #op1 ", %Q0, %R0, " #crm		\
		     : "=r" (value));					\
	return value;							\
}									\
									\
static inline void write_##name(u64 value)				\
{									\
	asm volatile("mcrr p15, " #op1 ", %Q0, %R0, " #crm		\
		     : : "r" (value) : "memory");			\
}

#define BANKED(name)							\
static inline u32 read_##name(void)					\
{									\
	u32 value;							\
									\
	asm volatile("mrs %0, " #name : "=r" (value));			\
	return value;							\
}									\
									\
static inline void write_##name(u32 value)				\
{									\
	asm volatile("msr " #name ", %0" : : "r" (value) : "memory");	\
}

#define read_sysreg(name)		read_##name()
#define write_sysreg(value, name)	write_##name(value)

CP15_WORD(ctr, 0, c0, c0, 1)
CP15_WORD(midr, 0, c0, c0, 0)
CP15_WORD(csselr, 2, c0, c0, 0)
CP15_WORD(sctlr, 0, c1, c0, 0)
CP15_WORD(cpacr, 0, c1, c0, 2)
CP15_DOUBLE(ttbr0, 0, c2)
CP15_DOUBLE(ttbr1, 1, c2)
CP15_WORD(ttbcr, 0, c2, c0, 2)
CP15_WORD(dacr, 0, c3, c0, 0)
CP15_WORD(dfsr, 0, c5, c0, 0)
CP15_WORD(ifsr, 0, c5, c0, 1)
CP15_WORD(adfsr, 0, c5, c1, 0)
CP15_WORD(aifsr, 0, c5, c1, 1)
CP15_WORD(dfar, 0, c6, c0, 0)
CP15_WORD(ifar, 0, c6, c0, 2)
CP15_DOUBLE(par, 0, c7)
CP15_WORD(mair0, 0, c10, c2, 0)
CP15_WORD(mair1, 0, c10, c2, 1)
CP15_WORD(amair0, 0, c10, c3, 0)
CP15_WORD(amair1, 0, c10, c3, 1)
CP15_WORD(vbar, 0, c12, c0, 0)
CP15_WORD(contextidr, 0, c13, c0, 1)
CP15_WORD(tpidrurw, 0, c13, c0, 2)
CP15_WORD(tpidruro, 0, c13, c0, 3)
CP15_WORD(tpidrprw, 0, c13, c0, 4)
CP15_WORD(cntkctl, 0, c14, c1, 0)

CP15_WORD(cntfrq_el0, 0, c14, c0, 0)
CP15_DOUBLE(cntpct_el0, 0, c14)
CP15_WORD(cntv_ctl_el0, 0, c14, c3, 1)
CP15_DOUBLE(cntv_cval_el0, 3, c14)
CP15_WORD(cnthp_ctl_el2, 4, c14, c2, 1)
CP15_DOUBLE(cnthp_cval_el2, 6, c14)

CP15_WORD(id_dfr0, 0, c0, c1, 2)
CP15_WORD(pmcr_el0, 0, c9, c12, 0)
CP15_WORD(pmcntenset_el0, 0, c9, c12, 1)
CP15_WORD(pmselr_el0, 0, c9, c12, 5)
CP15_WORD(pmxevtyper_el0, 0, c9, c13, 1)
CP15_WORD(pmxevcntr_el0, 0, c9, c13, 2)

CP15_WORD(mdcr_el2, 4, c1, c1, 1)
CP15_WORD(vpidr, 4, c0, c0, 0)
CP15_WORD(vmpidr, 4, c0, c0, 5)
CP15_WORD(hcr, 4, c1, c1, 0)
CP15_DOUBLE(vttbr_el2, 6, c2)
CP15_WORD(esr_el2, 4, c5, c2, 0)
CP15_WORD(hdfar, 4, c6, c0, 0)
CP15_WORD(hifar, 4, c6, c0, 2)
CP15_WORD(hpfar_el2, 4, c6, c0, 4)
CP15_WORD(htpidr, 4, c13, c0, 2)

BANKED(sp_usr)
BANKED(sp_svc)
BANKED(lr_svc)
BANKED(spsr_svc)
BANKED(sp_abt)
BANKED(lr_abt)
BANKED(spsr_abt)
BANKED(sp_und)
BANKED(lr_und)
BANKED(spsr_und)
BANKED(sp_irq)
BANKED(lr_irq)
BANKED(spsr_irq)
BANKED(r8_fiq)
BANKED(r9_fiq)
BANKED(r10_fiq)
BANKED(r11_fiq)
BANKED(r12_fiq)
BANKED(sp_fiq)
BANKED(lr_fiq)
BANKED(spsr_fiq)
BANKED(elr_hyp)

/* What an abort was about. */
static inline u32 fault_address(bool instruction)
{
	return instruction ? read_hifar() : read_hdfar();
}

/* A PMU that can tell modes apart; 15 is one of the maker's own. */
static inline bool pmu_present(void)
{
	unsigned int version = read_id_dfr0() >> 24 & 0xf;

	return version >= 2 && version < 15;
}

/* Drop a line without writing it back: DCIMVAC. */
static inline void cache_forget(const void *ptr)
{
	asm volatile("mcr p15, 0, %0, c7, c6, 1" : : "r" (ptr) : "memory");
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
