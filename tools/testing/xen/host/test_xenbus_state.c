// SPDX-License-Identifier: GPL-2.0
/* The tables of a device's states, every row of them. */
#include "ktap.h"
#include "../../../../drivers/xen/guest/xenbus/state.c"

static unsigned int count_steps(unsigned int peer, enum xenbus_step step,
				bool down)
{
	unsigned int local, count = 0;

	for (local = 0; local < XENBUS_STATES; local++)
		count += xenbus_peer_step(local, peer, down) == step;
	return count;
}

static void running(void)
{
	unsigned int peer, delivered = 0;

	for (peer = XenbusStateUnknown; peer <= XenbusStateClosed; peer++)
		delivered += count_steps(peer, DELIVER, false) ==
			     XENBUS_STATES;
	ktap_ok(delivered == 7, "a driver hears of every plain state");
	ktap_ok(xenbus_peer_step(XenbusStateInitialising,
				 XenbusStateReconfiguring, false) == ILLEGAL,
		"what isn't connected can't be reconfigured");
	ktap_ok(xenbus_peer_step(XenbusStateConnected,
				 XenbusStateReconfiguring, false) == DELIVER,
		"what is connected can be");
	ktap_ok(xenbus_peer_step(XenbusStateClosed,
				 XenbusStateReconfigured, false) == IGNORE,
		"what is closed doesn't care");
}

static void no_state(void)
{
	ktap_ok(count_steps(XENBUS_STATES, ILLEGAL, false) == XENBUS_STATES,
		"the first number that is no state is illegal");
	ktap_ok(count_steps(-1U, ILLEGAL, false) == XENBUS_STATES,
		"and so is the last one");
	ktap_ok(xenbus_peer_step(XENBUS_STATES, XenbusStateConnected, false) ==
		ILLEGAL, "a local state that is none is too");
}

static void going_down(void)
{
	unsigned int peer, ignored = 0;

	for (peer = 0; peer <= XENBUS_STATES; peer++)
		ignored += count_steps(peer, IGNORE, true) == XENBUS_STATES;
	ktap_ok(ignored == XENBUS_STATES,
		"at shutdown all states but one are ignored");
	ktap_ok(count_steps(XenbusStateClosing, CLOSE, true) == XENBUS_STATES,
		"a peer that closes is followed");
}

/* Follow the steps; a table that goes in circles is seen by the count. */
static unsigned int steps_from(unsigned int local)
{
	const struct xenbus_reset *step;
	unsigned int count = 0;

	while ((step = xenbus_reset_step(local)) && count < 10) {
		local = step->write;
		count++;
	}
	return local == XenbusStateInitialising || !count ? count : 99;
}

static void resetting(void)
{
	ktap_ok(steps_from(XenbusStateConnected) == 3,
		"a connected device is closing, closed, and initialising");
	ktap_ok(steps_from(XenbusStateClosing) == 2, "a closing one is closed");
	ktap_ok(steps_from(XenbusStateClosed) == 1, "a closed one opens again");
	ktap_ok(!steps_from(XenbusStateInitialising) &&
		!steps_from(XenbusStateUnknown), "a new one is left alone");
	ktap_ok(!xenbus_reset_step(XENBUS_STATES) && !xenbus_reset_step(-1U),
		"and one whose state is none");
	ktap_ok(xenbus_reset_step(XenbusStateClosed)->wait &
		BIT_OF(XenbusStateInitWait) &&
		!(xenbus_reset_step(XenbusStateClosed)->wait &
		  BIT_OF(XenbusStateClosed)),
		"a peer that is still closed is waited for");
}

static void connecting(void)
{
	ktap_ok(xenbus_is_unconnected(XenbusStateInitialised) &&
		!xenbus_is_unconnected(XenbusStateConnected) &&
		!xenbus_is_unconnected(XenbusStateClosed),
		"a device connects until it is connected or closed");
}

int main(void)
{
	running();
	no_state();
	going_down();
	resetting();
	connecting();
	return ktap_done();
}
