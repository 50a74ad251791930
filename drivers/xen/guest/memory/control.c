// SPDX-License-Identifier: GPL-2.0
/*
 * The toolstack's wish: memory/target in the store, in KiB.
 *
 * Watches run in xenbus's thread. A domain whose store names no target, the
 * initial one as a rule, keeps what it has.
 */
#define pr_fmt(fmt) "xen: balloon: " fmt

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <xen/balloon.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "../core.h"
#include "control.h"
#include "target.h"

/* What the store calls the most that the domain may ever have. */
static const char *const static_max_nodes[] = {
	"static-max", "memory_static_max",
};

static void target_changed(struct xenbus_watch *watch, const char *path,
			   const char *token);

/**
 * struct balloon_control - who may tell the balloon what to do
 * @sysfs: the device of user space
 * @watch: on the store's target
 * @notifier: of the store's coming
 * @watching: the watch is registered: the store may never have come
 * @know_overhead: there was a first target
 * @overhead: see balloon_overhead()
 */
struct balloon_control {
	struct device *sysfs;
	struct xenbus_watch watch;
	struct notifier_block notifier;
	bool watching;
	bool know_overhead;
	unsigned long overhead;
};

static struct balloon_control control = {
	.watch = { .node = "memory/target", .callback = target_changed },
};

static unsigned long read_static_max(void)
{
	unsigned long long kib;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(static_max_nodes); i++)
		if (xenbus_scanf(XBT_NIL, "memory", static_max_nodes[i],
				 "%llu", &kib) == 1)
			return balloon_target(kib, 0, PAGE_SHIFT);
	return 0;
}

static void target_changed(struct xenbus_watch *watch, const char *path,
			   const char *token)
{
	unsigned long target;
	unsigned long long kib;

	if (xenbus_scanf(XBT_NIL, "memory", "target", "%llu", &kib) != 1)
		return;
	target = balloon_target(kib, 0, PAGE_SHIFT);
	/* What the initial domain has is counted exactly. */
	if (!control.know_overhead && !xen_initial_domain())
		control.overhead = balloon_overhead(balloon_stats.total_pages,
						    target,
						    read_static_max());
	control.know_overhead = true;
	balloon_set_new_target(balloon_target(kib, control.overhead,
					      PAGE_SHIFT));
}

static int store_is_there(struct notifier_block *nb, unsigned long event,
			  void *data)
{
	int err = register_xenbus_watch(&control.watch);

	if (err)
		pr_err("%s cannot be watched (%d)\n", control.watch.node,
		       err);
	control.watching = !err;
	return NOTIFY_DONE;
}

/**
 * xen_balloon_control_init() - let the balloon be told what to do
 *
 * Return: 0 or a negative errno.
 */
int xen_balloon_control_init(void)
{
	int err;

	control.know_overhead = false;
	control.overhead = 0;
	control.watching = false;
	control.sysfs = balloon_sysfs_add();
	if (IS_ERR(control.sysfs))
		return PTR_ERR(control.sysfs);

	control.notifier.notifier_call = store_is_there;
	err = register_xenstore_notifier(&control.notifier);
	if (err)
		balloon_sysfs_remove(control.sysfs);
	return err;
}

/** xen_balloon_control_exit() - undo xen_balloon_control_init() */
void xen_balloon_control_exit(void)
{
	unregister_xenstore_notifier(&control.notifier);
	if (control.watching)
		unregister_xenbus_watch(&control.watch);
	balloon_sysfs_remove(control.sysfs);
}
