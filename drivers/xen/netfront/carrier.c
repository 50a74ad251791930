// SPDX-License-Identifier: GPL-2.0
/*
 * The link is up when the device is connected and its backend doesn't say
 * otherwise in the key "carrier", which it may change at any time.
 *
 * Owns netfront.carrier_watch. Process context, without the RTNL: leaving
 * waits for a callback that runs.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <xen/xenbus.h>

#include "carrier.h"
#include "netfront.h"

static void carrier_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	struct netfront *front = container_of(watch, struct netfront,
					      carrier_watch);
	bool up = xenbus_read_unsigned(front->xbdev->otherend, "carrier", 1);

	rtnl_lock();
	if (!up || front->quiet || netfront_broken(front))
		netif_carrier_off(front->netdev);
	else
		netif_carrier_on(front->netdev);
	rtnl_unlock();
}

/**
 * netfront_carrier_follow() - let the link follow the backend from now on
 * @front: a device whose queues run
 *
 * The watch fires once at the beginning, which sets the link's first state.
 * Without a watch it keeps that state.
 */
void netfront_carrier_follow(struct netfront *front)
{
	struct xenbus_device *xbdev = front->xbdev;
	struct xenbus_watch *watch = &front->carrier_watch;

	watch->callback = carrier_changed;
	watch->node = kasprintf(GFP_KERNEL, "%s/carrier", xbdev->otherend);
	if (watch->node && !register_xenbus_watch(watch))
		return;
	kfree(watch->node);
	watch->node = NULL;
	dev_warn(&xbdev->dev, "can't watch the backend's link\n");
	carrier_changed(watch, NULL, NULL);
}

/**
 * netfront_carrier_leave() - stop following
 * @front: a device, whether it follows or not
 */
void netfront_carrier_leave(struct netfront *front)
{
	struct xenbus_watch *watch = &front->carrier_watch;

	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}
