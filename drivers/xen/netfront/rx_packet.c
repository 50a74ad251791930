// SPDX-License-Identifier: GPL-2.0
/*
 * Reading one received packet from a ring that the backend writes.
 *
 * Pure: reads the ring, each entry once, and writes only its result. The
 * caller owns the consumer index and has checked the producer's.
 *
 * A packet is a first response, the extra info that it announces, and more
 * responses as long as each says so (xen/interface/io/netif.h). Responses
 * come in the order of requests: extra info has no id, so there's no other
 * way to know whose buffer it took.
 */

#include <linux/bits.h>
#include <linux/string.h>

#include "rx_packet.h"

static enum netfront_breach take_gso(const struct xen_netif_extra_info *extra,
				     struct netfront_rx_packet *packet)
{
	if (extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 &&
	    extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
		return NETFRONT_RX_GSO_TYPE;
	/* To the stack, this size means segments that lie in skbs of a list. */
	if (!extra->u.gso.size || extra->u.gso.size == GSO_BY_FRAGS)
		return NETFRONT_RX_GSO_SIZE;
	packet->gso_type = extra->u.gso.type;
	packet->gso_size = extra->u.gso.size;
	return NETFRONT_NO_BREACH;
}

/*
 * Only GSO is ever asked for. Other types that exist are passed over; as
 * each may come once, their number is bounded too.
 */
static enum netfront_breach
parse_extras(const struct xen_netif_rx_front_ring *ring, RING_IDX prod,
	     struct netfront_rx_packet *packet)
{
	struct xen_netif_extra_info extra;
	enum netfront_breach breach;
	unsigned long seen = 0;

	do {
		RING_IDX entry = ring->rsp_cons + packet->entries;

		if (entry == prod)
			return NETFRONT_RX_UNFINISHED;
		RING_COPY_RESPONSE(ring, entry,
				   (struct xen_netif_rx_response *)&extra);
		packet->entries++;
		if (!extra.type || extra.type >= XEN_NETIF_EXTRA_TYPE_MAX)
			return NETFRONT_RX_EXTRA_TYPE;
		if (seen & BIT(extra.type))
			return NETFRONT_RX_EXTRA_TWICE;
		seen |= BIT(extra.type);
		if (extra.type == XEN_NETIF_EXTRA_TYPE_GSO) {
			breach = take_gso(&extra, packet);
			if (breach)
				return breach;
		}
	} while (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE);
	return NETFRONT_NO_BREACH;
}

static enum netfront_breach
check_response(const struct xen_netif_rx_response *rsp, RING_IDX entry)
{
	if (rsp->id != (entry & (NETFRONT_RX_RING_SIZE - 1)))
		return NETFRONT_RX_ID;
	if (rsp->flags & XEN_NETRXF_gso_prefix)
		return NETFRONT_RX_GSO_PREFIX;
	if (rsp->status > 0 && rsp->offset + rsp->status > XEN_PAGE_SIZE)
		return NETFRONT_RX_BOUNDS;
	return NETFRONT_NO_BREACH;
}

static enum netfront_breach
add_piece(struct netfront_rx_packet *packet, RING_IDX entry,
	  const struct xen_netif_rx_response *rsp)
{
	struct netfront_rx_piece *piece;

	if (packet->nr_pieces == NETFRONT_RX_MAX_PIECES)
		return NETFRONT_RX_SLOTS;
	piece = &packet->piece[packet->nr_pieces++];
	piece->entry = entry;
	piece->offset = rsp->status > 0 ? rsp->offset : 0;
	piece->len = max_t(s16, rsp->status, 0);
	packet->entries++;
	if (rsp->status < 0)
		packet->failed = true;
	return NETFRONT_NO_BREACH;
}

/**
 * netfront_rx_parse() - read and check the packet at the consumer index
 * @ring: the ring; its private fields are the caller's
 * @prod: the producer index, read once and checked, not the consumer's
 * @packet: filled in; void if there is a breach
 *
 * Return: NETFRONT_NO_BREACH, or what is wrong with the packet.
 */
enum netfront_breach
netfront_rx_parse(const struct xen_netif_rx_front_ring *ring, RING_IDX prod,
		  struct netfront_rx_packet *packet)
{
	struct xen_netif_rx_response rsp;
	enum netfront_breach breach;

	memset(packet, 0, offsetof(struct netfront_rx_packet, piece));
	do {
		RING_IDX entry = ring->rsp_cons + packet->entries;

		if (entry == prod)
			return NETFRONT_RX_UNFINISHED;
		RING_COPY_RESPONSE(ring, entry, &rsp);
		breach = check_response(&rsp, entry);
		if (!breach)
			breach = add_piece(packet, entry, &rsp);
		if (breach)
			return breach;
		if (packet->nr_pieces == 1)
			packet->flags = rsp.flags;
		if (!(rsp.flags & XEN_NETRXF_extra_info))
			continue;
		if (packet->nr_pieces > 1)
			return NETFRONT_RX_EXTRA_PLACE;
		breach = parse_extras(ring, prod, packet);
		if (breach)
			return breach;
	} while (rsp.flags & XEN_NETRXF_more_data);
	return NETFRONT_NO_BREACH;
}
