// SPDX-License-Identifier: GPL-2.0
/* Reading received packets from a ring that an honest or hostile peer wrote. */

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "../rx_packet.h"

#ifdef MODULE
#include "../rx_packet.c"
#endif

#define SG	XEN_NETRXF_more_data
#define EXTRA	XEN_NETRXF_extra_info

/* Near the wrap of the indices, and in the middle of the ring. */
#define START	(-100U)

struct peer {
	struct xen_netif_rx_front_ring ring;
	RING_IDX prod;
	struct netfront_rx_packet packet;
};

static int peer_init(struct kunit *test)
{
	struct xen_netif_rx_sring *sring;
	struct peer *peer;

	sring = kunit_kzalloc(test, XEN_PAGE_SIZE, GFP_KERNEL);
	peer = kunit_kzalloc(test, sizeof(*peer), GFP_KERNEL);
	if (!sring || !peer)
		return -ENOMEM;
	XEN_FRONT_RING_INIT(&peer->ring, sring, XEN_PAGE_SIZE);
	peer->ring.rsp_cons = START;
	peer->prod = START;
	test->priv = peer;
	return 0;
}

static struct xen_netif_rx_response *respond(struct kunit *test, u16 offset,
					     s16 status, u16 flags)
{
	struct peer *peer = test->priv;
	struct xen_netif_rx_response *rsp = RING_GET_RESPONSE(&peer->ring,
							      peer->prod);

	rsp->id = peer->prod & (NETFRONT_RX_RING_SIZE - 1);
	rsp->offset = offset;
	rsp->status = status;
	rsp->flags = flags;
	peer->prod++;
	return rsp;
}

static struct xen_netif_extra_info *extra(struct kunit *test, u8 type, u8 flags)
{
	struct peer *peer = test->priv;
	void *entry = RING_GET_RESPONSE(&peer->ring, peer->prod++);
	struct xen_netif_extra_info *info = entry;

	memset(info, 0, sizeof(*info));
	info->type = type;
	info->flags = flags;
	return info;
}

static void gso(struct kunit *test, u8 type, u16 size)
{
	struct xen_netif_extra_info *info;

	info = extra(test, XEN_NETIF_EXTRA_TYPE_GSO, 0);
	info->u.gso.type = type;
	info->u.gso.size = size;
}

static enum netfront_breach parse(struct kunit *test)
{
	struct peer *peer = test->priv;

	return netfront_rx_parse(&peer->ring, peer->prod, &peer->packet);
}

static void test_one_piece(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 32, 60, XEN_NETRXF_data_validated);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 1U, peer->packet.entries);
	KUNIT_EXPECT_EQ(test, 1U, peer->packet.nr_pieces);
	KUNIT_EXPECT_EQ(test, 32, peer->packet.piece[0].offset);
	KUNIT_EXPECT_EQ(test, 60, peer->packet.piece[0].len);
	KUNIT_EXPECT_EQ(test, XEN_NETRXF_data_validated, peer->packet.flags);
	KUNIT_EXPECT_EQ(test, 0, peer->packet.gso_size);
}

static void test_next_packet_is_left_alone(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0, 60, 0);
	respond(test, 0, 70, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 1U, peer->packet.entries);
	peer->ring.rsp_cons++;
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 70, peer->packet.piece[0].len);
}

static void test_pieces_know_their_entry_behind_extra(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0, 4096, EXTRA | SG);
	gso(test, XEN_NETIF_GSO_TYPE_TCPV6, 1440);
	respond(test, 0, 1000, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 3U, peer->packet.entries);
	KUNIT_EXPECT_EQ(test, 2U, peer->packet.nr_pieces);
	KUNIT_EXPECT_EQ(test, START, peer->packet.piece[0].entry);
	KUNIT_EXPECT_EQ(test, START + 2, peer->packet.piece[1].entry);
	KUNIT_EXPECT_EQ(test, 1440, peer->packet.gso_size);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_GSO_TYPE_TCPV6, peer->packet.gso_type);
}

static void test_indices_wrap(struct kunit *test)
{
	struct peer *peer = test->priv;

	peer->ring.rsp_cons = -1;
	peer->prod = -1;
	respond(test, 0, 100, SG);
	respond(test, 0, 100, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 0U, peer->packet.piece[1].entry);
}

static void test_full_page_and_empty_piece(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0, XEN_PAGE_SIZE, SG);
	respond(test, XEN_PAGE_SIZE - 1, 0, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 0, peer->packet.piece[1].len);
	KUNIT_EXPECT_FALSE(test, peer->packet.failed);
}

static void test_longest_packet(struct kunit *test)
{
	struct peer *peer = test->priv;
	unsigned int i;

	for (i = 1; i < NETFRONT_RX_MAX_PIECES; i++)
		respond(test, 0, 4096, SG);
	respond(test, 0, 1, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_MAX_PIECES, peer->packet.nr_pieces);
}

static void test_longer_than_longest(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < NETFRONT_RX_MAX_PIECES; i++)
		respond(test, 0, 100, SG);
	respond(test, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_SLOTS, parse(test));
}

static void test_whole_ring_without_end(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < NETFRONT_RX_RING_SIZE; i++)
		respond(test, 0, 100, SG);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_SLOTS, parse(test));
}

static void test_packet_without_end(struct kunit *test)
{
	respond(test, 0, 100, SG);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_UNFINISHED, parse(test));
}

static void test_wrong_id(struct kunit *test)
{
	respond(test, 0, 100, 0)->id ^= 1;
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_ID, parse(test));
}

static void test_id_beyond_ring(struct kunit *test)
{
	respond(test, 0, 100, 0)->id += NETFRONT_RX_RING_SIZE;
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_ID, parse(test));
}

static void test_data_crosses_end_of_page(struct kunit *test)
{
	respond(test, 1, XEN_PAGE_SIZE, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_BOUNDS, parse(test));
}

static void test_offset_and_size_do_not_overflow(struct kunit *test)
{
	respond(test, 0xffff, S16_MAX, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_BOUNDS, parse(test));
}

static void test_failed_packet_is_no_breach(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0xffff, XEN_NETIF_RSP_ERROR, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_TRUE(test, peer->packet.failed);
	KUNIT_EXPECT_EQ(test, 0, peer->packet.piece[0].len);
	KUNIT_EXPECT_EQ(test, 0, peer->packet.piece[0].offset);
}

static void test_one_failed_piece_fails_packet(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0, 100, SG);
	respond(test, 0, -12, SG);
	respond(test, 0, 100, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_TRUE(test, peer->packet.failed);
	KUNIT_EXPECT_EQ(test, 3U, peer->packet.entries);
}

static void test_gso_prefix(struct kunit *test)
{
	respond(test, 0, 1448, XEN_NETRXF_gso_prefix | SG);
	respond(test, 0, 4000, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_GSO_PREFIX, parse(test));
}

static void test_gso_of_unknown_type(struct kunit *test)
{
	respond(test, 0, 4000, EXTRA);
	gso(test, XEN_NETIF_GSO_TYPE_TCPV6 + 1, 1448);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_GSO_TYPE, parse(test));
}

static void test_gso_of_no_type(struct kunit *test)
{
	respond(test, 0, 4000, EXTRA);
	gso(test, XEN_NETIF_GSO_TYPE_NONE, 1448);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_GSO_TYPE, parse(test));
}

static void test_gso_of_size_0(struct kunit *test)
{
	respond(test, 0, 4000, EXTRA);
	gso(test, XEN_NETIF_GSO_TYPE_TCPV4, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_GSO_SIZE, parse(test));
}

/* The stack would look for a list of skbs that isn't there. */
static void test_gso_of_size_by_frags(struct kunit *test)
{
	respond(test, 0, 4000, EXTRA);
	gso(test, XEN_NETIF_GSO_TYPE_TCPV4, GSO_BY_FRAGS);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_GSO_SIZE, parse(test));
}

static void test_extra_missing(struct kunit *test)
{
	respond(test, 0, 100, EXTRA);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_UNFINISHED, parse(test));
}

static void test_extras_without_end(struct kunit *test)
{
	respond(test, 0, 100, EXTRA);
	extra(test, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_UNFINISHED, parse(test));
}

static void test_extra_of_type_0(struct kunit *test)
{
	respond(test, 0, 100, EXTRA);
	extra(test, XEN_NETIF_EXTRA_TYPE_NONE, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_EXTRA_TYPE, parse(test));
}

static void test_extra_of_type_beyond_last(struct kunit *test)
{
	respond(test, 0, 100, EXTRA);
	extra(test, XEN_NETIF_EXTRA_TYPE_MAX, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_EXTRA_TYPE, parse(test));
}

static void test_extra_twice(struct kunit *test)
{
	respond(test, 0, 100, EXTRA);
	extra(test, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	extra(test, XEN_NETIF_EXTRA_TYPE_HASH, 0);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_EXTRA_TWICE, parse(test));
}

static void test_extra_behind_second_piece(struct kunit *test)
{
	respond(test, 0, 100, SG);
	respond(test, 0, 100, EXTRA);
	gso(test, XEN_NETIF_GSO_TYPE_TCPV4, 1448);
	KUNIT_EXPECT_EQ(test, NETFRONT_RX_EXTRA_PLACE, parse(test));
}

static void test_other_extra_is_passed_over(struct kunit *test)
{
	struct peer *peer = test->priv;

	respond(test, 0, 100, EXTRA);
	extra(test, XEN_NETIF_EXTRA_TYPE_HASH, 0);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH, parse(test));
	KUNIT_EXPECT_EQ(test, 2U, peer->packet.entries);
	KUNIT_EXPECT_EQ(test, 0, peer->packet.gso_size);
}

/* Half of the responses are made plausible, or no packet gets far. */
static void scribble(struct kunit *test, struct rnd_state *random)
{
	struct peer *peer = test->priv;
	unsigned int i, entries = prandom_u32_state(random) % 64;

	prandom_bytes_state(random, peer->ring.sring->ring,
			    sizeof(peer->ring.sring->ring[0]) *
			    NETFRONT_RX_RING_SIZE);
	peer->ring.rsp_cons = prandom_u32_state(random);
	peer->prod = peer->ring.rsp_cons;
	for (i = 0; i < entries; i++) {
		u32 dice = prandom_u32_state(random);

		if (dice & 1)
			respond(test, dice >> 24, (dice >> 8) & 0x1fff,
				dice & (SG | EXTRA));
		else if (dice & 2)
			extra(test, dice >> 30, (dice >> 8) & 1);
		else
			peer->prod++;
	}
}

static void test_random_rings_stay_in_bounds(struct kunit *test)
{
	unsigned int round, i, good = 0;
	struct peer *peer = test->priv;
	struct rnd_state random;

	prandom_seed_state(&random, 1);
	for (round = 0; round < 20000; round++) {
		struct netfront_rx_packet *packet = &peer->packet;

		scribble(test, &random);
		if (parse(test))
			continue;
		good++;
		KUNIT_ASSERT_LE(test, packet->entries,
				peer->prod - peer->ring.rsp_cons);
		KUNIT_ASSERT_GE(test, packet->nr_pieces, 1U);
		KUNIT_ASSERT_LE(test, packet->nr_pieces,
				NETFRONT_RX_MAX_PIECES);
		for (i = 0; i < packet->nr_pieces; i++)
			KUNIT_ASSERT_LE(test, packet->piece[i].offset +
					packet->piece[i].len, XEN_PAGE_SIZE);
	}
	KUNIT_EXPECT_GT(test, good, 100U);
}

static struct kunit_case rx_cases[] = {
	KUNIT_CASE(test_one_piece),
	KUNIT_CASE(test_next_packet_is_left_alone),
	KUNIT_CASE(test_pieces_know_their_entry_behind_extra),
	KUNIT_CASE(test_indices_wrap),
	KUNIT_CASE(test_full_page_and_empty_piece),
	KUNIT_CASE(test_longest_packet),
	KUNIT_CASE(test_longer_than_longest),
	KUNIT_CASE(test_whole_ring_without_end),
	KUNIT_CASE(test_packet_without_end),
	KUNIT_CASE(test_wrong_id),
	KUNIT_CASE(test_id_beyond_ring),
	KUNIT_CASE(test_data_crosses_end_of_page),
	KUNIT_CASE(test_offset_and_size_do_not_overflow),
	KUNIT_CASE(test_failed_packet_is_no_breach),
	KUNIT_CASE(test_one_failed_piece_fails_packet),
	KUNIT_CASE(test_gso_prefix),
	KUNIT_CASE(test_gso_of_unknown_type),
	KUNIT_CASE(test_gso_of_no_type),
	KUNIT_CASE(test_gso_of_size_0),
	KUNIT_CASE(test_gso_of_size_by_frags),
	KUNIT_CASE(test_extra_missing),
	KUNIT_CASE(test_extras_without_end),
	KUNIT_CASE(test_extra_of_type_0),
	KUNIT_CASE(test_extra_of_type_beyond_last),
	KUNIT_CASE(test_extra_twice),
	KUNIT_CASE(test_extra_behind_second_piece),
	KUNIT_CASE(test_other_extra_is_passed_over),
	KUNIT_CASE(test_random_rings_stay_in_bounds),
	{}
};

static struct kunit_suite rx_suite = {
	.name = "xen_netfront_rx_packet",
	.init = peer_init,
	.test_cases = rx_cases,
};

kunit_test_suite(rx_suite);
