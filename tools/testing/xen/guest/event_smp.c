// SPDX-License-Identifier: GPL-2.0
/*
 * Event channels from two vCPUs at once. What is shown is that the books
 * stay right whoever wins: results are among those that some order gives,
 * no event is lost, and all ports come back.
 */
#include "event.h"

#include "../../../../include/xen/interface/xenlet.h"

#define ROUNDS	2000

static struct shared_info *info;
static evtchn_port_t shared_port;
static unsigned int odd_results[2];

static bool one_of(long got, long a, long b)
{
	return got == a || got == b;
}

static void send_many(void)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		if (!one_of(send(shared_port), 0, -XEN_EINVAL))
			odd_results[0]++;
}

static void close_and_open(void)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		if (!one_of(close_port(shared_port), 0, -XEN_EINVAL))
			odd_results[1]++;
		if (bind_ipi(0, &shared_port))
			odd_results[1]++;
	}
}

static void send_against_close(void)
{
	bind_ipi(0, &shared_port);
	odd_results[0] = 0;
	odd_results[1] = 0;
	check(smp_race(send_many, close_and_open),
	      "send against close comes to an end");
	expect(odd_results[0], 0, "send gives 0 or -EINVAL meanwhile");
	expect(odd_results[1], 0, "close and bind work meanwhile");
	close_port(shared_port);
}

static unsigned int allocated[2], failed[2];

static void allocate(unsigned int who)
{
	evtchn_port_t ports[64];
	unsigned int i, n, round;

	for (round = 0; round < ROUNDS / 64; round++) {
		for (n = 0; n < 64; n++)
			if (alloc_unbound(DOMID_SELF, DOMID_SELF, &ports[n]))
				failed[who]++;
		for (i = 0; i < 64; i++)
			if (close_port(ports[i]))
				failed[who]++;
		allocated[who] += n;
	}
}

static void allocate_here(void)
{
	allocate(0);
}

static void allocate_there(void)
{
	allocate(1);
}

static void bind_against_bind(void)
{
	check(smp_race(allocate_here, allocate_there),
	      "two allocators come to an end");
	expect(failed[0] + failed[1], 0, "no port was given out twice");
	check(allocated[0] == allocated[1], "both allocated all they wanted");
}

static unsigned int seen;
static volatile bool sender_done;

/* Take events the way that a kernel does: flag, selector, pending bit. */
static void take_events(void)
{
	struct vcpu_info *vcpu = &info->vcpu_info[0];
	uint64_t end = now_ns() + 2000000000ULL;

	while (now_ns() < end) {
		bool done = sender_done;

		if (__atomic_exchange_n(&vcpu->evtchn_upcall_pending, 0,
					__ATOMIC_SEQ_CST)) {
			__atomic_exchange_n(&vcpu->evtchn_pending_sel, 0,
					    __ATOMIC_SEQ_CST);
			if (test_bit(info->evtchn_pending, shared_port)) {
				clear_bit(info->evtchn_pending, shared_port);
				seen++;
			}
		} else if (done) {
			break;
		}
	}
}

static void send_and_say(void)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		if (send(shared_port))
			odd_results[1]++;
	sender_done = true;
}

static void no_event_is_lost(void)
{
	bind_ipi(0, &shared_port);
	odd_results[1] = 0;
	clear_bit(info->evtchn_mask, shared_port);
	check(smp_race(take_events, send_and_say),
	      "sending and taking come to an end");
	check(seen > 0, "events arrive from another vCPU");
	expect(odd_results[1], 0, "each send succeeds");
	check(!test_bit(info->evtchn_pending, shared_port) ||
	      info->vcpu_info[0].evtchn_upcall_pending,
	      "no event stays behind without an upcall");
	close_port(shared_port);
}

static void books(uint64_t before)
{
	struct xenlet_counters now;

	if (!env->xenlet) {
		report(SKIP, "all ports came back", "this is not xenlet");
		return;
	}
	hypercall(__HYPERVISOR_xenlet_op, XENLET_counters, ARG(&now),
		  sizeof(now), 0, 0);
	expect((long)now.ports, (long)before, "all ports came back");
}

void test_main(void)
{
	struct xenlet_counters start = { 0 };

	info = shared_info_map();
	if (!smp_start()) {
		report(SKIP, "two vCPUs race", "there is only one");
		return;
	}
	hypercall(__HYPERVISOR_xenlet_op, XENLET_counters, ARG(&start),
		  sizeof(start), 0, 0);
	send_against_close();
	bind_against_bind();
	no_event_is_lost();
	books(start.ports);
}
