// SPDX-License-Identifier: GPL-2.0
/* Storm damping: when a port has to wait, and for how long. */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "../events/damper.h"

#ifdef MODULE
#include "../events/damper.c"
#endif

#define SECOND	250

static unsigned long judge(struct xen_damper *damper, bool spurious)
{
	return xen_damper_judge(damper, spurious, 1, SECOND);
}

static void useful_events_never_wait(struct kunit *test)
{
	struct xen_damper damper = { };
	int i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, judge(&damper, false), 0);
}

static void the_threshold_is_forgiven(struct kunit *test)
{
	struct xen_damper damper = { };

	KUNIT_EXPECT_EQ(test, judge(&damper, true), 0);
	KUNIT_EXPECT_EQ(test, judge(&damper, true), 1);
}

static void a_threshold_of_zero_forgives_none(struct kunit *test)
{
	struct xen_damper damper = { };

	KUNIT_EXPECT_EQ(test, xen_damper_judge(&damper, true, 0, SECOND), 1);
}

static void the_delay_doubles(struct kunit *test)
{
	struct xen_damper damper = { };
	unsigned long delay;

	judge(&damper, true);
	for (delay = 1; delay < SECOND; delay *= 2)
		KUNIT_EXPECT_EQ(test, judge(&damper, true), delay);
}

static void a_second_is_the_most(struct kunit *test)
{
	struct xen_damper damper = { };
	int i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_LE(test, judge(&damper, true), SECOND);
	KUNIT_EXPECT_EQ(test, judge(&damper, true), SECOND);
}

static void one_useful_event_ends_it(struct kunit *test)
{
	struct xen_damper damper = { };
	int i;

	for (i = 0; i < 100; i++)
		judge(&damper, true);
	KUNIT_EXPECT_EQ(test, judge(&damper, false), 0);
	KUNIT_EXPECT_EQ(test, judge(&damper, true), 0);
	KUNIT_EXPECT_EQ(test, judge(&damper, true), 1);
}

static void the_count_does_not_wrap(struct kunit *test)
{
	struct xen_damper damper = { .useless = UINT_MAX };

	KUNIT_EXPECT_EQ(test, judge(&damper, true), SECOND);
	KUNIT_EXPECT_EQ(test, judge(&damper, true), SECOND);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(useful_events_never_wait),
	KUNIT_CASE(the_threshold_is_forgiven),
	KUNIT_CASE(a_threshold_of_zero_forgives_none),
	KUNIT_CASE(the_delay_doubles),
	KUNIT_CASE(a_second_is_the_most),
	KUNIT_CASE(one_useful_event_ends_it),
	KUNIT_CASE(the_count_does_not_wrap),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_damper",
	.test_cases = cases,
};

kunit_test_suite(suite);
