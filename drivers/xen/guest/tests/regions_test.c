// SPDX-License-Identifier: GPL-2.0
/* The /hypervisor node: versions and extended regions, good and bad. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/range.h>
#include <linux/string.h>

#include "../discover.h"

#ifdef MODULE
#include "../regions.c"
#endif

#define MAX_REGIONS	4

static bool parses(const char *compat, unsigned int *major,
		   unsigned int *minor)
{
	*major = 77;
	*minor = 88;
	return xen_parse_compatible(compat, major, minor);
}

static void versions_that_are(struct kunit *test)
{
	unsigned int major, minor;

	KUNIT_EXPECT_TRUE(test, parses("xen,xen-4.17", &major, &minor));
	KUNIT_EXPECT_EQ(test, major, 4);
	KUNIT_EXPECT_EQ(test, minor, 17);
	KUNIT_EXPECT_TRUE(test, parses("xen,xen-10.0", &major, &minor));
	KUNIT_EXPECT_EQ(test, major, 10);
	KUNIT_EXPECT_EQ(test, minor, 0);
}

static void versions_that_are_not(struct kunit *test)
{
	static const char *const strings[] = {
		"", "xen,xen", "xen,xen-", "xen,xen-4", "xen,xen-4.",
		"xen,xen-.17", "xen,xen-4.17 ", "xen,xen-4.17.1",
		"xen,xen-4.x", "xen,xen--4.1", "xen,xen-99999999999.1",
		"Xen,xen-4.17", "linux,xen-4.17",
	};
	unsigned int major, minor, i;

	for (i = 0; i < ARRAY_SIZE(strings); i++) {
		KUNIT_EXPECT_FALSE_MSG(test,
				       parses(strings[i], &major, &minor),
				       "\"%s\"", strings[i]);
		KUNIT_EXPECT_EQ(test, major, 77);
		KUNIT_EXPECT_EQ(test, minor, 88);
	}
}

static struct resource list[MAX_REGIONS];
static unsigned int count;

static int forget_regions(struct kunit *test)
{
	memset(list, 0, sizeof(list));
	count = 0;
	return 0;
}

/* In pages of the kernel, whatever their size. */
static int insert(unsigned long first, unsigned long pages)
{
	const struct resource res = {
		.start = first * PAGE_SIZE,
		.end = (first + pages) * PAGE_SIZE - 1,
	};

	return xen_regions_insert(list, &count, MAX_REGIONS, &res);
}

static void regions_are_sorted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, insert(30, 5), 0);
	KUNIT_EXPECT_EQ(test, insert(10, 5), 0);
	KUNIT_EXPECT_EQ(test, insert(20, 10), 0);
	KUNIT_ASSERT_EQ(test, count, 3);
	KUNIT_EXPECT_EQ(test, list[0].start, 10 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, list[1].start, 20 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, list[2].start, 30 * PAGE_SIZE);
}

static void overlaps_are_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, insert(10, 10), 0);
	KUNIT_EXPECT_EQ(test, insert(19, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, insert(5, 6), -EINVAL);
	KUNIT_EXPECT_EQ(test, insert(10, 10), -EINVAL);
	KUNIT_EXPECT_EQ(test, insert(5, 50), -EINVAL);
	KUNIT_EXPECT_EQ(test, insert(12, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, count, 1);
	KUNIT_EXPECT_EQ(test, insert(20, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(9, 1), 0);
}

static void the_list_has_an_end(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < MAX_REGIONS; i++)
		KUNIT_EXPECT_EQ(test, insert(10 * i, 1), 0);
	KUNIT_EXPECT_EQ(test, insert(10 * MAX_REGIONS, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, count, MAX_REGIONS);
}

static void only_whole_pages_count(struct kunit *test)
{
	struct resource res = { .start = 1, .end = PAGE_SIZE };

	KUNIT_EXPECT_EQ(test, xen_regions_insert(list, &count, MAX_REGIONS, &res),
			-EINVAL);
	res.end = 3 * PAGE_SIZE + 7;
	KUNIT_EXPECT_EQ(test, xen_regions_insert(list, &count, MAX_REGIONS, &res), 0);
	KUNIT_EXPECT_EQ(test, list[0].start, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, list[0].end, 3 * PAGE_SIZE - 1);
}

static void odd_regions_are_refused(struct kunit *test)
{
	struct resource res = { .start = 5 * PAGE_SIZE, .end = PAGE_SIZE };

	KUNIT_EXPECT_EQ(test, xen_regions_insert(list, &count, MAX_REGIONS, &res),
			-EINVAL);
	res.start = RESOURCE_SIZE_MAX - 1;
	res.end = RESOURCE_SIZE_MAX;
	KUNIT_EXPECT_EQ(test, xen_regions_insert(list, &count, MAX_REGIONS, &res),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, count, 0);
}

/* The part of [start, end] within [0, limit] that is whole blocks of 0x100. */
static bool clip(u64 start, u64 end, u64 limit, struct range *part)
{
	const struct resource region = { .start = start, .end = end };
	const struct range limits = { .start = 0, .end = limit };

	*part = (struct range) { 1, 1 };
	return xen_region_clip(&region, &limits, 0x100, part);
}

static void a_part_is_whole_blocks(struct kunit *test)
{
	struct range part;

	KUNIT_EXPECT_TRUE(test, clip(0x1000, 0x1fff, ~0ULL, &part));
	KUNIT_EXPECT_EQ(test, part.start, 0x1000);
	KUNIT_EXPECT_EQ(test, part.end, 0x1fff);
	KUNIT_EXPECT_TRUE(test, clip(0x1001, 0x1ffe, ~0ULL, &part));
	KUNIT_EXPECT_EQ(test, part.start, 0x1100);
	KUNIT_EXPECT_EQ(test, part.end, 0x1eff);
	KUNIT_EXPECT_TRUE(test, clip(0x1000, 0x1fff, 0x17ff, &part));
	KUNIT_EXPECT_EQ(test, part.end, 0x17ff);
	KUNIT_EXPECT_TRUE(test, clip(0x1000, 0x10ff, ~0ULL, &part));
	KUNIT_EXPECT_EQ(test, part.end, 0x10ff);
}

static void a_part_that_is_too_small(struct kunit *test)
{
	struct range part;

	KUNIT_EXPECT_FALSE(test, clip(0x1000, 0x10fe, ~0ULL, &part));
	KUNIT_EXPECT_FALSE(test, clip(0x1001, 0x11fe, ~0ULL, &part));
	KUNIT_EXPECT_FALSE(test, clip(0x1000, 0x1fff, 0xfff, &part));
	KUNIT_EXPECT_FALSE(test, clip(~0ULL - 5, ~0ULL, ~0ULL, &part));
	KUNIT_EXPECT_EQ(test, part.start, 1);
	KUNIT_EXPECT_TRUE(test, clip(~0ULL - 0xff, ~0ULL, ~0ULL, &part));
	KUNIT_EXPECT_EQ(test, part.end, ~0ULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(versions_that_are),
	KUNIT_CASE(versions_that_are_not),
	KUNIT_CASE(regions_are_sorted),
	KUNIT_CASE(overlaps_are_refused),
	KUNIT_CASE(the_list_has_an_end),
	KUNIT_CASE(only_whole_pages_count),
	KUNIT_CASE(odd_regions_are_refused),
	KUNIT_CASE(a_part_is_whole_blocks),
	KUNIT_CASE(a_part_that_is_too_small),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_regions",
	.init = forget_regions,
	.test_cases = cases,
};

kunit_test_suite(suite);
