// SPDX-License-Identifier: GPL-2.0
/*
 * The words and queues of FIFO event channels, on memory that the caller
 * names. Pure, but for the memory order that it shares with the hypervisor.
 *
 * A word has the port's state and the number of the port behind it in its
 * queue. The hypervisor appends: it links a port behind the last one as long
 * as that one is linked; if it is not, the queue was emptied, and the port
 * becomes the head in the control block. Only the queue's CPU takes ports off.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <asm/sync_bitops.h>

#include "fifo_queue.h"

event_word_t xen_fifo_change(event_word_t *word, event_word_t clear,
			     event_word_t set)
{
	event_word_t old = READ_ONCE(*word), was;

	for (;;) {
		was = sync_cmpxchg(word, old, (old & ~clear) | set);
		if (was == old)
			return old;
		old = was;
	}
}

bool xen_fifo_unmask(event_word_t *word)
{
	event_word_t old = READ_ONCE(*word), was;

	/* In one step: an event that comes later finds it unmasked. */
	while (old & XEN_FIFO_MASKED) {
		if (old & (XEN_FIFO_PENDING | XEN_FIFO_BUSY))
			return true;
		was = sync_cmpxchg(word, old, old & ~XEN_FIFO_MASKED);
		if (was == old)
			break;
		old = was;
	}
	return false;
}

/* Takes the first port off a queue; 0 if there is none to be delivered. */
static evtchn_port_t take_first(const struct xen_fifo_view *view,
				unsigned int queue)
{
	evtchn_port_t port = view->head[queue];
	event_word_t *word, old;

	if (!port) {
		/* The ready bit was read before, Xen set it after the head. */
		virt_rmb();
		port = READ_ONCE(view->block->head[queue]);
	}
	view->head[queue] = 0;
	word = port ? view->word(port) : NULL;
	if (!word || !(READ_ONCE(*word) & XEN_FIFO_LINKED))
		return 0;
	/* From here on the next event links it anew. */
	old = xen_fifo_change(word, XEN_FIFO_LINKED | EVTCHN_FIFO_LINK_MASK, 0);
	view->head[queue] = old & EVTCHN_FIFO_LINK_MASK;
	if ((old & (XEN_FIFO_PENDING | XEN_FIFO_MASKED)) != XEN_FIFO_PENDING)
		return 0;
	return port;
}

static unsigned long take_ready(const struct xen_fifo_view *view)
{
	return xen_fifo_change(&view->block->ready, ~0U, 0);
}

bool xen_fifo_serve(const struct xen_fifo_view *view, unsigned int budget,
		    void (*handle)(evtchn_port_t port))
{
	unsigned long ready = take_ready(view);
	evtchn_port_t port;
	unsigned int queue;

	while (ready) {
		if (!budget--) {
			xen_fifo_change(&view->block->ready, 0, ready);
			return true;
		}
		queue = __ffs(ready);
		port = take_first(view, queue);
		if (!view->head[queue])
			ready &= ~BIT(queue);
		if (port)
			handle(port);
		/* What came meanwhile may have a higher priority. */
		ready |= take_ready(view);
	}
	return false;
}

void xen_fifo_drain(const struct xen_fifo_view *view,
		    void (*strand)(evtchn_port_t port))
{
	unsigned long ready = take_ready(view);
	evtchn_port_t port;
	unsigned int queue;

	for (; ready; ready &= ready - 1) {
		queue = __ffs(ready);
		do {
			port = take_first(view, queue);
			if (port)
				strand(port);
		} while (view->head[queue]);
	}
}
