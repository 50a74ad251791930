// SPDX-License-Identifier: GPL-2.0
/*
 * SCHEDOP_poll: sleep until one of a few ports has an event.
 *
 * Owns v->polling, the poll ports and the timer. Monitor lock held. A vCPU
 * that polls for one port is woken by that port; one that polls for several
 * is woken by any event of its domain and looks again, as on Xen.
 */
#include "event.h"
#include "sched_op.h"

#include <xenlet/page.h>
#include <xenlet/sched.h>
#include <xenlet/work.h>
#include <xen/sched.h>

#define POLL_MAX_PORTS	128

struct poll_timer {
	struct timer timer;
	struct vcpu *vcpu;
};

static void stop_polling(struct vcpu *v)
{
	v->polling = false;
	timer_cancel(v->poll_timer);
	vcpu_wake(v);
}

static void timed_out(struct timer *timer)
{
	stop_polling(container_of(timer, struct poll_timer, timer)->vcpu);
}

int sched_poll_init(struct vcpu *v)
{
	struct poll_timer *poll = heap_alloc(sizeof(*poll));

	if (!poll)
		return -XEN_ENOMEM;
	timer_init(&poll->timer, timed_out);
	poll->vcpu = v;
	v->poll_timer = &poll->timer;
	return 0;
}

void sched_poll_destroy(struct vcpu *v)
{
	if (!v->poll_timer)
		return;
	timer_cancel(v->poll_timer);
	heap_free(container_of(v->poll_timer, struct poll_timer, timer));
	v->poll_timer = NULL;
}

void sched_poll_event(struct domain *d, evtchn_port_t port)
{
	unsigned int i;

	for (i = 0; i < d->nr_vcpus; i++) {
		struct vcpu *v = d->vcpus[i];

		if (v->polling &&
		    (v->nr_poll_ports != 1 || v->poll_ports[0] == port))
			stop_polling(v);
	}
}

/* 1: one has an event already, 0: none has, or -errno. */
static int any_pending(struct domain *d, const struct sched_poll *op)
{
	gva_t ports = handle_gva(op->ports);
	unsigned int i;

	for (i = 0; i < op->nr_ports; i++) {
		evtchn_port_t port;
		int ret;

		if (copy_from_guest(&port, ports + i * sizeof(port),
				    sizeof(port)))
			return -XEN_EFAULT;
		ret = event_is_pending(d, port);
		if (ret)
			return ret;
		if (!i)
			current_vcpu()->poll_ports[0] = port;
	}
	return 0;
}

long sched_poll(gva_t arg)
{
	struct vcpu *v = current_vcpu();
	struct sched_poll op;
	int ret;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.nr_ports > POLL_MAX_PORTS)
		return -XEN_EINVAL;
	if (event_pending(v))
		return 0;
	ret = any_pending(v->domain, &op);
	if (ret)
		return ret < 0 ? ret : 0;

	v->nr_poll_ports = op.nr_ports;
	v->polling = true;
	if (op.timeout)
		timer_set(v->poll_timer, op.timeout);
	vcpu_block(v);
	return 0;
}
