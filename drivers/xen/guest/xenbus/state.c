// SPDX-License-Identifier: GPL-2.0
/*
 * What a device's two states mean, as tables.
 *
 * Changes of the peer's state are seen late and some not at all: the store
 * tells that it changed, not how often. So what is legal depends on the local
 * state and the peer's latest, not on the one that was seen before.
 */
#include <linux/types.h>
#include <xen/interface/io/xenbus.h>

#include "state.h"

#define IGNORE	XENBUS_STEP_IGNORE
#define DELIVER	XENBUS_STEP_DELIVER
#define CLOSE	XENBUS_STEP_CLOSE
#define ILLEGAL	XENBUS_STEP_ILLEGAL

/* One more than there are states: any number that is no state. */
#define NO_STATE	XENBUS_STATES

struct peer_row {
	/* The step while the system runs, by the local state. */
	enum xenbus_step step[XENBUS_STATES];
	/* A frontend's step while it goes down; a backend's is to ignore it. */
	enum xenbus_step down;
};

#define ALWAYS(what) { [0 ... XENBUS_STATES - 1] = (what) }

/* A peer can only reconfigure a device that is, or was, connected. */
#define AFTER_CONNECT {						\
	[XenbusStateUnknown] = ILLEGAL,				\
	[XenbusStateInitialising] = ILLEGAL,			\
	[XenbusStateInitWait] = ILLEGAL,			\
	[XenbusStateInitialised] = DELIVER,			\
	[XenbusStateConnected] = DELIVER,			\
	[XenbusStateClosing] = IGNORE,				\
	[XenbusStateClosed] = IGNORE,				\
	[XenbusStateReconfiguring] = DELIVER,			\
	[XenbusStateReconfigured] = DELIVER,			\
}

static const struct peer_row peer_rows[] = {
	[XenbusStateUnknown] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateInitialising] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateInitWait] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateInitialised] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateConnected] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateClosing] = { ALWAYS(DELIVER), CLOSE },
	[XenbusStateClosed] = { ALWAYS(DELIVER), IGNORE },
	[XenbusStateReconfiguring] = { AFTER_CONNECT, IGNORE },
	[XenbusStateReconfigured] = { AFTER_CONNECT, IGNORE },
	[NO_STATE] = { ALWAYS(ILLEGAL), IGNORE },
};

/**
 * xenbus_peer_step() - what to do about the peer's state
 * @local: the device's own state
 * @peer: what the peer wrote
 * @scene: a driver could only do harm by starting something while the system
 *	is being shut down
 *
 * Return: the step; XENBUS_STEP_ILLEGAL if @local is no state either.
 */
enum xenbus_step xenbus_peer_step(unsigned int local, unsigned int peer,
				  enum xenbus_scene scene)
{
	const struct peer_row *row;

	if (local >= XENBUS_STATES)
		return ILLEGAL;
	row = &peer_rows[peer < XENBUS_STATES ? peer : NO_STATE];
	switch (scene) {
	case XENBUS_RUNNING:
		return row->step[local];
	case XENBUS_FRONTEND_ENDS:
		return row->down;
	case XENBUS_BACKEND_ENDS:
		break;
	}
	return IGNORE;
}

#define BIT_OF(state)	(1U << (state))
#define GONE_OR(bits)	(BIT_OF(XenbusStateUnknown) | (bits))

/* A peer that has let go of a device waits, or is closed. */
#define PEER_CLOSED	GONE_OR(BIT_OF(XenbusStateClosed) | \
				BIT_OF(XenbusStateInitWait))
#define PEER_CLOSING	(PEER_CLOSED | BIT_OF(XenbusStateClosing))
#define PEER_AGAIN	GONE_OR(BIT_OF(XenbusStateInitialising) | \
				BIT_OF(XenbusStateInitWait) | \
				BIT_OF(XenbusStateInitialised) | \
				BIT_OF(XenbusStateConnected))

static const struct xenbus_reset to_closing = {
	XenbusStateClosing, PEER_CLOSING
};

static const struct xenbus_reset to_closed = {
	XenbusStateClosed, PEER_CLOSED
};

static const struct xenbus_reset to_initialising = {
	XenbusStateInitialising, PEER_AGAIN
};

static const struct xenbus_reset *const reset_steps[XENBUS_STATES] = {
	[XenbusStateInitWait] = &to_closing,
	[XenbusStateInitialised] = &to_closing,
	[XenbusStateConnected] = &to_closing,
	[XenbusStateReconfiguring] = &to_closing,
	[XenbusStateReconfigured] = &to_closing,
	[XenbusStateClosing] = &to_closed,
	[XenbusStateClosed] = &to_initialising,
};

/**
 * xenbus_reset_step() - the next step to bring a device back to its start
 * @local: the device's own state, as an earlier owner left it
 *
 * Return: NULL if it is at its start, or has no state at all.
 */
const struct xenbus_reset *xenbus_reset_step(unsigned int local)
{
	return local < XENBUS_STATES ? reset_steps[local] : NULL;
}

/**
 * xenbus_is_unconnected() - is a device on its way to be connected
 * @local: the device's own state
 */
bool xenbus_is_unconnected(unsigned int local)
{
	return local < XenbusStateConnected;
}
