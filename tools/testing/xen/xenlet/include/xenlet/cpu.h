/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A physical CPU's own data, and what the parts of the core need of each
 * other on the way in and out of xenlet.
 */
#ifndef XENLET_CPU_H
#define XENLET_CPU_H

/* Offset that the vectors use. */
#define CPU_CURRENT_REGS	0
#define CPU_STACK_TOP		__SIZEOF_POINTER__

#ifndef __ASSEMBLY__

#include <xenlet/list.h>
#include <xenlet/sched.h>
#include <xenlet/types.h>

struct cpu_regs;
struct vcpu;

/**
 * struct cpu - one physical CPU
 * @regs: where the vectors save the running guest's registers
 * @current: vCPU whose state is on this CPU; it may have lost it already
 * @run_queue: vCPUs that are runnable here, the running one not among them
 * @timers: see work.c
 * @now: ns, when it was last about to enter a guest
 * @programmed: deadline that the hypervisor timer was last set to
 * @slept: ns, in all, without work
 * @slice_start: ns, when the running vCPU got the CPU
 * @idle: sleeping, or about to, without the monitor lock
 * @resched: the running vCPU offered its CPU to others
 */
struct cpu {
	struct cpu_regs *regs;
	u8 *stack_top;
	unsigned int id;
	struct vcpu *current;
	struct list_node run_queue;
	struct list_node timers;
	u64 now;
	u64 programmed;
	u64 slept;
	bool idle;
	bool online;
	bool resched;
	u64 slice_start;
} __attribute__((aligned(64)));

extern struct cpu cpus[MAX_CPUS];

/** this_cpu() - of the CPU that asks (arch) */
struct cpu *this_cpu(void);

/** cpu_main() - first and last C function of a physical CPU */
__attribute__((noreturn)) void cpu_main(void);

/** cpu_leave() - from a trap back to whichever vCPU comes next; drops the
 * monitor lock
 */
__attribute__((noreturn)) void cpu_leave(void);

/** work_waiting() - is deferred work queued */
bool work_waiting(void);
/** timers_run() - call the functions of this CPU's timers due at @now */
void timers_run(u64 now);
/** timers_next() - deadline of this CPU's first timer, 0: none */
u64 timers_next(void);

#endif /* __ASSEMBLY__ */
#endif /* XENLET_CPU_H */
