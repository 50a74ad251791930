/* SPDX-License-Identifier: GPL-2.0 */
/* The two-level event channel ABI, on memory that the caller names. */
#ifndef XEN_EVENTS_TWO_LEVEL_H
#define XEN_EVENTS_TWO_LEVEL_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/xen.h>
#include <asm/xen/interface.h>

#define XEN_2L_WORD_BITS	(sizeof(xen_ulong_t) * 8)
#define XEN_2L_WORDS		XEN_2L_WORD_BITS
#define XEN_2L_PORTS		(XEN_2L_WORDS * XEN_2L_WORD_BITS)

/*
 * Bit n of a 64-bit little-endian array is bit n of it as unsigned longs, so
 * the kernel's bit operations serve 32-bit guests too.
 */
static inline unsigned long *xen_2l_bitmap(const xen_ulong_t *words)
{
	return (unsigned long *)words;
}

/**
 * struct xen_2l_view - the words that one CPU reads when it takes an upcall
 * @selector: a bit for each word of @pending that got a new event
 * @pending: a bit for each port
 * @masked: a bit for each port
 * @mine: a bit for each port that is delivered to this CPU
 */
struct xen_2l_view {
	xen_ulong_t *selector;
	const xen_ulong_t *pending;
	const xen_ulong_t *masked;
	const xen_ulong_t *mine;
};

/**
 * xen_2l_serve() - hand out the events that are pending now
 * @view: of this CPU
 * @handle: called once for each port that is pending, not masked and mine
 *
 * The selector is taken once and each of its words read once, so that a peer
 * which sends without end cannot keep this from returning.
 */
void xen_2l_serve(const struct xen_2l_view *view,
		  void (*handle)(evtchn_port_t port));

/**
 * xen_2l_unmask() - clear a port's mask bit
 * @pending: all pending words
 * @masked: all mask words
 * @port: whose
 *
 * Return: true if the event came while masked. The port is masked again then,
 * and the hypervisor must be asked to unmask it, for only that delivers.
 */
bool xen_2l_unmask(const xen_ulong_t *pending, xen_ulong_t *masked,
		   evtchn_port_t port);

#endif /* XEN_EVENTS_TWO_LEVEL_H */
