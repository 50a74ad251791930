// SPDX-License-Identifier: GPL-2.0
/* Two-level events: what a scan hands out, and what unmasking sees. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/container_of.h>

#include <asm/barrier.h>
#include <asm/sync_bitops.h>
#include <asm/xen/events.h>

#include "../events/two_level.h"

#ifdef MODULE
#include "../events/two_level_bits.c"
#endif

#define LAST_PORT	(XEN_2L_PORTS - 1)

/* The words that a hypervisor and a CPU would share. */
static struct {
	xen_ulong_t selector;
	xen_ulong_t pending[XEN_2L_WORDS];
	xen_ulong_t masked[XEN_2L_WORDS];
	xen_ulong_t mine[XEN_2L_WORDS];
} words;

static evtchn_port_t seen[64];
static unsigned int nr_seen;
static evtchn_port_t storm;

static void note(evtchn_port_t port)
{
	if (nr_seen < ARRAY_SIZE(seen))
		seen[nr_seen] = port;
	nr_seen++;
	/* A peer that answers each event with the next, at once. */
	if (storm) {
		set_bit(storm, xen_2l_bitmap(words.pending));
		words.selector |= 1ULL << (storm / XEN_2L_WORD_BITS);
	}
}

static void serve(void)
{
	const struct xen_2l_view view = {
		.selector = &words.selector,
		.pending = words.pending,
		.masked = words.masked,
		.mine = words.mine,
	};

	nr_seen = 0;
	xen_2l_serve(&view, note);
}

/* An event as the hypervisor sends it. */
static void send(evtchn_port_t port)
{
	set_bit(port, xen_2l_bitmap(words.pending));
	words.selector |= 1ULL << (port / XEN_2L_WORD_BITS);
}

static int clear_words(struct kunit *test)
{
	memset(&words, 0, sizeof(words));
	memset(words.mine, 0xff, sizeof(words.mine));
	storm = 0;
	return 0;
}

static void serve_finds_first_and_last(struct kunit *test)
{
	send(1);
	send(63);
	send(64);
	send(LAST_PORT);
	serve();
	KUNIT_ASSERT_EQ(test, nr_seen, 4);
	KUNIT_EXPECT_EQ(test, seen[0], 1);
	KUNIT_EXPECT_EQ(test, seen[1], 63);
	KUNIT_EXPECT_EQ(test, seen[2], 64);
	KUNIT_EXPECT_EQ(test, seen[3], LAST_PORT);
}

static void serve_takes_the_selector(struct kunit *test)
{
	send(100);
	serve();
	KUNIT_EXPECT_EQ(test, words.selector, 0);
	KUNIT_EXPECT_TRUE(test, test_bit(100, xen_2l_bitmap(words.pending)));
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 0);
}

static void serve_needs_the_selector(struct kunit *test)
{
	set_bit(70, xen_2l_bitmap(words.pending));
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 0);
}

static void serve_skips_masked(struct kunit *test)
{
	send(5);
	send(6);
	set_bit(5, xen_2l_bitmap(words.masked));
	serve();
	KUNIT_ASSERT_EQ(test, nr_seen, 1);
	KUNIT_EXPECT_EQ(test, seen[0], 6);
}

static void serve_skips_other_cpus(struct kunit *test)
{
	send(5);
	send(6);
	clear_bit(6, xen_2l_bitmap(words.mine));
	serve();
	KUNIT_ASSERT_EQ(test, nr_seen, 1);
	KUNIT_EXPECT_EQ(test, seen[0], 5);
}

static void serve_hands_all_of_a_word(struct kunit *test)
{
	words.pending[3] = ~0ULL;
	words.selector = BIT_ULL(3);
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 64);
	KUNIT_EXPECT_EQ(test, seen[63], 3 * 64 + 63);
}

static void serve_ends_in_a_storm(struct kunit *test)
{
	storm = 9;
	send(9);
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 1);
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 1);
}

static void serve_trusts_no_selector(struct kunit *test)
{
	words.selector = ~0ULL;
	serve();
	KUNIT_EXPECT_EQ(test, nr_seen, 0);
}

static void unmask_of_a_quiet_port(struct kunit *test)
{
	set_bit(77, xen_2l_bitmap(words.masked));
	set_bit(78, xen_2l_bitmap(words.masked));
	KUNIT_EXPECT_FALSE(test, xen_2l_unmask(words.pending, words.masked,
					       77));
	KUNIT_EXPECT_FALSE(test, test_bit(77, xen_2l_bitmap(words.masked)));
	KUNIT_EXPECT_TRUE(test, test_bit(78, xen_2l_bitmap(words.masked)));
}

static void unmask_of_a_pending_port(struct kunit *test)
{
	set_bit(77, xen_2l_bitmap(words.masked));
	set_bit(77, xen_2l_bitmap(words.pending));
	KUNIT_EXPECT_TRUE(test, xen_2l_unmask(words.pending, words.masked, 77));
	/* Xen delivers only what it finds masked. */
	KUNIT_EXPECT_TRUE(test, test_bit(77, xen_2l_bitmap(words.masked)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(serve_finds_first_and_last),
	KUNIT_CASE(serve_takes_the_selector),
	KUNIT_CASE(serve_needs_the_selector),
	KUNIT_CASE(serve_skips_masked),
	KUNIT_CASE(serve_skips_other_cpus),
	KUNIT_CASE(serve_hands_all_of_a_word),
	KUNIT_CASE(serve_ends_in_a_storm),
	KUNIT_CASE(serve_trusts_no_selector),
	KUNIT_CASE(unmask_of_a_quiet_port),
	KUNIT_CASE(unmask_of_a_pending_port),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_two_level",
	.init = clear_words,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of the Xen guest core");
MODULE_LICENSE("GPL");
