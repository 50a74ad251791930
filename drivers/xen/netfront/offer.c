// SPDX-License-Identifier: GPL-2.0
/*
 * From a backend's keys in the store to features of a network device.
 *
 * Pure: no state, any context that the injected reader allows.
 * The keys are those of xen/interface/io/netif.h.
 */

#include <linux/array_size.h>
#include <linux/if_ether.h>
#include <linux/minmax.h>
#include <linux/stddef.h>

#include "offer.h"

/* A packet's size is 16 bits wide on the ring, its Ethernet header included. */
#define WIRE_MAX	65535

static const struct {
	const char *key;
	unsigned int missing;
	size_t where;
} keys[] = {
#define KEY(name, value, field) \
	{ name, value, offsetof(struct netfront_offer, field) }
	KEY("feature-rx-copy", 0, rx_copy),
	KEY("feature-sg", 0, sg),
	KEY("feature-no-csum-offload", 0, no_csum),
	KEY("feature-ipv6-csum-offload", 0, csum_ipv6),
	KEY("feature-gso-tcpv4", 0, gso_tcpv4),
	KEY("feature-gso-tcpv6", 0, gso_tcpv6),
	KEY("feature-split-event-channels", 0, split_events),
	KEY("multi-queue-max-queues", 1, max_queues),
#undef KEY
};

/**
 * netfront_offer_read() - read what a backend offers
 * @offer: filled in completely
 * @read: called once for each key
 * @ctx: handed to @read
 */
void netfront_offer_read(struct netfront_offer *offer, netfront_read_t read,
			 void *ctx)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		unsigned int *field = (void *)offer + keys[i].where;

		*field = read(ctx, keys[i].key, keys[i].missing);
	}
}

/**
 * netfront_offer_features() - the features a device can have on this backend
 * @offer: what the backend says
 *
 * A large packet needs more than one slot and has its checksum filled in by
 * who cuts it, so segmentation comes only together with both.
 */
netdev_features_t netfront_offer_features(const struct netfront_offer *offer)
{
	netdev_features_t features = 0;

	if (offer->sg)
		features |= NETIF_F_SG;
	if (!offer->no_csum)
		features |= NETIF_F_IP_CSUM;
	if (offer->csum_ipv6)
		features |= NETIF_F_IPV6_CSUM;
	if (offer->gso_tcpv4 && offer->sg && !offer->no_csum)
		features |= NETIF_F_TSO;
	if (offer->gso_tcpv6 && offer->sg && offer->csum_ipv6)
		features |= NETIF_F_TSO6;
	return features;
}

/**
 * netfront_offer_fix() - take from a wish what the backend can't do
 * @offer: what the backend says
 * @wanted: features that the user or the stack asks for
 */
netdev_features_t netfront_offer_fix(const struct netfront_offer *offer,
				     netdev_features_t wanted)
{
	netdev_features_t missing;

	missing = NETFRONT_OFFERABLE & ~netfront_offer_features(offer);
	return wanted & ~missing;
}

/**
 * netfront_offer_max_mtu() - the largest MTU on this backend
 * @offer: what the backend says
 *
 * Without feature-sg a packet must fit one slot: the usual MTU does.
 */
unsigned int netfront_offer_max_mtu(const struct netfront_offer *offer)
{
	return offer->sg ? WIRE_MAX - ETH_HLEN : ETH_DATA_LEN;
}

/**
 * netfront_offer_queues() - how many queues to use
 * @offer: what the backend says; 0 queues makes no sense and is read as 1
 * @limit: what this end allows, at least 1
 */
unsigned int netfront_offer_queues(const struct netfront_offer *offer,
				   unsigned int limit)
{
	return clamp(offer->max_queues, 1U, limit);
}
