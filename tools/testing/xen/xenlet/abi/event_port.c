// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: where they come from, who hears of an event, how they end.
 *
 * Owns d->events. Monitor lock held throughout, so both ends of an
 * interdomain channel change in one step, and a peer pointer never outlives
 * its domain: event_destroy() closes every port first.
 */
#include "event.h"

#include <xenlet/page.h>
#include <xenlet/sched.h>

static int grow(struct event_table *table)
{
	struct port *bucket;
	unsigned int i;

	if (table->nr_buckets == PORT_BUCKETS)
		return -XEN_ENOSPC;
	bucket = heap_alloc(PORTS_PER_BUCKET * sizeof(*bucket));
	if (!bucket)
		return -XEN_ENOMEM;
	for (i = 0; i < PORTS_PER_BUCKET; i++)
		bucket[i].number = table->nr_buckets * PORTS_PER_BUCKET + i;
	table->buckets[table->nr_buckets++] = bucket;
	return 0;
}

int event_init(struct domain *d)
{
	struct event_table *table = heap_alloc(sizeof(*table));

	if (!table)
		return -XEN_ENOMEM;
	table->ops = &event_ops_2l;
	table->limit = table->ops->max_ports - 1;
	d->events = table;
	if (grow(table))
		return -XEN_ENOMEM;
	table->buckets[0][0].state = PORT_RESERVED;
	return 0;
}

void event_destroy(struct domain *d)
{
	struct event_table *table = d->events;
	unsigned int i;

	if (!table)
		return;
	for (i = 1; i < table->nr_buckets * PORTS_PER_BUCKET; i++)
		port_close(d, port_find(d, i));
	for (i = 0; i < table->nr_buckets; i++)
		heap_free(table->buckets[i]);
	heap_free(table);
	d->events = NULL;
}

unsigned int event_open_count(struct domain *d)
{
	return d->events ? d->events->open : 0;
}

evtchn_port_t *virq_slot(struct domain *d, unsigned int vcpu, u32 virq)
{
	return &d->events->virqs[virq_is_global(virq) ? 0 : vcpu][virq];
}

int port_alloc(struct domain *d, struct port **port)
{
	struct event_table *table = d->events;
	evtchn_port_t number;

	if (!table)
		return -XEN_ESRCH;
	for (number = 1; number <= table->limit; number++) {
		struct port *candidate = port_find(d, number);
		int ret;

		if (!candidate) {
			ret = grow(table);
			if (ret)
				return ret;
			candidate = port_find(d, number);
		}
		if (candidate->state == PORT_FREE) {
			*port = candidate;
			return 0;
		}
	}
	return -XEN_ENOSPC;
}

void port_open(struct domain *d, struct port *port, enum port_state state,
	       unsigned int vcpu)
{
	port->state = state;
	port->vcpu = vcpu;
	d->events->open++;
}

/* The other end waits for a new connection from the same domain. */
static void leave_peer(struct domain *d, struct port *port)
{
	struct port *other = port_find(port->peer, port->peer_port);

	other->state = PORT_UNBOUND;
	other->remote = d->domid;
}

void port_close(struct domain *d, struct port *port)
{
	switch (port->state) {
	case PORT_FREE:
	case PORT_RESERVED:
		return;
	case PORT_VIRQ:
		*virq_slot(d, port->vcpu, port->virq) = 0;
		break;
	case PORT_INTERDOMAIN:
		leave_peer(d, port);
		break;
	case PORT_SERVICE:
		service_lost(port->service);
		break;
	default:
		break;
	}
	port->state = PORT_FREE;
	port->vcpu = 0;
	d->events->open--;
	if (d->shared_info)
		d->events->ops->clear_pending(d, port);
}

void port_notify(struct domain *d, struct port *port)
{
	if (!d->shared_info || port->vcpu >= d->nr_vcpus)
		return;
	d->events->ops->set_pending(d->vcpus[port->vcpu], port);
}

void vcpu_mark_pending(struct vcpu *v)
{
	u8 *flag = &v->info->evtchn_upcall_pending;

	if (__atomic_exchange_n(flag, 1, __ATOMIC_SEQ_CST))
		return;
	v->domain->stats.upcalls++;
	vcpu_inject_upcall(v);
}

bool event_pending(struct vcpu *v)
{
	return v->info && READ_ONCE(v->info->evtchn_upcall_pending);
}

int event_is_pending(struct domain *d, evtchn_port_t number)
{
	struct port *port = port_find(d, number);

	if (!port)
		return -XEN_EINVAL;
	return d->events->ops->is_pending(d, port);
}

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
	struct domain *d = v->domain;
	evtchn_port_t number;

	if (virq >= NR_VIRQS || !d->events)
		return;
	number = *virq_slot(d, v->id, virq);
	if (number)
		port_notify(d, port_find(d, number));
}
