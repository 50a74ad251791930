// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing a device back to its start, when who used it before left it in
 * another state: a kernel that crashed into this one, or a driver that was
 * unloaded. The frontend goes through closing, closed, and initialising, and
 * lets the peer follow each; a peer that doesn't is left behind.
 *
 * Process context.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "bus.h"
#include "state.h"

#define PEER_LIMIT	(5 * HZ)
#define PEER_POLL_MS	20

/**
 * xenbus_await_peer() - wait for the peer to be in one of some states
 * @otherend: the peer's directory
 * @states: the states, as bits
 *
 * Return: false if it wasn't within five seconds.
 */
bool xenbus_await_peer(const char *otherend, unsigned int states)
{
	unsigned long end = jiffies + PEER_LIMIT;
	unsigned int peer;

	for (;;) {
		peer = read_state(otherend);
		if (peer < XENBUS_STATES && (states & (1U << peer)))
			return true;
		if (time_after(jiffies, end))
			return false;
		msleep(PEER_POLL_MS);
	}
}

/**
 * xenbus_reset_node() - bring a device back to its start
 * @nodename: its directory
 * @local: its state
 */
void xenbus_reset_node(const char *nodename, unsigned int local)
{
	const struct xenbus_reset *step;
	char *otherend;

	if (!xenbus_reset_step(local))
		return;
	otherend = xenbus_read(XBT_NIL, nodename, "backend", NULL);
	if (IS_ERR(otherend))
		return;

	pr_info("%s was left in state %s: opening it again\n", nodename,
		xenbus_strstate(local));
	while ((step = xenbus_reset_step(local))) {
		local = step->write;
		if (xenbus_printf(XBT_NIL, nodename, "state", "%d", local))
			break;
		if (!xenbus_await_peer(otherend, step->wait))
			pr_warn("the backend of %s does not follow to %s\n",
				nodename, xenbus_strstate(local));
	}
	kfree(otherend);
}
