// SPDX-License-Identifier: GPL-2.0
/*
 * What a device shows in sysfs, on either bus: where it is in the store, its
 * state, and what its events were worth.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "bus.h"

static ssize_t nodename_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->nodename);
}
static DEVICE_ATTR_RO(nodename);

static ssize_t devtype_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(devtype);

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s:%s\n", dev->bus->name,
			  to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  xenbus_strstate(to_xenbus_device(dev)->state));
}
static DEVICE_ATTR_RO(state);

static struct attribute *device_attrs[] = {
	&dev_attr_nodename.attr,
	&dev_attr_devtype.attr,
	&dev_attr_modalias.attr,
	&dev_attr_state.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

struct counter_attribute {
	struct device_attribute attr;
	/* Of the atomic_t in struct xenbus_device. */
	size_t offset;
};

static ssize_t counter_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	const struct counter_attribute *counter =
		container_of(attr, struct counter_attribute, attr);
	const atomic_t *value = (void *)to_xenbus_device(dev) +
				counter->offset;

	return sysfs_emit(buf, "%d\n", atomic_read(value));
}

static struct counter_attribute event_channels = {
	__ATTR(event_channels, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, event_channels)
};

static struct counter_attribute events = {
	__ATTR(events, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, events)
};

static struct counter_attribute spurious_events = {
	__ATTR(spurious_events, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, spurious_events)
};

static struct counter_attribute jiffies_eoi_delayed = {
	__ATTR(jiffies_eoi_delayed, 0444, counter_show, NULL),
	offsetof(struct xenbus_device, jiffies_eoi_delayed)
};

static ssize_t spurious_threshold_show(struct device *dev,
				       struct device_attribute *attr,
				       char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  to_xenbus_device(dev)->spurious_threshold);
}

static ssize_t spurious_threshold_store(struct device *dev,
					struct device_attribute *attr,
					const char *buf, size_t count)
{
	int err = kstrtouint(buf, 0,
			     &to_xenbus_device(dev)->spurious_threshold);

	return err ?: count;
}
static DEVICE_ATTR_RW(spurious_threshold);

static struct attribute *event_attrs[] = {
	&event_channels.attr.attr,
	&events.attr.attr,
	&spurious_events.attr.attr,
	&jiffies_eoi_delayed.attr.attr,
	&dev_attr_spurious_threshold.attr,
	NULL
};

static const struct attribute_group event_group = {
	.name = "xenbus",
	.attrs = event_attrs,
};

const struct attribute_group *xenbus_device_groups[] = {
	&device_group,
	&event_group,
	NULL
};
