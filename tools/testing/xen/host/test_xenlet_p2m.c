// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's stage 2 tables: what they say, what they hold on to, and that a
 * frame is let go only after the TLBs forgot it.
 */
#include "ktap.h"
#include "xenlet_memory.h"

#include "page.c"
#include "heap.c"
#include "p2m.c"

static struct domain d = { .domid = 1 };
static struct page *watched;
static unsigned int flushes, full_flushes;
static bool early_release;

void arch_p2m_publish(void)
{
}

void arch_p2m_flush(u64 vttbr, gpa_t gpa)
{
	flushes++;
	full_flushes += gpa == ~0ULL;
	if (watched && !watched->refs)
		early_release = true;
}

static struct page *frame(unsigned int order)
{
	return page_alloc(&d, order);
}

static int map(gfn_t gfn, struct page *page, unsigned int order,
	       enum p2m_type type)
{
	return p2m_map(&d, gfn, page_to_paddr(page), order, type);
}

static void test_map(void)
{
	struct page *a = frame(0), *b = frame(0);
	struct p2m_entry e;

	ktap_ok(p2m_lookup(&d, 5).type == P2M_NONE, "nothing is mapped");
	ktap_ok(p2m_unmap(&d, 5) == -XEN_ENOENT, "nothing can be unmapped");
	ktap_ok(!map(5, a, 0, P2M_RAM_RW), "a frame is mapped");
	ktap_ok(!flushes, "a new mapping needs no flush");
	e = p2m_lookup(&d, 5);
	ktap_ok(e.type == P2M_RAM_RW && e.pa == page_to_paddr(a) && !e.order,
		"and found with its type");
	ktap_ok(p2m_lookup(&d, 4).type == P2M_NONE &&
		p2m_lookup(&d, 6).type == P2M_NONE, "its neighbours are not");

	watched = a;
	page_get(b);
	ktap_ok(!map(5, b, 0, P2M_GRANT_RO), "another frame replaces it");
	ktap_ok(flushes && !early_release,
		"the old one was let go after a flush");
	ktap_ok(!a->refs && b->refs == 2, "references moved with the mapping");
	ktap_ok(p2m_lookup(&d, 5).type == P2M_GRANT_RO, "the type is new");
	flushes = 0;
	watched = b;
	page_put(b);
	ktap_ok(!p2m_unmap(&d, 5), "it is unmapped");
	ktap_ok(flushes && !early_release && !b->refs,
		"after a flush the last reference goes");
	watched = NULL;
	ktap_ok(p2m_max_gfn(&d) == 5, "the highest gfn is remembered");
}

static void test_range(void)
{
	struct page *a = frame(0);
	u64 pa = page_to_paddr(a);

	ktap_ok(p2m_map(&d, P2M_GFN_LIMIT, pa, 0, P2M_RAM_RW) == -XEN_EINVAL,
		"a gfn beyond 40 bits is refused");
	ktap_ok(p2m_map(&d, P2M_GFN_LIMIT - 1, pa, 1, P2M_RAM_RW) ==
		-XEN_EINVAL, "a range that leaves them is refused");
	ktap_ok(p2m_map(&d, ~0ULL, pa, 0, P2M_RAM_RW) == -XEN_EINVAL,
		"the largest gfn is refused");
	ktap_ok(p2m_map(&d, 0, pa, 64, P2M_RAM_RW) == -XEN_EINVAL,
		"an absurd order is refused");
	ktap_ok(p2m_lookup(&d, ~0ULL).type == P2M_NONE,
		"looking there finds nothing");
	ktap_ok(p2m_unmap(&d, P2M_GFN_LIMIT) == -XEN_ENOENT,
		"unmapping there, too");
	ktap_ok(!p2m_map(&d, P2M_GFN_LIMIT - 1, pa, 0, P2M_RAM_RW),
		"the last gfn can be mapped");
	p2m_unmap(&d, P2M_GFN_LIMIT - 1);
}

/* One frame for each 2 MiB, gone again at once, leaves a table each time. */
static void test_tables(void)
{
	u64 before = page_free_count(), gfn;
	int ret = 0;

	for (gfn = 0; !ret && gfn < 2000 * 512; gfn += 512) {
		struct page *page = frame(0);

		ret = map(gfn, page, 0, P2M_RAM_RW);
		if (ret)
			page_put(page);
		else
			p2m_unmap(&d, gfn);
	}
	ktap_ok(ret == -XEN_ENOMEM, "empty tables are bounded");
	ktap_ok(before - page_free_count() <= TABLES_LEAST,
		"at what a domain may have");
	p2m_destroy(&d);
	ktap_ok(!p2m_init(&d) && !d.p2m->tables, "and go with the domain");
}

static void test_block(void)
{
	u64 before = page_free_count();
	struct page *block = frame(9);
	struct p2m_entry e;
	unsigned int i;
	bool same = true;

	ktap_ok(!map(0x40000, block, 9, P2M_RAM_RW), "2 MiB are mapped");
	e = p2m_lookup(&d, 0x40000 + 511);
	ktap_ok(e.order == 9 && e.pa == page_to_paddr(&block[511]),
		"as a block, and any frame of it is found");
	ktap_ok(!p2m_unmap(&d, 0x40000 + 3), "one frame of it goes");
	ktap_ok(!block[3].refs, "and is free");
	for (i = 0; i < 512; i++) {
		e = p2m_lookup(&d, 0x40000 + i);
		same &= i == 3 ? e.type == P2M_NONE :
			e.type == P2M_RAM_RW && !e.order &&
			e.pa == page_to_paddr(&block[i]);
	}
	ktap_ok(same, "the others stay where they were");
	full_flushes = 0;
	ktap_ok(!map(0x40000, frame(9), 9, P2M_RAM_RW),
		"a block replaces a table");
	ktap_ok(full_flushes, "all that the table translated is flushed");
	for (i = 0; i < 512; i++)
		same &= !block[i].refs || block[i].owner;
	for (i = 0; i < 512; i++)
		p2m_unmap(&d, 0x40000 + i);
	ktap_ok(before - page_free_count() < 4, "all of both is back");
}

static void test_unaligned(void)
{
	struct page *block = frame(4);
	bool right = true;
	unsigned int i;

	ktap_ok(!map(0x401f9, block, 4, P2M_RAM_RO),
		"a block that crosses tables is mapped");
	for (i = 0; i < 16; i++)
		right &= p2m_lookup(&d, 0x401f9 + i).pa ==
			page_to_paddr(&block[i]);
	ktap_ok(right, "frame by frame");
	for (i = 0; i < 16; i++)
		p2m_unmap(&d, 0x401f9 + i);
	ktap_ok(!p2m_map(&d, 0x50000, 0x8040000, 9, P2M_MMIO) &&
		!p2m_unmap(&d, 0x50001), "device memory holds no frames");
}

/* No memory for tables: nothing may have changed. */
static void test_memory(void)
{
	struct page *a = frame(0), *b = frame(9), *list = NULL, *page;

	map(0x80000, b, 9, P2M_RAM_RW);
	while ((page = page_alloc(NULL, 0))) {
		*(struct page **)page_to_ptr(page) = list;
		list = page;
	}
	ktap_ok(map(0x4000000, a, 0, P2M_RAM_RW) == -XEN_ENOMEM,
		"without memory for tables a mapping fails");
	ktap_ok(p2m_lookup(&d, 0x4000000).type == P2M_NONE && a->refs == 1,
		"and has no effect");
	ktap_ok(p2m_unmap(&d, 0x80000) == -XEN_ENOMEM &&
		p2m_lookup(&d, 0x80000).order == 9,
		"nor has a split that fails");
	while (list) {
		page = list;
		list = *(struct page **)page_to_ptr(page);
		page_put(page);
	}
	page_put(a);
}

static void test_attributes(void)
{
	u64 rw = pte_make(0x1000, 3, P2M_RAM_RW);
	u64 ro = pte_make(0x1000, 3, P2M_GRANT_RO);
	u64 io = pte_make(0x1000, 3, P2M_MMIO);

	ktap_ok((rw & PTE_WRITE) && !(rw & PTE_XN),
		"RAM is writable and executable");
	ktap_ok(!(ro & PTE_WRITE) && (ro & PTE_READ) && (ro & PTE_XN),
		"a read-only grant is neither");
	ktap_ok(!(pte_make(0x1000, 3, P2M_RAM_RO) & PTE_WRITE),
		"read-only RAM is not writable");
	ktap_ok((io & PTE_XN) && (io & (0xfUL << 2)) == PTE_DEVICE,
		"devices are device memory and do not execute");
	ktap_ok((pte_make(0x1000, 3, P2M_SHARED_RW) & (PTE_XN | PTE_WRITE)) ==
		(PTE_XN | PTE_WRITE), "shared frames do not execute");
}

int main(void)
{
	void *memory = memory_create();
	u64 before = page_free_count();

	ktap_ok(!p2m_init(&d) && flushes == 1,
		"tables are made, and the last user of their VMID forgotten");
	test_tables();
	flushes = 0;
	test_map();
	test_range();
	test_block();
	test_unaligned();
	test_attributes();
	test_memory();
	ktap_ok(!p2m_destroy_some(&d, 1), "tearing down is done in steps");
	p2m_destroy(&d);
	ktap_ok(!d.pages, "no frame stays charged");
	ktap_ok(page_free_count() == before, "and none is lost");
	ktap_ok(p2m_destroy_some(&d, 1), "a second time does nothing");
	memory_destroy(memory);
	return ktap_done();
}
