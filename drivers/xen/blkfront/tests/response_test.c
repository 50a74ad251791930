// SPDX-License-Identifier: GPL-2.0
/* Responses of an honest backend, and of others. */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/kernel.h>

#include "../response.h"

#ifdef MODULE
#include "../response.c"
#endif

struct response_case {
	const char *what;
	struct blkif_response rsp;
	struct blkfront_pending pending;
	enum blkfront_verdict verdict;
};

static const struct response_case response_cases[] = {
	{ "read that went well",
	  { .operation = BLKIF_OP_READ, .status = BLKIF_RSP_OKAY },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_GOOD },
	{ "write that failed",
	  { .operation = BLKIF_OP_WRITE, .status = BLKIF_RSP_ERROR },
	  { .op = BLKIF_OP_WRITE, .in_flight = true },
	  BLKFRONT_RSP_GOOD },
	{ "discard that is not supported",
	  { .operation = BLKIF_OP_DISCARD, .status = BLKIF_RSP_EOPNOTSUPP },
	  { .op = BLKIF_OP_DISCARD, .in_flight = true },
	  BLKFRONT_RSP_GOOD },
	{ "answer to nothing",
	  { .operation = BLKIF_OP_READ, .status = BLKIF_RSP_OKAY },
	  { .op = BLKIF_OP_READ, .in_flight = false },
	  BLKFRONT_RSP_NOT_IN_FLIGHT },
	{ "read answered as a write",
	  { .operation = BLKIF_OP_WRITE, .status = BLKIF_RSP_OKAY },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_BAD_OP },
	{ "indirect request answered as indirect",
	  { .operation = BLKIF_OP_INDIRECT, .status = BLKIF_RSP_OKAY },
	  { .op = BLKIF_OP_WRITE, .in_flight = true },
	  BLKFRONT_RSP_BAD_OP },
	{ "operation that does not exist",
	  { .operation = 255, .status = BLKIF_RSP_OKAY },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_BAD_OP },
	{ "positive status",
	  { .operation = BLKIF_OP_READ, .status = 1 },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_BAD_STATUS },
	{ "status below all known",
	  { .operation = BLKIF_OP_READ, .status = -3 },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_BAD_STATUS },
	{ "lowest status",
	  { .operation = BLKIF_OP_READ, .status = S16_MIN },
	  { .op = BLKIF_OP_READ, .in_flight = true },
	  BLKFRONT_RSP_BAD_STATUS },
};

KUNIT_ARRAY_PARAM_DESC(response, response_cases, what);

static void test_check(struct kunit *test)
{
	const struct response_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, blkfront_response_check(&c->rsp, &c->pending),
			c->verdict);
}

static void test_id_within_ring(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_id(0, 32), BLKFRONT_RSP_GOOD);
	KUNIT_EXPECT_EQ(test, blkfront_response_id(31, 32), BLKFRONT_RSP_GOOD);
}

static void test_id_beyond_ring(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_id(32, 32),
			BLKFRONT_RSP_BAD_ID);
	KUNIT_EXPECT_EQ(test, blkfront_response_id(U64_MAX, 32),
			BLKFRONT_RSP_BAD_ID);
}

/* Cut to 32 bits it would be in range. */
static void test_id_beyond_32_bits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_id(1ULL << 32, 32),
			BLKFRONT_RSP_BAD_ID);
}

static void test_producer_up_to_requests(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_count(5, 5, 5),
			BLKFRONT_RSP_GOOD);
	KUNIT_EXPECT_EQ(test, blkfront_response_count(7, 5, 7),
			BLKFRONT_RSP_GOOD);
}

static void test_producer_beyond_requests(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_count(8, 5, 7),
			BLKFRONT_RSP_BAD_PRODUCER);
}

static void test_producer_before_consumer(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_count(4, 5, 7),
			BLKFRONT_RSP_BAD_PRODUCER);
}

static void test_producer_wraps(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkfront_response_count(1, UINT_MAX, 1),
			BLKFRONT_RSP_GOOD);
	KUNIT_EXPECT_EQ(test, blkfront_response_count(2, UINT_MAX, 1),
			BLKFRONT_RSP_BAD_PRODUCER);
}

static void test_each_verdict_has_a_text(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i <= BLKFRONT_RSP_BAD_PRODUCER; i++)
		KUNIT_EXPECT_STRNEQ(test, blkfront_verdict_text(i), "?");
	KUNIT_EXPECT_STREQ(test, blkfront_verdict_text(i), "?");
}

static struct kunit_case response_tests[] = {
	KUNIT_CASE_PARAM(test_check, response_gen_params),
	KUNIT_CASE(test_id_within_ring),
	KUNIT_CASE(test_id_beyond_ring),
	KUNIT_CASE(test_id_beyond_32_bits),
	KUNIT_CASE(test_producer_up_to_requests),
	KUNIT_CASE(test_producer_beyond_requests),
	KUNIT_CASE(test_producer_before_consumer),
	KUNIT_CASE(test_producer_wraps),
	KUNIT_CASE(test_each_verdict_has_a_text),
	{}
};

static struct kunit_suite response_suite = {
	.name = "xen-blkfront-response",
	.test_cases = response_tests,
};

kunit_test_suite(response_suite);
