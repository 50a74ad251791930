// SPDX-License-Identifier: GPL-2.0
/*
 * Caches, TLBs and address translation by instruction. Stateless.
 */
#include <xenlet/arch.h>
#include <xenlet/arch_domain.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xen/errno.h>

#define PAR_FAULT	BIT(0)
#define PAR_ADDR	0x000000fffffff000ULL

void arch_clear(void *ptr, size_t size)
{
	char *p = ptr, *end = p + size;

	/* Most of a domain's memory at boot is written here: 128 bytes a turn. */
	asm volatile("mov r2, #0; mov r3, #0; mov r4, #0; mov r5, #0;"
		     "mov r6, #0; mov r7, #0; mov r8, #0; mov r9, #0;"
		     "1: stmia %0!, {r2-r9}; stmia %0!, {r2-r9};"
		     "stmia %0!, {r2-r9}; stmia %0!, {r2-r9};"
		     "cmp %0, %1; bne 1b"
		     : "+r" (p) : "r" (end)
		     : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cc",
		       "memory");
}

void arch_clean(const void *ptr, size_t size)
{
	size_t line = 4UL << (read_sysreg(ctr) >> 16 & 15);
	uintptr_t p = (uintptr_t)ptr & ~(line - 1);
	uintptr_t end = (uintptr_t)ptr + size;

	for (; p < end; p += line)	/* DCCIMVAC */
		asm volatile("mcr p15, 0, %0, c7, c14, 1" : : "r" (p) :
			     "memory");
	dsb_sy();
	/* What another guest ran from these frames may still be cached:
	 * ICIALLUIS, BPIALLIS
	 */
	asm volatile("mcr p15, 0, %0, c7, c1, 0; mcr p15, 0, %0, c7, c1, 6"
		     : : "r" (0) : "memory");
	dsb_ish();
}

void arch_p2m_publish(void)
{
	dsb_ishst();
}

/* There is no instruction for one intermediate address: all of the VMID. */
void arch_p2m_flush(u64 vttbr, gpa_t gpa)
{
	u64 saved = read_sysreg(vttbr_el2);

	if (saved != vttbr) {
		write_sysreg(vttbr, vttbr_el2);
		isb();
	}
	dsb_ishst();
	/* TLBIALLIS, from HYP: stages 1 and 2 */
	asm volatile("mcr p15, 0, %0, c8, c3, 0" : : "r" (0) : "memory");
	dsb_ish();
	if (saved != vttbr)
		write_sysreg(saved, vttbr_el2);
	isb();
}

int arch_translate(gva_t va, bool write, gpa_t *gpa)
{
	u64 saved = read_sysreg(par);
	u64 value;

	if (va >> 32)
		return -XEN_EFAULT;
	if (write)	/* ATS1CPW */
		asm volatile("mcr p15, 0, %0, c7, c8, 1" : : "r" ((u32)va) :
			     "memory");
	else		/* ATS1CPR */
		asm volatile("mcr p15, 0, %0, c7, c8, 0" : : "r" ((u32)va) :
			     "memory");
	isb();
	value = read_sysreg(par);
	write_sysreg(saved, par);
	if (value & PAR_FAULT)
		return -XEN_EFAULT;
	*gpa = (value & PAR_ADDR) | (va & ~PAGE_MASK);
	return 0;
}
