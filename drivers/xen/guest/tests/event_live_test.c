// SPDX-License-Identifier: GPL-2.0
/*
 * Event channels from this domain to itself, through the hypervisor that it
 * runs on: what no variable can stand in for. Skipped where there is none.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <xen/events.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#define PATIENCE	msecs_to_jiffies(5000)

/* One end is plain, the other late and bound as a device's. */
static struct {
	struct xenbus_device peer;
	evtchn_port_t plain_port;
	int plain_irq;
	int late_irq;
	atomic_t plain_events;
	atomic_t late_events;
	struct completion fired;
	int cpu;
} loop;

static irqreturn_t plain_event(int irq, void *data)
{
	atomic_inc(&loop.plain_events);
	loop.cpu = smp_processor_id();
	complete(&loop.fired);
	return IRQ_HANDLED;
}

/* Leaves the end of interrupt to the test. */
static irqreturn_t late_event(int irq, void *data)
{
	atomic_inc(&loop.late_events);
	loop.cpu = smp_processor_id();
	complete(&loop.fired);
	return IRQ_HANDLED;
}

static int open_loop(struct kunit *test)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = DOMID_SELF,
	};

	memset(&loop, 0, sizeof(loop));
	if (!xen_domain())
		kunit_skip(test, "not in a Xen domain");
	init_completion(&loop.fired);
	loop.peer.otherend_id = DOMID_SELF;
	loop.peer.nodename = "loop";
	loop.peer.spurious_threshold = 1;
	if (HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc))
		return -EIO;
	loop.plain_port = alloc.port;
	loop.plain_irq = bind_evtchn_to_irqhandler(alloc.port, plain_event, 0,
						   "xen-test", &loop);
	if (loop.plain_irq < 0)
		return loop.plain_irq;
	loop.late_irq =
		bind_interdomain_evtchn_to_irqhandler_lateeoi(&loop.peer,
							      alloc.port,
							      late_event, 0,
							      "xen-test-late",
							      &loop);
	return loop.late_irq < 0 ? loop.late_irq : 0;
}

static void close_loop(struct kunit *test)
{
	if (loop.late_irq > 0)
		unbind_from_irqhandler(loop.late_irq, &loop);
	if (loop.plain_irq > 0)
		unbind_from_irqhandler(loop.plain_irq, &loop);
}

static bool fires(void)
{
	return wait_for_completion_timeout(&loop.fired, PATIENCE);
}

static bool stays_quiet(void)
{
	return !wait_for_completion_timeout(&loop.fired, HZ / 10);
}

/* Binding an interdomain channel makes both ends pending once. */
static void settle(void)
{
	while (wait_for_completion_timeout(&loop.fired, HZ / 10))
		xen_irq_lateeoi(loop.late_irq, 0);
	xen_irq_lateeoi(loop.late_irq, 0);
	reinit_completion(&loop.fired);
	atomic_set(&loop.plain_events, 0);
	atomic_set(&loop.late_events, 0);
}

static void an_event_arrives(struct kunit *test)
{
	settle();
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.plain_events), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.late_events), 0);
}

static void many_arrive_one_by_one(struct kunit *test)
{
	int i;

	settle();
	for (i = 0; i < 200; i++) {
		notify_remote_via_irq(loop.late_irq);
		KUNIT_ASSERT_TRUE_MSG(test, fires(), "event %d", i);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.plain_events), 200);
}

static void a_late_port_is_quiet_until_its_eoi(struct kunit *test)
{
	settle();
	notify_remote_via_irq(loop.plain_irq);
	KUNIT_ASSERT_TRUE(test, fires());
	notify_remote_via_irq(loop.plain_irq);
	KUNIT_EXPECT_TRUE(test, stays_quiet());
	xen_irq_lateeoi(loop.late_irq, 0);
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.late_events), 2);
}

static void a_storm_is_damped(struct kunit *test)
{
	int i;

	settle();
	for (i = 0; i < 5; i++) {
		notify_remote_via_irq(loop.plain_irq);
		KUNIT_ASSERT_TRUE(test, fires());
		xen_irq_lateeoi(loop.late_irq, XEN_EOI_FLAG_SPURIOUS);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.peer.spurious_events), 5);
	/* The first is forgiven; then 1, 2, 4 and 8 jiffies. */
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.peer.jiffies_eoi_delayed), 15);
}

static void a_disabled_irq_gets_its_event_later(struct kunit *test)
{
	settle();
	disable_irq(loop.plain_irq);
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, stays_quiet());
	enable_irq(loop.plain_irq);
	KUNIT_EXPECT_TRUE(test, fires());
}

static void a_disabled_late_irq_gets_its_event_later(struct kunit *test)
{
	settle();
	disable_irq(loop.late_irq);
	notify_remote_via_irq(loop.plain_irq);
	KUNIT_EXPECT_TRUE(test, stays_quiet());
	enable_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
}

static void events_follow_the_affinity(struct kunit *test)
{
	int cpu;

	settle();
	for_each_online_cpu(cpu) {
		KUNIT_ASSERT_EQ(test, irq_set_affinity(loop.plain_irq,
						       cpumask_of(cpu)), 0);
		notify_remote_via_irq(loop.late_irq);
		KUNIT_ASSERT_TRUE(test, fires());
		KUNIT_EXPECT_EQ(test, loop.cpu, cpu);
	}
}

static void no_event_is_lost_while_it_moves(struct kunit *test)
{
	int i, cpu = 0;

	settle();
	for (i = 0; i < 200; i++) {
		notify_remote_via_irq(loop.late_irq);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		irq_set_affinity(loop.plain_irq, cpumask_of(cpu));
		KUNIT_ASSERT_TRUE_MSG(test, fires(), "event %d", i);
	}
}

static void ports_leave_a_cpu_that_goes(struct kunit *test)
{
	int last = cpumask_last(cpu_online_mask);

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU");
	settle();
	irq_set_affinity(loop.plain_irq, cpumask_of(last));
	KUNIT_ASSERT_EQ(test, remove_cpu(last), 0);
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_NE(test, loop.cpu, last);
	/* As an event leaves it that comes when the CPU is on its way out. */
	WRITE_ONCE(per_cpu(xen_vcpu, last)->evtchn_upcall_pending, 1);
	KUNIT_ASSERT_EQ(test, add_cpu(last), 0);
	irq_set_affinity(loop.plain_irq, cpumask_of(last));
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_EQ(test, loop.cpu, last);
}

static void references_keep_a_port(struct kunit *test)
{
	evtchn_port_t port = loop.plain_port;

	settle();
	KUNIT_EXPECT_EQ(test, evtchn_get(port), -EINVAL);
	KUNIT_EXPECT_EQ(test, evtchn_make_refcounted(port, false), 0);
	KUNIT_EXPECT_EQ(test, evtchn_make_refcounted(port, false), -EBUSY);
	KUNIT_EXPECT_EQ(test, evtchn_get(port), 0);
	KUNIT_EXPECT_EQ(test, irq_from_evtchn(port), loop.plain_irq);
	evtchn_put(port);
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
}

static void ports_that_cannot_be_bound(struct kunit *test)
{
	KUNIT_EXPECT_LT(test, bind_evtchn_to_irq(0), 0);
	KUNIT_EXPECT_LT(test, bind_evtchn_to_irq(xen_evtchn_nr_channels()), 0);
	KUNIT_EXPECT_LT(test, bind_evtchn_to_irq(~0U), 0);
	KUNIT_EXPECT_EQ(test, evtchn_get(~0U), -EINVAL);
	/* It is bound, and not as a late one. */
	KUNIT_EXPECT_EQ(test, bind_evtchn_to_irq_lateeoi(loop.plain_port),
			-EBUSY);
}

static void a_closed_port_is_free_again(struct kunit *test)
{
	struct evtchn_status status = {
		.dom = DOMID_SELF,
		.port = loop.plain_port,
	};

	close_loop(test);
	loop.plain_irq = 0;
	loop.late_irq = 0;
	KUNIT_EXPECT_EQ(test, HYPERVISOR_event_channel_op(EVTCHNOP_status,
							  &status), 0);
	KUNIT_EXPECT_EQ(test, status.status, EVTCHNSTAT_closed);
	KUNIT_EXPECT_EQ(test, (int)irq_from_evtchn(loop.plain_port), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.peer.event_channels), 0);
}

#define MANY	4200

/* Opens @count ports that nobody binds; how many there were to be had. */
static unsigned int fill(evtchn_port_t *ports, unsigned int count)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = DOMID_SELF,
	};
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc))
			break;
		ports[i] = alloc.port;
	}
	return i;
}

static void empty(const evtchn_port_t *ports, unsigned int count)
{
	struct evtchn_close close;

	while (count--) {
		close.port = ports[count];
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
	}
}

static void ports_beyond_two_levels_work(struct kunit *test)
{
	evtchn_port_t *ports;
	unsigned int count;

	if (!xen_fifo_events)
		kunit_skip(test, "two levels have 4096 ports");
	ports = kunit_kcalloc(test, MANY, sizeof(*ports), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ports);
	close_loop(test);
	count = fill(ports, MANY);
	if (count < MANY) {
		empty(ports, count);
		open_loop(test);
		kunit_skip(test, "this domain may open %u ports", count);
	}
	KUNIT_EXPECT_EQ(test, open_loop(test), 0);
	KUNIT_EXPECT_GE(test, loop.plain_port, 4096);
	settle();
	notify_remote_via_irq(loop.late_irq);
	KUNIT_EXPECT_TRUE(test, fires());
	notify_remote_via_irq(loop.plain_irq);
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.plain_events), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&loop.late_events), 1);
	empty(ports, count);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_event_arrives),
	KUNIT_CASE(many_arrive_one_by_one),
	KUNIT_CASE(a_late_port_is_quiet_until_its_eoi),
	KUNIT_CASE(a_storm_is_damped),
	KUNIT_CASE(a_disabled_irq_gets_its_event_later),
	KUNIT_CASE(a_disabled_late_irq_gets_its_event_later),
	KUNIT_CASE(events_follow_the_affinity),
	KUNIT_CASE(no_event_is_lost_while_it_moves),
	KUNIT_CASE(ports_leave_a_cpu_that_goes),
	KUNIT_CASE(references_keep_a_port),
	KUNIT_CASE(ports_that_cannot_be_bound),
	KUNIT_CASE(ports_beyond_two_levels_work),
	KUNIT_CASE(a_closed_port_is_free_again),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_events_live",
	.init = open_loop,
	.exit = close_loop,
	.test_cases = cases,
};

kunit_test_suite(suite);
