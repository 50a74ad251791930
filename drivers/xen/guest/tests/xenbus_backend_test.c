// SPDX-License-Identifier: GPL-2.0
/*
 * The bus of backends, with a device whose two ends are both made up here: the
 * store is all that they meet in. Skipped where the store lets nobody write to
 * "backend", as in an ordinary domain.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/string.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define FRONT		"data/xen-guest-test-front"
#define TYPE		"xen-guest-test"
#define BACK		"backend/" TYPE "/7/1"
#define PATIENCE	msecs_to_jiffies(10000)
#define MOMENT		msecs_to_jiffies(300)

static struct {
	struct completion probed, changed, removed;
	enum xenbus_state peer;
	unsigned int changes;
	int otherend_id;
	char name[32];
	bool registered;
	bool bound;
} seen;

static int fake_probe(struct xenbus_device *dev,
		      const struct xenbus_device_id *id)
{
	seen.otherend_id = dev->otherend_id;
	strscpy(seen.name, dev_name(&dev->dev), sizeof(seen.name));
	xenbus_switch_state(dev, XenbusStateInitWait);
	seen.bound = true;
	complete(&seen.probed);
	return 0;
}

static void fake_changed(struct xenbus_device *dev, enum xenbus_state peer)
{
	seen.peer = peer;
	seen.changes++;
	complete(&seen.changed);
}

static void fake_remove(struct xenbus_device *dev)
{
	complete(&seen.removed);
}

static const struct xenbus_device_id fake_ids[] = {
	{ TYPE },
	{ "" }
};

static struct xenbus_driver fake_driver = {
	.ids = fake_ids,
	.probe = fake_probe,
	.otherend_changed = fake_changed,
	.remove = fake_remove,
};

static void write_front(struct kunit *test, unsigned int state)
{
	KUNIT_EXPECT_EQ(test, xenbus_printf(XBT_NIL, FRONT, "state", "%u",
					    state), 0);
}

/* The state is written last, as it is what makes a directory a device. */
static void write_back(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, BACK, "frontend", FRONT),
			0);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, BACK, "frontend-id", "0"),
			0);
	KUNIT_EXPECT_EQ(test, xenbus_printf(XBT_NIL, BACK, "state", "%d",
					    XenbusStateInitialising), 0);
}

static bool happens(struct completion *what)
{
	return wait_for_completion_timeout(what, PATIENCE);
}

static int begin(struct kunit *test)
{
	int err;

	memset(&seen, 0, sizeof(seen));
	if (!xen_domain() || !xenbus_exists(XBT_NIL, "domid", ""))
		kunit_skip(test, "no store");
	if (xenbus_write(XBT_NIL, "backend/" TYPE, "", ""))
		kunit_skip(test, "the store lets nobody write to \"backend\"");

	init_completion(&seen.probed);
	init_completion(&seen.changed);
	init_completion(&seen.removed);
	err = xenbus_register_backend(&fake_driver);
	seen.registered = !err;
	return err;
}

static void end(struct kunit *test)
{
	if (!seen.registered)
		return;
	/* The next test must not find the device. */
	xenbus_rm(XBT_NIL, "backend/" TYPE, "");
	if (seen.bound)
		KUNIT_EXPECT_TRUE(test, happens(&seen.removed));
	xenbus_unregister_driver(&fake_driver);
	xenbus_rm(XBT_NIL, FRONT, "");
}

static void make_device(struct kunit *test)
{
	write_front(test, XenbusStateInitialising);
	write_back(test);
	KUNIT_ASSERT_TRUE(test, happens(&seen.probed));
	/* A watch begins with an event. */
	KUNIT_ASSERT_TRUE(test, happens(&seen.changed));
}

static void comes_and_goes(struct kunit *test)
{
	make_device(test);
	KUNIT_EXPECT_STREQ(test, seen.name, TYPE "-7-1");
	KUNIT_EXPECT_EQ(test, seen.otherend_id, 0);
	KUNIT_EXPECT_EQ(test, seen.peer, XenbusStateInitialising);
	KUNIT_EXPECT_EQ(test, xenbus_read_unsigned(BACK, "state", 0),
			XenbusStateInitWait);

	KUNIT_EXPECT_EQ(test, xenbus_rm(XBT_NIL, BACK, ""), 0);
	KUNIT_EXPECT_TRUE(test, happens(&seen.removed));
	seen.bound = false;
	/* Nobody writes to what was removed. */
	KUNIT_EXPECT_EQ(test, xenbus_exists(XBT_NIL, BACK, ""), 0);
}

static void goes_with_all_of_a_domain(struct kunit *test)
{
	make_device(test);
	KUNIT_EXPECT_EQ(test, xenbus_rm(XBT_NIL, "backend/" TYPE "/7", ""), 0);
	KUNIT_EXPECT_TRUE(test, happens(&seen.removed));
	seen.bound = false;
}

static void waits_for_its_frontend(struct kunit *test)
{
	write_back(test);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&seen.probed,
							     MOMENT));
	write_front(test, XenbusStateInitialising);
	KUNIT_EXPECT_EQ(test, xenbus_write(XBT_NIL, BACK, "online", "1"), 0);
	KUNIT_EXPECT_TRUE(test, happens(&seen.probed));
}

static void hears_of_its_frontend(struct kunit *test)
{
	make_device(test);
	write_front(test, XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test, happens(&seen.changed));
	KUNIT_EXPECT_EQ(test, seen.peer, XenbusStateConnected);

	KUNIT_EXPECT_EQ(test, xenbus_rm(XBT_NIL, FRONT, ""), 0);
	KUNIT_EXPECT_TRUE(test, happens(&seen.changed));
	KUNIT_EXPECT_EQ(test, seen.peer, XenbusStateUnknown);
}

static void does_not_hear_nonsense(struct kunit *test)
{
	make_device(test);
	write_front(test, 4242);
	write_front(test, XenbusStateReconfiguring);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&seen.changed,
							     MOMENT));
	write_front(test, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, happens(&seen.changed));
	KUNIT_EXPECT_EQ(test, seen.peer, XenbusStateClosed);
}

static struct kunit_case xenbus_backend_cases[] = {
	KUNIT_CASE(comes_and_goes),
	KUNIT_CASE(goes_with_all_of_a_domain),
	KUNIT_CASE(waits_for_its_frontend),
	KUNIT_CASE(hears_of_its_frontend),
	KUNIT_CASE(does_not_hear_nonsense),
	{}
};

static struct kunit_suite xenbus_backend_suite = {
	.name = "xenbus_backend",
	.init = begin,
	.exit = end,
	.test_cases = xenbus_backend_cases,
};

kunit_test_suite(xenbus_backend_suite);
