// SPDX-License-Identifier: GPL-2.0
/*
 * What a network card would do for a frame that came with offloads, for a
 * receiver that doesn't take them: checksums, and cutting TCP into segments.
 */
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "net_frame.h"

#define TCP_FIN		0x01
#define TCP_PSH		0x08
#define TCP_CWR		0x80

#define TCP_CHECKSUM	16
#define UDP_CHECKSUM	6

static u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static void put16(u8 *p, u16 value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static u32 get32(const u8 *p)
{
	return (u32)get16(p) << 16 | get16(p + 2);
}

static void put32(u8 *p, u32 value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

/* One's complement sum in memory order, unfolded. */
static u64 sum_bytes(u64 sum, const void *data, size_t len)
{
	const u8 *p = data;
	u8 last[2] = {};
	u32 word;
	u16 half;

	for (; len >= 4; len -= 4, p += 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	if (len >= 2) {
		memcpy(&half, p, 2);
		sum += half;
		p += 2;
		len -= 2;
	}
	if (len) {
		last[0] = *p;
		memcpy(&half, last, 2);
		sum += half;
	}
	return sum;
}

static u16 fold(u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void store_checksum(u8 *at, u64 sum)
{
	u16 value = fold(sum);

	memcpy(at, &value, 2);
}

/* The pseudo header of RFC 793 and RFC 8200 for @l4_len bytes. */
static u64 sum_pseudo(const u8 *frame, const struct frame_headers *h,
		      u32 l4_len)
{
	u8 tail[8] = {};

	put32(tail, l4_len);
	tail[7] = h->protocol;
	if (h->v6)
		return sum_bytes(sum_bytes(0, tail, 8), frame + h->l3 + 8, 32);
	return sum_bytes(sum_bytes(0, tail, 8), frame + h->l3 + 12, 8);
}

/* Bytes of TCP or UDP by the IP header; 0 if more than there is. */
static size_t l4_length(const u8 *frame, size_t len,
			const struct frame_headers *h)
{
	size_t end;

	if (h->v6)
		end = h->l3 + 40 + get16(frame + h->l3 + 4);
	else
		end = h->l3 + get16(frame + h->l3 + 2);
	return end <= len && end >= h->payload ? end - h->l4 : 0;
}

int frame_fill_checksum(u8 *frame, size_t len, const struct frame_headers *h)
{
	size_t l4_len;
	u8 *field;
	u64 sum;

	if (!h->l4)
		return -XEN_EINVAL;
	l4_len = l4_length(frame, len, h);
	if (!l4_len)
		return -XEN_EINVAL;
	field = frame + h->l4 + (h->protocol == IPPROTO_TCP ? TCP_CHECKSUM :
							      UDP_CHECKSUM);
	put16(field, 0);
	sum = sum_pseudo(frame, h, l4_len);
	store_checksum(field, sum_bytes(sum, frame + h->l4, l4_len));
	/* zero would say that there is none */
	if (h->protocol == IPPROTO_UDP && !get16(field))
		put16(field, 0xffff);
	return 0;
}

unsigned int segment_count(size_t len, const struct frame_headers *h, u32 mss)
{
	if (!h->l4 || h->protocol != IPPROTO_TCP || !mss || len <= h->payload)
		return 0;
	return (len - h->payload + mss - 1) / mss;
}

static void fix_ip(u8 *head, const struct frame_headers *h, size_t len,
		   unsigned int i)
{
	u8 *ip = head + h->l3;
	size_t size;

	if (h->v6) {
		put16(ip + 4, len - h->l3 - 40);
		return;
	}
	size = (ip[0] & 15) * 4;
	put16(ip + 2, len - h->l3);
	put16(ip + 4, get16(ip + 4) + i);
	put16(ip + 10, 0);
	store_checksum(ip + 10, sum_bytes(0, ip, size));
}

size_t segment_make(const u8 *frame, size_t len, const struct frame_headers *h,
		    u32 mss, unsigned int i, u8 *head, size_t *offset,
		    size_t *bytes)
{
	u8 *tcp = head + h->l4;
	u64 sum;

	memcpy(head, frame, h->payload);
	*offset = h->payload + (size_t)i * mss;
	*bytes = MIN(len - *offset, (size_t)mss);
	fix_ip(head, h, h->payload + *bytes, i);
	put32(tcp + 4, get32(tcp + 4) + i * mss);
	/* what ends the data belongs to the last, congestion to the first */
	if (*offset + *bytes < len)
		tcp[13] &= ~(TCP_FIN | TCP_PSH);
	if (i)
		tcp[13] &= ~TCP_CWR;
	put16(tcp + TCP_CHECKSUM, 0);
	sum = sum_pseudo(head, h, h->payload - h->l4 + *bytes);
	sum = sum_bytes(sum, tcp, h->payload - h->l4);
	store_checksum(tcp + TCP_CHECKSUM,
		       sum_bytes(sum, frame + *offset, *bytes));
	return h->payload;
}
