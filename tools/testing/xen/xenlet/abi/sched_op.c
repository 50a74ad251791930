// SPDX-License-Identifier: GPL-2.0
/*
 * SCHEDOP_*: giving the CPU up, ending the domain, watchdogs.
 *
 * Owns d->watchdogs. Monitor lock held. vcpu_block() and domain_shutdown()
 * take effect when the hypercall leaves xenlet, so each operation still
 * returns a result.
 */
#include "event.h"
#include "sched_op.h"

#include <xenlet/sched.h>
#include <xenlet/work.h>
#include <xen/sched.h>

#define NS_PER_SEC	1000000000UL

static void watchdog_bites(struct timer *timer)
{
	struct watchdog *dog = container_of(timer, struct watchdog, timer);

	printk("d%u: watchdog\n", dog->domain->domid);
	domain_shutdown(dog->domain, SHUTDOWN_watchdog);
}

void watchdog_init(struct domain *d)
{
	unsigned int i;

	for (i = 0; i < DOMAIN_WATCHDOGS; i++) {
		timer_init(&d->watchdogs[i].timer, watchdog_bites);
		d->watchdogs[i].domain = d;
	}
}

void watchdog_destroy(struct domain *d)
{
	unsigned int i;

	for (i = 0; i < DOMAIN_WATCHDOGS; i++)
		timer_cancel(&d->watchdogs[i].timer);
}

static void watchdog_arm(struct watchdog *dog, u32 seconds)
{
	dog->in_use = true;
	timer_set(&dog->timer, time_ns() + seconds * NS_PER_SEC);
}

/* A new one: its id, from 1. */
static long watchdog_new(struct domain *d, u32 seconds)
{
	unsigned int i;

	if (!seconds)
		return -XEN_EINVAL;
	for (i = 0; i < DOMAIN_WATCHDOGS; i++) {
		if (d->watchdogs[i].in_use)
			continue;
		watchdog_arm(&d->watchdogs[i], seconds);
		return i + 1;
	}
	return -XEN_ENOSPC;
}

static long watchdog(gva_t arg)
{
	struct domain *d = current_domain();
	struct sched_watchdog op;
	struct watchdog *dog;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (op.id > DOMAIN_WATCHDOGS)
		return -XEN_EINVAL;
	if (!op.id)
		return watchdog_new(d, op.timeout);
	dog = &d->watchdogs[op.id - 1];
	if (!dog->in_use)
		return -XEN_EINVAL;
	if (op.timeout) {
		watchdog_arm(dog, op.timeout);
	} else {
		timer_cancel(&dog->timer);
		dog->in_use = false;
	}
	return 0;
}

static long yield(gva_t arg)
{
	vcpu_yield(current_vcpu());
	return 0;
}

static long block(gva_t arg)
{
	struct vcpu *v = current_vcpu();

	if (!event_pending(v))
		vcpu_block(v);
	return 0;
}

static long shutdown(gva_t arg)
{
	struct sched_shutdown op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	domain_shutdown(current_domain(), (u8)op.reason);
	return 0;
}

/* Say why without ending yet: the first reason is the one that counts. */
static long shutdown_code(gva_t arg)
{
	struct domain *d = current_domain();
	struct sched_shutdown op;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	if (!d->shutdown_reason_given)
		d->shutdown_reason = (u8)op.reason;
	d->shutdown_reason_given = true;
	return 0;
}

static long remote_shutdown(gva_t arg)
{
	struct sched_remote_shutdown op;
	struct domain *d;

	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	d = domain_by_id(op.domain_id);
	if (!d)
		return -XEN_ESRCH;
	if (!current_domain()->privileged || d->is_service)
		return -XEN_EPERM;
	domain_shutdown(d, (u8)op.reason);
	return 0;
}

static long pin_override(gva_t arg)
{
	struct sched_pin_override op;

	if (!current_domain()->privileged)
		return -XEN_EPERM;
	if (copy_from_guest(&op, arg, sizeof(op)))
		return -XEN_EFAULT;
	return -XEN_EINVAL;
}

long do_sched_op(struct hypercall *call)
{
	static long (*const ops[])(gva_t arg) = {
		[SCHEDOP_yield]			= yield,
		[SCHEDOP_block]			= block,
		[SCHEDOP_shutdown]		= shutdown,
		[SCHEDOP_poll]			= sched_poll,
		[SCHEDOP_remote_shutdown]	= remote_shutdown,
		[SCHEDOP_shutdown_code]		= shutdown_code,
		[SCHEDOP_watchdog]		= watchdog,
		[SCHEDOP_pin_override]		= pin_override,
	};
	u32 cmd = call->arg[0];

	if (cmd >= ARRAY_SIZE(ops))
		return -XEN_ENOSYS;
	return ops[cmd](call->arg[1]);
}
