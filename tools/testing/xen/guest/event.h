/* SPDX-License-Identifier: GPL-2.0 */
/* Event channel calls as functions, and the bits behind them. */
#ifndef _XEN_GUEST_EVENT_H
#define _XEN_GUEST_EVENT_H

#include "test.h"

#define NO_DOMAIN	0x7fef
#define WORD_BITS	64

static inline long alloc_unbound(domid_t dom, domid_t remote,
				 evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = { .dom = dom, .remote_dom = remote };
	long ret = event_channel_op(EVTCHNOP_alloc_unbound, &op);

	*port = op.port;
	return ret;
}

static inline long bind_interdomain(domid_t remote, evtchn_port_t remote_port,
				    evtchn_port_t *port)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = remote, .remote_port = remote_port,
	};
	long ret = event_channel_op(EVTCHNOP_bind_interdomain, &op);

	*port = op.local_port;
	return ret;
}

static inline long bind_virq(uint32_t virq, uint32_t vcpu, evtchn_port_t *port)
{
	struct evtchn_bind_virq op = { .virq = virq, .vcpu = vcpu };
	long ret = event_channel_op(EVTCHNOP_bind_virq, &op);

	*port = op.port;
	return ret;
}

static inline long bind_ipi(uint32_t vcpu, evtchn_port_t *port)
{
	struct evtchn_bind_ipi op = { .vcpu = vcpu };
	long ret = event_channel_op(EVTCHNOP_bind_ipi, &op);

	*port = op.port;
	return ret;
}

static inline long close_port(evtchn_port_t port)
{
	struct evtchn_close op = { .port = port };

	return event_channel_op(EVTCHNOP_close, &op);
}

static inline long send(evtchn_port_t port)
{
	struct evtchn_send op = { .port = port };

	return event_channel_op(EVTCHNOP_send, &op);
}

static inline long unmask(evtchn_port_t port)
{
	struct evtchn_unmask op = { .port = port };

	return event_channel_op(EVTCHNOP_unmask, &op);
}

static inline long bind_vcpu(evtchn_port_t port, uint32_t vcpu)
{
	struct evtchn_bind_vcpu op = { .port = port, .vcpu = vcpu };

	return event_channel_op(EVTCHNOP_bind_vcpu, &op);
}

static inline long status(domid_t dom, evtchn_port_t port,
			  struct evtchn_status *op)
{
	memset(op, 0, sizeof(*op));
	op->dom = dom;
	op->port = port;
	return event_channel_op(EVTCHNOP_status, op);
}

static inline bool test_bit(const xen_ulong_t *words, evtchn_port_t port)
{
	return __atomic_load_n(&words[port / WORD_BITS], __ATOMIC_SEQ_CST) >>
	       port % WORD_BITS & 1;
}

static inline void set_bit(xen_ulong_t *words, evtchn_port_t port)
{
	__atomic_fetch_or(&words[port / WORD_BITS],
			  (xen_ulong_t)1 << port % WORD_BITS, __ATOMIC_SEQ_CST);
}

static inline void clear_bit(xen_ulong_t *words, evtchn_port_t port)
{
	__atomic_fetch_and(&words[port / WORD_BITS],
			   ~((xen_ulong_t)1 << port % WORD_BITS),
			   __ATOMIC_SEQ_CST);
}

#endif /* _XEN_GUEST_EVENT_H */
