// SPDX-License-Identifier: GPL-2.0
/*
 * A device meets its backend, and parts from it.
 *
 * Runs in process context. xenbus never calls two of these for one device at
 * a time, and the link lock keeps the work away that closes a device after a
 * breach. What they share with the network stack is under the RTNL, which is
 * taken here and not held across the store.
 */

#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include <xen/xenbus.h>

#include "carrier.h"
#include "connect.h"
#include "netfront.h"
#include "queue.h"
#include "state.h"
#include "store.h"

/* How long a backend has to follow to Closing and to Closed, each. */
#define PART_TIMEOUT_MS		5000
#define PART_STEP_MS		10

static int make_queues(struct netfront *front)
{
	unsigned int count;
	int err;

	count = netfront_offer_queues(&front->offer,
				      front->netdev->num_tx_queues);
	rtnl_lock();
	netfront_queues_destroy(front);
	clear_bit(0, &front->broken);
	err = netfront_queues_create(front, count);
	rtnl_unlock();
	return err;
}

static void drop_queues(struct netfront *front)
{
	netfront_carrier_leave(front);
	rtnl_lock();
	netfront_queues_destroy(front);
	rtnl_unlock();
}

static void run_queues(struct netfront *front)
{
	rtnl_lock();
	netfront_queues_start(front);
	rtnl_unlock();
	netfront_carrier_follow(front);
}

static int try_connect(struct netfront *front, const char **what)
{
	int err;

	netfront_carrier_leave(front);
	netfront_store_offer(front);
	front->bounce = !netfront_trusts(front->xbdev);

	*what = "the backend doesn't copy received data";
	if (!front->offer.rx_copy)
		return -EOPNOTSUPP;
	*what = "creating queues";
	err = make_queues(front);
	if (err)
		return err;
	*what = "writing to the store";
	err = netfront_store_publish(front);
	if (err)
		goto drop;
	*what = "registering the network device";
	err = netfront_netdev_register(front);
	if (err)
		goto drop;
	run_queues(front);
	return 0;

drop:
	drop_queues(front);
	return err;
}

static void connect(struct netfront *front)
{
	const char *what;
	int err;

	err = try_connect(front, &what);
	if (err) {
		xenbus_dev_fatal(front->xbdev, err, "%s", what);
		return;
	}
	netdev_info(front->netdev, "%u queue%s%s%s\n", front->nr_queues,
		    front->nr_queues > 1 ? "s" : "",
		    front->offer.split_events ? ", split events" : "",
		    front->bounce ? ", backend not trusted: copying" : "");
	xenbus_switch_state(front->xbdev, XenbusStateConnected);
}

/**
 * netfront_otherend_changed() - the backend's state has changed
 * @xbdev: the device
 * @state: the backend's state
 */
void netfront_otherend_changed(struct xenbus_device *xbdev,
			       enum xenbus_state state)
{
	struct netfront *front = dev_get_drvdata(&xbdev->dev);

	guard(mutex)(&front->link_lock);
	switch (netfront_react(xbdev->state, state)) {
	case NETFRONT_WAIT:
		break;
	case NETFRONT_REOPEN:
		xenbus_switch_state(xbdev, XenbusStateInitialising);
		fallthrough;
	case NETFRONT_CONNECT:
		connect(front);
		break;
	case NETFRONT_ANNOUNCE:
		netdev_notify_peers(front->netdev);
		break;
	case NETFRONT_CLOSE:
		drop_queues(front);
		xenbus_frontend_closed(xbdev);
		break;
	}
}

/**
 * netfront_resume() - the domain runs again, perhaps on another machine
 * @xbdev: the device
 *
 * Event channels and the backend's mappings are gone. The backend's state
 * brings the connection back as it did at first; the network device stays.
 */
int netfront_resume(struct xenbus_device *xbdev)
{
	struct netfront *front = dev_get_drvdata(&xbdev->dev);

	guard(mutex)(&front->link_lock);
	drop_queues(front);
	return 0;
}

/* Polled, as xenbus doesn't report changes any more. */
static void wait_for_backend(struct xenbus_device *xbdev,
			     enum xenbus_state least)
{
	unsigned long end = jiffies + msecs_to_jiffies(PART_TIMEOUT_MS);
	enum xenbus_state state;

	for (;;) {
		state = xenbus_read_unsigned(xbdev->otherend, "state",
					     XenbusStateUnknown);
		if (state == XenbusStateUnknown ||
		    (state >= least && state <= XenbusStateClosed))
			return;
		if (time_after(jiffies, end))
			break;
		msleep(PART_STEP_MS);
	}
	dev_warn(&xbdev->dev, "backend still %s, waited %u ms for %s\n",
		 xenbus_strstate(state), PART_TIMEOUT_MS,
		 xenbus_strstate(least));
}

/**
 * netfront_part() - leave the backend in good order
 * @front: its queues are quiet; they stay until the backend has unmapped them
 *
 * Waits for the backend, but not for ever: what it doesn't unmap then is
 * given back when it does.
 */
void netfront_part(struct netfront *front)
{
	struct xenbus_device *xbdev = front->xbdev;

	if (xbdev->state != XenbusStateClosed &&
	    xenbus_read_unsigned(xbdev->otherend, "state",
				 XenbusStateUnknown) != XenbusStateClosed) {
		xenbus_switch_state(xbdev, XenbusStateClosing);
		wait_for_backend(xbdev, XenbusStateClosing);
	}
	xenbus_switch_state(xbdev, XenbusStateClosed);
	wait_for_backend(xbdev, XenbusStateClosed);
	drop_queues(front);
}
