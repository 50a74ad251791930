// SPDX-License-Identifier: GPL-2.0
/*
 * What an event to another domain costs, from the call that sends it to the
 * line that handles it: half of a round trip to the domain "echo" beside this
 * one in dom0's place.
 */
#include "upcall.h"

#include <xen/sched.h>

#define ROUNDS		1000
#define PEER		1
#define PATIENCE_NS	10000000000ULL

static bool in_time(uint64_t start)
{
	sched_op(SCHEDOP_yield, NULL);
	return now_ns() - start < PATIENCE_NS;
}

/* Does the peer, once it is there, take the port that it is offered? */
static bool find_peer(evtchn_port_t *port)
{
	uint64_t start = now_ns();
	struct evtchn_status op;

	while (alloc_unbound(DOMID_SELF, PEER, port))
		if (!in_time(start))
			return false;
	do {
		if (status(DOMID_SELF, *port, &op))
			return false;
		if (op.status == EVTCHNSTAT_interdomain)
			return true;
	} while (in_time(start));
	return false;
}

void test_main(void)
{
	static const char fact[] = "a thousand events come back";
	struct shared_info *info = shared_info_map();
	unsigned int i, failed = 0;
	evtchn_port_t port;
	uint64_t start;

	if (!env->privileged || !upcall_can_wait()) {
		report(SKIP, fact, "no domain beside this one, or no GICv2");
		return;
	}
	if (!find_peer(&port))
		test_abort("a domain beside this one", "there is none");
	upcall_clear(info, port);
	clear_bit(info->evtchn_mask, port);
	upcall_enable();
	start = now_ns();
	for (i = 0; i < ROUNDS; i++) {
		failed += send(port) != 0;
		upcall_wait(info, port);
	}
	report_cost("event", (now_ns() - start) / (2 * ROUNDS));
	expect(failed, 0, fact);
}
