/* SPDX-License-Identifier: GPL-2.0 */
/* The PV console's ring, of which the other end may write anything. */
#ifndef XEN_GUEST_CONSOLE_RING_H
#define XEN_GUEST_CONSOLE_RING_H

#include <linux/types.h>
#include <xen/interface/io/console.h>

/**
 * struct xen_console_ring - this end of the ring
 * @shared: what both ends see
 * @in_cons: our consumer index; the shared copy is only ever written
 * @out_prod: our producer index, likewise
 * @broken: the other end's indices made no sense; nothing moves any more
 *
 * One caller at a time for each direction.
 */
struct xen_console_ring {
	struct xencons_interface *shared;
	XENCONS_RING_IDX in_cons;
	XENCONS_RING_IDX out_prod;
	bool broken;
};

/**
 * xen_console_ring_attach() - start where the last user of a ring stopped
 * @ring: to set up
 * @shared: mapped
 */
void xen_console_ring_attach(struct xen_console_ring *ring,
			     struct xencons_interface *shared);

/**
 * xen_console_ring_write() - put text in
 * @ring: attached
 * @text: to send
 * @count: its length in bytes
 *
 * Return: how much of it there was room for; -EIO if the ring is broken.
 */
ssize_t xen_console_ring_write(struct xen_console_ring *ring, const char *text,
			       size_t count);

/**
 * xen_console_ring_read() - take input out
 * @ring: attached
 * @text: filled
 * @count: room there, in bytes
 *
 * Return: how much there was; -EIO if the ring is broken.
 */
ssize_t xen_console_ring_read(struct xen_console_ring *ring, char *text,
			      size_t count);

#endif /* XEN_GUEST_CONSOLE_RING_H */
