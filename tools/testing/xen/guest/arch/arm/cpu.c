// SPDX-License-Identifier: GPL-2.0
/* Single instructions, and the exceptions that others may take. */
#include "lib/runtime.h"

#define DATA_ABORT	4	/* the vector's number */
#define STATE		0x1d3	/* supervisor mode, ARM, all masked */
#define STATE_MASK	0x1ff
#define FP_ACCESS	(0xfU << 20)

/**
 * struct trap_frame - what entry.S saves
 * @r: r0 to r12
 */
struct trap_frame {
	uint32_t r[13];
	uint32_t lr, pc, cpsr;
};

static uint64_t to_ns(uint64_t count)
{
	uint32_t hz;

	asm("mrc p15, 0, %0, c14, c0, 0" : "=r"(hz));
	return count / hz * 1000000000U + count % hz * 1000000000U / hz;
}

uint64_t now_ns(void)
{
	uint64_t count;

	asm volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(count)
		     :: "memory");
	return to_ns(count);
}

uint64_t machine_ns(void)
{
	uint64_t count;

	asm volatile("isb\n\tmrrc p15, 0, %Q0, %R0, c14" : "=r"(count)
		     :: "memory");
	return to_ns(count);
}

uint32_t fp_features(void)
{
	uint32_t cpacr, mvfr0;

	/* Who may not use the unit may not ask it either. */
	asm volatile("mrc p15, 0, %0, c1, c0, 2" : "=r"(cpacr));
	asm volatile("mcr p15, 0, %0, c1, c0, 2\n\tisb"
		     :: "r"(cpacr | FP_ACCESS));
	asm volatile(".fpu vfpv4\n\tvmrs %0, mvfr0" : "=r"(mvfr0));
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
	asm volatile("mcr p15, 0, %0, c7, c14, 1\n\tdsb sy" :: "r"(ptr)
		     : "memory");
}

/* What the compiler's division calls when there is nothing to divide by. */
int raise(int signal);
int raise(int signal)
{
	test_abort("no division by zero", "signal %d", signal);
}

static uint32_t fault_state;

bool fault_tells_state(void)
{
	return (fault_state & STATE_MASK) == STATE;
}

/*
 * All tests run in one state: they go on in it even where the hypervisor did
 * not tell it.
 */
static void go_on(struct trap_frame *frame, uintptr_t pc)
{
	fault_state = frame->cpsr;
	frame->r[0] = 1;
	frame->pc = pc;
	frame->cpsr = STATE;
}

/*
 * Two instructions of hypercall.S may fault: they say so in r0 and go on
 * behind themselves. Where Xen 4.17 makes the data abort, its LR is that of
 * no kind of abort, and 8 too small.
 */
void exception_main(struct trap_frame *frame, unsigned long kind)
{
	uintptr_t touch = (uintptr_t)touch_faults_here;
	uint32_t dfsr, dfar, ifsr;

	if (kind == DATA_ABORT && (frame->pc == touch ||
				   frame->pc == touch - 8)) {
		go_on(frame, touch + 4);
		return;
	}
	if (frame->pc == (uintptr_t)semihosting_here) {
		go_on(frame, frame->pc + 8);
		return;
	}
	asm("mrc p15, 0, %0, c5, c0, 0" : "=r"(dfsr));
	asm("mrc p15, 0, %0, c6, c0, 0" : "=r"(dfar));
	asm("mrc p15, 0, %0, c5, c0, 1" : "=r"(ifsr));
	test_abort("no unexpected exception",
		   "kind %lu at image+%lx, dfsr %lx, dfar %lx, ifsr %lx", kind,
		   (unsigned long)(frame->pc - (uintptr_t)image_start),
		   (unsigned long)dfsr, (unsigned long)dfar,
		   (unsigned long)ifsr);
}
