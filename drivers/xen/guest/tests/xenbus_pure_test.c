// SPDX-License-Identifier: GPL-2.0
/* Messages, paths and states of the store, in the kernel that uses them. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include <xen/interface/io/xenbus.h>
#include <xen/interface/io/xs_wire.h>

#include "../xenbus/path.h"
#include "../xenbus/state.h"
#include "../xenbus/store_msg.h"

#ifdef MODULE
#include "../xenbus/path.c"
#include "../xenbus/state.c"
#include "../xenbus/store_msg.c"
#endif

static void a_message(struct kunit *test)
{
	struct xsd_sockmsg hdr = { .type = XS_READ, .len = 3 };
	struct store_msg msg = { .body = NULL };
	char body[4] = "###";
	void *where;

	KUNIT_EXPECT_EQ(test, store_msg_want(&msg, &where), sizeof(hdr));
	memcpy(where, &hdr, sizeof(hdr));
	KUNIT_EXPECT_EQ(test, store_msg_got(&msg, 10), STORE_MSG_MORE);
	KUNIT_EXPECT_EQ(test, store_msg_want(&msg, &where), sizeof(hdr) - 10);
	KUNIT_EXPECT_EQ(test, store_msg_got(&msg, sizeof(hdr) - 10),
			STORE_MSG_BODY);
	store_msg_give(&msg, body);
	KUNIT_EXPECT_EQ(test, store_msg_want(&msg, &where), 3);
	memcpy(where, "abc", 3);
	KUNIT_EXPECT_EQ(test, store_msg_got(&msg, 3), STORE_MSG_DONE);
	KUNIT_EXPECT_STREQ(test, body, "abc");
}

static void a_message_too_long(struct kunit *test)
{
	struct store_msg msg = {
		.hdr = { .type = XS_READ, .len = XENSTORE_PAYLOAD_MAX + 1 },
	};

	KUNIT_EXPECT_EQ(test, store_msg_got(&msg, sizeof(msg.hdr)),
			STORE_MSG_BAD);
	msg = (struct store_msg) { .hdr = { .type = XS_TYPE_COUNT } };
	KUNIT_EXPECT_EQ(test, store_msg_got(&msg, sizeof(msg.hdr)),
			STORE_MSG_BAD);
}

static void error_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, store_msg_errno("EACCES"), -EACCES);
	KUNIT_EXPECT_EQ(test, store_msg_errno("E2BIG"), -E2BIG);
	KUNIT_EXPECT_EQ(test, store_msg_errno("nonsense"), -EINVAL);
}

static void paths(struct kunit *test)
{
	struct store_device device;
	char buf[32];

	KUNIT_EXPECT_EQ(test, store_path_join(buf, sizeof(buf), "a", "b"), 3);
	KUNIT_EXPECT_STREQ(test, buf, "a/b");
	KUNIT_EXPECT_TRUE(test, store_path_below("device/vif", "device"));
	KUNIT_EXPECT_FALSE(test, store_path_below("devices", "device"));
	KUNIT_EXPECT_EQ(test, store_path_device("device/vif/0/mac", "device",
						false, &device), 0);
	KUNIT_EXPECT_STREQ(test, device.type, "vif");
	KUNIT_EXPECT_STREQ(test, device.id, "0");
	KUNIT_EXPECT_EQ(test, device.len, strlen("device/vif/0"));
	KUNIT_EXPECT_EQ(test, store_path_device("backend/vbd/7/51712/mode",
						"backend", true, &device), 0);
	KUNIT_EXPECT_STREQ(test, device.owner, "7");
	KUNIT_EXPECT_STREQ(test, device.id, "51712");
	KUNIT_EXPECT_EQ(test, store_path_device("backend/vbd/7", "backend",
						true, &device), -ENOENT);
}

static void states(struct kunit *test)
{
	unsigned int local;

	for (local = 0; local < XENBUS_STATES; local++) {
		KUNIT_EXPECT_EQ(test, xenbus_peer_step(local, 99,
						       XENBUS_RUNNING),
				XENBUS_STEP_ILLEGAL);
		KUNIT_EXPECT_EQ(test, xenbus_peer_step(local,
						       XenbusStateClosing,
						       XENBUS_FRONTEND_ENDS),
				XENBUS_STEP_CLOSE);
		KUNIT_EXPECT_EQ(test, xenbus_peer_step(local,
						       XenbusStateClosing,
						       XENBUS_BACKEND_ENDS),
				XENBUS_STEP_IGNORE);
	}
	KUNIT_EXPECT_NOT_NULL(test, xenbus_reset_step(XenbusStateConnected));
	KUNIT_EXPECT_NULL(test, xenbus_reset_step(XenbusStateInitialising));
}

static struct kunit_case xenbus_pure_cases[] = {
	KUNIT_CASE(a_message),
	KUNIT_CASE(a_message_too_long),
	KUNIT_CASE(error_numbers),
	KUNIT_CASE(paths),
	KUNIT_CASE(states),
	{}
};

static struct kunit_suite xenbus_pure_suite = {
	.name = "xenbus_pure",
	.test_cases = xenbus_pure_cases,
};

kunit_test_suite(xenbus_pure_suite);
