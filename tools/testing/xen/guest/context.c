// SPDX-License-Identifier: GPL-2.0
/*
 * Two vCPUs on one CPU: what each has in its registers is its own. Each sets
 * all of them, lets the other one run, and looks.
 */
#include "test.h"

#include <xen/sched.h>

#include "context_reg.h"

#define ROUNDS		200
#define MOST_REGS	40
#define SPIN_NS		12000000UL	/* longer than a slice */

static struct {
	unsigned int lost[MOST_REGS], done;
} seen[2];

static uint64_t pattern(unsigned int who, unsigned int round, unsigned int i)
{
	uint64_t x = (who * 0x51 + round * 0x2f + i + 1) *
		0x9e3779b97f4a7c15ULL;

	return x ^ x >> 29;
}

/* The other one runs meanwhile, whether it is let or not. */
static void give_way(unsigned int round)
{
	uint64_t start = now_ns();

	sched_op(SCHEDOP_yield, NULL);
	if (round % 20)
		return;
	while (now_ns() - start < SPIN_NS)
		;
}

static void use(unsigned int who)
{
	unsigned int round, i;

	context_reg_prepare();
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < context_reg_count; i++)
			context_regs[i].write(pattern(who, round, i));
		give_way(round);
		for (i = 0; i < context_reg_count; i++) {
			const struct context_reg *r = &context_regs[i];

			if ((r->read() ^ pattern(who, round, i)) & r->mask)
				seen[who].lost[i]++;
		}
	}
	seen[who].done = round;
}

static void use_here(void)
{
	use(0);
}

static void use_there(void)
{
	use(1);
}

void test_main(void)
{
	unsigned int i;

	if (!smp_start()) {
		report(SKIP, "two vCPUs take turns", "there is only one");
		return;
	}
	check(smp_race(use_here, use_there), "two vCPUs take turns");
	check(seen[0].done == ROUNDS && seen[1].done == ROUNDS,
	      "both to the end");
	for (i = 0; i < context_reg_count; i++)
		report(seen[0].lost[i] + seen[1].lost[i] ? FAIL : PASS,
		       context_regs[i].name,
		       "not kept %u and %u times of %u", seen[0].lost[i],
		       seen[1].lost[i], ROUNDS);
}
