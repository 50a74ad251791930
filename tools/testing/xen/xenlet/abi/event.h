/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels among themselves: ports, and the two sides of the ABI table.
 */
#ifndef XENLET_ABI_EVENT_H
#define XENLET_ABI_EVENT_H

#include <xenlet/event.h>
#include "abi.h"

#define PORTS_PER_BUCKET	128
#define PORT_BUCKETS		32

enum port_state {
	PORT_FREE,
	PORT_RESERVED,		/* port 0 */
	PORT_UNBOUND,
	PORT_INTERDOMAIN,
	PORT_VIRQ,
	PORT_IPI,
	PORT_SERVICE,		/* interdomain, and the peer is built in */
};

struct event_service;

/**
 * struct port - one event channel
 * @vcpu: which vCPU of the owner it notifies
 * @remote: PORT_UNBOUND: who may bind
 * @peer, @peer_port: PORT_INTERDOMAIN
 * @virq: PORT_VIRQ
 * @service: PORT_SERVICE
 */
struct port {
	evtchn_port_t number;
	u8 state;
	u8 vcpu;
	union {
		domid_t remote;
		u32 virq;
		struct {
			struct domain *peer;
			evtchn_port_t peer_port;
		};
		struct event_service *service;
	};
};

/**
 * struct event_ops - what depends on the ABI that the domain has chosen
 * @max_ports: ports that the ABI can name
 * @set_pending: make @port pending and its vCPU notice
 * @clear_pending: forget that it was
 * @unmask: clear the mask; notify if an event waited
 * @is_pending: for SCHEDOP_poll
 * @set_priority: 0 or -errno
 */
struct event_ops {
	unsigned int max_ports;
	void (*set_pending)(struct vcpu *v, struct port *port);
	void (*clear_pending)(struct domain *d, struct port *port);
	void (*unmask)(struct vcpu *v, struct port *port);
	bool (*is_pending)(struct domain *d, const struct port *port);
	int (*set_priority)(struct domain *d, struct port *port, u32 priority);
};

extern const struct event_ops event_ops_2l;

/**
 * struct event_table - all ports of a domain
 * @buckets: grown one at a time, never shrunk while the domain lives
 * @limit: no port above this one is given out
 * @open: ports that are neither free nor reserved
 * @virqs: port bound to a VIRQ; global ones in the row of vCPU 0
 */
struct event_table {
	const struct event_ops *ops;
	struct port *buckets[PORT_BUCKETS];
	unsigned int nr_buckets;
	unsigned int limit;
	unsigned int open;
	evtchn_port_t virqs[MAX_VCPUS][NR_VIRQS];
};

/** port_find() - port @number of @d, NULL if the table never grew to it */
static inline struct port *port_find(struct domain *d, evtchn_port_t number)
{
	struct event_table *table = d->events;

	if (number / PORTS_PER_BUCKET >= table->nr_buckets)
		return NULL;
	return &table->buckets[number / PORTS_PER_BUCKET]
			      [number % PORTS_PER_BUCKET];
}

/** virq_is_global() - one port for the domain, or one for each vCPU */
static inline bool virq_is_global(u32 virq)
{
	return virq != VIRQ_TIMER && virq != VIRQ_DEBUG &&
	       virq != VIRQ_XENOPROF && virq != VIRQ_XENPMU;
}

/** virq_slot() - where the port bound to @virq (< NR_VIRQS) is noted */
evtchn_port_t *virq_slot(struct domain *d, unsigned int vcpu, u32 virq);

/** port_alloc() - a free port, -ENOSPC or -ENOMEM; it stays PORT_FREE until
 * port_open()
 */
int port_alloc(struct domain *d, struct port **port);
/** port_open() - give an allocated port its state; notifies vCPU @vcpu */
void port_open(struct domain *d, struct port *port, enum port_state state,
	       unsigned int vcpu);
/** port_close() - in any state; interdomain peers become unbound */
void port_close(struct domain *d, struct port *port);
/** port_notify() - an event arrives at @port of @d */
void port_notify(struct domain *d, struct port *port);

/** service_send() - a guest sent through a port of a service */
void service_send(struct event_service *service);
/** service_lost() - the guest closed the port */
void service_lost(struct event_service *service);

/** vcpu_mark_pending() - evtchn_upcall_pending, and the interrupt if it was
 * not set yet
 */
void vcpu_mark_pending(struct vcpu *v);

/** sched_poll_event() - wake the vCPUs of @d that poll for @port */
void sched_poll_event(struct domain *d, evtchn_port_t port);
/** event_is_pending() - for SCHEDOP_poll; -EINVAL for an invalid port */
int event_is_pending(struct domain *d, evtchn_port_t port);

#endif /* XENLET_ABI_EVENT_H */
