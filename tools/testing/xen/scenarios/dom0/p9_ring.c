// SPDX-License-Identifier: GPL-2.0
/*
 * The rings of Xen's 9pfs: a page of indexes that names the pages of data, the
 * first half of which carries answers ("in"), the second requests ("out").
 *
 * The frontend can write to all of it at any time. What we have taken and given
 * we count ourselves; of its own indexes a copy is taken once and checked, and
 * so is a message.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <xen/io/9pfs.h>

#include "p9.h"

#define MAX_ORDER	9
#define ROOM_MS		60000

static struct xen_9pfs_data_intf *indexes(const struct p9_ring *r)
{
	return (void *)r->page.addr;
}

static int map_data(struct p9_ring *r, unsigned int domid)
{
	uint32_t order = __atomic_load_n(&indexes(r)->ring_order,
					 __ATOMIC_RELAXED);
	uint32_t refs[1 << MAX_ORDER];

	if (order < 1 || order > MAX_ORDER)
		return step_fail("9pfs: a ring of order %u", order);
	memcpy(refs, indexes(r)->ref, sizeof(refs[0]) << order);
	r->size = XEN_FLEX_RING_SIZE(order);
	return shared_map(&r->data, domid, refs, 1 << order);
}

int p9_ring_open(struct p9_ring *r, int events, unsigned int domid,
		 uint32_t ref, unsigned int port)
{
	if (shared_map(&r->page, domid, &ref, 1))
		return -1;
	if (map_data(r, domid)) {
		shared_end(&r->page);
		return -1;
	}
	r->taken = 0;
	r->given = 0;
	r->port = event_join(events, domid, port);
	if (r->port >= 0)
		return 0;
	shared_end(&r->data);
	shared_end(&r->page);
	return -1;
}

int p9_ring_close(struct p9_ring *r)
{
	int ret = shared_end(&r->data);

	return shared_end(&r->page) ? -1 : ret;
}

static uint32_t length_of(const uint8_t *head)
{
	struct p9_in in = { .at = head, .left = 4 };

	return p9_get(&in, 4);
}

/* From the first byte that was not taken; nothing is taken by it. */
static void copy_out(const struct p9_ring *r, uint8_t *buf, uint32_t len)
{
	const uint8_t *ring = (uint8_t *)r->data.addr + r->size;
	RING_IDX from = xen_9pfs_mask(r->taken, r->size);
	RING_IDX to = xen_9pfs_mask(r->taken + len, r->size);

	xen_9pfs_read_packet(buf, ring, len, to, &from, r->size);
}

int p9_ring_take(struct p9_ring *r, uint8_t *buf)
{
	uint32_t len, there = __atomic_load_n(&indexes(r)->out_prod,
					      __ATOMIC_ACQUIRE) - r->taken;

	if (there > r->size)
		return step_fail("9pfs: %u bytes in a ring of %u", there,
				 r->size);
	if (there < P9_HEAD)
		return 0;
	copy_out(r, buf, P9_HEAD);
	len = length_of(buf);
	if (len < P9_HEAD || len > P9_MESSAGE_SIZE || len > r->size)
		return step_fail("9pfs: a message of %u bytes", len);
	if (there < len)
		return 0;
	copy_out(r, buf, len);
	if (length_of(buf) != len)
		return step_fail("9pfs: a message changes while it is read");
	r->taken += len;
	__atomic_store_n(&indexes(r)->out_cons, r->taken, __ATOMIC_RELEASE);
	return len;
}

/* Wait for room until the frontend has taken answers out. */
static int await_room(const struct p9_ring *r, int events, uint32_t len)
{
	uint64_t begin = now_ms();
	uint32_t used;

	for (;;) {
		used = r->given - __atomic_load_n(&indexes(r)->in_cons,
						  __ATOMIC_ACQUIRE);
		if (used > r->size)
			return step_fail("9pfs: %u of %u bytes not read yet",
					 used, r->size);
		if (r->size - used >= len)
			return 0;
		if (event_await(events, ms_left(begin, ROOM_MS)))
			return -1;
	}
}

int p9_ring_give(struct p9_ring *r, int events, const uint8_t *buf,
		 uint32_t len)
{
	RING_IDX from, to;

	if (await_room(r, events, len))
		return -1;
	from = xen_9pfs_mask(r->given, r->size);
	to = xen_9pfs_mask(r->given + len, r->size);
	if (to > from) {
		memcpy(r->data.addr + from, buf, len);
	} else {
		memcpy(r->data.addr + from, buf, r->size - from);
		memcpy(r->data.addr, buf + r->size - from, to);
	}
	r->given += len;
	__atomic_store_n(&indexes(r)->in_prod, r->given, __ATOMIC_RELEASE);
	return event_send(events, r->port);
}
