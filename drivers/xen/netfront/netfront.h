/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_H
#define _XEN_NETFRONT_H

#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include <xen/xenbus.h>

#include "breach.h"
#include "offer.h"

struct netfront_queue;

enum netfront_tx_counter {
	NETFRONT_TX_PACKETS,
	NETFRONT_TX_BYTES,
	NETFRONT_TX_DROPPED,
	NETFRONT_TX_ERRORS,
	NETFRONT_TX_BOUNCED,
	NETFRONT_TX_NOTIFIED,
	NETFRONT_TX_COUNTERS,
};

enum netfront_rx_counter {
	NETFRONT_RX_PACKETS,
	NETFRONT_RX_BYTES,
	NETFRONT_RX_DROPPED,
	NETFRONT_RX_ERRORS,
	NETFRONT_RX_CSUM_FIXED,
	NETFRONT_RX_NOTIFIED,
	NETFRONT_RX_COUNTERS,
};

/**
 * struct netfront_stats - what a queue has done since the device exists
 * @tx: by enum netfront_tx_counter; written under the queue's tx lock
 * @rx: by enum netfront_rx_counter; written by the queue's poll function
 * @tx_sync: guards @tx for readers
 * @rx_sync: guards @rx for readers
 */
struct netfront_stats {
	u64_stats_t tx[NETFRONT_TX_COUNTERS];
	u64_stats_t rx[NETFRONT_RX_COUNTERS];
	struct u64_stats_sync tx_sync;
	struct u64_stats_sync rx_sync;
};

/**
 * struct netfront - a network device
 * @netdev: its face to the network stack; this struct is its private part
 * @xbdev: its face to xenbus
 * @offer: what the present backend can do
 * @queues: as long as it's connected; NULL otherwise. Under the RTNL; the
 *	    stack's calls to send need no lock, as they end before it changes
 * @nr_queues: how many @queues
 * @quiet: @queues don't run any more. Under the RTNL
 * @bounce: the backend isn't trusted: it sees no page but cleared copies
 * @broken: the backend broke the protocol; bit 0
 * @link_lock: one at a time connects and parts; taken before the RTNL
 * @fault_work: gives everything back after a breach
 * @carrier_watch: tells when the backend's link goes up or down
 * @stats: one for each queue that there could be
 */
struct netfront {
	struct net_device *netdev;
	struct xenbus_device *xbdev;
	struct netfront_offer offer;
	struct netfront_queue *queues;
	unsigned int nr_queues;
	bool quiet;
	bool bounce;
	unsigned long broken;
	struct mutex link_lock; /* what this end does about the backend's state */
	struct work_struct fault_work;
	struct xenbus_watch carrier_watch;
	struct netfront_stats *stats;
};

static inline bool netfront_broken(const struct netfront *front)
{
	return test_bit(0, &front->broken);
}

/* netdev.c */
struct netfront *netfront_netdev_alloc(struct xenbus_device *xbdev,
				       unsigned int max_queues);
int netfront_netdev_register(struct netfront *front);
void netfront_netdev_free(struct netfront *front);
void netfront_break(struct netfront *front, enum netfront_breach breach);

/* ethtool.c */
extern const struct ethtool_ops netfront_ethtool_ops;

/* main.c */
bool netfront_trusts(struct xenbus_device *xbdev);

#endif /* _XEN_NETFRONT_H */
