// SPDX-License-Identifier: GPL-2.0
/*
 * The store: what we tell the backend, and what it tells us.
 *
 * Process context, under dev->lock. Numbers from the store are in range, or
 * have been refused with a message, when they leave this file.
 */
#include <linux/slab.h>

#include <xen/interface/io/protocols.h>

#include "blkfront.h"

/* A node of an earlier connection must not outlive what it described. */
static int write_or_remove(struct xenbus_transaction xbt, const char *dir,
			   const char *node, bool wanted, unsigned int value)
{
	int err;

	if (wanted)
		return xenbus_printf(xbt, dir, node, "%u", value);
	if (!xenbus_exists(xbt, dir, node))
		return 0;
	err = xenbus_rm(xbt, dir, node);
	return err == -ENOENT ? 0 : err;
}

static int write_queue(struct xenbus_transaction xbt, const char *dir,
		       const struct blkfront_queue *queue)
{
	unsigned int pages = 1U << queue->dev->link.order;
	char node[16];
	unsigned int i;
	int err;

	err = write_or_remove(xbt, dir, "ring-ref", pages == 1,
			      queue->ring_refs[0]);
	for (i = 0; !err && pages > 1 && i < pages; i++) {
		snprintf(node, sizeof(node), "ring-ref%u", i);
		err = xenbus_printf(xbt, dir, node, "%u",
				    queue->ring_refs[i]);
	}
	if (err)
		return err;
	return xenbus_printf(xbt, dir, "event-channel", "%u", queue->evtchn);
}

static int write_queues(struct xenbus_transaction xbt,
			const struct blkfront_dev *dev)
{
	const char *base = dev->xbdev->nodename;
	unsigned int i;
	int err = 0;

	if (dev->link.queues == 1)
		return write_queue(xbt, base, dev->queues);

	for (i = 0; i < dev->link.queues && !err; i++) {
		char *dir = kasprintf(GFP_NOIO, "%s/queue-%u", base, i);

		if (!dir)
			return -ENOMEM;
		err = write_queue(xbt, dir, &dev->queues[i]);
		kfree(dir);
	}
	return err;
}

static int write_all(struct xenbus_transaction xbt,
		     const struct blkfront_dev *dev)
{
	const char *dir = dev->xbdev->nodename;
	int err;

	err = write_or_remove(xbt, dir, "ring-page-order", dev->link.order,
			      dev->link.order);
	if (err)
		return err;
	err = write_or_remove(xbt, dir, "multi-queue-num-queues",
			      dev->link.queues > 1, dev->link.queues);
	if (err)
		return err;
	err = write_queues(xbt, dev);
	if (err)
		return err;
	err = xenbus_printf(xbt, dir, "protocol", "%s",
			    XEN_IO_PROTO_ABI_NATIVE);
	if (err)
		return err;
	return xenbus_printf(xbt, dir, "feature-persistent", "%u",
			     dev->offers_persistent);
}

static int write_in_transaction(const struct blkfront_dev *dev)
{
	struct xenbus_transaction xbt;
	int err;

	do {
		err = xenbus_transaction_start(&xbt);
		if (err)
			return err;
		err = write_all(xbt, dev);
		if (err) {
			xenbus_transaction_end(xbt, 1);
			return err;
		}
		err = xenbus_transaction_end(xbt, 0);
	} while (err == -EAGAIN);
	return err;
}

/**
 * blkfront_publish() - make rings and offer them to the backend
 * @dev: locked, without queues
 *
 * Return: 0, or a negative errno after a message.
 */
int blkfront_publish(struct blkfront_dev *dev)
{
	struct xenbus_device *xbdev = dev->xbdev;
	struct blkfront_params params;
	bool trusted;
	int err;

	blkfront_get_params(&params, &trusted, &dev->offers_persistent);
	dev->bounce = !trusted ||
		      !xenbus_read_unsigned(xbdev->nodename, "trusted", 1);
	blkfront_limit_link(&params,
			    xenbus_read_unsigned(xbdev->otherend,
						 "multi-queue-max-queues", 1),
			    xenbus_read_unsigned(xbdev->otherend,
						 "max-ring-page-order", 0),
			    &dev->link);
	clear_bit(0, &dev->breached);

	err = blkfront_queues_open(dev);
	if (err) {
		xenbus_dev_fatal(xbdev, err, "setting up %u rings",
				 dev->link.queues);
		return err;
	}
	err = write_in_transaction(dev);
	if (err) {
		xenbus_dev_fatal(xbdev, err, "offering the rings");
		return err;
	}
	return xenbus_switch_state(xbdev, XenbusStateInitialised);
}

static unsigned int read_flag(const struct blkfront_dev *dev,
			      const char *node)
{
	return xenbus_read_unsigned(dev->xbdev->otherend, node, 0);
}

static void read_features(const struct blkfront_dev *dev,
			  struct blkfront_disk *disk)
{
	disk->physical_size = read_flag(dev, "physical-sector-size");
	disk->max_segs = read_flag(dev, "feature-max-indirect-segments");
	disk->flush = read_flag(dev, "feature-flush-cache");
	disk->barrier = read_flag(dev, "feature-barrier");
	disk->discard = read_flag(dev, "feature-discard");
	disk->secure = read_flag(dev, "discard-secure");
	disk->discard_granularity = read_flag(dev, "discard-granularity");
	disk->discard_alignment = read_flag(dev, "discard-alignment");
}

/* What a disk in use can't bear: its users rely on the sector size. */
static const char *check_same_disk(const struct blkfront_dev *dev,
				   const struct blkfront_disk *disk)
{
	if (dev->disk && disk->sector_size != dev->info.sector_size)
		return "\"sector-size\" changed while the disk is in use";
	return NULL;
}

/**
 * blkfront_read_disk() - read what the backend tells of the disk
 * @dev: locked; its info, sizes and mode of transfer are set on success
 *
 * Return: 0, or a negative errno after a message.
 */
int blkfront_read_disk(struct blkfront_dev *dev)
{
	struct xenbus_device *xbdev = dev->xbdev;
	struct blkfront_disk disk = {};
	struct blkfront_params params;
	const char *why;
	bool ignored;
	int err;

	err = xenbus_gather(XBT_NIL, xbdev->otherend,
			    "sectors", "%llu", &disk.sectors,
			    "info", "%u", &disk.info,
			    "sector-size", "%u", &disk.sector_size, NULL);
	if (err) {
		xenbus_dev_fatal(xbdev, err, "reading the disk's size at %s",
				 xbdev->otherend);
		return err;
	}
	read_features(dev, &disk);
	why = blkfront_check_disk(&disk);
	if (!why)
		why = check_same_disk(dev, &disk);
	if (why) {
		xenbus_dev_fatal(xbdev, -EINVAL, "%s: %s", xbdev->otherend,
				 why);
		return -EINVAL;
	}

	dev->info = disk;
	dev->persistent = dev->offers_persistent &&
			  read_flag(dev, "feature-persistent");
	dev->copies = dev->bounce || dev->persistent;
	blkfront_get_params(&params, &ignored, &ignored);
	blkfront_limit_sizes(disk.max_segs, params.max_segs, PAGE_SIZE,
			     dev->copies, &dev->sizes);
	return 0;
}

/**
 * blkfront_read_size() - read the size alone
 * @dev: locked and connected
 * @sectors: set on success, in 512 bytes
 *
 * Return: 0, or a negative errno after a message.
 */
int blkfront_read_size(struct blkfront_dev *dev, u64 *sectors)
{
	struct xenbus_device *xbdev = dev->xbdev;
	const char *why;

	if (xenbus_scanf(XBT_NIL, xbdev->otherend, "sectors", "%llu",
			 sectors) != 1)
		return -ENOENT;
	why = blkfront_check_size(*sectors, dev->info.sector_size);
	if (why) {
		dev_warn(&xbdev->dev, "%s: %s: size unchanged\n",
			 xbdev->otherend, why);
		return -EINVAL;
	}
	return 0;
}
