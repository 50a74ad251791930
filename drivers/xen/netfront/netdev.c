// SPDX-License-Identifier: GPL-2.0
/*
 * The device as the network stack sees it, and its end when the backend
 * breaks the protocol.
 *
 * Owns struct netfront. A device that has no queues is detached: the stack
 * neither opens it nor sends on it.
 */

#include <linux/cleanup.h>
#include <linux/etherdevice.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <xen/xenbus.h>

#include "netfront.h"
#include "queue.h"

/* All that a user may switch. What the backend can't do stays off. */
#define SWITCHABLE	(NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
			 NETIF_F_RXCSUM | NETIF_F_TSO | NETIF_F_TSO6)

/* A packet's size is 16 bits wide on the ring. */
#define GSO_MAX		65535

static int open(struct net_device *dev)
{
	struct netfront *front = netdev_priv(dev);
	unsigned int i;

	if (!front->queues || netfront_broken(front))
		return -ENODEV;
	netif_tx_start_all_queues(dev);
	/* Buffers are given out from now on. */
	for (i = 0; i < front->nr_queues; i++)
		netfront_queue_kick(&front->queues[i]);
	return 0;
}

/* Polling goes on: what is under way is still completed. */
static int stop(struct net_device *dev)
{
	netif_tx_disable(dev);
	return 0;
}

static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netfront *front = netdev_priv(dev);

	return netfront_tx_send(&front->queues[skb_get_queue_mapping(skb)],
				skb);
}

static netdev_features_t fix_features(struct net_device *dev,
				      netdev_features_t wanted)
{
	struct netfront *front = netdev_priv(dev);

	return netfront_offer_fix(&front->offer, wanted);
}

/* Packets longer than usual need gathering: without it the MTU goes back. */
static int set_features(struct net_device *dev, netdev_features_t features)
{
	if (features & NETIF_F_SG || dev->mtu <= ETH_DATA_LEN)
		return 0;
	netdev_info(dev, "MTU back to %u without scatter-gather\n",
		    ETH_DATA_LEN);
	return dev_set_mtu(dev, ETH_DATA_LEN);
}

static int change_mtu(struct net_device *dev, int mtu)
{
	if (mtu > ETH_DATA_LEN && !(dev->features & NETIF_F_SG))
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static void add_stats(struct netfront_stats *stats,
		      struct rtnl_link_stats64 *sum)
{
	u64 tx[NETFRONT_TX_COUNTERS], rx[NETFRONT_RX_COUNTERS];
	unsigned int i, start;

	do {
		start = u64_stats_fetch_begin(&stats->tx_sync);
		for (i = 0; i < NETFRONT_TX_COUNTERS; i++)
			tx[i] = u64_stats_read(&stats->tx[i]);
	} while (u64_stats_fetch_retry(&stats->tx_sync, start));
	do {
		start = u64_stats_fetch_begin(&stats->rx_sync);
		for (i = 0; i < NETFRONT_RX_COUNTERS; i++)
			rx[i] = u64_stats_read(&stats->rx[i]);
	} while (u64_stats_fetch_retry(&stats->rx_sync, start));

	sum->tx_packets += tx[NETFRONT_TX_PACKETS];
	sum->tx_bytes += tx[NETFRONT_TX_BYTES];
	sum->tx_dropped += tx[NETFRONT_TX_DROPPED];
	sum->tx_errors += tx[NETFRONT_TX_ERRORS];
	sum->rx_packets += rx[NETFRONT_RX_PACKETS];
	sum->rx_bytes += rx[NETFRONT_RX_BYTES];
	sum->rx_dropped += rx[NETFRONT_RX_DROPPED];
	sum->rx_errors += rx[NETFRONT_RX_ERRORS];
}

static void get_stats64(struct net_device *dev, struct rtnl_link_stats64 *sum)
{
	struct netfront *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		add_stats(&front->stats[i], sum);
}

static const struct net_device_ops netfront_netdev_ops = {
	.ndo_open		= open,
	.ndo_stop		= stop,
	.ndo_start_xmit		= start_xmit,
	.ndo_fix_features	= fix_features,
	.ndo_set_features	= set_features,
	.ndo_change_mtu		= change_mtu,
	.ndo_get_stats64	= get_stats64,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_mac_address	= eth_mac_addr,
};

/**
 * netfront_break() - give up a device whose backend broke the protocol
 * @front: the device
 * @breach: what the backend did
 *
 * Any context. Says so once; what the device holds is given back by a work.
 */
void netfront_break(struct netfront *front, enum netfront_breach breach)
{
	if (test_and_set_bit(0, &front->broken))
		return;
	netdev_err(front->netdev, "disabled: the backend %s\n",
		   netfront_breach_text(breach));
	netif_carrier_off(front->netdev);
	netif_tx_stop_all_queues(front->netdev);
	schedule_work(&front->fault_work);
}

/* The device may be closed or connected anew by now. */
static void clean_up_fault(struct work_struct *work)
{
	struct netfront *front = container_of(work, struct netfront,
					      fault_work);
	bool broken;

	/* Or a device that meets a new backend meanwhile would be closed. */
	guard(mutex)(&front->link_lock);
	rtnl_lock();
	broken = netfront_broken(front) && front->queues;
	if (broken)
		netfront_queues_destroy(front);
	rtnl_unlock();
	if (broken)
		xenbus_switch_state(front->xbdev, XenbusStateClosing);
}

static void init_stats(struct netfront *front, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		u64_stats_init(&front->stats[i].tx_sync);
		u64_stats_init(&front->stats[i].rx_sync);
	}
}

/**
 * netfront_netdev_alloc() - make a device, neither registered nor connected
 * @xbdev: where it was found
 * @max_queues: the most it may ever have
 *
 * Return: the device, to be freed by netfront_netdev_free(), or NULL.
 */
struct netfront *netfront_netdev_alloc(struct xenbus_device *xbdev,
				       unsigned int max_queues)
{
	struct net_device *dev;
	struct netfront *front;

	dev = alloc_etherdev_mqs(sizeof(*front), max_queues, max_queues);
	if (!dev)
		return NULL;
	front = netdev_priv(dev);
	front->netdev = dev;
	front->xbdev = xbdev;
	mutex_init(&front->link_lock);
	INIT_WORK(&front->fault_work, clean_up_fault);
	front->stats = kcalloc(max_queues, sizeof(*front->stats), GFP_KERNEL);
	if (!front->stats) {
		free_netdev(dev);
		return NULL;
	}
	init_stats(front, max_queues);

	dev->netdev_ops = &netfront_netdev_ops;
	dev->ethtool_ops = &netfront_ethtool_ops;
	dev->hw_features = SWITCHABLE;
	dev->features = SWITCHABLE;
	/* What is under way is counted in the skb: it can't be sent twice. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->min_mtu = ETH_MIN_MTU;
	netif_set_tso_max_size(dev, GSO_MAX);
	SET_NETDEV_DEV(dev, &xbdev->dev);
	netif_carrier_off(dev);
	return front;
}

/* A new backend of a device that is in use may offer less. */
static void adapt(struct net_device *dev, unsigned int max_mtu)
{
	rtnl_lock();
	if (dev->mtu > max_mtu)
		dev_set_mtu(dev, max_mtu);
	dev->max_mtu = max_mtu;
	netdev_update_features(dev);
	rtnl_unlock();
}

/**
 * netfront_netdev_register() - show the device to the network stack
 * @front: connected at least so far that its backend's offer is known
 *
 * If that was done before, the device is adapted to the present backend.
 */
int netfront_netdev_register(struct netfront *front)
{
	unsigned int max_mtu = netfront_offer_max_mtu(&front->offer);
	struct net_device *dev = front->netdev;

	if (dev->reg_state != NETREG_UNINITIALIZED) {
		adapt(dev, max_mtu);
		return 0;
	}
	dev->max_mtu = max_mtu;
	dev->mtu = min(dev->mtu, max_mtu);
	return register_netdev(dev);
}

/**
 * netfront_netdev_free() - the end of a device
 * @front: not registered, without queues
 */
void netfront_netdev_free(struct netfront *front)
{
	kfree(front->stats);
	free_netdev(front->netdev);
}
