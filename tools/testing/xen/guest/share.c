// SPDX-License-Identifier: GPL-2.0
/*
 * Two vCPUs that want all of one CPU, where an instruction is a nanosecond:
 * each counts how often it gets round a loop until the same end.
 */
#include "test.h"

#define NS_PER_MS	1000000UL
#define BUSY_MS		200

static volatile uint64_t end;
static uint64_t rounds[2];

static void be_busy(unsigned int who)
{
	uint64_t count = 0;

	while (now_ns() < end)
		count++;
	rounds[who] = count;
}

static void busy_here(void)
{
	be_busy(0);
}

static void busy_there(void)
{
	be_busy(1);
}

void test_main(void)
{
	uint64_t mean;

	if (!env->xenlet) {
		report(SKIP, "two busy vCPUs share a CPU",
		       "only the machine of its scenario counts instructions");
		return;
	}
	if (!smp_start())
		test_abort("there are two vCPUs", "the second does not start");
	end = now_ns() + BUSY_MS * NS_PER_MS;
	check(smp_race(busy_here, busy_there), "two busy vCPUs share a CPU");
	mean = (rounds[0] + rounds[1]) / 2;
	check(mean > 0, "both get somewhere");
	check(rounds[0] > mean - mean / 10 && rounds[0] < mean + mean / 10,
	      "each within a tenth of its half");
}
