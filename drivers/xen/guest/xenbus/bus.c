// SPDX-License-Identifier: GPL-2.0
/*
 * The bus type: what the driver core asks about devices found in the store,
 * and what a device's driver is told about its peer.
 *
 * Probe, remove and shutdown are called with the device's lock held, in any
 * task. reclaim_sem keeps a driver's reclaim_memory() out of its probe and
 * remove.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bus.h"
#include "path.h"
#include "state.h"
#include "trace.h"

/* How long a shutdown waits for a device to be closed. */
#define SHUTDOWN_LIMIT	(5 * HZ)

static const struct xenbus_device_id *
find_id(const struct xenbus_driver *drv, const struct xenbus_device *dev)
{
	const struct xenbus_device_id *id;

	for (id = drv->ids; id && *id->devicetype; id++)
		if (!strcmp(id->devicetype, dev->devicetype))
			return id;
	return NULL;
}

static int bus_match(struct device *dev, const struct device_driver *drv)
{
	return !!find_id(to_xenbus_driver(drv), to_xenbus_device(dev));
}

static int bus_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	return add_uevent_var(env, "MODALIAS=xen:%s",
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

static int read_otherend(struct xenbus_device *dev)
{
	int err;

	err = xenbus_gather(XBT_NIL, dev->nodename, "backend-id", "%i",
			    &dev->otherend_id, "backend", NULL,
			    &dev->otherend, NULL);
	if (err) {
		xenbus_dev_fatal(dev, err, "reading who the backend is");
		return err;
	}
	if (!*dev->otherend || !xenbus_exists(XBT_NIL, dev->otherend, "")) {
		xenbus_dev_fatal(dev, -ENOENT, "the backend \"%s\" is missing or out of reach",
				 dev->otherend);
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
	unsigned int peer;

	/* Of the peer that there was before the domain was resumed. */
	if (!dev->otherend || !store_path_below(path, dev->otherend))
		return;

	peer = xenbus_read_driver_state(dev->otherend);
	trace_xenbus_state(dev->nodename, dev->state, peer);

	switch (xenbus_peer_step(dev->state, peer,
				 system_state > SYSTEM_RUNNING)) {
	case XENBUS_STEP_DELIVER:
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

static int watch_otherend(struct xenbus_device *dev)
{
	return xenbus_watch_pathfmt(dev, &dev->otherend_watch, NULL,
				    otherend_changed, "%s/state",
				    dev->otherend);
}

static int meet_otherend(struct xenbus_device *dev)
{
	const struct xenbus_driver *drv = to_xenbus_driver(dev->dev.driver);

	forget_otherend(dev);
	return drv->read_otherend_details(dev);
}

/* A device that its last driver closed starts from the beginning. */
static void reopen(struct xenbus_device *dev)
{
	const struct xenbus_reset *step = xenbus_reset_step(dev->state);

	if (dev->state != XenbusStateClosed || !step)
		return;
	reinit_completion(&dev->down);
	xenbus_switch_state(dev, step->write);
	if (!xenbus_await_peer(dev->otherend, step->wait))
		dev_warn(&dev->dev, "the backend does not open the device again\n");
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
	int err;

	reopen(dev);
	dev->spurious_threshold = 1;

	down(&dev->reclaim_sem);
	err = drv->probe(dev, find_id(drv, dev));
	up(&dev->reclaim_sem);
	if (err)
		return err;

	err = watch_otherend(dev);
	if (err)
		remove_driver(dev, drv);
	return err;
}

static int bus_probe(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv = to_xenbus_driver(device->driver);
	int err = -ENODEV;

	if (!drv->probe)
		goto err_report;
	err = meet_otherend(dev);
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

static void bus_remove(struct device *device)
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
	    xenbus_read_driver_state(dev->nodename) == XenbusStateClosing)
		xenbus_switch_state(dev, XenbusStateClosed);
}

static void bus_shutdown(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	if (dev->state != XenbusStateConnected)
		return;
	xenbus_switch_state(dev, XenbusStateClosing);
	if (!wait_for_completion_timeout(&dev->down, SHUTDOWN_LIMIT))
		dev_warn(device, "the backend did not close the device in time\n");
}

static int bus_suspend(struct device *device)
{
	struct xenbus_driver *drv;
	int err;

	if (!device->driver)
		return 0;
	drv = to_xenbus_driver(device->driver);
	if (!drv->suspend)
		return 0;
	err = drv->suspend(to_xenbus_device(device));
	if (err)
		dev_warn(device, "can't be suspended: error %d\n", err);
	/* The others are suspended all the same. */
	return 0;
}

/* The device stays connected if the domain was not suspended. */
static int bus_cancel(struct device *device)
{
	return 0;
}

static int bus_resume(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv;
	int err;

	if (!device->driver)
		return 0;
	drv = to_xenbus_driver(device->driver);

	err = meet_otherend(dev);
	if (err)
		goto err_report;
	dev->state = XenbusStateInitialising;
	if (drv->resume) {
		err = drv->resume(dev);
		if (err)
			goto err_report;
	}
	err = watch_otherend(dev);
	if (err)
		goto err_report;
	return 0;

err_report:
	dev_err(device, "not connected again after resume: error %d\n", err);
	return err;
}

static const struct dev_pm_ops bus_pm_ops = {
	.freeze = bus_suspend,
	.thaw = bus_cancel,
	.restore = bus_resume,
};

static ssize_t nodename_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->nodename);
}
static DEVICE_ATTR_RO(nodename);

static ssize_t devtype_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(devtype);

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "xen:%s\n", to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  xenbus_strstate(to_xenbus_device(dev)->state));
}
static DEVICE_ATTR_RO(state);

static struct attribute *device_attrs[] = {
	&dev_attr_nodename.attr,
	&dev_attr_devtype.attr,
	&dev_attr_modalias.attr,
	&dev_attr_state.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

struct counter_attribute {
	struct device_attribute attr;
	/* Of the atomic_t in struct xenbus_device. */
	size_t offset;
};

static ssize_t counter_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	const struct counter_attribute *counter =
		container_of(attr, struct counter_attribute, attr);
	const atomic_t *value = (void *)to_xenbus_device(dev) +
				counter->offset;

	return sysfs_emit(buf, "%d\n", atomic_read(value));
}

static struct counter_attribute event_channels = {
	__ATTR(event_channels, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, event_channels)
};

static struct counter_attribute events = {
	__ATTR(events, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, events)
};

static struct counter_attribute spurious_events = {
	__ATTR(spurious_events, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, spurious_events)
};

static struct counter_attribute jiffies_eoi_delayed = {
	__ATTR(jiffies_eoi_delayed, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, jiffies_eoi_delayed)
};

static ssize_t spurious_threshold_show(struct device *dev,
				       struct device_attribute *attr,
				       char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  to_xenbus_device(dev)->spurious_threshold);
}

static ssize_t spurious_threshold_store(struct device *dev,
					struct device_attribute *attr,
					const char *buf, size_t count)
{
	int err = kstrtouint(buf, 0,
			     &to_xenbus_device(dev)->spurious_threshold);

	return err ?: count;
}
static DEVICE_ATTR_RW(spurious_threshold);

static struct attribute *event_attrs[] = {
	&event_channels.attr.attr,
	&events.attr.attr,
	&spurious_events.attr.attr,
	&jiffies_eoi_delayed.attr.attr,
	&dev_attr_spurious_threshold.attr,
	NULL
};

static const struct attribute_group event_group = {
	.name = "xenbus",
	.attrs = event_attrs,
};

static const struct attribute_group *device_groups[] = {
	&device_group,
	&event_group,
	NULL
};

const struct bus_type xen_bus = {
	.name = "xen",
	.match = bus_match,
	.uevent = bus_uevent,
	.probe = bus_probe,
	.remove = bus_remove,
	.shutdown = bus_shutdown,
	.dev_groups = device_groups,
	.pm = &bus_pm_ops,
};

/**
 * __xenbus_register_frontend() - register a driver for devices of the bus
 * @drv: the driver
 * @owner: its module
 * @mod_name: its module's name
 *
 * Waits for its devices to connect, for a limited time.
 *
 * Return: 0, also if there is no such device; or a negative errno.
 */
int __xenbus_register_frontend(struct xenbus_driver *drv,
			       struct module *owner, const char *mod_name)
{
	int err;

	drv->read_otherend_details = read_otherend;
	drv->driver.name = drv->name ?: drv->ids[0].devicetype;
	drv->driver.bus = &xen_bus;
	drv->driver.owner = owner;
	drv->driver.mod_name = mod_name;

	err = driver_register(&drv->driver);
	if (err)
		return err;
	xenbus_wait_for_devices(drv);
	return 0;
}
EXPORT_SYMBOL_GPL(__xenbus_register_frontend);

/**
 * __xenbus_register_backend() - register a driver for devices of other domains
 * @drv: the driver
 * @owner: its module
 * @mod_name: its module's name
 *
 * Return: -ENODEV: there is no bus of backends.
 */
int __xenbus_register_backend(struct xenbus_driver *drv, struct module *owner,
			      const char *mod_name)
{
	return -ENODEV;
}
EXPORT_SYMBOL_GPL(__xenbus_register_backend);

/** xenbus_unregister_driver() - undo the registration of @drv */
void xenbus_unregister_driver(struct xenbus_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(xenbus_unregister_driver);

/** bus_init() - register the bus type */
int bus_init(void)
{
	return bus_register(&xen_bus);
}

/** bus_exit() - unregister it; all devices are gone */
void bus_exit(void)
{
	bus_unregister(&xen_bus);
}
