// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table of this domain, through the interface that drivers use.
 * Skipped where there is no hypervisor.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/workqueue.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xen.h>

/* A domain that will never be, so that nobody maps what is granted to it. */
#define NOBODY	0x7fe0

static int need_xen(struct kunit *test)
{
	if (!xen_domain())
		kunit_skip(test, "not in a Xen domain");
	return 0;
}

static void grant_and_end(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ref;

	KUNIT_ASSERT_NOT_NULL(test, page);
	ref = gnttab_grant_foreign_access(NOBODY, xen_page_to_gfn(page), 0);
	KUNIT_EXPECT_GE(test, ref, GNTTAB_NR_RESERVED_ENTRIES);
	KUNIT_EXPECT_EQ(test, gnttab_try_end_foreign_access(ref), 1);
	__free_page(page);
}

static void end_with_the_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ref;

	KUNIT_ASSERT_NOT_NULL(test, page);
	get_page(page);
	ref = gnttab_grant_foreign_access(NOBODY, xen_page_to_gfn(page), 1);
	KUNIT_EXPECT_GE(test, ref, 0);
	gnttab_end_foreign_access(ref, page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_page(page);
}

/* More than the first frame of the table holds, twice: it grows, and stays. */
static void many(struct kunit *test)
{
	grant_ref_t head, ref;
	unsigned int round, count;

	for (round = 0; round < 2; round++) {
		KUNIT_ASSERT_EQ(test, gnttab_alloc_grant_references(900, &head),
				0);
		for (count = 0; !gnttab_empty_grant_references(&head);
		     count++) {
			ref = gnttab_claim_grant_reference(&head);
			gnttab_free_grant_reference(ref);
		}
		KUNIT_EXPECT_EQ(test, count, 900);
		KUNIT_EXPECT_EQ(test, gnttab_claim_grant_reference(&head),
				-ENOSPC);
	}
}

static void in_a_row(struct kunit *test)
{
	grant_ref_t first;

	KUNIT_ASSERT_EQ(test, gnttab_alloc_grant_reference_seq(300, &first),
			0);
	gnttab_free_grant_reference_seq(first, 300);
}

static void too_many(struct kunit *test)
{
	grant_ref_t first;

	KUNIT_EXPECT_EQ(test, gnttab_alloc_grant_reference_seq(1 << 24,
							       &first),
			-ENOSPC);
}

static void called_back(void *arg)
{
	++*(unsigned int *)arg;
}

static void a_callback(struct kunit *test)
{
	struct gnttab_free_callback callback = { .next = NULL };
	unsigned int calls = 0;

	gnttab_request_free_callback(&callback, called_back, &calls, 1);
	gnttab_cancel_free_callback(&callback);
	KUNIT_EXPECT_EQ(test, calls, 1);
}

static void sum_grants(unsigned long gfn, unsigned int offset,
		       unsigned int len, void *data)
{
	*(unsigned int *)data += len;
}

static void a_range_of_a_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int bytes = 0;

	KUNIT_ASSERT_NOT_NULL(test, page);
	gnttab_foreach_grant_in_range(page, 100, PAGE_SIZE, sum_grants,
				      &bytes);
	KUNIT_EXPECT_EQ(test, bytes, PAGE_SIZE - 100);
	bytes = 0;
	gnttab_foreach_grant(&page, XEN_PFN_PER_PAGE, sum_grants, &bytes);
	KUNIT_EXPECT_EQ(test, bytes, PAGE_SIZE);
	__free_page(page);
}

/* The hypervisor says whom a port is for, and not "yourself". */
static domid_t own_domid(struct kunit *test)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = DOMID_SELF,
	};
	struct evtchn_status status = { .dom = DOMID_SELF };
	struct evtchn_close close;

	KUNIT_ASSERT_EQ(test,
			HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound,
						    &alloc), 0);
	status.port = alloc.port;
	KUNIT_EXPECT_EQ(test, HYPERVISOR_event_channel_op(EVTCHNOP_status,
							  &status), 0);
	close.port = alloc.port;
	HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
	return status.u.unbound.dom;
}

static void a_copy_through_a_grant(struct kunit *test)
{
	domid_t self = own_domid(test);
	struct page *from = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct page *to = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct gnttab_copy copy = { .len = 100, .flags = GNTCOPY_source_gref };
	int ref;

	KUNIT_ASSERT_NOT_NULL(test, from);
	KUNIT_ASSERT_NOT_NULL(test, to);
	memset(page_address(from), 0x5a, PAGE_SIZE);
	ref = gnttab_grant_foreign_access(self, xen_page_to_gfn(from), 1);
	KUNIT_ASSERT_GE(test, ref, 0);

	copy.source.u.ref = ref;
	copy.source.domid = self;
	copy.source.offset = 50;
	copy.dest.u.gmfn = xen_page_to_gfn(to);
	copy.dest.domid = DOMID_SELF;
	gnttab_batch_copy(&copy, 1);
	KUNIT_EXPECT_EQ(test, copy.status, GNTST_okay);
	KUNIT_EXPECT_EQ(test, *((u8 *)page_address(to) + 99), 0x5a);
	KUNIT_EXPECT_EQ(test, *((u8 *)page_address(to) + 100), 0);

	KUNIT_EXPECT_EQ(test, gnttab_try_end_foreign_access(ref), 1);
	copy.status = GNTST_okay;
	gnttab_batch_copy(&copy, 1);
	KUNIT_EXPECT_NE(test, copy.status, GNTST_okay);
	__free_page(from);
	__free_page(to);
}

/* A page that this domain granted to itself, and mapped. */
struct mapped {
	struct page *page, *window;
	grant_handle_t handle;
	int ref;
};

static void map_own(struct kunit *test, struct mapped *own)
{
	domid_t self = own_domid(test);
	struct gnttab_map_grant_ref map;

	own->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, own->page);
	if (gnttab_alloc_pages(1, &own->window)) {
		__free_page(own->page);
		kunit_skip(test, "no page to map into");
	}
	own->ref = gnttab_grant_foreign_access(self,
					       xen_page_to_gfn(own->page), 0);
	KUNIT_ASSERT_GE(test, own->ref, 0);

	gnttab_set_map_op(&map, (unsigned long)page_address(own->window),
			  GNTMAP_host_map, own->ref, self);
	KUNIT_EXPECT_EQ(test, gnttab_map_refs(&map, NULL, &own->window, 1), 0);
	KUNIT_ASSERT_EQ(test, map.status, GNTST_okay);
	own->handle = map.handle;
}

static void set_unmap(const struct mapped *own,
		      struct gnttab_unmap_grant_ref *unmap)
{
	gnttab_set_unmap_op(unmap, (unsigned long)page_address(own->window),
			    GNTMAP_host_map, own->handle);
}

/* A page that its peer maps is neither reused nor freed until it lets go. */
static void a_peer_that_holds_on(struct kunit *test)
{
	struct gnttab_unmap_grant_ref unmap;
	struct mapped own;
	unsigned int i;

	map_own(test, &own);
	*(u32 *)page_address(own.window) = 0xfeedface;
	KUNIT_EXPECT_EQ(test, *(u32 *)page_address(own.page), 0xfeedface);

	KUNIT_EXPECT_EQ(test, gnttab_try_end_foreign_access(own.ref), 0);
	get_page(own.page);
	gnttab_end_foreign_access(own.ref, own.page);
	KUNIT_EXPECT_EQ(test, page_count(own.page), 2);

	set_unmap(&own, &unmap);
	KUNIT_EXPECT_EQ(test, gnttab_unmap_refs(&unmap, NULL, &own.window, 1),
			0);
	KUNIT_EXPECT_EQ(test, unmap.status, GNTST_okay);
	gnttab_free_pages(1, &own.window);

	/* The next try is within a second. */
	for (i = 0; i < 30 && page_count(own.page) > 1; i++)
		schedule_timeout_uninterruptible(HZ / 10);
	KUNIT_EXPECT_EQ(test, page_count(own.page), 1);
	__free_page(own.page);
}

struct holder {
	struct delayed_work work;
	struct page *page;
};

static void let_go(struct work_struct *work)
{
	struct holder *holder = container_of(to_delayed_work(work),
					     struct holder, work);

	put_page(holder->page);
}

/* What is unmapped may be held by others, a packet on its way for one. */
static void a_mapping_that_is_held(struct kunit *test)
{
	struct gnttab_unmap_grant_ref unmap = { };
	struct gntab_unmap_queue_data item = { };
	struct holder holder;
	struct mapped own;

	map_own(test, &own);
	set_unmap(&own, &unmap);
	item.unmap_ops = &unmap;
	item.pages = &own.window;
	item.count = 1;

	get_page(own.window);
	holder.page = own.window;
	INIT_DELAYED_WORK_ONSTACK(&holder.work, let_go);
	schedule_delayed_work(&holder.work, HZ / 10);
	KUNIT_EXPECT_EQ(test, gnttab_unmap_refs_sync(&item), 0);
	KUNIT_EXPECT_EQ(test, page_count(own.window), 1);
	KUNIT_EXPECT_EQ(test, unmap.status, GNTST_okay);

	flush_delayed_work(&holder.work);
	destroy_delayed_work_on_stack(&holder.work);
	gnttab_free_pages(1, &own.window);
	KUNIT_EXPECT_EQ(test, gnttab_try_end_foreign_access(own.ref), 1);
	__free_page(own.page);
}

static struct kunit_case grant_live_cases[] = {
	KUNIT_CASE(grant_and_end),
	KUNIT_CASE(end_with_the_page),
	KUNIT_CASE(many),
	KUNIT_CASE(in_a_row),
	KUNIT_CASE(too_many),
	KUNIT_CASE(a_callback),
	KUNIT_CASE(a_range_of_a_page),
	KUNIT_CASE(a_copy_through_a_grant),
	KUNIT_CASE(a_peer_that_holds_on),
	KUNIT_CASE(a_mapping_that_is_held),
	{}
};

static struct kunit_suite grant_live_suite = {
	.name = "xen_grant_live",
	.init = need_xen,
	.test_cases = grant_live_cases,
};

kunit_test_suite(grant_live_suite);
