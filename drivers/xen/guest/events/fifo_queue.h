/* SPDX-License-Identifier: GPL-2.0 */
/* The FIFO event channel ABI, on memory that the caller names. */
#ifndef XEN_EVENTS_FIFO_QUEUE_H
#define XEN_EVENTS_FIFO_QUEUE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <xen/interface/event_channel.h>

#define XEN_FIFO_PENDING	BIT(EVTCHN_FIFO_PENDING)
#define XEN_FIFO_MASKED		BIT(EVTCHN_FIFO_MASKED)
#define XEN_FIFO_LINKED		BIT(EVTCHN_FIFO_LINKED)
#define XEN_FIFO_BUSY		BIT(EVTCHN_FIFO_BUSY)

/**
 * struct xen_fifo_view - the queues of one CPU
 * @block: its control block
 * @head: for each queue the port to go on with; 0: see @block. Nobody else
 *	reads or writes it.
 * @word: the word of a port, NULL if there is none
 */
struct xen_fifo_view {
	struct evtchn_fifo_control_block *block;
	evtchn_port_t *head;
	event_word_t *(*word)(evtchn_port_t port);
};

/**
 * xen_fifo_change() - change a word that the hypervisor changes too
 * @word: which
 * @clear: bits to clear
 * @set: bits to set then
 *
 * Any context; a full barrier.
 *
 * Return: what it was.
 */
event_word_t xen_fifo_change(event_word_t *word, event_word_t clear,
			     event_word_t set);

/**
 * xen_fifo_unmask() - clear a port's mask bit
 * @word: of the port
 *
 * Return: true if an event came while it was masked, or the hypervisor is at
 * the word: the port is masked still and the hypervisor must be asked to
 * unmask it, for only that delivers.
 */
bool xen_fifo_unmask(event_word_t *word);

/**
 * xen_fifo_serve() - hand out events, those of the highest priority first
 * @view: of this CPU
 * @budget: take no more than that many ports off the queues
 * @handle: called for each that is pending and not masked
 *
 * A port that gets an event again goes behind all others of its priority.
 *
 * Return: true if the budget was used up with more to come; that stays ready.
 */
bool xen_fifo_serve(const struct xen_fifo_view *view, unsigned int budget,
		    void (*handle)(evtchn_port_t port));

/**
 * xen_fifo_drain() - take all off the queues of a CPU that will not
 * @view: of a CPU that is gone
 * @strand: called for each port that is pending and not masked; it is linked
 *	nowhere then
 *
 * A port that stayed linked would get no event any more, wherever it is to be
 * delivered.
 */
void xen_fifo_drain(const struct xen_fifo_view *view,
		    void (*strand)(evtchn_port_t port));

#endif /* XEN_EVENTS_FIFO_QUEUE_H */
