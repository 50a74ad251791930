// SPDX-License-Identifier: GPL-2.0
/*
 * A second vCPU, which waits for jobs.
 *
 * Owns struct cpu_start of vCPU 1: vCPU 0 writes job and raises started,
 * vCPU 1 answers by raising finished to the same number.
 */
#include "lib/runtime.h"

#include <arch.h>

#define PATIENCE_NS	30000000000ULL

static struct cpu_start second;
static char second_stack[16384] __attribute__((aligned(4096)));

void secondary_main(struct cpu_start *start)
{
	for (;;) {
		while (start->finished == start->started)
			cpu_relax();
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		start->job();
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		start->finished++;
	}
}

static bool wait_finished(void)
{
	uint64_t end = now_ns() + PATIENCE_NS;

	while (second.finished != second.started)
		if (now_ns() > end)
			return false;
	return true;
}

static void nothing(void)
{
}

bool smp_start(void)
{
	static bool running;

	if (running)
		return true;
	second.stack = second_stack + sizeof(second_stack);
	second.job = nothing;
	second.started = 1;
	/* The vCPU reads its record before its caches are on. */
	cache_clean(&second);
	if (psci(PSCI_CPU_ON, 1, ARG(secondary_entry), ARG(&second)))
		return false;
	running = wait_finished();
	return running;
}

bool smp_race(void (*here)(void), void (*there)(void))
{
	second.job = there;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	second.started++;
	here();
	return wait_finished();
}
