// SPDX-License-Identifier: GPL-2.0
/*
 * The map: everything at its own address, and a few addresses for trouble.
 *
 *	first GiB	device memory, but for what map_normal() was asked for
 *	up to 64 GiB	ordinary memory
 *	64 GiB ...	the GiB of our image again, read only
 *	65 GiB ...	our image's 2 MiB block again, and nothing after it
 *	the rest	nothing
 *
 * Level 1 has blocks of 1 GiB, level 2 of 2 MiB. mmu_build() runs with the
 * MMU off, on one vCPU.
 */
#include "lib/runtime.h"

#define GIB		(1UL << 30)
#define BLOCK		(2UL << 20)
#define READONLY_AT	(64 * GIB)
#define CLIFF_AT	(65 * GIB)
#define WILD		(300 * GIB)

#define VALID_BLOCK	1UL
#define TABLE		3UL
#define NORMAL		((0UL << 2) | (3UL << 8) | (1UL << 10))
#define DEVICE		((1UL << 2) | (1UL << 10) | (1UL << 54) | (1UL << 53))
#define READONLY	(1UL << 7)

uint64_t mmu_root[512] __attribute__((aligned(4096)));
static uint64_t low[512] __attribute__((aligned(4096)));
static uint64_t edge[512] __attribute__((aligned(4096)));

void mmu_build(void)
{
	uint64_t image = (uintptr_t)mmu_root;
	unsigned int i;

	for (i = 0; i < 512; i++)
		low[i] = i * BLOCK | DEVICE | VALID_BLOCK;
	mmu_root[0] = (uintptr_t)low | TABLE;
	for (i = 1; i < 64; i++)
		mmu_root[i] = i * GIB | NORMAL | VALID_BLOCK;
	mmu_root[READONLY_AT / GIB] = (image & ~(GIB - 1)) | NORMAL | READONLY |
				      VALID_BLOCK;
	edge[0] = (image & ~(BLOCK - 1)) | NORMAL | VALID_BLOCK;
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
	low[pa / BLOCK] = (pa & ~(BLOCK - 1)) | NORMAL | VALID_BLOCK;
	asm volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::
		     : "memory");
}
