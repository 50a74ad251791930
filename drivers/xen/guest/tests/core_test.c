// SPDX-License-Identifier: GPL-2.0
/* Feature words, and where vcpu_info lives in the shared info page. */
#include <kunit/test.h>

#include "../features.h"
#include "../shared_info.h"

static void features_are_spread_out(struct kunit *test)
{
	u8 features[33];
	unsigned int bit;

	memset(features, 0x55, sizeof(features));
	xen_features_decode(features, 0x80000005);
	for (bit = 0; bit < 32; bit++)
		KUNIT_EXPECT_EQ(test, features[bit],
				bit == 0 || bit == 2 || bit == 31);
	KUNIT_EXPECT_EQ(test, features[32], 0x55);
}

static void vcpu_info_never_crosses_a_page(struct kunit *test)
{
	unsigned int vcpu;
	int offset;

	for (vcpu = 0; vcpu < XEN_VCPU_SLOTS; vcpu++) {
		offset = xen_vcpu_slot(vcpu);
		KUNIT_EXPECT_GE(test, offset, sizeof(struct shared_info));
		KUNIT_EXPECT_LE(test, offset + sizeof(struct vcpu_info),
				XEN_PAGE_SIZE);
	}
}

static void vcpu_infos_do_not_overlap(struct kunit *test)
{
	unsigned int vcpu;

	for (vcpu = 1; vcpu < XEN_VCPU_SLOTS; vcpu++)
		KUNIT_EXPECT_GE(test, xen_vcpu_slot(vcpu),
				xen_vcpu_slot(vcpu - 1) +
				sizeof(struct vcpu_info));
}

static void a_vcpu_without_a_slot(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xen_vcpu_slot(XEN_VCPU_SLOTS), -ERANGE);
	KUNIT_EXPECT_EQ(test, xen_vcpu_slot(UINT_MAX), -ERANGE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(features_are_spread_out),
	KUNIT_CASE(vcpu_info_never_crosses_a_page),
	KUNIT_CASE(vcpu_infos_do_not_overlap),
	KUNIT_CASE(a_vcpu_without_a_slot),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_core",
	.test_cases = cases,
};

kunit_test_suite(suite);
