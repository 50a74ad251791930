// SPDX-License-Identifier: GPL-2.0
/*
 * A disk on the bus: what it offers, what the frontend chose. Owns the list
 * of devices. Monitor lock.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>
#include <xen/io/protocols.h>
#include <xen/sched.h>

#include "block.h"
#include "services.h"
#include "store.h"

#define SECTOR		512
#define DEFAULT_QUEUES	4
#define NO_REF		(~(grant_ref_t)0)

static struct list_node devices = { &devices, &devices };

static struct block_device *device_of(struct backend *b)
{
	return container_of(b, struct block_device, backend);
}

static u32 sector_size(const struct block_device *dev)
{
	return dev->config->sector_size ? dev->config->sector_size : SECTOR;
}

static void publish(struct backend *b)
{
	const struct block_device *dev = device_of(b);
	const struct disk_config *config = dev->config;

	store_set(b->back, "max-ring-page-order", "%u", BLOCK_MAX_RING_ORDER);
	store_set(b->back, "multi-queue-max-queues", "%u", dev->max_queues);
	store_set(b->back, "feature-flush-cache", "%u", !config->no_flush);
	store_set(b->back, "feature-barrier", "%u", !config->no_flush);
	store_set(b->back, "feature-persistent", "%u", !config->no_persistent);
	if (!config->no_indirect)
		store_set(b->back, "feature-max-indirect-segments", "%u",
			  BLOCK_MAX_INDIRECT);
	if (config->no_discard || config->readonly)
		return;
	store_set(b->back, "feature-discard", "1");
	store_set(b->back, "discard-secure", "1");
	store_set(b->back, "discard-alignment", "0");
	store_set(b->back, "discard-granularity", "%u",
		  (u32)(dev->disk->image ? sector_size(dev) : PAGE_SIZE));
}

/* Sectors are counted in 512 bytes, whatever the disk's are, unless the
 * frontend says that it knows better.
 */
static void publish_geometry(struct block_device *dev)
{
	u32 physical = dev->config->physical_sector_size;
	struct backend *b = &dev->backend;
	u32 size = sector_size(dev), large;

	dev->limits.unit = SECTOR;
	if (!store_get_uint(b->front, "feature-large-sector-size", 0, &large) &&
	    large)
		dev->limits.unit = size;
	dev->limits.sectors = dev->disk->size / size *
			      (size / dev->limits.unit);
	store_set(b->back, "sectors", "%llu",
		  (unsigned long long)dev->limits.sectors);
	store_set(b->back, "info", "%u",
		  dev->config->readonly ? VDISK_READONLY : 0);
	store_set(b->back, "sector-size", "%u", size);
	store_set(b->back, "physical-sector-size", "%u",
		  physical ? physical : size);
}

static int read_ring_refs(struct backend *b, const char *dir,
			  grant_ref_t *refs, unsigned int *nr)
{
	unsigned int i;
	char node[24];
	u32 order;

	if (store_get_uint(b->front, "ring-page-order", 0, &order) ||
	    order > BLOCK_MAX_RING_ORDER)
		return -XEN_EINVAL;
	*nr = 1U << order;
	for (i = 0; i < *nr; i++) {
		snprintf(node, sizeof(node), "ring-ref%u", i);
		if (!store_get_uint(dir, node, NO_REF, &refs[i]) &&
		    refs[i] != NO_REF)
			continue;
		if (*nr > 1 ||
		    store_get_uint(dir, "ring-ref", NO_REF, &refs[i]) ||
		    refs[i] == NO_REF)
			return -XEN_EINVAL;
	}
	return 0;
}

static int connect_queue(struct block_device *dev, unsigned int i,
			 bool persistent)
{
	grant_ref_t refs[RING_MAX_PAGES];
	struct backend *b = &dev->backend;
	unsigned int nr_pages;
	char dir[80];
	u32 port;

	if (dev->nr_queues == 1)
		snprintf(dir, sizeof(dir), "%s", b->front);
	else
		snprintf(dir, sizeof(dir), "%s/queue-%u", b->front, i);
	if (read_ring_refs(b, dir, refs, &nr_pages)) {
		backend_fail(b, "queue %u: bad ring-ref or ring-page-order", i);
		return -XEN_EINVAL;
	}
	if (store_get_uint(dir, "event-channel", 0, &port) || !port) {
		backend_fail(b, "queue %u: bad event-channel", i);
		return -XEN_EINVAL;
	}
	if (queue_connect(&dev->queues[i], dev, refs, nr_pages, port,
			  persistent)) {
		backend_fail(b, "queue %u: cannot map ring %u, port %u", i,
			     refs[0], port);
		return -XEN_EINVAL;
	}
	return 0;
}

static void disconnect(struct backend *b)
{
	struct block_device *dev = device_of(b);
	unsigned int i;

	for (i = 0; i < dev->nr_queues; i++)
		queue_disconnect(&dev->queues[i]);
	heap_free(dev->queues);
	dev->queues = NULL;
	dev->nr_queues = 0;
}

static bool protocol_known(struct backend *b)
{
	char protocol[32];
	int len = store_get(b->front, "protocol", protocol, sizeof(protocol));

	return len == -XEN_ENOENT ||
	       (len > 0 && !strcmp(protocol, XEN_IO_PROTO_ABI_ARM));
}

static int connect(struct backend *b)
{
	struct block_device *dev = device_of(b);
	u32 queues, persistent;
	unsigned int i;

	if (!protocol_known(b)) {
		backend_fail(b, "unknown protocol");
		return -XEN_EINVAL;
	}
	if (store_get_uint(b->front, "multi-queue-num-queues", 1, &queues) ||
	    !queues || queues > dev->max_queues) {
		backend_fail(b, "bad multi-queue-num-queues");
		return -XEN_EINVAL;
	}
	if (store_get_uint(b->front, "feature-persistent", 0, &persistent))
		persistent = 0;
	dev->queues = heap_alloc(queues * sizeof(*dev->queues));
	if (!dev->queues) {
		backend_fail(b, "out of memory");
		return -XEN_ENOMEM;
	}
	dev->nr_queues = queues;
	publish_geometry(dev);
	for (i = 0; i < queues; i++) {
		if (connect_queue(dev, i,
				  persistent && !dev->config->no_persistent)) {
			disconnect(b);
			return -XEN_EINVAL;
		}
	}
	return 0;
}

static const struct backend_ops block_ops = {
	.type = "vbd",
	.publish = publish,
	.connect = connect,
	.disconnect = disconnect,
};

/* xvda is 51712, each disk has 16 numbers; 0 or none: by position. */
static u32 device_number(const struct disk_config *config, unsigned int i)
{
	return config->vdev ? config->vdev : 51712 + 16 * i;
}

static void describe(struct backend *b, const struct disk_config *config,
		     u32 vdev)
{
	store_set(b->back, "removable", "0");
	store_set(b->back, "bootable", "1");
	store_set(b->back, "type", "phy");
	store_set(b->back, "device-type", "disk");
	store_set(b->back, "discard-enable", "%u", !config->no_discard);
	store_set(b->back, "mode", config->readonly ? "r" : "w");
	store_set(b->back, "dev", "xvd%c", 'a' + (vdev >> 4 & 15));
	store_set(b->front, "virtual-device", "%u", vdev);
	store_set(b->front, "device-type", "disk");
}

/* What a toolstack writes; which device it is, dom0 has to say. */
static int device_in_dom0(struct domain *d, const struct disk_config *config,
			  u32 vdev)
{
	struct backend b = { 0 };

	backend_create(&b, &block_ops, d, vdev);
	describe(&b, config, vdev);
	return store_set(b.front, "state", "%u", XenbusStateInitialising);
}

static int device_create(struct domain *d, const struct disk_config *config,
			 unsigned int i)
{
	u32 vdev = device_number(config, i);
	struct block_device *dev;

	if (config->in_dom0)
		return device_in_dom0(d, config, vdev);
	dev = heap_alloc(sizeof(*dev));
	if (!dev)
		return -XEN_ENOMEM;
	dev->config = config;
	dev->disk = disk_open(config);
	if (!dev->disk) {
		heap_free(dev);
		return -XEN_ENOMEM;
	}
	dev->max_queues = config->queues ?
			  MIN(config->queues, (u32)BLOCK_MAX_QUEUES) :
			  MIN(d->nr_vcpus, (unsigned int)DEFAULT_QUEUES);
	dev->limits.readonly = config->readonly;
	dev->limits.flush = !config->no_flush;
	dev->limits.discard = !config->no_discard;
	dev->limits.indirect = !config->no_indirect;
	list_add_tail(&dev->link, &devices);
	backend_create(&dev->backend, &block_ops, d, vdev);
	describe(&dev->backend, config, vdev);
	return backend_start(&dev->backend);
}

int block_domain_built(struct domain *d)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < d->config->nr_disks; i++)
		ret = device_create(d, &d->config->disks[i], i);
	return ret;
}

void block_domain_gone(struct domain *d)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &devices) {
		struct block_device *dev;

		dev = list_entry(pos, struct block_device, link);
		if (dev->backend.domain != d)
			continue;
		backend_destroy(&dev->backend);
		disk_close(dev->disk, d->shutdown_reason == SHUTDOWN_reboot);
		list_del(&dev->link);
		heap_free(dev);
	}
}

void block_stats(struct domain *d, emit_fn emit)
{
	struct list_node *pos;
	char line[200];

	list_for_each(pos, &devices) {
		struct block_device *dev;
		const struct block_stats *s;

		dev = list_entry(pos, struct block_device, link);
		s = &dev->stats;
		if (dev->backend.domain != d)
			continue;
		snprintf(line, sizeof(line),
			 "stats %u vbd=%u queues=%u reads=%llu writes=%llu flushes=%llu discards=%llu errors=%llu read_bytes=%llu written_bytes=%llu events=%llu",
			 d->domid, dev->backend.id, dev->nr_queues,
			 (unsigned long long)s->reads,
			 (unsigned long long)s->writes,
			 (unsigned long long)s->flushes,
			 (unsigned long long)s->discards,
			 (unsigned long long)s->errors,
			 (unsigned long long)s->read_bytes,
			 (unsigned long long)s->written_bytes,
			 (unsigned long long)s->events);
		emit(line);
	}
}
