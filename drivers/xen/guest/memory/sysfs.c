// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/devices/system/xen_memory/xen_memory0: what user space may know of the
 * balloon, and tell it.
 */
#include <linux/capability.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/balloon.h>
#include <xen/mem-reservation.h>

#include "control.h"

#define TO_KIB(pages)	((u64)(pages) << (PAGE_SHIFT - 10))

static ssize_t current_kb_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", TO_KIB(balloon_stats.current_pages));
}
static DEVICE_ATTR_RO(current_kb);

static ssize_t low_kb_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%llu\n", TO_KIB(balloon_stats.balloon_low));
}
static DEVICE_ATTR_RO(low_kb);

static ssize_t high_kb_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%llu\n", TO_KIB(balloon_stats.balloon_high));
}
static DEVICE_ATTR_RO(high_kb);

static ssize_t target_kb_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", TO_KIB(balloon_stats.target_pages));
}

static ssize_t target_kb_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	u64 kib;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtou64(buf, 0, &kib);
	if (err)
		return err;
	balloon_set_new_target(kib >> (PAGE_SHIFT - 10));
	return count;
}
static DEVICE_ATTR_RW(target_kb);

static ssize_t target_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  (u64)balloon_stats.target_pages << PAGE_SHIFT);
}

/* Bytes, or with a suffix: 512M. */
static ssize_t target_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	char *end;
	u64 bytes;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	bytes = memparse(buf, &end);
	if (end == buf || (*end && *end != '\n'))
		return -EINVAL;
	balloon_set_new_target(bytes >> PAGE_SHIFT);
	return count;
}
static DEVICE_ATTR_RW(target);

static DEVICE_ULONG_ATTR(schedule_delay, 0444, balloon_stats.schedule_delay);
static DEVICE_ULONG_ATTR(max_schedule_delay, 0644,
			 balloon_stats.max_schedule_delay);
static DEVICE_ULONG_ATTR(retry_count, 0444, balloon_stats.retry_count);
static DEVICE_ULONG_ATTR(max_retry_count, 0644,
			 balloon_stats.max_retry_count);
static DEVICE_BOOL_ATTR(scrub_pages, 0644, xen_scrub_pages);

static struct attribute *memory_attrs[] = {
	&dev_attr_target_kb.attr,
	&dev_attr_target.attr,
	&dev_attr_schedule_delay.attr.attr,
	&dev_attr_max_schedule_delay.attr.attr,
	&dev_attr_retry_count.attr.attr,
	&dev_attr_max_retry_count.attr.attr,
	&dev_attr_scrub_pages.attr.attr,
	NULL
};

static const struct attribute_group memory_group = {
	.attrs = memory_attrs,
};

static struct attribute *info_attrs[] = {
	&dev_attr_current_kb.attr,
	&dev_attr_low_kb.attr,
	&dev_attr_high_kb.attr,
	NULL
};

static const struct attribute_group info_group = {
	.name = "info",
	.attrs = info_attrs,
};

static const struct attribute_group *memory_groups[] = {
	&memory_group,
	&info_group,
	NULL
};

static const struct bus_type memory_subsys = {
	.name = "xen_memory",
	.dev_name = "xen_memory",
};

static void release_device(struct device *dev)
{
	kfree(dev);
}

struct device *balloon_sysfs_add(void)
{
	struct device *dev;
	int err;

	err = subsys_system_register(&memory_subsys, NULL);
	if (err)
		return ERR_PTR(err);

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev) {
		err = -ENOMEM;
		goto err_bus;
	}
	dev->bus = &memory_subsys;
	dev->groups = memory_groups;
	dev->release = release_device;
	err = device_register(dev);
	if (err)
		goto err_put;
	return dev;

err_put:
	put_device(dev);
err_bus:
	bus_unregister(&memory_subsys);
	return ERR_PTR(err);
}

void balloon_sysfs_remove(struct device *dev)
{
	device_unregister(dev);
	bus_unregister(&memory_subsys);
}
