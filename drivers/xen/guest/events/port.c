// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: the table of them, what keeps one masked, and where it is delivered.
 *
 * Readers find a port under RCU, the upcall among them; a closed one is freed
 * after a grace period, so an event that races with the close finds either no
 * port, or one whose interrupt is shut down.
 *
 * The mask bit in shared memory is only ever set and cleared here, under the
 * port's lock, from the reasons in @held.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>
#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#include "../trace.h"
#include "param.h"
#include "port.h"

struct xen_events xen_events = {
	.ports = XARRAY_INIT(xen_events.ports, 0),
	.slots = XARRAY_INIT(xen_events.slots, XA_FLAGS_ALLOC),
	.bind_lock = __MUTEX_INITIALIZER(xen_events.bind_lock),
};

static DEFINE_PER_CPU(atomic_t, port_count);

static unsigned int event_loop_timeout = 2;
module_param(event_loop_timeout, uint, 0644);
MODULE_PARM_DESC(event_loop_timeout,
		 "Jiffies of one upcall after which ports have to wait");

static unsigned int event_eoi_delay = 10;
module_param(event_eoi_delay, uint, 0644);
MODULE_PARM_DESC(event_eoi_delay,
		 "Jiffies that ports wait after such an upcall");

/* A peer that is not known to be a device forgives one useless event. */
#define DEFAULT_THRESHOLD	1

struct xen_port *xen_port_find(evtchn_port_t nr)
{
	return xa_load(&xen_events.ports, nr);
}

static void hold_locked(struct xen_port *port, unsigned int reason)
{
	if (!port->held && port->nr)
		xen_events.abi->mask(port->nr);
	port->held |= reason;
}

static void unhold_locked(struct xen_port *port, unsigned int reason)
{
	if (!(port->held & reason))
		return;
	port->held &= ~reason;
	if (!port->held && port->nr)
		xen_events.abi->unmask(port->nr);
}

void xen_port_hold(struct xen_port *port, unsigned int reason)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	hold_locked(port, reason);
	raw_spin_unlock_irqrestore(&port->lock, flags);
}

void xen_port_unhold(struct xen_port *port, unsigned int reason)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	unhold_locked(port, reason);
	raw_spin_unlock_irqrestore(&port->lock, flags);
}

void xen_port_ack(struct xen_port *port, unsigned int hold)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	/* Masked first: no event is lost, and none comes in between. */
	if (hold)
		hold_locked(port, hold);
	if (port->nr)
		xen_events.abi->clear(port->nr);
	port->events++;
	if (port->peer)
		atomic_inc(&port->peer->events);
	if (port->late &&
	    time_after(jiffies, this_cpu_read(xen_upcall_stats.since) +
				event_loop_timeout))
		port->crowded = true;
	raw_spin_unlock_irqrestore(&port->lock, flags);
}

static void eoi_locked(struct xen_port *port, bool spurious)
{
	struct xenbus_device *peer = port->peer;
	unsigned long delay;

	delay = xen_damper_judge(&port->damper, spurious,
				 peer ? peer->spurious_threshold :
					DEFAULT_THRESHOLD, HZ);
	if (port->crowded)
		delay = max_t(unsigned long, delay, event_eoi_delay);
	port->crowded = false;
	if (spurious) {
		port->useless++;
		if (peer)
			atomic_inc(&peer->spurious_events);
	}
	trace_xen_port_eoi(port->nr, spurious, delay);

	if (!delay) {
		unhold_locked(port, XEN_HOLD_EOI);
		return;
	}
	port->delayed++;
	if (peer)
		atomic_add(delay, &peer->jiffies_eoi_delayed);
	mod_timer(&port->release, jiffies + delay);
}

void xen_port_eoi(struct xen_port *port, bool spurious)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	/* Once for each event; a delayed one has had its own already. */
	if (port->held & XEN_HOLD_EOI && !timer_pending(&port->release))
		eoi_locked(port, spurious);
	raw_spin_unlock_irqrestore(&port->lock, flags);
}

static void end_of_delay(struct timer_list *timer)
{
	struct xen_port *port = container_of(timer, struct xen_port, release);

	xen_port_unhold(port, XEN_HOLD_EOI);
}

void xen_port_retrigger(struct xen_port *port)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	if (port->nr) {
		/* Unmasking delivers what is pending by then. */
		hold_locked(port, XEN_HOLD_MOVING);
		xen_events.abi->raise(port->nr);
		unhold_locked(port, XEN_HOLD_MOVING);
	}
	raw_spin_unlock_irqrestore(&port->lock, flags);
}

void xen_port_strand(evtchn_port_t nr)
{
	struct xen_port *port;

	rcu_read_lock();
	port = xen_port_find(nr);
	if (port && cpu_online(port->cpu))
		xen_port_retrigger(port);
	rcu_read_unlock();
}

void xen_ports_revive(unsigned int cpu)
{
	struct xen_port *port;
	unsigned long nr;

	xa_for_each(&xen_events.ports, nr, port)
		if (port->pinned && port->cpu == cpu &&
		    xen_events.abi->is_pending(nr))
			xen_port_retrigger(port);
}

unsigned int xen_ports_on(unsigned int cpu)
{
	return atomic_read(&per_cpu(port_count, cpu));
}

static void place_on(struct xen_port *port, int from, int to)
{
	xen_events.abi->move(port->nr, from, to);
	if (from >= 0)
		atomic_dec(&per_cpu(port_count, from));
	if (to >= 0)
		atomic_inc(&per_cpu(port_count, to));
}

static int route_locked(struct xen_port *port, unsigned int cpu)
{
	struct evtchn_bind_vcpu bind = {
		.port = port->nr,
		.vcpu = xen_vcpu_nr(cpu),
	};
	int err;

	if (port->cpu == cpu)
		return 0;
	if (port->pinned || !port->nr)
		return -EINVAL;

	/* An event that comes now is delivered anew when unmasked. */
	hold_locked(port, XEN_HOLD_MOVING);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_vcpu, &bind);
	if (!err) {
		place_on(port, port->cpu, cpu);
		port->cpu = cpu;
	}
	unhold_locked(port, XEN_HOLD_MOVING);
	return err;
}

int xen_port_route(struct xen_port *port, unsigned int cpu)
{
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&port->lock, flags);
	err = route_locked(port, cpu);
	raw_spin_unlock_irqrestore(&port->lock, flags);
	return err;
}

/*
 * A channel is new and delivered to vCPU 0, unless it was there before: the
 * toolstack's, which an earlier owner may have routed to another.
 */
static void take_home(const struct xen_port *port)
{
	struct evtchn_bind_vcpu bind = {
		.port = port->nr,
		.vcpu = xen_vcpu_nr(port->cpu),
	};

	if (port->kind == XEN_PORT_EVENT)
		HYPERVISOR_event_channel_op(EVTCHNOP_bind_vcpu, &bind);
}

/* Gives the port its number: from here on the upcall can find it. */
static int publish(struct xen_port *port)
{
	int err;

	if (port->nr >= xen_events.abi->max_ports)
		return -ERANGE;
	err = xa_insert(&xen_events.ports, port->nr, port, GFP_KERNEL);
	if (err)
		return err;
	err = xen_events.abi->open(port->nr);
	if (err) {
		xa_erase(&xen_events.ports, port->nr);
		return err;
	}
	take_home(port);
	place_on(port, -1, port->cpu);
	return 0;
}

/*
 * After this the upcall does not find the port, and Xen does not call. An
 * upcall that has found it finds no number: somebody else may get that soon,
 * whose event it must not clear.
 */
static void unpublish(struct xen_port *port)
{
	evtchn_port_t nr = port->nr;
	unsigned long flags;

	raw_spin_lock_irqsave(&port->lock, flags);
	xen_events.abi->mask(nr);
	place_on(port, port->cpu, -1);
	port->nr = 0;
	raw_spin_unlock_irqrestore(&port->lock, flags);
	xa_erase(&xen_events.ports, nr);
}

struct xen_port *xen_port_open(const struct xen_port *wanted)
{
	struct xen_port *port;
	int err;

	port = kmemdup(wanted, sizeof(*wanted), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	raw_spin_lock_init(&port->lock);
	timer_setup(&port->release, end_of_delay, 0);
	port->held = XEN_HOLD_DISABLED;
	port->refs = 1;

	err = xa_alloc(&xen_events.slots, &port->slot, port, xa_limit_31b,
		       GFP_KERNEL);
	if (err)
		goto err_free;
	port->irq = irq_create_mapping(xen_events.domain, port->slot);
	if (!port->irq) {
		err = -ENOMEM;
		goto err_slot;
	}
	port->desc = irq_data_to_desc(irq_get_irq_data(port->irq));
	err = publish(port);
	if (err)
		goto err_irq;
	if (port->peer)
		atomic_inc(&port->peer->event_channels);
	trace_xen_port_bind(port->nr, port->irq, port->kind, port->cpu);
	return port;

err_irq:
	irq_dispose_mapping(port->irq);
err_slot:
	xa_erase(&xen_events.slots, port->slot);
err_free:
	kfree(port);
	return ERR_PTR(err);
}

void xen_port_close(struct xen_port *port, bool close_channel)
{
	struct evtchn_close close = { .port = port->nr };

	trace_xen_port_unbind(port->nr, port->irq);
	timer_shutdown_sync(&port->release);
	if (close.port) {
		unpublish(port);
		xen_events.abi->clear(close.port);
	}
	if (close.port && close_channel &&
	    HYPERVISOR_event_channel_op(EVTCHNOP_close, &close))
		pr_warn("port %u cannot be closed\n", close.port);
	if (port->peer)
		atomic_dec(&port->peer->event_channels);

	irq_dispose_mapping(port->irq);
	xa_erase(&xen_events.slots, port->slot);
	/* The upcall may still hold it. */
	kfree_rcu(port, rcu);
}

int xen_port_rename(struct xen_port *port, evtchn_port_t nr)
{
	unsigned long flags;
	int err = 0;

	if (port->nr)
		unpublish(port);
	raw_spin_lock_irqsave(&port->lock, flags);
	hold_locked(port, XEN_HOLD_MOVING);
	port->nr = nr;
	if (!port->pinned)
		port->cpu = 0;
	raw_spin_unlock_irqrestore(&port->lock, flags);

	if (nr) {
		err = publish(port);
		if (err)
			port->nr = 0;
	}
	/* What the old channel had to be acknowledged for is gone with it. */
	timer_delete_sync(&port->release);
	xen_port_unhold(port, XEN_HOLD_MOVING | XEN_HOLD_EOI);
	return err;
}
