// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's page allocator and heap, over a piece of this machine's memory.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "xenlet_memory.h"

#include "page.c"
#include "heap.c"

#define BLOCKS	64

static struct domain owner;

static void test_alloc(void)
{
	u64 before = page_free_count();
	struct page *page = page_alloc(&owner, 0);
	struct page *block;
	unsigned int i;

	ktap_ok(page && page->refs == 1, "a frame starts with one reference");
	ktap_ok(owner.pages == 1, "the owner is charged");
	ktap_ok(page_free_count() == before - 1, "one frame fewer is free");
	ktap_ok(page_from_paddr(page_to_paddr(page) + 4095) == page,
		"any address in a frame leads to it");
	memset(page_to_ptr(page), 0xff, PAGE_SIZE);
	page_get(page);
	page_put(page);
	ktap_ok(owner.pages == 1, "a frame with a reference left stays");
	page_put(page);
	ktap_ok(!owner.pages && page_free_count() == before,
		"the last reference frees and uncharges");

	block = page_alloc(&owner, 9);
	ktap_ok(block && !(page_to_paddr(block) & ((PAGE_SIZE << 9) - 1)),
		"2 MiB are aligned to 2 MiB");
	ktap_ok(!memchr(page_to_ptr(block), 0xff, PAGE_SIZE << 9),
		"memory comes zeroed");
	for (i = 0; i < 512; i += 2)
		page_put(&block[i]);
	for (i = 1; i < 512; i += 2)
		page_put(&block[i]);
	block = page_alloc(NULL, 9);
	ktap_ok(block, "a block freed frame by frame merges again");
	for (i = 0; i < 512; i++)
		page_put(&block[i]);
	ktap_ok(page_free_count() == before, "all frames are back");
}

static void test_limits(void)
{
	u64 before = page_free_count();
	struct page *list = NULL, *page;
	u64 count = 0;

	ktap_ok(!page_alloc(NULL, 19), "an order out of range is refused");
	ktap_ok(!page_from_paddr(0x1000), "an address outside is no frame");
	while ((page = page_alloc(NULL, 0))) {
		*(struct page **)page_to_ptr(page) = list;
		list = page;
		count++;
	}
	ktap_ok(count == before, "every free frame can be had");
	ktap_ok(!heap_alloc(64), "the heap fails when memory is gone");
	while (list) {
		page = list;
		list = *(struct page **)page_to_ptr(page);
		page_put(page);
	}
	ktap_ok(page_free_count() == before, "and all come back");
}

/* Blocks of random orders, each filled with its number. */
static void test_random(void)
{
	static struct { struct page *page; unsigned int order; } at[BLOCKS];
	u64 before = page_free_count();
	bool intact = true;
	unsigned int i, n;
	u64 f;

	srand(1);
	for (n = 0; n < 4000; n++) {
		i = rand() % BLOCKS;
		if (!at[i].page) {
			at[i].order = rand() % 6;
			at[i].page = page_alloc(NULL, at[i].order);
			if (at[i].page)
				memset(page_to_ptr(at[i].page), i,
				       PAGE_SIZE << at[i].order);
			continue;
		}
		for (f = 0; f < PAGE_SIZE << at[i].order; f++)
			intact &= ((u8 *)page_to_ptr(at[i].page))[f] == i;
		for (f = 0; f < 1ULL << at[i].order; f++)
			page_put(&at[i].page[f]);
		at[i].page = NULL;
	}
	for (i = 0; i < BLOCKS; i++)
		for (f = 0; at[i].page && f < 1ULL << at[i].order; f++)
			page_put(&at[i].page[f]);
	ktap_ok(intact, "no two blocks overlap, over 4000 random steps");
	ktap_ok(page_free_count() == before, "none is lost over them");
}

static void test_heap(void)
{
	static const size_t sizes[] = { 1, 16, 17, 100, 1009, 2016, 2017,
					4096, 10000 };
	u64 before = page_free_count(), used = heap_used();
	void *object[ARRAY_SIZE(sizes)][8];
	bool zeroed = true;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (n = 0; n < 8; n++) {
			object[i][n] = heap_alloc(sizes[i]);
			for (size_t b = 0; b < sizes[i]; b++)
				zeroed &= !((u8 *)object[i][n])[b];
			memset(object[i][n], 0xaa, sizes[i]);
		}
	}
	ktap_ok(zeroed, "objects come zeroed and apart");
	ktap_ok(heap_used() > used, "use is counted");
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (n = 0; n < 8; n++)
			heap_free(object[i][n]);
	ktap_ok(page_free_count() == before, "empty slabs give frames back");
	ktap_ok(heap_used() == used, "nothing counts as used");
	heap_free(NULL);
	ktap_ok(!heap_alloc((1UL << 30) + 1), "an absurd size is refused");
	object[0][0] = heap_alloc(64);
	memset(object[0][0], 0xaa, 64);
	heap_free(object[0][0]);
	object[0][1] = heap_alloc(64);
	ktap_ok(!memchr(object[0][1], 0xaa, 64), "a reused object is zeroed");
	heap_free(object[0][1]);
}

int main(void)
{
	void *memory = memory_create();

	test_alloc();
	test_limits();
	test_random();
	test_heap();
	memory_destroy(memory);
	return ktap_done();
}
