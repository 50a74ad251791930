// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the queue of deferred work and each physical CPU's list of timers,
 * sorted by deadline. A timer fires on the CPU that set it. Monitor lock.
 */
#include <xenlet/cpu.h>
#include <xenlet/lib.h>
#include <xenlet/sched.h>
#include <xenlet/work.h>

static struct list_node queue = { &queue, &queue };

void work_init(struct work *work, void (*fn)(struct work *work))
{
	list_init(&work->link);
	work->fn = fn;
	work->queued = false;
}

void work_queue(struct work *work)
{
	if (work->queued)
		return;
	work->queued = true;
	list_add_tail(&work->link, &queue);
}

void work_cancel(struct work *work)
{
	work->queued = false;
	list_del(&work->link);
}

bool work_run_some(void)
{
	struct work *work;

	if (list_empty(&queue))
		return false;
	work = list_entry(queue.next, struct work, link);
	work_cancel(work);
	work->fn(work);
	return true;
}

bool work_waiting(void)
{
	return !list_empty(&queue);
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
	list_init(&timer->link);
	timer->deadline = 0;
	timer->fn = fn;
}

void timer_set(struct timer *timer, u64 deadline_ns)
{
	struct list_node *timers = &this_cpu()->timers;
	struct list_node *pos;

	timer_cancel(timer);
	timer->deadline = MAX(deadline_ns, 1ULL);
	list_for_each(pos, timers)
		if (list_entry(pos, struct timer, link)->deadline >
		    timer->deadline)
			break;
	list_add_tail(&timer->link, pos);
}

void timer_cancel(struct timer *timer)
{
	timer->deadline = 0;
	list_del(&timer->link);
}

void timers_run(u64 now)
{
	struct list_node *timers = &this_cpu()->timers;

	while (!list_empty(timers)) {
		struct timer *timer = list_entry(timers->next, struct timer,
						 link);

		if (timer->deadline > now)
			break;
		timer_cancel(timer);
		timer->fn(timer);
	}
}

u64 timers_next(void)
{
	const struct list_node *timers = &this_cpu()->timers;

	if (list_empty(timers))
		return 0;
	return list_entry(timers->next, struct timer, link)->deadline;
}
