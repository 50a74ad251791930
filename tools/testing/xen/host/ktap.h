/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a host test prints: one line a fact, in KTAP version 1.
 *
 * A test is one program, in one file, that calls ktap_ok() for each fact it
 * checks and ends with "return ktap_done();".  The plan comes last, so that
 * no test counts its facts by hand, and a program that stopped half way is
 * told from one that finished: it has no plan.
 *
 * Use from a single thread, or under a lock of the test's own.
 */
#ifndef _XEN_HOST_KTAP_H
#define _XEN_HOST_KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#ifndef __printf
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))
#endif

#define KTAP_EXIT_PASS	0
#define KTAP_EXIT_FAIL	1
#define KTAP_EXIT_SKIP	4

struct ktap_state {
	unsigned int facts;
	unsigned int failed;
	unsigned int skipped;
};

static struct ktap_state ktap_state;

static inline void ktap_print_head(bool pass)
{
	if (!ktap_state.facts++)
		puts("KTAP version 1");
	printf("%s %u - ", pass ? "ok" : "not ok", ktap_state.facts);
}

/**
 * ktap_check() - state a fact and whether it holds
 * @pass: does it hold
 * @cond: the text of the condition, shown when it doesn't
 * @file: where it was checked
 * @line: where it was checked
 * @fmt: the name of the fact: say what should be, unique within the program
 *
 * Return: @pass, so that a test can stop where going on makes no sense.
 */
static inline __printf(5, 6)
bool ktap_check(bool pass, const char *cond, const char *file, int line,
		const char *fmt, ...)
{
	va_list args;

	ktap_print_head(pass);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	if (!pass) {
		ktap_state.failed++;
		printf("# %s:%d: not so: %s\n", file, line, cond);
	}
	fflush(stdout);
	return pass;
}

#define ktap_ok(cond, ...) \
	ktap_check(!!(cond), #cond, __FILE__, __LINE__, __VA_ARGS__)

/**
 * ktap_skip() - name a fact that can't be checked in this environment
 * @fmt: the name of the fact, and after it why it is skipped
 */
static inline __printf(1, 2)
void ktap_skip(const char *fmt, ...)
{
	va_list args;

	ktap_print_head(true);
	ktap_state.skipped++;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	puts(" # SKIP");
	fflush(stdout);
}

/**
 * ktap_done() - print the plan
 *
 * Return: what main() returns: pass, fail (a fact failed, or there was none)
 * or skip (every fact was skipped).
 */
static inline int ktap_done(void)
{
	printf("1..%u\n", ktap_state.facts);
	if (!ktap_state.facts || ktap_state.failed)
		return KTAP_EXIT_FAIL;
	if (ktap_state.skipped == ktap_state.facts)
		return KTAP_EXIT_SKIP;
	return KTAP_EXIT_PASS;
}

#endif /* _XEN_HOST_KTAP_H */
