// SPDX-License-Identifier: GPL-2.0
/*
 * The switch: which ports a packet goes to. The configured addresses of the
 * vifs are known from the start and no guest can take them from another;
 * what is behind a guest (a bridge, a container) is learned from its packets.
 *
 * Owns the list of vifs and the learned addresses. Monitor lock.
 */
#include <xenlet/lib.h>

#include "net.h"

struct list_node net_vifs = { &net_vifs, &net_vifs };

static struct {
	struct {
		u8 mac[ETH_ALEN];
		struct vif *vif;
	} learned[NET_LEARNED];
	unsigned int next;
} table;

static struct vif *find_configured(const u8 *mac)
{
	struct list_node *pos;

	list_for_each(pos, &net_vifs) {
		struct vif *vif = list_entry(pos, struct vif, link);

		if (!memcmp(vif->config->mac, mac, ETH_ALEN))
			return vif;
	}
	return NULL;
}

static int find_learned(const u8 *mac)
{
	unsigned int i;

	for (i = 0; i < NET_LEARNED; i++)
		if (table.learned[i].vif &&
		    !memcmp(table.learned[i].mac, mac, ETH_ALEN))
			return i;
	return -1;
}

static void learn(struct vif *vif, const u8 *mac)
{
	int i;

	if (mac[0] & 1 || find_configured(mac))
		return;
	i = find_learned(mac);
	if (i < 0) {
		i = table.next;
		table.next = (table.next + 1) % NET_LEARNED;
		memcpy(table.learned[i].mac, mac, ETH_ALEN);
	}
	table.learned[i].vif = vif;
}

void switch_forget(const struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < NET_LEARNED; i++)
		if (table.learned[i].vif == vif)
			table.learned[i].vif = NULL;
}

static struct vif *find_port(const u8 *mac)
{
	struct vif *vif = find_configured(mac);
	int i;

	if (vif)
		return vif;
	i = find_learned(mac);
	return i < 0 ? NULL : table.learned[i].vif;
}

/* A vif without an open connection has no queues. */
static struct net_queue *pick_queue(struct vif *vif, const struct net_packet *p)
{
	if (!vif->backend.connected ||
	    vif->backend.state != XenbusStateConnected)
		return NULL;
	if (vif->nr_queues == 1)
		return &vif->queues[0];
	return &vif->queues[frame_flow_hash(p->head, &p->headers) %
			    vif->nr_queues];
}

static bool is_broadcast(const u8 *mac)
{
	static const u8 all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };

	return !memcmp(mac, all, ETH_ALEN);
}

/* To all others; one without room doesn't hold the rest up. */
static void flood(struct vif *from, const struct net_packet *p)
{
	bool filtered = p->head[0] & 1 && !is_broadcast(p->head);
	struct list_node *pos;

	list_for_each(pos, &net_vifs) {
		struct vif *vif = list_entry(pos, struct vif, link);
		struct net_queue *q = pick_queue(vif, p);

		if (!q || vif == from ||
		    (filtered && !vif_wants_multicast(vif, p->head)))
			continue;
		if (net_rx_deliver(q, p) == NET_FULL)
			vif->stats.rx_dropped++;
	}
}

enum net_delivery switch_packet(struct vif *from, const struct net_packet *p,
				struct net_queue **full)
{
	struct vif *to = NULL;
	struct net_queue *q;

	learn(from, p->head + ETH_ALEN);
	if (!(p->head[0] & 1))
		to = find_port(p->head);
	if (!to) {
		flood(from, p);
		return NET_SENT;
	}
	q = to == from ? NULL : pick_queue(to, p);
	if (!q)
		return NET_DROPPED;
	*full = q;
	return net_rx_deliver(q, p);
}
