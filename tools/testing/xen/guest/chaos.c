// SPDX-License-Identifier: GPL-2.0
/*
 * Two vCPUs do at random what they can to the same ports and the same
 * grants, which change while they are in use. Whatever comes of it is one of
 * the results that Xen documents; at the end nothing is left of it. The
 * random numbers are the same each time, the race is not.
 */
#include "event.h"

#include <xen/grant_table.h>
#include <xen/memory.h>

#include "../../../../include/xen/interface/xenlet.h"

#define ROUNDS		4000
#define PORTS		16
#define REFS		8
#define FIRST_REF	32
#define HANDLES		8

static struct grant_entry_v1 *table;
static domid_t self;
static evtchn_port_t ports[PORTS];
static char *granted[REFS];

/**
 * struct player - what one vCPU does
 * @held: it has that handle, mapped at its own place
 * @odd: results that no call should have
 */
struct player {
	uint64_t random;
	unsigned int id;
	bool held[HANDLES];
	grant_handle_t handle[HANDLES];
	char *scratch;
	unsigned int odd;
	long last_odd;
};

static struct player players[2] = {
	{ .random = 88172645463325252ULL, .id = 0 },
	{ .random = 362436069362436069ULL, .id = 1 },
};

static unsigned int pick(struct player *p, unsigned int below)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return (p->random >> 33) % below;
}

static void note_odd(struct player *p, long result)
{
	p->odd++;
	p->last_odd = result;
}

static void play_ports(struct player *p)
{
	evtchn_port_t *slot = &ports[pick(p, PORTS)];
	evtchn_port_t port = *slot;
	struct evtchn_status op;
	long ret = 0;

	switch (pick(p, 9)) {
	case 0:
		ret = alloc_unbound(DOMID_SELF, DOMID_SELF, slot);
		break;
	case 1:
		ret = bind_interdomain(DOMID_SELF, port, slot);
		break;
	case 2:
		ret = bind_ipi(pick(p, 3), slot);
		break;
	case 3:
		ret = bind_virq(pick(p, 3), pick(p, 3), slot);
		break;
	case 4:
		ret = close_port(port);
		break;
	case 5:
		ret = unmask(port);
		break;
	case 6:
		ret = bind_vcpu(port, pick(p, 3));
		break;
	case 7:
		ret = status(DOMID_SELF, port, &op);
		break;
	default:
		ret = send(port);
		break;
	}
	switch (ret) {
	case 0:
	case -XEN_EINVAL:
	case -XEN_ENOENT:
	case -XEN_EEXIST:
	case -XEN_ENOSPC:
		break;
	default:
		note_odd(p, ret);
		break;
	}
}

static uint64_t place(const struct player *p, unsigned int n)
{
	return env->grant_base + (512 + p->id * HANDLES + n) * PAGE_SIZE;
}

static void map_or_unmap(struct player *p, unsigned int n)
{
	struct gnttab_map_grant_ref map = {
		.host_addr = place(p, n), .dom = self,
		.ref = FIRST_REF + pick(p, REFS + 1),
		.flags = GNTMAP_host_map |
			 (pick(p, 2) ? GNTMAP_readonly : 0),
	};
	struct gnttab_unmap_grant_ref unmap = {
		.host_addr = place(p, n), .handle = p->handle[n],
	};

	if (p->held[n]) {
		grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);
		if (unmap.status != GNTST_okay)
			note_odd(p, unmap.status);
		p->held[n] = false;
		return;
	}
	grant_table_op(GNTTABOP_map_grant_ref, &map, 1);
	p->held[n] = map.status == GNTST_okay;
	p->handle[n] = map.handle;
	if (map.status > 0 || map.status < GNTST_no_space)
		note_odd(p, map.status);
}

static void copy_something(struct player *p)
{
	struct gnttab_copy op = {
		.len = pick(p, PAGE_SIZE + 9),
		.flags = GNTCOPY_source_gref,
	};

	op.source.u.ref = FIRST_REF + pick(p, REFS + 1);
	op.source.domid = self;
	op.dest.u.gmfn = gfn_of(p->scratch);
	op.dest.domid = DOMID_SELF;
	grant_table_op(GNTTABOP_copy, &op, 1);
	if (op.status > 0 || op.status < GNTST_no_space)
		note_odd(p, op.status);
}

/* The owner may write to its entries at any time, in use or not. */
static void change_entry(struct player *p)
{
	struct grant_entry_v1 *entry = &table[FIRST_REF + pick(p, REFS)];

	switch (pick(p, 4)) {
	case 0:
		WRITE_ONCE(entry->flags, GTF_invalid);
		break;
	case 1:
		WRITE_ONCE(entry->domid, self + pick(p, 2));
		break;
	case 2:
		WRITE_ONCE(entry->frame, gfn_of(granted[pick(p, REFS)]));
		break;
	default:
		WRITE_ONCE(entry->flags, GTF_permit_access |
			   (pick(p, 2) ? GTF_readonly : 0));
		break;
	}
}

static void play(struct player *p)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		switch (pick(p, 4)) {
		case 0:
			map_or_unmap(p, pick(p, HANDLES));
			break;
		case 1:
			copy_something(p);
			break;
		case 2:
			change_entry(p);
			break;
		default:
			play_ports(p);
			break;
		}
	}
	for (i = 0; i < HANDLES; i++)
		if (p->held[i])
			map_or_unmap(p, i);
}

static void play_here(void)
{
	play(&players[0]);
}

static void play_there(void)
{
	play(&players[1]);
}

static void prepare(void)
{
	struct evtchn_alloc_unbound port = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_grant_table,
		.gpfn = env->grant_base / PAGE_SIZE,
	};
	struct evtchn_status state;
	unsigned int i;

	if (memory_op(XENMEM_add_to_physmap, &op) ||
	    event_channel_op(EVTCHNOP_alloc_unbound, &port) ||
	    status(DOMID_SELF, port.port, &state))
		test_abort("there is a table, and our own number", "no");
	self = state.u.unbound.dom;
	table = (struct grant_entry_v1 *)(uintptr_t)env->grant_base;
	map_normal(place(&players[0], 0));
	for (i = 0; i < REFS; i++) {
		granted[i] = page_alloc();
		table[FIRST_REF + i].domid = self;
		table[FIRST_REF + i].frame = gfn_of(granted[i]);
		table[FIRST_REF + i].flags = GTF_permit_access;
	}
	players[0].scratch = page_alloc();
	players[1].scratch = page_alloc();
}

static struct xenlet_counters count(void)
{
	struct xenlet_counters now = { 0 };

	hypercall(__HYPERVISOR_xenlet_op, XENLET_counters, ARG(&now),
		  sizeof(now), 0, 0);
	return now;
}

static void aftermath(const struct xenlet_counters *before)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };
	struct xenlet_counters after;
	unsigned int i, marks = 0;

	for (i = 0; i < REFS; i++)
		marks |= table[FIRST_REF + i].flags &
			 (GTF_reading | GTF_writing);
	expect(marks, 0, "no entry is still marked as in use");
	expect(event_channel_op(EVTCHNOP_reset, &op), 0, "reset");
	if (!env->xenlet) {
		report(SKIP, "no pin is left", "this is not xenlet");
		report(SKIP, "no port is left", "this is not xenlet");
		report(SKIP, "no page came or went", "this is not xenlet");
		return;
	}
	after = count();
	expect((long)after.pins, 0, "no pin is left");
	expect((long)after.ports, 0, "no port is left");
	check(after.pages == before->pages, "no page came or went");
}

void test_main(void)
{
	struct xenlet_counters before;
	unsigned int i;

	shared_info_map();
	prepare();
	if (!smp_start()) {
		report(SKIP, "two vCPUs at random", "there is only one");
		return;
	}
	before = count();
	check(smp_race(play_here, play_there), "both come to an end");
	for (i = 0; i < 2; i++)
		report(players[i].odd ? FAIL : PASS,
		       i ? "vCPU 1 saw no odd result" : "vCPU 0 saw no odd result",
		       "%u, the last was %ld", players[i].odd,
		       players[i].last_odd);
	aftermath(&before);
	check(hypercall(__HYPERVISOR_xen_version, 0, 0, 0, 0, 0) > 0,
	      "the hypervisor still answers");
}
