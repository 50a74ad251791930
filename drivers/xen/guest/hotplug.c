// SPDX-License-Identifier: GPL-2.0
/*
 * CPU hotplug: which of its vCPUs the toolstack lets this domain use. It says
 * so in cpu/<n>/availability, and trusts the domain to follow: a vCPU that is
 * taken off stays off until it is allowed again.
 *
 * All in xenbus's thread.
 */
#define pr_fmt(fmt) "xen: cpu: " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "core.h"

enum availability {
	UNSAID,
	ONLINE,
	OFFLINE,
};

static enum availability availability_of(unsigned int cpu)
{
	enum availability said = UNSAID;
	char dir[sizeof("cpu/4294967295")];
	char *value;

	snprintf(dir, sizeof(dir), "cpu/%u", cpu);
	value = xenbus_read(XBT_NIL, dir, "availability", NULL);
	if (IS_ERR(value))
		return UNSAID;
	if (!strcmp(value, "online"))
		said = ONLINE;
	else if (!strcmp(value, "offline"))
		said = OFFLINE;
	else
		pr_warn("the availability \"%s\" of CPU %u is not known\n",
			value, cpu);
	kfree(value);
	return said;
}

static void report(unsigned int cpu, const char *what, int err)
{
	if (err < 0)
		pr_warn("CPU %u can't be taken %s (%d)\n", cpu, what, err);
	else
		pr_info("CPU %u is taken %s\n", cpu, what);
}

static void follow(unsigned int cpu, bool may_add)
{
	if (cpu >= nr_cpu_ids || !get_cpu_device(cpu))
		return;

	switch (availability_of(cpu)) {
	case ONLINE:
		if (may_add && !cpu_online(cpu))
			report(cpu, "online", add_cpu(cpu));
		break;
	case OFFLINE:
		if (cpu_online(cpu))
			report(cpu, "offline", remove_cpu(cpu));
		break;
	case UNSAID:
		break;
	}
}

/*
 * The first event is for the directory: what may not be used is taken off
 * then. What was left off at boot ("maxcpus=") is not added for that.
 */
static void cpus_changed(struct xenbus_watch *watch, const char *path,
			 const char *token)
{
	unsigned int cpu;

	if (sscanf(path, "cpu/%u", &cpu) == 1) {
		follow(cpu, true);
		return;
	}
	for_each_possible_cpu(cpu)
		follow(cpu, false);
}

static int store_is_there(struct notifier_block *nb, unsigned long event,
			  void *data);

static struct {
	struct xenbus_watch watch;
	struct notifier_block notifier;
	/* The store may never have come. */
	bool watching;
} cpus = {
	.watch = { .node = "cpu", .callback = cpus_changed },
	.notifier = { .notifier_call = store_is_there },
};

static int store_is_there(struct notifier_block *nb, unsigned long event,
			  void *data)
{
	int err = register_xenbus_watch(&cpus.watch);

	if (err)
		pr_err("%s cannot be watched (%d)\n", cpus.watch.node, err);
	cpus.watching = !err;
	return NOTIFY_DONE;
}

int xen_hotplug_init(void)
{
	return register_xenstore_notifier(&cpus.notifier);
}

void xen_hotplug_exit(void)
{
	unregister_xenstore_notifier(&cpus.notifier);
	if (cpus.watching)
		unregister_xenbus_watch(&cpus.watch);
	cpus.watching = false;
}
