// SPDX-License-Identifier: GPL-2.0
/*
 * Start, environment and end of a micro-guest.
 *
 * Owns the environment and the pages that tests take. vCPU 0 only.
 */
#include "lib/runtime.h"

#include <xen/features.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/version.h>

#define PAGES		128
#define PSCI_SYSTEM_OFF	0x84000008

static struct environment environment;
const struct environment *const env = &environment;

static char pages[PAGES][PAGE_SIZE] __attribute__((aligned(4096)));

void *page_alloc(void)
{
	static unsigned int used;

	if (used == PAGES)
		test_abort("runtime", "out of pages");
	return pages[used++];
}

void power_off(void)
{
	struct sched_shutdown op = { .reason = SHUTDOWN_poweroff };

	sched_op(SCHEDOP_shutdown, &op);
	psci(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		cpu_wait();
}

struct shared_info *shared_info_map(void)
{
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info,
	};
	static struct shared_info *info;
	long ret;

	if (info)
		return info;
	op.gpfn = (env->grant_base + env->grant_size) / PAGE_SIZE - 1;
	ret = memory_op(XENMEM_add_to_physmap, &op);
	if (ret)
		test_abort("shared info can be mapped", "%ld", ret);
	info = (struct shared_info *)(uintptr_t)(op.gpfn * PAGE_SIZE);
	map_normal(op.gpfn * PAGE_SIZE);
	return info;
}

static bool is_privileged(void)
{
	xen_feature_info_t info = { 0 };

	return !version_op(XENVER_get_features, &info) &&
	       info.submap & 1U << XENFEAT_dom0;
}

void guest_main(const void *fdt)
{
	environment.fdt = fdt;
	fdt_read(fdt, &environment);
	report_start(&environment);
	environment.privileged = is_privileged();
	if (!environment.grant_size)
		test_abort("device tree", "no grant region in it");
	map_normal(environment.grant_base);
	test_main();
	report_line("done");
	power_off();
}
