// SPDX-License-Identifier: GPL-2.0
/*
 * Headers, checksums and segments of xenlet's switch, checked against a slow
 * and obvious checksum of this file.
 */
#include "ktap.h"
#include "xenlet_fake.h"

#include "services/net_frame.c"
#define get16 segment_get16	/* each file has its own */
#include "services/net_segment.c"
#undef get16

static u8 frame[FRAME_MAX + 1];

/* RFC 1071, byte by byte. */
static u16 slow_sum(const u8 *p, size_t len, u32 sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Is the checksum of this frame's TCP or UDP right? */
static bool l4_good(const u8 *f, size_t len)
{
	struct frame_headers h;
	u32 sum;

	if (frame_parse(f, MIN(len, (size_t)FRAME_HEAD_MAX), &h) || !h.l4)
		return false;
	sum = len - h.l4 + h.protocol;
	if (h.v6)
		sum = slow_sum(f + h.l3 + 8, 32, sum);
	else
		sum = slow_sum(f + h.l3 + 12, 8, sum);
	return slow_sum(f + h.l4, len - h.l4, sum) == 0xffff;
}

static bool ipv4_good(const u8 *f)
{
	return slow_sum(f + ETH_HLEN, (f[ETH_HLEN] & 15) * 4, 0) == 0xffff;
}

static void fill_payload(size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		frame[i] = i * 7 + (i >> 8);
}

/* An IPv4 frame with @ip_words of header and @l4_len bytes behind. */
static size_t make_ipv4(u8 protocol, unsigned int ip_words, size_t l4_len)
{
	u8 *ip = frame + ETH_HLEN;
	size_t len = ip_words * 4 + l4_len;

	memset(frame, 0, ETH_HLEN + len);
	frame[12] = 8;
	ip[0] = 0x40 | ip_words;
	put16(ip + 2, len);
	put16(ip + 4, 0xfffe);
	ip[8] = 64;
	ip[9] = protocol;
	put32(ip + 12, 0x0a000001);
	put32(ip + 16, 0x0a000002);
	return ETH_HLEN + len;
}

static size_t make_ipv6(u8 protocol, size_t l4_len)
{
	u8 *ip = frame + ETH_HLEN;

	memset(frame, 0, ETH_HLEN + 40 + l4_len);
	put16(frame + 12, 0x86dd);
	ip[0] = 0x60;
	put16(ip + 4, l4_len);
	ip[6] = protocol;
	ip[8] = 0xfd;
	ip[23] = 1;
	ip[24] = 0xfd;
	ip[39] = 2;
	return ETH_HLEN + 40 + l4_len;
}

static void make_tcp(size_t at, unsigned int words, u8 flags)
{
	put16(frame + at, 40000);
	put16(frame + at + 2, 5001);
	put32(frame + at + 4, 0xffffff00);
	frame[at + 12] = words << 4;
	frame[at + 13] = flags;
}

static int parse(size_t len, struct frame_headers *h)
{
	return frame_parse(frame, MIN(len, (size_t)FRAME_HEAD_MAX), h);
}

static void test_parse(void)
{
	struct frame_headers h;
	size_t len = make_ipv4(IPPROTO_TCP, 5, 40);

	make_tcp(34, 8, 0);
	ktap_ok(!parse(len, &h) && h.l3 == 14 && h.l4 == 34 && h.payload == 66,
		"IPv4, TCP with options");
	len = make_ipv4(IPPROTO_TCP, 8, 40);
	make_tcp(46, 5, 0);
	ktap_ok(!parse(len, &h) && h.l4 == 46 && h.payload == 66,
		"IPv4 with options, TCP");
	len = make_ipv4(IPPROTO_UDP, 5, 20);
	ktap_ok(!parse(len, &h) && h.l4 == 34 && h.payload == 42, "UDP");
	put16(frame + 20, 0x2000);
	ktap_ok(!parse(len, &h) && h.l3 && !h.l4, "a fragment has no L4");
	len = make_ipv6(IPPROTO_TCP, 40);
	make_tcp(54, 5, 0);
	ktap_ok(!parse(len, &h) && h.v6 && h.l4 == 54 && h.payload == 74,
		"IPv6, TCP");
	len = make_ipv6(0, 48);
	frame[54] = IPPROTO_TCP;
	make_tcp(62, 5, 0);
	ktap_ok(!parse(len, &h) && h.l4 == 62 && h.protocol == IPPROTO_TCP,
		"IPv6 with an extension header");
	memmove(frame + 16, frame + 12, 100);
	put16(frame + 12, 0x8100);
	ktap_ok(!parse(len + 4, &h) && h.l4 == 66, "a VLAN tag is skipped");
	memset(frame, 0, 60);
	put16(frame + 12, 0x0806);
	ktap_ok(!parse(60, &h) && !h.l3, "ARP is no IP");
}

static void test_parse_hostile(void)
{
	struct frame_headers h;
	size_t len = make_ipv4(IPPROTO_TCP, 5, 40), i;
	bool safe = true;

	ktap_ok(parse(13, &h) < 0, "less than an Ethernet header");
	make_tcp(34, 4, 0);
	ktap_ok(parse(len, &h) < 0, "a TCP header shorter than a TCP header");
	make_tcp(34, 15, 0);
	ktap_ok(parse(len, &h) < 0, "a TCP header longer than the frame");
	frame[14] = 0x44;
	ktap_ok(parse(len, &h) < 0, "an IPv4 header shorter than one");
	frame[14] = 0x4f;
	ktap_ok(parse(ETH_HLEN + 20, &h) < 0, "one longer than the frame");
	len = make_ipv6(0, 48);
	frame[54] = 0;
	frame[55] = 255;
	ktap_ok(parse(len, &h) < 0, "an extension that leaves the frame");
	srandom(1);
	for (i = 0; i < 200000; i++) {
		u8 *exact;

		len = random() % 120;
		exact = malloc(len ? len : 1);
		memset(exact, random(), len);
		if (len > 16) {
			put16(exact + 12, i % 2 ? 0x0800 : 0x86dd);
			exact[14] = i % 2 ? 0x45 + random() % 11 : 0x60;
			exact[random() % len] = random();
			exact[random() % len] = random();
		}
		if (!frame_parse(exact, len, &h) && h.l4)
			safe &= h.payload <= len && h.l4 < h.payload;
		free(exact);
	}
	ktap_ok(safe, "what is found is inside, whatever the frame says");
}

static void test_checksum(void)
{
	struct frame_headers h;
	size_t len, n, good = 0;

	for (n = 20; n < 220; n++) {
		len = make_ipv4(IPPROTO_TCP, 5, n);
		make_tcp(34, 5, 0);
		fill_payload(54, len);
		parse(len, &h);
		good += !frame_fill_checksum(frame, len, &h) &&
			l4_good(frame, len);
	}
	ktap_ok(good == 200, "TCP over IPv4, odd and even lengths");
	len = make_ipv6(IPPROTO_UDP, 1001);
	fill_payload(62, len);
	parse(len, &h);
	ktap_ok(!frame_fill_checksum(frame, len, &h) && l4_good(frame, len),
		"UDP over IPv6");
	/* padding behind the packet, as on short Ethernet frames */
	len = make_ipv4(IPPROTO_UDP, 5, 10);
	fill_payload(42, len);
	parse(len, &h);
	frame[len] = 0xaa;
	ktap_ok(!frame_fill_checksum(frame, len + 6, &h) &&
		l4_good(frame, len), "padding is not summed");
	put16(frame + 16, 2000);
	ktap_ok(frame_fill_checksum(frame, len, &h) < 0,
		"an IP length beyond the frame is refused");
	len = make_ipv4(1, 5, 30);
	parse(len, &h);
	ktap_ok(frame_fill_checksum(frame, len, &h) < 0,
		"ICMP has nothing to fill");
	/* source and destination chosen so that the sum comes out as zero */
	len = make_ipv4(IPPROTO_UDP, 5, 8);
	parse(len, &h);
	put16(frame + 34, 0xffff - 0x1400 - 3 - 0x11 - 8);
	frame_fill_checksum(frame, len, &h);
	ktap_ok(get16(frame + 40) == 0xffff, "a UDP checksum is never zero");
}

/* Cut @frame up; true if the pieces are what they should be. */
static bool cut(size_t len, u32 mss, unsigned int want)
{
	size_t offset, bytes, total = 0, hlen;
	u8 *out = malloc(FRAME_MAX);
	struct frame_headers h;
	unsigned int i, n;
	bool good;
	u32 seq;

	good = !parse(len, &h);
	n = segment_count(len, &h, mss);
	good &= n == want;
	seq = get32(frame + h.l4 + 4);
	for (i = 0; i < n; i++) {
		hlen = segment_make(frame, len, &h, mss, i, out, &offset,
				    &bytes);
		memcpy(out + hlen, frame + offset, bytes);
		good &= offset == h.payload + total && bytes <= mss;
		good &= get32(out + h.l4 + 4) == (u32)(seq + total);
		good &= l4_good(out, hlen + bytes);
		if (!h.v6) {
			good &= ipv4_good(out);
			good &= get16(out + 16) == hlen + bytes - ETH_HLEN;
			good &= get16(out + 18) == (u16)(0xfffe + i);
		} else {
			good &= get16(out + 18) == hlen + bytes - 54;
		}
		good &= !!(out[h.l4 + 13] & TCP_FIN) == (i == n - 1);
		good &= !!(out[h.l4 + 13] & TCP_PSH) == (i == n - 1);
		good &= !!(out[h.l4 + 13] & TCP_CWR) == !i;
		total += bytes;
	}
	free(out);
	return good && total == len - h.payload;
}

static void test_segments(void)
{
	struct frame_headers h;
	size_t len;

	len = make_ipv4(IPPROTO_TCP, 5, 20 + 10000);
	make_tcp(34, 5, 0x10 | TCP_FIN | TCP_PSH | TCP_CWR);
	fill_payload(54, len);
	ktap_ok(cut(len, 1460, 7), "IPv4: 10000 bytes by 1460");
	ktap_ok(cut(len, 10000, 1), "one segment is enough");
	ktap_ok(cut(len, 5000, 2), "two that are full");
	len = make_ipv4(IPPROTO_TCP, 8, 44 + 65000);
	make_tcp(46, 11, 0x10 | TCP_FIN | TCP_PSH | TCP_CWR);
	fill_payload(90, len);
	ktap_ok(cut(len, 1436, 46), "IPv4 and TCP with options, 64 KiB");
	ktap_ok(cut(len, 1437, 46), "an odd segment size");
	len = make_ipv6(IPPROTO_TCP, 32 + 30000);
	make_tcp(54, 8, 0x10 | TCP_FIN | TCP_PSH | TCP_CWR);
	fill_payload(86, len);
	ktap_ok(cut(len, 1428, 22), "IPv6: 30000 bytes by 1428");
	parse(len, &h);
	ktap_ok(!segment_count(len, &h, 0), "a segment size of 0 is refused");
	ktap_ok(!segment_count(h.payload, &h, 1000), "so is no payload");
	len = make_ipv4(IPPROTO_UDP, 5, 2000);
	parse(len, &h);
	ktap_ok(!segment_count(len, &h, 1000), "so is UDP");
}

static void test_hash(void)
{
	struct frame_headers h;
	u32 first, other;

	make_ipv4(IPPROTO_TCP, 5, 40);
	make_tcp(34, 5, 0);
	parse(74, &h);
	first = frame_flow_hash(frame, &h);
	fill_payload(54, 74);
	ktap_ok(frame_flow_hash(frame, &h) == first,
		"a flow keeps its hash whatever it carries");
	put16(frame + 34, 40001);
	other = frame_flow_hash(frame, &h);
	ktap_ok(other != first, "another port is another flow");
}

int main(void)
{
	test_parse();
	test_parse_hostile();
	test_checksum();
	test_segments();
	test_hash();
	return ktap_done();
}
