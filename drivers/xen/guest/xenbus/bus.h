/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buses of devices that are found in the store: frontends below "device",
 * backends below "backend".
 *
 * A struct xenbus_device is made and dropped by enumerate.c. Between probe
 * and remove its driver owns it; its state is written by xenbus_switch_state()
 * alone, and what the peer wrote reaches the driver through the xenwatch
 * thread only.
 */
#ifndef XEN_XENBUS_BUS_H
#define XEN_XENBUS_BUS_H

#include <linux/device/bus.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <xen/xenbus.h>

#include "state.h"

struct store_device;

/**
 * struct xenbus_bus - one of the two buses
 * @type: what the driver core knows of it
 * @root: the directory of its devices
 * @owned: whether there is a directory for each domain that the other end
 *	of a device may be in
 * @ends: what a change of the peer's state is while the system goes down
 * @is_device: can what is in a directory be a device (yet)
 * @take_over: bring a device back to its start that was in use before this
 *	kernel or module; or NULL
 * @open: before a driver gets a device; or NULL
 * @will_handle: for the watches of peers' states; or NULL
 */
struct xenbus_bus {
	const struct bus_type type;
	const char *root;
	bool owned;
	enum xenbus_scene ends;
	bool (*is_device)(const char *nodename,
			  const struct store_device *place);
	void (*take_over)(const char *nodename, unsigned int local);
	void (*open)(struct xenbus_device *dev);
	bool (*will_handle)(struct xenbus_watch *watch, const char *path,
			    const char *token);
};

static inline const struct xenbus_bus *
xenbus_bus_of(const struct xenbus_device *dev)
{
	return container_of_const(dev->dev.bus, struct xenbus_bus, type);
}

/* What an end of a device wrote last; its number may be no state at all. */
static inline enum xenbus_state read_state(const char *path)
{
	return xenbus_read_unsigned(path, "state", XenbusStateUnknown);
}

int xenbus_bus_match(struct device *dev, const struct device_driver *drv);
int xenbus_bus_uevent(const struct device *dev, struct kobj_uevent_env *env);
int xenbus_bus_probe(struct device *device);
void xenbus_bus_remove(struct device *device);

int xenbus_read_otherend(struct xenbus_device *dev, const char *id_node,
			 const char *path_node);
int xenbus_meet_otherend(struct xenbus_device *dev);
int xenbus_watch_otherend(struct xenbus_device *dev);

int xenbus_register_driver(struct xenbus_driver *drv,
			   const struct xenbus_bus *bus, struct module *owner,
			   const char *mod_name);

/* attribute.c */
extern const struct attribute_group *xenbus_device_groups[];

/* enumerate.c */

/**
 * struct xenbus_enumeration - which devices a bus has
 * @bus: the bus
 * @lock: makes scans and changes follow each other
 * @notifier: for when there is a store
 * @watch: of all devices
 * @watching: whether @watch is registered
 */
struct xenbus_enumeration {
	const struct xenbus_bus *bus;
	/* See above. */
	struct mutex lock;
	struct notifier_block notifier;
	struct xenbus_watch watch;
	bool watching;
};

int xenbus_enumerate(struct xenbus_enumeration *enumeration,
		     const struct xenbus_bus *bus);
void xenbus_forget_all(struct xenbus_enumeration *enumeration);

/* frontend.c */
extern const struct xenbus_bus xen_frontend_bus;
int frontend_init(void);
void frontend_exit(void);

/* backend.c, backend_dev.c */
#ifdef CONFIG_XEN_BACKEND
int backend_init(void);
void backend_exit(void);
int backend_dev_init(void);
void backend_dev_exit(void);
#endif

/* reset.c */
void xenbus_reset_node(const char *nodename, unsigned int local);
bool xenbus_await_peer(const char *otherend, unsigned int states);

/* wait.c */
void xenbus_wait_for_devices(struct xenbus_driver *drv);

/* user.c */
int user_init(void);
void user_exit(void);
int user_dev_init(void);
void user_dev_exit(void);

/* debugfs.c */
void xenbus_debugfs_init(void);
void xenbus_debugfs_exit(void);

#endif /* XEN_XENBUS_BUS_H */
