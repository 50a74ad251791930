// SPDX-License-Identifier: GPL-2.0
/* Single instructions, and the exceptions that others may take. */
#include "lib/runtime.h"

#define STATE_MASK	0x3cfUL	/* what is masked, the level, its stack */

/**
 * struct trap_frame - what entry.S saves
 * @x: x0 to x18, then x30 in the place of x19
 */
struct trap_frame {
	uint64_t x[20];
	uint64_t pc, pstate;
};

static uint64_t to_ns(uint64_t count)
{
	uint64_t hz;

	asm("mrs %0, cntfrq_el0" : "=r"(hz));
	return count / hz * 1000000000UL + count % hz * 1000000000UL / hz;
}

uint64_t now_ns(void)
{
	uint64_t count;

	asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count) :: "memory");
	return to_ns(count);
}

uint64_t machine_ns(void)
{
	uint64_t count;

	asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(count) :: "memory");
	return to_ns(count);
}

uint32_t fp_features(void)
{
	uint64_t mvfr0;

	asm("mrs %0, mvfr0_el1" : "=r"(mvfr0));
	return mvfr0;
}

void cpu_wait(void)
{
	asm volatile("dsb sy\n\twfi" ::: "memory");
}

void cpu_relax(void)
{
	asm volatile("yield" ::: "memory");
}

void cache_clean(const void *ptr)
{
	asm volatile("dc civac, %0\n\tdsb sy" :: "r"(ptr) : "memory");
}

static uint64_t fault_state;

bool fault_tells_state(void)
{
	uint64_t daif, el, sp;

	asm("mrs %0, daif" : "=r"(daif));
	asm("mrs %0, currentel" : "=r"(el));
	asm("mrs %0, spsel" : "=r"(sp));
	return (fault_state & STATE_MASK) == (daif | el | sp);
}

/*
 * Two instructions of hypercall.S may fault: they say so in x0 and go on
 * behind themselves.
 */
void exception_main(struct trap_frame *frame, unsigned long kind)
{
	uint64_t esr, far;

	if (frame->pc == (uintptr_t)touch_faults_here) {
		fault_state = frame->pstate;
		frame->x[0] = 1;
		frame->pc += 4;
		return;
	}
	if (frame->pc == (uintptr_t)semihosting_here) {
		frame->x[0] = 1;
		frame->pc += 8;
		return;
	}
	asm("mrs %0, esr_el1" : "=r"(esr));
	asm("mrs %0, far_el1" : "=r"(far));
	test_abort("no unexpected exception",
		   "kind %lu at image+%lx, esr %lx, far %lx", kind,
		   (unsigned long)(frame->pc - (uintptr_t)image_start), esr,
		   far);
}
