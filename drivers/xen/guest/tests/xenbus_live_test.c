// SPDX-License-Identifier: GPL-2.0
/*
 * The store that this domain has, through the interface that drivers use.
 * Skipped where there is none. Writes below "data", which is a domain's own.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define DIR		"data/xen-guest-test"
#define PATIENCE	msecs_to_jiffies(5000)

static int need_store(struct kunit *test)
{
	if (!xen_domain() || !xen_store_interface)
		kunit_skip(test, "no store");
	if (xenbus_write(XBT_NIL, DIR, "", "test") == -EACCES)
		kunit_skip(test, "the store doesn't let us write");
	return 0;
}

static void clean_up(struct kunit *test)
{
	if (xen_domain() && xen_store_interface)
		xenbus_rm(XBT_NIL, DIR, "");
}

static void write_and_read(struct kunit *test)
{
	unsigned int len = 0, number = 0;
	char *value;

	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, DIR, "a", "hello"), 0);
	value = xenbus_read(XBT_NIL, DIR, "a", &len);
	KUNIT_ASSERT_FALSE(test, IS_ERR(value));
	KUNIT_EXPECT_STREQ(test, value, "hello");
	KUNIT_EXPECT_EQ(test, len, 5);
	kfree(value);

	KUNIT_EXPECT_EQ(test, xenbus_printf(XBT_NIL, DIR, "n", "%u", 42), 0);
	KUNIT_EXPECT_EQ(test, xenbus_scanf(XBT_NIL, DIR, "n", "%u", &number),
			1);
	KUNIT_EXPECT_EQ(test, number, 42);
	KUNIT_EXPECT_EQ(test, xenbus_scanf(XBT_NIL, DIR, "a", "%u", &number),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, xenbus_read_unsigned(DIR, "none", 7), 7);
}

static void what_is_not_there(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PTR_ERR(xenbus_read(XBT_NIL, DIR, "none", NULL)),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, "none"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, ""), 1);
}

static void a_directory(struct kunit *test)
{
	unsigned int count = 0;
	char **list;

	KUNIT_EXPECT_EQ(test, xenbus_mkdir(XBT_NIL, DIR, "d"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, DIR, "d/x", ""), 0);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, DIR, "d/y", ""), 0);
	list = xenbus_directory(XBT_NIL, DIR, "d", &count);
	KUNIT_ASSERT_FALSE(test, IS_ERR(list));
	KUNIT_EXPECT_EQ(test, count, 2);
	kfree(list);
	list = xenbus_directory(XBT_NIL, DIR, "d/x", &count);
	KUNIT_ASSERT_FALSE(test, IS_ERR(list));
	KUNIT_EXPECT_EQ(test, count, 0);
	kfree(list);
}

static void several_at_once(struct kunit *test)
{
	unsigned int number = 0;
	char *text = NULL;

	xenbus_write(XBT_NIL, DIR, "text", "word");
	xenbus_write(XBT_NIL, DIR, "number", "9");
	KUNIT_EXPECT_EQ(test, xenbus_gather(XBT_NIL, DIR, "text", NULL, &text,
					    "number", "%u", &number, NULL), 0);
	KUNIT_EXPECT_STREQ(test, text, "word");
	KUNIT_EXPECT_EQ(test, number, 9);
	kfree(text);
	KUNIT_EXPECT_EQ(test, xenbus_gather(XBT_NIL, DIR, "text", "%u",
					    &number, NULL), -EINVAL);
}

static void a_transaction(struct kunit *test)
{
	struct xenbus_transaction t;

	KUNIT_ASSERT_EQ(test, xenbus_transaction_start(&t), 0);
	KUNIT_EXPECT_EQ(test, xenbus_write(t, DIR, "t", "1"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, "t"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), 0);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, "t"), 1);

	KUNIT_ASSERT_EQ(test, xenbus_transaction_start(&t), 0);
	KUNIT_EXPECT_EQ(test, xenbus_rm(t, DIR, "t"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 1), 0);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, "t"), 1);
}

static struct {
	struct xenbus_watch watch;
	struct completion fired;
	char path[64];
} seen;

static void remember(struct xenbus_watch *watch, const char *path,
		     const char *token)
{
	strscpy(seen.path, path, sizeof(seen.path));
	complete(&seen.fired);
}

static bool fires(void)
{
	return wait_for_completion_timeout(&seen.fired, PATIENCE);
}

static void a_watch(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	init_completion(&seen.fired);
	seen.watch.node = DIR;
	seen.watch.callback = remember;
	KUNIT_ASSERT_EQ(test, register_xenbus_watch(&seen.watch), 0);
	KUNIT_EXPECT_TRUE(test, fires());

	xenbus_write(XBT_NIL, DIR, "w", "1");
	KUNIT_EXPECT_TRUE(test, fires());
	KUNIT_EXPECT_STREQ(test, seen.path, DIR "/w");
	unregister_xenbus_watch(&seen.watch);

	reinit_completion(&seen.fired);
	xenbus_write(XBT_NIL, DIR, "w", "2");
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&seen.fired,
							     HZ / 5));
}

static void too_long(struct kunit *test)
{
	char *value = kunit_kzalloc(test, XENSTORE_PAYLOAD_MAX + 1,
				    GFP_KERNEL);
	char *path = kunit_kzalloc(test, XENSTORE_ABS_PATH_MAX + 2,
				   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, value);
	KUNIT_ASSERT_NOT_NULL(test, path);
	memset(value, 'v', XENSTORE_PAYLOAD_MAX);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, DIR, "v", value), -E2BIG);
	memset(path, 'p', XENSTORE_ABS_PATH_MAX + 1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(xenbus_read(XBT_NIL, path, "", NULL)),
			-ENAMETOOLONG);
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, DIR, ""), 1);
}

/* Longer than the ring: it goes through in pieces. */
static void longer_than_the_ring(struct kunit *test)
{
	char *value = kunit_kzalloc(test, 1801, GFP_KERNEL), *back;
	unsigned int len = 0;

	KUNIT_ASSERT_NOT_NULL(test, value);
	memset(value, 'v', 1800);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, DIR, "v", value), 0);
	back = xenbus_read(XBT_NIL, DIR, "v", &len);
	KUNIT_ASSERT_FALSE(test, IS_ERR(back));
	KUNIT_EXPECT_EQ(test, len, 1800);
	KUNIT_EXPECT_STREQ(test, back, value);
	kfree(back);
}

#define TASKS	4
#define ROUNDS	50

static atomic_t wrong;
static struct completion finished;

static int write_own(void *arg)
{
	unsigned long me = (unsigned long)arg;
	unsigned int i;
	char node[16];

	snprintf(node, sizeof(node), "task%lu", me);
	for (i = 0; i < ROUNDS; i++) {
		xenbus_printf(XBT_NIL, DIR, node, "%lu",  me * 1000 + i);
		if (xenbus_read_unsigned(DIR, node, 0) != me * 1000 + i)
			atomic_inc(&wrong);
	}
	complete(&finished);
	return 0;
}

static void many_in_flight(struct kunit *test)
{
	unsigned long i, started = 0;

	atomic_set(&wrong, 0);
	init_completion(&finished);
	for (i = 1; i <= TASKS; i++)
		started += !IS_ERR(kthread_run(write_own, (void *)i,
					       "store-test%lu", i));
	for (i = 0; i < started; i++)
		KUNIT_EXPECT_TRUE(test,
				  wait_for_completion_timeout(&finished,
							      10 * PATIENCE));
	KUNIT_EXPECT_EQ(test, started, TASKS);
	KUNIT_EXPECT_EQ(test, atomic_read(&wrong), 0);
}

static struct kunit_case xenbus_live_cases[] = {
	KUNIT_CASE(write_and_read),
	KUNIT_CASE(what_is_not_there),
	KUNIT_CASE(a_directory),
	KUNIT_CASE(several_at_once),
	KUNIT_CASE(a_transaction),
	KUNIT_CASE(a_watch),
	KUNIT_CASE(too_long),
	KUNIT_CASE(longer_than_the_ring),
	KUNIT_CASE(many_in_flight),
	{}
};

static struct kunit_suite xenbus_live_suite = {
	.name = "xenbus_live",
	.init = need_store,
	.exit = clean_up,
	.test_cases = xenbus_live_cases,
};

kunit_test_suite(xenbus_live_suite);
