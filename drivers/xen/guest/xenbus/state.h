/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a device's two states mean, as tables. Pure.
 *
 * The local state is what this end wrote last, the peer's is whatever the peer
 * wrote: a number that has to be looked at before it is a state.
 */
#ifndef XEN_XENBUS_STATE_H
#define XEN_XENBUS_STATE_H

#include <linux/types.h>
#include <xen/interface/io/xenbus.h>

#define XENBUS_STATES	(XenbusStateReconfigured + 1)

/**
 * enum xenbus_step - what to do about a change of the peer's state
 * @XENBUS_STEP_IGNORE: nothing
 * @XENBUS_STEP_DELIVER: tell the driver
 * @XENBUS_STEP_CLOSE: close the device without the driver
 * @XENBUS_STEP_ILLEGAL: say that the peer is out of step, and no more
 */
enum xenbus_step {
	XENBUS_STEP_IGNORE,
	XENBUS_STEP_DELIVER,
	XENBUS_STEP_CLOSE,
	XENBUS_STEP_ILLEGAL,
};

/**
 * enum xenbus_scene - when and where a peer's state has changed
 * @XENBUS_RUNNING: while the system runs
 * @XENBUS_FRONTEND_ENDS: a frontend's peer, while the system goes down
 * @XENBUS_BACKEND_ENDS: a backend's peer, while the system goes down
 */
enum xenbus_scene {
	XENBUS_RUNNING,
	XENBUS_FRONTEND_ENDS,
	XENBUS_BACKEND_ENDS,
};

enum xenbus_step xenbus_peer_step(unsigned int local, unsigned int peer,
				  enum xenbus_scene scene);

/**
 * struct xenbus_reset - one step of bringing a used device back
 * @write: the state to write
 * @wait: the peer's states, as bits, of which one ends the wait after it
 */
struct xenbus_reset {
	enum xenbus_state write;
	unsigned int wait;
};

const struct xenbus_reset *xenbus_reset_step(unsigned int local);
bool xenbus_is_unconnected(unsigned int local);

#endif /* XEN_XENBUS_STATE_H */
