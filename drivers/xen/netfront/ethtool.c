// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool shows of a device. Called under the RTNL.
 */

#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include <xen/xenbus.h>

#include "netfront.h"
#include "rx_packet.h"
#include "tx_slot.h"

static const char * const tx_names[NETFRONT_TX_COUNTERS] = {
	[NETFRONT_TX_PACKETS]	= "packets",
	[NETFRONT_TX_BYTES]	= "bytes",
	[NETFRONT_TX_DROPPED]	= "dropped",
	[NETFRONT_TX_ERRORS]	= "errors",
	[NETFRONT_TX_BOUNCED]	= "bounced",
	[NETFRONT_TX_NOTIFIED]	= "notified",
};

static const char * const rx_names[NETFRONT_RX_COUNTERS] = {
	[NETFRONT_RX_PACKETS]	= "packets",
	[NETFRONT_RX_BYTES]	= "bytes",
	[NETFRONT_RX_DROPPED]	= "dropped",
	[NETFRONT_RX_ERRORS]	= "errors",
	[NETFRONT_RX_CSUM_FIXED] = "gso_checksum_fixup",
	[NETFRONT_RX_NOTIFIED]	= "notified",
};

static int get_sset_count(struct net_device *dev, int set)
{
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return dev->num_tx_queues *
	       (NETFRONT_TX_COUNTERS + NETFRONT_RX_COUNTERS);
}

static void get_strings(struct net_device *dev, u32 set, u8 *data)
{
	unsigned int queue, i;

	if (set != ETH_SS_STATS)
		return;
	for (queue = 0; queue < dev->num_tx_queues; queue++) {
		for (i = 0; i < NETFRONT_TX_COUNTERS; i++)
			ethtool_sprintf(&data, "tx%u_%s", queue, tx_names[i]);
		for (i = 0; i < NETFRONT_RX_COUNTERS; i++)
			ethtool_sprintf(&data, "rx%u_%s", queue, rx_names[i]);
	}
}

static void copy_counters(const u64_stats_t *from, unsigned int count,
			  const struct u64_stats_sync *sync, u64 *to)
{
	unsigned int i, start;

	do {
		start = u64_stats_fetch_begin(sync);
		for (i = 0; i < count; i++)
			to[i] = u64_stats_read(&from[i]);
	} while (u64_stats_fetch_retry(sync, start));
}

static void get_ethtool_stats(struct net_device *dev,
			      struct ethtool_stats *unused, u64 *data)
{
	struct netfront *front = netdev_priv(dev);
	unsigned int queue;

	for (queue = 0; queue < dev->num_tx_queues; queue++) {
		struct netfront_stats *stats = &front->stats[queue];

		copy_counters(stats->tx, NETFRONT_TX_COUNTERS,
			      &stats->tx_sync, data);
		data += NETFRONT_TX_COUNTERS;
		copy_counters(stats->rx, NETFRONT_RX_COUNTERS,
			      &stats->rx_sync, data);
		data += NETFRONT_RX_COUNTERS;
	}
}

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	struct netfront *front = netdev_priv(dev);

	strscpy(info->driver, "xen-netfront", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(&front->xbdev->dev),
		sizeof(info->bus_info));
}

static void get_ringparam(struct net_device *dev,
			  struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack)
{
	ring->tx_max_pending = NETFRONT_TX_RING_SIZE;
	ring->tx_pending = NETFRONT_TX_RING_SIZE;
	ring->rx_max_pending = NETFRONT_RX_RING_SIZE;
	ring->rx_pending = NETFRONT_RX_RING_SIZE;
}

static void get_channels(struct net_device *dev,
			 struct ethtool_channels *channels)
{
	channels->max_combined = dev->num_tx_queues;
	channels->combined_count = dev->real_num_tx_queues;
}

const struct ethtool_ops netfront_ethtool_ops = {
	.get_link		= ethtool_op_get_link,
	.get_drvinfo		= get_drvinfo,
	.get_ringparam		= get_ringparam,
	.get_channels		= get_channels,
	.get_sset_count		= get_sset_count,
	.get_strings		= get_strings,
	.get_ethtool_stats	= get_ethtool_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
};
