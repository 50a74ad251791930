// SPDX-License-Identifier: GPL-2.0
/* Answers to transmit requests, honest and hostile, and counting of slots. */

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/skbuff.h>

#include "../tx_slot.h"

#ifdef MODULE
#include "../tx_slot.c"
#endif

/* As the driver has it: the ring is nearly at the wrap of its indices. */
#define START	(-3U)

static int slots_init(struct kunit *test)
{
	struct netfront_tx_slots *slots;

	slots = kunit_kzalloc(test, sizeof(*slots), GFP_KERNEL);
	if (!slots)
		return -ENOMEM;
	netfront_tx_slots_init(slots);
	test->priv = slots;
	return 0;
}

static enum netfront_breach answer(struct kunit *test, u16 id, s16 status,
				   RING_IDX published,
				   struct netfront_tx_slot **slot)
{
	struct xen_netif_tx_response rsp = { .id = id, .status = status };

	return netfront_tx_answer(test->priv, &rsp, published, slot);
}

static void test_all_slots_can_be_taken_once(struct kunit *test)
{
	struct netfront_tx_slots *slots = test->priv;
	struct netfront_tx_slot *slot;
	unsigned int i;

	for (i = 0; i < NETFRONT_TX_RING_SIZE; i++) {
		slot = netfront_tx_slot_take(slots, i);
		KUNIT_ASSERT_NOT_NULL(test, slot);
		KUNIT_EXPECT_NULL(test, slot->skb);
		slot->skb = (void *)slots;
	}
	KUNIT_EXPECT_NULL(test, netfront_tx_slot_take(slots, i));
}

static void test_put_slot_is_taken_again(struct kunit *test)
{
	struct netfront_tx_slots *slots = test->priv;
	struct netfront_tx_slot *slot = netfront_tx_slot_take(slots, 0);

	slot->ref = 17;
	netfront_tx_slot_put(slots, slot);
	KUNIT_EXPECT_PTR_EQ(test, slot, netfront_tx_slot_take(slots, 1));
	KUNIT_EXPECT_EQ(test, 17U, slot->ref);
}

static void test_answer_names_its_slot(struct kunit *test)
{
	struct netfront_tx_slot *first = netfront_tx_slot_take(test->priv,
							       START);
	struct netfront_tx_slot *second = netfront_tx_slot_take(test->priv,
								START + 1);
	struct netfront_tx_slot *slot;
	u16 id = netfront_tx_slot_id(test->priv, second);

	KUNIT_EXPECT_PTR_NE(test, first, second);
	KUNIT_EXPECT_EQ(test, NETFRONT_NO_BREACH,
			answer(test, id, XEN_NETIF_RSP_OKAY, START + 2, &slot));
	KUNIT_EXPECT_PTR_EQ(test, second, slot);
}

static void test_answer_holds_across_index_wrap(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	netfront_tx_slot_take(test->priv, START);
	KUNIT_EXPECT_EQ(test, NETFRONT_NO_BREACH,
			answer(test, 0, XEN_NETIF_RSP_OKAY, START + 10, &slot));
}

static void test_id_out_of_range(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	KUNIT_EXPECT_EQ(test, NETFRONT_TX_ID_RANGE,
			answer(test, NETFRONT_TX_RING_SIZE, XEN_NETIF_RSP_OKAY,
			       1, &slot));
	KUNIT_EXPECT_EQ(test, NETFRONT_TX_ID_RANGE,
			answer(test, 0xffff, XEN_NETIF_RSP_ERROR, 1, &slot));
	KUNIT_EXPECT_NULL(test, slot);
}

static void test_id_never_used(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	KUNIT_EXPECT_EQ(test, NETFRONT_TX_ID_IDLE,
			answer(test, 5, XEN_NETIF_RSP_OKAY, 1, &slot));
}

static void test_id_answered_twice(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	netfront_tx_slot_take(test->priv, START);
	KUNIT_ASSERT_EQ(test, NETFRONT_NO_BREACH,
			answer(test, 0, XEN_NETIF_RSP_OKAY, START + 1, &slot));
	netfront_tx_slot_put(test->priv, slot);
	KUNIT_EXPECT_EQ(test, NETFRONT_TX_ID_IDLE,
			answer(test, 0, XEN_NETIF_RSP_OKAY, START + 1, &slot));
}

static void test_answer_before_request_is_published(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	netfront_tx_slot_take(test->priv, START);
	KUNIT_EXPECT_EQ(test, NETFRONT_TX_ID_IDLE,
			answer(test, 0, XEN_NETIF_RSP_OKAY, START, &slot));
}

static void test_null_answers_extra_once(struct kunit *test)
{
	struct netfront_tx_slots *slots = test->priv;
	struct netfront_tx_slot *slot;

	slots->extras = 1;
	KUNIT_EXPECT_EQ(test, NETFRONT_NO_BREACH,
			answer(test, 0xffff, XEN_NETIF_RSP_NULL, 1, &slot));
	KUNIT_EXPECT_NULL(test, slot);
	KUNIT_EXPECT_EQ(test, NETFRONT_TX_NULL,
			answer(test, 0, XEN_NETIF_RSP_NULL, 1, &slot));
}

static void test_null_does_not_answer_request(struct kunit *test)
{
	struct netfront_tx_slot *slot;

	netfront_tx_slot_take(test->priv, START);
	KUNIT_EXPECT_EQ(test, NETFRONT_TX_NULL,
			answer(test, 0, XEN_NETIF_RSP_NULL, START + 1, &slot));
}

static struct kunit_case answer_cases[] = {
	KUNIT_CASE(test_all_slots_can_be_taken_once),
	KUNIT_CASE(test_put_slot_is_taken_again),
	KUNIT_CASE(test_answer_names_its_slot),
	KUNIT_CASE(test_answer_holds_across_index_wrap),
	KUNIT_CASE(test_id_out_of_range),
	KUNIT_CASE(test_id_never_used),
	KUNIT_CASE(test_id_answered_twice),
	KUNIT_CASE(test_answer_before_request_is_published),
	KUNIT_CASE(test_null_answers_extra_once),
	KUNIT_CASE(test_null_does_not_answer_request),
	{}
};

/* A packet whose linear part is @head bytes and starts @offset into a page. */
static int packet_init(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(4 * XEN_PAGE_SIZE, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, XEN_PAGE_SIZE - xen_offset_in_page(skb->data));
	test->priv = skb;
	return 0;
}

static void packet_exit(struct kunit *test)
{
	kfree_skb(test->priv);
}

static void add_frag(struct kunit *test, unsigned int offset, unsigned int len)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	struct sk_buff *skb = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, page);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, offset, len,
			8 * PAGE_SIZE);
}

static void test_head_in_one_page(struct kunit *test)
{
	skb_put(test->priv, XEN_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 1U, netfront_tx_count_slots(test->priv));
}

static void test_head_across_pages(struct kunit *test)
{
	struct sk_buff *skb = test->priv;

	skb_reserve(skb, XEN_PAGE_SIZE - 1);
	skb_put(skb, 2);
	KUNIT_EXPECT_EQ(test, 2U, netfront_tx_count_slots(skb));
	skb_put(skb, XEN_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 3U, netfront_tx_count_slots(skb));
}

static void test_fragment_of_compound_page(struct kunit *test)
{
	skb_put(test->priv, 64);
	add_frag(test, 0, 3 * XEN_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 4U, netfront_tx_count_slots(test->priv));
}

static void test_fragment_starts_deep_in_compound_page(struct kunit *test)
{
	skb_put(test->priv, 64);
	add_frag(test, 5 * XEN_PAGE_SIZE + 4000, 200);
	KUNIT_EXPECT_EQ(test, 3U, netfront_tx_count_slots(test->priv));
}

static void test_fragments_of_one_byte_take_a_slot_each(struct kunit *test)
{
	unsigned int i;

	skb_put(test->priv, 64);
	for (i = 0; i < 4; i++)
		add_frag(test, i, 1);
	KUNIT_EXPECT_EQ(test, 5U, netfront_tx_count_slots(test->priv));
}

static void test_empty_fragment_takes_none(struct kunit *test)
{
	skb_put(test->priv, 64);
	add_frag(test, 100, 0);
	KUNIT_EXPECT_EQ(test, 1U, netfront_tx_count_slots(test->priv));
}

static struct kunit_case count_cases[] = {
	KUNIT_CASE(test_head_in_one_page),
	KUNIT_CASE(test_head_across_pages),
	KUNIT_CASE(test_fragment_of_compound_page),
	KUNIT_CASE(test_fragment_starts_deep_in_compound_page),
	KUNIT_CASE(test_fragments_of_one_byte_take_a_slot_each),
	KUNIT_CASE(test_empty_fragment_takes_none),
	{}
};

static struct kunit_suite answer_suite = {
	.name = "xen_netfront_tx_answer",
	.init = slots_init,
	.test_cases = answer_cases,
};

static struct kunit_suite count_suite = {
	.name = "xen_netfront_tx_count",
	.init = packet_init,
	.exit = packet_exit,
	.test_cases = count_cases,
};

kunit_test_suites(&answer_suite, &count_suite);
