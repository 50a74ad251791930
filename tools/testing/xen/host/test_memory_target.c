// SPDX-License-Identifier: GPL-2.0
/*
 * Host test of the balloon's arithmetic: what targets mean, and that the
 * steps lead there, whatever the hypervisor and the allocator refuse.
 */
#include <stdlib.h>

#include "ktap.h"

#include "../../../../drivers/xen/guest/memory/target.c"

#define MIB(n)	((unsigned long)(n) * 256)

static void overheads(void)
{
	ktap_ok(balloon_overhead(MIB(512), MIB(512), MIB(512)) == 0,
		"all that the domain has is RAM: no overhead");
	ktap_ok(balloon_overhead(MIB(512), MIB(528), MIB(528)) == MIB(16),
		"what is no RAM is overhead");
	ktap_ok(balloon_overhead(MIB(512), MIB(272), MIB(528)) == MIB(16),
		"also if the first target is below what the guest has");
	ktap_ok(balloon_overhead(MIB(512), MIB(512), MIB(2048)) == 0,
		"room to grow is no overhead");
	ktap_ok(balloon_overhead(MIB(512), MIB(520), MIB(2048)) == MIB(8),
		"room to grow and overhead");
	ktap_ok(balloon_overhead(MIB(512), MIB(512), 0) == 0 &&
		balloon_overhead(MIB(512), MIB(100), 0) == 0,
		"no maximum, no overhead");
	ktap_ok(balloon_overhead(MIB(512), MIB(256), MIB(256)) == 0,
		"a maximum below what there is");
}

static void targets(void)
{
	ktap_ok(balloon_target(1024, 0, 12) == 256 &&
		balloon_target(1024, 0, 14) == 64 &&
		balloon_target(1024, 0, 16) == 16,
		"a MiB in pages of 4, 16 and 64 KiB");
	ktap_ok(balloon_target(1024 + 63, 0, 16) == 16,
		"a part of a page is none");
	ktap_ok(balloon_target(1024, 56, 12) == 200, "overhead is taken off");
	ktap_ok(balloon_target(1024, 256, 12) == 0 &&
		balloon_target(1024, 1000, 12) == 0,
		"nothing is left: no wrap");
	ktap_ok(balloon_target(UINT64_MAX, 0, 12) <= LONG_MAX >> 12,
		"no target is so large that its bytes can't be counted");
}

static struct balloon_state at(unsigned long now, unsigned long target,
			       unsigned long empty)
{
	return (struct balloon_state) {
		.target = target, .current_pages = now, .total = 1000,
		.empty = empty, .available = 500, .batch = 100,
	};
}

static bool next_is(struct balloon_state state, enum balloon_act act,
		    unsigned long pages)
{
	struct balloon_step step = balloon_next_step(&state);

	return step.act == act && step.pages == pages;
}

static void steps(void)
{
	struct balloon_state state;

	ktap_ok(balloon_spare(100, 6400) == 0 &&
		balloon_spare(99, 6400) == 0 && balloon_spare(0, 0) == 0 &&
		balloon_spare(150, 6400) == 50, "what can be spared");

	ktap_ok(next_is(at(1000, 1000, 0), BALLOON_REST, 0), "at the target");
	ktap_ok(next_is(at(1000, 950, 0), BALLOON_EMPTY, 50), "down");
	ktap_ok(next_is(at(1000, 100, 0), BALLOON_EMPTY, 100),
		"down, a batch at a time");
	ktap_ok(next_is(at(900, 950, 100), BALLOON_FILL, 50), "up");
	ktap_ok(next_is(at(900, 1000, 30), BALLOON_FILL, 30),
		"no more than there are in the balloon");
	ktap_ok(next_is(at(990, 1000, 0), BALLOON_REST, 0),
		"what was lent is not replaced");
	state = at(1000, 100, 0);
	state.available = 20;
	ktap_ok(next_is(state, BALLOON_EMPTY, 5), "a reserve is kept");
	state.available = 15;
	ktap_ok(next_is(state, BALLOON_STUCK, 0), "nothing can be spared");
	state = at(1000, 1500, 0);
	ktap_ok(next_is(state, BALLOON_REST, 0), "there is no more");
	state.can_grow = true;
	ktap_ok(next_is(state, BALLOON_GROW, 500), "there may be more");
	state = at(990, 1000, 0);
	state.can_grow = true;
	ktap_ok(next_is(state, BALLOON_REST, 0),
		"what was lent is no reason to grow");
}

static void retries(void)
{
	struct balloon_stats stats = {
		.max_schedule_delay = 32, .max_retry_count = 4,
	};
	unsigned int tries = 0, most = 0;

	balloon_progress(&stats);
	while (balloon_retry(&stats) && tries < 100)
		tries++;
	ktap_ok(tries == 3 && stats.schedule_delay == 1 &&
		stats.retry_count == 1, "it gives up after so many tries");
	stats.max_retry_count = RETRY_UNLIMITED;
	for (tries = 0; tries < 1000 && balloon_retry(&stats); tries++)
		if (stats.schedule_delay > most)
			most = stats.schedule_delay;
	ktap_ok(tries == 1000 && most == 32,
		"or never, with pauses that are bounded");
}

/* One step on a hypervisor that does a random part of it, or nothing. */
static bool act(struct balloon_state *s)
{
	struct balloon_step step = balloon_next_step(s);
	unsigned long done = step.pages ? rand() % (step.pages + 1) : 0;

	switch (step.act) {
	case BALLOON_EMPTY:
		s->current_pages -= done;
		s->empty += done;
		s->available -= done;
		return true;
	case BALLOON_FILL:
		s->current_pages += done;
		s->empty -= done;
		s->available += done;
		return true;
	default:
		return false;
	}
}

static bool leads_there(void)
{
	struct balloon_state s = at(1000, 1000, 0);
	unsigned int i, j;

	for (i = 0; i < 1000; i++) {
		s.target = 520 + rand() % 481;
		for (j = 0; act(&s); j++)
			if (j > 100000 || s.current_pages > s.total ||
			    s.current_pages + s.empty != s.total)
				return false;
		if (s.current_pages != s.target)
			return false;
	}
	return true;
}

int main(void)
{
	overheads();
	targets();
	steps();
	retries();
	ktap_ok(leads_there(), "any target is reached in the end");
	return ktap_done();
}
