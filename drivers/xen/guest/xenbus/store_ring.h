/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two rings of bytes that the guest shares with the store.
 *
 * The guest's own indices are kept here and only ever written to the page;
 * the store's are read once for each step and checked. A step moves bytes or
 * it doesn't; it never waits.
 *
 * Requests are put by one task at a time, answers are got by another one.
 */
#ifndef XEN_STORE_RING_H
#define XEN_STORE_RING_H

#include <linux/types.h>
#include <xen/interface/io/xs_wire.h>

/**
 * struct store_ring - this side of the rings
 * @intf: the shared page
 * @req_prod: bytes of requests put
 * @rsp_cons: bytes of answers got
 */
struct store_ring {
	struct xenstore_domain_interface *intf;
	u32 req_prod;
	u32 rsp_cons;
};

void store_ring_attach(struct store_ring *ring,
		       struct xenstore_domain_interface *intf);
bool store_ring_quiet(const struct store_ring *ring);
bool store_ring_has_room(const struct store_ring *ring);
int store_ring_put(struct store_ring *ring, const void *data, size_t len);
int store_ring_get(struct store_ring *ring, void *data, size_t len,
		   bool *notify);

#endif /* XEN_STORE_RING_H */
