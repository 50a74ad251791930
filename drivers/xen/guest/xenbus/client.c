// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers of devices ask for: states, errors that the toolstack can read,
 * watches on paths, event channels. Process context.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <xen/events.h>

#include "bus.h"
#include "state.h"
#include "trace.h"

/* A transaction that loses this often does so on purpose. */
#define SWITCH_TRIES	32

#define MESSAGE_MAX	512

static const char *const state_names[XENBUS_STATES] = {
	[XenbusStateUnknown] = "Unknown",
	[XenbusStateInitialising] = "Initialising",
	[XenbusStateInitWait] = "InitWait",
	[XenbusStateInitialised] = "Initialised",
	[XenbusStateConnected] = "Connected",
	[XenbusStateClosing] = "Closing",
	[XenbusStateClosed] = "Closed",
	[XenbusStateReconfiguring] = "Reconfiguring",
	[XenbusStateReconfigured] = "Reconfigured",
};

/**
 * xenbus_strstate() - the name of a state
 * @state: the state, or any number
 *
 * Return: the name, or "INVALID".
 */
const char *xenbus_strstate(enum xenbus_state state)
{
	return (unsigned int)state < XENBUS_STATES ? state_names[state] :
						     "INVALID";
}
EXPORT_SYMBOL_GPL(xenbus_strstate);

/**
 * xenbus_read_driver_state() - a device's state, as its end wrote it
 * @path: the directory of that end
 *
 * Return: the state; XenbusStateUnknown if there is none to be read. The
 * number is the peer's and may be no state at all.
 */
enum xenbus_state xenbus_read_driver_state(const char *path)
{
	return read_state(path);
}
EXPORT_SYMBOL_GPL(xenbus_read_driver_state);

/**
 * xenbus_watch_path() - watch a path for a device
 * @dev: the device
 * @path: the path, which must stay while it is watched
 * @watch: filled in and registered
 * @will_handle: see struct xenbus_watch; may be NULL
 * @callback: see struct xenbus_watch
 *
 * Return: 0, or a negative errno, which the device is closed for.
 */
int xenbus_watch_path(struct xenbus_device *dev, const char *path,
		      struct xenbus_watch *watch,
		      bool (*will_handle)(struct xenbus_watch *watch,
					  const char *path,
					  const char *token),
		      void (*callback)(struct xenbus_watch *watch,
				       const char *path, const char *token))
{
	int err;

	watch->node = path;
	watch->will_handle = will_handle;
	watch->callback = callback;
	err = register_xenbus_watch(watch);
	if (err) {
		watch->node = NULL;
		watch->will_handle = NULL;
		watch->callback = NULL;
		xenbus_dev_fatal(dev, err, "watching %s", path);
	}
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_watch_path);

/**
 * xenbus_watch_pathfmt() - format a path and watch it for a device
 * @dev: the device
 * @watch: filled in and registered; its node is to be freed by kfree() once
 *	it is unregistered
 * @will_handle: see struct xenbus_watch; may be NULL
 * @callback: see struct xenbus_watch
 * @pathfmt: as printf()
 *
 * Return: as xenbus_watch_path().
 */
int xenbus_watch_pathfmt(struct xenbus_device *dev,
			 struct xenbus_watch *watch,
			 bool (*will_handle)(struct xenbus_watch *watch,
					     const char *path,
					     const char *token),
			 void (*callback)(struct xenbus_watch *watch,
					  const char *path,
					  const char *token),
			 const char *pathfmt, ...)
{
	va_list args;
	char *path;
	int err;

	va_start(args, pathfmt);
	path = kvasprintf(GFP_NOIO | __GFP_HIGH, pathfmt, args);
	va_end(args);
	if (!path) {
		xenbus_dev_fatal(dev, -ENOMEM, "making a path to watch");
		return -ENOMEM;
	}
	err = xenbus_watch_path(dev, path, watch, will_handle, callback);
	if (err)
		kfree(path);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_watch_pathfmt);

/*
 * Write the state if there is one: a toolstack that removed the device must
 * not find its directory again.
 */
static int write_state(struct xenbus_device *dev, enum xenbus_state state)
{
	struct xenbus_transaction t;
	int present, old, err;

	err = xenbus_transaction_start(&t);
	if (err)
		return err;
	present = xenbus_scanf(t, dev->nodename, "state", "%d", &old);
	if (present == 1)
		err = xenbus_printf(t, dev->nodename, "state", "%d", state);
	if (err || present != 1) {
		xenbus_transaction_end(t, 1);
		return err;
	}
	return xenbus_transaction_end(t, 0);
}

static int try_switch(struct xenbus_device *dev, enum xenbus_state state)
{
	unsigned int tries;
	int err = -EAGAIN;

	if (state == dev->state)
		return 0;
	for (tries = 0; err == -EAGAIN && tries < SWITCH_TRIES; tries++)
		err = write_state(dev, state);
	if (err)
		return err;
	trace_xenbus_state(dev->nodename, state, XenbusStateUnknown);
	dev->state = state;
	return 0;
}

/**
 * xenbus_switch_state() - set a device's state, for its peer to see
 * @dev: the device
 * @new_state: the state
 *
 * An error is reported, and the device is closed if that is possible.
 *
 * Return: 0.
 */
int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state new_state)
{
	int err = try_switch(dev, new_state);

	if (err) {
		xenbus_dev_error(dev, err, "switching to state %s",
				 xenbus_strstate(new_state));
		try_switch(dev, XenbusStateClosing);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_switch_state);

/**
 * xenbus_frontend_closed() - a frontend has let go of its device
 * @dev: the device
 *
 * Return: 0.
 */
int xenbus_frontend_closed(struct xenbus_device *dev)
{
	xenbus_switch_state(dev, XenbusStateClosed);
	complete(&dev->down);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_frontend_closed);

/* The log gets it, and the toolstack, which looks below "error". */
static __printf(3, 0)
void report(struct xenbus_device *dev, int err, const char *fmt,
	    va_list args)
{
	char *message = kmalloc(MESSAGE_MAX, GFP_NOIO);
	char *path = kasprintf(GFP_NOIO, "error/%s", dev->nodename);
	int len;

	if (message) {
		len = scnprintf(message, MESSAGE_MAX, "%i ", -err);
		vscnprintf(message + len, MESSAGE_MAX - len, fmt, args);
		dev_err(&dev->dev, "%s\n", message);
		if (path)
			xenbus_write(XBT_NIL, path, "error", message);
	}
	kfree(path);
	kfree(message);
}

/**
 * xenbus_dev_error() - report an error of a device
 * @dev: the device
 * @err: a negative errno
 * @fmt: what was tried, as printf()
 */
void xenbus_dev_error(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(xenbus_dev_error);

/**
 * xenbus_dev_fatal() - report an error that a device doesn't survive
 * @dev: the device, which is closing after this
 * @err: a negative errno
 * @fmt: what was tried, as printf()
 */
void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
	xenbus_switch_state(dev, XenbusStateClosing);
}
EXPORT_SYMBOL_GPL(xenbus_dev_fatal);

/**
 * xenbus_alloc_evtchn() - make a port that a device's peer can bind to
 * @dev: the device
 * @port: the port
 *
 * Return: 0, or a negative errno, which the device is closed for.
 */
int xenbus_alloc_evtchn(struct xenbus_device *dev, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF,
		.remote_dom = dev->otherend_id,
	};
	int err;

	err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);
	if (err)
		xenbus_dev_fatal(dev, err, "allocating an event channel");
	else
		*port = alloc.port;
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_alloc_evtchn);

/**
 * xenbus_free_evtchn() - close a port that no interrupt is bound to
 * @dev: the device
 * @port: the port
 *
 * Return: 0 or a negative errno.
 */
int xenbus_free_evtchn(struct xenbus_device *dev, evtchn_port_t port)
{
	struct evtchn_close close = { .port = port };
	int err;

	err = HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
	if (err)
		xenbus_dev_error(dev, err, "closing event channel %u", port);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_free_evtchn);
