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
#include <sys/mman.h>

#include <xenlet/arch.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#define MEMORY_SIZE	(16UL << 20)
#define MEMORY_ALIGN	(2UL << 20)

void arch_clear(void *ptr, size_t size)
{
	memset(ptr, 0, size);
}

void panic(const char *fmt, ...)
{
	abort();
}

/*
 * Hand memory to the allocator; the result is for memory_destroy(). Its
 * addresses are ones that a guest can have, too, as dom0 has.
 */
static inline void *memory_create(void)
{
	void *memory = mmap(NULL, MEMORY_SIZE + MEMORY_ALIGN,
			    PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	page_add_region(ROUND_UP((uintptr_t)memory, MEMORY_ALIGN),
			MEMORY_SIZE);
	return memory;
}

static inline void memory_destroy(void *memory)
{
	munmap(memory, MEMORY_SIZE + MEMORY_ALIGN);
}

#endif /* XENLET_MEMORY_H */
