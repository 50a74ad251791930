/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels (xen/event_channel.h), two-level and FIFO; what is particular
 * to one of them sits behind a table.
 *
 * The built-in services take part as domid 0: a service port has a function
 * instead of a vCPU. Its function runs from the sender's hypercall with the
 * monitor lock held and must only note the event and queue work.
 */
#ifndef XENLET_EVENT_H
#define XENLET_EVENT_H

#include <xenlet/types.h>
#include <xen/xen.h>
#include <xen/event_channel.h>

struct domain;
struct vcpu;

int event_init(struct domain *d);
/** event_close_some() - close ports of @d, at most @count; true: that was all */
bool event_close_some(struct domain *d, unsigned int count);
/** event_destroy() - close every port; interdomain peers see theirs unbound */
void event_destroy(struct domain *d);

long event_channel_op(u32 cmd, gva_t arg);

/** event_alloc_unbound() - as EVTCHNOP_alloc_unbound, for the builder */
int event_alloc_unbound(struct domain *d, domid_t remote, evtchn_port_t *port);

/** event_virq_raise() - VIRQ_* of @v's domain (per-vCPU ones on @v) */
void event_virq_raise(struct vcpu *v, unsigned int virq);

/**
 * event_service_bind() - bind a service to a guest's unbound port
 * @remote: the guest
 * @remote_port: a port that @remote allocated for domid 0
 * @fn: called for each event the guest sends
 * Return: handle > 0 for event_service_notify(), or -errno as Xen would give
 */
int event_service_bind(struct domain *remote, evtchn_port_t remote_port,
		       void (*fn)(void *ctx), void *ctx);
/** event_service_notify() - send an event to the guest */
void event_service_notify(int handle);
/** event_service_unbind() - the guest's port becomes unbound again */
void event_service_unbind(int handle);

/** event_pending() - is an upcall waiting for @v (pending and unmasked) */
bool event_pending(struct vcpu *v);

/** event_open_count() - ports not free, for the leak counters */
unsigned int event_open_count(struct domain *d);

#endif /* XENLET_EVENT_H */
