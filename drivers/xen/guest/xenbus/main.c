// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing the store and the bus up, and down again.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>

#include "../core.h"
#include "bus.h"
#include "store.h"
#include "watch.h"

#ifdef CONFIG_XEN_COMPAT_XENFS
/* Programs look for the files of xenfs in /proc. */
static int mount_point_init(void)
{
	return proc_create_mount_point("xen") ? 0 : -ENOMEM;
}

static void mount_point_exit(void)
{
	remove_proc_entry("xen", NULL);
}
#endif

struct part {
	int (*init)(void);
	void (*exit)(void);
};

static const struct part parts[] = {
	{ watch_init, watch_exit },
#ifdef CONFIG_XEN_COMPAT_XENFS
	{ mount_point_init, mount_point_exit },
#endif
	{ store_init, store_exit },
	{ user_init, user_exit },
	{ frontend_init, frontend_exit },
#ifdef CONFIG_XEN_BACKEND
	{ backend_init, backend_exit },
#endif
};

/* Files in /dev. */
static const struct part files[] = {
	{ user_dev_init, user_dev_exit },
#ifdef CONFIG_XEN_BACKEND
	{ backend_dev_init, backend_dev_exit },
#endif
};

static void bring_down(const struct part *list, unsigned int count)
{
	while (count--)
		list[count].exit();
}

static int bring_up(const struct part *list, unsigned int count)
{
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		err = list[i].init();
		if (err) {
			bring_down(list, i);
			return err;
		}
	}
	return 0;
}

#ifdef XEN_GUEST_MODULE
static int make_files(void)
{
	return bring_up(files, ARRAY_SIZE(files));
}

static void remove_files(void)
{
	bring_down(files, ARRAY_SIZE(files));
}
#else
/* The buses come up before the kernel is ready for this, and stay. */
static int make_files(void)
{
	return 0;
}

static void remove_files(void)
{
}

static int __init make_files_later(void)
{
	if (!xen_guest()->dev)
		return 0;
	return bring_up(files, ARRAY_SIZE(files));
}
device_initcall(make_files_later);
#endif

/**
 * xen_xenbus_init() - bring the layer up
 *
 * If there is a store, its devices are on the bus when this returns.
 *
 * Return: 0, also if there is no store (yet); or a negative errno.
 */
int xen_xenbus_init(void)
{
	int err;

	err = bring_up(parts, ARRAY_SIZE(parts));
	if (err)
		return err;
	err = make_files();
	if (err) {
		bring_down(parts, ARRAY_SIZE(parts));
		return err;
	}
	xenbus_debugfs_init();
	/* Everybody who wants to hear of the store is listening. */
	store_start();
	return 0;
}

/** xen_xenbus_exit() - take it down; no driver is registered any more */
void xen_xenbus_exit(void)
{
	/* The store can't come in the middle of this. */
	store_stop();
	xenbus_debugfs_exit();
	remove_files();
	bring_down(parts, ARRAY_SIZE(parts));
}
