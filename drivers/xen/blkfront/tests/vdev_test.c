// SPDX-License-Identifier: GPL-2.0
/* Virtual device numbers: what users write in a configuration, and find. */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "../vdev.h"

#ifdef MODULE
#include "../vdev.c"
#endif

struct vdev_case {
	const char *what;
	unsigned int number;
	int err;
	unsigned int minor;
	unsigned int minors;
	const char *name;
};

static const struct vdev_case vdev_cases[] = {
	{ "classic xvda", 51712, 0, 0, 16, "xvda" },
	{ "classic xvdb", 51728, 0, 16, 16, "xvdb" },
	{ "classic xvdp, the last", 51952, 0, 240, 16, "xvdp" },
	{ "classic partition", 51713, 0, 1, 1, "xvda1" },
	{ "classic last partition", 51727, 0, 15, 1, "xvda15" },
	{ "sda", 0x800, 0, 0, 16, "xvda" },
	{ "sdb3", 0x813, 0, 19, 1, "xvdb3" },
	{ "second SCSI major follows the first", 0x4100, 0, 256, 16, "xvdq" },
	{ "eighth SCSI major", 0x4700, 0, 1792, 16, "xvddi" },
	{ "ninth SCSI major", 0x8000, 0, 2048, 16, "xvddy" },
	{ "last SCSI major", 0x8700, 0, 3840, 16, "xvdig" },
	{ "hda", 0x300, 0, 0, 16, "xvda" },
	{ "hdb", 0x340, 0, 16, 16, "xvdb" },
	{ "hdc", 0x1600, 0, 32, 16, "xvdc" },
	{ "hdd", 0x1640, 0, 48, 16, "xvdd" },
	{ "IDE partitions share a disk", 0x341, 0, 16, 16, "xvdb" },
	{ "extended xvda", 1 << 28, 0, 0, 256, "xvda" },
	{ "extended xvdq", (1 << 28) | (16 << 8), 0, 4096, 256, "xvdq" },
	{ "extended partition", (1 << 28) | 0x1ff, 0, 511, 1, "xvdb255" },
	{ "z is followed by aa", (1 << 28) | (26 << 8), 0, 6656, 256,
	  "xvdaa" },
	{ "the last minor of all", (1 << 28) | 0xfffff, 0, 0xfffff, 1,
	  "xvdfan255" },
	{ "no minors left", (1 << 28) | 0x100000, -ERANGE },
	{ "above the extended range", 1U << 29, -ERANGE },
	{ "a number that is not one", UINT_MAX, -ERANGE },
	{ "no disk's major", 0x100, -ENODEV },
	{ "zero", 0, -ENODEV },
	{ "major beyond eight bits", 0x12300, -ENODEV },
};

KUNIT_ARRAY_PARAM_DESC(vdev, vdev_cases, what);

static void test_decode(struct kunit *test)
{
	const struct vdev_case *c = test->param_value;
	struct blkfront_vdev vdev = {};

	KUNIT_ASSERT_EQ(test, blkfront_vdev_decode(c->number, &vdev), c->err);
	if (c->err)
		return;
	KUNIT_EXPECT_EQ(test, vdev.minor, c->minor);
	KUNIT_EXPECT_EQ(test, vdev.minors, c->minors);
	KUNIT_EXPECT_STREQ(test, vdev.name, c->name);
}

/* Whatever a toolstack writes, the name fits and the minors exist. */
static void test_any_number_is_safe(struct kunit *test)
{
	unsigned int number = 0, refused = 0, i;

	for (i = 0; i < 200000; i++) {
		struct blkfront_vdev vdev;

		number = number * 1664525 + 1013904223;
		memset(&vdev, 0xff, sizeof(vdev));
		if (blkfront_vdev_decode(i & 1 ? number : number >> 3,
					 &vdev)) {
			refused++;
			continue;
		}
		KUNIT_ASSERT_LT(test, strnlen(vdev.name, sizeof(vdev.name)),
				sizeof(vdev.name));
		KUNIT_ASSERT_LE(test, vdev.minor + vdev.minors, 1U << 20);
	}
	KUNIT_EXPECT_GT(test, refused, 0);
}

static struct kunit_case vdev_tests[] = {
	KUNIT_CASE_PARAM(test_decode, vdev_gen_params),
	KUNIT_CASE(test_any_number_is_safe),
	{}
};

static struct kunit_suite vdev_suite = {
	.name = "xen-blkfront-vdev",
	.test_cases = vdev_tests,
};

kunit_test_suite(vdev_suite);

MODULE_DESCRIPTION("KUnit suites of xen-blkfront");
MODULE_LICENSE("GPL");
