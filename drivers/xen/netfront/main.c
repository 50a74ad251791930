// SPDX-License-Identifier: GPL-2.0
/*
 * xen-netfront: a network device whose other end is in another domain.
 *
 * The protocol is that of xen/interface/io/netif.h. Here: the module, its
 * parameters, and devices coming and going.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include <xen/platform_pci.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "carrier.h"
#include "connect.h"
#include "netfront.h"
#include "queue.h"
#include "store.h"

#define MAX_QUEUES_DEFAULT	8

static unsigned int max_queues;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Maximum number of queues per virtual interface");

static bool trusted = true;
module_param(trusted, bool, 0644);
MODULE_PARM_DESC(trusted, "Is the backend trusted");

/**
 * netfront_trusts() - may a device's backend see more than its packets
 * @xbdev: the device
 */
bool netfront_trusts(struct xenbus_device *xbdev)
{
	return trusted && xenbus_read_unsigned(xbdev->nodename, "trusted", 1);
}

static unsigned int queue_limit(void)
{
	unsigned int limit = READ_ONCE(max_queues);

	if (!limit)
		limit = min(num_online_cpus(), MAX_QUEUES_DEFAULT);
	return min(limit, nr_cpu_ids);
}

static int probe(struct xenbus_device *xbdev,
		 const struct xenbus_device_id *id)
{
	struct netfront *front;
	u8 addr[ETH_ALEN];
	int err;

	err = netfront_store_mac(xbdev, addr);
	if (err) {
		xenbus_dev_fatal(xbdev, err, "reading %s/mac",
				 xbdev->nodename);
		return err;
	}
	front = netfront_netdev_alloc(xbdev, queue_limit());
	if (!front)
		return -ENOMEM;
	eth_hw_addr_set(front->netdev, addr);
	front->netdev->mtu = max_t(unsigned int, netfront_store_mtu(xbdev),
				   ETH_MIN_MTU);
	dev_set_drvdata(&xbdev->dev, front);
	/* A backend that an earlier user left closed starts on this. */
	xenbus_switch_state(xbdev, XenbusStateInitialising);
	return 0;
}

static void remove(struct xenbus_device *xbdev)
{
	struct netfront *front = dev_get_drvdata(&xbdev->dev);

	/* First of all, as the link must not change once it's unregistered. */
	netfront_carrier_leave(front);
	rtnl_lock();
	netfront_queues_quiesce(front);
	rtnl_unlock();
	if (front->netdev->reg_state == NETREG_REGISTERED)
		unregister_netdev(front->netdev);
	/* Nobody is left who could schedule it. */
	cancel_work_sync(&front->fault_work);
	netfront_part(front);
	netfront_netdev_free(front);
}

static const struct xenbus_device_id netfront_ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netfront_driver = {
	.ids = netfront_ids,
	.probe = probe,
	.remove = remove,
	.resume = netfront_resume,
	.otherend_changed = netfront_otherend_changed,
};

static int __init netfront_init(void)
{
	if (!xen_domain() || !xen_has_pv_nic_devices())
		return -ENODEV;
	return xenbus_register_frontend(&netfront_driver);
}
module_init(netfront_init);

static void __exit netfront_exit(void)
{
	xenbus_unregister_driver(&netfront_driver);
}
module_exit(netfront_exit);

MODULE_DESCRIPTION("Xen virtual network device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
