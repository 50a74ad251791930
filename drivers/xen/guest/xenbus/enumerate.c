// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices there are: those whose directories are in the store.
 *
 * enumeration.lock makes scans and changes follow each other; devices are
 * added and dropped under it, by whoever connects to the store and by the
 * xenwatch thread. A driver's probe runs inside it, so probes must not wait
 * for a device to come or go.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bus.h"
#include "path.h"
#include "state.h"

static int store_came(struct notifier_block *nb, unsigned long event,
		      void *data);
static void devices_changed(struct xenbus_watch *watch, const char *path,
			    const char *token);

struct enumeration {
	/* See above. */
	struct mutex lock;
	struct notifier_block notifier;
	struct xenbus_watch watch;
	bool watching;
};

static struct enumeration enumeration = {
	.lock = __MUTEX_INITIALIZER(enumeration.lock),
	.notifier = { .notifier_call = store_came },
	.watch = {
		.node = XENBUS_ROOT,
		.callback = devices_changed,
	},
};

static void release_device(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	kfree(dev->nodename);
	kfree(dev->devicetype);
	kfree(dev);
}

static struct xenbus_device *alloc_device(const char *nodename,
					  const struct store_device *place)
{
	struct xenbus_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;

	/* From here on dropping the last reference frees all of it. */
	device_initialize(&dev->dev);
	dev->dev.bus = &xen_bus;
	dev->dev.release = release_device;
	dev->nodename = kstrdup(nodename, GFP_KERNEL);
	dev->devicetype = kstrdup(place->type, GFP_KERNEL);
	dev->state = XenbusStateInitialising;
	init_completion(&dev->down);
	sema_init(&dev->reclaim_sem, 1);

	if (!dev->nodename || !dev->devicetype ||
	    dev_set_name(&dev->dev, "%s-%s", place->type, place->id)) {
		put_device(&dev->dev);
		return NULL;
	}
	return dev;
}

static int name_matches(struct device *device, const void *nodename)
{
	return !strcmp(to_xenbus_device(device)->nodename, nodename);
}

static struct xenbus_device *find_device(const char *nodename)
{
	struct device *device = bus_find_device(&xen_bus, NULL, nodename,
						name_matches);

	return device ? to_xenbus_device(device) : NULL;
}

/* Toolstacks write a console that is no device of this bus. */
static bool is_no_device(const struct store_device *place)
{
	return !strcmp(place->type, "console") && !strcmp(place->id, "0");
}

static void add_device(const char *nodename, const struct store_device *place)
{
	struct xenbus_device *dev = find_device(nodename);
	int err;

	if (dev) {
		put_device(&dev->dev);
		return;
	}
	/* One in another state has had its owner, and is going away. */
	if (is_no_device(place) ||
	    xenbus_read_driver_state(nodename) != XenbusStateInitialising)
		return;

	dev = alloc_device(nodename, place);
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

static void drop_gone(const char *path)
{
	struct device *device;

	while ((device = bus_find_device(&xen_bus, NULL, path, is_gone_below)))
		drop_device(to_xenbus_device(device));
}

typedef void (*node_fn_t)(const char *nodename,
			  const struct store_device *place);

static void scan_type(const char *type, node_fn_t fn)
{
	char dir[STORE_NAME_MAX + sizeof(XENBUS_ROOT)];
	char nodename[sizeof(dir) + STORE_NAME_MAX];
	struct store_device place;
	unsigned int count, i;
	char **ids;

	if (store_path_join(dir, sizeof(dir), XENBUS_ROOT, type) < 0)
		return;
	ids = xenbus_directory(XBT_NIL, dir, "", &count);
	if (IS_ERR(ids))
		return;
	for (i = 0; i < count; i++) {
		if (store_path_join(nodename, sizeof(nodename), dir,
				    ids[i]) < 0 ||
		    store_path_device(nodename, XENBUS_ROOT, &place))
			pr_warn_ratelimited("%s/%s is no name of a device\n",
					    dir, ids[i]);
		else
			fn(nodename, &place);
	}
	kfree(ids);
}

static void scan(node_fn_t fn)
{
	unsigned int count, i;
	char **types;

	types = xenbus_directory(XBT_NIL, XENBUS_ROOT, "", &count);
	if (IS_ERR(types))
		return;
	for (i = 0; i < count; i++)
		scan_type(types[i], fn);
	kfree(types);
}

/* In the xenwatch thread: something at or below "device" changed. */
static void devices_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	char nodename[sizeof(XENBUS_ROOT) + 2 * STORE_NAME_MAX];
	struct store_device place;
	int err;

	err = store_path_device(path, XENBUS_ROOT, &place);
	mutex_lock(&enumeration.lock);
	if (err == -ENOENT) {
		drop_gone(path);
		scan(add_device);
	} else if (!err) {
		snprintf(nodename, sizeof(nodename), "%s/%s/%s", XENBUS_ROOT,
			 place.type, place.id);
		if (is_gone(nodename))
			drop_gone(nodename);
		else
			add_device(nodename, &place);
	}
	mutex_unlock(&enumeration.lock);
}

/* A kernel before this one, or this module before, may have used it. */
static void reset_device(const char *nodename, const struct store_device *place)
{
	if (!is_no_device(place))
		xenbus_reset_node(nodename,
				  xenbus_read_driver_state(nodename));
}

static int store_came(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	int err;

	mutex_lock(&enumeration.lock);
	scan(reset_device);
	scan(add_device);
	mutex_unlock(&enumeration.lock);

	err = register_xenbus_watch(&enumeration.watch);
	if (err)
		pr_err("devices that come later won't be seen: error %d\n",
		       err);
	enumeration.watching = !err;
	return NOTIFY_DONE;
}

/** enumerate_init() - add devices as soon as there is a store */
int enumerate_init(void)
{
	return register_xenstore_notifier(&enumeration.notifier);
}

static int any_device(struct device *device, const void *unused)
{
	return 1;
}

/** enumerate_exit() - drop all devices; none has a driver any more */
void enumerate_exit(void)
{
	struct device *device;

	unregister_xenstore_notifier(&enumeration.notifier);
	if (enumeration.watching)
		unregister_xenbus_watch(&enumeration.watch);
	enumeration.watching = false;

	while ((device = bus_find_device(&xen_bus, NULL, NULL, any_device)))
		drop_device(to_xenbus_device(device));
}
