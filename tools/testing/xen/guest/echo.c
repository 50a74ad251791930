// SPDX-License-Identifier: GPL-2.0
/*
 * Beside a micro-guest in dom0's place: sends an event back for each that
 * comes, for as long as there is a machine.
 */
#include "upcall.h"

#include <xen/sched.h>

#define PORTS		64
#define PATIENCE_NS	10000000000ULL

/* dom0 has a port for us; which one it is nobody tells. */
static bool find_peer(evtchn_port_t *port)
{
	uint64_t start = now_ns();
	evtchn_port_t remote;

	while (now_ns() - start < PATIENCE_NS) {
		for (remote = 1; remote < PORTS; remote++)
			if (!bind_interdomain(0, remote, port))
				return true;
		sched_op(SCHEDOP_yield, NULL);
	}
	return false;
}

void test_main(void)
{
	struct shared_info *info = shared_info_map();
	evtchn_port_t port;

	if (!upcall_can_wait())
		test_abort("the interrupt controller", "it is no GICv2");
	if (!find_peer(&port))
		test_abort("a port of dom0's", "there was none in 10 s");
	upcall_clear(info, port);
	clear_bit(info->evtchn_mask, port);
	upcall_enable();
	for (;;) {
		upcall_wait(info, port);
		send(port);
	}
}
