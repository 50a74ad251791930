/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Physical CPUs, the monitor lock, and who runs where.
 *
 * xenlet is a monitor: one lock guards all of its state, taken when a CPU
 * enters from a guest or an interrupt and dropped before it returns or idles.
 * No code path blocks and every path is bounded, so the lock is held for
 * microseconds. That makes each hypercall atomic towards every other, which
 * a test hypervisor wants more than it wants scalability. Hypercalls that
 * touch no shared state (see hypercall.c) are served without it.
 */
#ifndef XENLET_SCHED_H
#define XENLET_SCHED_H

#include <xenlet/types.h>

struct vcpu;

#define MAX_CPUS	8

void monitor_lock(void);
void monitor_unlock(void);

/** cpu_id() - this physical CPU, from 0 */
unsigned int cpu_id(void);

/** vcpu_wake() - make a blocked vCPU runnable, kick its CPU if it must act;
 * harmless for one that is not blocked
 */
void vcpu_wake(struct vcpu *v);
/** vcpu_block() - current vCPU gives its CPU up until vcpu_wake(), unless an
 * interrupt is already pending for it; takes effect on the way out of the trap
 */
void vcpu_block(struct vcpu *v);
/** vcpu_yield() - current vCPU goes to the end of its run queue */
void vcpu_yield(struct vcpu *v);
/** vcpu_start() - bring a vCPU up whose registers are set */
void vcpu_start(struct vcpu *v);
/** vcpu_stop() - switch @v off; takes effect on the way out of the trap */
void vcpu_stop(struct vcpu *v);
/** vcpu_kick() - if @v runs on another CPU, make it enter xenlet now */
void vcpu_kick(struct vcpu *v);

/** vcpu_inject_upcall() - raise the event-channel PPI of @v (level: it stays
 * pending in the vGIC while vcpu_info.evtchn_upcall_pending is set and the
 * guest has not taken it) and wake it
 */
void vcpu_inject_upcall(struct vcpu *v);

#endif /* XENLET_SCHED_H */
