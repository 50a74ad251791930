// SPDX-License-Identifier: GPL-2.0
/*
 * What the two buses have in common: what the driver core asks about devices
 * found in the store, and what a device's driver is told about its peer.
 *
 * Probe, remove and shutdown are called with the device's lock held, in any
 * task. reclaim_sem keeps a driver's reclaim_memory() out of its probe and
 * remove.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bus.h"
#include "path.h"
#include "state.h"
#include "trace.h"

static const struct xenbus_device_id *
find_id(const struct xenbus_driver *drv, const struct xenbus_device *dev)
{
	const struct xenbus_device_id *id;

	for (id = drv->ids; id && *id->devicetype; id++)
		if (!strcmp(id->devicetype, dev->devicetype))
			return id;
	return NULL;
}

/** xenbus_bus_match() - has a driver the device's type */
int xenbus_bus_match(struct device *dev, const struct device_driver *drv)
{
	return !!find_id(to_xenbus_driver(drv), to_xenbus_device(dev));
}

/** xenbus_bus_uevent() - tell user space which driver a device needs */
int xenbus_bus_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	return add_uevent_var(env, "MODALIAS=%s:%s", dev->bus->name,
			      to_xenbus_device(dev)->devicetype);
}

static void forget_otherend(struct xenbus_device *dev)
{
	if (dev->otherend_watch.node) {
		unregister_xenbus_watch(&dev->otherend_watch);
		kfree(dev->otherend_watch.node);
		dev->otherend_watch.node = NULL;
	}
	kfree(dev->otherend);
	dev->otherend = NULL;
}

/**
 * xenbus_read_otherend() - find out who has the other end of a device
 * @dev: the device, filled with its peer
 * @id_node: the node with the peer's domain
 * @path_node: the node with the peer's directory
 *
 * Return: 0, or a negative errno, which the device is closed for.
 */
int xenbus_read_otherend(struct xenbus_device *dev, const char *id_node,
			 const char *path_node)
{
	int err;

	err = xenbus_gather(XBT_NIL, dev->nodename, id_node, "%i",
			    &dev->otherend_id, path_node, NULL,
			    &dev->otherend, NULL);
	if (err) {
		xenbus_dev_fatal(dev, err, "reading %s and %s", id_node,
				 path_node);
		return err;
	}
	if (!*dev->otherend || !xenbus_exists(XBT_NIL, dev->otherend, "")) {
		xenbus_dev_fatal(dev, -ENOENT, "the %s \"%s\" is missing or out of reach",
				 path_node, dev->otherend);
		forget_otherend(dev);
		return -ENOENT;
	}
	return 0;
}

static void say_illegal(struct xenbus_device *dev, unsigned int peer)
{
	dev_warn_ratelimited(&dev->dev, "the peer's state %u makes no sense in state %s\n",
			     peer, xenbus_strstate(dev->state));
}

/* In the xenwatch thread. */
static void otherend_changed(struct xenbus_watch *watch, const char *path,
			     const char *token)
{
	struct xenbus_device *dev = container_of(watch, struct xenbus_device,
						 otherend_watch);
	struct xenbus_driver *drv = to_xenbus_driver(dev->dev.driver);
	enum xenbus_scene scene = XENBUS_RUNNING;
	unsigned int peer;

	/* Of the peer that there was before the domain was resumed. */
	if (!dev->otherend || !store_path_below(path, dev->otherend))
		return;

	peer = read_state(dev->otherend);
	trace_xenbus_state(dev->nodename, dev->state, peer);

	if (system_state > SYSTEM_RUNNING)
		scene = xenbus_bus_of(dev)->ends;
	switch (xenbus_peer_step(dev->state, peer, scene)) {
	case XENBUS_STEP_DELIVER:
		/* A backend's driver may unregister the device here. */
		if (drv->otherend_changed)
			drv->otherend_changed(dev, peer);
		break;
	case XENBUS_STEP_CLOSE:
		xenbus_frontend_closed(dev);
		break;
	case XENBUS_STEP_ILLEGAL:
		say_illegal(dev, peer);
		break;
	case XENBUS_STEP_IGNORE:
		break;
	}
}

/**
 * xenbus_watch_otherend() - tell the driver of the peer's state from now on
 * @dev: the device
 *
 * Return: 0 or a negative errno.
 */
int xenbus_watch_otherend(struct xenbus_device *dev)
{
	return xenbus_watch_pathfmt(dev, &dev->otherend_watch,
				    xenbus_bus_of(dev)->will_handle,
				    otherend_changed, "%s/state",
				    dev->otherend);
}

/**
 * xenbus_meet_otherend() - find out who the peer is, now
 * @dev: the device, whose driver knows how
 *
 * Return: 0 or a negative errno.
 */
int xenbus_meet_otherend(struct xenbus_device *dev)
{
	const struct xenbus_driver *drv = to_xenbus_driver(dev->dev.driver);

	forget_otherend(dev);
	return drv->read_otherend_details(dev);
}

static void remove_driver(struct xenbus_device *dev, struct xenbus_driver *drv)
{
	if (!drv->remove)
		return;
	down(&dev->reclaim_sem);
	drv->remove(dev);
	up(&dev->reclaim_sem);
}

static int probe_driver(struct xenbus_device *dev, struct xenbus_driver *drv)
{
	const struct xenbus_bus *bus = xenbus_bus_of(dev);
	int err;

	if (bus->open)
		bus->open(dev);
	dev->spurious_threshold = 1;

	down(&dev->reclaim_sem);
	err = drv->probe(dev, find_id(drv, dev));
	up(&dev->reclaim_sem);
	if (err)
		return err;

	err = xenbus_watch_otherend(dev);
	if (err)
		remove_driver(dev, drv);
	return err;
}

/** xenbus_bus_probe() - meet the peer, and give the driver the device */
int xenbus_bus_probe(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv = to_xenbus_driver(device->driver);
	int err = -ENODEV;

	if (!drv->probe)
		goto err_report;
	err = xenbus_meet_otherend(dev);
	if (err)
		return err;

	/* The driver core holds the module; unloading it unbinds devices. */
	err = probe_driver(dev, drv);
	if (!err)
		return 0;

	forget_otherend(dev);
err_report:
	xenbus_dev_error(dev, err, "probing %s", dev->nodename);
	return err;
}

/** xenbus_bus_remove() - take the device from the driver, and close it */
void xenbus_bus_remove(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv = to_xenbus_driver(device->driver);

	/* The driver hears nothing from here on. */
	if (dev->otherend_watch.node) {
		unregister_xenbus_watch(&dev->otherend_watch);
		kfree(dev->otherend_watch.node);
		dev->otherend_watch.node = NULL;
	}
	remove_driver(dev, drv);
	forget_otherend(dev);

	/* Unless the driver wants to find it as it is; tools can insist. */
	if (!drv->allow_rebind ||
	    read_state(dev->nodename) == XenbusStateClosing)
		xenbus_switch_state(dev, XenbusStateClosed);
}

/**
 * xenbus_register_driver() - register a driver on one of the buses
 * @drv: the driver
 * @bus: the bus
 * @owner: its module
 * @mod_name: its module's name
 *
 * Return: 0 or a negative errno.
 */
int xenbus_register_driver(struct xenbus_driver *drv,
			   const struct xenbus_bus *bus, struct module *owner,
			   const char *mod_name)
{
	drv->driver.name = drv->name ?: drv->ids[0].devicetype;
	drv->driver.bus = &bus->type;
	drv->driver.owner = owner;
	drv->driver.mod_name = mod_name;
	return driver_register(&drv->driver);
}

/** xenbus_unregister_driver() - undo the registration of @drv */
void xenbus_unregister_driver(struct xenbus_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(xenbus_unregister_driver);
