// SPDX-License-Identifier: GPL-2.0
/*
 * The two rings of bytes that the guest shares with the store. Pure: a test
 * gives it a page of its own and plays the store.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "store_ring.h"

/**
 * store_ring_attach() - take the rings over as they are
 * @ring: what to set up
 * @intf: the shared page
 *
 * Answers that an earlier owner did not get are dropped.
 */
void store_ring_attach(struct store_ring *ring,
		       struct xenstore_domain_interface *intf)
{
	ring->intf = intf;
	ring->req_prod = READ_ONCE(intf->req_prod);
	ring->rsp_cons = READ_ONCE(intf->rsp_prod);
	WRITE_ONCE(intf->rsp_cons, ring->rsp_cons);
}

/**
 * store_ring_quiet() - has the store taken all requests
 * @ring: the rings
 */
bool store_ring_quiet(const struct store_ring *ring)
{
	return READ_ONCE(ring->intf->req_cons) == ring->req_prod;
}

/**
 * store_ring_has_room() - would store_ring_put() do anything
 * @ring: the rings
 *
 * Return: true if there is room, or if there is something to complain about.
 */
bool store_ring_has_room(const struct store_ring *ring)
{
	return ring->req_prod - READ_ONCE(ring->intf->req_cons) !=
	       XENSTORE_RING_SIZE;
}

/**
 * store_ring_put() - put the bytes of a request that there is room for
 * @ring: the rings
 * @data: the bytes
 * @len: how many
 *
 * The store must be notified after the last bytes of a message, and before
 * waiting for room.
 *
 * Return: how many were put, maybe none, or -EIO if the store's index can't
 * be.
 */
int store_ring_put(struct store_ring *ring, const void *data, size_t len)
{
	struct xenstore_domain_interface *intf = ring->intf;
	u32 used = ring->req_prod - READ_ONCE(intf->req_cons);
	u32 at = MASK_XENSTORE_IDX(ring->req_prod);
	size_t count, first;

	if (used > XENSTORE_RING_SIZE)
		return -EIO;

	count = min_t(size_t, len, XENSTORE_RING_SIZE - used);
	if (!count)
		return 0;

	/*
	 * The store is done with this room: pairs with its barrier before it
	 * moves req_cons.
	 */
	virt_mb();
	first = min_t(size_t, count, XENSTORE_RING_SIZE - at);
	memcpy(intf->req + at, data, first);
	memcpy(intf->req, (const char *)data + first, count - first);

	/* Bytes before index: pairs with the store's read barrier. */
	virt_wmb();
	ring->req_prod += count;
	WRITE_ONCE(intf->req_prod, ring->req_prod);
	return count;
}

/**
 * store_ring_get() - get bytes of an answer, as far as there are any
 * @ring: the rings
 * @data: where they go
 * @len: how many are wanted
 * @notify: set if the store may be waiting for the room that was made; never
 *	cleared
 *
 * Return: how many came, maybe none, or -EIO if the store's index can't be.
 */
int store_ring_get(struct store_ring *ring, void *data, size_t len,
		   bool *notify)
{
	struct xenstore_domain_interface *intf = ring->intf;
	u32 ready = READ_ONCE(intf->rsp_prod) - ring->rsp_cons;
	u32 at = MASK_XENSTORE_IDX(ring->rsp_cons);
	u32 before = ring->rsp_cons;
	size_t count, first;

	if (ready > XENSTORE_RING_SIZE)
		return -EIO;

	count = min_t(size_t, len, ready);
	if (!count)
		return 0;

	/* Index before bytes: pairs with the store's write barrier. */
	virt_rmb();
	first = min_t(size_t, count, XENSTORE_RING_SIZE - at);
	memcpy(data, intf->rsp + at, first);
	memcpy((char *)data + first, intf->rsp, count - first);

	/* The bytes are copied before the store may write over them. */
	virt_mb();
	ring->rsp_cons += count;
	WRITE_ONCE(intf->rsp_cons, ring->rsp_cons);

	/*
	 * Either the store sees the new index, or this sees that the store
	 * had filled the ring: pairs with its barrier before it sleeps.
	 */
	virt_mb();
	if (READ_ONCE(intf->rsp_prod) - before >= XENSTORE_RING_SIZE)
		*notify = true;
	return count;
}
