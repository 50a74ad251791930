// SPDX-License-Identifier: GPL-2.0
/*
 * The bus of backends: other domains' devices that this domain serves.
 *
 * The frontends are not trusted. One change of a frontend's state waits at a
 * time, however often it writes: what counts is the state when it is looked
 * at. A number that is no state never reaches a driver.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kobject.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "bus.h"

static struct {
	struct xenbus_enumeration devices;
	struct shrinker *shrinker;
} backends;

/*
 * Toolstacks write both ends in one transaction, people at their consoles
 * don't: a device whose frontend isn't there is looked at again when more of
 * it is written.
 */
static bool is_backend(const char *nodename, const struct store_device *place)
{
	char *frontend = xenbus_read(XBT_NIL, nodename, "frontend", NULL);
	bool there;

	if (IS_ERR(frontend))
		return false;
	there = *frontend && xenbus_exists(XBT_NIL, frontend, "");
	kfree(frontend);
	return there;
}

/* What hotplug scripts are told beside the driver's own. */
static int backend_uevent(const struct device *device,
			  struct kobj_uevent_env *env)
{
	const struct xenbus_device *dev = to_xenbus_device(device);
	const struct xenbus_driver *drv;

	if (xenbus_bus_uevent(device, env) ||
	    add_uevent_var(env, "XENBUS_TYPE=%s", dev->devicetype) ||
	    add_uevent_var(env, "XENBUS_PATH=%s", dev->nodename) ||
	    add_uevent_var(env, "XENBUS_BASE_PATH=%s",
			   xenbus_bus_of(dev)->root))
		return -ENOMEM;

	if (!device->driver)
		return 0;
	drv = to_xenbus_driver(device->driver);
	return drv->uevent ? drv->uevent(dev, env) : 0;
}

static bool none_waits(struct xenbus_watch *watch, const char *path,
		       const char *token)
{
	return !watch->nr_pending;
}

static const struct xenbus_bus xen_backend_bus = {
	.type = {
		.name = "xen-backend",
		.match = xenbus_bus_match,
		.uevent = backend_uevent,
		.probe = xenbus_bus_probe,
		.remove = xenbus_bus_remove,
		.dev_groups = xenbus_device_groups,
	},
	.root = "backend",
	.owned = true,
	.ends = XENBUS_BACKEND_ENDS,
	.is_device = is_backend,
	.will_handle = none_waits,
};

static int read_frontend(struct xenbus_device *dev)
{
	return xenbus_read_otherend(dev, "frontend-id", "frontend");
}

/**
 * __xenbus_register_backend() - register a driver for devices of other domains
 * @drv: the driver
 * @owner: its module
 * @mod_name: its module's name
 *
 * Return: 0, also if there is no such device; or a negative errno.
 */
int __xenbus_register_backend(struct xenbus_driver *drv, struct module *owner,
			      const char *mod_name)
{
	drv->read_otherend_details = read_frontend;
	return xenbus_register_driver(drv, &xen_backend_bus, owner, mod_name);
}
EXPORT_SYMBOL_GPL(__xenbus_register_backend);

/**
 * xenbus_dev_is_online() - does the toolstack want the device to stay
 * @dev: the device
 *
 * Return: 0 if not, or if it doesn't say.
 */
int xenbus_dev_is_online(struct xenbus_device *dev)
{
	return !!xenbus_read_unsigned(dev->nodename, "online", 0);
}
EXPORT_SYMBOL_GPL(xenbus_dev_is_online);

/* The driver can't go, nor be new, while its semaphore is held. */
static int reclaim_from(struct device *device, void *unused)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	const struct xenbus_driver *drv;

	if (down_trylock(&dev->reclaim_sem))
		return 0;
	if (device->driver) {
		drv = to_xenbus_driver(device->driver);
		if (drv->reclaim_memory)
			drv->reclaim_memory(dev);
	}
	up(&dev->reclaim_sem);
	return 0;
}

/* Nothing is counted: being asked says that memory is short. */
static unsigned long count_objects(struct shrinker *shrinker,
				   struct shrink_control *control)
{
	bus_for_each_dev(&xen_backend_bus.type, NULL, NULL, reclaim_from);
	return 0;
}

/** backend_init() - make the bus, for devices as soon as there is a store */
int backend_init(void)
{
	int err;

	err = xenbus_enumerate(&backends.devices, &xen_backend_bus);
	if (err)
		return err;

	backends.shrinker = shrinker_alloc(0, "xen-backend");
	if (!backends.shrinker) {
		xenbus_forget_all(&backends.devices);
		return -ENOMEM;
	}
	backends.shrinker->count_objects = count_objects;
	shrinker_register(backends.shrinker);
	return 0;
}

/** backend_exit() - take it down; no device has a driver any more */
void backend_exit(void)
{
	shrinker_free(backends.shrinker);
	xenbus_forget_all(&backends.devices);
}
