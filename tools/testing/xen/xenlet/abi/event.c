// SPDX-License-Identifier: GPL-2.0
/*
 * EVENT_CHANNEL_OP: the operations that a guest calls.
 *
 * Owns no data. Monitor lock held. Each operation checks, then acts by the
 * calls of event_port.c, which cannot fail any more. What an operation
 * returns to the guest is copied last; if that fails the port stays, as on
 * Xen, and the guest that passed a bad pointer has lost it.
 */
#include "event.h"

/* EVTCHNOP_reset looks at this many ports per entry. */
#define CLOSE_PER_ENTRY	256

int event_alloc_unbound(struct domain *d, domid_t remote, evtchn_port_t *number)
{
	struct port *port;
	int ret = port_alloc(d, &port);

	if (ret)
		return ret;
	port_open(d, port, PORT_UNBOUND, 0);
	port->remote = remote == DOMID_SELF ? current_domain()->domid : remote;
	*number = port->number;
	return 0;
}

static long alloc_unbound(gva_t arg)
{
	struct evtchn_alloc_unbound op;
	struct domain *d;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_any_id(op.dom);
	if (!d || !domain_by_any_id(op.remote_dom))
		return -XEN_ESRCH;
	if (!domain_may_control(d))
		return -XEN_EPERM;
	ret = event_alloc_unbound(d, op.remote_dom, &op.port);
	return ret ?: copy_to_guest(arg, &op, sizeof(op));
}

static int connect(struct domain *d, struct domain *peer,
		   evtchn_port_t peer_port, evtchn_port_t *number)
{
	struct port *port, *other;
	int ret;

	ret = port_alloc(d, &port);
	if (ret)
		return ret;
	*number = port->number;
	if (!peer->domid && peer_port >= SERVICE_PORTS)
		return service_bind_again(d, peer_port, port);
	other = peer->events ? port_find(peer, peer_port) : NULL;
	if (!other || other->state != PORT_UNBOUND || other->remote != d->domid)
		return -XEN_EINVAL;

	port_open(d, port, PORT_INTERDOMAIN, 0);
	port->peer = peer;
	port->peer_port = peer_port;
	other->state = PORT_INTERDOMAIN;
	other->peer = d;
	other->peer_port = port->number;
	/* The peer may have sent before there was anybody to hear it. */
	port_notify(d, port);
	return 0;
}

static long bind_interdomain(gva_t arg)
{
	struct evtchn_bind_interdomain op;
	struct domain *peer;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	peer = domain_by_any_id(op.remote_dom);
	if (!peer)
		return -XEN_ESRCH;
	ret = connect(current_domain(), peer, op.remote_port, &op.local_port);
	return ret ?: copy_to_guest(arg, &op, sizeof(op));
}

static long bind_virq(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_bind_virq op;
	evtchn_port_t *slot;
	struct port *port;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.virq >= NR_VIRQS || (virq_is_global(op.virq) && op.vcpu))
		return -XEN_EINVAL;
	if (!domain_vcpu(d, op.vcpu))
		return -XEN_ENOENT;
	slot = virq_slot(d, op.vcpu, op.virq);
	if (*slot)
		return -XEN_EEXIST;
	ret = port_alloc(d, &port);
	if (ret)
		return ret;

	port_open(d, port, PORT_VIRQ, op.vcpu);
	port->virq = op.virq;
	*slot = port->number;
	op.port = port->number;
	return copy_to_guest(arg, &op, sizeof(op));
}

static long bind_ipi(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_bind_ipi op;
	struct port *port;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (!domain_vcpu(d, op.vcpu))
		return -XEN_ENOENT;
	ret = port_alloc(d, &port);
	if (ret)
		return ret;

	port_open(d, port, PORT_IPI, op.vcpu);
	op.port = port->number;
	return copy_to_guest(arg, &op, sizeof(op));
}

/* No guest has physical interrupts by number: none is in range. */
static long bind_pirq(gva_t arg)
{
	struct evtchn_bind_pirq op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	return -XEN_EINVAL;
}

static long close_port(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_close op;
	struct port *port;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	port = port_find(d, op.port);
	if (!port || port->state == PORT_FREE || port->state == PORT_RESERVED)
		return -XEN_EINVAL;
	port_close(d, port);
	return 0;
}

static long send(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_send op;
	struct port *port;

	d->stats.sends++;
	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	port = port_find(d, op.port);
	if (!port)
		return -XEN_EINVAL;
	switch (port->state) {
	case PORT_SERVICE:
		service_send(port->service);
		return 0;
	case PORT_INTERDOMAIN:
		port_notify(port->peer,
			    port_find(port->peer, port->peer_port));
		return 0;
	case PORT_IPI:
		port_notify(d, port);
		return 0;
	case PORT_UNBOUND:
		return 0;
	default:
		return -XEN_EINVAL;
	}
}

static void describe(const struct port *port, struct evtchn_status *op)
{
	op->vcpu = port->vcpu;
	switch (port->state) {
	case PORT_UNBOUND:
		op->status = EVTCHNSTAT_unbound;
		op->u.unbound.dom = port->remote;
		break;
	case PORT_INTERDOMAIN:
		op->status = EVTCHNSTAT_interdomain;
		op->u.interdomain.dom = port->peer->domid;
		op->u.interdomain.port = port->peer_port;
		break;
	case PORT_SERVICE:
		op->status = EVTCHNSTAT_interdomain;
		op->u.interdomain.dom = service_domain()->domid;
		op->u.interdomain.port = service_number(port->service);
		break;
	case PORT_VIRQ:
		op->status = EVTCHNSTAT_virq;
		op->u.virq = port->virq;
		break;
	case PORT_IPI:
		op->status = EVTCHNSTAT_ipi;
		break;
	default:
		op->status = EVTCHNSTAT_closed;
		break;
	}
}

static long status(gva_t arg)
{
	struct evtchn_status op;
	struct domain *d;
	struct port *port;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_any_id(op.dom);
	if (!d)
		return -XEN_ESRCH;
	port = d->events ? port_find(d, op.port) : NULL;
	if (!port)
		return -XEN_EINVAL;
	if (!domain_may_control(d))
		return -XEN_EPERM;
	describe(port, &op);
	return copy_to_guest(arg, &op, sizeof(op));
}

static long bind_vcpu(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_bind_vcpu op;
	struct port *port;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (!domain_vcpu(d, op.vcpu))
		return -XEN_ENOENT;
	port = port_find(d, op.port);
	if (!port)
		return -XEN_EINVAL;
	switch (port->state) {
	case PORT_VIRQ:
		if (!virq_is_global(port->virq))
			return -XEN_EINVAL;
		break;
	case PORT_UNBOUND:
	case PORT_INTERDOMAIN:
	case PORT_SERVICE:
		break;
	default:
		return -XEN_EINVAL;
	}
	port->vcpu = op.vcpu;
	return 0;
}

static long unmask(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_unmask op;
	struct port *port;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	port = port_find(d, op.port);
	if (!port)
		return -XEN_EINVAL;
	if (port->state > PORT_RESERVED)
		d->events->ops->unmask(d->vcpus[port->vcpu], port);
	return 0;
}

static long reset(gva_t arg)
{
	struct evtchn_reset op;
	struct domain *d;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_any_id(op.dom);
	if (!d)
		return -XEN_ESRCH;
	if (!domain_may_control(d))
		return -XEN_EPERM;
	if (d != current_domain() && !d->pause_count)
		return -XEN_EINVAL;
	if (!event_close_some(d, CLOSE_PER_ENTRY))
		return -E_AGAIN_LATER;
	fifo_destroy(d);
	return 0;
}

static long init_control(gva_t arg)
{
	struct evtchn_init_control op;
	struct vcpu *v;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	v = domain_vcpu(current_domain(), op.vcpu);
	if (!v)
		return -XEN_ENOENT;
	ret = fifo_init_control(v, op.control_gfn, op.offset);
	op.link_bits = EVTCHN_FIFO_LINK_BITS;
	return ret ?: copy_to_guest(arg, &op, sizeof(op));
}

static long expand_array(gva_t arg)
{
	struct evtchn_expand_array op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	return fifo_expand_array(current_domain(), op.array_gfn);
}

static long set_priority(gva_t arg)
{
	struct domain *d = current_domain();
	struct evtchn_set_priority op;
	struct port *port;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	port = port_find(d, op.port);
	if (!port)
		return -XEN_EINVAL;
	return d->events->ops->set_priority(d, port, op.priority);
}

long event_channel_op(u32 cmd, gva_t arg)
{
	static long (*const ops[])(gva_t arg) = {
		[EVTCHNOP_bind_interdomain]	= bind_interdomain,
		[EVTCHNOP_bind_virq]		= bind_virq,
		[EVTCHNOP_bind_pirq]		= bind_pirq,
		[EVTCHNOP_close]		= close_port,
		[EVTCHNOP_send]			= send,
		[EVTCHNOP_status]		= status,
		[EVTCHNOP_alloc_unbound]	= alloc_unbound,
		[EVTCHNOP_bind_ipi]		= bind_ipi,
		[EVTCHNOP_bind_vcpu]		= bind_vcpu,
		[EVTCHNOP_unmask]		= unmask,
		[EVTCHNOP_reset]		= reset,
		[EVTCHNOP_init_control]		= init_control,
		[EVTCHNOP_expand_array]		= expand_array,
		[EVTCHNOP_set_priority]		= set_priority,
	};

	if (cmd >= ARRAY_SIZE(ops))
		return -XEN_ENOSYS;
	return ops[cmd](arg);
}

long do_event_channel_op(struct hypercall *call)
{
	long ret = event_channel_op(call->arg[0], call->arg[1]);

	call->again = ret == -E_AGAIN_LATER;
	return ret;
}
