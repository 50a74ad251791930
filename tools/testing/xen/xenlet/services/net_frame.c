// SPDX-License-Identifier: GPL-2.0
/*
 * Headers of Ethernet, IPv4, IPv6, TCP and UDP in a frame that somebody else
 * wrote: nothing is believed before it fits into what is there.
 */
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "net_frame.h"

#define ETHERTYPE_IPV4	0x0800
#define ETHERTYPE_IPV6	0x86dd
#define ETHERTYPE_VLAN	0x8100
#define ETHERTYPE_QINQ	0x88a8

#define IPV4_HLEN	20
#define IPV6_HLEN	40
#define TCP_HLEN	20
#define UDP_HLEN	8

#define IPV6_HOP_BY_HOP		0
#define IPV6_ROUTING		43
#define IPV6_DESTINATION	60

static u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static int parse_l4(const u8 *head, size_t len, size_t at,
		    struct frame_headers *h)
{
	size_t size;

	if (h->protocol == IPPROTO_UDP) {
		size = UDP_HLEN;
	} else if (h->protocol == IPPROTO_TCP) {
		if (at + TCP_HLEN > len)
			return -XEN_EINVAL;
		size = (head[at + 12] >> 4) * 4;
		if (size < TCP_HLEN)
			return -XEN_EINVAL;
	} else {
		return 0;
	}
	if (at + size > len)
		return -XEN_EINVAL;
	h->l4 = at;
	h->payload = at + size;
	return 0;
}

static int parse_ipv4(const u8 *head, size_t len, size_t at,
		      struct frame_headers *h)
{
	size_t size;

	if (at + IPV4_HLEN > len || head[at] >> 4 != 4)
		return -XEN_EINVAL;
	size = (head[at] & 15) * 4;
	if (size < IPV4_HLEN || at + size > len)
		return -XEN_EINVAL;
	h->l3 = at;
	h->protocol = head[at + 9];
	/* more fragments, or not the first */
	if (get16(head + at + 6) & 0x3fff)
		return 0;
	return parse_l4(head, len, at + size, h);
}

static int parse_ipv6(const u8 *head, size_t len, size_t at,
		      struct frame_headers *h)
{
	u8 next;

	if (at + IPV6_HLEN > len || head[at] >> 4 != 6)
		return -XEN_EINVAL;
	h->l3 = at;
	h->v6 = true;
	next = head[at + 6];
	at += IPV6_HLEN;
	while (next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING ||
	       next == IPV6_DESTINATION) {
		if (at + 8 > len)
			return -XEN_EINVAL;
		next = head[at];
		at += (head[at + 1] + 1) * 8;
	}
	h->protocol = next;
	return parse_l4(head, len, at, h);
}

int frame_parse(const u8 *head, size_t len, struct frame_headers *h)
{
	size_t at = 2 * ETH_ALEN;
	u16 type;

	memset(h, 0, sizeof(*h));
	if (len < ETH_HLEN)
		return -XEN_EINVAL;
	type = get16(head + at);
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ) {
		at += 4;
		if (at + 2 > len)
			return -XEN_EINVAL;
		type = get16(head + at);
	}
	at += 2;
	if (type == ETHERTYPE_IPV4)
		return parse_ipv4(head, len, at, h);
	if (type == ETHERTYPE_IPV6)
		return parse_ipv6(head, len, at, h);
	return 0;
}

static u32 hash_bytes(u32 hash, const u8 *p, size_t len)
{
	while (len--)
		hash = (hash ^ *p++) * 16777619U;
	return hash;
}

u32 frame_flow_hash(const u8 *head, const struct frame_headers *h)
{
	u32 hash = 2166136261U;

	if (!h->l3)
		return hash_bytes(hash, head, 2 * ETH_ALEN);
	if (h->v6)
		hash = hash_bytes(hash, head + h->l3 + 8, 32);
	else
		hash = hash_bytes(hash, head + h->l3 + 12, 8);
	if (h->l4)
		hash = hash_bytes(hash, head + h->l4, 4);
	return hash ^ hash >> 16;
}
