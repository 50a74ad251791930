// SPDX-License-Identifier: GPL-2.0
/* Memory into segments, requests into pieces. */

#include <kunit/test.h>
#include <linux/types.h>

#include "../split.h"

#ifdef MODULE
#include "../split.c"
#endif

static void expect_cut(struct kunit *test, const struct blkfront_cut *cut,
		       unsigned long gfn, unsigned int first,
		       unsigned int last, bool extends)
{
	KUNIT_EXPECT_EQ(test, cut->gfn, gfn);
	KUNIT_EXPECT_EQ(test, cut->first_sect, first);
	KUNIT_EXPECT_EQ(test, cut->last_sect, last);
	KUNIT_EXPECT_EQ(test, cut->extends, extends);
}

static void test_whole_frame_is_one_segment(struct kunit *test)
{
	struct blkfront_run run = { .gfn = 7, .len = 4096 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &run, &cut));
	expect_cut(test, &cut, 7, 0, 7, false);
	KUNIT_EXPECT_FALSE(test, blkfront_cut_next(&cutter, &run, &cut));
	KUNIT_EXPECT_EQ(test, cutter.nr, 1);
}

static void test_run_across_frames_is_cut_there(struct kunit *test)
{
	struct blkfront_run run = { .gfn = 7, .offset = 3584, .len = 1024 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &run, &cut));
	expect_cut(test, &cut, 7, 7, 7, false);
	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &run, &cut));
	expect_cut(test, &cut, 8, 0, 0, false);
	KUNIT_EXPECT_EQ(test, cutter.nr, 2);
}

static void test_page_of_64k_is_sixteen_segments(struct kunit *test)
{
	struct blkfront_run run = { .gfn = 16, .len = 65536 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	while (blkfront_cut_next(&cutter, &run, &cut))
		expect_cut(test, &cut, 15 + cutter.nr, 0, 7, false);
	KUNIT_EXPECT_EQ(test, cutter.nr, 16);
}

static void test_adjacent_runs_share_a_segment(struct kunit *test)
{
	struct blkfront_run first = { .gfn = 3, .len = 512 };
	struct blkfront_run second = { .gfn = 3, .offset = 512, .len = 1024 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &first, &cut));
	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &second, &cut));
	expect_cut(test, &cut, 3, 1, 2, true);
	KUNIT_EXPECT_EQ(test, cutter.nr, 1);
}

static void test_gap_in_a_frame_starts_a_segment(struct kunit *test)
{
	struct blkfront_run first = { .gfn = 3, .len = 512 };
	struct blkfront_run second = { .gfn = 3, .offset = 1024, .len = 512 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &first, &cut));
	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &second, &cut));
	expect_cut(test, &cut, 3, 2, 2, false);
	KUNIT_EXPECT_EQ(test, cutter.nr, 2);
}

/* A full frame ends where the next one starts, but is another frame. */
static void test_next_frame_is_no_extension(struct kunit *test)
{
	struct blkfront_run first = { .gfn = 3, .len = 4096 };
	struct blkfront_run second = { .gfn = 4, .len = 4096 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &first, &cut));
	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &second, &cut));
	expect_cut(test, &cut, 4, 0, 7, false);
}

/* The same frame twice in a row, from its start: two segments. */
static void test_same_frame_again_is_a_segment(struct kunit *test)
{
	struct blkfront_run first = { .gfn = 3, .len = 4096 };
	struct blkfront_run second = { .gfn = 3, .len = 4096 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &first, &cut));
	KUNIT_ASSERT_TRUE(test, blkfront_cut_next(&cutter, &second, &cut));
	expect_cut(test, &cut, 3, 0, 7, false);
	KUNIT_EXPECT_EQ(test, cutter.nr, 2);
}

static void test_empty_run_has_no_segment(struct kunit *test)
{
	struct blkfront_run run = { .gfn = 1 };
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;

	KUNIT_EXPECT_FALSE(test, blkfront_cut_next(&cutter, &run, &cut));
	KUNIT_EXPECT_EQ(test, cutter.nr, 0);
}

/* Whatever the runs, every sector is in one segment and none leaves a frame. */
static void test_no_sector_is_lost(struct kunit *test)
{
	unsigned int seed = 1, i;

	for (i = 0; i < 2000; i++) {
		unsigned int offset, sectors, found = 0;
		struct blkfront_cutter cutter = {};
		struct blkfront_run run;
		struct blkfront_cut cut;

		seed = seed * 1664525 + 1013904223;
		offset = (seed >> 8) % BLKFRONT_FRAME_SECTORS;
		sectors = (seed >> 16) % 256;
		run = (struct blkfront_run) {
			.gfn = i, .offset = offset << BLKFRONT_SECTOR_SHIFT,
			.len = sectors << BLKFRONT_SECTOR_SHIFT,
		};
		while (blkfront_cut_next(&cutter, &run, &cut)) {
			KUNIT_ASSERT_LE(test, cut.first_sect, cut.last_sect);
			KUNIT_ASSERT_LT(test, cut.last_sect,
					BLKFRONT_FRAME_SECTORS);
			found += cut.last_sect - cut.first_sect + 1;
		}
		KUNIT_ASSERT_EQ(test, found, sectors);
		KUNIT_ASSERT_EQ(test, cutter.nr, sectors ?
				DIV_ROUND_UP(offset + sectors,
					     BLKFRONT_FRAME_SECTORS) : 0);
	}
}

static void test_pieces(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_split_pieces(0, 11), 1);
	KUNIT_EXPECT_EQ(test, blkfront_split_pieces(11, 11), 1);
	KUNIT_EXPECT_EQ(test, blkfront_split_pieces(12, 11), 2);
	KUNIT_EXPECT_EQ(test, blkfront_split_pieces(16, 11), 2);
	KUNIT_EXPECT_EQ(test, blkfront_split_pieces(4096, 32), 128);
}

static void test_indirect_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(0), 0);
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(11), 0);
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(12), 1);
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(512), 1);
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(513), 2);
	KUNIT_EXPECT_EQ(test, blkfront_split_indirect(4096), 8);
}

static struct kunit_case split_tests[] = {
	KUNIT_CASE(test_whole_frame_is_one_segment),
	KUNIT_CASE(test_run_across_frames_is_cut_there),
	KUNIT_CASE(test_page_of_64k_is_sixteen_segments),
	KUNIT_CASE(test_adjacent_runs_share_a_segment),
	KUNIT_CASE(test_gap_in_a_frame_starts_a_segment),
	KUNIT_CASE(test_next_frame_is_no_extension),
	KUNIT_CASE(test_same_frame_again_is_a_segment),
	KUNIT_CASE(test_empty_run_has_no_segment),
	KUNIT_CASE(test_no_sector_is_lost),
	KUNIT_CASE(test_pieces),
	KUNIT_CASE(test_indirect_pages),
	{}
};

static struct kunit_suite split_suite = {
	.name = "xen-blkfront-split",
	.test_cases = split_tests,
};

kunit_test_suite(split_suite);
