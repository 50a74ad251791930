// SPDX-License-Identifier: GPL-2.0
/* XENMEM_*: what is where in the guest's physical memory, and how much. */
#include "test.h"

#include <xen/memory.h>

#define NO_DOMAIN	0x7fef
#define MIB		(1UL << 20)
/* Beyond every address space; Xen counts frames in its own words. */
#define NO_FRAME	(1ULL << (sizeof(long) > 4 ? 40 : 31))

static long add(unsigned int space, uint64_t idx, uint64_t gfn)
{
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = space, .idx = idx, .gpfn = gfn,
	};

	return memory_op(XENMEM_add_to_physmap, &op);
}

static long remove_gfn(uint64_t gfn)
{
	struct xen_remove_from_physmap op = {
		.domid = DOMID_SELF, .gpfn = gfn,
	};

	return memory_op(XENMEM_remove_from_physmap, &op);
}

static long reservation(unsigned int cmd, xen_pfn_t *gfns, uint64_t count,
			unsigned int order)
{
	struct xen_memory_reservation op = {
		.nr_extents = count, .extent_order = order,
		.domid = DOMID_SELF,
	};

	op.extent_start.p = gfns;
	return memory_op(cmd, &op);
}

static long query(unsigned int cmd, domid_t domid)
{
	struct xen_memory_domain op = { .domid = domid };

	return memory_op(cmd, &op);
}

/* A place in the grant region that no other fact uses. */
static uint64_t spare_gfn(unsigned int n)
{
	return env->grant_base / PAGE_SIZE + 256 + n;
}

static void *at(uint64_t gfn)
{
	return (void *)(uintptr_t)(gfn * PAGE_SIZE);
}

static void wall_clock(const struct shared_info *info)
{
	check(!(READ_ONCE(info->wc_version) & 1),
	      "the wall clock is not being changed");
	if (env->xenlet)
		check(READ_ONCE(info->wc_sec) > 1577836800U,
		      "it is later than the year 2020");
	else
		report(SKIP, "it is later than the year 2020",
		       "nobody has set this hypervisor's clock");
}

static void placing(void)
{
	struct shared_info *info;

	expect(add(XENMAPSPACE_shared_info, 0, spare_gfn(0)), 0,
	       "place the shared info page");
	info = at(spare_gfn(0));
	check(!touch_faults(info), "it is there");
	WRITE_ONCE(info->evtchn_mask[0], 0x5a5a);
	expect(add(XENMAPSPACE_shared_info, 0, spare_gfn(1)), -XEN_EBUSY,
	       "it cannot be in two places");
	check(touch_faults(at(spare_gfn(1))), "it is not in the second");
	check(fault_tells_state(), "the abort tells whom it interrupted");
	expect(add(XENMAPSPACE_shared_info, 0, spare_gfn(0)), -XEN_EBUSY,
	       "nor in the same place twice");
	expect(remove_gfn(spare_gfn(0)), 0, "take it away");
	expect(add(XENMAPSPACE_shared_info, 0, spare_gfn(1)), 0,
	       "place it elsewhere");
	info = at(spare_gfn(1));
	check(READ_ONCE(info->evtchn_mask[0]) == 0x5a5a,
	      "it is the same page");
	wall_clock(info);
	expect(add(XENMAPSPACE_shared_info, 1, spare_gfn(2)), -XEN_EINVAL,
	       "there is only one shared info page");
	expect(add(XENMAPSPACE_gmfn_foreign, 0, spare_gfn(2)), -XEN_ENOSYS,
	       "foreign frames only come in batches");
	expect(add(XENMAPSPACE_gmfn, 0, spare_gfn(2)), -XEN_ENOSYS,
	       "moving frames is x86's");
	expect(add(99, 0, spare_gfn(2)), -XEN_ENOSYS, "space 99");
	expect(remove_gfn(spare_gfn(1)), 0, "take the shared info page away");
	check(touch_faults(at(spare_gfn(1))), "it is gone");
	expect(remove_gfn(spare_gfn(1)), -XEN_ENOENT,
	       "take away what is not there");
	expect(remove_gfn(~0ULL), -XEN_ENOENT, "take away frame ~0");
}

static void grant_frames(void)
{
	expect(add(XENMAPSPACE_grant_table, 0, spare_gfn(3)), 0,
	       "place a grant frame");
	check(!touch_faults(at(spare_gfn(3))), "the grant frame is there");
	expect(add(XENMAPSPACE_grant_table, 0, spare_gfn(4)), -XEN_EBUSY,
	       "a grant frame cannot be in two places");
	expect(add(XENMAPSPACE_grant_table, 1, spare_gfn(4)), 0,
	       "place another: the table grows");
	expect(add(XENMAPSPACE_grant_table, 1UL << 20, spare_gfn(5)),
	       -XEN_EINVAL, "place a grant frame beyond the limit");
	expect(add(XENMAPSPACE_grant_table, 0x7fffffff, spare_gfn(5)),
	       -XEN_EINVAL, "place grant frame 7fffffff");
}

static void place_errors(void)
{
	struct xen_add_to_physmap op = {
		.domid = NO_DOMAIN, .space = XENMAPSPACE_shared_info,
		.gpfn = spare_gfn(6),
	};
	struct xen_remove_from_physmap gone = {
		.domid = NO_DOMAIN, .gpfn = spare_gfn(6),
	};

	expect(memory_op(XENMEM_add_to_physmap, &op), -XEN_ESRCH,
	       "place a page in a domain that is not there");
	expect(memory_op(XENMEM_remove_from_physmap, &gone), -XEN_ESRCH,
	       "take one from a domain that is not there");
	expect(memory_op(XENMEM_add_to_physmap, wild_pointer()), -XEN_EFAULT,
	       "add_to_physmap, wild pointer");
	expect(memory_op(XENMEM_remove_from_physmap, wild_pointer()),
	       -XEN_EFAULT, "remove_from_physmap, wild pointer");
	check(add(XENMAPSPACE_shared_info, 0, ~0ULL) < 0,
	      "frame ~0 is no place");
	check(add(XENMAPSPACE_shared_info, 0, NO_FRAME) < 0,
	      "nor is one beyond the address space");
}

static long add_foreign_batch(domid_t from, unsigned int space,
			      unsigned int count, xen_ulong_t *idxs,
			      xen_pfn_t *gfns, int *errs)
{
	struct xen_add_to_physmap_batch op = {
		.domid = DOMID_SELF, .space = space, .size = count,
		.u.foreign_domid = from,
	};

	op.idxs.p = idxs;
	op.gpfns.p = gfns;
	op.errs.p = errs;
	return memory_op(XENMEM_add_to_physmap_batch, &op);
}

static long add_batch(unsigned int space, unsigned int count,
		      xen_ulong_t *idxs, xen_pfn_t *gfns, int *errs)
{
	return add_foreign_batch(0, space, count, idxs, gfns, errs);
}

/* One frame of another domain; what became of it, or of the whole batch. */
static long add_foreign(domid_t from, uint64_t idx, uint64_t gfn)
{
	xen_ulong_t idxs[1] = { idx };
	xen_pfn_t gfns[1] = { gfn };
	int errs[1] = { 77 };
	long ret;

	ret = add_foreign_batch(from, XENMAPSPACE_gmfn_foreign, 1, idxs, gfns,
				errs);
	return ret ? ret : errs[0];
}

/* What the other domain's frame holds is a matter for Linux's tests. */
static void foreign_frames(void)
{
	uint64_t gfn = spare_gfn(10);

	expect(add_foreign(NO_DOMAIN, 0, gfn), -XEN_ESRCH,
	       "a frame of a domain that is not there");
	expect_one_of(add_foreign(DOMID_SELF, gfn_of(page_alloc()), gfn),
		      -XEN_ESRCH, -XEN_EINVAL,
		      "a frame of our own is not foreign");
	if (env->privileged)
		report(SKIP, "a frame of another domain", "this is dom0");
	else
		expect_one_of(add_foreign(0, 0x40000, gfn), -XEN_EPERM,
			      -XEN_ESRCH, "a frame of another domain");
	check(touch_faults(at(gfn)), "nothing came of it");
}

static void batches(void)
{
	xen_pfn_t gfns[2] = { spare_gfn(7), spare_gfn(8) };
	xen_ulong_t idxs[2] = { 0, 5 };
	int errs[2] = { 77, 77 };

	expect(add_batch(XENMAPSPACE_shared_info, 2, idxs, gfns, errs), 0,
	       "a batch succeeds as a whole");
	expect(errs[0], 0, "the good element of a batch");
	expect(errs[1], -XEN_EINVAL, "the bad element of a batch");
	expect(add_batch(XENMAPSPACE_shared_info, 0, idxs, gfns, errs), 0,
	       "an empty batch");
	expect(add_batch(XENMAPSPACE_gmfn_range, 1, idxs, gfns, errs),
	       -XEN_EOPNOTSUPP, "a batch of ranges");
	expect(add_batch(XENMAPSPACE_shared_info, 1, wild_pointer(), gfns,
			 errs), -XEN_EFAULT, "a batch from a wild pointer");
	expect(add_batch(XENMAPSPACE_shared_info, 1, idxs, gfns,
			 wild_pointer()), -XEN_EFAULT,
	       "a batch's errors to a wild pointer");
	expect(memory_op(XENMEM_add_to_physmap_batch, wild_pointer()),
	       -XEN_EFAULT, "add_to_physmap_batch, wild pointer");
}

static void numbers(void)
{
	long pages = query(XENMEM_current_reservation, DOMID_SELF);

	check(pages >= (long)(env->ram_size / PAGE_SIZE),
	      "our memory is charged to us");
	check(query(XENMEM_maximum_reservation, DOMID_SELF) >= pages,
	      "it is not more than we may have");
	check(query(XENMEM_maximum_gpfn, DOMID_SELF) >=
	      (long)((env->ram_base + env->ram_size) / PAGE_SIZE - 1),
	      "the highest frame is at least the end of memory");
	check(memory_op(XENMEM_maximum_ram_page, NULL) > 0,
	      "the machine has memory");
	expect(query(XENMEM_current_reservation, NO_DOMAIN), -XEN_ESRCH,
	       "the memory of a domain that is not there");
	expect(memory_op(XENMEM_current_reservation, wild_pointer()),
	       -XEN_EFAULT, "current_reservation, wild pointer");
	if (env->privileged)
		report(SKIP, "the memory of another domain", "this is dom0");
	else
		expect_one_of(query(XENMEM_current_reservation, 0), -XEN_EPERM,
			      -XEN_ESRCH, "the memory of another domain");
}

static void ballooning(void)
{
	uint64_t *page = page_alloc();
	xen_pfn_t gfn = gfn_of(page), bad = ~0ULL;
	long before = query(XENMEM_current_reservation, DOMID_SELF);

	page[0] = 1;
	expect(reservation(XENMEM_decrease_reservation, &gfn, 1, 0), 1,
	       "give a page back");
	/* A direct-mapped domain keeps the machine's page for later. */
	if (env->privileged)
		report(SKIP, "we are charged for one less", "this is dom0");
	else
		expect(query(XENMEM_current_reservation, DOMID_SELF),
		       before - 1, "we are charged for one less");
	check(touch_faults(page), "the page is gone");
	expect(reservation(XENMEM_decrease_reservation, &gfn, 1, 0), 0,
	       "it cannot be given back twice");
	expect(reservation(XENMEM_populate_physmap, &gfn, 1, 0), 1,
	       "take a page");
	check(!touch_faults(page), "the page is there");
	expect(query(XENMEM_current_reservation, DOMID_SELF), before,
	       "we are charged for it");
	expect(reservation(XENMEM_decrease_reservation, &bad, 1, 0), 0,
	       "frame ~0 cannot be given back");
	expect(reservation(XENMEM_populate_physmap, &bad, 1, 0), 0,
	       "nor populated");
}

/* Large extents, and more extents than one entry serves. */
static void big_balloon(void)
{
	uint64_t base = env->ram_base + 24 * MIB;
	xen_pfn_t first = base / PAGE_SIZE;
	static xen_pfn_t gfns[512];
	xen_pfn_t *list;
	long ret;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gfns); i++)
		gfns[i] = first + i;
	if (env->ram_size < 32 * MIB ||
	    (uintptr_t)env->fdt / (4 * MIB) == base / (4 * MIB)) {
		report(SKIP, "give back 512 pages one by one",
		       "no memory to spare");
		return;
	}
	ret = reservation(XENMEM_decrease_reservation, gfns, 512, 0);
	expect(ret, 512, "give back 512 pages one by one");
	expect(reservation(XENMEM_populate_physmap, &first, 1, 9), 1,
	       "take them as one extent");
	check(!touch_faults(at(first + 511)), "the last of them is there");
	expect(reservation(XENMEM_decrease_reservation, &first, 1, 9), 1,
	       "give the extent back");
	check(touch_faults(at(first)) && touch_faults(at(first + 511)),
	      "all of it is gone");
	list = cliff(300 * sizeof(*list));
	memcpy(list, gfns, 300 * sizeof(*list));
	expect(reservation(XENMEM_populate_physmap, list, 512, 0), 300,
	       "a list that runs into nothing is done up to there");
	expect(reservation(XENMEM_populate_physmap, gfns + 300, 200, 0), 200,
	       "more can follow");
}

static void reservation_errors(void)
{
	xen_pfn_t gfn = spare_gfn(9);
	struct xen_memory_reservation op = {
		.nr_extents = 1, .domid = NO_DOMAIN,
	};

	op.extent_start.p = &gfn;
	expect(memory_op(XENMEM_populate_physmap, &op), 0,
	       "nothing is populated in a domain that is not there");
	expect(memory_op(XENMEM_decrease_reservation, wild_pointer()), 0,
	       "decrease_reservation, wild pointer: nothing is done");
	expect(reservation(XENMEM_populate_physmap, &gfn, 1ULL << 40, 0), 0,
	       "a count that is too large: nothing is done");
	expect(reservation(XENMEM_populate_physmap, &gfn, 1, 60), 0,
	       "an order that is too large: nothing is done");
	expect(reservation(XENMEM_decrease_reservation, wild_pointer(), 4, 0),
	       0, "frames from a wild pointer: nothing is done");
	expect(reservation(XENMEM_decrease_reservation, &gfn, 0, 0), 0,
	       "no frames: nothing is done");
}

static void not_on_arm(void)
{
	static uint64_t arg[16];

	expect(memory_op(XENMEM_memory_map, arg), -XEN_ENOSYS,
	       "memory_map is x86's");
	expect(memory_op(XENMEM_machine_memory_map, arg), -XEN_ENOSYS,
	       "machine_memory_map is x86's");
	expect(memory_op(XENMEM_set_memory_map, arg), -XEN_ENOSYS,
	       "set_memory_map is x86's");
	expect(memory_op(XENMEM_machphys_mapping, arg), -XEN_ENOSYS,
	       "machphys_mapping is x86's");
	expect(memory_op(63, arg), -XEN_ENOSYS, "operation 63");
}

void test_main(void)
{
	map_normal(spare_gfn(0) * PAGE_SIZE);
	placing();
	grant_frames();
	place_errors();
	batches();
	foreign_frames();
	numbers();
	ballooning();
	big_balloon();
	reservation_errors();
	not_on_arm();
}
