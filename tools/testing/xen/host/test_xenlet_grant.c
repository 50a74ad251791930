// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's grants: between two domains, entries that change under it, and
 * what is left when one side goes.
 */
#include "ktap.h"
#include "xenlet_abi.h"

#include "abi/grant_entry.c"
#include "abi/grant_map.c"
#define copy grant_copy_bytes
#define swap grant_swap_entries
#define release grant_copy_release
#include "abi/grant_copy.c"
#undef copy
#undef swap
#undef release
#define serve grant_serve
#include "abi/grant_table.c"
#undef serve

#define REF		9
#define GRANTED_GFN	3
#define AT_GFN		200

static struct grant_entry_v1 *entry(unsigned int guest, grant_ref_t ref)
{
	return grant_entry(guests[guest].grants, ref);
}

static void grant_to(domid_t to, u16 flags)
{
	*entry(0, REF) = (struct grant_entry_v1){
		.flags = GTF_permit_access | flags, .domid = to,
		.frame = GRANTED_GFN,
	};
}

static struct gnttab_map_grant_ref map_ref(u32 flags)
{
	struct gnttab_map_grant_ref op = {
		.host_addr = AT_GFN << PAGE_SHIFT, .flags = flags, .ref = REF,
		.dom = 1,
	};

	enter(1, 0);
	grant_table_op(GNTTABOP_map_grant_ref, put(&op, sizeof(op)), 1);
	get(&op, sizeof(op));
	return op;
}

static int unmap_handle(grant_handle_t handle)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = AT_GFN << PAGE_SHIFT, .handle = handle,
	};

	enter(1, 0);
	grant_table_op(GNTTABOP_unmap_grant_ref, put(&op, sizeof(op)), 1);
	get(&op, sizeof(op));
	return op.status;
}

static void test_pins(void)
{
	struct grant_pin a, b;

	grant_to(0, 0);
	ktap_ok(grant_pin(&guests[0], REF, 5, false, &a) == GNTST_general_error,
		"a grant is for one domain");
	ktap_ok(grant_pin(&guests[0], REF, 0, false, &a) == GNTST_okay,
		"which may pin it");
	ktap_ok(a.data == guest_ptr(&guests[0], GRANTED_GFN << PAGE_SHIFT),
		"the pin is of that frame");
	ktap_ok(entry(0, REF)->flags == (GTF_permit_access | GTF_reading),
		"the guest sees that it is read");
	/* The guest plays foul while it is pinned. */
	entry(0, REF)->frame = GRANTED_GFN + 1;
	entry(0, REF)->domid = 7;
	ktap_ok(grant_pin(&guests[0], REF, 0, true, &b) == GNTST_okay &&
		b.data == a.data, "a second pin is of the same frame");
	ktap_ok(grant_pin_count(&guests[0]) == 2, "pins are counted");
	grant_unpin(&b);
	ktap_ok(entry(0, REF)->flags == (GTF_permit_access | GTF_reading),
		"the writer's mark goes with the writer");
	grant_unpin(&a);
	grant_unpin(&a);
	ktap_ok(entry(0, REF)->flags == GTF_permit_access &&
		!grant_pin_count(&guests[0]), "unpinning twice is harmless");
	ktap_ok(grant_pin(&guests[0], 512, 0, false, &a) == GNTST_bad_gntref,
		"beyond the table is no reference");
	entry(0, REF)->flags = GTF_accept_transfer;
	ktap_ok(grant_pin(&guests[0], REF, 7, false, &a) == GNTST_general_error,
		"a transfer entry gives no access");
}

static void test_refused_marks(void)
{
	struct grant_pin pin;

	grant_to(0, GTF_readonly);
	ktap_ok(grant_pin(&guests[0], REF, 0, true, &pin) ==
		GNTST_general_error && entry(0, REF)->flags ==
		(GTF_permit_access | GTF_readonly),
		"a refused writer leaves no mark");
	grant_to(0, 0);
	entry(0, REF)->frame = 9999;
	ktap_ok(grant_pin(&guests[0], REF, 0, true, &pin) == GNTST_bad_page &&
		entry(0, REF)->flags == GTF_permit_access,
		"nor does a frame that is not there");
	entry(0, REF)->frame = ~0U;
	ktap_ok(grant_pin(&guests[0], REF, 0, true, &pin) == GNTST_bad_page,
		"nor frame ~0");
}

static void test_map(void)
{
	struct gnttab_map_grant_ref op, again;
	struct page *page;

	page = page_from_paddr(p2m_lookup(&guests[0], GRANTED_GFN).pa);
	grant_to(2, 0);
	op = map_ref(GNTMAP_host_map);
	ktap_ok(op.status == GNTST_okay, "the other domain maps");
	ktap_ok(p2m_lookup(&guests[1], AT_GFN).type == P2M_GRANT_RW &&
		p2m_lookup(&guests[1], AT_GFN).pa == page_to_paddr(page),
		"it has the frame, writable");
	ktap_ok(page->refs == 3, "owner, pin and mapping hold it");
	again = map_ref(GNTMAP_host_map | GNTMAP_readonly);
	ktap_ok(again.status == GNTST_okay && page->refs == 3,
		"a mapping that replaces another holds it once");
	ktap_ok(!guest_frame_get(&guests[1], AT_GFN, false),
		"what is mapped by grant cannot be granted on");
	ktap_ok(unmap_handle(op.handle) == GNTST_general_error &&
		entry(0, REF)->flags & GTF_writing,
		"a writable handle is not for a read-only mapping");
	ktap_ok(unmap_handle(again.handle) == GNTST_okay, "its own unmaps it");
	ktap_ok(unmap_handle(op.handle) == GNTST_general_error,
		"the other finds nothing");
	ktap_ok(unmap_handle(77) == GNTST_bad_handle &&
		unmap_handle(~0U) == GNTST_bad_handle, "bad handles are known");
	ktap_ok(page->refs == 2 && grant_pin_count(&guests[0]) == 1,
		"the lost mapping's pin stays with its handle");
	mappings_destroy(&guests[1]);
	guests[1].grants->free = NO_HANDLE;
	ktap_ok(page->refs == 1 && !grant_pin_count(&guests[0]),
		"until its domain goes");
}

static void test_copy_between(void)
{
	struct gnttab_copy op = {
		.source = { .u.ref = REF, .domid = 1, .offset = 4090 },
		.dest = { .u.gmfn = 4, .domid = DOMID_SELF, .offset = 10 },
		.len = 6, .flags = GNTCOPY_source_gref,
	};

	grant_to(2, GTF_readonly);
	memcpy((char *)guest_ptr(&guests[0], GRANTED_GFN << PAGE_SHIFT) + 4090,
	       "abcdef", 6);
	enter(1, 0);
	grant_table_op(GNTTABOP_copy, put(&op, sizeof(op)), 1);
	get(&op, sizeof(op));
	ktap_ok(op.status == GNTST_okay &&
		!memcmp(guest_ptr(&guests[1], 4 * PAGE_SIZE + 10), "abcdef", 6),
		"a copy crosses over");
	op.len = 7;
	grant_table_op(GNTTABOP_copy, put(&op, sizeof(op)), 1);
	get(&op, sizeof(op));
	ktap_ok(op.status == GNTST_bad_copy_arg,
		"a copy beyond the page is refused");
	op.flags |= GNTCOPY_dest_gref;
	op.dest.u.ref = 700;
	op.dest.domid = 1;
	grant_table_op(GNTTABOP_copy, put(&op, sizeof(op)), 1);
	get(&op, sizeof(op));
	ktap_ok(op.status == GNTST_bad_gntref && !grant_pin_count(&guests[0]),
		"a bad destination lets go of the source");
}

static void test_batch(void)
{
	struct gnttab_swap_grant_ref ops[70] = { 0 };
	unsigned int i;

	enter(0, 0);
	for (i = 0; i < 70; i++)
		ops[i].status = 99;
	copy_to_guest(0x1000, ops, sizeof(ops));
	ktap_ok(grant_table_op(GNTTABOP_swap_grant_ref, 0x1000, 70) == 64,
		"a long array is served in parts");
	copy_from_guest(ops, 0x1000, sizeof(ops));
	ktap_ok(ops[63].status == GNTST_okay && ops[64].status == 99,
		"the part that was said");
	ktap_ok(grant_table_op(GNTTABOP_swap_grant_ref, NOWHERE, 1) ==
		-XEN_EFAULT, "an array that is nowhere");
	ktap_ok(grant_table_op(GNTTABOP_query_size, 0x1000, 2) == -XEN_EINVAL,
		"a single operation comes alone");
}

/* The owner dies first: the mapper keeps the frame, and gives it back. */
static void test_owner_dies(void)
{
	struct gnttab_map_grant_ref op;
	u64 free_before;

	grant_to(2, 0);
	op = map_ref(GNTMAP_host_map);
	ktap_ok(op.status == GNTST_okay, "a mapping when its owner dies");
	event_destroy(&guests[0]);
	grant_destroy(&guests[0]);
	abi_domain_destroy(&guests[0]);
	p2m_destroy(&guests[0]);
	ktap_ok(!guests[0].pages, "no frame stays charged to the dead");
	ktap_ok(guest_ptr(&guests[1], AT_GFN << PAGE_SHIFT),
		"the mapping is still there");
	free_before = page_free_count();
	ktap_ok(unmap_handle(op.handle) == GNTST_okay, "it can be unmapped");
	ktap_ok(page_free_count() == free_before + 1,
		"which frees the last frame");
}

int main(void)
{
	u64 before = frames_before();
	unsigned int i;

	for (i = 0; i < 2; i++) {
		create_guest(i);
		if (grant_init(&guests[i]))
			abort();
	}
	ktap_ok(!grant_preset(&guests[0], GNTTAB_RESERVED_XENSTORE, 0, 5) &&
		entry(0, GNTTAB_RESERVED_XENSTORE)->frame == 5,
		"an entry is there before the guest runs");
	ktap_ok(!grant_table_frame(&guests[0], GRANT_MAX_FRAMES),
		"no frame beyond the limit");
	test_pins();
	test_refused_marks();
	test_map();
	test_copy_between();
	test_batch();
	test_owner_dies();
	grant_destroy(&guests[1]);
	destroy_guest(1);
	ktap_ok(page_free_count() == before, "every frame came back");
	ktap_ok(!heap_used(), "and all of the heap");
	memory_destroy(ram);
	return ktap_done();
}
