/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network backend (xen/io/netif.h): one Ethernet switch with a port for
 * each vif.
 *
 *   guest's tx ring -> net_tx.c: a checked packet, its frames pinned
 *                   -> net_switch.c: to which ports
 *                   -> net_rx.c: copied into the frames that a guest posted
 *
 * A packet is copied once, from the sender's frames to the receiver's, unless
 * the receiver doesn't take its offloads. While a receiver has no room the
 * packet stays with its sender, up to a time; so TCP sees no loss.
 */
#ifndef XENLET_NET_H
#define XENLET_NET_H

#include <xenlet/config.h>
#include <xenlet/grant.h>
#include <xenlet/list.h>
#include <xenlet/types.h>
#include <xenlet/work.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/io/netif.h>

#include "backend.h"
#include "net_frame.h"
#include "ring.h"

#define NET_MAX_QUEUES		8
#define NET_MAX_SLOTS		XEN_NETIF_NR_SLOTS_MIN
#define NET_MAX_EXTRAS		(XEN_NETIF_EXTRA_TYPE_MAX - 1)
#define NET_MAX_MULTICAST	64
#define NET_MAX_SEGMENTS	128
#define NET_LEARNED		64

/** struct net_piece - a run of a frame's bytes */
struct net_piece {
	const u8 *data;
	size_t len;
};

/**
 * struct net_packet - a packet that a guest sent
 * @ids: of all ring slots it took, to answer them in order; extras have none
 * @pieces, @pins: its data, where the guest has it
 * @head: private copy of the first bytes: what was checked is what is used
 */
struct net_packet {
	unsigned int nr_ids, nr_pieces;
	struct {
		u16 id;
		bool extra;
	} ids[NET_MAX_SLOTS + NET_MAX_EXTRAS];
	struct net_piece pieces[NET_MAX_SLOTS];
	struct grant_pin pins[NET_MAX_SLOTS];
	u32 len;
	bool csum_blank, validated;
	u8 gso_type;
	u16 gso_size;
	u16 head_len;
	u8 head[FRAME_HEAD_MAX];
	struct frame_headers headers;
};

struct net_stats {
	u64 tx_packets, tx_bytes, tx_errors;
	u64 rx_packets, rx_bytes, rx_dropped;
	u64 rx_gso, rx_segmented, rx_checksummed;
	u64 stalls, events;
};

/**
 * struct net_queue - a tx and an rx ring
 * @pending: @packet waits for room at a receiver, linked by @waiting
 * @waiters: senders that wait for room in this rx ring
 * @dirty: on the list of rx rings with responses to publish
 */
struct net_queue {
	struct vif *vif;
	struct ring tx, rx;
	int tx_port, rx_port;	/* the same where they aren't split */
	struct work tx_work, rx_work;
	bool pending;
	struct net_packet packet;
	struct list_node waiting;

	struct list_node waiters;
	struct timer stall;
	bool stalled;
	struct list_node dirty;
};

/** struct vif - a port of the switch; @can_*: what its frontend takes */
struct vif {
	struct backend backend;
	struct list_node link;
	const struct vif_config *config;
	bool can_sg, can_gso4, can_gso6, can_csum4, can_csum6;
	bool multicast_control;
	unsigned int nr_multicast;
	u8 multicast[NET_MAX_MULTICAST][ETH_ALEN];
	struct net_stats stats;
	unsigned int max_queues, nr_queues;
	struct net_queue *queues;
};

enum net_delivery {
	NET_SENT,
	NET_FULL,	/* no room now */
	NET_DROPPED,
};

/* net_tx.c */
void net_tx_kick(void *ctx);
void net_tx_init(struct net_queue *q);
void net_tx_stop(struct net_queue *q);
bool vif_wants_multicast(const struct vif *vif, const u8 *mac);

/* net_switch.c */
extern struct list_node net_vifs;
/** switch_packet() - bring a packet of @from to its receivers
 * @full: set to the rx queue to wait for when NET_FULL is returned
 */
enum net_delivery switch_packet(struct vif *from, const struct net_packet *p,
				struct net_queue **full);
void switch_forget(const struct vif *vif);

/* net_rx.c */
enum net_delivery net_rx_deliver(struct net_queue *q,
				 const struct net_packet *p);
void net_rx_kick(void *ctx);
void net_rx_init(struct net_queue *q);
void net_rx_stop(struct net_queue *q);
/** net_rx_wait() - have @sender's work queued when @q has room again
 * Return: false if it already has
 */
bool net_rx_wait(struct net_queue *q, struct net_queue *sender);
/** net_rx_flush() - publish what was delivered since the last call */
void net_rx_flush(void);

#endif /* XENLET_NET_H */
