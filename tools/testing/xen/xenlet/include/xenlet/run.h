/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scheduler towards those who make vCPUs and take them away; everyone
 * else wants sched.h.
 */
#ifndef XENLET_RUN_H
#define XENLET_RUN_H

struct cpu;
struct vcpu;

/** vcpu_ready() - queue @v if it may run; after any change that allows it */
void vcpu_ready(struct vcpu *v);
/** vcpu_unready() - the opposite; a running @v stops when its CPU leaves */
void vcpu_unready(struct vcpu *v);
/** vcpu_place() - choose the physical CPU with the fewest vCPUs */
void vcpu_place(struct vcpu *v);

void cpu_init(struct cpu *cpu, unsigned int id);
/** cpu_unload() - take the vCPU's state off this CPU */
void cpu_unload(struct cpu *cpu);

#endif /* XENLET_RUN_H */
