// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a port masked, on an event channel ABI made of variables. The
 * file under test is compiled in here, without its tracepoints.
 */
#include <linux/types.h>

#define XEN_GUEST_TRACE_H
static inline void trace_xen_port_eoi(u32 port, bool spurious, long delay) { }
static inline void trace_xen_port_bind(u32 port, u32 irq, u32 kind, u32 cpu) { }
static inline void trace_xen_port_unbind(u32 port, u32 irq) { }

#include "../events/port.c"

#include <kunit/test.h>
#include <linux/delay.h>

DEFINE_PER_CPU(struct xen_upcall_stats, xen_upcall_stats);

/* The hypervisor's view of the one port there is. */
static struct {
	bool masked;
	bool pending;
	unsigned int delivered;
} state;

static void fake_mask(evtchn_port_t nr)
{
	state.masked = true;
}

static void fake_unmask(evtchn_port_t nr)
{
	state.masked = false;
	if (state.pending)
		state.delivered++;
}

static void fake_clear(evtchn_port_t nr)
{
	state.pending = false;
}

static void fake_raise(evtchn_port_t nr)
{
	state.pending = true;
}

static void fake_move(evtchn_port_t nr, int from, int to)
{
}

static const struct xen_event_abi fake_abi = {
	.name = "fake",
	.max_ports = 16,
	.move = fake_move,
	.mask = fake_mask,
	.unmask = fake_unmask,
	.clear = fake_clear,
	.raise = fake_raise,
};

static struct xenbus_device peer;
static struct xen_port *port;

static int open_fake(struct kunit *test)
{
	port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	memset(&state, 0, sizeof(state));
	memset(&peer, 0, sizeof(peer));
	peer.spurious_threshold = 2;
	xen_events.abi = &fake_abi;
	port->nr = 3;
	port->late = true;
	port->peer = &peer;
	raw_spin_lock_init(&port->lock);
	timer_setup(&port->release, end_of_delay, 0);
	/* As if an upcall had just begun. */
	get_cpu();
	this_cpu_write(xen_upcall_stats.since, jiffies);
	put_cpu();
	return 0;
}

static void close_fake(struct kunit *test)
{
	if (port)
		timer_shutdown_sync(&port->release);
}

/* One event through a late port, up to its end of interrupt. */
static void handle(bool spurious)
{
	state.pending = true;
	get_cpu();
	this_cpu_write(xen_upcall_stats.since, jiffies);
	xen_port_ack(port, XEN_HOLD_EOI);
	put_cpu();
	xen_port_eoi(port, spurious);
}

static void all_reasons_must_go(struct kunit *test)
{
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_hold(port, XEN_HOLD_MOVING);
	KUNIT_EXPECT_TRUE(test, state.masked);
	xen_port_unhold(port, XEN_HOLD_DISABLED);
	KUNIT_EXPECT_TRUE(test, state.masked);
	xen_port_unhold(port, XEN_HOLD_MOVING);
	KUNIT_EXPECT_FALSE(test, state.masked);
}

static void a_reason_that_is_not_there(struct kunit *test)
{
	xen_port_unhold(port, XEN_HOLD_EOI);
	KUNIT_EXPECT_EQ(test, port->held, 0);
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_unhold(port, XEN_HOLD_EOI);
	KUNIT_EXPECT_TRUE(test, state.masked);
}

static void an_ack_takes_the_event(struct kunit *test)
{
	state.pending = true;
	xen_port_ack(port, 0);
	KUNIT_EXPECT_FALSE(test, state.pending);
	KUNIT_EXPECT_FALSE(test, state.masked);
	KUNIT_EXPECT_EQ(test, port->events, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer.events), 1);
}

static void a_late_port_waits_for_its_handler(struct kunit *test)
{
	xen_port_ack(port, XEN_HOLD_EOI);
	KUNIT_EXPECT_TRUE(test, state.masked);
	state.pending = true;
	xen_port_eoi(port, false);
	KUNIT_EXPECT_FALSE(test, state.masked);
	KUNIT_EXPECT_EQ(test, state.delivered, 1);
}

static void an_eoi_without_an_event(struct kunit *test)
{
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_eoi(port, true);
	KUNIT_EXPECT_TRUE(test, state.masked);
	KUNIT_EXPECT_EQ(test, port->useless, 0);
}

static void an_eoi_of_a_disabled_port(struct kunit *test)
{
	xen_port_ack(port, XEN_HOLD_EOI);
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_eoi(port, false);
	KUNIT_EXPECT_TRUE(test, state.masked);
	xen_port_unhold(port, XEN_HOLD_DISABLED);
	KUNIT_EXPECT_FALSE(test, state.masked);
}

static void a_retrigger_is_delivered(struct kunit *test)
{
	xen_port_retrigger(port);
	KUNIT_EXPECT_EQ(test, state.delivered, 1);
	KUNIT_EXPECT_FALSE(test, state.masked);
}

static void a_retrigger_of_a_held_port_waits(struct kunit *test)
{
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_retrigger(port);
	KUNIT_EXPECT_EQ(test, state.delivered, 0);
	xen_port_unhold(port, XEN_HOLD_DISABLED);
	KUNIT_EXPECT_EQ(test, state.delivered, 1);
}

static void a_storm_is_damped_and_counted(struct kunit *test)
{
	handle(true);
	handle(true);
	KUNIT_EXPECT_FALSE(test, state.masked);
	KUNIT_EXPECT_EQ(test, port->delayed, 0);
	handle(true);
	KUNIT_EXPECT_EQ(test, port->delayed, 1);
	KUNIT_EXPECT_EQ(test, port->useless, 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer.spurious_events), 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer.jiffies_eoi_delayed), 1);
	msleep(100);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(state.masked));
}

static void a_crowded_cpu_makes_ports_wait(struct kunit *test)
{
	get_cpu();
	this_cpu_write(xen_upcall_stats.since,
		       jiffies - event_loop_timeout - 10);
	xen_port_ack(port, XEN_HOLD_EOI);
	put_cpu();
	xen_port_eoi(port, false);
	KUNIT_EXPECT_EQ(test, port->delayed, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer.jiffies_eoi_delayed),
			event_eoi_delay);
}

static void a_port_without_a_channel(struct kunit *test)
{
	port->nr = 0;
	xen_port_hold(port, XEN_HOLD_DISABLED);
	xen_port_retrigger(port);
	xen_port_ack(port, XEN_HOLD_EOI);
	KUNIT_EXPECT_FALSE(test, state.masked);
	KUNIT_EXPECT_FALSE(test, state.pending);
}

/* An upcall found the port before it was closed; its number has a new owner. */
static void a_closed_port_leaves_its_number_alone(struct kunit *test)
{
	unpublish(port);
	KUNIT_EXPECT_TRUE(test, state.masked);
	state.masked = false;
	state.pending = true;
	xen_port_ack(port, XEN_HOLD_EOI);
	KUNIT_EXPECT_TRUE(test, state.pending);
	KUNIT_EXPECT_FALSE(test, state.masked);
	xen_port_eoi(port, false);
	KUNIT_EXPECT_EQ(test, state.delivered, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_reasons_must_go),
	KUNIT_CASE(a_reason_that_is_not_there),
	KUNIT_CASE(an_ack_takes_the_event),
	KUNIT_CASE(a_late_port_waits_for_its_handler),
	KUNIT_CASE(an_eoi_without_an_event),
	KUNIT_CASE(an_eoi_of_a_disabled_port),
	KUNIT_CASE(a_retrigger_is_delivered),
	KUNIT_CASE(a_retrigger_of_a_held_port_waits),
	KUNIT_CASE(a_storm_is_damped_and_counted),
	KUNIT_CASE(a_crowded_cpu_makes_ports_wait),
	KUNIT_CASE(a_port_without_a_channel),
	KUNIT_CASE(a_closed_port_leaves_its_number_alone),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_port",
	.init = open_fake,
	.exit = close_fake,
	.test_cases = cases,
};

kunit_test_suite(suite);
