// SPDX-License-Identifier: GPL-2.0
/*
 * Back to two levels, as nothing had happened: the only way to make the
 * hypervisor let go of FIFO's pages is to close every channel of the domain.
 *
 * The other end of a channel that is closed waits, unbound, for the same
 * domain to come again, so the channels that others made (the store's, the
 * console's) are written down before and bound again after. They keep their
 * numbers, which are told elsewhere and cannot be changed: a domain's ports
 * are given out from the lowest free one, so what lies in between is filled.
 * What was sent meanwhile is lost; a channel that is bound has an event.
 *
 * Process context; nobody else in the domain may open or close ports.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/xen.h>

#include "port.h"

enum channel_kind {
	CHANNEL_NONE,
	CHANNEL_FILLER,
	CHANNEL_UNBOUND,
	CHANNEL_BOUND,
};

/**
 * struct channel - what a port is to be again
 * @kind: what it is
 * @dom: whose domain the other end is, or is for
 * @peer: the other end's port
 */
struct channel {
	enum channel_kind kind;
	domid_t dom;
	evtchn_port_t peer;
};

/* What is at @port; false behind the last port that the domain ever had. */
static bool look_at(evtchn_port_t port, struct channel *channel)
{
	struct evtchn_status status = { .dom = DOMID_SELF, .port = port };

	memset(channel, 0, sizeof(*channel));
	if (HYPERVISOR_event_channel_op(EVTCHNOP_status, &status))
		return false;
	if (status.status == EVTCHNSTAT_unbound) {
		channel->kind = CHANNEL_UNBOUND;
		channel->dom = status.u.unbound.dom;
	} else if (status.status == EVTCHNSTAT_interdomain) {
		channel->kind = CHANNEL_BOUND;
		channel->dom = status.u.interdomain.dom;
		channel->peer = status.u.interdomain.port;
	}
	return true;
}

/* One more than the highest port that has to be put up again. */
static unsigned int count_channels(void)
{
	struct channel channel;
	unsigned int count = 0;
	evtchn_port_t port;

	for (port = 1; port < EVTCHN_FIFO_NR_CHANNELS; port++) {
		if (!look_at(port, &channel))
			break;
		if (channel.kind != CHANNEL_NONE)
			count = port + 1;
	}
	return count;
}

static int open_unbound(domid_t dom, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = dom,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

	*port = alloc.port;
	return err;
}

static int open_bound(const struct channel *channel, evtchn_port_t *port)
{
	struct evtchn_bind_interdomain bind = {
		.remote_dom = channel->dom,
		.remote_port = channel->peer,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &bind);

	*port = bind.local_port;
	return err;
}

static void close_port(evtchn_port_t port)
{
	struct evtchn_close close = { .port = port };

	HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

/* Makes @wanted the next number to be given out, if it is free. */
static int fill_up_to(struct channel *channels, evtchn_port_t wanted)
{
	evtchn_port_t port;
	int err;

	for (;;) {
		err = open_unbound(DOMID_SELF, &port);
		if (err)
			return err;
		if (port >= wanted) {
			close_port(port);
			return port == wanted ? 0 : -EBUSY;
		}
		channels[port].kind = CHANNEL_FILLER;
	}
}

static void put_up(struct channel *channels, evtchn_port_t wanted)
{
	const struct channel *channel = &channels[wanted];
	struct channel now;
	evtchn_port_t port;
	int err;

	/* Ports whose user is the hypervisor are left open. */
	if (look_at(wanted, &now) && now.kind != CHANNEL_NONE)
		return;
	err = fill_up_to(channels, wanted);
	if (!err)
		err = channel->kind == CHANNEL_BOUND ?
		      open_bound(channel, &port) :
		      open_unbound(channel->dom, &port);
	if (err)
		pr_warn("port %u to domain %u is lost (%d)\n", wanted,
			channel->dom, err);
}

static void put_all_up(struct channel *channels, unsigned int count)
{
	evtchn_port_t port;

	for (port = 1; port < count; port++)
		if (channels[port].kind != CHANNEL_NONE)
			put_up(channels, port);
	for (port = 1; port < count; port++)
		if (channels[port].kind == CHANNEL_FILLER)
			close_port(port);
}

/* Only such ports have an array: the frame is wrong, or there is no room. */
static bool are_fifo(void)
{
	struct evtchn_expand_array expand = { .array_gfn = ~0ULL };
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_expand_array, &expand);

	return err == -EINVAL || err == -ENOSPC;
}

int xen_channels_reset(void)
{
	struct evtchn_reset reset = { .dom = DOMID_SELF };
	struct channel *channels;
	unsigned int count;
	evtchn_port_t port;
	int err;

	if (!are_fifo())
		return 0;
	count = count_channels();
	channels = kvcalloc(count + 1, sizeof(*channels), GFP_KERNEL);
	if (!channels)
		return -ENOMEM;
	for (port = 1; port < count; port++)
		look_at(port, &channels[port]);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_reset, &reset);
	put_all_up(channels, count);
	kvfree(channels);
	return err;
}
