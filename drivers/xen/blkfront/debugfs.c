// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-blkfront/<disk>/{connection,queues}: reading takes
 * the locks for a moment and changes nothing.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "blkfront.h"

static struct {
	struct dentry *root;
} blkfront_debugfs;

static int connection_show(struct seq_file *m, void *v)
{
	struct blkfront_dev *dev = m->private;

	guard(mutex)(&dev->lock);
	seq_printf(m, "state: %s\n", blkfront_state_name(dev->state));
	if (test_bit(0, &dev->breached))
		seq_printf(m, "breach: %s\n", dev->breach);
	seq_printf(m, "queues: %u\n", dev->link.queues);
	seq_printf(m, "ring-page-order: %u\n", dev->link.order);
	seq_printf(m, "segments: %u\n", dev->sizes.segs);
	seq_printf(m, "pieces: %u\n", dev->sizes.pieces);
	seq_printf(m, "data: %s\n", dev->persistent ? "persistent" :
				    dev->copies ? "bounced" : "granted");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(connection);

static void show_queue(struct seq_file *m, struct blkfront_queue *queue)
{
	struct blkfront_stats stats;
	unsigned int used, grefs, bufs;

	scoped_guard(spinlock_irqsave, &queue->lock) {
		stats = queue->stats;
		used = queue->slots ?
		       RING_SIZE(&queue->ring) - queue->nr_free : 0;
		grefs = queue->total_grefs;
		bufs = queue->total_bufs;
	}
	seq_printf(m, "%u %u %u %u %llu %llu %llu %llu %llu %llu\n",
		   queue->irq, used, grefs, bufs, stats.requests,
		   stats.segments, stats.notifies, stats.interrupts,
		   stats.spurious, stats.starved);
}

static int queues_show(struct seq_file *m, void *v)
{
	struct blkfront_dev *dev = m->private;
	unsigned int i;

	seq_puts(m, "irq in-flight grants buffers requests segments notifies interrupts spurious starved\n");
	guard(mutex)(&dev->lock);
	for (i = 0; dev->queues && i < dev->link.queues; i++)
		show_queue(m, &dev->queues[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

/** blkfront_debugfs_init() - make the driver's folder */
void blkfront_debugfs_init(void)
{
	blkfront_debugfs.root = debugfs_create_dir("xen-blkfront", NULL);
}

/** blkfront_debugfs_exit() - remove the driver's folder */
void blkfront_debugfs_exit(void)
{
	debugfs_remove_recursive(blkfront_debugfs.root);
}

/**
 * blkfront_debugfs_add() - make a device's folder
 * @dev: the device
 */
void blkfront_debugfs_add(struct blkfront_dev *dev)
{
	dev->debugfs = debugfs_create_dir(dev->vdev.name,
					  blkfront_debugfs.root);
	debugfs_create_file("connection", 0400, dev->debugfs, dev,
			    &connection_fops);
	debugfs_create_file("queues", 0400, dev->debugfs, dev, &queues_fops);
}

/**
 * blkfront_debugfs_remove() - remove a device's folder
 * @dev: the device; nobody reads of it afterwards
 */
void blkfront_debugfs_remove(struct blkfront_dev *dev)
{
	debugfs_remove_recursive(dev->debugfs);
}
