// SPDX-License-Identifier: GPL-2.0
/*
 * The disk that the block layer sees. It outlives connections: while there
 * is none its queue is quiesced. The device is freed with the disk's last
 * user, which may come after the driver let go of it.
 */
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <linux/slab.h>

#include "blkfront.h"

static int disk_getgeo(struct block_device *bdev, struct hd_geometry *geo)
{
	sector_t tracks = get_capacity(bdev->bd_disk);

	geo->heads = 255;
	geo->sectors = 63;
	sector_div(tracks, geo->heads * geo->sectors);
	geo->cylinders = min_t(sector_t, tracks, USHRT_MAX);
	return 0;
}

static int disk_ioctl(struct block_device *bdev, blk_mode_t mode,
		      unsigned int command, unsigned long argument)
{
	const struct blkfront_dev *dev = bdev->bd_disk->private_data;
	bool cdrom = dev->info.info & VDISK_CDROM;

	switch (command) {
	case CDROMMULTISESSION:
		/* One session, from the beginning on. */
		if (!cdrom)
			return -ENOTTY;
		return clear_user((void __user *)argument,
				  sizeof(struct cdrom_multisession)) ?
		       -EFAULT : 0;
	case CDROM_GET_CAPABILITY:
		return cdrom ? 0 : -EINVAL;
	default:
		return -ENOTTY;
	}
}

static void disk_free(struct gendisk *disk)
{
	kfree(disk->private_data);
}

static const struct block_device_operations blkfront_disk_ops = {
	.owner		= THIS_MODULE,
	.getgeo		= disk_getgeo,
	.ioctl		= disk_ioctl,
	.compat_ioctl	= blkdev_compat_ptr_ioctl,
	.free_disk	= disk_free,
};

static const struct blk_mq_ops blkfront_mq_ops = {
	.queue_rq	= blkfront_queue_rq,
	.commit_rqs	= blkfront_commit_rqs,
	.complete	= blkfront_complete_rq,
};

static bool can_flush(const struct blkfront_dev *dev)
{
	return !dev->no_flush && (dev->info.flush || dev->info.barrier);
}

static void set_limits(const struct blkfront_dev *dev,
		       struct queue_limits *lim)
{
	const struct blkfront_disk *info = &dev->info;
	bool discard = info->discard && !dev->no_discard;
	bool secure = discard && info->secure && !dev->no_secure;

	lim->logical_block_size = info->sector_size;
	lim->physical_block_size = info->physical_size;
	lim->max_hw_sectors = dev->sizes.max_sectors;
	lim->max_segments = dev->sizes.max_segments;
	lim->max_segment_size = dev->sizes.max_segment_size;
	lim->seg_boundary_mask = dev->sizes.seg_boundary;
	/* A backend refuses segments that end within a sector. */
	lim->dma_alignment = info->sector_size - 1;

	lim->max_hw_discard_sectors = discard ? UINT_MAX : 0;
	lim->max_secure_erase_sectors = secure ? UINT_MAX : 0;
	lim->discard_granularity = discard ? info->discard_granularity : 0;
	lim->discard_alignment = discard ? info->discard_alignment : 0;

	lim->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA);
	if (can_flush(dev))
		lim->features |= BLK_FEAT_WRITE_CACHE;
	if (blkfront_barrier_writes(dev))
		lim->features |= BLK_FEAT_FUA;
}

static int make_tags(struct blkfront_dev *dev)
{
	unsigned int entries = RING_SIZE(&dev->queues[0].ring);

	memset(&dev->tags, 0, sizeof(dev->tags));
	dev->tags.ops = &blkfront_mq_ops;
	dev->tags.nr_hw_queues = dev->link.queues;
	dev->tags.queue_depth = max(entries / dev->sizes.pieces, 1U);
	dev->tags.numa_node = NUMA_NO_NODE;
	dev->tags.flags = BLK_MQ_F_SHOULD_MERGE;
	dev->tags.cmd_size = sizeof(struct blkfront_rq);
	dev->tags.driver_data = dev;
	return blk_mq_alloc_tag_set(&dev->tags);
}

static void set_flags(struct blkfront_dev *dev)
{
	set_disk_ro(dev->disk, dev->info.info & (VDISK_READONLY | VDISK_CDROM));
	if (dev->info.info & VDISK_REMOVABLE)
		dev->disk->flags |= GENHD_FL_REMOVABLE;
}

static int create(struct blkfront_dev *dev)
{
	struct queue_limits lim = {};
	struct gendisk *disk;
	int err;

	err = make_tags(dev);
	if (err)
		return err;
	set_limits(dev, &lim);
	disk = blk_mq_alloc_disk(&dev->tags, &lim, dev);
	if (IS_ERR(disk)) {
		blk_mq_free_tag_set(&dev->tags);
		return PTR_ERR(disk);
	}

	strscpy(disk->disk_name, dev->vdev.name, DISK_NAME_LEN);
	disk->major = BLKFRONT_MAJOR;
	disk->first_minor = dev->vdev.minor;
	disk->minors = dev->vdev.minors;
	disk->fops = &blkfront_disk_ops;
	disk->private_data = dev;
	set_capacity(disk, dev->info.sectors);
	dev->disk = disk;
	set_flags(dev);
	return 0;
}

static int update_limits(struct blkfront_dev *dev)
{
	struct queue_limits lim;

	lim = queue_limits_start_update(dev->disk->queue);
	set_limits(dev, &lim);
	return queue_limits_commit_update(dev->disk->queue, &lim);
}

/**
 * blkfront_disk_connect() - make the disk, or fit it to a new backend
 * @dev: locked, with info and sizes just read
 *
 * Return: 0 or a negative errno.
 */
int blkfront_disk_connect(struct blkfront_dev *dev)
{
	int err;

	dev->no_flush = false;
	dev->no_discard = false;
	dev->no_secure = false;
	if (!dev->disk)
		return create(dev);

	err = update_limits(dev);
	if (err)
		return err;
	set_flags(dev);
	set_capacity_and_notify(dev->disk, dev->info.sectors);
	return 0;
}

/**
 * blkfront_disk_limits() - an operation turned out to be unknown
 * @work: the device's
 */
void blkfront_disk_limits(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(work, struct blkfront_dev,
						limits_work);

	guard(mutex)(&dev->lock);
	if (dev->state == BLKFRONT_LIVE && dev->disk && !dev->removing)
		update_limits(dev);
}

/**
 * blkfront_disk_resize() - the backend signalled that the disk may have changed
 * @dev: locked and live
 */
void blkfront_disk_resize(struct blkfront_dev *dev)
{
	u64 sectors;

	if (blkfront_read_size(dev, &sectors))
		return;
	dev->info.sectors = sectors;
	set_capacity_and_notify(dev->disk, sectors);
}

/**
 * blkfront_disk_add() - make the disk known
 * @work: the device's
 *
 * A work of its own: reading partitions waits for the backend, and whoever
 * hears of the backend's state must not.
 */
void blkfront_disk_add(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(work, struct blkfront_dev,
						add);
	int err;

	err = device_add_disk(&dev->xbdev->dev, dev->disk, NULL);
	if (err) {
		dev_err(&dev->xbdev->dev, "adding %s failed: %pe\n",
			dev->disk->disk_name, ERR_PTR(err));
		return;
	}

	guard(mutex)(&dev->lock);
	dev->added = true;
	if (dev->state == BLKFRONT_DEAD)
		blkfront_disk_kill(dev);
}

/**
 * blkfront_disk_hold() - let no request through until the disk is released
 * @dev: locked
 *
 * On return nobody is in blkfront_queue_rq().
 */
void blkfront_disk_hold(struct blkfront_dev *dev)
{
	if (!dev->disk || dev->held)
		return;
	blk_mq_quiesce_queue(dev->disk->queue);
	dev->held = true;
}

/**
 * blkfront_disk_release() - let requests through, those that waited first
 * @dev: locked
 */
void blkfront_disk_release(struct blkfront_dev *dev)
{
	if (!dev->disk || !dev->held)
		return;
	dev->held = false;
	blk_mq_unquiesce_queue(dev->disk->queue);
	blk_mq_start_stopped_hw_queues(dev->disk->queue, true);
	blk_mq_kick_requeue_list(dev->disk->queue);
}

/**
 * blkfront_disk_kill() - tell the disk's users that it is gone
 * @dev: locked and dead
 */
void blkfront_disk_kill(struct blkfront_dev *dev)
{
	if (dev->added && !dev->removing)
		blk_mark_disk_dead(dev->disk);
}

/**
 * blkfront_disk_remove() - take the disk from its users
 * @dev: being removed, not locked: what is dirty is written back first
 */
void blkfront_disk_remove(struct blkfront_dev *dev)
{
	cancel_work_sync(&dev->add);
	if (dev->added)
		del_gendisk(dev->disk);
}

/**
 * blkfront_disk_put() - let go of the disk, and of the device with it
 * @dev: without a connection; may be freed by this
 */
void blkfront_disk_put(struct blkfront_dev *dev)
{
	struct gendisk *disk = dev->disk;

	if (disk && dev->added) {
		blk_mq_free_tag_set(&dev->tags);
		put_disk(disk);
		return;
	}
	if (disk) {
		put_disk(disk);
		blk_mq_free_tag_set(&dev->tags);
	}
	kfree(dev);
}
