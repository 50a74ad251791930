// SPDX-License-Identifier: GPL-2.0
/* The backend's end of a shared ring. Monitor lock. */
#include <xenlet/lib.h>

#include <xen/errno.h>
#include <xen/io/ring.h>

#include "barrier.h"
#include "ring.h"

/* What DEFINE_RING_TYPES() puts in front of the entries. */
struct ring_header {
	RING_IDX req_prod, req_event;
	RING_IDX rsp_prod, rsp_event;
	u8 pad[48];
};

static struct ring_header *header_of(const struct ring *ring)
{
	return ring->pins[0].data;
}

int ring_map(struct ring *ring, struct domain *d, const grant_ref_t *refs,
	     unsigned int nr_pages, u32 entry)
{
	u32 room = nr_pages * PAGE_SIZE - sizeof(struct ring_header);
	unsigned int i;

	memset(ring, 0, sizeof(*ring));
	for (i = 0; i < nr_pages; i++) {
		if (grant_pin(d, refs[i], 0, true, &ring->pins[i]))
			goto fail;
		ring->nr_pages = i + 1;
	}
	ring->entry = entry;
	for (ring->size = 1; ring->size * 2 * entry <= room;)
		ring->size *= 2;
	ring->rsp_prod = READ_ONCE(header_of(ring)->rsp_prod);
	ring->rsp_published = ring->rsp_prod;
	ring->req_cons = ring->rsp_prod;
	if (ring_pending(ring) < 0)
		goto fail;
	return 0;
fail:
	ring_unmap(ring);
	return -XEN_EINVAL;
}

void ring_unmap(struct ring *ring)
{
	while (ring->nr_pages)
		grant_unpin(&ring->pins[--ring->nr_pages]);
}

int ring_pending(const struct ring *ring)
{
	u32 prod = READ_ONCE(header_of(ring)->req_prod);

	if (prod - ring->rsp_prod > ring->size ||
	    prod - ring->req_cons > ring->size)
		return -XEN_EINVAL;
	/* pairs with the frontend's barrier before it moved req_prod */
	smp_rmb();
	return prod - ring->req_cons;
}

/* Copy between @buf and entry @idx, which may cross a page. */
static void copy_entry(const struct ring *ring, u32 idx, void *buf, size_t len,
		       bool write)
{
	size_t at = sizeof(struct ring_header) +
		    (size_t)(idx & (ring->size - 1)) * ring->entry;
	size_t n;

	for (; len; at += n, buf = (char *)buf + n, len -= n) {
		char *shared = (char *)ring->pins[at / PAGE_SIZE].data +
			       at % PAGE_SIZE;

		n = MIN(len, PAGE_SIZE - at % PAGE_SIZE);
		if (write)
			memcpy(shared, buf, n);
		else
			memcpy(buf, shared, n);
	}
}

void ring_peek(const struct ring *ring, u32 ahead, void *req)
{
	copy_entry(ring, ring->req_cons + ahead, req, ring->entry, false);
}

void ring_respond(struct ring *ring, const void *rsp, size_t len)
{
	copy_entry(ring, ring->rsp_prod++, (void *)rsp, len, true);
}

bool ring_push(struct ring *ring)
{
	struct ring_header *header = header_of(ring);
	u32 old = ring->rsp_published, new = ring->rsp_prod;

	if (old == new)
		return false;
	/* responses before the index that shows them */
	smp_wmb();
	WRITE_ONCE(header->rsp_prod, new);
	ring->rsp_published = new;
	/* pairs with the frontend's between rsp_event and its last look */
	smp_mb();
	return new - READ_ONCE(header->rsp_event) < new - old;
}

bool ring_want_event(struct ring *ring, u32 n)
{
	int pending;

	WRITE_ONCE(header_of(ring)->req_event, ring->req_cons + n);
	/* pairs with the frontend's between req_prod and reading req_event */
	smp_mb();
	pending = ring_pending(ring);
	return pending < 0 || (u32)pending >= n;
}
