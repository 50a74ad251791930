// SPDX-License-Identifier: GPL-2.0
/* Offers into limits, and offers that are refused. */

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "../limits.h"
#include "../split.h"

#ifdef MODULE
#include "../limits.c"
#endif

static const struct blkfront_params params = {
	.max_segs = 32, .max_queues = 4, .max_order = 1,
};

static void test_link_takes_the_smaller(struct kunit *test)
{
	struct blkfront_link link;

	blkfront_limit_link(&params, 2, 3, &link);
	KUNIT_EXPECT_EQ(test, link.queues, 2);
	KUNIT_EXPECT_EQ(test, link.order, 1);
	blkfront_limit_link(&params, 1000, 0, &link);
	KUNIT_EXPECT_EQ(test, link.queues, 4);
	KUNIT_EXPECT_EQ(test, link.order, 0);
}

static void test_link_has_a_queue(struct kunit *test)
{
	static const struct blkfront_params none = {};
	struct blkfront_link link;

	blkfront_limit_link(&params, 0, 0, &link);
	KUNIT_EXPECT_EQ(test, link.queues, 1);
	blkfront_limit_link(&none, 8, 8, &link);
	KUNIT_EXPECT_EQ(test, link.queues, 1);
}

static void test_order_stays_within_protocol(struct kunit *test)
{
	static const struct blkfront_params greedy = {
		.max_queues = 1, .max_order = UINT_MAX,
	};
	struct blkfront_link link;

	blkfront_limit_link(&greedy, 1, UINT_MAX, &link);
	KUNIT_EXPECT_EQ(test, link.order, BLKFRONT_MAX_RING_ORDER);
}

struct disk_case {
	const char *what;
	struct blkfront_disk disk;
	const char *why;
};

static const struct disk_case disk_cases[] = {
	{ "plain disk", { .sectors = 2048, .sector_size = 512 } },
	{ "drive without a medium", { .sectors = 0, .sector_size = 2048 } },
	{ "4K sectors", { .sectors = 2048, .sector_size = 4096 } },
	{ "512e disk", { .sectors = 2048, .sector_size = 512,
			 .physical_size = 4096 } },
	{ "largest disk", { .sectors = BLKFRONT_MAX_SECTORS,
			    .sector_size = 512 } },
	{ "no sector size", { .sectors = 2048 }, "no power of two" },
	{ "odd sector size", { .sectors = 2048, .sector_size = 520 },
	  "no power of two" },
	{ "tiny sectors", { .sectors = 2048, .sector_size = 256 }, "within" },
	{ "huge sectors", { .sectors = 2048, .sector_size = 8192 }, "within" },
	{ "sector size of a top bit", { .sectors = 2048,
					.sector_size = 1U << 31 }, "within" },
	{ "physical less than logical", { .sectors = 8, .sector_size = 4096,
					  .physical_size = 512 }, "less" },
	{ "odd physical size", { .sectors = 8, .sector_size = 512,
				 .physical_size = 1000 }, "no power of two" },
	{ "beyond all disks", { .sectors = U64_MAX, .sector_size = 512 },
	  "beyond" },
	{ "part of a sector", { .sectors = 9, .sector_size = 4096 },
	  "no multiple" },
	{ "odd discard granularity", { .sectors = 8, .sector_size = 512,
				       .discard = true,
				       .discard_granularity = 1000 },
	  "discard-granularity" },
	{ "odd discard alignment", { .sectors = 8, .sector_size = 512,
				     .discard = true,
				     .discard_alignment = 100 },
	  "discard-alignment" },
	{ "odd granularity without discard", { .sectors = 8,
					       .sector_size = 512,
					       .discard_granularity = 7 } },
};

KUNIT_ARRAY_PARAM_DESC(disk, disk_cases, what);

static void test_check_disk(struct kunit *test)
{
	const struct disk_case *c = test->param_value;
	struct blkfront_disk disk = c->disk;
	const char *why = blkfront_check_disk(&disk);

	if (!c->why) {
		KUNIT_EXPECT_NULL(test, why);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, why);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(why, c->why), "%s", why);
}

static void test_disk_defaults(struct kunit *test)
{
	struct blkfront_disk disk = {
		.sectors = 8, .sector_size = 4096, .discard = true,
		.secure = true,
	};

	KUNIT_ASSERT_NULL(test, blkfront_check_disk(&disk));
	KUNIT_EXPECT_EQ(test, disk.physical_size, 4096);
	KUNIT_EXPECT_EQ(test, disk.discard_granularity, 4096);
	KUNIT_EXPECT_TRUE(test, disk.secure);
}

static void test_secure_needs_discard(struct kunit *test)
{
	struct blkfront_disk disk = {
		.sectors = 8, .sector_size = 512, .secure = true,
	};

	KUNIT_ASSERT_NULL(test, blkfront_check_disk(&disk));
	KUNIT_EXPECT_FALSE(test, disk.secure);
}

struct sizes_case {
	const char *what;
	unsigned int offered;
	unsigned int allowed;
	unsigned int page_size;
	bool copies;
	struct blkfront_sizes sizes;
};

static const struct sizes_case sizes_cases[] = {
	{ "4K pages, no indirect", 0, 32, 4096, false,
	  { 11, 88, 11, 4096, 4095, 1 } },
	{ "4K pages, indirect", 256, 32, 4096, false,
	  { 32, 256, 32, 4096, 4095, 1 } },
	{ "fewer indirect than direct segments", 4, 32, 4096, false,
	  { 11, 88, 11, 4096, 4095, 1 } },
	{ "more than indirect pages can hold", UINT_MAX, UINT_MAX, 4096,
	  false, { 4096, 32768, 4096, 4096, 4095, 1 } },
	{ "16K pages, no indirect", 0, 32, 16384, false,
	  { 11, 64, 2, 16384, 16383, 1 } },
	{ "64K pages, indirect", 32, 32, 65536, false,
	  { 32, 256, 2, 65536, 65535, 1 } },
	{ "64K pages, no indirect: two pieces", 0, 32, 65536, false,
	  { 11, 128, 1, 65536, 65535, 2 } },
	{ "4K pages, copied: any layout", 32, 32, 4096, true,
	  { 32, 256, 256, 131072, UINT_MAX, 1 } },
	{ "64K pages, copied, no indirect", 0, 32, 65536, true,
	  { 11, 128, 128, 65536, UINT_MAX, 2 } },
};

KUNIT_ARRAY_PARAM_DESC(sizes, sizes_cases, what);

static void test_sizes(struct kunit *test)
{
	const struct sizes_case *c = test->param_value;
	struct blkfront_sizes sizes;

	blkfront_limit_sizes(c->offered, c->allowed, c->page_size, c->copies,
			     &sizes);
	KUNIT_EXPECT_EQ(test, sizes.segs, c->sizes.segs);
	KUNIT_EXPECT_EQ(test, sizes.max_sectors, c->sizes.max_sectors);
	KUNIT_EXPECT_EQ(test, sizes.max_segments, c->sizes.max_segments);
	KUNIT_EXPECT_EQ(test, sizes.max_segment_size,
			c->sizes.max_segment_size);
	KUNIT_EXPECT_EQ(test, sizes.seg_boundary, c->sizes.seg_boundary);
	KUNIT_EXPECT_EQ(test, sizes.pieces, c->sizes.pieces);
	/* What the block layer insists on. */
	KUNIT_EXPECT_GE(test, sizes.max_sectors * 512, c->page_size);
	KUNIT_EXPECT_GE(test, sizes.max_segment_size, c->page_size);
}

static struct kunit_case limits_tests[] = {
	KUNIT_CASE(test_link_takes_the_smaller),
	KUNIT_CASE(test_link_has_a_queue),
	KUNIT_CASE(test_order_stays_within_protocol),
	KUNIT_CASE_PARAM(test_check_disk, disk_gen_params),
	KUNIT_CASE(test_disk_defaults),
	KUNIT_CASE(test_secure_needs_discard),
	KUNIT_CASE_PARAM(test_sizes, sizes_gen_params),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "xen-blkfront-limits",
	.test_cases = limits_tests,
};

kunit_test_suite(limits_suite);
