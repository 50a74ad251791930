/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_OFFER_H
#define _XEN_NETFRONT_OFFER_H

#include <linux/netdev_features.h>
#include <linux/types.h>

/* All that depends on the backend; the rest is the network stack's business. */
#define NETFRONT_OFFERABLE	(NETIF_F_SG | NETIF_F_IP_CSUM | \
				 NETIF_F_IPV6_CSUM | NETIF_F_TSO | NETIF_F_TSO6)

/**
 * struct netfront_offer - what a backend says it can do
 * @rx_copy: copies received data into pages it is granted
 * @sg: takes packets of more than one slot
 * @no_csum: wants IPv4 checksums filled in
 * @csum_ipv6: fills in IPv6 checksums
 * @gso_tcpv4: takes large TCP packets over IPv4
 * @gso_tcpv6: takes large TCP packets over IPv6
 * @split_events: takes an event channel each for sending and receiving
 * @max_queues: how many pairs of rings it takes
 *
 * All are numbers, as they stand in the store; any but 0 is yes.
 */
struct netfront_offer {
	unsigned int rx_copy;
	unsigned int sg;
	unsigned int no_csum;
	unsigned int csum_ipv6;
	unsigned int gso_tcpv4;
	unsigned int gso_tcpv6;
	unsigned int split_events;
	unsigned int max_queues;
};

/* Reads an optional number of the backend's folder. */
typedef unsigned int (*netfront_read_t)(void *ctx, const char *key,
					unsigned int missing);

void netfront_offer_read(struct netfront_offer *offer, netfront_read_t read,
			 void *ctx);
netdev_features_t netfront_offer_features(const struct netfront_offer *offer);
netdev_features_t netfront_offer_fix(const struct netfront_offer *offer,
				     netdev_features_t wanted);
unsigned int netfront_offer_max_mtu(const struct netfront_offer *offer);
unsigned int netfront_offer_queues(const struct netfront_offer *offer,
				   unsigned int limit);

#endif /* _XEN_NETFRONT_OFFER_H */
