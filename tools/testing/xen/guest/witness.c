// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at its own memory for as long as the domain before it lives: whatever
 * that one does, nothing here changes.
 */
#include "lib/runtime.h"

#include "event.h"

#include <xen/sched.h>

#define OFFSET		(16UL << 20)
#define WORDS		((16UL << 20) / sizeof(uint64_t))
#define MULTIPLIER	0x9e3779b97f4a7c15ULL

static uint64_t *words(void)
{
	return (uint64_t *)(uintptr_t)(env->ram_base + OFFSET);
}

/* How many words differ from what was written. */
static unsigned long differing(void)
{
	const uint64_t *word = words();
	unsigned long i, bad = 0;

	for (i = 0; i < WORDS; i++)
		bad += READ_ONCE(word[i]) != i * MULTIPLIER;
	return bad;
}

static domid_t own_domid(void)
{
	struct evtchn_status op;
	evtchn_port_t port;

	if (alloc_unbound(DOMID_SELF, DOMID_SELF, &port) ||
	    status(DOMID_SELF, port, &op))
		test_abort("own domid", "a port does not tell");
	return op.u.unbound.dom;
}

/* An unprivileged domain is not told more of another than that it is there. */
static bool is_there(domid_t domid)
{
	struct evtchn_status op;

	return status(domid, 1, &op) != -XEN_ESRCH;
}

void test_main(void)
{
	domid_t other = own_domid() - 1;
	unsigned long i, passes = 0, bad = 0;

	if (env->ram_size < OFFSET + WORDS * sizeof(uint64_t))
		test_abort("memory", "less than 32 MiB");
	for (i = 0; i < WORDS; i++)
		words()[i] = i * MULTIPLIER;
	check(is_there(other), "there is a domain to look out for");
	do {
		bad += differing();
		passes++;
		sched_op(SCHEDOP_yield, NULL);
	} while (is_there(other) && !bad);
	bad += differing();
	report(bad ? FAIL : PASS, "no word of this memory changed",
	       "%lu did, in pass %lu", bad, passes);
}
