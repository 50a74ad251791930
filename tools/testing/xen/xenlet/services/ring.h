/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backend's end of a shared ring (xen/io/ring.h) of a hostile frontend.
 *
 * The header and the entries are read and written through these calls only:
 * an entry is copied out once, our indices are private, and a producer index
 * that cannot be is told instead of followed. Pages of a ring needn't be
 * adjacent, so an entry may lie in two of them.
 */
#ifndef XENLET_RING_H
#define XENLET_RING_H

#include <xenlet/grant.h>
#include <xenlet/types.h>

#define RING_MAX_PAGES	16

struct domain;

/** struct ring - @size: entries, a power of two */
struct ring {
	struct grant_pin pins[RING_MAX_PAGES];
	unsigned int nr_pages;
	u32 entry, size;
	u32 req_cons, rsp_prod;
	u32 rsp_published;
};

/** ring_map() - pin the pages and take up where the ring's header stands
 * Return: 0, or -XEN_EINVAL with everything undone
 */
int ring_map(struct ring *ring, struct domain *d, const grant_ref_t *refs,
	     unsigned int nr_pages, u32 entry);
void ring_unmap(struct ring *ring);

static inline bool ring_mapped(const struct ring *ring)
{
	return ring->nr_pages;
}

/** ring_pending() - requests to take; negative: the producer index is wrong */
int ring_pending(const struct ring *ring);
/** ring_peek() - copy the request @ahead of the next; the caller knows from
 * ring_pending() that it is there
 */
void ring_peek(const struct ring *ring, u32 ahead, void *req);
static inline void ring_consume(struct ring *ring, u32 n)
{
	ring->req_cons += n;
}

/** ring_respond() - put a response, invisible until ring_push() */
void ring_respond(struct ring *ring, const void *rsp, size_t len);
/** ring_push() - publish responses; true: the frontend wants an event */
bool ring_push(struct ring *ring);
/** ring_want_event() - ask for an event when @n more requests are there
 * Return: true if they already are, or the index is wrong
 */
bool ring_want_event(struct ring *ring, u32 n);

#endif /* XENLET_RING_H */
