// SPDX-License-Identifier: GPL-2.0
/* FIFO events: what comes off the queues, and what unmasking sees. */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/compiler.h>

#include <asm/barrier.h>
#include <asm/sync_bitops.h>

#include "../events/fifo_queue.h"

#ifdef MODULE
#include "../events/fifo_queue.c"
#endif

#define PORTS	32
#define QUEUE	EVTCHN_FIFO_PRIORITY_DEFAULT

/* The words that a hypervisor and a CPU would share. */
static struct {
	struct evtchn_fifo_control_block block;
	evtchn_port_t head[EVTCHN_FIFO_MAX_QUEUES];
	event_word_t words[PORTS];
} fifo;

static evtchn_port_t seen[16];
static unsigned int nr_seen;
static bool storm;

static event_word_t *word(evtchn_port_t port)
{
	return port < PORTS ? &fifo.words[port] : NULL;
}

static const struct xen_fifo_view view = {
	.block = &fifo.block,
	.head = fifo.head,
	.word = word,
};

/* A queue as the hypervisor leaves it: @count ports from @first on. */
static void send(unsigned int queue, evtchn_port_t first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		fifo.words[first + i] |= XEN_FIFO_PENDING | XEN_FIFO_LINKED;
		if (i + 1 < count)
			fifo.words[first + i] |= first + i + 1;
	}
	fifo.block.head[queue] = first;
	fifo.block.ready |= BIT(queue);
}

static void note(evtchn_port_t port)
{
	if (nr_seen < ARRAY_SIZE(seen))
		seen[nr_seen] = port;
	nr_seen++;
	/* A peer that answers each event with the next, at once. */
	if (storm)
		send(QUEUE, port, 1);
}

static bool serve(unsigned int budget)
{
	nr_seen = 0;
	return xen_fifo_serve(&view, budget, note);
}

static int clear_words(struct kunit *test)
{
	memset(&fifo, 0, sizeof(fifo));
	storm = false;
	return 0;
}

static void a_queue_is_served_in_order(struct kunit *test)
{
	send(QUEUE, 4, 3);
	KUNIT_EXPECT_FALSE(test, serve(64));
	KUNIT_ASSERT_EQ(test, nr_seen, 3);
	KUNIT_EXPECT_EQ(test, seen[0], 4);
	KUNIT_EXPECT_EQ(test, seen[1], 5);
	KUNIT_EXPECT_EQ(test, seen[2], 6);
	KUNIT_EXPECT_EQ(test, fifo.words[4], XEN_FIFO_PENDING);
	KUNIT_EXPECT_EQ(test, fifo.block.ready, 0);
	serve(64);
	KUNIT_EXPECT_EQ(test, nr_seen, 0);
}

static void the_highest_priority_comes_first(struct kunit *test)
{
	send(15, 9, 1);
	send(QUEUE, 4, 1);
	send(0, 7, 1);
	serve(64);
	KUNIT_ASSERT_EQ(test, nr_seen, 3);
	KUNIT_EXPECT_EQ(test, seen[0], 7);
	KUNIT_EXPECT_EQ(test, seen[1], 4);
	KUNIT_EXPECT_EQ(test, seen[2], 9);
}

static void masked_ports_are_passed_by(struct kunit *test)
{
	send(QUEUE, 4, 3);
	fifo.words[5] |= XEN_FIFO_MASKED;
	serve(64);
	KUNIT_ASSERT_EQ(test, nr_seen, 2);
	KUNIT_EXPECT_EQ(test, seen[1], 6);
	KUNIT_EXPECT_EQ(test, fifo.words[5],
			XEN_FIFO_MASKED | XEN_FIFO_PENDING);
}

static void a_budget_is_kept(struct kunit *test)
{
	send(QUEUE, 4, 6);
	KUNIT_EXPECT_TRUE(test, serve(2));
	KUNIT_EXPECT_EQ(test, nr_seen, 2);
	KUNIT_EXPECT_EQ(test, fifo.block.ready, BIT(QUEUE));
	KUNIT_EXPECT_FALSE(test, serve(64));
	KUNIT_ASSERT_EQ(test, nr_seen, 4);
	KUNIT_EXPECT_EQ(test, seen[0], 6);
}

static void a_storm_ends(struct kunit *test)
{
	storm = true;
	send(QUEUE, 4, 1);
	KUNIT_EXPECT_TRUE(test, serve(8));
	KUNIT_EXPECT_EQ(test, nr_seen, 8);
}

static void nonsense_is_left_alone(struct kunit *test)
{
	fifo.block.ready = ~0U;
	KUNIT_EXPECT_FALSE(test, serve(64));
	fifo.block.head[QUEUE] = PORTS;
	fifo.block.head[QUEUE + 1] = 4;
	fifo.words[4] = XEN_FIFO_PENDING | 5;
	fifo.block.ready = BIT(QUEUE) | BIT(QUEUE + 1);
	KUNIT_EXPECT_FALSE(test, serve(64));
	KUNIT_EXPECT_EQ(test, nr_seen, 0);
	KUNIT_EXPECT_EQ(test, fifo.words[4], XEN_FIFO_PENDING | 5);
}

static void a_dead_cpus_queues_are_drained(struct kunit *test)
{
	send(QUEUE, 4, 3);
	fifo.words[5] |= XEN_FIFO_MASKED;
	send(2, 9, 1);
	nr_seen = 0;
	xen_fifo_drain(&view, note);
	KUNIT_ASSERT_EQ(test, nr_seen, 3);
	KUNIT_EXPECT_EQ(test, seen[0], 9);
	KUNIT_EXPECT_EQ(test, seen[2], 6);
	KUNIT_EXPECT_EQ(test, fifo.words[5] & XEN_FIFO_LINKED, 0);
	KUNIT_EXPECT_EQ(test, fifo.block.ready, 0);
}

static void unmask_of_a_quiet_port(struct kunit *test)
{
	fifo.words[4] = XEN_FIFO_MASKED | XEN_FIFO_LINKED | 9;
	KUNIT_EXPECT_FALSE(test, xen_fifo_unmask(&fifo.words[4]));
	KUNIT_EXPECT_EQ(test, fifo.words[4], XEN_FIFO_LINKED | 9);
	KUNIT_EXPECT_FALSE(test, xen_fifo_unmask(&fifo.words[4]));
}

static void unmask_of_a_pending_port(struct kunit *test)
{
	fifo.words[4] = XEN_FIFO_MASKED | XEN_FIFO_PENDING;
	KUNIT_EXPECT_TRUE(test, xen_fifo_unmask(&fifo.words[4]));
	KUNIT_EXPECT_TRUE(test, fifo.words[4] & XEN_FIFO_MASKED);
}

static void a_busy_word_is_left_to_the_hypervisor(struct kunit *test)
{
	fifo.words[4] = XEN_FIFO_MASKED | XEN_FIFO_BUSY | XEN_FIFO_LINKED;
	KUNIT_EXPECT_TRUE(test, xen_fifo_unmask(&fifo.words[4]));
	KUNIT_EXPECT_TRUE(test, fifo.words[4] & XEN_FIFO_MASKED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_queue_is_served_in_order),
	KUNIT_CASE(the_highest_priority_comes_first),
	KUNIT_CASE(masked_ports_are_passed_by),
	KUNIT_CASE(a_budget_is_kept),
	KUNIT_CASE(a_storm_ends),
	KUNIT_CASE(nonsense_is_left_alone),
	KUNIT_CASE(a_dead_cpus_queues_are_drained),
	KUNIT_CASE(unmask_of_a_quiet_port),
	KUNIT_CASE(unmask_of_a_pending_port),
	KUNIT_CASE(a_busy_word_is_left_to_the_hypervisor),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_fifo_queue",
	.init = clear_words,
	.test_cases = cases,
};

kunit_test_suite(suite);
