// SPDX-License-Identifier: GPL-2.0
/* The balloon's arithmetic, with this kernel's size of a page. */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include <xen/balloon.h>

#include "../memory/target.h"

#ifdef MODULE
#include "../memory/target.c"
#endif

#define PAGES(mib)	((mib) << (20 - PAGE_SHIFT))

static void targets_are_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, balloon_target(512 << 10, 0, PAGE_SHIFT),
			PAGES(512));
	KUNIT_EXPECT_EQ(test, balloon_target(512 << 10, PAGES(12), PAGE_SHIFT),
			PAGES(500));
	KUNIT_EXPECT_EQ(test, balloon_target(1, 0, PAGE_SHIFT), 0);
	KUNIT_EXPECT_EQ(test, balloon_target(1024, PAGES(2), PAGE_SHIFT), 0);
	KUNIT_EXPECT_LE(test, balloon_target(~0ULL, 0, PAGE_SHIFT),
			LONG_MAX >> PAGE_SHIFT);
}

static void overhead_is_no_room_to_grow(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, balloon_overhead(100, 100, 100), 0);
	KUNIT_EXPECT_EQ(test, balloon_overhead(100, 104, 104), 4);
	KUNIT_EXPECT_EQ(test, balloon_overhead(100, 54, 104), 4);
	KUNIT_EXPECT_EQ(test, balloon_overhead(100, 100, 400), 0);
	KUNIT_EXPECT_EQ(test, balloon_overhead(100, 50, 0), 0);
}

static struct balloon_step next(unsigned long now, unsigned long target,
				unsigned long empty, bool can_grow)
{
	const struct balloon_state state = {
		.target = target, .current_pages = now, .total = 1000,
		.empty = empty, .available = 100, .batch = 40,
		.can_grow = can_grow,
	};

	return balloon_next_step(&state);
}

static void steps_lead_to_the_target(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, next(1000, 1000, 0, true).act, BALLOON_REST);
	KUNIT_EXPECT_EQ(test, next(1000, 990, 0, true).act, BALLOON_EMPTY);
	KUNIT_EXPECT_EQ(test, next(1000, 990, 0, true).pages, 10);
	KUNIT_EXPECT_EQ(test, next(1000, 500, 0, true).pages, 40);
	KUNIT_EXPECT_EQ(test, next(900, 1000, 50, true).act, BALLOON_FILL);
	KUNIT_EXPECT_EQ(test, next(900, 1000, 20, true).pages, 20);
	KUNIT_EXPECT_EQ(test, next(900, 1000, 0, true).act, BALLOON_REST);
	KUNIT_EXPECT_EQ(test, next(1000, 1200, 0, true).act, BALLOON_GROW);
	KUNIT_EXPECT_EQ(test, next(1000, 1200, 0, true).pages, 200);
	KUNIT_EXPECT_EQ(test, next(1000, 1200, 0, false).act, BALLOON_REST);
}

static void tries_have_an_end(struct kunit *test)
{
	struct balloon_stats stats = {
		.max_schedule_delay = 3, .max_retry_count = 3,
	};

	balloon_progress(&stats);
	KUNIT_EXPECT_TRUE(test, balloon_retry(&stats));
	KUNIT_EXPECT_EQ(test, stats.schedule_delay, 2);
	KUNIT_EXPECT_TRUE(test, balloon_retry(&stats));
	KUNIT_EXPECT_EQ(test, stats.schedule_delay, 3);
	KUNIT_EXPECT_FALSE(test, balloon_retry(&stats));
	KUNIT_EXPECT_EQ(test, stats.schedule_delay, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(targets_are_pages),
	KUNIT_CASE(overhead_is_no_room_to_grow),
	KUNIT_CASE(steps_lead_to_the_target),
	KUNIT_CASE(tries_have_an_end),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_memory_target",
	.test_cases = cases,
};

kunit_test_suite(suite);
