/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a micro-guest is written in.
 *
 * A micro-guest is one file with test_main(), which states named facts. Each
 * fact has one of four outcomes that never blur:
 *
 *	pass	it holds
 *	fail	it doesn't: the hypervisor is wrong
 *	skip	this environment can't show it
 *	error	the test itself did not work, which says nothing about the
 *		hypervisor
 */
#ifndef _XEN_GUEST_TEST_H
#define _XEN_GUEST_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/event_channel.h>

#define __noreturn	__attribute__((__noreturn__))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))

#define PAGE_SIZE	4096UL
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

enum outcome { PASS, FAIL, SKIP, ERROR };

/** test_main() - the micro-guest's own; returning ends it with "done" */
void test_main(void);

/** report() - state a fact; names are unique within a micro-guest */
void report(enum outcome outcome, const char *name, const char *fmt, ...)
	__printf(3, 4);

/** report_cost() - what @name took; "xenrun --costs" makes a table of it */
void report_cost(const char *name, uint64_t ns);

/** check() - the fact that @cond holds */
#define check(cond, name) \
	report((cond) ? PASS : FAIL, name, "not so: %s", #cond)

/** expect() - the fact that @call returns @want */
#define expect(call, want, name) \
	do { \
		long _got = (call), _want = (want); \
		report(_got == _want ? PASS : FAIL, name, \
		       "%ld, not %ld", _got, _want); \
	} while (0)

/** expect_one_of() - the fact that @call returns @a or @b */
#define expect_one_of(call, a, b, name) \
	do { \
		long _got = (call), _a = (a), _b = (b); \
		report(_got == _a || _got == _b ? PASS : FAIL, name, \
		       "%ld, not %ld or %ld", _got, _a, _b); \
	} while (0)

/** test_abort() - an ERROR fact, then the end */
void test_abort(const char *name, const char *fmt, ...)
	__printf(2, 3) __noreturn;

/* The hypercall interface, as bare as it gets: any number, any arguments. */
long hypercall(unsigned long nr, unsigned long a1, unsigned long a2,
	       unsigned long a3, unsigned long a4, unsigned long a5);

#define ARG(x)	((unsigned long)(uintptr_t)(x))

static inline long event_channel_op(unsigned int cmd, void *arg)
{
	return hypercall(__HYPERVISOR_event_channel_op, cmd, ARG(arg), 0, 0, 0);
}

static inline long memory_op(unsigned int cmd, void *arg)
{
	return hypercall(__HYPERVISOR_memory_op, cmd, ARG(arg), 0, 0, 0);
}

static inline long grant_table_op(unsigned int cmd, void *arg,
				  unsigned int count)
{
	return hypercall(__HYPERVISOR_grant_table_op, cmd, ARG(arg), count, 0,
			 0);
}

static inline long sched_op(unsigned int cmd, void *arg)
{
	return hypercall(__HYPERVISOR_sched_op, cmd, ARG(arg), 0, 0, 0);
}

static inline long hvm_op(unsigned int cmd, void *arg)
{
	return hypercall(__HYPERVISOR_hvm_op, cmd, ARG(arg), 0, 0, 0);
}

static inline long vcpu_op(unsigned int cmd, unsigned int vcpu, void *arg)
{
	return hypercall(__HYPERVISOR_vcpu_op, cmd, vcpu, ARG(arg), 0, 0);
}

static inline long version_op(unsigned int cmd, void *arg)
{
	return hypercall(__HYPERVISOR_xen_version, cmd, ARG(arg), 0, 0, 0);
}

/**
 * struct environment - where this guest runs, constant after the start
 * @xenlet: the hypervisor knows the private hypercall
 * @privileged: this is dom0: calls that others are refused may work
 * @grant_base: guest physical address for grant frames and the like
 * @grant_size: of that region
 * @ram_base, @ram_size: first bank of memory
 * @gicd: the interrupt controller's distributor
 * @gicc: its CPU interface, 0 if it is no GICv2
 * @gicr: its redistributors, 0 if it is no GICv3
 * @upcall_irq: interrupt number of the event upcall, 0 if not found
 * @fdt: the device tree
 */
struct environment {
	bool xenlet;
	bool privileged;
	uint64_t grant_base, grant_size;
	uint64_t ram_base, ram_size;
	uint64_t gicd, gicc, gicr;
	unsigned int upcall_irq;
	const void *fdt;
};

extern const struct environment *const env;

/* Addresses that mean trouble, see mmu.c. */
/** wild_pointer() - nothing is mapped there */
void *wild_pointer(void);
/** readonly_alias() - memory of ours that may be read but not written */
void *readonly_alias(const void *ptr);
/** cliff() - the last @size bytes before an unmapped address */
void *cliff(size_t size);
/** map_normal() - let ordinary memory be at @pa, 2 MiB around it */
void map_normal(uint64_t pa);

/** page_alloc() - a zeroed page of our own memory; never runs out in a test
 * that takes fewer than 128, else it aborts
 */
void *page_alloc(void);

static inline uint64_t gfn_of(const void *ptr)
{
	return (uintptr_t)ptr / PAGE_SIZE;
}

/** touch_faults() - does reading a byte at @ptr raise an exception */
bool touch_faults(const volatile void *ptr);

/** fault_tells_state() - did the last one say that it was taken in this state */
bool fault_tells_state(void);

/** shared_info_map() - put the shared info page into the grant region, once;
 * aborts the test if that fails
 */
struct shared_info *shared_info_map(void);

/** fp_features() - what the floating point unit says that it has */
uint32_t fp_features(void);

/** now_ns() - from the virtual counter */
uint64_t now_ns(void);
/** machine_ns() - from the physical counter: since the machine's reset */
uint64_t machine_ns(void);
/** cpu_wait() - until an interrupt is pending */
void cpu_wait(void);

/** struct cpu_start - what a further vCPU starts with; see lib/smp.c */
struct cpu_start {
	void *stack;
	void (*volatile job)(void);
	volatile uint32_t started, finished;
};

/** smp_start() - bring vCPU 1 up; false if there is none */
bool smp_start(void);
/** smp_race() - run both at once, each on its own vCPU, and wait for both;
 * false if vCPU 1 did not finish in time
 */
bool smp_race(void (*here)(void), void (*there)(void));
/** psci() - a PSCI call */
long psci(uint32_t function, unsigned long a1, unsigned long a2,
	  unsigned long a3);

/* lib/string.c */
void *memset(void *dst, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strncmp(const char *a, const char *b, size_t n);
int vsnprintf(char *buf, size_t size, const char *fmt,
	      __builtin_va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif /* _XEN_GUEST_TEST_H */
