// SPDX-License-Identifier: GPL-2.0
/* The handshake's table: which pair of states asks for what. */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/types.h>

#include "../state.h"

#ifdef MODULE
#include "../state.c"
#endif

static void test_connects_when_backend_waits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_CONNECT,
			netfront_react(XenbusStateInitialising,
				       XenbusStateInitWait));
}

static void test_late_initwait_keeps_connection(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateConnected,
				       XenbusStateInitWait));
}

static void test_closed_backend_of_last_user_is_waited_for(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateInitialising,
				       XenbusStateClosed));
}

static void test_announces_when_both_connected(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_ANNOUNCE,
			netfront_react(XenbusStateConnected,
				       XenbusStateConnected));
}

static void test_follows_closing_and_missed_closing(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_CLOSE,
			netfront_react(XenbusStateConnected,
				       XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, NETFRONT_CLOSE,
			netfront_react(XenbusStateConnected,
				       XenbusStateClosed));
}

/* Nobody will ever answer what is under way. */
static void test_closes_when_backend_vanishes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_CLOSE,
			netfront_react(XenbusStateConnected,
				       XenbusStateUnknown));
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateInitialising,
				       XenbusStateUnknown));
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateClosed,
				       XenbusStateUnknown));
}

static void test_closes_once(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateClosed,
				       XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateClosed, XenbusStateClosed));
}

static void test_reopens_for_new_backend(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_REOPEN,
			netfront_react(XenbusStateClosed,
				       XenbusStateInitWait));
}

static void test_states_that_dont_exist_wait(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateConnected,
				       XenbusStateReconfigured + 1));
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(XenbusStateConnected, -1));
	KUNIT_EXPECT_EQ(test, NETFRONT_WAIT,
			netfront_react(-1, XenbusStateInitWait));
}

static void test_connects_in_one_pair_only(struct kunit *test)
{
	unsigned int own, peer, connects = 0;

	for (own = 0; own <= XenbusStateReconfigured; own++)
		for (peer = 0; peer <= XenbusStateReconfigured; peer++)
			connects += netfront_react(own, peer) ==
				    NETFRONT_CONNECT;
	KUNIT_EXPECT_EQ(test, 1U, connects);
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE(test_connects_when_backend_waits),
	KUNIT_CASE(test_late_initwait_keeps_connection),
	KUNIT_CASE(test_closed_backend_of_last_user_is_waited_for),
	KUNIT_CASE(test_announces_when_both_connected),
	KUNIT_CASE(test_follows_closing_and_missed_closing),
	KUNIT_CASE(test_closes_when_backend_vanishes),
	KUNIT_CASE(test_closes_once),
	KUNIT_CASE(test_reopens_for_new_backend),
	KUNIT_CASE(test_states_that_dont_exist_wait),
	KUNIT_CASE(test_connects_in_one_pair_only),
	{}
};

static struct kunit_suite state_suite = {
	.name = "xen_netfront_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);

MODULE_DESCRIPTION("KUnit tests of xen-netfront");
MODULE_LICENSE("GPL");
