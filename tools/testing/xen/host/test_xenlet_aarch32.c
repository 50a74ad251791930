// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of 32-bit state that xenlet applies to instructions that trapped:
 * conditions, IT blocks, and what an exception does to the registers.
 */
#include <string.h>

#include "ktap.h"

#include "arch/arm-common/aarch32.c"

#define N	(1U << 31)
#define Z	(1U << 30)
#define C	(1U << 29)
#define V	(1U << 28)
#define VBAR	0x80001000U

/* The conditions' own definitions, by their number. */
static bool should_pass(u32 f, unsigned int cond)
{
	switch (cond) {
	case 0:
		return f & Z;
	case 1:
		return !(f & Z);
	case 2:
		return f & C;
	case 3:
		return !(f & C);
	case 4:
		return f & N;
	case 5:
		return !(f & N);
	case 6:
		return f & V;
	case 7:
		return !(f & V);
	case 8:
		return (f & C) && !(f & Z);
	case 9:
		return !(f & C) || (f & Z);
	case 10:
		return !(f & N) == !(f & V);
	case 11:
		return !(f & N) != !(f & V);
	case 12:
		return !(f & Z) && !(f & N) == !(f & V);
	case 13:
		return (f & Z) || !(f & N) != !(f & V);
	default:
		return true;
	}
}

/* CPSR of Thumb code in an IT block. */
static u32 it(unsigned int state)
{
	return CPSR_SVC | CPSR_T | (state & 3) << 25 | (state & 0xfc) << 8;
}

static void test_conditions(void)
{
	unsigned int flags, cond, wrong = 0, wrong_it = 0;
	u32 cpsr;

	for (flags = 0; flags < 16; flags++)
		for (cond = 0; cond < 16; cond++) {
			cpsr = flags << 28 | CPSR_SVC;
			if (aarch32_condition(cpsr, 1U << 24 | cond << 20) !=
			    should_pass(cpsr, cond))
				wrong++;
			cpsr = flags << 28 | it(cond << 4 | 8);
			if (aarch32_condition(cpsr, 0) !=
			    should_pass(cpsr, cond))
				wrong_it++;
		}
	ktap_ok(!wrong, "all conditions under all flags");
	ktap_ok(!wrong_it, "and where only the IT block knows them");
	ktap_ok(aarch32_condition(CPSR_SVC, 0), "none in ARM code is always");
	ktap_ok(aarch32_condition(CPSR_SVC | CPSR_T, 0),
		"so is Thumb code without an IT block");
}

static void test_step(void)
{
	/* ITTEE EQ: then, then, else, else. */
	u32 cpsr = it(0x07);

	ktap_ok(aarch32_step(CPSR_SVC | Z) == (CPSR_SVC | Z),
		"ARM code has no blocks");
	ktap_ok(aarch32_step(it(0)) == it(0), "nor has all Thumb code");
	cpsr = aarch32_step(cpsr);
	ktap_ok(cpsr == it(0x0e), "the second of four");
	cpsr = aarch32_step(cpsr);
	ktap_ok(cpsr == it(0x1c), "the third is the opposite");
	cpsr = aarch32_step(cpsr);
	ktap_ok(cpsr == it(0x18), "and so is the fourth");
	ktap_ok(aarch32_step(cpsr) == it(0), "the block is over");
	ktap_ok(aarch32_step(it(0x08) | N | V) == (it(0) | N | V),
		"flags stay what they are");
}

static void test_undefined(void)
{
	struct aarch32_entry e;

	e = aarch32_take(AARCH32_UNDEFINED, CPSR_SVC | N | 1U << 6,
			 0x1000, 0, VBAR);
	ktap_ok(e.pc == VBAR + 4, "an undefined instruction has its vector");
	ktap_ok(e.lr == 0x1004, "its LR is behind it");
	ktap_ok(e.cpsr == (CPSR_UND | CPSR_I | N | 1U << 6),
		"interrupts are masked, fast ones as before");

	e = aarch32_take(AARCH32_UNDEFINED, it(0x18) | CPSR_E | CPSR_J,
			 0x1000, 1U << 13 | 1U << 25 | 1U << 30, VBAR);
	ktap_ok(e.pc == 0xffff0004, "vectors may be high");
	ktap_ok(e.lr == 0x1002, "Thumb's LR is two behind it");
	ktap_ok(e.cpsr == (CPSR_UND | CPSR_I | CPSR_T | CPSR_E),
		"SCTLR says in what state the handler is");
}

static void test_aborts(void)
{
	struct aarch32_entry e;

	e = aarch32_take(AARCH32_DATA_ABORT, CPSR_USR | CPSR_T, 0x1000, 0,
			 VBAR);
	ktap_ok(e.pc == VBAR + 0x10 && e.lr == 0x1008,
		"a data abort has its vector, and an LR eight behind");
	ktap_ok(e.cpsr == (CPSR_ABT | CPSR_A | CPSR_I),
		"no other abort comes between");
	e = aarch32_take(AARCH32_PREFETCH_ABORT, CPSR_USR, 0x1000, 0, VBAR);
	ktap_ok(e.pc == VBAR + 0xc && e.lr == 0x1004,
		"a prefetch abort has its own");
	ktap_ok(aarch32_abort_status(0) == 0x8, "status, short format");
	ktap_ok(aarch32_abort_status(1U << 31) == 0x210,
		"status, long format");
}

static void test_start(void)
{
	ktap_ok((aarch32_start(0x8000) & (CPSR_MODE | CPSR_T)) == CPSR_SVC,
		"a kernel starts in supervisor mode");
	ktap_ok(aarch32_start(0x8001) & CPSR_T, "in Thumb state if it says so");
	ktap_ok((aarch32_start(0x8000) & 0x1c0) == 0x1c0,
		"with everything masked");
}

int main(void)
{
	test_conditions();
	test_step();
	test_undefined();
	test_aborts();
	test_start();
	return ktap_done();
}
