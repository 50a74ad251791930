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

/* Candidates that a search for a free port looks at per entry. */
#define SEARCH_PER_ENTRY	4096

static int grow(struct event_table *table)
{
	unsigned int nr = table->nr_buckets, i;
	struct port ***group = &table->groups[nr / BUCKETS_PER_GROUP];
	struct port *bucket;

	if (nr == PORT_BUCKETS)
		return -XEN_ENOSPC;
	if (!*group)
		*group = heap_alloc(BUCKETS_PER_GROUP * sizeof(**group));
	if (!*group)
		return -XEN_ENOMEM;
	bucket = heap_alloc(PORTS_PER_BUCKET * sizeof(*bucket));
	if (!bucket)
		return -XEN_ENOMEM;
	for (i = 0; i < PORTS_PER_BUCKET; i++)
		bucket[i].number = nr * PORTS_PER_BUCKET + i;
	(*group)[nr % BUCKETS_PER_GROUP] = bucket;
	table->nr_buckets++;
	return 0;
}

int event_init(struct domain *d)
{
	struct event_table *table = heap_alloc(sizeof(*table));

	if (!table)
		return -XEN_ENOMEM;
	table->ops = &event_ops_2l;
	table->limit = table->ops->max_ports - 1;
	table->first_free = 1;
	table->close_from = 1;
	d->events = table;
	if (grow(table))
		return -XEN_ENOMEM;
	port_at(table, 0)->state = PORT_RESERVED;
	return 0;
}

bool event_close_some(struct domain *d, unsigned int count)
{
	struct event_table *table = d->events;
	struct port *port;

	if (!table)
		return true;
	while ((port = port_find(d, table->close_from))) {
		if (!count--)
			return false;
		port_close(d, port);
		table->close_from++;
	}
	table->close_from = 1;
	return true;
}

void event_destroy(struct domain *d)
{
	struct event_table *table = d->events;
	unsigned int i;

	if (!table)
		return;
	while (!event_close_some(d, PORTS_PER_BUCKET))
		;
	fifo_destroy(d);
	service_forget(d);
	for (i = 0; i < table->nr_buckets; i++)
		heap_free(port_at(table, i * PORTS_PER_BUCKET));
	for (i = 0; i < PORT_GROUPS; i++)
		heap_free(table->groups[i]);
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

/* The port with this number, which the table may not have had yet. */
static int port_get(struct domain *d, evtchn_port_t number, struct port **port)
{
	int ret = 0;

	*port = port_find(d, number);
	if (!*port) {
		ret = grow(d->events);
		*port = port_find(d, number);
	}
	return ret;
}

int port_alloc(struct domain *d, struct port **port)
{
	struct event_table *table = d->events;
	unsigned int left = SEARCH_PER_ENTRY;
	evtchn_port_t number;
	int ret;

	if (!table)
		return -XEN_ESRCH;
	number = MAX(table->first_free, table->search_from);
	table->search_from = 0;
	for (; number <= table->limit; number++) {
		if (!left--) {
			table->search_from = number;
			return -E_AGAIN_LATER;
		}
		ret = port_get(d, number, port);
		if (ret)
			return ret;
		if ((*port)->state != PORT_FREE) {
			if (number == table->first_free)
				table->first_free++;
			continue;
		}
		if (!table->ops->is_busy(d, *port))
			return 0;
	}
	return -XEN_ENOSPC;
}

void port_open(struct domain *d, struct port *port, enum port_state state,
	       unsigned int vcpu)
{
	port->state = state;
	port->vcpu = vcpu;
	port->priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
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
	d->events->first_free = MIN(d->events->first_free, port->number);
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
	if (!v->info || __atomic_exchange_n(&v->info->evtchn_upcall_pending, 1,
					    __ATOMIC_SEQ_CST))
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
