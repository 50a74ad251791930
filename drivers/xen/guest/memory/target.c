// SPDX-License-Identifier: GPL-2.0
/* The balloon's arithmetic; see target.h. Pure: host tests run this file. */
#include <linux/limits.h>
#include <linux/minmax.h>

/* For the header below, which only passes pointers to it on. */
struct page;

#include <xen/balloon.h>

#include "target.h"

/* Seconds from one try to the next, at first. */
#define FIRST_DELAY	1

/* One page in so many stays free, so that the guest itself can go on. */
#define RESERVE_SHARE	64

unsigned long balloon_overhead(unsigned long boot, unsigned long target,
			       unsigned long static_max)
{
	unsigned long most = static_max;

	if (boot <= target)
		most = min(most, target);
	return most > boot ? most - boot : 0;
}

unsigned long balloon_target(u64 kib, unsigned long overhead,
			     unsigned int page_shift)
{
	u64 pages = kib >> (page_shift - 10);

	if (pages <= overhead)
		return 0;
	return min_t(u64, pages - overhead, LONG_MAX >> page_shift);
}

unsigned long balloon_spare(unsigned long available, unsigned long total)
{
	unsigned long reserve = total / RESERVE_SHARE;

	return available > reserve ? available - reserve : 0;
}

struct balloon_step balloon_next_step(const struct balloon_state *state)
{
	unsigned long surplus, lack;

	if (state->current_pages > state->target) {
		surplus = min(state->current_pages - state->target,
			      balloon_spare(state->available, state->total));
		if (!surplus)
			return (struct balloon_step) { .act = BALLOON_STUCK };
		return (struct balloon_step) {
			BALLOON_EMPTY, min(surplus, state->batch)
		};
	}

	lack = state->target - state->current_pages;
	if (lack && state->empty)
		return (struct balloon_step) {
			BALLOON_FILL, min3(lack, state->empty, state->batch)
		};
	/* What was lent comes back some day, and needs no replacement. */
	if (state->target > state->total && state->can_grow)
		return (struct balloon_step) {
			BALLOON_GROW, state->target - state->total
		};
	return (struct balloon_step) { .act = BALLOON_REST };
}

void balloon_progress(struct balloon_stats *stats)
{
	stats->schedule_delay = FIRST_DELAY;
	stats->retry_count = 1;
}

bool balloon_retry(struct balloon_stats *stats)
{
	if (stats->max_retry_count != RETRY_UNLIMITED &&
	    stats->retry_count >= stats->max_retry_count) {
		balloon_progress(stats);
		return false;
	}
	stats->retry_count++;
	stats->schedule_delay = min(stats->schedule_delay * 2,
				    stats->max_schedule_delay);
	return true;
}
