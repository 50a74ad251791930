/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What xenlet's services stand on, for tests of them on this machine: heap,
 * frames, grants, events, work, time and the UART. All of it counts, so that
 * a test can tell a leak; memory comes from malloc(), so that the sanitizers
 * see each object's bounds.
 */
#ifndef XENLET_FAKE_H
#define XENLET_FAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xenlet/config.h>
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/grant.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>
#include <xenlet/service.h>
#include <xenlet/uart.h>
#include <xenlet/work.h>

#define FAKE_GRANTS	2048
#define FAKE_EVENTS	64

static struct fake {
	unsigned int heap_objects, pages;
	unsigned int heap_fail_after;	/* allocations until one fails; 0: off */
	u64 now;
	char uart[65536];
	size_t uart_len;
	unsigned int messages;		/* printk() calls */
	struct {
		void *data;
		domid_t domid;
		bool readonly;
		unsigned int pins;
	} grant[FAKE_GRANTS];
	struct {
		struct domain *domain;
		evtchn_port_t port;
		void (*fn)(void *ctx);
		void *ctx;
		unsigned int notified;
	} event[FAKE_EVENTS];
	struct work *work[256];
	unsigned int nr_work;
	struct timer *timer[64];
	unsigned int nr_timers;
} fake;

struct fake_page {
	struct page page;
	struct fake_page *next;
	void *data;
};

static struct fake_page *fake_pages;

void *heap_alloc(size_t size)
{
	if (fake.heap_fail_after && !--fake.heap_fail_after)
		return NULL;
	fake.heap_objects++;
	return calloc(1, size);
}

void heap_free(void *ptr)
{
	if (ptr)
		fake.heap_objects--;
	free(ptr);
}

struct page *page_alloc(struct domain *owner, unsigned int order)
{
	struct fake_page *page = calloc(1, sizeof(*page));

	page->data = aligned_alloc(PAGE_SIZE, PAGE_SIZE << order);
	memset(page->data, 0, PAGE_SIZE << order);
	page->page.refs = 1;
	page->next = fake_pages;
	fake_pages = page;
	fake.pages++;
	return &page->page;
}

void page_get(struct page *page)
{
	page->refs++;
}

void page_put(struct page *page)
{
	struct fake_page *fp = (struct fake_page *)page, **at = &fake_pages;

	if (--page->refs)
		return;
	while (*at != fp)
		at = &(*at)->next;
	*at = fp->next;
	fake.pages--;
	free(fp->data);
	free(fp);
}

paddr_t page_to_paddr(const struct page *page)
{
	return (uintptr_t)((const struct fake_page *)page)->data;
}

struct page *page_from_paddr(paddr_t pa)
{
	struct fake_page *page;

	for (page = fake_pages; page; page = page->next)
		if ((uintptr_t)page->data == pa)
			return &page->page;
	return NULL;
}

/* The guest's frame is whatever the test says. */
static struct page *fake_guest_frame;

struct page *guest_frame_get(struct domain *d, gfn_t gfn, bool write)
{
	if (fake_guest_frame)
		page_get(fake_guest_frame);
	return fake_guest_frame;
}

/* A frame granted as @ref; returns its bytes, freed by fake_grants_drop(). */
static inline void *fake_grant(domid_t domid, grant_ref_t ref, bool readonly)
{
	free(fake.grant[ref].data);
	fake.grant[ref].data = aligned_alloc(PAGE_SIZE, PAGE_SIZE);
	memset(fake.grant[ref].data, 0, PAGE_SIZE);
	fake.grant[ref].domid = domid;
	fake.grant[ref].readonly = readonly;
	return fake.grant[ref].data;
}

static inline void fake_grants_drop(void)
{
	unsigned int i;

	for (i = 0; i < FAKE_GRANTS; i++) {
		free(fake.grant[i].data);
		fake.grant[i].data = NULL;
	}
}

static inline unsigned int fake_pins(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < FAKE_GRANTS; i++)
		n += fake.grant[i].pins;
	return n;
}

int grant_pin(struct domain *owner, grant_ref_t ref, domid_t user, bool write,
	      struct grant_pin *pin)
{
	if (ref >= FAKE_GRANTS || !fake.grant[ref].data ||
	    fake.grant[ref].domid != owner->domid)
		return GNTST_bad_gntref;
	if (write && fake.grant[ref].readonly)
		return GNTST_permission_denied;
	fake.grant[ref].pins++;
	pin->owner = owner;
	pin->data = fake.grant[ref].data;
	pin->ref = ref;
	pin->writable = write;
	pin->active = true;
	return GNTST_okay;
}

void grant_unpin(struct grant_pin *pin)
{
	if (!pin->active)
		return;
	fake.grant[pin->ref].pins--;
	pin->active = false;
}

int event_service_bind(struct domain *remote, evtchn_port_t port,
		       void (*fn)(void *ctx), void *ctx)
{
	int i;

	for (i = 1; i < FAKE_EVENTS; i++)
		if (!fake.event[i].fn)
			break;
	if (i == FAKE_EVENTS || !port || port > 1000)
		return -22;
	fake.event[i].domain = remote;
	fake.event[i].port = port;
	fake.event[i].fn = fn;
	fake.event[i].ctx = ctx;
	fake.event[i].notified = 0;
	fn(ctx);
	return i;
}

void event_service_notify(int handle)
{
	fake.event[handle].notified++;
}

void event_service_unbind(int handle)
{
	fake.event[handle].fn = NULL;
}

static inline int fake_event_of(const struct domain *d, evtchn_port_t port)
{
	int i;

	for (i = 1; i < FAKE_EVENTS; i++)
		if (fake.event[i].fn && fake.event[i].domain == d &&
		    fake.event[i].port == port)
			return i;
	return 0;
}

/* The guest sends an event on its @port. */
static inline void fake_send(const struct domain *d, evtchn_port_t port)
{
	int i = fake_event_of(d, port);

	if (i)
		fake.event[i].fn(fake.event[i].ctx);
}

static inline unsigned int fake_events_bound(void)
{
	unsigned int i, n = 0;

	for (i = 1; i < FAKE_EVENTS; i++)
		n += !!fake.event[i].fn;
	return n;
}

void work_init(struct work *work, void (*fn)(struct work *work))
{
	work->fn = fn;
	work->queued = false;
}

void work_queue(struct work *work)
{
	if (work->queued)
		return;
	work->queued = true;
	fake.work[fake.nr_work++] = work;
}

void work_cancel(struct work *work)
{
	unsigned int i, kept = 0;

	for (i = 0; i < fake.nr_work; i++)
		if (fake.work[i] != work)
			fake.work[kept++] = fake.work[i];
	fake.nr_work = kept;
	work->queued = false;
}

/* Run what is queued, at most @limit items; returns how many ran. */
static inline unsigned int fake_run(unsigned int limit)
{
	unsigned int n;

	for (n = 0; n < limit && fake.nr_work; n++) {
		struct work *work = fake.work[0];

		work_cancel(work);
		work->fn(work);
	}
	return n;
}

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
	timer->fn = fn;
	timer->deadline = 0;
}

void timer_cancel(struct timer *timer)
{
	unsigned int i, kept = 0;

	for (i = 0; i < fake.nr_timers; i++)
		if (fake.timer[i] != timer)
			fake.timer[kept++] = fake.timer[i];
	fake.nr_timers = kept;
	timer->deadline = 0;
}

void timer_set(struct timer *timer, u64 deadline_ns)
{
	timer_cancel(timer);
	timer->deadline = deadline_ns;
	fake.timer[fake.nr_timers++] = timer;
}

u64 time_ns(void)
{
	return fake.now;
}

/* Let @ns pass; timers that are due fire once. */
static inline void fake_pass(u64 ns)
{
	unsigned int i;

	fake.now += ns;
	for (i = 0; i < fake.nr_timers;) {
		struct timer *timer = fake.timer[i];

		if (timer->deadline > fake.now) {
			i++;
			continue;
		}
		timer_cancel(timer);
		timer->fn(timer);
		i = 0;
	}
}

void uart_write(const char *buf, size_t len)
{
	if (len > sizeof(fake.uart) - 1 - fake.uart_len)
		return;
	memcpy(fake.uart + fake.uart_len, buf, len);
	fake.uart_len += len;
	fake.uart[fake.uart_len] = '\0';
}

bool uart_at_line_start(void)
{
	return !fake.uart_len || fake.uart[fake.uart_len - 1] == '\n';
}

/* As xenlet's: a line of its own. */
void printk(const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (!uart_at_line_start())
		uart_write("\n", 1);
	uart_write("(XEN) ", 6);
	uart_write(line, strlen(line));
	uart_write("\n", 1);
	fake.messages++;
}

void panic(const char *fmt, ...)
{
	abort();
}

#endif /* XENLET_FAKE_H */
