// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkfront: disks that another domain provides, by Xen's blkif protocol.
 *
 * The driver, its parameters and the list of its devices, which sees to it
 * that no two claim the same minors. Everything about one device is in the
 * other files.
 */
#define pr_fmt(fmt) "xen-blkfront: " fmt

#include <linux/module.h>
#include <linux/slab.h>

#include <xen/xen.h>

#include "blkfront.h"

static struct {
	struct mutex lock; /* the list */
	struct list_head devices;
} blkfront = {
	.lock = __MUTEX_INITIALIZER(blkfront.lock),
	.devices = LIST_HEAD_INIT(blkfront.devices),
};

static unsigned int max_indirect_segments = 32;
module_param(max_indirect_segments, uint, 0444);
MODULE_PARM_DESC(max_indirect_segments,
		 "Segments of an indirect request, at most (default 32)");

static unsigned int max_queues = 4;
module_param(max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues, "Queues of a disk, at most (default 4)");

static unsigned int max_ring_page_order;
module_param(max_ring_page_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order,
		 "Log2 of the pages of a ring, at most (default 0)");

static bool trusted = true;
module_param(trusted, bool, 0644);
MODULE_PARM_DESC(trusted,
		 "Is the backend trusted with the pages around the data (default Y)");

static bool feature_persistent = true;
module_param(feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "May the backend keep pages mapped (default Y)");

/**
 * blkfront_get_params() - what the user asked for
 * @params: set; with no more queues than there are CPUs
 * @is_trusted: set
 * @persistent: set
 */
void blkfront_get_params(struct blkfront_params *params, bool *is_trusted,
			 bool *persistent)
{
	params->max_segs = max_indirect_segments;
	params->max_queues = min(max_queues, num_online_cpus());
	params->max_order = max_ring_page_order;
	*is_trusted = READ_ONCE(trusted);
	*persistent = READ_ONCE(feature_persistent);
}

static bool minors_taken(const struct blkfront_vdev *vdev)
{
	const struct blkfront_dev *dev;

	list_for_each_entry(dev, &blkfront.devices, node)
		if (vdev->minor < dev->vdev.minor + dev->vdev.minors &&
		    dev->vdev.minor < vdev->minor + vdev->minors)
			return true;
	return false;
}

static int list_device(struct blkfront_dev *dev)
{
	guard(mutex)(&blkfront.lock);
	if (minors_taken(&dev->vdev))
		return -EBUSY;
	list_add_tail(&dev->node, &blkfront.devices);
	return 0;
}

static void unlist_device(struct blkfront_dev *dev)
{
	guard(mutex)(&blkfront.lock);
	list_del(&dev->node);
}

static int read_vdev(struct xenbus_device *xbdev, struct blkfront_vdev *vdev)
{
	int number, err;

	if (xenbus_scanf(XBT_NIL, xbdev->nodename, "virtual-device", "%i",
			 &number) != 1 &&
	    xenbus_scanf(XBT_NIL, xbdev->nodename, "virtual-device-ext", "%i",
			 &number) != 1) {
		xenbus_dev_fatal(xbdev, -ENOENT, "reading virtual-device");
		return -ENOENT;
	}
	err = blkfront_vdev_decode(number, vdev);
	if (err)
		xenbus_dev_fatal(xbdev, err,
				 "virtual-device %#x is no xvd disk", number);
	return err;
}

/* The store names the device by a number, and so do ring requests. */
static int read_handle(struct xenbus_device *xbdev, blkif_vdev_t *handle)
{
	const char *name = strrchr(xbdev->nodename, '/');
	unsigned int number;
	int err;

	err = name ? kstrtouint(name + 1, 0, &number) : -EINVAL;
	if (err) {
		xenbus_dev_fatal(xbdev, err, "%s ends in no number",
				 xbdev->nodename);
		return err;
	}
	*handle = number;
	return 0;
}

static int blkfront_probe(struct xenbus_device *xbdev,
			  const struct xenbus_device_id *id)
{
	struct blkfront_dev *dev;
	int err;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	dev->xbdev = xbdev;

	err = read_vdev(xbdev, &dev->vdev);
	if (!err)
		err = read_handle(xbdev, &dev->handle);
	if (err)
		goto free_dev;

	blkfront_connect_init(dev);
	err = list_device(dev);
	if (err) {
		xenbus_dev_fatal(xbdev, err, "another disk has %s",
				 dev->vdev.name);
		goto free_dev;
	}
	dev_set_drvdata(&xbdev->dev, dev);
	blkfront_debugfs_add(dev);
	return 0;

free_dev:
	kfree(dev);
	return err;
}

static void blkfront_remove(struct xenbus_device *xbdev)
{
	struct blkfront_dev *dev = dev_get_drvdata(&xbdev->dev);

	blkfront_debugfs_remove(dev);
	blkfront_connect_exit(dev);
	unlist_device(dev);
	dev_set_drvdata(&xbdev->dev, NULL);
	blkfront_disk_put(dev);
}

static int blkfront_resume(struct xenbus_device *xbdev)
{
	blkfront_input(dev_get_drvdata(&xbdev->dev), BLKFRONT_IN_RESUME);
	return 0;
}

static void blkfront_backend_changed(struct xenbus_device *xbdev,
				     enum xenbus_state state)
{
	bool online = xenbus_read_unsigned(xbdev->otherend, "online", 1);
	int input = blkfront_state_input(state, online);

	if (input >= 0)
		blkfront_input(dev_get_drvdata(&xbdev->dev), input);
}

static int blkfront_is_ready(struct xenbus_device *xbdev)
{
	const struct blkfront_dev *dev = dev_get_drvdata(&xbdev->dev);

	return dev && READ_ONCE(dev->added);
}

static const struct xenbus_device_id blkfront_ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver blkfront_driver = {
	.ids			= blkfront_ids,
	.probe			= blkfront_probe,
	.remove			= blkfront_remove,
	.resume			= blkfront_resume,
	.otherend_changed	= blkfront_backend_changed,
	.is_ready		= blkfront_is_ready,
};

static int __init blkfront_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	if (register_blkdev(BLKFRONT_MAJOR, "xvd")) {
		pr_err("major %d is taken\n", BLKFRONT_MAJOR);
		return -EBUSY;
	}
	blkfront_debugfs_init();
	err = xenbus_register_frontend(&blkfront_driver);
	if (err) {
		blkfront_debugfs_exit();
		unregister_blkdev(BLKFRONT_MAJOR, "xvd");
	}
	return err;
}
module_init(blkfront_init);

static void __exit blkfront_exit(void)
{
	xenbus_unregister_driver(&blkfront_driver);
	blkfront_debugfs_exit();
	unregister_blkdev(BLKFRONT_MAJOR, "xvd");
}
module_exit(blkfront_exit);

MODULE_DESCRIPTION("Xen virtual block device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS_BLOCKDEV_MAJOR(BLKFRONT_MAJOR);
MODULE_ALIAS("xen:vbd");
MODULE_ALIAS("xenblk");
