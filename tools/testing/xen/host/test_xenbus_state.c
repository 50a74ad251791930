// SPDX-License-Identifier: GPL-2.0
/* The tables of a device's states, every row of them. */
#include "ktap.h"
#include "../../../../drivers/xen/guest/xenbus/state.c"

static enum xenbus_step run(unsigned int local, unsigned int peer)
{
	return xenbus_peer_step(local, peer, XENBUS_RUNNING);
}

static unsigned int count_steps(unsigned int peer, enum xenbus_step step,
				enum xenbus_scene scene)
{
	unsigned int local, count = 0;

	for (local = 0; local < XENBUS_STATES; local++)
		count += xenbus_peer_step(local, peer, scene) == step;
	return count;
}

static void running(void)
{
	unsigned int peer, delivered = 0;

	for (peer = XenbusStateUnknown; peer <= XenbusStateClosed; peer++)
		delivered += count_steps(peer, DELIVER, XENBUS_RUNNING) ==
			     XENBUS_STATES;
	ktap_ok(delivered == 7, "a driver hears of every plain state");
	ktap_ok(run(XenbusStateInitialising, XenbusStateReconfiguring) ==
		ILLEGAL,
		"what isn't connected can't be reconfigured");
	ktap_ok(run(XenbusStateConnected, XenbusStateReconfiguring) == DELIVER,
		"what is connected can be");
	ktap_ok(run(XenbusStateClosed, XenbusStateReconfigured) == IGNORE,
		"what is closed doesn't care");
}

static void no_state(void)
{
	ktap_ok(count_steps(XENBUS_STATES, ILLEGAL, XENBUS_RUNNING) ==
		XENBUS_STATES,
		"the first number that is no state is illegal");
	ktap_ok(count_steps(-1U, ILLEGAL, XENBUS_RUNNING) == XENBUS_STATES,
		"and so is the last one");
	ktap_ok(run(XENBUS_STATES, XenbusStateConnected) == ILLEGAL,
		"a local state that is none is too");
}

static void going_down(void)
{
	unsigned int peer, ignored = 0, by_backends = 0;

	for (peer = 0; peer <= XENBUS_STATES; peer++) {
		ignored += count_steps(peer, IGNORE, XENBUS_FRONTEND_ENDS) ==
			   XENBUS_STATES;
		by_backends += count_steps(peer, IGNORE,
					   XENBUS_BACKEND_ENDS) ==
			       XENBUS_STATES;
	}
	ktap_ok(ignored == XENBUS_STATES,
		"at shutdown a frontend ignores all states but one");
	ktap_ok(count_steps(XenbusStateClosing, CLOSE, XENBUS_FRONTEND_ENDS) ==
		XENBUS_STATES, "a backend that closes is followed");
	ktap_ok(by_backends == XENBUS_STATES + 1, "a backend ignores them all");
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
