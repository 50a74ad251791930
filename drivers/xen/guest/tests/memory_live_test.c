// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that this domain has, gives away and asks for, as the hypervisor
 * counts it. Skipped where there is none.
 */
#include <kunit/test.h>
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <xen/balloon.h>
#include <xen/features.h>
#include <xen/page.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "../core.h"

#ifdef MODULE
#include "../memory/frames.c"
#endif

/* The balloon takes its steps in the background: up to a minute of them. */
#define TRIES		600
#define PAUSE		100

static int need_xen(struct kunit *test)
{
	if (!xen_domain())
		kunit_skip(test, "not in a Xen domain");
	return 0;
}

static long frames(void)
{
	domid_t self = DOMID_SELF;

	return HYPERVISOR_memory_op(XENMEM_current_reservation, &self);
}

/* A domain that is mapped one to one is charged for what it gave away. */
static bool is_charged(void)
{
	return !xen_feature(XENFEAT_direct_mapped);
}

static bool settled(unsigned long pages)
{
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		if (READ_ONCE(balloon_stats.current_pages) == pages)
			return true;
		msleep(PAUSE);
	}
	return false;
}

static void a_reservation_down_and_up(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	xen_pfn_t frame;
	long before;

	KUNIT_ASSERT_NOT_NULL(test, page);
	frame = xen_page_to_gfn(page);
	before = frames();
	KUNIT_ASSERT_EQ(test, xenmem_reservation_decrease(1, &frame), 1);
	if (is_charged())
		KUNIT_EXPECT_EQ(test, frames(), before - XEN_PFN_PER_PAGE);
	/* All of it is gone: a second time nothing can be taken. */
	KUNIT_EXPECT_EQ(test, xenmem_reservation_decrease(1, &frame), 0);
	KUNIT_ASSERT_EQ(test, xenmem_reservation_increase(1, &frame), 1);
	KUNIT_EXPECT_EQ(test, frames(), before);
	memset(page_address(page), 0x5a, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, *((u8 *)page_address(page) + PAGE_SIZE - 1),
			0x5a);
	__free_page(page);
}

static void pages_are_lent_and_come_back(struct kunit *test)
{
	unsigned long lent = balloon_stats.target_unpopulated;
	unsigned long before = balloon_stats.current_pages;
	struct page *pages[20];
	long charged = frames();
	unsigned int i;

	KUNIT_ASSERT_EQ(test, xen_alloc_ballooned_pages(20, pages), 0);
	KUNIT_EXPECT_EQ(test, balloon_stats.target_unpopulated, lent + 20);
	KUNIT_EXPECT_EQ(test, balloon_stats.current_pages, before - 20);
	if (is_charged())
		KUNIT_EXPECT_EQ(test, frames(),
				charged - 20 * (long)XEN_PFN_PER_PAGE);
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, page_count(pages[i]), 1);
		KUNIT_EXPECT_FALSE(test, PageOffline(pages[i]));
	}
	xen_free_ballooned_pages(20, pages);
	KUNIT_EXPECT_EQ(test, balloon_stats.target_unpopulated, lent);
	KUNIT_EXPECT_TRUE(test, settled(before));
	KUNIT_EXPECT_EQ(test, frames(), charged);
}

/* At once, before the guest has nothing left. */
static void more_than_there_is_is_refused(struct kunit *test)
{
	unsigned long before = balloon_stats.current_pages;
	unsigned int count = totalram_pages();
	struct page **pages __free(kvfree) =
		kvcalloc(count, sizeof(*pages), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	KUNIT_EXPECT_EQ(test, xen_alloc_ballooned_pages(count, pages),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, balloon_stats.current_pages, before);
	KUNIT_EXPECT_NULL(test, pages[0]);
}

static void a_target_down_and_up(struct kunit *test)
{
	unsigned long target = balloon_stats.target_pages;
	unsigned long before = balloon_stats.current_pages;
	unsigned long less = before - (8UL << 20 >> PAGE_SHIFT) - 3;
	long managed = totalram_pages();
	long charged = frames();

	balloon_set_new_target(less);
	KUNIT_EXPECT_TRUE(test, settled(less));
	KUNIT_EXPECT_EQ(test, totalram_pages(),
			managed - (long)(before - less));
	if (is_charged())
		KUNIT_EXPECT_EQ(test, frames(), charged -
				(long)((before - less) * XEN_PFN_PER_PAGE));
	balloon_set_new_target(target);
	KUNIT_EXPECT_TRUE(test, settled(before));
	KUNIT_EXPECT_EQ(test, totalram_pages(), managed);
	KUNIT_EXPECT_EQ(test, frames(), charged);
}

static void pages_without_memory(struct kunit *test)
{
	const unsigned int count = 6000;
	struct page **pages __free(kvfree) =
		kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	unsigned int round, i, zone_device = 0;
	unsigned long before = balloon_stats.current_pages;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	if (!IS_ENABLED(CONFIG_XEN_UNPOPULATED_ALLOC))
		kunit_skip(test, "a kernel without ZONE_DEVICE");
	for (round = 0; round < 2; round++) {
		KUNIT_ASSERT_EQ(test,
				xen_alloc_unpopulated_pages(count, pages), 0);
		for (i = 0; i < count; i++) {
			KUNIT_ASSERT_EQ(test, page_count(pages[i]), 1);
			zone_device += is_zone_device_page(pages[i]);
			set_page_private(pages[i], 0);
			pages[i]->zone_device_data = pages;
		}
		for (i = 1; i < count; i++)
			KUNIT_ASSERT_NE(test, page_to_pfn(pages[i - 1]),
					page_to_pfn(pages[i]));
		xen_free_unpopulated_pages(count, pages);
	}
	if (zone_device)
		KUNIT_EXPECT_EQ(test, zone_device, 2 * count);
	KUNIT_EXPECT_TRUE(test, settled(before));
}

/* Where the grant table goes if the device tree names no place for it. */
static void a_place_for_frames(struct kunit *test)
{
	unsigned long lent = balloon_stats.target_unpopulated;
	const unsigned int count = 2 * XEN_PFN_PER_PAGE + 1;
	xen_pfn_t *gfns;
	unsigned int i;
	void *virt;

	KUNIT_ASSERT_EQ(test, xen_xlate_map_ballooned_pages(&gfns, &virt,
							    count), 0);
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_EQ(test, gfns[i] * XEN_PAGE_SIZE,
				(u64)page_to_phys(vmalloc_to_page(virt +
						i * XEN_PAGE_SIZE)) +
				i % XEN_PFN_PER_PAGE * XEN_PAGE_SIZE);
	xen_xlate_unmap_ballooned_pages(gfns, virt, count);
	KUNIT_EXPECT_EQ(test, balloon_stats.target_unpopulated, lent);
}

static struct kunit_case memory_live_cases[] = {
	KUNIT_CASE(a_reservation_down_and_up),
	KUNIT_CASE(pages_are_lent_and_come_back),
	KUNIT_CASE(more_than_there_is_is_refused),
	KUNIT_CASE_SLOW(a_target_down_and_up),
	KUNIT_CASE(pages_without_memory),
	KUNIT_CASE(a_place_for_frames),
	{ }
};

static struct kunit_suite memory_live_suite = {
	.name = "xen_memory_live",
	.init = need_xen,
	.test_cases = memory_live_cases,
};

kunit_test_suite(memory_live_suite);
