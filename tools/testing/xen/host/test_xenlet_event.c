// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's event channels: between two domains, to the built-in services,
 * and what is left when one side goes.
 */
#include "ktap.h"
#include "xenlet_abi.h"

static unsigned int noted;

static void note(void *ctx)
{
	noted++;
}

static long alloc(domid_t remote, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = remote,
	};
	long ret = event_channel_op(EVTCHNOP_alloc_unbound,
				    put(&op, sizeof(op)));

	get(&op, sizeof(op));
	*port = op.port;
	return ret;
}

static long bind(domid_t remote, evtchn_port_t remote_port, evtchn_port_t *port)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = remote, .remote_port = remote_port,
	};
	long ret = event_channel_op(EVTCHNOP_bind_interdomain,
				    put(&op, sizeof(op)));

	get(&op, sizeof(op));
	*port = op.local_port;
	return ret;
}

static long on_port(u32 cmd, evtchn_port_t port)
{
	return event_channel_op(cmd, put(&port, sizeof(port)));
}

static bool pending(unsigned int guest, evtchn_port_t port)
{
	return guests[guest].shared_info->evtchn_pending[port / 64] >>
	       port % 64 & 1;
}

static void test_interdomain(void)
{
	evtchn_port_t far, near, other;

	enter(0, 0);
	ktap_ok(!alloc(2, &far) && far == 1, "the first port is 1");
	ktap_ok(bind(1, far, &other) == -XEN_EINVAL,
		"a port for another domain is not ours to bind");
	enter(1, 0);
	ktap_ok(!bind(1, far, &near), "its peer binds");
	ktap_ok(pending(1, near), "and is told to look");
	injected = 0;
	ktap_ok(!on_port(EVTCHNOP_send, near) && pending(0, far) &&
		!pending(0, near + 1), "an event crosses over");
	ktap_ok(injected == 1, "with one interrupt");
	on_port(EVTCHNOP_send, near);
	ktap_ok(injected == 1, "a second one before the first is taken has none");
	ktap_ok(!on_port(EVTCHNOP_close, near), "the peer closes");
	enter(0, 0);
	ktap_ok(port_find(&guests[0], far)->state == PORT_UNBOUND &&
		port_find(&guests[0], far)->remote == 2,
		"our end waits for the same peer again");
	ktap_ok(!on_port(EVTCHNOP_send, far), "sending is no error meanwhile");
	on_port(EVTCHNOP_close, far);
	ktap_ok(!pending(0, far), "closing takes the event away");
}

static void test_masks(void)
{
	struct shared_info *info = guests[0].shared_info;
	evtchn_port_t port;

	enter(0, 0);
	alloc(DOMID_SELF, &port);
	bind(DOMID_SELF, port, &port);
	info->evtchn_pending[0] = 0;
	info->evtchn_mask[0] = ~0UL;
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	info->vcpu_info[0].evtchn_pending_sel = 0;
	port_notify(&guests[0], port_find(&guests[0], port));
	ktap_ok(pending(0, port) && !event_pending(current),
		"a masked event only becomes pending");
	ktap_ok(!on_port(EVTCHNOP_unmask, port) && event_pending(current),
		"unmasking delivers it");
	ktap_ok(info->vcpu_info[0].evtchn_pending_sel == 1,
		"its word is selected");
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	injected = 0;
	port_notify(&guests[0], port_find(&guests[0], port));
	ktap_ok(!injected, "a pending event makes no second upcall");
	port_close(&guests[0], port_find(&guests[0], port));
	info->evtchn_mask[0] = 0;
	event_channel_op(EVTCHNOP_reset, put(&(struct evtchn_reset){
			 .dom = DOMID_SELF }, sizeof(struct evtchn_reset)));
}

static void test_virqs(void)
{
	struct evtchn_bind_vcpu move = { .vcpu = 1 };
	struct evtchn_bind_virq op = { .virq = VIRQ_CON_RING };
	struct domain *d = &guests[0];

	enter(0, 0);
	ktap_ok(!event_channel_op(EVTCHNOP_bind_virq, put(&op, sizeof(op))),
		"a global virq is bound");
	get(&op, sizeof(op));
	move.port = op.port;
	ktap_ok(!event_channel_op(EVTCHNOP_bind_vcpu, put(&move, sizeof(move))),
		"and moved to vCPU 1");
	event_virq_raise(d->vcpus[0], VIRQ_CON_RING);
	ktap_ok(pending(0, op.port), "it is raised wherever it is");
	ktap_ok(!on_port(EVTCHNOP_close, op.port) &&
		!*virq_slot(d, 0, VIRQ_CON_RING), "closing frees it");
	event_virq_raise(d->vcpus[0], VIRQ_CON_RING);
	event_virq_raise(d->vcpus[0], 9999);
	ktap_ok(!pending(0, op.port), "nobody hears it then");
}

static void test_services(void)
{
	evtchn_port_t port, other;
	int handle;

	enter(0, 0);
	ktap_ok(!alloc(0, &port), "a port for domain 0");
	ktap_ok(event_service_bind(&guests[0], port + 1, note, NULL) ==
		-XEN_EINVAL, "a service cannot bind a port that is not there");
	handle = event_service_bind(&guests[0], port, note, NULL);
	ktap_ok(handle > 0 && noted == 1, "a service binds, and looks");
	ktap_ok(event_service_bind(&guests[0], port, note, NULL) == -XEN_EINVAL,
		"a bound port cannot be bound");
	on_port(EVTCHNOP_send, port);
	ktap_ok(noted == 2, "the service hears the guest");
	event_service_notify(handle);
	ktap_ok(pending(0, port), "the guest hears the service");
	on_port(EVTCHNOP_close, port);
	event_service_notify(handle);
	ktap_ok(!pending(0, port), "a closed port hears nothing");
	enter(1, 0);
	ktap_ok(bind(0, SERVICE_PORTS + handle, &other) == -XEN_EINVAL,
		"another domain cannot bind it");
	enter(0, 0);
	ktap_ok(bind(0, SERVICE_PORTS + handle + 1, &other) == -XEN_EINVAL &&
		bind(0, ~0U, &other) == -XEN_EINVAL,
		"nor what is no service's end");
	ktap_ok(!bind(0, SERVICE_PORTS + handle, &port) && noted == 3 &&
		pending(0, port),
		"the same domain can bind it again, and both look");
	ktap_ok(bind(0, SERVICE_PORTS + handle, &other) == -XEN_EINVAL, "once");
	on_port(EVTCHNOP_send, port);
	ktap_ok(noted == 4, "the service hears it again");
	on_port(EVTCHNOP_close, port);
	event_service_unbind(handle);
	event_service_unbind(handle);
	event_service_notify(handle);
	event_service_notify(0);
	event_service_notify(99999);
	ktap_ok(noted == 4, "a handle given back is silent");

	alloc(0, &port);
	handle = event_service_bind(&guests[0], port, note, NULL);
	event_service_unbind(handle);
	ktap_ok(port_find(&guests[0], port)->state == PORT_UNBOUND,
		"a service that lets go leaves the port unbound");
	on_port(EVTCHNOP_close, port);
}

static void test_polls(void)
{
	struct evtchn_bind_ipi ipi = { .vcpu = 0 };
	struct sched_poll op = { .nr_ports = 1, .timeout = 99 };
	evtchn_port_t port, other;

	enter(0, 0);
	event_channel_op(EVTCHNOP_bind_ipi, put(&ipi, sizeof(ipi)));
	get(&ipi, sizeof(ipi));
	port = ipi.port;
	alloc(DOMID_SELF, &other);
	guests[0].shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
	guests[0].shared_info->evtchn_mask[0] = ~0UL;
	guests[0].shared_info->evtchn_pending[0] = 0;
	copy_to_guest(0x1000, &port, sizeof(port));
	op.ports.p = (void *)0x1000;
	ktap_ok(!sched_poll(put(&op, sizeof(op))) && blocked == 1 &&
		current->polling && current->poll_timer->deadline == 99,
		"a poll blocks, with its time");
	woken = 0;
	sched_poll_event(&guests[0], other);
	ktap_ok(current->polling && !woken, "another port does not wake it");
	sched_poll_event(&guests[0], port);
	ktap_ok(!current->polling && woken == 1 &&
		!current->poll_timer->deadline, "its own port does");
	on_port(EVTCHNOP_send, port);
	ktap_ok(!sched_poll(put(&op, sizeof(op))) && blocked == 1,
		"an event that is pending needs no wait");
	on_port(EVTCHNOP_close, port);
	on_port(EVTCHNOP_close, other);
}

static void test_limits(void)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };
	unsigned int count = 0, again = 0;
	evtchn_port_t port;
	long ret;

	enter(0, 0);
	while (!(ret = alloc(DOMID_SELF, &port)))
		count++;
	ktap_ok(ret == -XEN_ENOSPC && count == 4095,
		"there are 4095 ports, then none");
	ktap_ok(event_open_count(&guests[0]) == 4095, "all are counted");
	while (event_channel_op(EVTCHNOP_reset, put(&op, sizeof(op))) ==
	       -E_AGAIN_LATER)
		again++;
	ktap_ok(again > 4 && !event_open_count(&guests[0]),
		"reset closes them a part at a time");
}

/* The peer's pointer to us must not outlive us. */
static void test_death(void)
{
	evtchn_port_t far, near, service_port;
	int handle;

	enter(1, 0);
	alloc(1, &far);
	enter(0, 0);
	bind(2, far, &near);
	alloc(0, &service_port);
	handle = event_service_bind(&guests[0], service_port, note, NULL);
	destroy_guest(0);
	ktap_ok(port_find(&guests[1], far)->state == PORT_UNBOUND,
		"a domain that dies leaves its peer's port unbound");
	enter(1, 0);
	ktap_ok(!on_port(EVTCHNOP_send, far), "to which sending does no harm");
	event_service_notify(handle);
	event_service_unbind(handle);
	ktap_ok(!event_open_count(&guests[0]), "nothing of it is left");
}

int main(void)
{
	u64 before = frames_before();

	service.is_service = true;
	create_guest(0);
	create_guest(1);
	test_interdomain();
	test_masks();
	test_virqs();
	test_services();
	test_polls();
	test_limits();
	test_death();
	destroy_guest(1);
	ktap_ok(page_free_count() == before, "every frame came back");
	ktap_ok(!heap_used(), "and all of the heap");
	memory_destroy(ram);
	return ktap_done();
}
