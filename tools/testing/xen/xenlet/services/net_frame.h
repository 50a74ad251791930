/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ethernet frames as bytes: where the headers are, checksums, segments. Pure.
 */
#ifndef XENLET_NET_FRAME_H
#define XENLET_NET_FRAME_H

#include <xenlet/types.h>

#define ETH_ALEN	6
#define ETH_HLEN	14
/* Two VLAN tags, the longest IPv4 and TCP headers, some IPv6 extensions. */
#define FRAME_HEAD_MAX	192
#define FRAME_MAX	65535

#define IPPROTO_TCP	6
#define IPPROTO_UDP	17

/**
 * struct frame_headers - offsets into a frame
 * @l3: of the IP header; 0: not IP
 * @l4: of the TCP or UDP header; 0: none, or a fragment's
 * @payload: behind the TCP or UDP header
 */
struct frame_headers {
	bool v6;
	u8 protocol;
	u16 l3, l4, payload;
};

/** frame_parse() - find the headers in the first @len bytes of a frame
 *
 * Return: 0; -XEN_EINVAL if a header says something impossible or is cut.
 */
int frame_parse(const u8 *head, size_t len, struct frame_headers *h);
/** frame_flow_hash() - the same for all frames of a connection's direction */
u32 frame_flow_hash(const u8 *head, const struct frame_headers *h);

/** frame_fill_checksum() - compute the TCP or UDP checksum of a whole frame
 * Return: 0, or -XEN_EINVAL if there is none to compute
 */
int frame_fill_checksum(u8 *frame, size_t len, const struct frame_headers *h);

/** segment_count() - into how many frames of @mss payload bytes each a TCP
 * frame is cut; 0: it can't be
 */
unsigned int segment_count(size_t len, const struct frame_headers *h, u32 mss);
/**
 * segment_make() - the headers of segment @i of a TCP frame
 * @head: where to put them, FRAME_HEAD_MAX bytes
 * @offset, @bytes: the segment's payload in @frame
 *
 * Lengths, IPv4 identification, sequence number, flags and all checksums are
 * those of the segment. Return: bytes of headers.
 */
size_t segment_make(const u8 *frame, size_t len, const struct frame_headers *h,
		    u32 mss, unsigned int i, u8 *head, size_t *offset,
		    size_t *bytes);

#endif /* XENLET_NET_FRAME_H */
