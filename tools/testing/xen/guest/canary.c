// SPDX-License-Identifier: GPL-2.0
/*
 * The canary: does the test environment itself work? If this one fails, no
 * other verdict means anything.
 */
#include "test.h"

#include <xen/version.h>

static void memory_is_ours(void)
{
	volatile uint64_t *page = page_alloc();

	page[0] = 0x123456789abcdef0ULL;
	page[511] = 1;
	check(page[0] == 0x123456789abcdef0ULL && page[511] == 1,
	      "memory keeps what is written");
	check(*(volatile uint64_t *)readonly_alias((const void *)page) ==
	      page[0], "the read-only alias shows the same memory");
}

static void faults_are_caught(void)
{
	check(touch_faults(wild_pointer()), "a wild pointer faults here too");
	check(!touch_faults(cliff(1)), "the cliff's last byte is there");
	check(touch_faults((char *)cliff(1) + 1), "after the cliff is nothing");
}

static void time_passes(void)
{
	uint64_t start = now_ns(), later;
	volatile unsigned int i;

	for (i = 0; i < 100000; i++)
		;
	later = now_ns();
	check(later > start, "time passes");
}

void test_main(void)
{
	check(env->fdt, "there is a device tree");
	check(env->ram_size >= 16UL << 20, "the tree names our memory");
	check(env->grant_size >= PAGE_SIZE, "the tree names a grant region");
	check(env->upcall_irq >= 16 && env->upcall_irq < 32,
	      "the upcall is a private interrupt");
	memory_is_ours();
	faults_are_caught();
	time_passes();
	check(fp_features(), "the floating point unit says what it has");
	check(version_op(XENVER_version, NULL) > 0,
	      "the hypervisor answers a hypercall");
}
