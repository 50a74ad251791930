// SPDX-License-Identifier: GPL-2.0
/* EVTCHNOP_*: one vCPU, no peer but ourselves. */
#include "event.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

static struct shared_info *info;

static struct vcpu_info *vcpu0(void)
{
	return &info->vcpu_info[0];
}

/* No pending bits, selector or flag; @port unmasked. */
static void quiet(evtchn_port_t port)
{
	clear_bit(info->evtchn_pending, port);
	clear_bit(info->evtchn_mask, port);
	__atomic_store_n(&vcpu0()->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&vcpu0()->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
}

static void unbound_ports(void)
{
	evtchn_port_t port, again;
	struct evtchn_status op;

	expect(alloc_unbound(DOMID_SELF, DOMID_SELF, &port), 0,
	       "alloc_unbound");
	check(port > 0 && port < EVTCHN_2L_NR_CHANNELS,
	      "a new port is in range");
	expect(status(DOMID_SELF, port, &op), 0, "status of an unbound port");
	expect(op.status, EVTCHNSTAT_unbound, "status says unbound");
	check(op.u.unbound.dom != DOMID_SELF,
	      "status names who may bind, by its number");
	expect(op.vcpu, 0, "a new port notifies vCPU 0");
	expect(send(port), 0, "send to nobody is no error");
	expect(close_port(port), 0, "close");
	expect(close_port(port), -XEN_EINVAL, "close again");
	expect(send(port), -XEN_EINVAL, "send on a closed port");
	expect(alloc_unbound(DOMID_SELF, DOMID_SELF, &again), 0,
	       "alloc_unbound again");
	expect(again, port, "a closed port is used again");
	close_port(again);
	if (env->privileged)
		report(SKIP, "alloc_unbound for another domain",
		       "this is dom0");
	else
		expect_one_of(alloc_unbound(0, DOMID_SELF, &port), -XEN_EPERM,
			      -XEN_ESRCH, "alloc_unbound for another domain");
	expect(alloc_unbound(NO_DOMAIN, DOMID_SELF, &port), -XEN_ESRCH,
	       "alloc_unbound for a domain that is not there");
}

static void loopback(void)
{
	evtchn_port_t far, near, third;
	struct evtchn_status op;

	alloc_unbound(DOMID_SELF, DOMID_SELF, &far);
	expect(bind_interdomain(DOMID_SELF, far, &near), 0,
	       "bind to ourselves");
	check(near != far, "two ends are two ports");
	check(test_bit(info->evtchn_pending, near),
	      "binding leaves an event on the new end");
	expect(bind_interdomain(DOMID_SELF, far, &third), -XEN_EINVAL,
	       "bind to a port that is bound");
	status(DOMID_SELF, near, &op);
	expect(op.status, EVTCHNSTAT_interdomain, "status says interdomain");
	expect(op.u.interdomain.port, far, "status names the other end");

	quiet(far);
	expect(send(near), 0, "send to the other end");
	check(test_bit(info->evtchn_pending, far), "the event is pending");
	check(READ_ONCE(vcpu0()->evtchn_pending_sel) & 1,
	      "its word is selected");
	expect(READ_ONCE(vcpu0()->evtchn_upcall_pending), 1,
	       "the upcall is pending");

	expect(close_port(near), 0, "close one end");
	status(DOMID_SELF, far, &op);
	expect(op.status, EVTCHNSTAT_unbound, "the other end becomes unbound");
	expect(close_port(far), 0, "close the other end");
	check(!test_bit(info->evtchn_pending, far),
	      "closing takes the event away");
}

static void masks(void)
{
	evtchn_port_t port;

	bind_ipi(0, &port);
	quiet(port);
	set_bit(info->evtchn_mask, port);
	send(port);
	check(test_bit(info->evtchn_pending, port),
	      "a masked event becomes pending");
	expect(READ_ONCE(vcpu0()->evtchn_upcall_pending), 0,
	       "a masked event makes no upcall");
	expect(unmask(port), 0, "unmask");
	check(!test_bit(info->evtchn_mask, port), "unmask clears the mask");
	expect(READ_ONCE(vcpu0()->evtchn_upcall_pending), 1,
	       "unmask delivers what waited");
	quiet(port);
	expect(unmask(port), 0, "unmask of an unmasked port");
	expect(READ_ONCE(vcpu0()->evtchn_upcall_pending), 0,
	       "unmask with nothing pending makes no upcall");
	set_bit(info->evtchn_pending, port);
	send(port);
	expect(READ_ONCE(vcpu0()->evtchn_upcall_pending), 0,
	       "an event that is pending already makes no upcall");
	close_port(port);
}

static void virqs(void)
{
	evtchn_port_t timer, debug, other;
	struct evtchn_status op;

	expect(bind_virq(VIRQ_TIMER, 0, &timer), 0, "bind_virq");
	expect(bind_virq(VIRQ_TIMER, 0, &other), -XEN_EEXIST,
	       "bind_virq twice");
	status(DOMID_SELF, timer, &op);
	expect(op.status, EVTCHNSTAT_virq, "status says virq");
	expect(op.u.virq, VIRQ_TIMER, "status names the virq");
	expect(send(timer), -XEN_EINVAL, "send on a virq");
	expect(bind_vcpu(timer, 0), -XEN_EINVAL,
	       "a vCPU's own virq cannot move");
	expect(close_port(timer), 0, "close a virq");
	expect(bind_virq(VIRQ_TIMER, 0, &timer), 0,
	       "a closed virq can be bound again");
	close_port(timer);
	expect(bind_virq(NR_VIRQS, 0, &other), -XEN_EINVAL,
	       "bind_virq beyond the last");
	expect(bind_virq(~0U, 0, &other), -XEN_EINVAL, "bind_virq ~0");
	expect(bind_virq(VIRQ_DEBUG, 200, &other), -XEN_ENOENT,
	       "bind_virq on a vCPU that is not there");
	expect(bind_virq(VIRQ_CONSOLE, 1, &other), -XEN_EINVAL,
	       "a global virq starts on vCPU 0");
	expect(bind_virq(VIRQ_DEBUG, 0, &debug), 0, "bind_virq debug");
	close_port(debug);
}

static void ipis(void)
{
	struct evtchn_status op;
	evtchn_port_t port;

	expect(bind_ipi(0, &port), 0, "bind_ipi");
	status(DOMID_SELF, port, &op);
	expect(op.status, EVTCHNSTAT_ipi, "status says ipi");
	quiet(port);
	expect(send(port), 0, "send an ipi");
	check(test_bit(info->evtchn_pending, port), "the ipi is pending");
	expect(bind_vcpu(port, 0), -XEN_EINVAL, "an ipi cannot move");
	close_port(port);
	expect(bind_ipi(200, &port), -XEN_ENOENT,
	       "bind_ipi on a vCPU that is not there");
	expect(bind_ipi(~0U, &port), -XEN_ENOENT, "bind_ipi on vCPU ~0");
}

static void bad_ports(void)
{
	static const evtchn_port_t ports[] = {
		0, EVTCHN_2L_NR_CHANNELS - 1, EVTCHN_2L_NR_CHANNELS,
		EVTCHN_FIFO_NR_CHANNELS, 0x80000000U, ~0U,
	};
	struct evtchn_status op;
	char name[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		snprintf(name, sizeof(name), "send, port %x", ports[i]);
		expect(send(ports[i]), -XEN_EINVAL, name);
		snprintf(name, sizeof(name), "close, port %x", ports[i]);
		expect(close_port(ports[i]), -XEN_EINVAL, name);
		snprintf(name, sizeof(name), "bind_vcpu, port %x", ports[i]);
		expect(bind_vcpu(ports[i], 0), -XEN_EINVAL, name);
	}
	expect(status(DOMID_SELF, 0, &op), 0, "status of port 0");
	expect(op.status, EVTCHNSTAT_closed, "port 0 is never open");
	expect(status(DOMID_SELF, ~0U, &op), -XEN_EINVAL, "status, port ~0");
	expect(unmask(~0U), -XEN_EINVAL, "unmask, port ~0");
	expect(status(NO_DOMAIN, 1, &op), -XEN_ESRCH,
	       "status of a domain that is not there");
}

/* Domain 0 may be absent: a port can only be meant for a domain that is. */
static void not_for_us(void)
{
	evtchn_port_t port, other;

	if (env->privileged || alloc_unbound(DOMID_SELF, 0, &other)) {
		report(SKIP, "bind to a port meant for another domain",
		       "there is no other domain");
		return;
	}
	expect(bind_interdomain(DOMID_SELF, other, &port), -XEN_EINVAL,
	       "bind to a port meant for another domain");
	close_port(other);
}

static void bind_errors(void)
{
	evtchn_port_t port, other;

	expect(bind_interdomain(NO_DOMAIN, 1, &port), -XEN_ESRCH,
	       "bind to a domain that is not there");
	expect(bind_interdomain(DOMID_SELF, 0, &port), -XEN_EINVAL,
	       "bind to port 0");
	expect(bind_interdomain(DOMID_SELF, ~0U, &port), -XEN_EINVAL,
	       "bind to port ~0");
	not_for_us();
	expect(alloc_unbound(DOMID_SELF, NO_DOMAIN, &port), -XEN_ESRCH,
	       "alloc_unbound towards a domain that is not there");
	alloc_unbound(DOMID_SELF, DOMID_SELF, &other);
	expect(bind_vcpu(other, 0), 0, "an unbound port can move");
	expect(bind_vcpu(other, 200), -XEN_ENOENT,
	       "move to a vCPU that is not there");
	close_port(other);
}

/* The store's port, if somebody serves the store. */
static void store_port(void)
{
	struct xen_hvm_param op = {
		.domid = DOMID_SELF, .index = HVM_PARAM_STORE_EVTCHN,
	};
	struct evtchn_status port;

	if (hvm_op(HVMOP_get_param, &op) || !op.value ||
	    status(DOMID_SELF, op.value, &port) ||
	    port.status != EVTCHNSTAT_interdomain) {
		report(SKIP, "the store's port leads to domain 0",
		       "nobody serves a store here");
		return;
	}
	expect(port.u.interdomain.dom, 0,
	       "the store's port leads to domain 0");
	expect(send(op.value), 0, "the store can be called");
	expect(bind_vcpu(op.value, 0), 0, "its port can move");
}

static void fifo(void)
{
	struct evtchn_set_priority priority = { .priority = 3 };
	struct evtchn_expand_array expand = { .array_gfn = 0 };

	alloc_unbound(DOMID_SELF, DOMID_SELF, &priority.port);
	expect(event_channel_op(EVTCHNOP_set_priority, &priority), -XEN_ENOSYS,
	       "two levels have no priorities");
	close_port(priority.port);
	priority.port = ~0U;
	expect(event_channel_op(EVTCHNOP_set_priority, &priority), -XEN_EINVAL,
	       "set_priority, port ~0");
	expect(event_channel_op(EVTCHNOP_expand_array, &expand),
	       -XEN_EOPNOTSUPP, "two levels have no array");
}

static void every_port(void)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };
	evtchn_port_t port, last = 0;
	unsigned int count = 0;
	long ret;

	while (!(ret = alloc_unbound(DOMID_SELF, DOMID_SELF, &port))) {
		last = port;
		if (++count > EVTCHN_2L_NR_CHANNELS)
			break;
	}
	expect(ret, -XEN_ENOSPC, "the ports run out");
	check(last < EVTCHN_2L_NR_CHANNELS, "the last port is in range");
	check(count >= 1000, "there are at least a thousand");
	expect(close_port(last), 0, "the last port can be closed");
	expect(alloc_unbound(DOMID_SELF, DOMID_SELF, &port), 0,
	       "and allocated again");
	if (env->xenlet)
		check(count >= 4000, "xenlet's two levels are whole");
	else
		report(SKIP, "xenlet's two levels are whole",
		       "this is not xenlet");
	expect(event_channel_op(EVTCHNOP_reset, &op), 0, "reset");
	expect(send(last), -XEN_EINVAL, "reset closed the ports");
	op.dom = NO_DOMAIN;
	expect(event_channel_op(EVTCHNOP_reset, &op), -XEN_ESRCH,
	       "reset of a domain that is not there");
}

static void pointers(void)
{
	char name[64];
	unsigned int cmd;

	for (cmd = 0; cmd <= EVTCHNOP_set_priority; cmd++) {
		if (cmd == EVTCHNOP_init_control)
			continue;
		snprintf(name, sizeof(name), "operation %u, wild pointer", cmd);
		expect(event_channel_op(cmd, wild_pointer()), -XEN_EFAULT,
		       name);
	}
	expect(event_channel_op(EVTCHNOP_send, cliff(2)), -XEN_EFAULT,
	       "send, an argument that runs into nothing");
	expect(event_channel_op(20, &cmd), -XEN_ENOSYS, "operation 20");
	expect(event_channel_op(~0U, &cmd), -XEN_ENOSYS, "operation ~0");
}

void test_main(void)
{
	info = shared_info_map();
	unbound_ports();
	loopback();
	masks();
	virqs();
	ipis();
	bad_ports();
	bind_errors();
	store_port();
	fifo();
	pointers();
	every_port();
}
