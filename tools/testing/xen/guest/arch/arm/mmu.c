// SPDX-License-Identifier: GPL-2.0
/*
 * The map, a GiB for each of its four parts:
 *
 *	0	at its own address: device memory, but for what map_normal()
 *		was asked for
 *	1	at its own address: our memory
 *	2	our memory again, read only
 *	3	our image's 2 MiB block again, and nothing after it
 *
 * Level 1 has blocks of 1 GiB, level 2 of 2 MiB. mmu_build() runs with the
 * MMU off, on one vCPU.
 */
#include "lib/runtime.h"

#define GIB		(1UL << 30)
#define BLOCK		(2UL << 20)
#define MEMORY_AT	(1 * GIB)
#define READONLY_AT	(2 * GIB)
#define CLIFF_AT	(3 * GIB)
#define WILD		(CLIFF_AT + 512 * (1UL << 20))

#define VALID_BLOCK	1ULL
#define TABLE		3ULL
#define NORMAL		((0ULL << 2) | (3ULL << 8) | (1ULL << 10))
#define DEVICE		((1ULL << 2) | (1ULL << 10) | (1ULL << 54) | \
			 (1ULL << 53))
#define READONLY	(1ULL << 7)

uint64_t mmu_root[4] __attribute__((aligned(32)));
static uint64_t low[512] __attribute__((aligned(4096)));
static uint64_t edge[512] __attribute__((aligned(4096)));

void mmu_build(void)
{
	uintptr_t image = (uintptr_t)mmu_root;
	unsigned int i;

	for (i = 0; i < 512; i++)
		low[i] = i * BLOCK | DEVICE | VALID_BLOCK;
	edge[0] = (image & ~(BLOCK - 1)) | NORMAL | VALID_BLOCK;
	mmu_root[0] = (uintptr_t)low | TABLE;
	mmu_root[MEMORY_AT / GIB] = MEMORY_AT | NORMAL | VALID_BLOCK;
	mmu_root[READONLY_AT / GIB] = MEMORY_AT | NORMAL | READONLY |
				      VALID_BLOCK;
	mmu_root[CLIFF_AT / GIB] = (uintptr_t)edge | TABLE;
}

void *wild_pointer(void)
{
	return (void *)WILD;
}

void *readonly_alias(const void *ptr)
{
	return (void *)(READONLY_AT + (uintptr_t)ptr % GIB);
}

void *cliff(size_t size)
{
	return (void *)(CLIFF_AT + BLOCK - size);
}

void map_normal(uint64_t pa)
{
	if (pa >= GIB)
		return;
	low[pa / BLOCK] = (pa & ~(uint64_t)(BLOCK - 1)) | NORMAL | VALID_BLOCK;
	/* dsb; TLBIALLIS */
	asm volatile("dsb ishst\n\tmcr p15, 0, %0, c8, c3, 0\n\t"
		     "dsb ish\n\tisb" :: "r"(0) : "memory");
}
