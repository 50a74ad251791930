// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices a bus has: those whose directories are in the store.
 *
 * enumeration.lock makes scans and changes follow each other; devices are
 * added under it, and dropped, by whoever connects to the store and by the
 * xenwatch thread. A driver's probe runs inside it, so probes must not wait
 * for a device of the same bus to come or go. A backend's driver drops a
 * device by itself, in the xenwatch thread, when the frontend is through.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bus.h"
#include "path.h"

/* The longest is "backend/<type>/<domain>/<id>". */
#define NODENAME_MAX	(sizeof("backend") + 3 * STORE_NAME_MAX)

static void release_device(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	kfree(dev->nodename);
	kfree(dev->devicetype);
	kfree(dev);
}

static int name_device(struct xenbus_device *dev,
		       const struct store_device *place)
{
	if (*place->owner)
		return dev_set_name(&dev->dev, "%s-%s-%s", place->type,
				    place->owner, place->id);
	return dev_set_name(&dev->dev, "%s-%s", place->type, place->id);
}

static struct xenbus_device *alloc_device(const struct xenbus_bus *bus,
					  const char *nodename,
					  const struct store_device *place)
{
	struct xenbus_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;

	/* From here on dropping the last reference frees all of it. */
	device_initialize(&dev->dev);
	dev->dev.bus = &bus->type;
	dev->dev.release = release_device;
	dev->nodename = kstrdup(nodename, GFP_KERNEL);
	dev->devicetype = kstrdup(place->type, GFP_KERNEL);
	dev->state = XenbusStateInitialising;
	init_completion(&dev->down);
	sema_init(&dev->reclaim_sem, 1);

	if (!dev->nodename || !dev->devicetype ||
	    name_device(dev, place)) {
		put_device(&dev->dev);
		return NULL;
	}
	return dev;
}

static int name_matches(struct device *device, const void *nodename)
{
	return !strcmp(to_xenbus_device(device)->nodename, nodename);
}

static struct xenbus_device *find_device(const struct xenbus_bus *bus,
					 const char *nodename)
{
	struct device *device = bus_find_device(&bus->type, NULL, nodename,
						name_matches);

	return device ? to_xenbus_device(device) : NULL;
}

static void add_device(const struct xenbus_bus *bus, const char *nodename,
		       const struct store_device *place)
{
	struct xenbus_device *dev = find_device(bus, nodename);
	int err;

	if (dev) {
		put_device(&dev->dev);
		return;
	}
	/* One in another state has had its owner, and is going away. */
	if (read_state(nodename) != XenbusStateInitialising ||
	    !bus->is_device(nodename, place))
		return;

	dev = alloc_device(bus, nodename, place);
	err = dev ? device_add(&dev->dev) : -ENOMEM;
	if (err) {
		pr_warn("can't add %s: error %d\n", nodename, err);
		if (dev)
			put_device(&dev->dev);
	}
}

static void drop_device(struct xenbus_device *dev)
{
	device_unregister(&dev->dev);
	put_device(&dev->dev);
}

/*
 * Only the store can say so, with either error: it is EACCES where not even
 * the directory above may be read. If it doesn't answer, a disk that is in use
 * must not go away for that.
 */
static bool is_gone(const char *nodename)
{
	unsigned int count;
	char **nodes = xenbus_directory(XBT_NIL, nodename, "", &count);
	int err = PTR_ERR_OR_ZERO(nodes);

	if (!err)
		kfree(nodes);
	return err == -ENOENT || err == -EACCES;
}

static int is_gone_below(struct device *device, const void *path)
{
	const struct xenbus_device *dev = to_xenbus_device(device);

	return store_path_below(dev->nodename, path) &&
	       is_gone(dev->nodename);
}

static void drop_gone(const struct xenbus_bus *bus, const char *path)
{
	struct device *device;

	while ((device = bus_find_device(&bus->type, NULL, path,
					 is_gone_below)))
		drop_device(to_xenbus_device(device));
}

typedef void (*device_fn_t)(const struct xenbus_bus *bus, const char *nodename,
			    const struct store_device *place);

/* Each device below @dir, which is the root or one of the levels under it. */
static void scan(const struct xenbus_bus *bus, const char *dir, device_fn_t fn)
{
	char path[NODENAME_MAX];
	struct store_device place;
	unsigned int count, i;
	char **names;
	int err;

	names = xenbus_directory(XBT_NIL, dir, "", &count);
	if (IS_ERR(names))
		return;
	for (i = 0; i < count; i++) {
		err = store_path_join(path, sizeof(path), dir, names[i]);
		if (err > 0)
			err = store_path_device(path, bus->root, bus->owned,
						&place);
		if (!err)
			fn(bus, path, &place);
		else if (err == -ENOENT)
			scan(bus, path, fn);
		else
			pr_warn_ratelimited("%s/%s is no name of a device\n",
					    dir, names[i]);
	}
	kfree(names);
}

/* In the xenwatch thread: something at or below the root changed. */
static void devices_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	struct xenbus_enumeration *enumeration =
		container_of(watch, struct xenbus_enumeration, watch);
	const struct xenbus_bus *bus = enumeration->bus;
	char nodename[NODENAME_MAX];
	struct store_device place;
	int err;

	err = store_path_device(path, bus->root, bus->owned, &place);
	mutex_lock(&enumeration->lock);
	if (err == -ENOENT) {
		drop_gone(bus, path);
		scan(bus, path, add_device);
	} else if (!err) {
		/* It was taken apart, so there is room for it. */
		strscpy(nodename, path, place.len + 1);
		if (is_gone(nodename))
			drop_gone(bus, nodename);
		else
			add_device(bus, nodename, &place);
	}
	mutex_unlock(&enumeration->lock);
}

/* A kernel before this one, or this module before, may have used it. */
static void take_over(const struct xenbus_bus *bus, const char *nodename,
		      const struct store_device *place)
{
	if (bus->is_device(nodename, place))
		bus->take_over(nodename, read_state(nodename));
}

static int store_came(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	struct xenbus_enumeration *enumeration =
		container_of(nb, struct xenbus_enumeration, notifier);
	const struct xenbus_bus *bus = enumeration->bus;
	int err;

	mutex_lock(&enumeration->lock);
	if (bus->take_over)
		scan(bus, bus->root, take_over);
	scan(bus, bus->root, add_device);
	mutex_unlock(&enumeration->lock);

	err = register_xenbus_watch(&enumeration->watch);
	if (err)
		pr_err("what comes later to %s won't be seen: error %d\n",
		       bus->root, err);
	enumeration->watching = !err;
	return NOTIFY_DONE;
}

/**
 * xenbus_enumerate() - register a bus, and add devices once there is a store
 * @enumeration: filled in
 * @bus: the bus
 *
 * Return: 0 or a negative errno.
 */
int xenbus_enumerate(struct xenbus_enumeration *enumeration,
		     const struct xenbus_bus *bus)
{
	int err;

	err = bus_register(&bus->type);
	if (err)
		return err;

	*enumeration = (struct xenbus_enumeration) {
		.bus = bus,
		.notifier = { .notifier_call = store_came },
		.watch = { .node = bus->root, .callback = devices_changed },
	};
	mutex_init(&enumeration->lock);
	err = register_xenstore_notifier(&enumeration->notifier);
	if (err)
		bus_unregister(&bus->type);
	return err;
}

static int any_device(struct device *device, const void *unused)
{
	return 1;
}

/**
 * xenbus_forget_all() - drop all devices of a bus, and unregister it
 * @enumeration: of the bus; none of its devices has a driver any more
 */
void xenbus_forget_all(struct xenbus_enumeration *enumeration)
{
	const struct bus_type *type = &enumeration->bus->type;
	struct device *device;

	unregister_xenstore_notifier(&enumeration->notifier);
	if (enumeration->watching)
		unregister_xenbus_watch(&enumeration->watch);

	while ((device = bus_find_device(type, NULL, NULL, any_device)))
		drop_device(to_xenbus_device(device));
	bus_unregister(type);
}
