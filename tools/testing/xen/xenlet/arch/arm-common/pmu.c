// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the instructions that the boot CPU executes in xenlet, with an event
 * counter of its PMU, if that can count them: QEMU's does with -icount. It
 * costs the way in and out nothing.
 *
 * The counter has 32 bits, and whoever asks extends them: right as long as
 * somebody does once in four billion of xenlet's own instructions. Monitor
 * lock.
 */
#include <xenlet/arch.h>
#include <xenlet/machine.h>
#include <xenlet/pmu.h>
#include <xenlet/sysreg.h>

#define PMCR_N_SHIFT	11
#define PMCR_N_MASK	0x1f
#define INST_RETIRED	8
/* Not at EL0 and EL1, but at EL2. */
#define FILTER_EL2_ONLY	(1UL << 31 | 1UL << 30 | 1UL << 27)

/* The first counter is the guests', who have none; EL2 has the others. */
#define GUEST_COUNTERS	1
#define COUNTER		GUEST_COUNTERS

static struct {
	bool counts;
	u32 last;
	u64 total;
} pmu;

static bool has_counter(void)
{
	return pmu_present() &&
		(read_sysreg(pmcr_el0) >> PMCR_N_SHIFT & PMCR_N_MASK) >
		COUNTER;
}

void pmu_init(void)
{
	if (!has_counter())
		return;
	write_sysreg(COUNTER, pmselr_el0);
	isb();
	write_sysreg(FILTER_EL2_ONLY | INST_RETIRED, pmxevtyper_el0);
	write_sysreg(0, pmxevcntr_el0);
	write_sysreg(1UL << COUNTER, pmcntenset_el0);
	write_sysreg(read_sysreg(mdcr_el2) | MDCR_HPME | GUEST_COUNTERS,
		     mdcr_el2);
	isb();
	/* Which events there are, QEMU does not tell on ARMv7. */
	pmu.counts = read_sysreg(pmxevcntr_el0);
}

bool arch_own_instructions(u64 *count)
{
	u32 now;

	if (!pmu.counts || the_machine->nr_cpus > 1)
		return false;
	now = read_sysreg(pmxevcntr_el0);
	pmu.total += now - pmu.last;
	pmu.last = now;
	*count = pmu.total;
	return true;
}
