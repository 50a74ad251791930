// SPDX-License-Identifier: GPL-2.0
/*
 * A vif on the bus: what it offers, what the frontend chose. Monitor lock.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "net.h"
#include "services.h"
#include "store.h"

#define DEFAULT_QUEUES	2
#define NO_REF		(~(grant_ref_t)0)

static struct vif *vif_of(struct backend *b)
{
	return container_of(b, struct vif, backend);
}

static void publish(struct backend *b)
{
	const struct vif *vif = vif_of(b);
	const struct vif_config *config = vif->config;
	bool sg = !config->no_sg, gso = sg && !config->no_gso;

	store_set(b->back, "feature-rx-copy", "1");
	store_set(b->back, "feature-rx-flip", "0");
	store_set(b->back, "feature-sg", "%u", sg);
	store_set(b->back, "feature-gso-tcpv4", "%u", gso);
	store_set(b->back, "feature-gso-tcpv6", "%u", gso);
	store_set(b->back, "feature-no-csum-offload", "%u", config->no_csum);
	store_set(b->back, "feature-ipv6-csum-offload", "%u",
		  !config->no_csum);
	store_set(b->back, "feature-split-event-channels", "%u",
		  !config->no_split);
	store_set(b->back, "feature-multicast-control", "1");
	store_set(b->back, "multi-queue-max-queues", "%u", vif->max_queues);
	store_set(b->back, "hotplug-status", "connected");
}

static bool front_flag(struct backend *b, const char *node)
{
	u32 value;

	return !store_get_uint(b->front, node, 0, &value) && value;
}

static void read_features(struct vif *vif)
{
	const struct vif_config *config = vif->config;
	struct backend *b = &vif->backend;
	bool csum = !config->no_csum;

	vif->can_sg = !config->no_sg && front_flag(b, "feature-sg");
	vif->can_gso4 = vif->can_sg && !config->no_gso && csum &&
			front_flag(b, "feature-gso-tcpv4");
	vif->can_gso6 = vif->can_sg && !config->no_gso && csum &&
			front_flag(b, "feature-gso-tcpv6");
	vif->can_csum4 = csum && !front_flag(b, "feature-no-csum-offload");
	vif->can_csum6 = csum && front_flag(b, "feature-ipv6-csum-offload");
	vif->multicast_control = front_flag(b, "request-multicast-control");
	vif->nr_multicast = 0;
}

static void both_kicked(void *ctx)
{
	net_tx_kick(ctx);
	net_rx_kick(ctx);
}

static int bind_ports(struct net_queue *q, const char *dir)
{
	struct domain *d = q->vif->backend.domain;
	u32 both, tx, rx;

	if (store_get_uint(dir, "event-channel", 0, &both) ||
	    store_get_uint(dir, "event-channel-tx", both, &tx) ||
	    store_get_uint(dir, "event-channel-rx", both, &rx) || !tx || !rx)
		return -XEN_EINVAL;
	q->tx_port = event_service_bind(d, tx, tx == rx ? both_kicked :
							  net_tx_kick, q);
	if (q->tx_port < 0)
		return q->tx_port;
	if (tx == rx) {
		q->rx_port = q->tx_port;
		return 0;
	}
	q->rx_port = event_service_bind(d, rx, net_rx_kick, q);
	return q->rx_port < 0 ? q->rx_port : 0;
}

static int connect_queue(struct net_queue *q, struct vif *vif, const char *dir)
{
	struct domain *d = vif->backend.domain;
	grant_ref_t tx, rx;

	if (store_get_uint(dir, "tx-ring-ref", NO_REF, &tx) || tx == NO_REF ||
	    store_get_uint(dir, "rx-ring-ref", NO_REF, &rx) || rx == NO_REF)
		return -XEN_EINVAL;
	if (ring_map(&q->tx, d, &tx, 1, sizeof(union netif_tx_sring_entry)) ||
	    ring_map(&q->rx, d, &rx, 1, sizeof(union netif_rx_sring_entry)))
		return -XEN_EINVAL;
	return bind_ports(q, dir);
}

static void disconnect_queue(struct net_queue *q)
{
	net_tx_stop(q);
	net_rx_stop(q);
	if (q->rx_port > 0 && q->rx_port != q->tx_port)
		event_service_unbind(q->rx_port);
	if (q->tx_port > 0)
		event_service_unbind(q->tx_port);
	ring_unmap(&q->tx);
	ring_unmap(&q->rx);
}

static void disconnect(struct backend *b)
{
	struct vif *vif = vif_of(b);
	unsigned int i;

	for (i = 0; i < vif->nr_queues; i++)
		disconnect_queue(&vif->queues[i]);
	heap_free(vif->queues);
	vif->queues = NULL;
	vif->nr_queues = 0;
	switch_forget(vif);
}

static int connect_queues(struct vif *vif, u32 queues)
{
	struct backend *b = &vif->backend;
	char dir[80];
	u32 i;

	for (i = 0; i < queues; i++) {
		struct net_queue *q = &vif->queues[i];

		q->vif = vif;
		net_tx_init(q);
		net_rx_init(q);
	}
	vif->nr_queues = queues;
	for (i = 0; i < queues; i++) {
		if (queues == 1)
			snprintf(dir, sizeof(dir), "%s", b->front);
		else
			snprintf(dir, sizeof(dir), "%s/queue-%u", b->front, i);
		if (connect_queue(&vif->queues[i], vif, dir)) {
			backend_fail(b, "queue %u: bad rings or ports", i);
			return -XEN_EINVAL;
		}
	}
	return 0;
}

static int connect(struct backend *b)
{
	struct vif *vif = vif_of(b);
	u32 queues;

	if (!front_flag(b, "request-rx-copy")) {
		backend_fail(b, "frontend does not request-rx-copy");
		return -XEN_EINVAL;
	}
	if (store_get_uint(b->front, "multi-queue-num-queues", 1, &queues) ||
	    !queues || queues > vif->max_queues) {
		backend_fail(b, "bad multi-queue-num-queues");
		return -XEN_EINVAL;
	}
	vif->queues = heap_alloc(queues * sizeof(*vif->queues));
	if (!vif->queues) {
		backend_fail(b, "out of memory");
		return -XEN_ENOMEM;
	}
	read_features(vif);
	if (connect_queues(vif, queues)) {
		disconnect(b);
		return -XEN_EINVAL;
	}
	return 0;
}

static const struct backend_ops net_ops = {
	.type = "vif",
	.publish = publish,
	.connect = connect,
	.disconnect = disconnect,
};

static void describe(struct backend *b, const struct vif_config *config,
		     unsigned int i)
{
	const u8 *m = config->mac;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	store_set(b->back, "mac", "%s", mac);
	store_set(b->back, "bridge", "xenlet");
	store_set(b->back, "handle", "%u", i);
	store_set(b->back, "type", "vif");
	store_set(b->front, "handle", "%u", i);
	store_set(b->front, "mac", "%s", mac);
}

/* What a toolstack writes; dom0 has to connect it to a network. */
static int vif_in_dom0(struct domain *d, const struct vif_config *config,
		       unsigned int i)
{
	struct backend b = { 0 };

	backend_create(&b, &net_ops, d, i);
	describe(&b, config, i);
	/* Linux has no vif without one, whoever runs it. */
	store_set(b.back, "script", "/etc/xen/scripts/vif-bridge");
	return store_set(b.front, "state", "%u", XenbusStateInitialising);
}

static int vif_create(struct domain *d, const struct vif_config *config,
		      unsigned int i)
{
	struct vif *vif;

	if (config->in_dom0)
		return vif_in_dom0(d, config, i);
	vif = heap_alloc(sizeof(*vif));
	if (!vif)
		return -XEN_ENOMEM;
	vif->config = config;
	vif->max_queues = config->queues ?
			  MIN(config->queues, (u32)NET_MAX_QUEUES) :
			  MIN(d->nr_vcpus, (unsigned int)DEFAULT_QUEUES);
	list_add_tail(&vif->link, &net_vifs);
	backend_create(&vif->backend, &net_ops, d, i);
	describe(&vif->backend, config, i);
	return backend_start(&vif->backend);
}

int net_domain_built(struct domain *d)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < d->config->nr_vifs; i++)
		ret = vif_create(d, &d->config->vifs[i], i);
	return ret;
}

void net_domain_gone(struct domain *d)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &net_vifs) {
		struct vif *vif = list_entry(pos, struct vif, link);

		if (vif->backend.domain != d)
			continue;
		backend_destroy(&vif->backend);
		list_del(&vif->link);
		heap_free(vif);
	}
}

void net_stats(struct domain *d, emit_fn emit)
{
	struct list_node *pos;
	char line[256];

	list_for_each(pos, &net_vifs) {
		struct vif *vif = list_entry(pos, struct vif, link);
		const struct net_stats *s = &vif->stats;

		if (vif->backend.domain != d)
			continue;
		snprintf(line, sizeof(line),
			 "stats %u vif=%u queues=%u tx=%llu tx_bytes=%llu tx_errors=%llu rx=%llu rx_bytes=%llu rx_dropped=%llu rx_gso=%llu rx_segmented=%llu rx_checksummed=%llu stalls=%llu events=%llu",
			 d->domid, vif->backend.id, vif->nr_queues,
			 (unsigned long long)s->tx_packets,
			 (unsigned long long)s->tx_bytes,
			 (unsigned long long)s->tx_errors,
			 (unsigned long long)s->rx_packets,
			 (unsigned long long)s->rx_bytes,
			 (unsigned long long)s->rx_dropped,
			 (unsigned long long)s->rx_gso,
			 (unsigned long long)s->rx_segmented,
			 (unsigned long long)s->rx_checksummed,
			 (unsigned long long)s->stalls,
			 (unsigned long long)s->events);
		emit(line);
	}
}
