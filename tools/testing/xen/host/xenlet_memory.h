/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What xenlet's page.c, heap.c and p2m.c ask of the instruction set, and
 * memory for them to manage.
 */
#ifndef XENLET_MEMORY_H
#define XENLET_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xenlet/arch.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#define MEMORY_SIZE	(16UL << 20)

void arch_clear(void *ptr, size_t size)
{
	memset(ptr, 0, size);
}

void panic(const char *fmt, ...)
{
	abort();
}

/* Hand memory to the allocator; the result is for free(). */
static inline void *memory_create(void)
{
	void *memory = aligned_alloc(2UL << 20, MEMORY_SIZE);

	page_add_region((uintptr_t)memory, MEMORY_SIZE);
	return memory;
}

#endif /* XENLET_MEMORY_H */
