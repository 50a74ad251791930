// SPDX-License-Identifier: GPL-2.0
/*
 * A queue: a pair of rings, their event channels, and the poll function.
 *
 * Created and destroyed under the RTNL, in two steps each: a queue that is
 * quiet (no interrupt, no poll, no sender) can be freed.
 *
 * Both rings are worked off by one NAPI context. An event's interrupt stays
 * masked from when it fires until the poll function has found nothing more
 * to do: only then it gets its late EOI, marked spurious if no response came
 * with it, so that a backend that floods events slows down only itself.
 */

#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <xen/xenbus.h>

#include "queue.h"

static irqreturn_t event_fired(int irq, void *data)
{
	struct netfront_event *event = data;

	set_bit(0, &event->owed);
	napi_schedule(&event->queue->napi);
	return IRQ_HANDLED;
}

/* From the poll function only. */
static void end_events(struct netfront_queue *queue)
{
	unsigned int i;

	for (i = 0; i < queue->nr_events; i++) {
		struct netfront_event *event = &queue->event[i];
		unsigned int answered = 0;

		if (!test_and_clear_bit(0, &event->owed))
			continue;
		if (event->tx) {
			answered += queue->tx.answered;
			queue->tx.answered = 0;
		}
		if (event->rx) {
			answered += queue->rx.answered;
			queue->rx.answered = 0;
		}
		xen_irq_lateeoi(event->irq,
				answered ? 0 : XEN_EOI_FLAG_SPURIOUS);
	}
}

static int work(struct netfront_queue *queue, int budget)
{
	int done;

	netfront_tx_reap(queue, budget);
	if (!budget || netfront_broken(queue->front))
		return 0;
	done = netfront_rx_receive(queue, budget);
	if (!netfront_broken(queue->front))
		netfront_rx_refill(queue);
	return done;
}

/*
 * Ready to be interrupted: true; false if there's something to do already.
 * The order is forced: a ring is armed and looked at again before its
 * interrupt is unmasked, and all of it before NAPI may run elsewhere.
 */
static bool rearm(struct netfront_queue *queue)
{
	bool tx = netfront_tx_arm(queue);
	bool rx = netfront_rx_arm(queue);

	if (tx || rx)
		return false;
	end_events(queue);
	return true;
}

/* A broken device's interrupts stay masked. */
static int poll(struct napi_struct *napi, int budget)
{
	struct netfront_queue *queue = container_of(napi, struct netfront_queue,
						    napi);
	int done = 0;

	if (!netfront_broken(queue->front))
		done = work(queue, budget);
	if (done == budget)
		return done;
	if (!netfront_broken(queue->front) && !rearm(queue))
		return budget;
	napi_complete_done(napi, done);
	return done;
}

/**
 * netfront_queue_kick() - have a queue polled
 * @queue: one that runs; process context
 */
void netfront_queue_kick(struct netfront_queue *queue)
{
	local_bh_disable();
	napi_schedule(&queue->napi);
	local_bh_enable();
}

static void refill(struct work_struct *work)
{
	netfront_queue_kick(container_of(to_delayed_work(work),
					 struct netfront_queue, refill));
}

static int bind_event(struct netfront_event *event, const char *suffix)
{
	struct netfront_queue *queue = event->queue;
	struct xenbus_device *xbdev = queue->front->xbdev;
	int ret;

	snprintf(event->name, sizeof(event->name), "vif%s-q%u%s",
		 strrchr(xbdev->nodename, '/') + 1, queue->id, suffix);
	ret = xenbus_alloc_evtchn(xbdev, &event->port);
	if (ret)
		return ret;
	ret = bind_evtchn_to_irqhandler_lateeoi(event->port, event_fired, 0,
						event->name, event);
	if (ret <= 0) {
		xenbus_free_evtchn(xbdev, event->port);
		return ret ?: -EINVAL;
	}
	event->irq = ret;
	return 0;
}

/* Waits for a handler that runs. The event channel is closed with it. */
static void unbind_events(struct netfront_queue *queue)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(queue->event); i++) {
		struct netfront_event *event = &queue->event[i];

		if (event->irq)
			unbind_from_irqhandler(event->irq, event);
		event->irq = 0;
	}
}

static int bind_events(struct netfront_queue *queue)
{
	struct netfront_event *event = queue->event;
	bool split = queue->front->offer.split_events;
	int err;

	event[0].queue = queue;
	event[1].queue = queue;
	event[0].tx = true;
	event[split].rx = true;
	queue->nr_events = 1 + split;
	queue->tx.event = &event[0];
	queue->rx.event = &event[split];

	err = bind_event(&event[0], split ? "-tx" : "");
	if (!err && split)
		err = bind_event(&event[1], "-rx");
	if (err)
		unbind_events(queue);
	return err;
}

static int create_queue(struct netfront *front, unsigned int id)
{
	struct netfront_queue *queue = &front->queues[id];
	int err;

	queue->front = front;
	queue->id = id;
	queue->stats = &front->stats[id];
	INIT_DELAYED_WORK(&queue->refill, refill);
	netdev_tx_reset_queue(netfront_queue_txq(queue));

	err = netfront_tx_create(queue);
	if (err)
		return err;
	err = netfront_rx_create(queue);
	if (err)
		goto destroy_tx;
	/* Before the interrupt, which schedules it; it's enabled later. */
	netif_napi_add(front->netdev, &queue->napi, poll);
	err = bind_events(queue);
	if (err)
		goto destroy_rx;
	return 0;

destroy_rx:
	netif_napi_del(&queue->napi);
	netfront_rx_destroy(queue);
destroy_tx:
	netfront_tx_destroy(queue);
	return err;
}

static void destroy_queue(struct netfront_queue *queue)
{
	netif_napi_del(&queue->napi);
	netfront_rx_destroy(queue);
	netfront_tx_destroy(queue);
}

/**
 * netfront_queues_create() - create a device's queues
 * @front: a device without queues; under the RTNL
 * @count: how many to try
 *
 * With at least one queue it succeeds: front->nr_queues says how many.
 */
int netfront_queues_create(struct netfront *front, unsigned int count)
{
	unsigned int i;
	int err = 0;

	front->queues = kvcalloc(count, sizeof(*front->queues), GFP_KERNEL);
	if (!front->queues)
		return -ENOMEM;
	front->quiet = true;
	for (i = 0; i < count; i++) {
		err = create_queue(front, i);
		if (err)
			break;
	}
	front->nr_queues = i;
	if (i && i < count)
		netdev_warn(front->netdev, "only %u of %u queues: error %d\n",
			    i, count, err);
	if (i)
		err = netif_set_real_num_queues(front->netdev, i, i);
	if (err)
		netfront_queues_destroy(front);
	return err;
}

/**
 * netfront_queues_start() - let queues run
 * @front: the device; under the RTNL
 */
void netfront_queues_start(struct netfront *front)
{
	unsigned int i;

	front->quiet = false;
	for (i = 0; i < front->nr_queues; i++)
		napi_enable(&front->queues[i].napi);
	netif_device_attach(front->netdev);
	for (i = 0; i < front->nr_queues; i++)
		netfront_queue_kick(&front->queues[i]);
}

/**
 * netfront_queues_quiesce() - make sure that nobody uses queues any more
 * @front: a device with or without queues; under the RTNL
 */
void netfront_queues_quiesce(struct netfront *front)
{
	unsigned int i;

	netif_carrier_off(front->netdev);
	netif_device_detach(front->netdev);
	for (i = 0; i < front->nr_queues && !front->quiet; i++)
		napi_disable(&front->queues[i].napi);
	front->quiet = true;
	/* Waits for senders. Only the poll function would wake a queue. */
	netif_tx_disable(front->netdev);
	for (i = 0; i < front->nr_queues; i++) {
		unbind_events(&front->queues[i]);
		cancel_delayed_work_sync(&front->queues[i].refill);
	}
}

/**
 * netfront_queues_destroy() - give back all that queues have
 * @front: a device with or without queues; under the RTNL
 */
void netfront_queues_destroy(struct netfront *front)
{
	unsigned int i;

	netfront_queues_quiesce(front);
	for (i = 0; i < front->nr_queues; i++)
		destroy_queue(&front->queues[i]);
	kvfree(front->queues);
	front->queues = NULL;
	front->nr_queues = 0;
}
