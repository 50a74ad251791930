// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers call: event channels bound to interrupts and let go again.
 *
 * A port is bound once and referred to by everyone who binds it again; it is
 * closed with the last reference. All of this runs in process context under
 * xen_events.bind_lock, except for sending.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <xen/events.h>
#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#include "../trace.h"
#include "port.h"

unsigned int xen_evtchn_nr_channels(void)
{
	return xen_events.abi ? xen_events.abi->max_ports : 0;
}
EXPORT_SYMBOL_GPL(xen_evtchn_nr_channels);

static void close_channel(evtchn_port_t nr)
{
	struct evtchn_close close = { .port = nr };

	HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

/* One more reference, or the first; the interrupt or a negative errno. */
static int bind_port(const struct xen_port *wanted)
{
	struct xen_port *port;

	lockdep_assert_held(&xen_events.bind_lock);
	if (!xen_events.domain)
		return -ENODEV;
	/* Zero is what says that there is no port. */
	if (!wanted->nr)
		return -EINVAL;

	port = xen_port_find(wanted->nr);
	if (port) {
		if (port->kind != wanted->kind || port->late != wanted->late)
			return -EBUSY;
		port->refs++;
		return port->irq;
	}
	port = xen_port_open(wanted);
	return IS_ERR(port) ? PTR_ERR(port) : port->irq;
}

static int bind_event(evtchn_port_t nr, bool late, struct xenbus_device *peer)
{
	struct xen_port wanted = {
		.nr = nr,
		.kind = XEN_PORT_EVENT,
		.late = late,
		.peer = peer,
	};

	return bind_port(&wanted);
}

int bind_evtchn_to_irq(evtchn_port_t evtchn)
{
	guard(mutex)(&xen_events.bind_lock);
	return bind_event(evtchn, false, NULL);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irq);

int bind_evtchn_to_irq_lateeoi(evtchn_port_t evtchn)
{
	guard(mutex)(&xen_events.bind_lock);
	return bind_event(evtchn, true, NULL);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irq_lateeoi);

int bind_interdomain_evtchn_to_irq_lateeoi(struct xenbus_device *dev,
					   evtchn_port_t remote_port)
{
	struct evtchn_bind_interdomain bind = {
		.remote_dom = dev->otherend_id,
		.remote_port = remote_port,
	};
	int irq;

	guard(mutex)(&xen_events.bind_lock);
	irq = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &bind);
	if (irq)
		return irq;
	irq = bind_event(bind.local_port, true, dev);
	if (irq < 0)
		close_channel(bind.local_port);
	return irq;
}
EXPORT_SYMBOL_GPL(bind_interdomain_evtchn_to_irq_lateeoi);

static struct xen_port *find_source(enum xen_port_kind kind,
				    unsigned int source, unsigned int home)
{
	struct xen_port *port;
	unsigned long nr;

	xa_for_each(&xen_events.ports, nr, port)
		if (port->kind == kind && port->source == source &&
		    port->home == home)
			return port;
	return NULL;
}

/* Asks the hypervisor for a channel from @source to @cpu. */
static int open_source(enum xen_port_kind kind, unsigned int source,
		       unsigned int cpu, evtchn_port_t *nr)
{
	struct evtchn_bind_virq virq = {
		.virq = source,
		.vcpu = xen_vcpu_nr(cpu),
	};
	struct evtchn_bind_ipi ipi = { .vcpu = xen_vcpu_nr(cpu) };
	int err;

	if (kind == XEN_PORT_VIRQ) {
		err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_virq, &virq);
		*nr = virq.port;
	} else {
		err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_ipi, &ipi);
		*nr = ipi.port;
	}
	return err;
}

static int bind_source(enum xen_port_kind kind, unsigned int source,
		       unsigned int cpu, bool pinned)
{
	struct xen_port wanted = {
		.kind = kind,
		.source = source,
		.home = cpu,
		.cpu = cpu,
		.pinned = pinned,
	};
	struct xen_port *port;
	int irq;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return -EINVAL;

	guard(mutex)(&xen_events.bind_lock);
	port = find_source(kind, source, cpu);
	if (port) {
		port->refs++;
		return port->irq;
	}
	if (!per_cpu(xen_vcpu, cpu))
		return -ENXIO;
	irq = open_source(kind, source, cpu, &wanted.nr);
	if (irq)
		return irq;
	irq = bind_port(&wanted);
	if (irq < 0)
		close_channel(wanted.nr);
	return irq;
}

int bind_virq_to_irq(unsigned int virq, unsigned int cpu, bool percpu)
{
	return bind_source(XEN_PORT_VIRQ, virq, cpu, percpu);
}
EXPORT_SYMBOL_GPL(bind_virq_to_irq);

/* Drops a reference; the interrupt has no action left if it is the last. */
static void unbind_port(struct xen_port *port)
{
	lockdep_assert_held(&xen_events.bind_lock);
	if (--port->refs == 0)
		xen_port_close(port, !port->is_static);
}

static void unbind_irq(unsigned int irq)
{
	struct xen_port *port;

	guard(mutex)(&xen_events.bind_lock);
	port = xen_port_of_irq(irq);
	if (!WARN_ON_ONCE(!port))
		unbind_port(port);
}

static int request_bound(int irq, irq_handler_t handler, unsigned long irqflags,
			 const char *devname, void *dev_id)
{
	int err;

	if (irq < 0)
		return irq;
	err = request_irq(irq, handler, irqflags, devname, dev_id);
	if (err) {
		unbind_irq(irq);
		return err;
	}
	return irq;
}

int bind_evtchn_to_irqhandler(evtchn_port_t evtchn, irq_handler_t handler,
			      unsigned long irqflags, const char *devname,
			      void *dev_id)
{
	return request_bound(bind_evtchn_to_irq(evtchn), handler, irqflags,
			     devname, dev_id);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irqhandler);

int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t evtchn,
				      irq_handler_t handler,
				      unsigned long irqflags,
				      const char *devname, void *dev_id)
{
	return request_bound(bind_evtchn_to_irq_lateeoi(evtchn), handler,
			     irqflags, devname, dev_id);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irqhandler_lateeoi);

int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev,
						  evtchn_port_t remote_port,
						  irq_handler_t handler,
						  unsigned long irqflags,
						  const char *devname,
						  void *dev_id)
{
	return request_bound(bind_interdomain_evtchn_to_irq_lateeoi(dev,
								    remote_port),
			     handler, irqflags, devname, dev_id);
}
EXPORT_SYMBOL_GPL(bind_interdomain_evtchn_to_irqhandler_lateeoi);

int bind_virq_to_irqhandler(unsigned int virq, unsigned int cpu,
			    irq_handler_t handler, unsigned long irqflags,
			    const char *devname, void *dev_id)
{
	return request_bound(bind_virq_to_irq(virq, cpu,
					      irqflags & IRQF_PERCPU),
			     handler, irqflags, devname, dev_id);
}
EXPORT_SYMBOL_GPL(bind_virq_to_irqhandler);

int bind_ipi_to_irqhandler(enum ipi_vector ipi, unsigned int cpu,
			   irq_handler_t handler, unsigned long irqflags,
			   const char *devname, void *dev_id)
{
	return request_bound(bind_source(XEN_PORT_IPI, ipi, cpu, true),
			     handler,
			     irqflags | IRQF_NO_SUSPEND | IRQF_PERCPU,
			     devname, dev_id);
}

/**
 * unbind_from_irqhandler() - undo one of the binds
 * @irq: what it returned
 * @dev_id: what it was given, or what the caller requested @irq with
 *
 * Process context. No handler runs when this returns, and the channel is
 * closed unless somebody else refers to it.
 */
void unbind_from_irqhandler(unsigned int irq, void *dev_id)
{
	if (WARN_ON_ONCE(!irq))
		return;
	free_irq(irq, dev_id);
	unbind_irq(irq);
}
EXPORT_SYMBOL_GPL(unbind_from_irqhandler);

int evtchn_make_refcounted(evtchn_port_t evtchn, bool is_static)
{
	struct xen_port *port;

	guard(mutex)(&xen_events.bind_lock);
	port = xen_port_find(evtchn);
	if (!port)
		return -ENOENT;
	if (port->user)
		return -EBUSY;
	port->user = true;
	port->is_static = is_static;
	return 0;
}
EXPORT_SYMBOL_GPL(evtchn_make_refcounted);

int evtchn_get(evtchn_port_t evtchn)
{
	struct xen_port *port;

	if (evtchn >= xen_evtchn_nr_channels())
		return -EINVAL;

	guard(mutex)(&xen_events.bind_lock);
	port = xen_port_find(evtchn);
	if (!port)
		return -ENOENT;
	if (!port->user || port->refs >= SHRT_MAX)
		return -EINVAL;
	port->refs++;
	return 0;
}
EXPORT_SYMBOL_GPL(evtchn_get);

void evtchn_put(evtchn_port_t evtchn)
{
	struct xen_port *port;

	guard(mutex)(&xen_events.bind_lock);
	port = xen_port_find(evtchn);
	if (!WARN_ON_ONCE(!port || !port->user))
		unbind_port(port);
}
EXPORT_SYMBOL_GPL(evtchn_put);

unsigned int irq_from_evtchn(evtchn_port_t evtchn)
{
	struct xen_port *port;
	unsigned int irq;

	rcu_read_lock();
	port = xen_port_find(evtchn);
	irq = port ? port->irq : -1;
	rcu_read_unlock();
	return irq;
}
EXPORT_SYMBOL_GPL(irq_from_evtchn);

int irq_evtchn_from_virq(unsigned int cpu, unsigned int virq,
			 evtchn_port_t *evtchn)
{
	struct xen_port *port;

	guard(mutex)(&xen_events.bind_lock);
	port = find_source(XEN_PORT_VIRQ, virq, cpu);
	if (!port)
		return -1;
	*evtchn = port->nr;
	return port->irq;
}

static evtchn_port_t nr_of_irq(unsigned int irq)
{
	struct xen_port *port;
	evtchn_port_t nr;

	rcu_read_lock();
	port = xen_port_of_irq(irq);
	nr = port ? port->nr : 0;
	rcu_read_unlock();
	return nr;
}

/**
 * notify_remote_via_irq() - send the peer an event
 * @irq: bound to the channel
 *
 * Any context.
 */
void notify_remote_via_irq(int irq)
{
	evtchn_port_t nr = nr_of_irq(irq);

	if (!nr)
		return;
	trace_xen_port_send(nr);
	notify_remote_via_evtchn(nr);
}
EXPORT_SYMBOL_GPL(notify_remote_via_irq);

void xen_send_IPI_one(unsigned int cpu, enum ipi_vector vector)
{
	struct xen_port *port;

	rcu_read_lock();
	port = find_source(XEN_PORT_IPI, vector, cpu);
	if (port)
		notify_remote_via_evtchn(port->nr);
	rcu_read_unlock();
}

void xen_clear_irq_pending(int irq)
{
	evtchn_port_t nr = nr_of_irq(irq);

	if (nr)
		xen_events.abi->clear(nr);
}
EXPORT_SYMBOL(xen_clear_irq_pending);

bool xen_test_irq_pending(int irq)
{
	evtchn_port_t nr = nr_of_irq(irq);

	return nr && xen_events.abi->is_pending(nr);
}

void xen_poll_irq_timeout(int irq, u64 timeout)
{
	evtchn_port_t nr = nr_of_irq(irq);
	struct sched_poll poll = {
		.nr_ports = 1,
		.timeout = timeout,
	};

	if (!nr)
		return;
	set_xen_guest_handle(poll.ports, &nr);
	HYPERVISOR_sched_op(SCHEDOP_poll, &poll);
}
EXPORT_SYMBOL(xen_poll_irq_timeout);

void xen_poll_irq(int irq)
{
	xen_poll_irq_timeout(irq, 0);
}

/**
 * rebind_evtchn_irq() - the interrupt stays, its channel is another
 * @evtchn: the new one
 * @irq: whose old channel was lost
 */
void rebind_evtchn_irq(evtchn_port_t evtchn, int irq)
{
	struct xen_port *port;

	scoped_guard(mutex, &xen_events.bind_lock) {
		port = xen_port_of_irq(irq);
		if (WARN_ON_ONCE(!port) || xen_port_rename(port, evtchn))
			return;
	}
	irq_set_affinity(irq, irq_get_affinity_mask(irq));
}

/**
 * xen_irq_resume() - the domain was restored: all channels are lost
 *
 * What comes from the hypervisor or another CPU is opened anew; drivers call
 * rebind_evtchn_irq() for the rest.
 */
void xen_irq_resume(void)
{
	struct xen_port *port;
	unsigned long slot;
	evtchn_port_t nr;

	guard(mutex)(&xen_events.bind_lock);
	xa_for_each(&xen_events.slots, slot, port)
		xen_port_rename(port, 0);
	if (xen_events.abi->resume && xen_events.abi->resume())
		pr_err("no events after this resume\n");
	xa_for_each(&xen_events.slots, slot, port) {
		if (port->kind == XEN_PORT_EVENT)
			continue;
		if (!open_source(port->kind, port->source, port->cpu, &nr))
			xen_port_rename(port, nr);
	}
}

static const char *const kind_names[] = {
	[XEN_PORT_EVENT] = "event",
	[XEN_PORT_VIRQ] = "virq",
	[XEN_PORT_IPI] = "ipi",
};

void xen_ports_show(struct seq_file *file)
{
	struct xen_port *port;
	unsigned long nr;

	seq_puts(file, "port irq kind source cpu refs held pending ");
	seq_puts(file, "masked events useless delayed peer\n");

	guard(mutex)(&xen_events.bind_lock);
	xa_for_each(&xen_events.ports, nr, port)
		seq_printf(file, "%lu %u %s%s %u %u %u %#x %d %d %lu %lu %lu %s\n",
			   nr, port->irq, kind_names[port->kind],
			   port->late ? "-late" : "", port->source, port->cpu,
			   port->refs, READ_ONCE(port->held),
			   xen_events.abi->is_pending(nr),
			   xen_events.abi->is_masked(nr),
			   READ_ONCE(port->events), READ_ONCE(port->useless),
			   READ_ONCE(port->delayed),
			   port->peer ? port->peer->nodename : "-");
}
