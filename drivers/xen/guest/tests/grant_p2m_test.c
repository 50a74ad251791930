// SPDX-License-Identifier: GPL-2.0
/*
 * The tree of machine frames, through its interface, with frames that no
 * guest has.
 */
#include <kunit/test.h>
#include <xen/page.h>

#define FAR	0x40000000UL

static void forget(void *unused)
{
	unsigned long pfn;

	for (pfn = FAR; pfn < FAR + 64; pfn++)
		__set_phys_to_machine(pfn, INVALID_P2M_ENTRY);
}

static int start(struct kunit *test)
{
	return kunit_add_action_or_reset(test, forget, NULL);
}

static void a_frame_is_remembered(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR), INVALID_P2M_ENTRY);
	KUNIT_EXPECT_EQ(test, pfn_to_bfn(FAR), FAR);
	KUNIT_EXPECT_TRUE(test, __set_phys_to_machine(FAR, 77));
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR), 77);
	KUNIT_EXPECT_EQ(test, pfn_to_bfn(FAR), 77);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR - 1), INVALID_P2M_ENTRY);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 1), INVALID_P2M_ENTRY);
	KUNIT_EXPECT_TRUE(test, __set_phys_to_machine(FAR, INVALID_P2M_ENTRY));
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR), INVALID_P2M_ENTRY);
}

static void ranges_do_not_overlap(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, __set_phys_to_machine_multi(FAR + 8, 100, 8));
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 8), 100);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 15), 107);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 16), INVALID_P2M_ENTRY);
	KUNIT_EXPECT_FALSE(test, __set_phys_to_machine(FAR + 8, 1));
	KUNIT_EXPECT_FALSE(test, __set_phys_to_machine(FAR + 15, 1));
	KUNIT_EXPECT_FALSE(test, __set_phys_to_machine_multi(FAR, 1, 9));
	KUNIT_EXPECT_FALSE(test, __set_phys_to_machine_multi(FAR, 1, 64));
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR), INVALID_P2M_ENTRY);
	KUNIT_EXPECT_TRUE(test, __set_phys_to_machine_multi(FAR, 1, 8));
	KUNIT_EXPECT_TRUE(test, __set_phys_to_machine(FAR + 16, 9));
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 7), 8);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 8), 100);
	KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + 16), 9);
}

/* Enough to balance the tree, in an order that would make it a list. */
static void many_in_a_row(struct kunit *test)
{
	unsigned long i;

	for (i = 0; i < 64; i++)
		KUNIT_ASSERT_TRUE(test, __set_phys_to_machine(FAR + i,
							      1000 - i));
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + i), 1000 - i);
	for (i = 0; i < 64; i += 2)
		__set_phys_to_machine(FAR + i, INVALID_P2M_ENTRY);
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, __pfn_to_mfn(FAR + i),
				i % 2 ? 1000 - i : INVALID_P2M_ENTRY);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_frame_is_remembered),
	KUNIT_CASE(ranges_do_not_overlap),
	KUNIT_CASE(many_in_a_row),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_grant_p2m",
	.init = start,
	.test_cases = cases,
};

kunit_test_suite(suite);
