// SPDX-License-Identifier: GPL-2.0
/*
 * The bit arithmetic of two-level event channels, on memory that the caller
 * names. Pure, but for the memory order that it shares with the hypervisor.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <asm/barrier.h>
#include <asm/sync_bitops.h>
#include <asm/xen/events.h>

#include "two_level.h"

void xen_2l_serve(const struct xen_2l_view *view,
		  void (*handle)(evtchn_port_t port))
{
	/* A full barrier: pairs with Xen's, which sets pending bits first. */
	xen_ulong_t words = xchg_xen_ulong(view->selector, 0);
	xen_ulong_t ports;
	unsigned int word;

	for (; words; words &= words - 1) {
		word = __ffs64(words);
		ports = READ_ONCE(view->pending[word]) & view->mine[word] &
			~READ_ONCE(view->masked[word]);
		for (; ports; ports &= ports - 1)
			handle(word * XEN_2L_WORD_BITS + __ffs64(ports));
	}
}

bool xen_2l_unmask(const xen_ulong_t *pending, xen_ulong_t *masked,
		   evtchn_port_t port)
{
	sync_clear_bit(port, xen_2l_bitmap(masked));
	/*
	 * Xen sets the pending bit, then reads the mask bit. Either it sees
	 * the port unmasked and delivers, or the event is seen here.
	 */
	virt_mb();
	if (!sync_test_bit(port, xen_2l_bitmap(pending)))
		return false;
	sync_set_bit(port, xen_2l_bitmap(masked));
	return true;
}
