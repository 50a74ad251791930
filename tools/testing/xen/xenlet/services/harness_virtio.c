// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio console on virtio-mmio, version 2 of the transport (virtio 1.2,
 * 4.2.2 and 5.3), port 0 without VIRTIO_CONSOLE_F_MULTIPORT.
 *
 * Owns the two queues and their buffers. Bytes to send wait in a FIFO until a
 * transmit buffer is free; nothing here waits for the other side.
 */
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/page.h>
#include <xenlet/work.h>

#include "barrier.h"
#include <xenlet/service.h>

#include "harness.h"

enum virtio_mmio_reg {
	REG_MAGIC = 0x000,
	REG_VERSION = 0x004,
	REG_DEVICE_ID = 0x008,
	REG_FEATURES_SEL = 0x014,
	REG_DEVICE_FEATURES = 0x010,
	REG_DRIVER_FEATURES = 0x020,
	REG_DRIVER_FEATURES_SEL = 0x024,
	REG_QUEUE_SEL = 0x030,
	REG_QUEUE_MAX = 0x034,
	REG_QUEUE_NUM = 0x038,
	REG_QUEUE_READY = 0x044,
	REG_QUEUE_NOTIFY = 0x050,
	REG_INTERRUPT_STATUS = 0x060,
	REG_INTERRUPT_ACK = 0x064,
	REG_STATUS = 0x070,
	REG_QUEUE_DESC = 0x080,
	REG_QUEUE_DRIVER = 0x090,
	REG_QUEUE_DEVICE = 0x0a0,
};

#define VIRTIO_MAGIC		0x74726976
#define VIRTIO_ID_CONSOLE	3
#define STATUS_ACKNOWLEDGE	1
#define STATUS_DRIVER		2
#define STATUS_DRIVER_OK	4
#define STATUS_FEATURES_OK	8
/* VIRTIO_F_VERSION_1 is bit 32: bit 0 of the second word. */
#define FEATURE_VERSION_1	1

#define QUEUE_SIZE	8
#define BUFFER_SIZE	1024
#define FIFO_SIZE	32768
#define DESC_F_WRITE	2

struct virtq_desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

struct virtq_avail {
	u16 flags, idx;
	u16 ring[QUEUE_SIZE];
	u16 used_event;
};

struct virtq_used {
	u16 flags, idx;
	struct {
		u32 id, len;
	} ring[QUEUE_SIZE];
	u16 avail_event;
};

struct virtqueue {
	struct virtq_desc desc[QUEUE_SIZE] __attribute__((aligned(16)));
	struct virtq_avail avail;
	struct virtq_used used __attribute__((aligned(4)));
	char buffer[QUEUE_SIZE][BUFFER_SIZE];
	u16 avail_idx, used_idx;
	u16 nr_free;
	u8 free[QUEUE_SIZE];
};

enum { RX, TX };

static struct {
	paddr_t base;
	void (*received)(const char *buf, size_t len);
	struct work work;
	u32 head, tail;
	char fifo[FIFO_SIZE];
	struct virtqueue queue[2];
} channel;

static u32 read_reg(paddr_t base, enum virtio_mmio_reg reg)
{
	return *(volatile u32 *)paddr_to_ptr(base + reg);
}

static void write_reg(enum virtio_mmio_reg reg, u32 value)
{
	*(volatile u32 *)paddr_to_ptr(channel.base + reg) = value;
}

static void write_reg64(enum virtio_mmio_reg reg, const void *ptr)
{
	u64 value = (uintptr_t)ptr;

	*(volatile u32 *)paddr_to_ptr(channel.base + reg) = value;
	*(volatile u32 *)paddr_to_ptr(channel.base + reg + 4) = value >> 32;
}

static bool is_console(paddr_t base)
{
	return read_reg(base, REG_MAGIC) == VIRTIO_MAGIC &&
	       read_reg(base, REG_VERSION) == 2 &&
	       read_reg(base, REG_DEVICE_ID) == VIRTIO_ID_CONSOLE;
}

/* Give buffer @id to the device. */
static void queue_post(struct virtqueue *q, unsigned int id, u32 len,
		       u16 flags)
{
	q->desc[id].addr = (uintptr_t)q->buffer[id];
	q->desc[id].len = len;
	q->desc[id].flags = flags;
	q->avail.ring[q->avail_idx++ % QUEUE_SIZE] = id;
	/* descriptor and ring entry before the index that shows them */
	smp_wmb();
	WRITE_ONCE(q->avail.idx, q->avail_idx);
}

static void queue_notify(unsigned int which)
{
	/* the device's DMA must see the index before the doorbell */
	__asm__ volatile("dsb sy" : : : "memory");
	write_reg(REG_QUEUE_NOTIFY, which);
}

/* The next buffer that the device returned, or -1. */
static int queue_take(struct virtqueue *q, u32 *len)
{
	u32 id;

	if (READ_ONCE(q->used.idx) == q->used_idx)
		return -1;
	/* pairs with the device's barrier before it moved used.idx */
	smp_rmb();
	id = q->used.ring[q->used_idx % QUEUE_SIZE].id % QUEUE_SIZE;
	*len = MIN(q->used.ring[q->used_idx % QUEUE_SIZE].len, BUFFER_SIZE);
	q->used_idx++;
	return id;
}

static bool queue_start(unsigned int which)
{
	struct virtqueue *q = &channel.queue[which];
	unsigned int i;

	write_reg(REG_QUEUE_SEL, which);
	if (read_reg(channel.base, REG_QUEUE_MAX) < QUEUE_SIZE)
		return false;
	write_reg(REG_QUEUE_NUM, QUEUE_SIZE);
	write_reg64(REG_QUEUE_DESC, q->desc);
	write_reg64(REG_QUEUE_DRIVER, &q->avail);
	write_reg64(REG_QUEUE_DEVICE, &q->used);
	for (i = 0; i < QUEUE_SIZE; i++) {
		if (which == RX)
			queue_post(q, i, BUFFER_SIZE, DESC_F_WRITE);
		else
			q->free[q->nr_free++] = i;
	}
	write_reg(REG_QUEUE_READY, 1);
	return true;
}

static void receive(void)
{
	struct virtqueue *q = &channel.queue[RX];
	bool taken = false;
	u32 len;
	int id;

	while ((id = queue_take(q, &len)) >= 0) {
		channel.received(q->buffer[id], len);
		queue_post(q, id, BUFFER_SIZE, DESC_F_WRITE);
		taken = true;
	}
	if (taken)
		queue_notify(RX);
}

static void transmit(void)
{
	struct virtqueue *q = &channel.queue[TX];
	bool sent = false;
	u32 len, n;
	int id;

	while ((id = queue_take(q, &len)) >= 0)
		if (q->nr_free < QUEUE_SIZE)
			q->free[q->nr_free++] = id;
	while (q->nr_free && channel.head != channel.tail) {
		id = q->free[--q->nr_free];
		len = MIN(channel.head - channel.tail, (u32)BUFFER_SIZE);
		for (n = 0; n < len; n++)
			q->buffer[id][n] =
				channel.fifo[channel.tail++ % FIFO_SIZE];
		queue_post(q, id, len, 0);
		sent = true;
	}
	if (sent)
		queue_notify(TX);
}

static void channel_work(struct work *work)
{
	receive();
	transmit();
}

void channel_interrupt(void)
{
	if (!channel.base)
		return;
	write_reg(REG_INTERRUPT_ACK,
		  read_reg(channel.base, REG_INTERRUPT_STATUS));
	work_queue(&channel.work);
}

bool channel_send(const char *buf, size_t len)
{
	size_t i;

	if (len > FIFO_SIZE - (channel.head - channel.tail))
		return false;
	for (i = 0; i < len; i++)
		channel.fifo[channel.head++ % FIFO_SIZE] = buf[i];
	transmit();
	return true;
}

bool channel_is_at(paddr_t base)
{
	return channel.base && channel.base == base;
}

bool channel_poll(void)
{
	transmit();
	return channel.head != channel.tail ||
	       channel.queue[TX].nr_free < QUEUE_SIZE;
}

static bool start_device(void)
{
	u32 status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

	write_reg(REG_STATUS, 0);
	write_reg(REG_STATUS, status);
	write_reg(REG_FEATURES_SEL, 1);
	if (!(read_reg(channel.base, REG_DEVICE_FEATURES) & FEATURE_VERSION_1))
		return false;
	write_reg(REG_DRIVER_FEATURES_SEL, 0);
	write_reg(REG_DRIVER_FEATURES, 0);
	write_reg(REG_DRIVER_FEATURES_SEL, 1);
	write_reg(REG_DRIVER_FEATURES, FEATURE_VERSION_1);
	status |= STATUS_FEATURES_OK;
	write_reg(REG_STATUS, status);
	if (!(read_reg(channel.base, REG_STATUS) & STATUS_FEATURES_OK))
		return false;
	if (!queue_start(RX) || !queue_start(TX))
		return false;
	write_reg(REG_STATUS, status | STATUS_DRIVER_OK);
	queue_notify(RX);
	return true;
}

bool channel_open(void (*received)(const char *buf, size_t len))
{
	unsigned int i;

	work_init(&channel.work, channel_work);
	channel.received = received;
	for (i = 0; i < the_machine->nr_virtio; i++) {
		const struct virtio_slot *slot = &the_machine->virtio[i];

		if (!is_console(slot->base))
			continue;
		channel.base = slot->base;
		if (start_device() &&
		    !irq_request(slot->irq, harness_interrupt))
			return true;
		printk("harness: the virtio console does not start");
		write_reg(REG_STATUS, 0);
		channel.base = 0;
	}
	return false;
}
