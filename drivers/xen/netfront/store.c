// SPDX-License-Identifier: GPL-2.0
/*
 * A device's keys in the store: what is read there, what is written there.
 *
 * Process context; nothing is kept.
 */

#include <linux/etherdevice.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include <xen/xenbus.h>

#include "queue.h"
#include "store.h"

/* A transaction that others disturb this often is given up. */
#define TRIES	16

/* The keys that say what this end can do, whatever the backend offers. */
static const char * const own_features[] = {
	"request-rx-copy",
	"feature-rx-notify",
	"feature-sg",
	"feature-gso-tcpv4",
	"feature-gso-tcpv6",
	"feature-ipv6-csum-offload",
};

/**
 * netfront_store_mac() - read a device's Ethernet address
 * @xbdev: the device
 * @addr: ETH_ALEN bytes
 */
int netfront_store_mac(struct xenbus_device *xbdev, u8 *addr)
{
	char *text = xenbus_read(XBT_NIL, xbdev->nodename, "mac", NULL);
	int err = 0;

	if (IS_ERR(text))
		return PTR_ERR(text);
	if (!mac_pton(text, addr) || !is_valid_ether_addr(addr))
		err = -EINVAL;
	kfree(text);
	return err;
}

/**
 * netfront_store_mtu() - read the MTU that a device should start with
 * @xbdev: the device
 */
unsigned int netfront_store_mtu(struct xenbus_device *xbdev)
{
	return xenbus_read_unsigned(xbdev->nodename, "mtu", ETH_DATA_LEN);
}

static unsigned int read_backend(void *ctx, const char *key,
				 unsigned int missing)
{
	struct xenbus_device *xbdev = ctx;

	return xenbus_read_unsigned(xbdev->otherend, key, missing);
}

/**
 * netfront_store_offer() - read what the backend offers
 * @front: whose backend; its offer is replaced
 */
void netfront_store_offer(struct netfront *front)
{
	netfront_offer_read(&front->offer, read_backend, front->xbdev);
}

static int write_queue(struct xenbus_transaction xbt, const char *dir,
		       const struct netfront_queue *queue)
{
	const struct netfront_event *event = queue->event;
	int err;

	err = xenbus_printf(xbt, dir, "tx-ring-ref", "%u", queue->tx.ring_ref);
	if (err)
		return err;
	err = xenbus_printf(xbt, dir, "rx-ring-ref", "%u", queue->rx.ring_ref);
	if (err)
		return err;
	if (!netfront_queue_split(queue))
		return xenbus_printf(xbt, dir, "event-channel", "%u",
				     event[0].port);
	err = xenbus_printf(xbt, dir, "event-channel-tx", "%u", event[0].port);
	if (err)
		return err;
	return xenbus_printf(xbt, dir, "event-channel-rx", "%u",
			     event[1].port);
}

/* A single queue's keys stand in the device's own folder. */
static int write_queues(struct xenbus_transaction xbt,
			const struct netfront *front)
{
	const char *home = front->xbdev->nodename;
	unsigned int i;
	int err;

	err = xenbus_printf(xbt, home, "multi-queue-num-queues", "%u",
			    front->nr_queues);
	if (!err && front->nr_queues == 1)
		return write_queue(xbt, home, &front->queues[0]);
	for (i = 0; !err && i < front->nr_queues; i++) {
		char *dir = kasprintf(GFP_KERNEL, "%s/queue-%u", home, i);

		if (!dir)
			return -ENOMEM;
		err = write_queue(xbt, dir, &front->queues[i]);
		kfree(dir);
	}
	return err;
}

static int write_all(struct xenbus_transaction xbt,
		     const struct netfront *front)
{
	unsigned int i;
	int err;

	err = write_queues(xbt, front);
	for (i = 0; !err && i < ARRAY_SIZE(own_features); i++)
		err = xenbus_write(xbt, front->xbdev->nodename,
				   own_features[i], "1");
	return err;
}

/**
 * netfront_store_publish() - tell the backend where the queues are
 * @front: a device with queues
 *
 * All keys appear at once, or none.
 */
int netfront_store_publish(struct netfront *front)
{
	struct xenbus_transaction xbt;
	unsigned int tries;
	int err = -EAGAIN;

	for (tries = 0; err == -EAGAIN && tries < TRIES; tries++) {
		err = xenbus_transaction_start(&xbt);
		if (err)
			break;
		err = write_all(xbt, front);
		if (err) {
			xenbus_transaction_end(xbt, 1);
			break;
		}
		err = xenbus_transaction_end(xbt, 0);
	}
	return err;
}
