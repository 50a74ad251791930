// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing the store and the bus up, and down again.
 */
#include <linux/kernel.h>

#include "../core.h"
#include "bus.h"
#include "store.h"
#include "watch.h"

struct part {
	int (*init)(void);
	void (*exit)(void);
};

static const struct part parts[] = {
	{ watch_init, watch_exit },
	{ store_init, store_exit },
	{ user_init, user_exit },
	{ frontend_init, frontend_exit },
#ifdef XEN_GUEST_BACKEND
	{ backend_init, backend_exit },
	{ backend_dev_init, backend_dev_exit },
#endif
};

static void bring_down(unsigned int count)
{
	while (count--)
		parts[count].exit();
}

/**
 * xen_xenbus_init() - bring the layer up
 *
 * If there is a store, its devices are on the bus when this returns.
 *
 * Return: 0, also if there is no store (yet); or a negative errno.
 */
int xen_xenbus_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		err = parts[i].init();
		if (err) {
			bring_down(i);
			return err;
		}
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
	bring_down(ARRAY_SIZE(parts));
}
