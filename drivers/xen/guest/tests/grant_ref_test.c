// SPDX-License-Identifier: GPL-2.0
/*
 * Grant references with the kernel's own bitmaps: every way of taking them
 * and giving them back ends with as many as before.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "../grant/ref.h"

#ifdef MODULE
#include "../grant/ref.c"
#endif

#define FRAMES	3
#define ALL	(FRAMES * GRANT_FRAME_REFS - GNTTAB_NR_RESERVED_ENTRIES)

static struct grant_frame *frames[FRAMES];
static struct grant_refs refs;

static int fresh_refs(struct kunit *test)
{
	struct grant_frame *frame;
	unsigned int i;

	grant_refs_init(&refs, frames, FRAMES);
	for (i = 0; i < FRAMES; i++) {
		frame = kunit_kzalloc(test, sizeof(*frame), GFP_KERNEL);
		if (!frame)
			return -ENOMEM;
		if (!i)
			bitmap_set(frame->used, 0, GNTTAB_NR_RESERVED_ENTRIES);
		grant_refs_add(&refs, frame);
	}
	return 0;
}

static void one_by_one(struct kunit *test)
{
	grant_ref_t ref, i;

	for (i = 0; i < ALL; i++) {
		KUNIT_ASSERT_EQ(test, grant_refs_take(&refs, 1, &ref), 0);
		KUNIT_ASSERT_EQ(test, ref, GNTTAB_NR_RESERVED_ENTRIES + i);
	}
	KUNIT_EXPECT_EQ(test, grant_refs_take(&refs, 1, &ref), -ENOSPC);
	for (i = 0; i < ALL; i++)
		grant_refs_put(&refs, GNTTAB_NR_RESERVED_ENTRIES + i);
	KUNIT_EXPECT_EQ(test, refs.free, ALL);
}

static void as_a_list(struct kunit *test)
{
	grant_ref_t head;
	int ref;

	KUNIT_ASSERT_EQ(test, grant_refs_take(&refs, 1000, &head), 0);
	KUNIT_EXPECT_EQ(test, refs.free, ALL - 1000);
	ref = grant_refs_pop(&refs, &head);
	KUNIT_EXPECT_GE(test, ref, GNTTAB_NR_RESERVED_ENTRIES);
	KUNIT_EXPECT_EQ(test, grant_refs_put_list(&refs, head), 999);
	KUNIT_EXPECT_TRUE(test, grant_refs_put(&refs, ref));
	KUNIT_EXPECT_EQ(test, refs.free, ALL);
}

static void as_a_run(struct kunit *test)
{
	grant_ref_t hole, first, i;

	KUNIT_ASSERT_EQ(test, grant_refs_take_run(&refs, 600, &first), 0);
	KUNIT_EXPECT_EQ(test, first, GNTTAB_NR_RESERVED_ENTRIES);
	KUNIT_ASSERT_EQ(test, grant_refs_take(&refs, 1, &hole), 0);
	KUNIT_EXPECT_EQ(test, hole, first + 600);
	for (i = 0; i < 600; i++)
		KUNIT_ASSERT_TRUE(test, grant_refs_put(&refs, first + i));
	/* 601 don't fit before the hole. */
	KUNIT_ASSERT_EQ(test, grant_refs_take_run(&refs, 601, &first), 0);
	KUNIT_EXPECT_EQ(test, first, hole + 1);
	for (i = 0; i < 601; i++)
		KUNIT_ASSERT_TRUE(test, grant_refs_put(&refs, first + i));
	grant_refs_put(&refs, hole);
	KUNIT_EXPECT_EQ(test, refs.free, ALL);
}

static void twice_back(struct kunit *test)
{
	grant_ref_t ref;

	KUNIT_ASSERT_EQ(test, grant_refs_take(&refs, 1, &ref), 0);
	KUNIT_EXPECT_TRUE(test, grant_refs_put(&refs, ref));
	KUNIT_EXPECT_FALSE(test, grant_refs_put(&refs, ref));
	KUNIT_EXPECT_FALSE(test, grant_refs_put(&refs, 0));
	KUNIT_EXPECT_EQ(test, refs.free, ALL);
}

static void waiting_for_the_end(struct kunit *test)
{
	grant_ref_t head;
	u32 gfn = 0;

	KUNIT_ASSERT_EQ(test, grant_refs_take(&refs, 700, &head), 0);
	KUNIT_EXPECT_TRUE(test, grant_refs_end(&refs, 600, 0x40000));
	KUNIT_EXPECT_FALSE(test, grant_refs_end(&refs, 600, 0x40000));
	KUNIT_EXPECT_EQ(test, grant_refs_ending(&refs, 0, &gfn), 600);
	KUNIT_EXPECT_EQ(test, gfn, 0x40000);
	grant_refs_put(&refs, 600);
	KUNIT_EXPECT_EQ(test, grant_refs_ending(&refs, 0, &gfn),
			GRANT_REF_END);
}

static struct kunit_case grant_ref_cases[] = {
	KUNIT_CASE(one_by_one),
	KUNIT_CASE(as_a_list),
	KUNIT_CASE(as_a_run),
	KUNIT_CASE(twice_back),
	KUNIT_CASE(waiting_for_the_end),
	{}
};

static struct kunit_suite grant_ref_suite = {
	.name = "xen_grant_ref",
	.init = fresh_refs,
	.test_cases = grant_ref_cases,
};

kunit_test_suite(grant_ref_suite);
