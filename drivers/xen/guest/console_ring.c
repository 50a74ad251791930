// SPDX-License-Identifier: GPL-2.0
/*
 * The PV console's ring. Each of the other end's indices is read once and
 * checked, ours are kept in private. Pure, but for the memory order.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <asm/barrier.h>

#include "console_ring.h"

void xen_console_ring_attach(struct xen_console_ring *ring,
			     struct xencons_interface *shared)
{
	ring->shared = shared;
	ring->in_cons = READ_ONCE(shared->in_cons);
	ring->out_prod = READ_ONCE(shared->out_prod);
	ring->broken = false;
}

ssize_t xen_console_ring_write(struct xen_console_ring *ring, const char *text,
			       size_t count)
{
	struct xencons_interface *shared = ring->shared;
	XENCONS_RING_IDX used = ring->out_prod - READ_ONCE(shared->out_cons);
	size_t i;

	if (used > sizeof(shared->out))
		ring->broken = true;
	if (ring->broken)
		return -EIO;

	/* The room was freed before it is filled: pairs with the reader's. */
	virt_mb();
	count = min(count, sizeof(shared->out) - used);
	for (i = 0; i < count; i++, ring->out_prod++)
		shared->out[MASK_XENCONS_IDX(ring->out_prod, shared->out)] =
			text[i];

	/* The text is there before the index says so. */
	virt_wmb();
	WRITE_ONCE(shared->out_prod, ring->out_prod);
	return count;
}

ssize_t xen_console_ring_read(struct xen_console_ring *ring, char *text,
			      size_t count)
{
	struct xencons_interface *shared = ring->shared;
	XENCONS_RING_IDX there = READ_ONCE(shared->in_prod) - ring->in_cons;
	size_t i;

	if (there > sizeof(shared->in))
		ring->broken = true;
	if (ring->broken)
		return -EIO;

	/* The index is read before the text: pairs with the writer's. */
	virt_rmb();
	count = min_t(size_t, count, there);
	for (i = 0; i < count; i++, ring->in_cons++)
		text[i] = shared->in[MASK_XENCONS_IDX(ring->in_cons,
						      shared->in)];

	/* The text is taken before its room is given back. */
	virt_mb();
	WRITE_ONCE(shared->in_cons, ring->in_cons);
	return count;
}
