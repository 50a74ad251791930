// SPDX-License-Identifier: GPL-2.0
/*
 * Two-level event channels: a bit for each port in the shared info page, and
 * in each vcpu_info a word with a bit for each word of those.
 *
 * Owns the per-CPU maps of which ports are delivered where. The selector says
 * only that some port of a word is pending, and it may be another CPU's.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/sync_bitops.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <xen/xen-ops.h>

#include "abi.h"
#include "two_level.h"

static DEFINE_PER_CPU(xen_ulong_t [XEN_2L_WORDS], ports_here);

static int two_level_init(void)
{
	struct shared_info *shared = HYPERVISOR_shared_info;
	unsigned int cpu;

	/* Ports that the toolstack opened are masked until someone binds. */
	memset(shared->evtchn_mask, 0xff, sizeof(shared->evtchn_mask));
	for_each_possible_cpu(cpu)
		memset(per_cpu(ports_here, cpu), 0, sizeof(ports_here));
	return 0;
}

static void two_level_exit(void)
{
	struct shared_info *shared = HYPERVISOR_shared_info;

	memset(shared->evtchn_mask, 0xff, sizeof(shared->evtchn_mask));
}

static int two_level_open(evtchn_port_t port)
{
	if (port >= XEN_2L_PORTS)
		return -ENOSPC;
	sync_set_bit(port, xen_2l_bitmap(HYPERVISOR_shared_info->evtchn_mask));
	return 0;
}

static void two_level_move(evtchn_port_t port, int from, int to)
{
	if (from >= 0)
		clear_bit(port, xen_2l_bitmap(per_cpu(ports_here, from)));
	if (to >= 0)
		set_bit(port, xen_2l_bitmap(per_cpu(ports_here, to)));
}

static void two_level_mask(evtchn_port_t port)
{
	sync_set_bit(port, xen_2l_bitmap(HYPERVISOR_shared_info->evtchn_mask));
}

static void two_level_unmask(evtchn_port_t port)
{
	struct shared_info *shared = HYPERVISOR_shared_info;
	struct evtchn_unmask unmask = { .port = port };

	if (xen_2l_unmask(shared->evtchn_pending, shared->evtchn_mask, port))
		HYPERVISOR_event_channel_op(EVTCHNOP_unmask, &unmask);
}

static void two_level_clear(evtchn_port_t port)
{
	sync_clear_bit(port, xen_2l_bitmap(HYPERVISOR_shared_info->evtchn_pending));
}

static void two_level_raise(evtchn_port_t port)
{
	sync_set_bit(port, xen_2l_bitmap(HYPERVISOR_shared_info->evtchn_pending));
}

static bool two_level_is_pending(evtchn_port_t port)
{
	struct shared_info *shared = HYPERVISOR_shared_info;

	return sync_test_bit(port, xen_2l_bitmap(shared->evtchn_pending));
}

static bool two_level_is_masked(evtchn_port_t port)
{
	struct shared_info *shared = HYPERVISOR_shared_info;

	return sync_test_bit(port, xen_2l_bitmap(shared->evtchn_mask));
}

static void two_level_serve(unsigned int cpu,
			    void (*handle)(evtchn_port_t port))
{
	struct shared_info *shared = HYPERVISOR_shared_info;
	struct xen_2l_view view = {
		.selector = &per_cpu(xen_vcpu, cpu)->evtchn_pending_sel,
		.pending = shared->evtchn_pending,
		.masked = shared->evtchn_mask,
		.mine = per_cpu(ports_here, cpu),
	};

	xen_2l_serve(&view, handle);
}

const struct xen_event_abi xen_two_level_abi = {
	.name = "two-level",
	.max_ports = XEN_2L_PORTS,
	.init = two_level_init,
	.exit = two_level_exit,
	.open = two_level_open,
	.move = two_level_move,
	.mask = two_level_mask,
	.unmask = two_level_unmask,
	.clear = two_level_clear,
	.raise = two_level_raise,
	.is_pending = two_level_is_pending,
	.is_masked = two_level_is_masked,
	.serve = two_level_serve,
};
