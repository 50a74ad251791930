// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for devices to connect, so that what is mounted or configured next
 * is there; not for ever, and naming those that are not.
 *
 * Process context, without locks.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/moduleparam.h>

#include "bus.h"
#include "state.h"

#define POLL_MS	20

#ifdef XEN_GUEST_MODULE
#define DEFAULT_TIMEOUT	10
#else
#define DEFAULT_TIMEOUT	30
#endif

static unsigned int connect_timeout = DEFAULT_TIMEOUT;
module_param(connect_timeout, uint, 0644);
MODULE_PARM_DESC(connect_timeout,
		 "Seconds that loading a frontend waits for its devices to connect, 0 for not at all");

static bool is_connecting(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	const struct xenbus_driver *drv;

	if (!device->driver)
		return false;
	drv = to_xenbus_driver(device->driver);
	if (drv->not_essential)
		return false;
	return xenbus_is_unconnected(dev->state) ||
	       (dev->state == XenbusStateConnected && drv->is_ready &&
		!drv->is_ready(dev));
}

static int check_device(struct device *device, void *driver)
{
	bool mine;

	/* The driver stays while it is looked at. */
	device_lock(device);
	mine = (!driver || device->driver == driver) && is_connecting(device);
	device_unlock(device);
	return mine;
}

static int name_device(struct device *device, void *driver)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	device_lock(device);
	if ((!driver || device->driver == driver) && is_connecting(device))
		pr_warn("Timeout connecting to device: %s (local state %d, remote state %d)\n",
			dev->nodename, dev->state,
			dev->otherend ?
			read_state(dev->otherend) :
			XenbusStateUnknown);
	device_unlock(device);
	return 0;
}

static bool any_connecting(struct device_driver *driver)
{
	return bus_for_each_dev(&xen_frontend_bus.type, NULL, driver,
				check_device) > 0;
}

static void wait_for(struct device_driver *driver)
{
	unsigned long end = jiffies + connect_timeout * HZ;

	if (!connect_timeout)
		return;
	while (any_connecting(driver)) {
		if (time_after(jiffies, end)) {
			bus_for_each_dev(&xen_frontend_bus.type, NULL, driver,
					 name_device);
			return;
		}
		if (msleep_interruptible(POLL_MS))
			return;
	}
}

#ifdef XEN_GUEST_MODULE
void xenbus_wait_for_devices(struct xenbus_driver *drv)
{
	wait_for(&drv->driver);
}
#else
/*
 * While the kernel boots, drivers don't wait one by one: there is one wait
 * for all of them, before the root file system is looked for.
 */
void xenbus_wait_for_devices(struct xenbus_driver *drv)
{
	if (system_state >= SYSTEM_RUNNING)
		wait_for(&drv->driver);
}

static int __init wait_at_boot(void)
{
	wait_for(NULL);
	return 0;
}
late_initcall(wait_at_boot);
#endif
