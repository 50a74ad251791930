// SPDX-License-Identifier: GPL-2.0
/* The console's ring, with a good and with a hostile other end. */
#include <kunit/test.h>

#include "../console_ring.c"

struct ends {
	struct xencons_interface shared;
	struct xen_console_ring ring;
	char text[4096];
};

static int attach(struct kunit *test)
{
	struct ends *ends = kunit_kzalloc(test, sizeof(*ends), GFP_KERNEL);

	if (!ends)
		return -ENOMEM;
	test->priv = ends;
	xen_console_ring_attach(&ends->ring, &ends->shared);
	return 0;
}

static void text_goes_out(struct kunit *test)
{
	struct ends *ends = test->priv;

	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "hello", 5),
			5);
	KUNIT_EXPECT_EQ(test, ends->shared.out_prod, 5);
	KUNIT_EXPECT_EQ(test, memcmp(ends->shared.out, "hello", 5), 0);
}

static void a_full_ring_takes_what_fits(struct kunit *test)
{
	struct ends *ends = test->priv;
	const size_t room = sizeof(ends->shared.out);

	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, ends->text,
						     sizeof(ends->text)),
			room);
	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "x", 1), 0);
	ends->shared.out_cons = 1;
	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "xy", 2), 1);
	KUNIT_EXPECT_EQ(test, ends->shared.out[0], 'x');
	KUNIT_EXPECT_FALSE(test, ends->ring.broken);
}

static void indices_wrap(struct kunit *test)
{
	struct ends *ends = test->priv;

	ends->shared.out_prod = UINT_MAX - 1;
	ends->shared.out_cons = UINT_MAX - 1;
	ends->shared.in_cons = UINT_MAX;
	ends->shared.in_prod = 2;
	xen_console_ring_attach(&ends->ring, &ends->shared);
	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "abcd", 4),
			4);
	KUNIT_EXPECT_EQ(test, ends->shared.out_prod, 2);
	KUNIT_EXPECT_EQ(test, ends->shared.out[0], 'c');
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    16), 3);
	KUNIT_EXPECT_EQ(test, ends->shared.in_cons, 2);
}

static void input_comes_in(struct kunit *test)
{
	struct ends *ends = test->priv;

	memcpy(ends->shared.in, "world", 5);
	ends->shared.in_prod = 5;
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    3), 3);
	KUNIT_EXPECT_EQ(test, memcmp(ends->text, "wor", 3), 0);
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    16), 2);
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    16), 0);
}

static void more_input_than_there_is_room(struct kunit *test)
{
	struct ends *ends = test->priv;

	ends->shared.in_prod = sizeof(ends->shared.in) + 1;
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    16), -EIO);
	KUNIT_EXPECT_EQ(test, ends->shared.in_cons, 0);
	ends->shared.in_prod = 1;
	KUNIT_EXPECT_EQ(test, xen_console_ring_read(&ends->ring, ends->text,
						    16), -EIO);
}

static void output_read_before_it_was_written(struct kunit *test)
{
	struct ends *ends = test->priv;

	ends->shared.out_cons = 1;
	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "x", 1),
			-EIO);
	KUNIT_EXPECT_EQ(test, ends->shared.out_prod, 0);
	KUNIT_EXPECT_TRUE(test, ends->ring.broken);
}

static void our_indices_are_not_read_back(struct kunit *test)
{
	struct ends *ends = test->priv;

	xen_console_ring_write(&ends->ring, "ab", 2);
	ends->shared.out_prod = 1000;
	KUNIT_EXPECT_EQ(test, xen_console_ring_write(&ends->ring, "c", 1), 1);
	KUNIT_EXPECT_EQ(test, ends->shared.out_prod, 3);
	KUNIT_EXPECT_EQ(test, ends->shared.out[2], 'c');
}

static struct kunit_case cases[] = {
	KUNIT_CASE(text_goes_out),
	KUNIT_CASE(a_full_ring_takes_what_fits),
	KUNIT_CASE(indices_wrap),
	KUNIT_CASE(input_comes_in),
	KUNIT_CASE(more_input_than_there_is_room),
	KUNIT_CASE(output_read_before_it_was_written),
	KUNIT_CASE(our_indices_are_not_read_back),
	{ }
};

static struct kunit_suite suite = {
	.name = "xen_console_ring",
	.init = attach,
	.test_cases = cases,
};

kunit_test_suite(suite);
