// SPDX-License-Identifier: GPL-2.0
/*
 * The frontend's half of the xenbus handshake, as a table.
 *
 * Pure: no state, any context. The one who acts on it is connect.c.
 */

#include <linux/types.h>

#include "state.h"

#define NR_STATES	(XenbusStateReconfigured + 1)

/*
 * A pair that isn't here waits. Three of those that wait matter:
 *
 * Initialising, Closed: a backend that still has to leave the state in which
 * the last user of this device left it (the module was loaded again).
 *
 * Connected, InitWait: an event that was under way when this end connected;
 * the backend hasn't looked yet. Connecting again would take away the rings
 * that it is about to map. A backend that really starts anew was seen to
 * close before, and finds this end Closed.
 *
 * Closed, Closing and Closed, Closed: there's nothing left to close.
 */
static const u8 reaction[NR_STATES][NR_STATES] = {
	[XenbusStateInitialising] = {
		[XenbusStateInitWait]	= NETFRONT_CONNECT,
		[XenbusStateClosing]	= NETFRONT_CLOSE,
	},
	[XenbusStateInitialised] = {
		[XenbusStateClosing]	= NETFRONT_CLOSE,
		[XenbusStateClosed]	= NETFRONT_CLOSE,
	},
	[XenbusStateConnected] = {
		/* The backend's part of the store is gone, and it with it. */
		[XenbusStateUnknown]	= NETFRONT_CLOSE,
		[XenbusStateConnected]	= NETFRONT_ANNOUNCE,
		[XenbusStateClosing]	= NETFRONT_CLOSE,
		[XenbusStateClosed]	= NETFRONT_CLOSE,
	},
	[XenbusStateClosing] = {
		[XenbusStateClosing]	= NETFRONT_CLOSE,
		[XenbusStateClosed]	= NETFRONT_CLOSE,
	},
	[XenbusStateClosed] = {
		[XenbusStateInitWait]	= NETFRONT_REOPEN,
	},
};

/**
 * netfront_react() - what a change of the backend's state asks for
 * @own: the state this end has published
 * @peer: the state the backend has published, as read: any value
 *
 * Return: the action; NETFRONT_WAIT for a state that doesn't exist.
 */
enum netfront_action netfront_react(enum xenbus_state own,
				    enum xenbus_state peer)
{
	if ((unsigned int)own >= NR_STATES || (unsigned int)peer >= NR_STATES)
		return NETFRONT_WAIT;
	return reaction[own][peer];
}
