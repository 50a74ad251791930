// SPDX-License-Identifier: GPL-2.0
/*
 * The bus of frontends: this domain's devices, whose other end a backend is.
 * Beyond what both buses do, they are opened again after a driver or kernel
 * before this one closed them, suspended and resumed with the domain, and
 * closed when it goes down.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/export.h>
#include <linux/pm.h>
#include <linux/string.h>

#include "bus.h"
#include "path.h"
#include "state.h"

/* How long a shutdown waits for a device to be closed. */
#define SHUTDOWN_LIMIT	(5 * HZ)

static struct xenbus_enumeration frontends;

/* Toolstacks write a console that is no device of this bus. */
static bool is_frontend(const char *nodename, const struct store_device *place)
{
	return strcmp(place->type, "console") || strcmp(place->id, "0");
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

static void frontend_shutdown(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	if (dev->state != XenbusStateConnected)
		return;
	xenbus_switch_state(dev, XenbusStateClosing);
	if (!wait_for_completion_timeout(&dev->down, SHUTDOWN_LIMIT))
		dev_warn(device, "the backend did not close the device in time\n");
}

static int frontend_suspend(struct device *device)
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
static int frontend_cancel(struct device *device)
{
	return 0;
}

static int frontend_resume(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv;
	int err;

	if (!device->driver)
		return 0;
	drv = to_xenbus_driver(device->driver);

	err = xenbus_meet_otherend(dev);
	if (err)
		goto err_report;
	dev->state = XenbusStateInitialising;
	if (drv->resume) {
		err = drv->resume(dev);
		if (err)
			goto err_report;
	}
	err = xenbus_watch_otherend(dev);
	if (err)
		goto err_report;
	return 0;

err_report:
	dev_err(device, "not connected again after resume: error %d\n", err);
	return err;
}

static const struct dev_pm_ops frontend_pm_ops = {
	.freeze = frontend_suspend,
	.thaw = frontend_cancel,
	.restore = frontend_resume,
};

const struct xenbus_bus xen_frontend_bus = {
	.type = {
		.name = "xen",
		.match = xenbus_bus_match,
		.uevent = xenbus_bus_uevent,
		.probe = xenbus_bus_probe,
		.remove = xenbus_bus_remove,
		.shutdown = frontend_shutdown,
		.dev_groups = xenbus_device_groups,
		.pm = &frontend_pm_ops,
	},
	.root = "device",
	.ends = XENBUS_FRONTEND_ENDS,
	.is_device = is_frontend,
	.take_over = xenbus_reset_node,
	.open = reopen,
};

static int read_backend(struct xenbus_device *dev)
{
	return xenbus_read_otherend(dev, "backend-id", "backend");
}

/**
 * __xenbus_register_frontend() - register a driver for devices of this domain
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

	drv->read_otherend_details = read_backend;
	err = xenbus_register_driver(drv, &xen_frontend_bus, owner, mod_name);
	if (err)
		return err;
	xenbus_wait_for_devices(drv);
	return 0;
}
EXPORT_SYMBOL_GPL(__xenbus_register_frontend);

/** frontend_init() - make the bus, for devices as soon as there is a store */
int frontend_init(void)
{
	return xenbus_enumerate(&frontends, &xen_frontend_bus);
}

/** frontend_exit() - take it down; no device has a driver any more */
void frontend_exit(void)
{
	xenbus_forget_all(&frontends);
}
