/* SPDX-License-Identifier: GPL-2.0 */
/* The timers behind SCHEDOP_poll and SCHEDOP_watchdog. */
#ifndef XENLET_ABI_SCHED_OP_H
#define XENLET_ABI_SCHED_OP_H

#include <xenlet/types.h>

struct domain;
struct vcpu;

/** sched_poll() - SCHEDOP_poll */
long sched_poll(gva_t arg);

/** sched_poll_init() - 0 or -ENOMEM */
int sched_poll_init(struct vcpu *v);
void sched_poll_destroy(struct vcpu *v);

void watchdog_init(struct domain *d);
void watchdog_destroy(struct domain *d);

#endif /* XENLET_ABI_SCHED_OP_H */
