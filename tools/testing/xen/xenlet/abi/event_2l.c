// SPDX-License-Identifier: GPL-2.0
/*
 * The two-level event ABI: a bit per port in the shared info page, a selector
 * bit per word in each vcpu_info, and one flag above both.
 *
 * Owns no data. The monitor lock orders xenlet's side; the guest reads and
 * writes the same bits from other CPUs at any time, so each change is one
 * atomic operation on the shared word, and their order is what the guest's
 * upcall relies on: pending before selector before upcall flag. It clears
 * them the other way round.
 */
#include "event.h"

#include <xenlet/sched.h>

#define WORD_BITS	(8 * sizeof(xen_ulong_t))

static inline xen_ulong_t bit_of(evtchn_port_t port)
{
	return (xen_ulong_t)1 << (port % WORD_BITS);
}

static inline bool test_and_set(xen_ulong_t *word, xen_ulong_t bit)
{
	return __atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST) & bit;
}

static inline bool test_and_clear(xen_ulong_t *word, xen_ulong_t bit)
{
	return __atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST) & bit;
}

static inline bool test(const xen_ulong_t *word, xen_ulong_t bit)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST) & bit;
}

static xen_ulong_t *pending_word(struct domain *d, evtchn_port_t port)
{
	return &d->shared_info->evtchn_pending[port / WORD_BITS];
}

static xen_ulong_t *mask_word(struct domain *d, evtchn_port_t port)
{
	return &d->shared_info->evtchn_mask[port / WORD_BITS];
}

/* A vCPU without vcpu_info yet finds all marked when it registers one. */
static void select_word(struct vcpu *v, evtchn_port_t port)
{
	if (!v->info)
		return;
	if (!test_and_set(&v->info->evtchn_pending_sel,
			  bit_of(port / WORD_BITS)))
		vcpu_mark_pending(v);
}

static void two_level_set_pending(struct vcpu *v, struct port *port)
{
	struct domain *d = v->domain;
	xen_ulong_t bit = bit_of(port->number);

	if (test_and_set(pending_word(d, port->number), bit))
		return;
	if (!test(mask_word(d, port->number), bit))
		select_word(v, port->number);
	sched_poll_event(d, port->number);
}

static void two_level_clear_pending(struct domain *d, struct port *port)
{
	test_and_clear(pending_word(d, port->number), bit_of(port->number));
}

static void two_level_unmask(struct vcpu *v, struct port *port)
{
	struct domain *d = v->domain;
	xen_ulong_t bit = bit_of(port->number);

	/* Clear, then look: the other order could miss an event between. */
	if (test_and_clear(mask_word(d, port->number), bit) &&
	    test(pending_word(d, port->number), bit))
		select_word(v, port->number);
}

static bool two_level_is_pending(struct domain *d, const struct port *port)
{
	return test(pending_word(d, port->number), bit_of(port->number));
}

static bool two_level_is_busy(struct domain *d, const struct port *port)
{
	return false;
}

static int two_level_set_priority(struct domain *d, struct port *port,
				  u32 priority)
{
	return -XEN_ENOSYS;
}

const struct event_ops event_ops_2l = {
	.max_ports	= WORD_BITS * WORD_BITS,
	.set_pending	= two_level_set_pending,
	.clear_pending	= two_level_clear_pending,
	.unmask		= two_level_unmask,
	.is_pending	= two_level_is_pending,
	.is_busy	= two_level_is_busy,
	.set_priority	= two_level_set_priority,
};
