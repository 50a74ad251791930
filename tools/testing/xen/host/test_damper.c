// SPDX-License-Identifier: GPL-2.0
/*
 * Host test of storm damping: over any mix of useful and useless events the
 * delay is within its bounds, and no useful event ever waits.
 */
#include <stdlib.h>

#include "ktap.h"

#include "../../../../drivers/xen/guest/events/damper.c"

#define SECOND	100

static bool bounds_hold(unsigned int threshold)
{
	struct xen_damper damper = { 0 };
	unsigned int in_a_row = 0;
	unsigned long delay;
	bool spurious, waits;
	int i;

	for (i = 0; i < 1000000; i++) {
		spurious = rand() % 40;
		delay = xen_damper_judge(&damper, spurious, threshold, SECOND);
		in_a_row = spurious ? in_a_row + 1 : 0;
		waits = in_a_row > threshold;
		if (delay > SECOND || (!spurious && delay) || !delay == waits)
			return false;
	}
	return true;
}

/* A peer that only ever sends useless events: events let in within a minute. */
static unsigned int admitted_in_a_minute(void)
{
	struct xen_damper damper = { 0 };
	unsigned int events = 0;
	unsigned long now = 0;

	while (now < 60 * SECOND) {
		now += xen_damper_judge(&damper, true, 1, SECOND);
		events++;
	}
	return events;
}

int main(void)
{
	struct xen_damper damper = { .useless = UINT_MAX };

	srand(1);
	ktap_ok(bounds_hold(0), "bounds hold without a threshold");
	ktap_ok(bounds_hold(1), "bounds hold with the default threshold");
	ktap_ok(bounds_hold(30), "bounds hold with a large threshold");
	ktap_ok(admitted_in_a_minute() < 70, "a storm gets one event a second");
	ktap_ok(xen_damper_judge(&damper, true, 1, SECOND) == SECOND,
		"the count stays at its end");
	ktap_ok(xen_damper_judge(&damper, true, UINT_MAX, SECOND) == 0,
		"a threshold that cannot be passed");
	return ktap_done();
}
