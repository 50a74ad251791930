// SPDX-License-Identifier: GPL-2.0
/*
 * What a few hypercalls cost. Where an instruction is a nanosecond (QEMU's
 * -icount shift=0) the figures are instructions and repeat; elsewhere they
 * are only time, and no fact depends on them.
 */
#include "event.h"

#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/sched.h>

#define ROUNDS	1000
#define REF	20

static evtchn_port_t port;
static domid_t self;
static void *from, *to;

static long nothing(void)
{
	return 0;
}

static long version(void)
{
	return version_op(0, NULL) > 0 ? 0 : -1;
}

static long send_unbound(void)
{
	return send(port);
}

static long yield(void)
{
	return sched_op(SCHEDOP_yield, NULL);
}

static long copy_page(void)
{
	struct gnttab_copy op = {
		.source = { .u.ref = REF, .domid = self },
		.dest = { .u.gmfn = gfn_of(to), .domid = DOMID_SELF },
		.len = PAGE_SIZE, .flags = GNTCOPY_source_gref,
	};

	return grant_table_op(GNTTABOP_copy, &op, 1) ?: op.status;
}

static const struct {
	const char *name;
	long (*run)(void);
} calls[] = {
	{ "version", version },
	{ "send", send_unbound },
	{ "yield", yield },
	{ "copy-page", copy_page },
};

static void make_port(void)
{
	struct evtchn_status op;

	if (alloc_unbound(DOMID_SELF, DOMID_SELF, &port) ||
	    status(DOMID_SELF, port, &op))
		test_abort("a port", "there is none");
	self = op.u.unbound.dom;
}

static void grant_page(void)
{
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_grant_table,
		.gpfn = env->grant_base / PAGE_SIZE,
	};
	struct grant_entry_v1 *table;

	if (memory_op(XENMEM_add_to_physmap, &op))
		test_abort("the grant table", "it cannot be mapped");
	table = (struct grant_entry_v1 *)(uintptr_t)env->grant_base;
	table[REF].domid = self;
	table[REF].frame = gfn_of(from);
	__atomic_store_n(&table[REF].flags, GTF_permit_access,
			 __ATOMIC_SEQ_CST);
}

/* Nanoseconds for ROUNDS calls; *@ret is the last result that is not 0. */
static uint64_t measure(long (*run)(void), long *ret)
{
	uint64_t begin = now_ns();
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		long result = run();

		if (result)
			*ret = result;
	}
	return now_ns() - begin;
}

void test_main(void)
{
	uint64_t reached = machine_ns(), empty;
	char fact[48];
	unsigned int i;
	long ret = 0;

	report_cost("boot", reached);
	from = page_alloc();
	to = page_alloc();
	make_port();
	grant_page();
	empty = measure(nothing, &ret);
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		uint64_t ns;

		ret = 0;
		ns = measure(calls[i].run, &ret);
		report_cost(calls[i].name, (ns - empty) / ROUNDS);
		snprintf(fact, sizeof(fact), "%s, a thousand times",
			 calls[i].name);
		report(ret ? FAIL : PASS, fact, "%ld", ret);
	}
}
