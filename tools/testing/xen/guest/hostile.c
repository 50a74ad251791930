// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that means no good: every number with nonsense, pointers to where
 * no pointer should point, counts without end, and memory that goes away
 * while the hypervisor reads it. What is shown each time is an error number,
 * and at the end that the hypervisor still works.
 */
#include "event.h"

#include <arch.h>

#include <xen/domctl.h>
#include <xen/grant_table.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/memory.h>
#include <xen/platform.h>
#include <xen/sched.h>
#include <xen/sysctl.h>
#include <xen/version.h>

#include "../../../../include/xen/interface/xenlet.h"
#include "../xenlet/include/xenlet/keeper_op.h"

static void all_numbers(void)
{
	unsigned long all = ~0UL, wild = ARG(wild_pointer());
	char name[48];
	unsigned int nr;
	long ret;

	for (nr = 0; nr < 64; nr++) {
		ret = hypercall(nr, all, all, all, all, all);
		snprintf(name, sizeof(name), "number %u, all bits set", nr);
		report(ret < 0 ? PASS : FAIL, name, "%ld is no error", ret);
		/* An operation that is 0 in 32 bits may do what 0 does. */
		if (nr == __HYPERVISOR_sched_op ||
		    nr == __HYPERVISOR_xen_version ||
		    nr == __HYPERVISOR_memory_op)
			continue;
		ret = hypercall(nr, wild, wild, wild, wild, wild);
		snprintf(name, sizeof(name), "number %u, wild pointers", nr);
		report(ret <= 0 ? PASS : FAIL, name, "%ld is no error", ret);
	}
	expect(hypercall(64, 0, 0, 0, 0, 0), -XEN_ENOSYS, "number 64");
	expect(hypercall(1000, 0, 0, 0, 0, 0), -XEN_ENOSYS, "number 1000");
	expect(hypercall(1UL << 31, 0, 0, 0, 0, 0), -XEN_ENOSYS,
	       "number 2 to the 31st");
	expect(hypercall(~0UL, 0, 0, 0, 0, 0), -XEN_ENOSYS, "number ~0");
}

static long toolstack_call(unsigned int nr, uint32_t version)
{
	static uint32_t op[256];

	op[0] = 1;
	op[1] = version;
	return hypercall(nr, ARG(op), 0, 0, 0, 0);
}

static void toolstack_calls(void)
{
	static const struct {
		unsigned int nr;
		uint32_t version;
		const char *name;
	} calls[] = {
		{ __HYPERVISOR_domctl, XEN_DOMCTL_INTERFACE_VERSION, "domctl" },
		{ __HYPERVISOR_sysctl, XEN_SYSCTL_INTERFACE_VERSION, "sysctl" },
		{ __HYPERVISOR_platform_op, XENPF_INTERFACE_VERSION,
		  "platform_op" },
	};
	char name[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		snprintf(name, sizeof(name), "%s of another version",
			 calls[i].name);
		expect(toolstack_call(calls[i].nr, 0), -XEN_EACCES, name);
		snprintf(name, sizeof(name), "%s is not for us",
			 calls[i].name);
		if (env->privileged)
			report(SKIP, name, "this is dom0");
		else
			check(toolstack_call(calls[i].nr, calls[i].version) < 0,
			      name);
		snprintf(name, sizeof(name), "%s, wild pointer",
			 calls[i].name);
		expect(hypercall(calls[i].nr, ARG(wild_pointer()), 0, 0, 0, 0),
		       -XEN_EFAULT, name);
	}
}

/* xenlet's own, which only the program in dom0 that keeps a store may use. */
static void keeper_calls(void)
{
	static const struct {
		unsigned int cmd;
		const char *name;
	} calls[] = {
		{ XENLET_report_for, "a report for another is not for us" },
		{ XENLET_request, "nor is what the harness wants" },
	};
	static char text[XENLET_REQUEST_MAX];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (env->privileged)
			report(SKIP, calls[i].name, "this is dom0");
		else
			expect(hypercall(__HYPERVISOR_xenlet_op, calls[i].cmd,
					 ARG(text), sizeof(text), 0, 0),
			       -XEN_EPERM, calls[i].name);
	}
}

static void odd_pointers(void)
{
	static const struct {
		unsigned long at;
		const char *name;
	} beyond[] = ARCH_BEYOND_TABLES;
	char *pages = page_alloc();
	char *next = page_alloc();
	void *emulated = (void *)(uintptr_t)env->gicd;
	void *passed = (void *)(uintptr_t)env->gicc;
	unsigned int i;

	if (passed) {
		expect(version_op(XENVER_extraversion, emulated), -XEN_EFAULT,
		       "a pointer to an emulated device");
		expect(version_op(XENVER_extraversion, passed), -XEN_EFAULT,
		       "a pointer to a device that is mapped");
		expect(event_channel_op(EVTCHNOP_send, passed), -XEN_EFAULT,
		       "an argument in a device's registers");
	} else {
		report(SKIP, "a pointer to a device", "none is known");
	}
	expect(version_op(XENVER_extraversion, NULL), -XEN_EFAULT,
	       "a null pointer");
	expect(version_op(XENVER_extraversion, (void *)~0UL), -XEN_EFAULT,
	       "the last address");
	for (i = 0; i < ARRAY_SIZE(beyond); i++)
		expect(version_op(XENVER_extraversion, (void *)beyond[i].at),
		       -XEN_EFAULT, beyond[i].name);
	if (next != pages + PAGE_SIZE) {
		report(ERROR, "a pointer across two pages",
		       "the pages are not neighbours");
		return;
	}
	expect(version_op(XENVER_extraversion, next - 3), 0,
	       "a pointer across two pages");
	check(memcmp(next - 3, next + 13, 1) || next[-3],
	      "what is across is there");
}

static void endless_counts(void)
{
	struct gnttab_copy *copies = cliff(sizeof(*copies));
	struct xen_memory_reservation memory = {
		.nr_extents = ~0ULL, .domid = DOMID_SELF,
	};
	struct xen_add_to_physmap_batch batch = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info,
		.size = 0xffff,
	};
	struct sched_poll poll = { .nr_ports = 128 };

	memset(copies, 0, sizeof(*copies));
	expect(grant_table_op(GNTTABOP_copy, copies, 0x7fffffff), -XEN_EFAULT,
	       "two billion copies");
	expect(grant_table_op(GNTTABOP_map_grant_ref, wild_pointer(),
			      0x7fffffff), -XEN_EFAULT, "two billion maps");
	expect(hypercall(__HYPERVISOR_multicall, ARG(wild_pointer()), ~0U, 0, 0,
			 0), -XEN_EFAULT, "four billion calls");
	memory.extent_start.p = wild_pointer();
	expect(memory_op(XENMEM_populate_physmap, &memory), 0,
	       "all the memory there is");
	batch.idxs.p = wild_pointer();
	batch.gpfns.p = wild_pointer();
	batch.errs.p = wild_pointer();
	expect(memory_op(XENMEM_add_to_physmap_batch, &batch), -XEN_EFAULT,
	       "a batch as large as they get");
	poll.ports.p = wild_pointer();
	expect(sched_op(SCHEDOP_poll, &poll), -XEN_EFAULT,
	       "all the ports that poll takes");
	expect(hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, 1U << 30,
			 ARG(wild_pointer()), 0, 0), -XEN_EFAULT,
	       "a gibibyte for the console");
}

static long foreign(long ret, const char *name)
{
	/* Without a domain 0 there is nobody to be protected. */
	expect_one_of(ret, -XEN_EPERM, -XEN_ESRCH, name);
	return ret;
}

static void foreign_grants(void)
{
	struct gnttab_setup_table setup = { .dom = 0, .nr_frames = 1 };
	struct gnttab_query_size size = { .dom = 0 };
	struct gnttab_get_version version = { .dom = 0 };
	struct gnttab_map_grant_ref map = {
		.host_addr = env->grant_base + 64 * PAGE_SIZE,
		.flags = GNTMAP_host_map, .ref = 5, .dom = 0,
	};

	setup.frame_list.p = page_alloc();
	grant_table_op(GNTTABOP_setup_table, &setup, 1);
	check(setup.status == GNTST_permission_denied ||
	      setup.status == GNTST_bad_domain,
	      "setup_table of domain 0");
	grant_table_op(GNTTABOP_query_size, &size, 1);
	check(size.status == GNTST_permission_denied ||
	      size.status == GNTST_bad_domain, "query_size of domain 0");
	foreign(grant_table_op(GNTTABOP_get_version, &version, 1),
		"get_version of domain 0");
	grant_table_op(GNTTABOP_map_grant_ref, &map, 1);
	check(map.status < 0, "map what domain 0 did not grant");
}

/* Each call that names a domain, with one that is not ours. */
static void other_domains(void)
{
	struct xen_hvm_param param = { .domid = 0, .index = 1 };
	struct xen_add_to_physmap add = {
		.domid = 0, .space = XENMAPSPACE_shared_info,
		.gpfn = env->grant_base / PAGE_SIZE + 64,
	};
	struct xen_remove_from_physmap gone = { .domid = 0, .gpfn = 0x40000 };
	struct xen_memory_reservation memory = { .nr_extents = 1, .domid = 0 };
	struct evtchn_reset reset = { .dom = 0 };
	struct evtchn_status port;
	xen_pfn_t gfn = 0x40000;

	if (env->privileged) {
		report(SKIP, "calls on domain 0", "this is dom0");
		return;
	}
	foreign(hvm_op(HVMOP_get_param, &param), "get_param of domain 0");
	foreign(hvm_op(HVMOP_set_param, &param), "set_param of domain 0");
	foreign(memory_op(XENMEM_add_to_physmap, &add),
		"add_to_physmap of domain 0");
	foreign(memory_op(XENMEM_remove_from_physmap, &gone),
		"remove_from_physmap of domain 0");
	memory.extent_start.p = &gfn;
	expect(memory_op(XENMEM_decrease_reservation, &memory), 0,
	       "take memory from domain 0");
	foreign(event_channel_op(EVTCHNOP_reset, &reset), "reset of domain 0");
	check(status(0, 1, &port) < 0, "status of a port of domain 0");
	foreign_grants();
}

/* Continuations number what was done: a guest can make the numbers up. */
static void forged_continuations(void)
{
	xen_pfn_t gfn = gfn_of(page_alloc());
	struct xen_memory_reservation op = {
		.nr_extents = 1, .domid = DOMID_SELF,
	};
	struct xen_add_to_physmap_batch batch = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info,
		.size = 1,
	};
	long ret;

	op.extent_start.p = &gfn;
	expect(memory_op(XENMEM_decrease_reservation | 5 << 6, &op), 5,
	       "going on behind the end of a list");
	check(!touch_faults((void *)(uintptr_t)(gfn * PAGE_SIZE)),
	      "does nothing");
	expect(memory_op(XENMEM_add_to_physmap_batch | 5 << 6, &batch),
	       -XEN_EILSEQ, "going on behind the end of a batch");
	ret = memory_op(XENMEM_current_reservation | 1 << 6, &op);
	check(ret < 0, "going on with what has no parts");
}

#define ROUNDS	300

static char *flickering;
static unsigned int odd_results, worked, faulted;
static volatile bool stop;

static void flicker(void)
{
	xen_pfn_t gfn = gfn_of(flickering);
	struct xen_memory_reservation op = {
		.nr_extents = 1, .domid = DOMID_SELF,
	};
	unsigned int i;

	op.extent_start.p = &gfn;
	for (i = 0; i < ROUNDS; i++) {
		memory_op(XENMEM_decrease_reservation, &op);
		memory_op(XENMEM_populate_physmap, &op);
	}
	stop = true;
}

static void use_it(void)
{
	while (!stop) {
		switch (version_op(XENVER_capabilities, flickering)) {
		case 0:
			worked++;
			break;
		case -XEN_EFAULT:
			faulted++;
			break;
		default:
			odd_results++;
			break;
		}
	}
}

static void memory_that_goes_away(void)
{
	if (!smp_start()) {
		report(SKIP, "memory goes away under a call",
		       "there is only one vCPU");
		return;
	}
	flickering = page_alloc();
	check(smp_race(use_it, flicker), "memory goes away under a call");
	expect(odd_results, 0, "the call works or faults, nothing else");
	check(worked + faulted > 0, "it was called meanwhile");
}

void test_main(void)
{
	all_numbers();
	toolstack_calls();
	keeper_calls();
	odd_pointers();
	endless_counts();
	other_domains();
	forged_continuations();
	memory_that_goes_away();
	check(version_op(XENVER_version, NULL) > 0,
	      "the hypervisor still answers");
}
