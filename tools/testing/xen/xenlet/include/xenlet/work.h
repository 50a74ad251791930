/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deferred work and timers.
 *
 * A work item runs once for each time it is queued while idle, with the
 * monitor lock held, on whichever physical CPU next leaves xenlet for a guest
 * or is idle. One call must be bounded (as a rule: no more than 256 KiB
 * copied); a function with more to do queues itself again. Queueing a queued
 * item does nothing. A cancelled item does not run.
 *
 * A timer's function runs with the monitor lock held at or soon after its
 * deadline (nanoseconds of time_ns()).
 */
#ifndef XENLET_WORK_H
#define XENLET_WORK_H

#include <xenlet/list.h>
#include <xenlet/types.h>

struct work {
	struct list_node link;
	void (*fn)(struct work *work);
	bool queued;
};

void work_init(struct work *work, void (*fn)(struct work *work));
void work_queue(struct work *work);
void work_cancel(struct work *work);
/** work_run_some() - run at most one queued item; true if one was run */
bool work_run_some(void);

struct timer {
	struct list_node link;
	u64 deadline;		/* ns; 0: not armed */
	void (*fn)(struct timer *timer);
};

void timer_init(struct timer *timer, void (*fn)(struct timer *timer));
void timer_set(struct timer *timer, u64 deadline_ns);
void timer_cancel(struct timer *timer);

/** time_ns() - nanoseconds since reset, from the system counter; the time
 * base of guests' system_time too
 */
u64 time_ns(void);

#endif /* XENLET_WORK_H */
