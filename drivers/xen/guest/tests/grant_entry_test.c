// SPDX-License-Identifier: GPL-2.0
/*
 * A grant entry and a peer on another CPU, with the machine's own exchange:
 * the guest never closes an entry that the peer maps, and the peer never maps
 * one that the guest closed.
 */
#include <kunit/test.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#include <asm/barrier.h>
#include <asm/sync_bitops.h>

#include "../grant/entry.h"

#ifdef MODULE
#include "../grant/entry.c"
#endif

#define ROUNDS	5000

static struct grant_entry_v1 shared;
static atomic_t mapped_when_closed;
static atomic_t maps;

/* What a hypervisor does when a peer maps, and then unmaps. */
static int peer(void *unused)
{
	u16 flags;

	while (!kthread_should_stop()) {
		flags = READ_ONCE(shared.flags);
		cond_resched();
		if (!(flags & GTF_permit_access))
			continue;
		if (sync_cmpxchg(&shared.flags, flags,
				 (u16)(flags | GTF_reading)) != flags)
			continue;
		atomic_inc(&maps);
		cond_resched();
		flags = READ_ONCE(shared.flags);
		if (!(flags & GTF_permit_access))
			atomic_inc(&mapped_when_closed);
		clear_bit(_GTF_reading, (unsigned long *)&shared);
	}
	return 0;
}

/* Without this a slow peer might never see an entry open. */
static void wait_for_map(int before)
{
	unsigned long end = jiffies + HZ / 20;

	while (atomic_read(&maps) == before && time_before(jiffies, end))
		cond_resched();
}

static void a_peer_that_maps_all_the_time(struct kunit *test)
{
	unsigned int i, before, closed = 0, leftover = 0;
	struct task_struct *task;

	task = kthread_run(peer, NULL, "grant-peer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	for (i = 0; i < ROUNDS; i++) {
		before = atomic_read(&maps);
		grant_entry_open(&shared, 1, i, false);
		if (!(i % 64))
			wait_for_map(before);
		while (!grant_entry_close(&shared))
			cond_resched();
		closed++;
		leftover += !!READ_ONCE(shared.flags);
	}
	kthread_stop(task);

	KUNIT_EXPECT_EQ(test, closed, ROUNDS);
	KUNIT_EXPECT_EQ(test, leftover, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&mapped_when_closed), 0);
	KUNIT_EXPECT_GE(test, atomic_read(&maps), 1);
}

static void a_frame_out_of_reach(struct kunit *test)
{
	struct grant_entry_v1 entry = { .flags = 0 };

	if (BITS_PER_LONG < 64)
		kunit_skip(test, "every frame number fits");
	KUNIT_EXPECT_FALSE(test, grant_entry_open(&entry, 1, -1UL, false));
	KUNIT_EXPECT_EQ(test, entry.flags, 0);
}

static struct kunit_case grant_entry_cases[] = {
	KUNIT_CASE(a_peer_that_maps_all_the_time),
	KUNIT_CASE(a_frame_out_of_reach),
	{}
};

static struct kunit_suite grant_entry_suite = {
	.name = "xen_grant_entry",
	.test_cases = grant_entry_cases,
};

kunit_test_suite(grant_entry_suite);
