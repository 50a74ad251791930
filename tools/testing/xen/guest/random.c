// SPDX-License-Identifier: GPL-2.0
/*
 * A million hypercalls made of dice: numbers, commands, pointers and
 * structures, valid and not. The hypervisor goes on, and so does this guest.
 * The seed stands in the first report; the same one plays the same game.
 *
 * Only what would end or stop this domain by right is left out. The frames
 * and addresses that calls may name are of a part of memory that this guest
 * has no other use for, because they do take it away.
 */
#include "lib/runtime.h"

#include <xen/memory.h>
#include <xen/sched.h>

#include "../../../../include/xen/interface/xenlet.h"

#define CALLS		1000000
#define STEP		250000
#define SEED		0x5eed2026cafef00dULL
#define WORDS		32
#define MULTICALLS	4
#define PLAY_OFFSET	(24UL << 20)	/* what calls may name */
#define PLAY_SIZE	(8UL << 20)
#define SAFE_OFFSET	(40UL << 20)	/* what none names */
#define SAFE_WORDS	((4UL << 20) / sizeof(uint64_t))

static uint64_t state;
/* What is called with a pointer into it may write behind that, too. */
static uint64_t arguments[4 * PAGE_SIZE / sizeof(uint64_t)]
	__attribute__((aligned(4096)));
static struct multicall_entry list[MULTICALLS];

static uint64_t roll(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

static unsigned int pick(unsigned int below)
{
	return (roll() >> 33) % below;
}

static uint64_t play_address(void)
{
	return env->ram_base + PLAY_OFFSET + roll() % PLAY_SIZE;
}

/* Domain ids and other half words; none is the top of a frame of ours. */
static uint64_t half_words(void)
{
	static const uint16_t some[] = {
		0, 1, 2, 3, DOMID_SELF, DOMID_IO, DOMID_XEN, DOMID_INVALID,
	};
	uint64_t word = 0;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		uint16_t half = pick(16) ? some[pick(ARRAY_SIZE(some))] :
					   roll() | 0x8000;

		word = word << 16 | half;
	}
	return word;
}

static uint64_t word(void)
{
	switch (pick(8)) {
	case 0:
		return 0;
	case 1:
		return pick(64);
	case 2:
		return play_address() & ~(PAGE_SIZE - 1);
	case 3:
		return play_address() / PAGE_SIZE;
	case 4:
		return roll();
	case 5:
		return ~0ULL;
	case 6:
		return play_address();
	default:
		return half_words();
	}
}

static unsigned long pointer(void)
{
	switch (pick(16)) {
	case 0:
		return ARG(wild_pointer());
	case 1:
		return ARG(readonly_alias(arguments));
	case 2:
		return ARG(cliff(pick(64)));
	case 3:
		return ARG(arguments) + pick(PAGE_SIZE);
	case 4:
		return roll();
	case 5:
		return 0;
	default:
		return ARG(arguments);
	}
}

/*
 * A long list is not wrong, only long: it ends where memory does, and that
 * many elements are served in parts for minutes.
 */
static unsigned long count(void)
{
	if (pick(64))
		return pick(4);
	return pick(2) ? pick(1024) : ~0UL - pick(4);
}

struct call {
	unsigned long nr, arg[5];
};

/* Ends or stops this domain, or speaks in the test's name. */
static bool is_left_out(const struct call *c)
{
	uint32_t cmd = c->arg[0];

	switch (c->nr) {
	case __HYPERVISOR_sched_op:
		return cmd == SCHEDOP_shutdown || cmd == SCHEDOP_block ||
			cmd == SCHEDOP_poll || cmd == SCHEDOP_shutdown_code ||
			cmd == SCHEDOP_watchdog;
	case __HYPERVISOR_xenlet_op:
		return cmd == XENLET_report;
	case __HYPERVISOR_console_io:
		return cmd == CONSOLEIO_write;
	default:
		return false;
	}
}

static unsigned long number(void)
{
	static const uint8_t known[] = {
		__HYPERVISOR_memory_op, __HYPERVISOR_xen_version,
		__HYPERVISOR_console_io, __HYPERVISOR_grant_table_op,
		__HYPERVISOR_vm_assist, __HYPERVISOR_vcpu_op,
		__HYPERVISOR_sched_op, __HYPERVISOR_event_channel_op,
		__HYPERVISOR_physdev_op, __HYPERVISOR_hvm_op,
		__HYPERVISOR_sysctl, __HYPERVISOR_domctl,
		__HYPERVISOR_platform_op, __HYPERVISOR_argo_op,
		__HYPERVISOR_dm_op, __HYPERVISOR_hypfs_op,
		__HYPERVISOR_xsm_op, __HYPERVISOR_xenlet_op,
	};

	if (pick(16))
		return known[pick(ARRAY_SIZE(known))];
	return pick(2) ? pick(64) : roll();
}

static void make_call(struct call *c)
{
	do {
		c->nr = number();
		c->arg[0] = pick(16) ? pick(32) : word();
		c->arg[1] = pick(4) ? pointer() : pick(4);
		c->arg[2] = pick(2) ? pointer() : count();
		c->arg[3] = word();
		c->arg[4] = word();
	} while (is_left_out(c) || c->nr == __HYPERVISOR_multicall);
	/* These two take their structure first, the other way round counts. */
	if (c->nr == __HYPERVISOR_sysctl || c->nr == __HYPERVISOR_domctl ||
	    c->nr == __HYPERVISOR_platform_op)
		c->arg[0] = pointer();
	if (c->nr == __HYPERVISOR_grant_table_op)
		c->arg[2] = count();
}

static void make_arguments(void)
{
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		arguments[i] = word();
}

static void play_multicall(void)
{
	unsigned int i, k;
	struct call c;

	for (i = 0; i < MULTICALLS; i++) {
		make_call(&c);
		list[i].op = c.nr;
		for (k = 0; k < 5; k++)
			list[i].args[k] = c.arg[k];
	}
	hypercall(__HYPERVISOR_multicall, ARG(list), pick(MULTICALLS + 1), 0,
		  0, 0);
}

static void play_one(void)
{
	struct call c;

	make_arguments();
	if (!pick(32)) {
		play_multicall();
		return;
	}
	make_call(&c);
	hypercall(c.nr, c.arg[0], c.arg[1], c.arg[2], c.arg[3], c.arg[4]);
}

static uint64_t *safe_words(void)
{
	return (uint64_t *)(uintptr_t)(env->ram_base + SAFE_OFFSET);
}

/* Of ours only what the caller still knows: a call may have hit the rest. */
static bool safe_is_intact(const uint64_t *safe)
{
	unsigned long i;

	for (i = 0; i < SAFE_WORDS; i++)
		if (READ_ONCE(safe[i]) != (i ^ SEED))
			return false;
	return true;
}

void test_main(void)
{
	uint64_t *safe = safe_words();
	char line[80];
	unsigned long i;

	if (env->ram_size < SAFE_OFFSET + (8UL << 20))
		test_abort("memory", "less than 48 MiB");
	state = SEED;
	snprintf(line, sizeof(line), "step seed value=%lu",
		 (unsigned long)state);
	report_line(line);
	for (i = 0; i < SAFE_WORDS; i++)
		safe[i] = i ^ SEED;
	for (i = 1; i <= CALLS; i++) {
		play_one();
		if (i % STEP)
			continue;
		snprintf(line, sizeof(line), "step calls count=%lu", i);
		report_line(line);
	}
	check(version_op(0, NULL) > 0, "a million hypercalls came back");
	check(safe_is_intact(safe), "memory that none of them named is as it was");
}
