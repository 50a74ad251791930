/* SPDX-License-Identifier: GPL-2.0 */
/* How long a port that fires for nothing is kept quiet. */
#ifndef XEN_EVENTS_DAMPER_H
#define XEN_EVENTS_DAMPER_H

#include <linux/types.h>

/**
 * struct xen_damper - what a port's recent events were worth
 * @useless: events in a row that came for nothing
 */
struct xen_damper {
	unsigned int useless;
};

/**
 * xen_damper_judge() - account for an event that was handled
 * @damper: of the port
 * @spurious: the event came for nothing
 * @threshold: so many useless events in a row are forgiven
 * @second: the longest delay, in the caller's unit of time
 *
 * Past the threshold the delay is one unit, and doubles with each further
 * useless event. One useful event ends it.
 *
 * Return: how long to wait before events are let in again; 0 for not at all.
 */
unsigned long xen_damper_judge(struct xen_damper *damper, bool spurious,
			       unsigned int threshold, unsigned long second);

#endif /* XEN_EVENTS_DAMPER_H */
