// SPDX-License-Identifier: GPL-2.0
/* The connection's table: what each event does, and what none may do. */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include <xen/interface/io/xenbus.h>

#include "../state.h"

#ifdef MODULE
#include "../state.c"
#endif

static enum blkfront_state walk(enum blkfront_state state,
				const enum blkfront_input *inputs,
				unsigned int nr, unsigned int *acts)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct blkfront_step step;

		step = blkfront_state_step(state, inputs[i]);
		state = step.next;
		acts[i] = step.act;
	}
	return state;
}

static void test_first_connection(struct kunit *test)
{
	static const enum blkfront_input inputs[] = {
		BLKFRONT_IN_STARTS, BLKFRONT_IN_WAITS, BLKFRONT_IN_WAITS,
		BLKFRONT_IN_CONNECTED,
	};
	unsigned int acts[ARRAY_SIZE(inputs)];

	KUNIT_EXPECT_EQ(test, walk(BLKFRONT_AWAY, inputs, ARRAY_SIZE(inputs),
				   acts), BLKFRONT_LIVE);
	KUNIT_EXPECT_EQ(test, acts[0], 0);
	KUNIT_EXPECT_EQ(test, acts[1], BLKFRONT_DO_PUBLISH);
	KUNIT_EXPECT_EQ(test, acts[2], 0);
	KUNIT_EXPECT_EQ(test, acts[3], BLKFRONT_DO_CONNECT);
}

static void test_connected_again_is_a_resize(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_LIVE, BLKFRONT_IN_CONNECTED);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_LIVE);
	KUNIT_EXPECT_EQ(test, step.act, BLKFRONT_DO_RESIZE);
}

static void test_backend_restart_keeps_requests(struct kunit *test)
{
	static const enum blkfront_input inputs[] = {
		BLKFRONT_IN_RESETS, BLKFRONT_IN_RESET, BLKFRONT_IN_WAITS,
		BLKFRONT_IN_CONNECTED,
	};
	unsigned int acts[ARRAY_SIZE(inputs)], i;

	KUNIT_EXPECT_EQ(test, walk(BLKFRONT_LIVE, inputs, ARRAY_SIZE(inputs),
				   acts), BLKFRONT_LIVE);
	KUNIT_EXPECT_EQ(test, acts[0],
			BLKFRONT_DO_HOLD | BLKFRONT_DO_SAY_CLOSED);
	KUNIT_EXPECT_EQ(test, acts[1], BLKFRONT_DO_SAY_NEW);
	for (i = 0; i < ARRAY_SIZE(inputs); i++)
		KUNIT_EXPECT_FALSE(test, acts[i] & BLKFRONT_DO_FAIL);
}

static void test_resume_reconnects(struct kunit *test)
{
	static const enum blkfront_input inputs[] = {
		BLKFRONT_IN_RESUME, BLKFRONT_IN_WAITS, BLKFRONT_IN_CONNECTED,
	};
	unsigned int acts[ARRAY_SIZE(inputs)];

	KUNIT_EXPECT_EQ(test, walk(BLKFRONT_LIVE, inputs, ARRAY_SIZE(inputs),
				   acts), BLKFRONT_LIVE);
	KUNIT_EXPECT_EQ(test, acts[0], BLKFRONT_DO_HOLD);
}

static void test_earlier_kernels_rings_are_refused(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_AWAY, BLKFRONT_IN_CONNECTED);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_AWAY);
	KUNIT_EXPECT_EQ(test, step.act, BLKFRONT_DO_SAY_CLOSED);
}

static void test_breach_fails_and_reports_once(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_LIVE, BLKFRONT_IN_BREACH);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_BROKEN);
	KUNIT_EXPECT_EQ(test, step.act,
			BLKFRONT_DO_FAIL | BLKFRONT_DO_REPORT);
	step = blkfront_state_step(BLKFRONT_BROKEN, BLKFRONT_IN_BREACH);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_BROKEN);
	KUNIT_EXPECT_EQ(test, step.act, 0);
}

static void test_broken_stays_so_until_restart(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_BROKEN, BLKFRONT_IN_CONNECTED);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_BROKEN);
	step = blkfront_state_step(BLKFRONT_BROKEN, BLKFRONT_IN_WAITS);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_OFFERED);
	KUNIT_EXPECT_TRUE(test, step.act & BLKFRONT_DO_PUBLISH);
}

static void test_unplug_fails_and_closes(struct kunit *test)
{
	unsigned int state;

	for (state = BLKFRONT_AWAY; state < BLKFRONT_DEAD; state++) {
		struct blkfront_step step;

		step = blkfront_state_step(state, BLKFRONT_IN_UNPLUG);
		KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_DEAD);
		KUNIT_EXPECT_EQ(test, step.act,
				BLKFRONT_DO_FAIL | BLKFRONT_DO_SAY_CLOSED);
	}
}

static void test_removal_ends_everything(struct kunit *test)
{
	unsigned int state;

	for (state = BLKFRONT_AWAY; state < BLKFRONT_DEAD; state++) {
		struct blkfront_step step;

		step = blkfront_state_step(state, BLKFRONT_IN_REMOVE);
		KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_DEAD);
		KUNIT_EXPECT_TRUE(test, step.act & BLKFRONT_DO_FAIL);
	}
}

static void test_backend_not_yet_there_is_awaited(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_AWAY, BLKFRONT_IN_GONE);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_AWAY);
	KUNIT_EXPECT_EQ(test, step.act, 0);
}

static void test_dead_stays_dead(struct kunit *test)
{
	unsigned int input;

	for (input = 0; input < BLKFRONT_INPUTS; input++) {
		struct blkfront_step step;

		step = blkfront_state_step(BLKFRONT_DEAD, input);
		KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_DEAD);
		KUNIT_EXPECT_EQ(test, step.act, 0);
	}
}

/*
 * Rings are made only where there are none: a step that publishes comes from
 * a state without them, or drops them first. A state that serves nothing
 * leaves no requests behind.
 */
static void test_rings_are_never_made_twice(struct kunit *test)
{
	unsigned int state, input;

	for (state = 0; state < BLKFRONT_STATES; state++) {
		for (input = 0; input < BLKFRONT_INPUTS; input++) {
			struct blkfront_step step;
			bool drops;

			step = blkfront_state_step(state, input);
			drops = step.act & (BLKFRONT_DO_HOLD |
					    BLKFRONT_DO_FAIL);
			if (step.act & BLKFRONT_DO_PUBLISH)
				KUNIT_EXPECT_TRUE(test, drops ||
						  state == BLKFRONT_AWAY);
			if (step.act & BLKFRONT_DO_CONNECT)
				KUNIT_EXPECT_EQ(test, state,
						BLKFRONT_OFFERED);
			if (state != step.next && state == BLKFRONT_LIVE)
				KUNIT_EXPECT_TRUE(test, drops);
		}
	}
}

/* Requests are let through exactly where they are served or fail. */
static void test_held_requests_are_released(struct kunit *test)
{
	unsigned int state, input;

	for (state = 0; state < BLKFRONT_STATES; state++) {
		for (input = 0; input < BLKFRONT_INPUTS; input++) {
			struct blkfront_step step;

			step = blkfront_state_step(state, input);
			if (step.next == state)
				continue;
			if (step.next == BLKFRONT_DEAD ||
			    step.next == BLKFRONT_BROKEN)
				KUNIT_EXPECT_TRUE(test, step.act &
						  BLKFRONT_DO_FAIL);
			if (step.next == BLKFRONT_LIVE)
				KUNIT_EXPECT_TRUE(test, step.act &
						  BLKFRONT_DO_CONNECT);
		}
	}
}

static void test_nonsense_changes_nothing(struct kunit *test)
{
	struct blkfront_step step;

	step = blkfront_state_step(BLKFRONT_LIVE, BLKFRONT_INPUTS);
	KUNIT_EXPECT_EQ(test, step.next, BLKFRONT_LIVE);
	KUNIT_EXPECT_EQ(test, step.act, 0);
	step = blkfront_state_step(BLKFRONT_STATES, BLKFRONT_IN_WAITS);
	KUNIT_EXPECT_EQ(test, step.act, 0);
}

static void test_backend_states_as_inputs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_state_input(XenbusStateInitWait, true),
			BLKFRONT_IN_WAITS);
	KUNIT_EXPECT_EQ(test, blkfront_state_input(XenbusStateClosing, true),
			BLKFRONT_IN_RESETS);
	KUNIT_EXPECT_EQ(test, blkfront_state_input(XenbusStateClosing, false),
			BLKFRONT_IN_UNPLUG);
	KUNIT_EXPECT_EQ(test, blkfront_state_input(XenbusStateClosed, false),
			BLKFRONT_IN_UNPLUG);
	KUNIT_EXPECT_EQ(test, blkfront_state_input(XenbusStateUnknown, true),
			BLKFRONT_IN_GONE);
}

static void test_states_of_no_disk_are_ignored(struct kunit *test)
{
	KUNIT_EXPECT_LT(test,
			blkfront_state_input(XenbusStateReconfiguring, true),
			0);
	KUNIT_EXPECT_LT(test, blkfront_state_input(4711, true), 0);
}

static void test_each_state_has_a_name(struct kunit *test)
{
	unsigned int state;

	for (state = 0; state < BLKFRONT_STATES; state++)
		KUNIT_EXPECT_STRNEQ(test, blkfront_state_name(state), "?");
	KUNIT_EXPECT_STREQ(test, blkfront_state_name(state), "?");
}

static struct kunit_case state_tests[] = {
	KUNIT_CASE(test_first_connection),
	KUNIT_CASE(test_connected_again_is_a_resize),
	KUNIT_CASE(test_backend_restart_keeps_requests),
	KUNIT_CASE(test_resume_reconnects),
	KUNIT_CASE(test_earlier_kernels_rings_are_refused),
	KUNIT_CASE(test_breach_fails_and_reports_once),
	KUNIT_CASE(test_broken_stays_so_until_restart),
	KUNIT_CASE(test_unplug_fails_and_closes),
	KUNIT_CASE(test_removal_ends_everything),
	KUNIT_CASE(test_backend_not_yet_there_is_awaited),
	KUNIT_CASE(test_dead_stays_dead),
	KUNIT_CASE(test_rings_are_never_made_twice),
	KUNIT_CASE(test_held_requests_are_released),
	KUNIT_CASE(test_nonsense_changes_nothing),
	KUNIT_CASE(test_backend_states_as_inputs),
	KUNIT_CASE(test_states_of_no_disk_are_ignored),
	KUNIT_CASE(test_each_state_has_a_name),
	{}
};

static struct kunit_suite state_suite = {
	.name = "xen-blkfront-state",
	.test_cases = state_tests,
};

kunit_test_suite(state_suite);
