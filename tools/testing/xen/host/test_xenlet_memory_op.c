// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's memory operations and multicalls: what runs out, what runs over,
 * and parts that are run again.
 */
#include "ktap.h"
#include "xenlet_abi.h"

#include "abi/grant_entry.c"
#include "abi/grant_map.c"
#include "abi/grant_copy.c"
#define serve grant_serve
#include "abi/grant_table.c"
#undef serve
#define place place_frame
#define target physmap_target
#include "abi/memory_physmap.c"
#undef place
#undef target
#include "abi/memory_reservation.c"
#include "abi/memory_op.c"
#include "abi/multicall.c"

static unsigned int calls;

/* Number 1 takes three entries to finish; all others are memory_op. */
long hypercall_run(struct hypercall *call)
{
	calls++;
	if (call->nr != 1)
		return do_memory_op(call);
	call->again = ++call->arg[0] < 3;
	return 42;
}

static struct hypercall run_memory(u32 cmd, gva_t arg, long *result)
{
	struct hypercall call = {
		.nr = __HYPERVISOR_memory_op, .arg = { cmd, arg },
	};
	unsigned int entries = 0;

	do {
		call.again = false;
		*result = do_memory_op(&call);
		entries++;
	} while (call.again);
	call.arg[4] = entries;
	return call;
}

static long reserve(u32 cmd, gva_t list, u64 count, unsigned int order)
{
	struct xen_memory_reservation op = {
		.nr_extents = count, .extent_order = order,
		.domid = DOMID_SELF,
	};
	long result;

	op.extent_start.p = (void *)list;
	run_memory(cmd, put(&op, sizeof(op)), &result);
	return result;
}

static gva_t list_of(xen_pfn_t first, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		xen_pfn_t gfn = first + i;

		copy_to_guest(0x1000 + i * sizeof(gfn), &gfn, sizeof(gfn));
	}
	return 0x1000;
}

static void test_reservation(void)
{
	struct domain *d = &guests[0];
	u64 pages = d->pages;

	ktap_ok(reserve(XENMEM_populate_physmap, list_of(1000, 8), 8, 0) == 8 &&
		d->pages == pages + 8, "memory up to the limit");
	ktap_ok(reserve(XENMEM_populate_physmap, list_of(2000, 1), 1, 0) == 0,
		"and no more");
	ktap_ok(reserve(XENMEM_decrease_reservation, list_of(1000, 9), 9, 0) ==
		8 && d->pages == pages, "what is there can be given back");
	ktap_ok(reserve(XENMEM_decrease_reservation, list_of(~0UL, 1), 1, 0) ==
		0, "frame ~0 is not there");
	ktap_ok(reserve(XENMEM_decrease_reservation, list_of(~0UL, 1), 1, 9) ==
		0, "nor a block around the end of the numbers");
	ktap_ok(reserve(XENMEM_populate_physmap, list_of(~0UL, 1), 1, 0) == 0 &&
		d->pages == pages, "populating it costs nothing");
	d->max_pages = 10000;
	ktap_ok(reserve(XENMEM_populate_physmap, list_of(1025, 1), 1, 3) == 1 &&
		p2m_lookup(d, 1032).type == P2M_RAM_RW &&
		d->pages == pages + 8, "a block that lies across");
	ktap_ok(reserve(XENMEM_decrease_reservation, list_of(1025, 1), 1, 3) ==
		1 && d->pages == pages, "goes as it came");
	ktap_ok(reserve(XENMEM_increase_reservation, list_of(1000, 1), 1, 0) ==
		0, "memory without a place is refused");
	ktap_ok(reserve(XENMEM_populate_physmap, list_of(1000, 1), 1, 10) == 0,
		"blocks have a limit");
}

static void test_parts(void)
{
	struct xen_memory_reservation op = {
		.nr_extents = 300, .domid = DOMID_SELF,
	};
	struct hypercall call;
	long result;

	op.extent_start.p = (void *)list_of(4000, 300);
	call = run_memory(XENMEM_populate_physmap, put(&op, sizeof(op)),
			  &result);
	ktap_ok(result == 300 && call.arg[4] == 2,
		"a long list takes two entries");
	run_memory(XENMEM_decrease_reservation, put(&op, sizeof(op)), &result);
	ktap_ok(result == 300, "and goes back");
	run_memory(XENMEM_decrease_reservation | 400 << MEMOP_EXTENT_SHIFT,
		   put(&op, sizeof(op)), &result);
	ktap_ok(result == 400, "a place behind the end is just returned");
	run_memory(XENMEM_current_reservation | 1 << MEMOP_EXTENT_SHIFT,
		   put(&op, sizeof(op)), &result);
	ktap_ok(result == -XEN_ENOSYS, "what has no parts has no second one");
}

/* dom0's frames are where the machine has them, and stay its own. */
static void test_held(void)
{
	struct domain *d = &guests[0];
	u64 pages = d->pages, free;
	struct page *page;
	xen_pfn_t gfn;

	hardware = d;
	page = page_alloc(d, 0);
	gfn = page_to_paddr(page) >> PAGE_SHIFT;
	p2m_map(d, gfn, page_to_paddr(page), 0, P2M_RAM_RW);
	free = page_free_count();
	ktap_ok(!reserve(XENMEM_populate_physmap, list_of(gfn, 1), 1, 0),
		"a frame that dom0 has is not given to it again");
	ktap_ok(reserve(XENMEM_decrease_reservation, list_of(gfn, 1), 1, 0) ==
		1 && p2m_lookup(d, gfn).type == P2M_NONE,
		"dom0 gives a frame back");
	ktap_ok(page_free_count() == free && page->owner == d &&
		d->pages == pages + 1, "it is kept for dom0");
	ktap_ok(!reserve(XENMEM_decrease_reservation, list_of(gfn, 1), 1, 0),
		"which cannot give it twice");
	ktap_ok(!reserve(XENMEM_populate_physmap, list_of(500, 1), 1, 0) &&
		!reserve(XENMEM_populate_physmap, list_of(gfn + 1, 1), 1, 0),
		"nor get one that is not");
	ktap_ok(reserve(XENMEM_populate_physmap, list_of(gfn, 1), 1, 0) == 1 &&
		p2m_lookup(d, gfn).pa == page_to_paddr(page) &&
		page->refs == 1 && !page_is_held(page),
		"it gets the same frame again");
	reserve(XENMEM_decrease_reservation, list_of(gfn, 1), 1, 0);
	page_drop_held(d);
	ktap_ok(page_free_count() == free + 1 && d->pages == pages,
		"what it never took again is free when dom0 is gone");
	hardware = NULL;
}

static long add_page(unsigned int space, u64 idx, u64 gfn)
{
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = space, .idx = idx, .gpfn = gfn,
	};

	return memory_add_to_physmap(put(&op, sizeof(op)));
}

static void test_physmap(void)
{
	struct xen_remove_from_physmap gone = {
		.domid = DOMID_SELF, .gpfn = 500,
	};
	struct page *info = page_from_paddr((uintptr_t)guests[0].shared_info);

	ktap_ok(!add_page(XENMAPSPACE_shared_info, 0, 500) && info->refs == 2,
		"the shared info page is placed");
	ktap_ok(add_page(XENMAPSPACE_shared_info, 0, 501) == -XEN_EBUSY,
		"in one place");
	ktap_ok(!memory_remove_from_physmap(put(&gone, sizeof(gone))) &&
		info->refs == 1, "it is taken away");
	ktap_ok(!add_page(XENMAPSPACE_shared_info, 0, 501), "and placed again");
	ktap_ok(!add_page(XENMAPSPACE_grant_table, 2, 502) &&
		guests[0].grants->nr_frames == 3 &&
		guests[0].grants->gfns[2] == 502, "a grant frame grows the table");
	ktap_ok(add_page(XENMAPSPACE_grant_table, 1UL << 32, 503) ==
		-XEN_EINVAL, "an index of 64 bits is not cut short");
	ktap_ok(add_page(XENMAPSPACE_shared_info, 0, ~0UL) == -XEN_EBUSY &&
		add_page(XENMAPSPACE_grant_table, 0, ~0UL) == -XEN_EINVAL,
		"frame ~0 is no place");
	ktap_ok(info->refs == 2, "nothing is held in vain");
}

static void test_multicall(void)
{
	struct multicall_entry list[20] = { 0 };
	struct hypercall call = { .arg = { 0x2000, 20 } };
	unsigned int i, entries = 0, failed = 0;

	for (i = 0; i < 20; i++)
		list[i].op = 1;
	copy_to_guest(0x2000, list, sizeof(list));
	calls = 0;
	do {
		call.again = false;
		failed += do_multicall(&call) != 0;
		entries++;
	} while (call.again && entries < 100);
	copy_from_guest(list, 0x2000, sizeof(list));
	ktap_ok(!failed && entries > 20, "a list is served in parts");
	ktap_ok(calls == 60, "each call got the entries that it needs");
	ktap_ok(list[19].result == 42, "the last one has its result");
	call = (struct hypercall){ .arg = { NOWHERE, 1 } };
	ktap_ok(do_multicall(&call) == -XEN_EFAULT && !call.again,
		"a list that is nowhere");
}

int main(void)
{
	u64 before = frames_before();

	create_guest(0);
	if (grant_init(&guests[0]))
		abort();
	enter(0, 0);
	test_reservation();
	test_parts();
	test_held();
	test_physmap();
	test_multicall();
	grant_destroy(&guests[0]);
	destroy_guest(0);
	ktap_ok(page_free_count() == before, "every frame came back");
	ktap_ok(!heap_used(), "and all of the heap");
	memory_destroy(ram);
	return ktap_done();
}
