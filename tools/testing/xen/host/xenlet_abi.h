/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xenlet's hypercalls on this machine: the real page, heap, stage 2 and guest
 * access code under them, two domains with RAM of their own, and a scheduler
 * that only counts. A guest's stage 1 is off: its addresses are physical.
 *
 * A test writes an operation into the current guest's memory with put(),
 * calls, and reads it back with get().
 */
#ifndef XENLET_ABI_TEST_H
#define XENLET_ABI_TEST_H

#include "xenlet_memory.h"

#include <xenlet/abi.h>
#include <xenlet/machine.h>
#include <xenlet/sched.h>
#include <xenlet/service.h>
#include <xenlet/work.h>

#include "page.c"
#include "heap.c"
#include "p2m.c"
#include "abi/guest_access.c"
#include "abi/shared_info.c"
#include "abi/sched_poll.c"
#include "abi/event_port.c"
#include "abi/event_2l.c"
#include "abi/event_fifo.c"
#include "abi/event_service.c"
#include "abi/event.c"

#define GUEST_PAGES	64
#define ARG_GPA		(GUEST_PAGES / 2 * PAGE_SIZE + 0xf80)
#define NOWHERE		((gva_t)0x7000000000)

static const struct machine machine;
const struct machine *const the_machine = &machine;

static struct domain guests[2];
static struct vcpu cpus_of_guests[2][2];
static struct domain service;
static struct vcpu *current;
static unsigned int injected, woken, blocked;
static void *ram;

struct vcpu *current_vcpu(void)
{
	return current;
}

struct domain *service_domain(void)
{
	return &service;
}

static struct domain *hardware;

struct domain *hardware_domain(void)
{
	return hardware;
}

struct domain *domain_by_id(domid_t domid)
{
	if (!domid)
		return &service;
	return domid <= 2 ? &guests[domid - 1] : NULL;
}

struct domain *domain_by_any_id(domid_t domid)
{
	return domid == DOMID_SELF ? current_domain() : domain_by_id(domid);
}

bool domain_may_control(const struct domain *d)
{
	return d == current_domain();
}

void vcpu_inject_upcall(struct vcpu *v)
{
	injected++;
}

void vcpu_wake(struct vcpu *v)
{
	woken++;
}

void vcpu_block(struct vcpu *v)
{
	blocked++;
}

void watchdog_init(struct domain *d)
{
}

void watchdog_destroy(struct domain *d)
{
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
	timer->fn = fn;
}

void timer_set(struct timer *timer, u64 deadline_ns)
{
	timer->deadline = deadline_ns;
}

void timer_cancel(struct timer *timer)
{
	timer->deadline = 0;
}

u64 time_ns(void)
{
	return 12345;
}

int arch_translate(gva_t va, bool write, gpa_t *gpa)
{
	if (va >= NOWHERE)
		return -XEN_EFAULT;
	*gpa = va;
	return 0;
}

void arch_p2m_publish(void)
{
}

void arch_p2m_flush(u64 root, gpa_t gpa)
{
}

void arch_clean(const void *ptr, size_t size)
{
}

static inline void enter(unsigned int guest, unsigned int vcpu)
{
	current = &cpus_of_guests[guest][vcpu];
}

static inline void *guest_ptr(struct domain *d, gpa_t gpa)
{
	return phys_to_ptr(d, gpa, false);
}

/* The operation's place straddles two pages on purpose. */
static inline gva_t put(const void *op, size_t size)
{
	copy_to_guest(ARG_GPA, op, size);
	return ARG_GPA;
}

static inline void get(void *op, size_t size)
{
	copy_from_guest(op, ARG_GPA, size);
}

static inline void create_guest(unsigned int n)
{
	struct domain *d = &guests[n];
	unsigned int i;

	memset(d, 0, sizeof(*d));
	d->domid = n + 1;
	d->state = DOMAIN_RUNNING;
	d->nr_vcpus = 2;
	d->max_pages = GUEST_PAGES + 8;
	for (i = 0; i < 2; i++) {
		memset(&cpus_of_guests[n][i], 0, sizeof(struct vcpu));
		cpus_of_guests[n][i].domain = d;
		cpus_of_guests[n][i].id = i;
		d->vcpus[i] = &cpus_of_guests[n][i];
	}
	if (p2m_init(d) || abi_domain_init(d) || event_init(d))
		abort();
	for (i = 0; i < GUEST_PAGES; i++) {
		struct page *page = page_alloc(d, 0);

		if (p2m_map(d, i, page_to_paddr(page), 0, P2M_RAM_RW))
			abort();
	}
}

static inline void destroy_guest(unsigned int n)
{
	struct domain *d = &guests[n];

	event_destroy(d);
	abi_domain_destroy(d);
	p2m_destroy(d);
}

static inline u64 frames_before(void)
{
	ram = memory_create();
	return page_free_count();
}

#endif /* XENLET_ABI_TEST_H */
