// SPDX-License-Identifier: GPL-2.0
/*
 * The connection's states: pure, any context. connect.c does what a step
 * says, and is the only one to keep a state.
 *
 * A backend that restarts goes Closing, Closed, InitWait and finds us in the
 * states that it expects at each: Closed, Initialising, Initialised. What is
 * not in the table changes nothing: a late or repeated event is no fault.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include <xen/interface/io/xenbus.h>

#include "state.h"

#define STEP(state, acts) { .next = BLKFRONT_##state, .act = (acts) }

#define HOLD	BLKFRONT_DO_HOLD
#define FAIL	BLKFRONT_DO_FAIL
#define CLOSED	BLKFRONT_DO_SAY_CLOSED
#define NEW	BLKFRONT_DO_SAY_NEW
#define PUBLISH	BLKFRONT_DO_PUBLISH

/* A known row has a bit more than the caller sees: zero means no row. */
#define ROW	BIT(31)

static const struct blkfront_step steps[BLKFRONT_STATES][BLKFRONT_INPUTS] = {
	[BLKFRONT_AWAY] = {
		[BLKFRONT_IN_WAITS]	= STEP(OFFERED, ROW | PUBLISH),
		/* Connected to an earlier kernel's rings: let it start over. */
		[BLKFRONT_IN_CONNECTED]	= STEP(AWAY, ROW | CLOSED),
		[BLKFRONT_IN_RESETS]	= STEP(AWAY, ROW | CLOSED),
		[BLKFRONT_IN_RESET]	= STEP(AWAY, ROW | NEW),
		[BLKFRONT_IN_UNPLUG]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_FAILED]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GIVE_UP]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_REMOVE]	= STEP(DEAD, ROW | FAIL),
	},
	[BLKFRONT_OFFERED] = {
		[BLKFRONT_IN_STARTS]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_CONNECTED]	= STEP(LIVE, ROW |
					       BLKFRONT_DO_CONNECT),
		[BLKFRONT_IN_RESETS]	= STEP(AWAY, ROW | HOLD | CLOSED),
		[BLKFRONT_IN_RESET]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_UNPLUG]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GONE]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_RESUME]	= STEP(AWAY, ROW | HOLD),
		[BLKFRONT_IN_BREACH]	= STEP(BROKEN, ROW | FAIL |
					       BLKFRONT_DO_REPORT),
		[BLKFRONT_IN_FAILED]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GIVE_UP]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_REMOVE]	= STEP(DEAD, ROW | FAIL),
	},
	[BLKFRONT_LIVE] = {
		[BLKFRONT_IN_STARTS]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_WAITS]	= STEP(OFFERED, ROW | HOLD | PUBLISH),
		[BLKFRONT_IN_CONNECTED]	= STEP(LIVE, ROW |
					       BLKFRONT_DO_RESIZE),
		[BLKFRONT_IN_RESETS]	= STEP(AWAY, ROW | HOLD | CLOSED),
		[BLKFRONT_IN_RESET]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_UNPLUG]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GONE]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_RESUME]	= STEP(AWAY, ROW | HOLD),
		[BLKFRONT_IN_BREACH]	= STEP(BROKEN, ROW | FAIL |
					       BLKFRONT_DO_REPORT),
		[BLKFRONT_IN_FAILED]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GIVE_UP]	= STEP(DEAD, ROW | FAIL),
		[BLKFRONT_IN_REMOVE]	= STEP(DEAD, ROW | FAIL),
	},
	[BLKFRONT_BROKEN] = {
		[BLKFRONT_IN_STARTS]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_WAITS]	= STEP(OFFERED, ROW | HOLD | PUBLISH),
		[BLKFRONT_IN_RESETS]	= STEP(AWAY, ROW | HOLD | CLOSED),
		[BLKFRONT_IN_RESET]	= STEP(AWAY, ROW | HOLD | NEW),
		[BLKFRONT_IN_UNPLUG]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_GONE]	= STEP(DEAD, ROW | FAIL | CLOSED),
		[BLKFRONT_IN_RESUME]	= STEP(AWAY, ROW | HOLD),
		[BLKFRONT_IN_REMOVE]	= STEP(DEAD, ROW | FAIL),
	},
	/* Nothing brings a dead device back: it has no rows. */
};

/**
 * blkfront_state_step() - the move that an input asks for
 * @state: where the connection stands
 * @input: what happened
 *
 * Return: the step; the state unchanged and nothing to do where the table
 * has none.
 */
struct blkfront_step blkfront_state_step(enum blkfront_state state,
					 enum blkfront_input input)
{
	struct blkfront_step step = { .next = state };

	if ((unsigned int)state >= BLKFRONT_STATES ||
	    (unsigned int)input >= BLKFRONT_INPUTS)
		return step;
	if (!(steps[state][input].act & ROW))
		return step;

	step = steps[state][input];
	step.act &= ~ROW;
	return step;
}

/**
 * blkfront_state_input() - what a backend's state means to the connection
 * @backend_state: an enum xenbus_state, or whatever the peer wrote
 * @online: does the toolstack want the device to stay
 *
 * Return: the input, or -ENOENT for a state that means nothing to a disk.
 */
int blkfront_state_input(unsigned int backend_state, bool online)
{
	switch (backend_state) {
	case XenbusStateUnknown:
		return BLKFRONT_IN_GONE;
	case XenbusStateInitialising:
		return BLKFRONT_IN_STARTS;
	case XenbusStateInitWait:
	case XenbusStateInitialised:
		return BLKFRONT_IN_WAITS;
	case XenbusStateConnected:
		return BLKFRONT_IN_CONNECTED;
	case XenbusStateClosing:
		return online ? BLKFRONT_IN_RESETS : BLKFRONT_IN_UNPLUG;
	case XenbusStateClosed:
		return online ? BLKFRONT_IN_RESET : BLKFRONT_IN_UNPLUG;
	default:
		return -ENOENT;
	}
}

/**
 * blkfront_state_name() - a state's name, for messages and debugfs
 * @state: the state
 *
 * Return: one word.
 */
const char *blkfront_state_name(enum blkfront_state state)
{
	static const char * const names[] = {
		[BLKFRONT_AWAY]		= "away",
		[BLKFRONT_OFFERED]	= "offered",
		[BLKFRONT_LIVE]		= "live",
		[BLKFRONT_BROKEN]	= "broken",
		[BLKFRONT_DEAD]		= "dead",
	};

	return (unsigned int)state < ARRAY_SIZE(names) ? names[state] : "?";
}
