// SPDX-License-Identifier: GPL-2.0
/*
 * The FIFO event ABI: a word per port in pages of the guest's, and for each
 * vCPU a control block with the heads of sixteen queues that link the words.
 *
 * Owns d->events->fifo, with a reference on each frame that the guest gave.
 * The monitor lock orders xenlet's side; the guest changes the same words from
 * other CPUs at any time. What xenlet must be able to rely on, it keeps to
 * itself: which port is a queue's last. It never follows a link, and writes
 * one only into the word of that last port, so nothing that a guest scribbles
 * leads it anywhere or keeps it busy; a guest that spoils its words loses its
 * own events.
 */
#include "event.h"

#include <xenlet/page.h>
#include <xenlet/sched.h>

#define WORDS_PER_PAGE	(PAGE_SIZE / sizeof(event_word_t))
#define ARRAY_PAGES	(EVTCHN_FIFO_NR_CHANNELS / WORDS_PER_PAGE)

#define PENDING		((event_word_t)1 << EVTCHN_FIFO_PENDING)
#define MASKED		((event_word_t)1 << EVTCHN_FIFO_MASKED)
#define LINKED		((event_word_t)1 << EVTCHN_FIFO_LINKED)
#define BUSY		((event_word_t)1 << EVTCHN_FIFO_BUSY)
#define LINK_MASK	((event_word_t)EVTCHN_FIFO_LINK_MASK)

/* A guest may change a word that often while its successor is entered. */
#define LINK_TRIES	4

/**
 * struct fifo_queues - the queues of a vCPU
 * @block: in the guest's memory; NULL until it says where
 * @tail: the port that was put last on a queue; 0 if it left for another
 */
struct fifo_queues {
	struct evtchn_fifo_control_block *block;
	evtchn_port_t tail[EVTCHN_FIFO_MAX_QUEUES];
};

/**
 * struct event_fifo - what a domain with this ABI has
 * @pages: the event array as far as the guest has made it
 */
struct event_fifo {
	struct fifo_queues queues[MAX_VCPUS];
	event_word_t *pages[ARRAY_PAGES];
	unsigned int nr_pages;
};

static inline event_word_t word_set(event_word_t *word, event_word_t bits)
{
	return __atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST) & bits;
}

static inline event_word_t word_clear(event_word_t *word, event_word_t bits)
{
	return __atomic_fetch_and(word, ~bits, __ATOMIC_SEQ_CST) & bits;
}

static inline event_word_t word_has(const event_word_t *word, event_word_t bits)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST) & bits;
}

/* NULL while the guest has no page for it. */
static event_word_t *word_of(const struct domain *d, evtchn_port_t port)
{
	const struct event_fifo *fifo = d->events->fifo;
	unsigned int page = port / WORDS_PER_PAGE;

	return page < fifo->nr_pages ?
	       &fifo->pages[page][port % WORDS_PER_PAGE] : NULL;
}

/*
 * True if @port now follows @word's port. False if that one has left its
 * queue: then @port is the first.
 */
static bool link_behind(event_word_t *word, evtchn_port_t port)
{
	event_word_t old = __atomic_load_n(word, __ATOMIC_SEQ_CST);
	unsigned int tries;

	/* Busy asks the guest not to change the word meanwhile. */
	for (tries = 0; tries < LINK_TRIES; tries++) {
		if (!(old & LINKED))
			break;
		if (__atomic_compare_exchange_n(word, &old,
						(old & ~(BUSY | LINK_MASK)) |
						port, false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
		if (!tries)
			old = __atomic_or_fetch(word, BUSY, __ATOMIC_SEQ_CST);
	}
	word_clear(word, BUSY);
	/* Who won't let it be linked gets no event from it, as on Xen. */
	return tries == LINK_TRIES;
}

static void link_port(struct vcpu *v, struct port *port, event_word_t *word)
{
	struct event_fifo *fifo = v->domain->events->fifo;
	struct fifo_queues *queues = &fifo->queues[v->id];
	evtchn_port_t *old, *tail = &queues->tail[port->priority];

	if (!queues->block || word_set(word, LINKED))
		return;
	/* It was the last of a queue that is empty: linked elsewhere now. */
	old = &fifo->queues[port->queue_vcpu].tail[port->queue_priority];
	if (*old == port->number)
		*old = 0;
	port->queue_vcpu = v->id;
	port->queue_priority = port->priority;

	if (*tail && link_behind(word_of(v->domain, *tail), port->number)) {
		*tail = port->number;
		return;
	}
	*tail = port->number;
	__atomic_store_n(&queues->block->head[port->priority], port->number,
			 __ATOMIC_SEQ_CST);
	if (!word_set(&queues->block->ready, 1U << port->priority))
		vcpu_mark_pending(v);
}

static void fifo_set_pending(struct vcpu *v, struct port *port)
{
	event_word_t *word = word_of(v->domain, port->number);
	bool was_pending;

	if (!word) {
		port->early = true;
		return;
	}
	was_pending = word_set(word, PENDING);
	if (!word_has(word, MASKED | LINKED))
		link_port(v, port, word);
	if (!was_pending)
		sched_poll_event(v->domain, port->number);
}

/* A port that is linked stays so: the guest drops it when it comes to it. */
static void fifo_clear_pending(struct domain *d, struct port *port)
{
	event_word_t *word = word_of(d, port->number);

	port->early = false;
	if (word)
		word_clear(word, PENDING);
}

static void fifo_unmask(struct vcpu *v, struct port *port)
{
	event_word_t *word = word_of(v->domain, port->number);

	if (!word)
		return;
	word_clear(word, MASKED);
	if (word_has(word, PENDING))
		fifo_set_pending(v, port);
}

static bool fifo_is_pending(struct domain *d, const struct port *port)
{
	event_word_t *word = word_of(d, port->number);

	return word && word_has(word, PENDING);
}

static bool fifo_is_busy(struct domain *d, const struct port *port)
{
	event_word_t *word = word_of(d, port->number);

	return word && word_has(word, LINKED);
}

/* What is on a queue already stays there. */
static int fifo_set_priority(struct domain *d, struct port *port, u32 priority)
{
	if (port->state <= PORT_RESERVED)
		return -XEN_EACCES;
	if (priority > EVTCHN_FIFO_PRIORITY_MIN)
		return -XEN_EINVAL;
	port->priority = priority;
	return 0;
}

const struct event_ops event_ops_fifo = {
	.max_ports	= EVTCHN_FIFO_NR_CHANNELS,
	.set_pending	= fifo_set_pending,
	.clear_pending	= fifo_clear_pending,
	.unmask		= fifo_unmask,
	.is_pending	= fifo_is_pending,
	.is_busy	= fifo_is_busy,
	.set_priority	= fifo_set_priority,
};

/* What was pending waits for the page that has room for it. */
static void take_over(struct domain *d)
{
	const struct event_ops *before = d->events->ops;
	unsigned int number;
	struct port *port;

	for (number = 1; (port = port_find(d, number)); number++) {
		port->early = before->is_pending(d, port);
		port->priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
	}
}

static int set_block(struct vcpu *v, struct fifo_queues *queues, u64 gfn,
		     u32 offset)
{
	struct page *page;
	unsigned int i;

	if (queues->block)
		return -XEN_EINVAL;
	page = guest_own_frame_get(v->domain, gfn);
	if (!page)
		return -XEN_EINVAL;
	queues->block = (void *)((u8 *)page_to_ptr(page) + offset);
	for (i = 0; i < EVTCHN_FIFO_MAX_QUEUES; i++)
		WRITE_ONCE(queues->block->head[i], 0);
	return 0;
}

int fifo_init_control(struct vcpu *v, u64 gfn, u32 offset)
{
	struct event_table *table = v->domain->events;
	struct event_fifo *fifo = table->fifo;
	int ret;

	if (offset > PAGE_SIZE - sizeof(struct evtchn_fifo_control_block) ||
	    offset % sizeof(u64))
		return -XEN_EINVAL;
	if (fifo)
		return set_block(v, &fifo->queues[v->id], gfn, offset);

	fifo = heap_alloc(sizeof(*fifo));
	if (!fifo)
		return -XEN_ENOMEM;
	ret = set_block(v, &fifo->queues[v->id], gfn, offset);
	if (ret) {
		heap_free(fifo);
		return ret;
	}
	take_over(v->domain);
	table->fifo = fifo;
	table->ops = &event_ops_fifo;
	table->limit = table->ops->max_ports - 1;
	return 0;
}

int fifo_expand_array(struct domain *d, u64 gfn)
{
	struct event_fifo *fifo = d->events->fifo;
	unsigned int number;
	struct page *page;
	struct port *port;

	if (!fifo)
		return -XEN_EOPNOTSUPP;
	if (fifo->nr_pages == ARRAY_PAGES)
		return -XEN_ENOSPC;
	page = guest_own_frame_get(d, gfn);
	if (!page)
		return -XEN_EINVAL;
	number = fifo->nr_pages * WORDS_PER_PAGE;
	fifo->pages[fifo->nr_pages++] = page_to_ptr(page);

	for (; word_of(d, number) && (port = port_find(d, number)); number++) {
		if (!port->early)
			continue;
		port->early = false;
		port_notify(d, port);
	}
	return 0;
}

void fifo_destroy(struct domain *d)
{
	struct event_fifo *fifo = d->events->fifo;
	unsigned int i;

	if (!fifo)
		return;
	for (i = 0; i < MAX_VCPUS; i++)
		if (fifo->queues[i].block)
			page_put(page_from_paddr((uintptr_t)
						 fifo->queues[i].block));
	for (i = 0; i < fifo->nr_pages; i++)
		page_put(page_from_paddr((uintptr_t)fifo->pages[i]));
	heap_free(fifo);
	d->events->fifo = NULL;
	d->events->ops = &event_ops_2l;
	d->events->limit = d->events->ops->max_ports - 1;
}
