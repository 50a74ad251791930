/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels among themselves: ports, and the two sides of the ABI table.
 */
#ifndef XENLET_ABI_EVENT_H
#define XENLET_ABI_EVENT_H

#include <xenlet/event.h>
#include "abi.h"

#define PORTS_PER_BUCKET	128
#define BUCKETS_PER_GROUP	32
#define PORT_GROUPS		32
#define PORT_BUCKETS		(PORT_GROUPS * BUCKETS_PER_GROUP)

/* Where the services' ends have their numbers: no domain has such ports. */
#define SERVICE_PORTS		0x1000000

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
 * @priority: FIFO: of the queue that takes its next event
 * @queue_vcpu, @queue_priority: FIFO: the queue that it was on last
 * @early: FIFO: an event came before there was a word for it
 * @remote: PORT_UNBOUND: who may bind
 * @peer, @peer_port: PORT_INTERDOMAIN
 * @virq: PORT_VIRQ
 * @service: PORT_SERVICE
 */
struct port {
	evtchn_port_t number;
	u8 state;
	u8 vcpu;
	u8 priority : 4, queue_priority : 4;
	u8 queue_vcpu : 7, early : 1;
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
 * @is_busy: the guest has not let go of a port that is free again
 * @set_priority: 0 or -errno
 */
struct event_ops {
	unsigned int max_ports;
	void (*set_pending)(struct vcpu *v, struct port *port);
	void (*clear_pending)(struct domain *d, struct port *port);
	void (*unmask)(struct vcpu *v, struct port *port);
	bool (*is_pending)(struct domain *d, const struct port *port);
	bool (*is_busy)(struct domain *d, const struct port *port);
	int (*set_priority)(struct domain *d, struct port *port, u32 priority);
};

extern const struct event_ops event_ops_2l, event_ops_fifo;

/**
 * struct event_table - all ports of a domain
 * @fifo: what that ABI needs, NULL while the domain has two levels
 * @groups: of buckets, grown one at a time, never shrunk while the domain
 *	lives: at most 4 MiB
 * @limit: no port above this one is given out
 * @open: ports that are neither free nor reserved
 * @first_free: no port below it is free
 * @search_from: where a search that took too long goes on; 0: none does
 * @close_from: where the closing of all ports goes on
 * @virqs: port bound to a VIRQ; global ones in the row of vCPU 0
 */
struct event_table {
	const struct event_ops *ops;
	struct event_fifo *fifo;
	struct port **groups[PORT_GROUPS];
	unsigned int nr_buckets;
	unsigned int limit;
	unsigned int open;
	evtchn_port_t first_free;
	evtchn_port_t search_from;
	evtchn_port_t close_from;
	evtchn_port_t virqs[MAX_VCPUS][NR_VIRQS];
};

/** port_at() - a port that the table has */
static inline struct port *port_at(const struct event_table *table,
				   evtchn_port_t number)
{
	unsigned int bucket = number / PORTS_PER_BUCKET;

	return &table->groups[bucket / BUCKETS_PER_GROUP]
			     [bucket % BUCKETS_PER_GROUP]
			     [number % PORTS_PER_BUCKET];
}

/** port_find() - port @number of @d, NULL if the table never grew to it or
 * the domain's ABI cannot name it
 */
static inline struct port *port_find(struct domain *d, evtchn_port_t number)
{
	struct event_table *table = d->events;

	if (number > table->limit ||
	    number / PORTS_PER_BUCKET >= table->nr_buckets)
		return NULL;
	return port_at(table, number);
}

/** virq_is_global() - one port for the domain, or one for each vCPU */
static inline bool virq_is_global(u32 virq)
{
	return virq != VIRQ_TIMER && virq != VIRQ_DEBUG &&
	       virq != VIRQ_XENOPROF && virq != VIRQ_XENPMU;
}

/** virq_slot() - where the port bound to @virq (< NR_VIRQS) is noted */
evtchn_port_t *virq_slot(struct domain *d, unsigned int vcpu, u32 virq);

/** port_alloc() - the lowest free port, -ENOSPC, -ENOMEM, or -E_AGAIN_LATER
 * after a part of the search; it stays PORT_FREE until port_open()
 */
int port_alloc(struct domain *d, struct port **port);
/** port_open() - give an allocated port its state; notifies vCPU @vcpu */
void port_open(struct domain *d, struct port *port, enum port_state state,
	       unsigned int vcpu);
/** port_close() - in any state; interdomain peers become unbound */
void port_close(struct domain *d, struct port *port);
/** port_notify() - an event arrives at @port of @d */
void port_notify(struct domain *d, struct port *port);

/**
 * fifo_init_control() - EVTCHNOP_init_control: @v's control block
 *
 * The first one of a domain changes its ABI. 0, -EINVAL or -ENOMEM.
 */
int fifo_init_control(struct vcpu *v, u64 gfn, u32 offset);
/** fifo_expand_array() - EVTCHNOP_expand_array: words for the next ports */
int fifo_expand_array(struct domain *d, u64 gfn);
/** fifo_destroy() - back to two levels; the guest has its frames to itself */
void fifo_destroy(struct domain *d);

/** service_send() - a guest sent through a port of a service */
void service_send(struct event_service *service);
/** service_lost() - the guest closed the port */
void service_lost(struct event_service *service);
/** service_number() - what the guest knows as the other end's port */
evtchn_port_t service_number(const struct event_service *service);
/** service_bind_again() - @port is the guest's end of a channel to a service
 * that it closed; -EINVAL if there is none of that number
 */
int service_bind_again(struct domain *d, evtchn_port_t number,
		       struct port *port);
/** service_forget() - @d, whose ports are all closed, goes */
void service_forget(const struct domain *d);

/** vcpu_mark_pending() - evtchn_upcall_pending, and the interrupt if it was
 * not set yet; a vCPU without vcpu_info gets both when it registers one
 */
void vcpu_mark_pending(struct vcpu *v);

/** sched_poll_event() - wake the vCPUs of @d that poll for @port */
void sched_poll_event(struct domain *d, evtchn_port_t port);
/** event_is_pending() - for SCHEDOP_poll; -EINVAL for an invalid port */
int event_is_pending(struct domain *d, evtchn_port_t port);

#endif /* XENLET_ABI_EVENT_H */
