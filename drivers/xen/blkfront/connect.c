// SPDX-License-Identifier: GPL-2.0
/*
 * The connection: does what the state table says, and keeps the state.
 *
 * Inputs come from xenbus, from works and from removal, and are handled one
 * at a time under dev->lock. Responses are judged in interrupts: a breach is
 * noted there, once, and its consequences follow in a work.
 *
 * No wait is without end: for a backend that left, I/O is held for
 * HOLD_SECONDS; on removal, what a backend doesn't answer within
 * REMOVE_SECONDS fails.
 */
#include <linux/delay.h>
#include <linux/sched/mm.h>

#include "blkfront.h"

#define HOLD_SECONDS		300
#define REMOVE_SECONDS		30
#define GOODBYE_MS		5000
#define GOODBYE_STEP_MS		10

/* A request that ends one connection after the other is not sent again. */
#define MAX_RESENDS		5

#define NO_INPUT		(-1)

static void end_requests(struct request *list, bool fail)
{
	while (list) {
		struct blkfront_rq *pdu = blk_mq_rq_to_pdu(list);
		struct request *rq = list;

		list = pdu->next;
		if (fail || pdu->resent++ == MAX_RESENDS)
			blk_mq_end_request(rq, BLK_STS_IOERR);
		else
			blk_mq_requeue_request(rq, false);
	}
}

static void hold(struct blkfront_dev *dev)
{
	blkfront_disk_hold(dev);
	end_requests(blkfront_queues_close(dev), false);
	if (dev->disk && !dev->removing)
		mod_delayed_work(system_wq, &dev->give_up, HOLD_SECONDS * HZ);
}

static void fail(struct blkfront_dev *dev)
{
	blkfront_disk_hold(dev);
	end_requests(blkfront_queues_close(dev), true);
	blkfront_disk_release(dev);
	if (dev->state == BLKFRONT_DEAD)
		blkfront_disk_kill(dev);
}

static void announce(struct blkfront_dev *dev)
{
	dev_info(&dev->xbdev->dev,
		 "%s: %u queue(s) of %lu entries, %u segments, %s%s%s%s\n",
		 dev->vdev.name, dev->link.queues,
		 (unsigned long)RING_SIZE(&dev->queues[0].ring),
		 dev->sizes.segs,
		 dev->persistent ? "persistent grants" :
		 dev->copies ? "bounce buffers" : "direct grants",
		 dev->info.flush ? ", flush" :
		 dev->info.barrier ? ", barrier" : "",
		 dev->info.discard ? ", discard" : "",
		 dev->info.secure ? ", secure erase" : "");
}

static int start(struct blkfront_dev *dev)
{
	bool first = !dev->disk;
	int err;

	err = blkfront_read_disk(dev);
	if (err)
		return err;
	err = blkfront_queues_start(dev);
	if (!err)
		err = blkfront_disk_connect(dev);
	if (err) {
		xenbus_dev_fatal(dev->xbdev, err, "connecting %s",
				 dev->vdev.name);
		return err;
	}

	announce(dev);
	if (!dev->removing)
		cancel_delayed_work(&dev->give_up);
	xenbus_switch_state(dev->xbdev, XenbusStateConnected);
	blkfront_disk_release(dev);
	/* Once only: the first try may still wait for I/O of the last backend. */
	if (first)
		queue_work(system_unbound_wq, &dev->add);
	schedule_delayed_work(&dev->trim, HZ);
	return 0;
}

/* Returns an input that follows from what was done, or NO_INPUT. */
static int perform(struct blkfront_dev *dev, unsigned int act)
{
	if (act & BLKFRONT_DO_HOLD)
		hold(dev);
	if (act & BLKFRONT_DO_FAIL)
		fail(dev);
	if (act & BLKFRONT_DO_REPORT)
		xenbus_dev_error(dev->xbdev, -EPROTO, "%s: %s, I/O fails",
				 dev->vdev.name, dev->breach);
	if (act & BLKFRONT_DO_SAY_CLOSED) {
		if (dev->state == BLKFRONT_DEAD)
			xenbus_frontend_closed(dev->xbdev);
		else
			xenbus_switch_state(dev->xbdev, XenbusStateClosed);
	}
	if (act & BLKFRONT_DO_SAY_NEW)
		xenbus_switch_state(dev->xbdev, XenbusStateInitialising);
	if ((act & BLKFRONT_DO_PUBLISH) && blkfront_publish(dev))
		return BLKFRONT_IN_FAILED;
	if ((act & BLKFRONT_DO_CONNECT) && start(dev))
		return BLKFRONT_IN_FAILED;
	if (act & BLKFRONT_DO_RESIZE)
		blkfront_disk_resize(dev);
	return NO_INPUT;
}

/* The disk may hold swap: nothing here may wait for I/O to it. */
static void input_locked(struct blkfront_dev *dev, int input)
{
	unsigned int noio = memalloc_noio_save();

	while (input != NO_INPUT) {
		struct blkfront_step step;

		step = blkfront_state_step(dev->state, input);
		dev_dbg(&dev->xbdev->dev, "%s, input %d: %s, act %#x\n",
			blkfront_state_name(dev->state), input,
			blkfront_state_name(step.next), step.act);
		WRITE_ONCE(dev->state, step.next);
		input = perform(dev, step.act);
	}
	memalloc_noio_restore(noio);
}

/**
 * blkfront_input() - something happened to the connection
 * @dev: the device
 * @input: what
 *
 * Context: process, sleeps.
 */
void blkfront_input(struct blkfront_dev *dev, enum blkfront_input input)
{
	guard(mutex)(&dev->lock);
	input_locked(dev, input);
}

/**
 * blkfront_breach() - the backend broke the protocol
 * @dev: the device
 * @fmt: how: the first breach of a connection is remembered
 *
 * From here on no response is taken; what is in flight fails in a work.
 *
 * Context: any.
 */
void blkfront_breach(struct blkfront_dev *dev, const char *fmt, ...)
{
	va_list args;

	if (test_and_set_bit(0, &dev->breached))
		return;
	va_start(args, fmt);
	vscnprintf(dev->breach, sizeof(dev->breach), fmt, args);
	va_end(args);
	schedule_work(&dev->breach_work);
}

static void breach_work(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(work, struct blkfront_dev,
						breach_work);

	guard(mutex)(&dev->lock);
	/* A new connection has nothing to do with it. */
	if (test_bit(0, &dev->breached))
		input_locked(dev, BLKFRONT_IN_BREACH);
}

static void give_up_work(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(to_delayed_work(work),
						struct blkfront_dev, give_up);

	guard(mutex)(&dev->lock);
	if (!dev->removing && dev->state != BLKFRONT_AWAY &&
	    dev->state != BLKFRONT_OFFERED)
		return;
	if (dev->state != BLKFRONT_DEAD)
		dev_err(&dev->xbdev->dev, "%s: no answer for %u seconds\n",
			dev->vdev.name,
			dev->removing ? REMOVE_SECONDS : HOLD_SECONDS);
	input_locked(dev, BLKFRONT_IN_GIVE_UP);
}

/**
 * blkfront_connect_init() - a device without a connection
 * @dev: zeroed, with its xenbus device and names set
 */
void blkfront_connect_init(struct blkfront_dev *dev)
{
	mutex_init(&dev->lock);
	spin_lock_init(&dev->resubmit_lock);
	bio_list_init(&dev->bios);
	dev->state = BLKFRONT_AWAY;
	INIT_WORK(&dev->breach_work, breach_work);
	INIT_WORK(&dev->add, blkfront_disk_add);
	INIT_WORK(&dev->limits_work, blkfront_disk_limits);
	INIT_WORK(&dev->resubmit, blkfront_resubmit);
	INIT_DELAYED_WORK(&dev->give_up, give_up_work);
	INIT_DELAYED_WORK(&dev->trim, blkfront_bufs_trim);
}

static bool backend_serves(struct blkfront_dev *dev)
{
	return READ_ONCE(dev->state) == BLKFRONT_LIVE &&
	       xenbus_read_unsigned(dev->xbdev->otherend, "state",
				    XenbusStateUnknown) ==
	       XenbusStateConnected;
}

/* A backend that heard of it unmaps the rings before they are taken away. */
static void say_goodbye(struct blkfront_dev *dev)
{
	unsigned int waited;

	if (!backend_serves(dev))
		return;
	xenbus_switch_state(dev->xbdev, XenbusStateClosing);
	for (waited = 0; waited < GOODBYE_MS; waited += GOODBYE_STEP_MS) {
		if (!backend_serves(dev))
			return;
		msleep(GOODBYE_STEP_MS);
	}
	dev_warn(&dev->xbdev->dev, "%s: backend does not close\n",
		 dev->vdev.name);
}

/**
 * blkfront_connect_exit() - end the connection and take the disk away
 * @dev: gets no more inputs from xenbus
 *
 * With a backend that serves, what is dirty is written first; else, or when
 * that takes too long, all I/O fails.
 */
void blkfront_connect_exit(struct blkfront_dev *dev)
{
	scoped_guard(mutex, &dev->lock)
		dev->removing = true;
	if (!backend_serves(dev))
		blkfront_input(dev, BLKFRONT_IN_REMOVE);
	mod_delayed_work(system_wq, &dev->give_up, REMOVE_SECONDS * HZ);

	blkfront_disk_remove(dev);
	say_goodbye(dev);
	blkfront_input(dev, BLKFRONT_IN_REMOVE);

	cancel_delayed_work_sync(&dev->give_up);
	cancel_delayed_work_sync(&dev->trim);
	/* None of these is queued once the rings are gone. */
	cancel_work_sync(&dev->breach_work);
	cancel_work_sync(&dev->limits_work);
	flush_work(&dev->resubmit);
}
