// SPDX-License-Identifier: GPL-2.0
/* Many hypercalls in one. */
#include "event.h"

#include <xen/grant_table.h>
#include <xen/version.h>

static long multicall(void *list, unsigned int count)
{
	return hypercall(__HYPERVISOR_multicall, ARG(list), count, 0, 0, 0);
}

static struct multicall_entry version_call(void)
{
	struct multicall_entry entry = {
		.op = __HYPERVISOR_xen_version, .result = 77,
		.args = { XENVER_version },
	};

	return entry;
}

static void a_few(void)
{
	struct multicall_entry list[4];
	long version = version_op(XENVER_version, NULL);

	list[0] = version_call();
	list[1] = (struct multicall_entry){
		.op = __HYPERVISOR_event_channel_op,
		.args = { EVTCHNOP_send, ARG(wild_pointer()) },
	};
	list[2] = (struct multicall_entry){ .op = 500, .result = 77 };
	list[3] = version_call();
	expect(multicall(list, 4), 0, "four calls");
	expect((long)list[0].result, version, "the first has its result");
	expect((long)list[1].result, -XEN_EFAULT, "an error is a result");
	expect((long)list[2].result, -XEN_ENOSYS, "so is an unknown number");
	expect((long)list[3].result, version, "and the rest still follows");
}

static void nested(void)
{
	struct multicall_entry inner = version_call(), outer = {
		.op = __HYPERVISOR_multicall, .args = { ARG(&inner), 1 },
	};

	expect(multicall(&outer, 1), 0, "a multicall in a multicall");
	expect((long)outer.result, -XEN_EINVAL, "is refused");
	expect((long)inner.result, 77, "and not done");
}

static void many(void)
{
	struct multicall_entry *list = page_alloc();
	unsigned int n = PAGE_SIZE / sizeof(*list), i, good = 0;
	long version = version_op(XENVER_version, NULL);

	for (i = 0; i < n; i++)
		list[i] = version_call();
	expect(multicall(list, n), 0, "a page of calls");
	for (i = 0; i < n; i++)
		good += (long)list[i].result == version;
	expect(good, n, "all are done");
}

/* A call that is served in parts keeps its place in the list. */
static void long_calls(void)
{
	struct gnttab_copy *copies = page_alloc();
	unsigned int n = PAGE_SIZE / sizeof(*copies), i, good = 0;
	char *from = page_alloc(), *to = page_alloc();
	struct multicall_entry list[2];

	for (i = 0; i < n; i++) {
		from[i] = 1;
		copies[i] = (struct gnttab_copy){ .len = 1, .status = 99 };
		copies[i].source.u.gmfn = gfn_of(from);
		copies[i].source.domid = DOMID_SELF;
		copies[i].source.offset = i;
		copies[i].dest.u.gmfn = gfn_of(to);
		copies[i].dest.domid = DOMID_SELF;
		copies[i].dest.offset = i;
	}
	list[0] = (struct multicall_entry){
		.op = __HYPERVISOR_grant_table_op, .result = 77,
		.args = { GNTTABOP_copy, ARG(copies), n },
	};
	list[1] = version_call();
	expect(multicall(list, 2), 0, "a long call in a list");
	expect((long)list[0].result, 0, "the long call has its result");
	for (i = 0; i < n; i++)
		good += copies[i].status == GNTST_okay && to[i] == 1;
	expect(good, n, "all of it is done");
	check(list[1].result != 77, "and the next call, too");
}

void test_main(void)
{
	struct multicall_entry *edge = cliff(2 * sizeof(*edge));

	a_few();
	nested();
	many();
	long_calls();
	expect(multicall(NULL, 0), 0, "no calls");
	expect(multicall(wild_pointer(), 1), -XEN_EFAULT,
	       "a list at a wild pointer");
	edge[0] = version_call();
	edge[1] = version_call();
	expect(multicall(edge, 3), -XEN_EFAULT, "a list that runs into nothing");
	check(edge[1].result != 77, "is done up to there");
}
