// SPDX-License-Identifier: GPL-2.0
/*
 * GNTTABOP_*: the table, and grants to ourselves, which need no peer: a
 * domain may map and copy what it granted to its own number.
 */
#include "test.h"

#include <xen/grant_table.h>
#include <xen/memory.h>

#include "../../../../include/xen/interface/xenlet.h"

#define NO_DOMAIN	0x7fef
#define PER_FRAME	(PAGE_SIZE / sizeof(struct grant_entry_v1))
#define REF		20		/* behind the reserved ones */

static struct grant_entry_v1 *table;
static domid_t self;

/* Our own number, which no call tells: the loopback port's status does. */
static bool find_self(void)
{
	struct evtchn_alloc_unbound port = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	struct evtchn_status op = { .dom = DOMID_SELF };

	if (event_channel_op(EVTCHNOP_alloc_unbound, &port))
		return false;
	op.port = port.port;
	if (event_channel_op(EVTCHNOP_status, &op))
		return false;
	self = op.u.unbound.dom;
	event_channel_op(EVTCHNOP_close, &port.port);
	return true;
}

static void map_table(void)
{
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_grant_table,
		.gpfn = env->grant_base / PAGE_SIZE,
	};
	long ret = memory_op(XENMEM_add_to_physmap, &op);

	if (ret)
		test_abort("the grant table can be mapped", "%ld", ret);
	table = (struct grant_entry_v1 *)(uintptr_t)env->grant_base;
}

static void grant(grant_ref_t ref, domid_t to, const void *page, uint16_t flags)
{
	table[ref].domid = to;
	table[ref].frame = gfn_of(page);
	__atomic_store_n(&table[ref].flags, GTF_permit_access | flags,
			 __ATOMIC_SEQ_CST);
}

static uint16_t flags_of(grant_ref_t ref)
{
	return __atomic_load_n(&table[ref].flags, __ATOMIC_SEQ_CST);
}

/* Where a mapping may go: the grant region, behind the table's frames. */
static uint64_t place(unsigned int n)
{
	return env->grant_base + (256 + n) * PAGE_SIZE;
}

static struct gnttab_map_grant_ref map(domid_t dom, grant_ref_t ref,
				       uint32_t flags, uint64_t addr)
{
	struct gnttab_map_grant_ref op = {
		.host_addr = addr, .flags = flags, .ref = ref, .dom = dom,
		.status = 99,
	};

	if (grant_table_op(GNTTABOP_map_grant_ref, &op, 1))
		op.status = 98;
	return op;
}

static int unmap(grant_handle_t handle, uint64_t addr)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = addr, .handle = handle, .status = 99,
	};

	if (grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1))
		return 98;
	return op.status;
}

static void sizes(void)
{
	struct gnttab_query_size op = { .dom = DOMID_SELF };

	expect(grant_table_op(GNTTABOP_query_size, &op, 1), 0, "query_size");
	expect(op.status, GNTST_okay, "query_size's status");
	check(op.nr_frames >= 1 && op.nr_frames <= op.max_nr_frames,
	      "there is at least one frame, and no more than the limit");
	expect(grant_table_op(GNTTABOP_query_size, &op, 2), -XEN_EINVAL,
	       "query_size, two of them");
	expect(grant_table_op(GNTTABOP_query_size, &op, 0), -XEN_EINVAL,
	       "query_size, none");
	op.dom = NO_DOMAIN;
	grant_table_op(GNTTABOP_query_size, &op, 1);
	expect(op.status, GNTST_bad_domain,
	       "query_size of a domain that is not there");
	expect(grant_table_op(GNTTABOP_query_size, wild_pointer(), 1),
	       -XEN_EFAULT, "query_size, wild pointer");
}

static void versions(void)
{
	struct gnttab_set_version set = { .version = 2 };
	struct gnttab_get_version get = { .dom = DOMID_SELF };

	expect(grant_table_op(GNTTABOP_get_version, &get, 1), 0,
	       "get_version");
	expect(get.version, 1, "the version is 1");
	expect(grant_table_op(GNTTABOP_set_version, &set, 1), -XEN_ENOSYS,
	       "version 2 is off on ARM");
	expect(set.version, 1, "a refused version leaves 1");
	expect(grant_table_op(GNTTABOP_set_version, &set, 1), 0,
	       "version 1 can be set");
	set.version = 3;
	expect(grant_table_op(GNTTABOP_set_version, &set, 1), -XEN_EINVAL,
	       "version 3 does not exist");
	get.dom = NO_DOMAIN;
	expect(grant_table_op(GNTTABOP_get_version, &get, 1), -XEN_ESRCH,
	       "get_version of a domain that is not there");
	expect(grant_table_op(GNTTABOP_set_version, wild_pointer(), 1),
	       -XEN_EFAULT, "set_version, wild pointer");
}

static void setup(void)
{
	struct gnttab_setup_table op = { .dom = DOMID_SELF, .nr_frames = 1 };
	xen_pfn_t frame = 0;

	op.frame_list.p = &frame;
	expect(grant_table_op(GNTTABOP_setup_table, &op, 1), 0, "setup_table");
	expect(op.status, GNTST_okay, "setup_table's status");
	expect((long)frame, (long)(env->grant_base / PAGE_SIZE),
	       "setup_table tells where the frame is");
	op.nr_frames = 1U << 20;
	grant_table_op(GNTTABOP_setup_table, &op, 1);
	expect(op.status, GNTST_general_error,
	       "setup_table beyond the limit");
	op.nr_frames = 1;
	op.frame_list.p = wild_pointer();
	grant_table_op(GNTTABOP_setup_table, &op, 1);
	expect(op.status, GNTST_bad_virt_addr,
	       "setup_table's list at a wild pointer");
	op.dom = NO_DOMAIN;
	grant_table_op(GNTTABOP_setup_table, &op, 1);
	expect(op.status, GNTST_bad_domain,
	       "setup_table of a domain that is not there");
}

/* By the machine address that the mapping told. */
static void flush_mapped(uint64_t bus_addr)
{
	struct gnttab_cache_flush op = {
		.a.dev_bus_addr = bus_addr, .length = 64,
		.op = GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL,
	};

	expect(grant_table_op(GNTTABOP_cache_flush, &op, 1), 0,
	       "flush what is mapped");
	op.a.dev_bus_addr = ~0ULL & ~(uint64_t)(PAGE_SIZE - 1);
	check(grant_table_op(GNTTABOP_cache_flush, &op, 1) < 0,
	      "flush what is no memory");
}

static void mapping(void)
{
	volatile uint64_t *page = page_alloc();
	volatile uint64_t *seen = (volatile uint64_t *)(uintptr_t)place(0);
	struct gnttab_map_grant_ref op;

	page[0] = 0x600d;
	grant(REF, self, (const void *)page, 0);
	op = map(self, REF, GNTMAP_host_map, place(0));
	expect(op.status, GNTST_okay, "map for writing");
	if (op.status != GNTST_okay)
		return;
	check(seen[0] == 0x600d, "the mapping shows the page");
	seen[1] = 0x7e57;
	check(page[1] == 0x7e57, "and can be written");
	check(flags_of(REF) == (GTF_permit_access | GTF_reading | GTF_writing),
	      "the entry says reading and writing");
	flush_mapped(op.dev_bus_addr);
	/* Xen forgets the handle then, and leaves the mapping. */
	if (env->xenlet)
		expect(unmap(op.handle, place(1)), GNTST_general_error,
		       "unmap where it is not");
	else
		report(SKIP, "unmap where it is not", "undefined by Xen");
	expect(unmap(op.handle, place(0)), GNTST_okay, "unmap");
	check(flags_of(REF) == GTF_permit_access, "the entry is free again");
	check(touch_faults(seen), "the mapping is gone");
	expect(unmap(op.handle, place(0)), GNTST_bad_handle, "unmap again");
	expect(unmap(~0U, place(0)), GNTST_bad_handle, "unmap handle ~0");
}

static void read_only(void)
{
	volatile uint64_t *page = page_alloc();
	struct gnttab_map_grant_ref one, two;

	grant(REF, self, (const void *)page, GTF_readonly);
	one = map(self, REF, GNTMAP_host_map, place(2));
	expect(one.status, GNTST_general_error,
	       "map for writing what is granted for reading");
	check(flags_of(REF) == (GTF_permit_access | GTF_readonly),
	      "a refused mapping leaves no mark");
	one = map(self, REF, GNTMAP_host_map | GNTMAP_readonly, place(2));
	two = map(self, REF, GNTMAP_host_map | GNTMAP_readonly, place(3));
	expect(one.status, GNTST_okay, "map for reading");
	expect(two.status, GNTST_okay, "map the same twice");
	check(one.handle != two.handle, "two mappings have two handles");
	check(flags_of(REF) == (GTF_permit_access | GTF_readonly | GTF_reading),
	      "the entry says reading");
	expect(unmap(one.handle, place(2)), GNTST_okay, "unmap the first");
	check(flags_of(REF) & GTF_reading, "the second still reads");
	expect(unmap(two.handle, place(3)), GNTST_okay, "unmap the second");
	check(!(flags_of(REF) & GTF_reading), "nobody reads now");
}

static void map_errors(void)
{
	void *page = page_alloc();
	uint64_t nowhere = place(200);

	grant(REF, self, page, 0);
	expect(map(NO_DOMAIN, REF, GNTMAP_host_map, place(4)).status,
	       GNTST_bad_domain, "map from a domain that is not there");
	expect(map(self, PER_FRAME * 1000, GNTMAP_host_map, place(4)).status,
	       GNTST_bad_gntref, "map a reference beyond the table");
	expect(map(self, ~0U, GNTMAP_host_map, place(4)).status,
	       GNTST_bad_gntref, "map reference ~0");
	expect(map(self, REF, 0, place(4)).status, GNTST_bad_gntref,
	       "map without saying how");
	expect(map(self, REF, GNTMAP_host_map | GNTMAP_contains_pte,
		   place(4)).status, GNTST_general_error,
	       "map into a page table entry");
	expect(map(self, REF, GNTMAP_device_map, place(4)).status,
	       GNTST_general_error, "map for devices");
	grant(REF, self == 5 ? 6 : 5, page, 0);
	expect(map(self, REF, GNTMAP_host_map, place(4)).status,
	       GNTST_general_error, "map what is granted to another");
	table[REF].flags = GTF_invalid;
	expect(map(self, REF, GNTMAP_host_map, place(4)).status,
	       GNTST_general_error, "map what is not granted");
	grant(REF, self, (void *)(uintptr_t)nowhere, 0);
	expect(map(self, REF, GNTMAP_host_map, place(4)).status,
	       GNTST_bad_page, "map a grant of nothing");
	check(flags_of(REF) == GTF_permit_access,
	      "that leaves no mark either");
	table[REF].frame = ~0U;
	expect(map(self, REF, GNTMAP_host_map, place(4)).status,
	       GNTST_bad_page, "map a grant of frame ~0");
	check(touch_faults((void *)(uintptr_t)place(4)), "nothing was mapped by all that");
	table[REF].flags = GTF_invalid;
}

static int copy_op(struct gnttab_copy *op)
{
	op->status = 99;
	if (grant_table_op(GNTTABOP_copy, op, 1))
		return 98;
	return op->status;
}

static struct gnttab_copy between(const void *from, const void *to)
{
	struct gnttab_copy op = { .len = 64 };

	op.source.u.gmfn = gfn_of(from);
	op.source.domid = DOMID_SELF;
	op.dest.u.gmfn = gfn_of(to);
	op.dest.domid = DOMID_SELF;
	return op;
}

static void copying(void)
{
	char *from = page_alloc(), *to = page_alloc();
	struct gnttab_copy op = between(from, to);

	memset(from, 'x', PAGE_SIZE);
	op.source.offset = 8;
	op.dest.offset = 16;
	expect(copy_op(&op), GNTST_okay, "copy from frame to frame");
	check(to[15] == 0 && to[16] == 'x' && to[79] == 'x' && to[80] == 0,
	      "just what was asked for is copied");

	memset(to, 0, PAGE_SIZE);
	grant(REF, self, from, GTF_readonly);
	op.source.u.ref = REF;
	op.source.domid = self;
	op.flags = GNTCOPY_source_gref;
	expect(copy_op(&op), GNTST_okay, "copy from a grant");
	check(to[16] == 'x', "the grant is copied");
	check(flags_of(REF) == (GTF_permit_access | GTF_readonly),
	      "copying leaves no mark");

	memset(to, 0, PAGE_SIZE);
	op = between(from, to);
	grant(REF + 1, self, to, 0);
	op.dest.u.ref = REF + 1;
	op.dest.domid = self;
	op.flags = GNTCOPY_dest_gref;
	expect(copy_op(&op), GNTST_okay, "copy to a grant");
	check(to[0] == 'x', "the grant is written");
	op.source.u.ref = REF;
	op.source.domid = self;
	op.flags |= GNTCOPY_source_gref;
	expect(copy_op(&op), GNTST_okay, "copy from grant to grant");
	op.dest.u.ref = REF;
	expect(copy_op(&op), GNTST_general_error,
	       "copy to what is granted for reading");
}

static void copy_errors(void)
{
	char *from = page_alloc(), *to = page_alloc();
	struct gnttab_copy op = between(from, to);

	op.len = PAGE_SIZE;
	expect(copy_op(&op), GNTST_okay, "copy a whole page");
	op.source.offset = 1;
	expect(copy_op(&op), GNTST_bad_copy_arg,
	       "copy across the end of the source");
	op.source.offset = 0;
	op.dest.offset = 1;
	expect(copy_op(&op), GNTST_bad_copy_arg,
	       "copy across the end of the destination");
	op.len = 0xffff;
	op.dest.offset = 0xffff;
	expect(copy_op(&op), GNTST_bad_copy_arg, "copy with all bits set");
	op = between(from, to);
	op.len = 0;
	expect(copy_op(&op), GNTST_okay, "copy nothing");
	op.len = 64;
	op.source.domid = self;
	expect(copy_op(&op), GNTST_permission_denied,
	       "copy from a frame by our own number");
	op = between(from, to);
	op.source.u.gmfn = ~0ULL;
	expect(copy_op(&op), GNTST_bad_page, "copy from frame ~0");
	op.source.u.gmfn = place(200) / PAGE_SIZE;
	expect(copy_op(&op), GNTST_bad_page, "copy from where nothing is");
	op = between(from, to);
	op.flags = GNTCOPY_source_gref;
	op.source.u.ref = ~0U;
	op.source.domid = self;
	expect(copy_op(&op), GNTST_bad_gntref, "copy from reference ~0");
	op.source.domid = NO_DOMAIN;
	expect(copy_op(&op), GNTST_bad_domain,
	       "copy from a domain that is not there");
	expect(grant_table_op(GNTTABOP_copy, wild_pointer(), 1), -XEN_EFAULT,
	       "copy, wild pointer");
}

/* More elements than one entry serves, and an array that ends badly. */
static void batches(void)
{
	struct gnttab_copy *ops = page_alloc();
	unsigned int n = PAGE_SIZE / sizeof(*ops), i, good = 0;
	char *from = page_alloc(), *to = page_alloc();

	for (i = 0; i < n; i++) {
		ops[i] = between(from, to);
		ops[i].len = 1;
		ops[i].source.offset = i;
		ops[i].dest.offset = i;
		ops[i].status = 99;
		from[i] = 1;
	}
	expect(grant_table_op(GNTTABOP_copy, ops, n), 0, "a hundred copies");
	for (i = 0; i < n; i++)
		good += ops[i].status == GNTST_okay && to[i] == 1;
	expect(good, n, "each is done");
	expect(grant_table_op(GNTTABOP_copy, ops, 0), 0, "no copies");
	expect(grant_table_op(GNTTABOP_copy, ops, 0x80000000U), -XEN_EINVAL,
	       "a count that could be an error");
	ops = cliff(2 * sizeof(*ops));
	memset(ops, 0, 2 * sizeof(*ops));
	expect(grant_table_op(GNTTABOP_copy, ops, 3), -XEN_EFAULT,
	       "copies that run into nothing");
	check(ops[1].status != GNTST_okay || ops[1].len == 0,
	      "those before the end were looked at");
}

static int swap(grant_ref_t a, grant_ref_t b)
{
	struct gnttab_swap_grant_ref op = {
		.ref_a = a, .ref_b = b, .status = 99,
	};

	if (grant_table_op(GNTTABOP_swap_grant_ref, &op, 1))
		return 98;
	return op.status;
}

static void swapping(void)
{
	void *page = page_alloc();
	struct gnttab_map_grant_ref op;

	grant(REF, self, page, 0);
	table[REF + 1] = (struct grant_entry_v1){ 0 };
	expect(swap(REF, REF + 1), GNTST_okay, "swap two entries");
	check(table[REF + 1].frame == gfn_of(page) && !table[REF].flags,
	      "they are swapped");
	expect(swap(REF, REF), GNTST_okay, "swap one with itself");
	expect(swap(REF, ~0U), GNTST_bad_gntref, "swap with reference ~0");
	op = map(self, REF + 1, GNTMAP_host_map, place(5));
	expect(swap(REF, REF + 1), GNTST_eagain, "swap an entry in use");
	unmap(op.handle, place(5));
	table[REF + 1].flags = 0;
}

static void others(void)
{
	struct gnttab_cache_flush flush = {
		.offset = 4000, .length = 200, .op = GNTTAB_CACHE_CLEAN,
	};
	struct gnttab_get_status_frames frames = { .dom = DOMID_SELF };
	struct gnttab_unmap_and_replace replace = { .handle = ~0U };
	struct gnttab_transfer transfer = { .mfn = gfn_of(page_alloc()) };

	expect(grant_table_op(GNTTABOP_cache_flush, &flush, 1), -XEN_EINVAL,
	       "flush across the end of a page");
	flush.offset = 0;
	flush.op = GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_SOURCE_GREF;
	check(grant_table_op(GNTTABOP_cache_flush, &flush, 1) < 0,
	      "flush by reference is not there");
	flush.length = 0;
	flush.op = GNTTAB_CACHE_CLEAN;
	expect(grant_table_op(GNTTABOP_cache_flush, &flush, 1), 0,
	       "flush nothing");
	expect(grant_table_op(GNTTABOP_cache_flush, wild_pointer(), 1),
	       -XEN_EFAULT, "flush, wild pointer");
	expect(grant_table_op(GNTTABOP_get_status_frames, &frames, 1), 0,
	       "get_status_frames");
	expect(frames.status, GNTST_okay, "no status frames can be had");
	frames.nr_frames = 1;
	grant_table_op(GNTTABOP_get_status_frames, &frames, 1);
	expect(frames.status, GNTST_general_error,
	       "version 1 has no status frames");
	grant_table_op(GNTTABOP_unmap_and_replace, &replace, 1);
	check(replace.status < 0, "unmap_and_replace, handle ~0");
	transfer.domid = NO_DOMAIN;
	check(grant_table_op(GNTTABOP_transfer, &transfer, 1) ||
	      transfer.status < 0, "no page can be given away");
	check(!touch_faults((void *)(uintptr_t)(transfer.mfn * PAGE_SIZE)),
	      "and it stays where it is");
	expect(grant_table_op(13, &transfer, 1), -XEN_ENOSYS, "operation 13");
	expect(grant_table_op(0xfff, &transfer, 1), -XEN_ENOSYS,
	       "operation fff");
	expect(grant_table_op(0x1000, &transfer, 1), -XEN_EINVAL,
	       "operation 1000");
	expect(grant_table_op(GNTTABOP_map_grant_ref, wild_pointer(), 1),
	       -XEN_EFAULT, "map, wild pointer");
	expect(grant_table_op(GNTTABOP_unmap_grant_ref, wild_pointer(), 1),
	       -XEN_EFAULT, "unmap, wild pointer");
}

static void books(void)
{
	struct xenlet_counters now;

	if (!env->xenlet) {
		report(SKIP, "no pin is left", "this is not xenlet");
		return;
	}
	hypercall(__HYPERVISOR_xenlet_op, XENLET_counters, ARG(&now),
		  sizeof(now), 0, 0);
	expect((long)now.pins, 0, "no pin is left");
}

void test_main(void)
{
	if (!find_self())
		test_abort("our own number can be found", "no port tells it");
	map_table();
	map_normal(place(0));
	sizes();
	versions();
	setup();
	mapping();
	read_only();
	map_errors();
	copying();
	copy_errors();
	batches();
	swapping();
	others();
	books();
}
