// SPDX-License-Identifier: GPL-2.0
/*
 * Caches, TLBs and address translation by instruction. Stateless.
 */
#include <xenlet/arch.h>
#include <xenlet/arch_domain.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xen/errno.h>

#define PAR_FAULT	BIT(0)
#define PAR_ADDR	0x000ffffffffff000UL

void arch_clear(void *ptr, size_t size)
{
	u64 dczid = read_sysreg(dczid_el0);
	size_t line = 4UL << (dczid & 15);
	char *p = ptr, *end = p + size;

	if (dczid & BIT(4) || line > PAGE_SIZE) {
		memset(ptr, 0, size);
		return;
	}
	if (line == 64) {
		for (; p < end; p += 512)
			asm volatile("dc zva, %0; dc zva, %1; dc zva, %2;"
				     "dc zva, %3; dc zva, %4; dc zva, %5;"
				     "dc zva, %6; dc zva, %7"
				     : : "r" (p), "r" (p + 64), "r" (p + 128),
				     "r" (p + 192), "r" (p + 256),
				     "r" (p + 320), "r" (p + 384),
				     "r" (p + 448) : "memory");
		return;
	}
	for (; p < end; p += line)
		asm volatile("dc zva, %0" : : "r" (p) : "memory");
}

void arch_clean(const void *ptr, size_t size)
{
	size_t line = 4UL << (read_sysreg(ctr_el0) >> 16 & 15);
	uintptr_t p = (uintptr_t)ptr & ~(line - 1);
	uintptr_t end = (uintptr_t)ptr + size;

	for (; p < end; p += line)
		asm volatile("dc civac, %0" : : "r" (p) : "memory");
	dsb_sy();
	/* What another guest ran from these frames may still be cached. */
	asm volatile("ic ialluis" : : : "memory");
	dsb_ish();
}

void arch_p2m_publish(void)
{
	dsb_ishst();
}

void arch_p2m_flush(u64 vttbr, gpa_t gpa)
{
	u64 saved = read_sysreg(vttbr_el2);

	if (saved != vttbr) {
		write_sysreg(vttbr, vttbr_el2);
		isb();
	}
	/* The cleared entry first; then stage 2 before the combined entries
	 * that stage 1 made from it (Arm ARM, D8.13).
	 */
	dsb_ishst();
	if (gpa == ~0ULL) {
		asm volatile("tlbi vmalls12e1is" : : : "memory");
	} else {
		asm volatile("tlbi ipas2e1is, %0" : : "r" (gpa >> PAGE_SHIFT) :
			     "memory");
		dsb_ish();
		asm volatile("tlbi vmalle1is" : : : "memory");
	}
	dsb_ish();
	if (saved != vttbr)
		write_sysreg(saved, vttbr_el2);
	isb();
}

int arch_translate(gva_t va, bool write, gpa_t *gpa)
{
	u64 saved = read_sysreg(par_el1);
	u64 par;

	if (arch_is_32bit(current_domain()) && va >> 32)
		return -XEN_EFAULT;
	if (write)
		asm volatile("at s1e1w, %0" : : "r" (va) : "memory");
	else
		asm volatile("at s1e1r, %0" : : "r" (va) : "memory");
	isb();
	par = read_sysreg(par_el1);
	write_sysreg(saved, par_el1);
	if (par & PAR_FAULT)
		return -XEN_EFAULT;
	*gpa = (par & PAR_ADDR) | (va & ~PAGE_MASK);
	return 0;
}
