// SPDX-License-Identifier: GPL-2.0
/*
 * The store's rings with a store on another CPU, that moves bytes as fast as
 * it can: with the machine's own barriers they come out as they went in.
 */
#include <kunit/test.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "../xenbus/store_ring.h"

#ifdef MODULE
#include "../xenbus/store_ring.c"
#endif

#define BYTES	(16 * 1024)

static struct xenstore_domain_interface *intf;
static struct store_ring ring;

static int fresh_ring(struct kunit *test)
{
	intf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	if (!intf)
		return -ENOMEM;
	store_ring_attach(&ring, intf);
	return 0;
}

/* A store that sends back what it gets. */
static int echo(void *unused)
{
	u32 req, rsp;
	char byte;

	while (!kthread_should_stop()) {
		req = intf->req_cons;
		rsp = intf->rsp_prod;
		cond_resched();
		if (req == READ_ONCE(intf->req_prod) ||
		    rsp - READ_ONCE(intf->rsp_cons) == XENSTORE_RING_SIZE)
			continue;
		/* Pairs with the barriers in store_ring_put() and _get(). */
		virt_mb();
		byte = intf->req[MASK_XENSTORE_IDX(req)];
		intf->rsp[MASK_XENSTORE_IDX(rsp)] = byte;
		/* Likewise. */
		virt_mb();
		WRITE_ONCE(intf->req_cons, req + 1);
		WRITE_ONCE(intf->rsp_prod, rsp + 1);
	}
	return 0;
}

static void there_and_back(struct kunit *test)
{
	unsigned int sent = 0, got = 0, wrong = 0;
	struct task_struct *task;
	bool notify = false;
	char out[37], in[53];
	int count, i;

	task = kthread_run(echo, NULL, "echo-store");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	while (got < BYTES) {
		for (i = 0; i < sizeof(out); i++)
			out[i] = (sent + i) * 31;
		count = sent < BYTES ? store_ring_put(&ring, out, sizeof(out)) :
				       0;
		if (count < 0)
			break;
		sent += count;
		count = store_ring_get(&ring, in, sizeof(in), &notify);
		if (count < 0)
			break;
		for (i = 0; i < count; i++, got++)
			wrong += in[i] != (char)(got * 31);
		cond_resched();
	}
	kthread_stop(task);
	KUNIT_EXPECT_GE(test, got, BYTES);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void an_index_that_cannot_be(struct kunit *test)
{
	bool notify = false;
	char byte = 0;

	intf->rsp_prod = XENSTORE_RING_SIZE + 1;
	KUNIT_EXPECT_EQ(test, store_ring_get(&ring, &byte, 1, &notify), -EIO);
	intf->req_cons = 1;
	KUNIT_EXPECT_EQ(test, store_ring_put(&ring, &byte, 1), -EIO);
}

static struct kunit_case xenbus_ring_cases[] = {
	KUNIT_CASE(there_and_back),
	KUNIT_CASE(an_index_that_cannot_be),
	{}
};

static struct kunit_suite xenbus_ring_suite = {
	.name = "xenbus_ring",
	.init = fresh_ring,
	.test_cases = xenbus_ring_cases,
};

kunit_test_suite(xenbus_ring_suite);
