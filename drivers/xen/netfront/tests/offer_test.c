// SPDX-License-Identifier: GPL-2.0
/* From keys in the store to features. */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/if_ether.h>
#include <linux/minmax.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "../offer.h"

#ifdef MODULE
#include "../offer.c"
#endif

struct key {
	const char *name;
	unsigned int value;
};

static const struct key no_keys[] = { {} };

static const struct key netback_keys[] = {
	{ "feature-rx-copy", 1 },
	{ "feature-sg", 1 },
	{ "feature-gso-tcpv4", 1 },
	{ "feature-gso-tcpv6", 1 },
	{ "feature-ipv6-csum-offload", 1 },
	{ "feature-split-event-channels", 1 },
	{ "multi-queue-max-queues", 4 },
	{}
};

static unsigned int read_key(void *ctx, const char *name, unsigned int missing)
{
	const struct key *key;

	for (key = ctx; key->name; key++)
		if (!strcmp(key->name, name))
			return key->value;
	return missing;
}

static struct netfront_offer offer_of(const struct key *keys)
{
	struct netfront_offer offer;

	netfront_offer_read(&offer, read_key, (void *)keys);
	return offer;
}

static void test_empty_store_means_ipv4_checksums_only(struct kunit *test)
{
	struct netfront_offer offer = offer_of(no_keys);

	KUNIT_EXPECT_EQ(test, 0U, offer.rx_copy);
	KUNIT_EXPECT_EQ(test, (netdev_features_t)NETIF_F_IP_CSUM,
			netfront_offer_features(&offer));
}

static void test_all_keys_mean_all_features(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	KUNIT_EXPECT_EQ(test, (netdev_features_t)NETFRONT_OFFERABLE,
			netfront_offer_features(&offer));
	KUNIT_EXPECT_EQ(test, 1U, offer.split_events);
	KUNIT_EXPECT_EQ(test, 1U, offer.rx_copy);
}

static void test_no_csum_takes_segmentation_along(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);
	netdev_features_t features;

	offer.no_csum = 1;
	features = netfront_offer_features(&offer);
	KUNIT_EXPECT_FALSE(test, features & (NETIF_F_IP_CSUM | NETIF_F_TSO));
	KUNIT_EXPECT_TRUE(test, features & NETIF_F_TSO6);
}

static void test_no_gathering_means_no_segmentation(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	offer.sg = 0;
	KUNIT_EXPECT_FALSE(test, netfront_offer_features(&offer) &
			   (NETIF_F_SG | NETIF_F_TSO | NETIF_F_TSO6));
}

static void test_tso6_needs_ipv6_checksums(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	offer.csum_ipv6 = 0;
	KUNIT_EXPECT_FALSE(test, netfront_offer_features(&offer) &
			   (NETIF_F_IPV6_CSUM | NETIF_F_TSO6));
}

static void test_fix_takes_away_only_what_is_missing(struct kunit *test)
{
	struct netfront_offer offer = offer_of(no_keys);
	netdev_features_t wanted = NETFRONT_OFFERABLE | NETIF_F_RXCSUM |
				   NETIF_F_GRO;

	KUNIT_EXPECT_EQ(test, (netdev_features_t)(NETIF_F_IP_CSUM |
						  NETIF_F_RXCSUM | NETIF_F_GRO),
			netfront_offer_fix(&offer, wanted));
}

static void test_fix_adds_nothing(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	KUNIT_EXPECT_EQ(test, (netdev_features_t)NETIF_F_SG,
			netfront_offer_fix(&offer, NETIF_F_SG));
}

static void test_mtu_follows_gathering(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	KUNIT_EXPECT_EQ(test, 65521U, netfront_offer_max_mtu(&offer));
	offer.sg = 0;
	KUNIT_EXPECT_EQ(test, 1500U, netfront_offer_max_mtu(&offer));
}

static void test_queues_stay_between_one_and_limit(struct kunit *test)
{
	struct netfront_offer offer = offer_of(netback_keys);

	KUNIT_EXPECT_EQ(test, 4U, netfront_offer_queues(&offer, 8));
	KUNIT_EXPECT_EQ(test, 2U, netfront_offer_queues(&offer, 2));
	offer.max_queues = 0;
	KUNIT_EXPECT_EQ(test, 1U, netfront_offer_queues(&offer, 8));
	offer.max_queues = UINT_MAX;
	KUNIT_EXPECT_EQ(test, 8U, netfront_offer_queues(&offer, 8));
}

static struct kunit_case offer_cases[] = {
	KUNIT_CASE(test_empty_store_means_ipv4_checksums_only),
	KUNIT_CASE(test_all_keys_mean_all_features),
	KUNIT_CASE(test_no_csum_takes_segmentation_along),
	KUNIT_CASE(test_no_gathering_means_no_segmentation),
	KUNIT_CASE(test_tso6_needs_ipv6_checksums),
	KUNIT_CASE(test_fix_takes_away_only_what_is_missing),
	KUNIT_CASE(test_fix_adds_nothing),
	KUNIT_CASE(test_mtu_follows_gathering),
	KUNIT_CASE(test_queues_stay_between_one_and_limit),
	{}
};

static struct kunit_suite offer_suite = {
	.name = "xen_netfront_offer",
	.test_cases = offer_cases,
};

kunit_test_suite(offer_suite);
