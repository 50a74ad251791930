// SPDX-License-Identifier: GPL-2.0
/*
 * Storm damping: a peer may send as many events as it likes, and each costs
 * this domain an interrupt. Events that turn out useless make the port wait
 * longer and longer for its next chance. Pure.
 */
#include <linux/limits.h>
#include <linux/minmax.h>

#include "damper.h"

/* Longer than a second in jiffies, whatever HZ is. */
#define MAX_DOUBLINGS	20

unsigned long xen_damper_judge(struct xen_damper *damper, bool spurious,
			       unsigned int threshold, unsigned long second)
{
	unsigned int excess;

	if (!spurious) {
		damper->useless = 0;
		return 0;
	}
	if (damper->useless < UINT_MAX)
		damper->useless++;
	if (damper->useless <= threshold)
		return 0;

	excess = damper->useless - threshold - 1;
	if (excess >= MAX_DOUBLINGS)
		return second;
	return min(1UL << excess, second);
}
