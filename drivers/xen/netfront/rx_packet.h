/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_RX_PACKET_H
#define _XEN_NETFRONT_RX_PACKET_H

#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include <xen/page.h>
#include <xen/interface/io/netif.h>

#include "breach.h"

#define NETFRONT_RX_RING_SIZE	__CONST_RING_SIZE(xen_netif_rx, XEN_PAGE_SIZE)

/* The first piece can go to the linear part of an skb, the rest can't. */
#define NETFRONT_RX_MAX_PIECES \
	(MAX_SKB_FRAGS + 1 < XEN_NETIF_NR_SLOTS_MIN ? \
	 MAX_SKB_FRAGS + 1 : XEN_NETIF_NR_SLOTS_MIN)

/**
 * struct netfront_rx_piece - a page's worth of a received packet
 * @entry: ring index of the request that was filled
 * @offset: where the data starts in the granted page, in bytes
 * @len: how much there is, in bytes; @offset + @len <= XEN_PAGE_SIZE
 */
struct netfront_rx_piece {
	RING_IDX entry;
	u16 offset;
	u16 len;
};

/**
 * struct netfront_rx_packet - a packet as the ring describes it, checked
 * @entries: ring entries it takes, extra info included
 * @nr_pieces: how many of @piece are valid, at least 1
 * @flags: XEN_NETRXF_* of the first piece
 * @gso_size: size of a segment; 0: no GSO
 * @gso_type: XEN_NETIF_GSO_TYPE_*
 * @failed: the backend couldn't deliver it: the data is void
 * @piece: the data
 */
struct netfront_rx_packet {
	unsigned int entries;
	unsigned int nr_pieces;
	u16 flags;
	u16 gso_size;
	u8 gso_type;
	bool failed;
	struct netfront_rx_piece piece[NETFRONT_RX_MAX_PIECES];
};

enum netfront_breach
netfront_rx_parse(const struct xen_netif_rx_front_ring *ring, RING_IDX prod,
		  struct netfront_rx_packet *packet);

#endif /* _XEN_NETFRONT_RX_PACKET_H */
