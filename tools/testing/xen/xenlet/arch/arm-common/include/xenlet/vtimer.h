/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vCPU's two generic timers. The virtual one is hardware while its vCPU is
 * loaded and a software timer else; the physical one is always software.
 */
#ifndef XENLET_VTIMER_H
#define XENLET_VTIMER_H

#include <xenlet/types.h>

enum ptimer_reg { PTIMER_TVAL, PTIMER_CTL, PTIMER_CVAL };

struct vcpu;

void vtimer_init(struct vcpu *v);
void vtimer_destroy(struct vcpu *v);
void vtimer_save(struct vcpu *v);
void vtimer_load(struct vcpu *v);
/** vtimer_expired() - the virtual timer of @v, loaded on this CPU, fired */
void vtimer_expired(struct vcpu *v);

bool ptimer_access(struct vcpu *v, enum ptimer_reg which, bool write,
		   u64 *value);

void clock_init(void);
/** ticks_to_ns() - of the system counter, time_ns()'s base */
u64 ticks_to_ns(u64 ticks);

#endif /* XENLET_VTIMER_H */
