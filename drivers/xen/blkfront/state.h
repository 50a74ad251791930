/* SPDX-License-Identifier: GPL-2.0 */
/* The connection's states as a table. */
#ifndef _XEN_BLKFRONT_STATE_H
#define _XEN_BLKFRONT_STATE_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum blkfront_state - where the connection stands
 * @BLKFRONT_AWAY: no rings; requests wait for a backend
 * @BLKFRONT_OFFERED: rings are published, the backend has yet to take them
 * @BLKFRONT_LIVE: requests are served
 * @BLKFRONT_BROKEN: the backend broke the protocol: requests fail, until it
 *	starts again
 * @BLKFRONT_DEAD: closed for good: requests fail
 * @BLKFRONT_STATES: how many there are
 */
enum blkfront_state {
	BLKFRONT_AWAY,
	BLKFRONT_OFFERED,
	BLKFRONT_LIVE,
	BLKFRONT_BROKEN,
	BLKFRONT_DEAD,
	BLKFRONT_STATES
};

/**
 * enum blkfront_input - what can happen to it
 * @BLKFRONT_IN_STARTS: the backend is initialising
 * @BLKFRONT_IN_WAITS: the backend waits for our rings
 * @BLKFRONT_IN_CONNECTED: the backend is connected, or has a new size
 * @BLKFRONT_IN_RESETS: the backend closes, to come back
 * @BLKFRONT_IN_RESET: the backend closed, to come back
 * @BLKFRONT_IN_UNPLUG: the backend closes or closed, for good
 * @BLKFRONT_IN_GONE: the backend's part of the store is gone
 * @BLKFRONT_IN_RESUME: the domain was resumed: all its rings are void
 * @BLKFRONT_IN_BREACH: the backend broke the protocol
 * @BLKFRONT_IN_FAILED: connecting failed
 * @BLKFRONT_IN_GIVE_UP: the wait for a backend took too long
 * @BLKFRONT_IN_REMOVE: the device is taken from the driver
 * @BLKFRONT_INPUTS: how many there are
 */
enum blkfront_input {
	BLKFRONT_IN_STARTS,
	BLKFRONT_IN_WAITS,
	BLKFRONT_IN_CONNECTED,
	BLKFRONT_IN_RESETS,
	BLKFRONT_IN_RESET,
	BLKFRONT_IN_UNPLUG,
	BLKFRONT_IN_GONE,
	BLKFRONT_IN_RESUME,
	BLKFRONT_IN_BREACH,
	BLKFRONT_IN_FAILED,
	BLKFRONT_IN_GIVE_UP,
	BLKFRONT_IN_REMOVE,
	BLKFRONT_INPUTS
};

/* What a step does, in the order in which it is done. */
#define BLKFRONT_DO_HOLD	BIT(0) /* drop the rings, keep requests */
#define BLKFRONT_DO_FAIL	BIT(1) /* drop the rings, fail requests */
#define BLKFRONT_DO_REPORT	BIT(2) /* say what the backend did wrong */
#define BLKFRONT_DO_SAY_CLOSED	BIT(3) /* our state in the store */
#define BLKFRONT_DO_SAY_NEW	BIT(4) /* our state in the store */
#define BLKFRONT_DO_PUBLISH	BIT(5) /* make rings, offer them */
#define BLKFRONT_DO_CONNECT	BIT(6) /* start, or start again */
#define BLKFRONT_DO_RESIZE	BIT(7) /* look for a new size */

/**
 * struct blkfront_step - one move
 * @next: the state to be in
 * @act: what to do, a set of BLKFRONT_DO_*
 */
struct blkfront_step {
	enum blkfront_state next;
	unsigned int act;
};

struct blkfront_step blkfront_state_step(enum blkfront_state state,
					 enum blkfront_input input);
const char *blkfront_state_name(enum blkfront_state state);
int blkfront_state_input(unsigned int backend_state, bool online);

#endif /* _XEN_BLKFRONT_STATE_H */
