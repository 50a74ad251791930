// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's network switch with frontends of this file's: what arrives, with
 * which offloads, what holds back, and what a hostile frontend gets.
 */
#include "ktap.h"
#include "xenlet_fake.h"

#include "services/store_tree.c"
#include "services/store.c"
#include "services/store_path.c"
#include "services/store_watch.c"
#include "services/store_transaction.c"
#include "services/ring.c"
#include "services/backend.c"
#include "services/net_frame.c"
#define get16 segment_get16
#include "services/net_segment.c"
#undef get16
#include "services/net_tx.c"
#include "services/net_rx.c"
#include "services/net_switch.c"
#include "services/net.c"

void conn_event(struct store_conn *conn, const char *path, const char *token)
{
}

#define GUESTS	3
#define SLOTS	256

static struct domain_config config[GUESTS] = {
	{ .nr_vifs = 1, .vifs = { { .mac = { 0, 0x16, 0x3e, 0, 0, 1 } } } },
	{ .nr_vifs = 1, .vifs = { { .mac = { 0, 0x16, 0x3e, 0, 0, 2 } } } },
	{ .nr_vifs = 1, .vifs = { { .mac = { 0, 0x16, 0x3e, 0, 0, 3 } } } },
};

/* A guest's end: its rings, and what it received last. */
static struct guest {
	struct domain d;
	grant_ref_t base;	/* +0 tx ring, +1 rx ring, +2 data, +32 rx */
	struct netif_tx_sring *tx;
	struct netif_rx_sring *rx;
	u32 tx_cons, rx_cons;
	u8 got[FRAME_MAX + 1];
	size_t got_len;
	u16 got_flags;
	struct netif_extra_info got_extra;
} guests[GUESTS];

static char *front_of(struct guest *g)
{
	static char path[64];

	snprintf(path, sizeof(path), "/local/domain/%u/device/vif/0",
		 g->d.domid);
	return path;
}

static unsigned int back_state(struct guest *g)
{
	char path[64];
	u32 value;

	fake_run(1000);
	snprintf(path, sizeof(path), "/local/domain/0/backend/vif/%u/0",
		 g->d.domid);
	store_get_uint(path, "state", 0, &value);
	return value;
}

static void post(struct guest *g, unsigned int slots)
{
	unsigned int i;

	for (i = 0; i < slots; i++) {
		struct netif_rx_request req = {
			.id = g->rx->req_prod % SLOTS,
			.gref = g->base + 32 + g->rx->req_prod % SLOTS,
		};

		g->rx->ring[g->rx->req_prod++ % SLOTS].req = req;
	}
	fake_send(&g->d, 6);
}

static void front_connect(struct guest *g, bool offloads)
{
	char *front = front_of(g);

	g->tx = fake_grant(g->d.domid, g->base, false);
	g->rx = fake_grant(g->d.domid, g->base + 1, false);
	g->tx->rsp_event = 1;
	g->rx->rsp_event = 1;
	g->tx_cons = 0;
	g->rx_cons = 0;
	store_set(front, "tx-ring-ref", "%u", g->base);
	store_set(front, "rx-ring-ref", "%u", g->base + 1);
	store_set(front, "event-channel-tx", "5");
	store_set(front, "event-channel-rx", "6");
	store_set(front, "request-rx-copy", "1");
	store_set(front, "feature-sg", "%u", offloads);
	store_set(front, "feature-gso-tcpv4", "%u", offloads);
	store_set(front, "feature-no-csum-offload", "%u", !offloads);
	store_set(front, "state", "4");
	fake_run(100);
}

static void setup(void)
{
	unsigned int i, j;

	store_init();
	for (i = 0; i < GUESTS; i++) {
		struct guest *g = &guests[i];

		g->d.domid = i + 1;
		g->d.nr_vcpus = 1;
		g->d.config = &config[i];
		g->base = 400 * (i + 1);
		for (j = 2; j < 32 + SLOTS; j++)
			fake_grant(g->d.domid, g->base + j, false);
		net_domain_built(&g->d);
		front_connect(g, true);
		post(g, 64);
	}
}

/* Take the next packet; false if there is none. */
static bool receive(struct guest *g)
{
	bool more = true, first = true;

	fake_run(1000);
	if (g->rx_cons == g->rx->rsp_prod)
		return false;
	g->got_len = 0;
	memset(&g->got_extra, 0, sizeof(g->got_extra));
	while (more && g->rx_cons != g->rx->rsp_prod) {
		u32 slot = g->rx_cons++ % SLOTS;
		struct netif_rx_response rsp = g->rx->ring[slot].rsp;

		if (rsp.status < 0)
			return false;
		memcpy(g->got + g->got_len,
		       (u8 *)fake.grant[g->base + 32 + slot].data + rsp.offset,
		       rsp.status);
		g->got_len += rsp.status;
		if (first)
			g->got_flags = rsp.flags;
		if (first && rsp.flags & NETRXF_extra_info)
			memcpy(&g->got_extra,
			       &g->rx->ring[g->rx_cons++ % SLOTS], 8);
		first = false;
		more = rsp.flags & NETRXF_more_data;
	}
	return true;
}

static unsigned int receive_all(struct guest *g)
{
	unsigned int n = 0;

	while (receive(g))
		n++;
	return n;
}

static void put_slot(struct guest *g, struct netif_tx_request req)
{
	req.id = g->tx->req_prod % SLOTS;
	g->tx->ring[g->tx->req_prod++ % SLOTS].req = req;
}

static void put_extra(struct guest *g, struct netif_extra_info extra)
{
	memcpy(&g->tx->ring[g->tx->req_prod++ % SLOTS], &extra, sizeof(extra));
}

/* The status of the last packet; 99 while it is not answered. */
static int sent(struct guest *g)
{
	int status = 99;

	fake_send(&g->d, 5);
	fake_run(1000);
	while (g->tx_cons != g->tx->rsp_prod) {
		int s = g->tx->ring[g->tx_cons++ % SLOTS].rsp.status;

		if (s != NETIF_RSP_NULL)
			status = s;
	}
	return status;
}

static void put_addresses(u8 *frame, const struct guest *to,
			  const struct guest *from)
{
	static const u8 all[6] = { 255, 255, 255, 255, 255, 255 };

	memcpy(frame, to ? to->d.config->vifs[0].mac : all, 6);
	memcpy(frame + 6, from->d.config->vifs[0].mac, 6);
}

/* Send @len bytes in slots of at most 4000, as TCP over IPv4. */
static int send_tcp(struct guest *from, struct guest *to, size_t len,
		    u16 flags, u16 mss)
{
	static u8 frame[FRAME_MAX + 1];
	size_t at = 0, n, i = 0;

	memset(frame, 0, 64);
	put_addresses(frame, to, from);
	frame[12] = 8;
	frame[14] = 0x45;
	put16(frame + 16, len - 14);
	frame[23] = IPPROTO_TCP;
	frame[46] = 0x50;
	for (n = 54; n < len; n++)
		frame[n] = n;
	do {
		struct netif_tx_request req = {
			.gref = from->base + 2 + i, .flags = flags,
		};

		n = MIN(len - at, (size_t)4000);
		memcpy((u8 *)fake.grant[req.gref].data + 64, frame + at, n);
		req.offset = 64;
		req.size = i ? n : len;
		req.flags = i ? 0 : flags | (mss ? NETTXF_extra_info : 0);
		at += n;
		if (at < len)
			req.flags |= NETTXF_more_data;
		put_slot(from, req);
		if (!i && mss)
			put_extra(from, (struct netif_extra_info){
				.type = XEN_NETIF_EXTRA_TYPE_GSO,
				.u.gso.size = mss,
				.u.gso.type = XEN_NETIF_GSO_TYPE_TCPV4 });
		i++;
	} while (at < len);
	return sent(from);
}

static bool same_payload(struct guest *g)
{
	size_t i;

	for (i = 54; i < g->got_len; i++)
		if (g->got[i] != (u8)i)
			return false;
	return true;
}

static void test_forward(void)
{
	struct guest *a = &guests[0], *b = &guests[1], *c = &guests[2];

	ktap_ok(back_state(a) == 4 && back_state(b) == 4 &&
		back_state(c) == 4, "three vifs are connected");
	ktap_ok(!send_tcp(a, b, 1000, 0, 0) && receive(b) &&
		b->got_len == 1000 && same_payload(b),
		"a frame arrives as it was sent");
	ktap_ok(!receive(b) && !receive(c) && !receive(a),
		"once, and nowhere else");
	ktap_ok(!send_tcp(a, NULL, 100, 0, 0) && receive(b) && receive(c) &&
		!receive(a), "a broadcast reaches all others");
	ktap_ok(!send_tcp(a, a, 100, 0, 0) && !receive(a),
		"a frame to oneself goes nowhere");
	ktap_ok(!send_tcp(a, b, 60000, NETTXF_csum_blank, 1448) &&
		receive(b) && b->got_len == 60000 && same_payload(b),
		"a large frame arrives whole");
	ktap_ok(b->got_extra.u.gso.size == 1448 &&
		b->got_extra.u.gso.type == XEN_NETIF_GSO_TYPE_TCPV4 &&
		b->got_flags & NETRXF_csum_blank,
		"with what segmentation needs");
	post(b, 20);
}

static bool checksum_good(const u8 *f, size_t len)
{
	u8 copy[4096];
	struct frame_headers h;

	memcpy(copy, f, len);
	frame_parse(copy, len, &h);
	frame_fill_checksum(copy, len, &h);
	return !memcmp(copy, f, len);
}

static void test_software(void)
{
	struct guest *a = &guests[0], *c = &guests[2];
	unsigned int n = 0;
	size_t total = 0;
	bool good = true;

	store_set(front_of(c), "state", "6");
	fake_run(10);
	store_set(front_of(c), "state", "1");
	fake_run(10);
	front_connect(c, false);
	post(c, 200);
	send_tcp(a, c, 20000, NETTXF_csum_blank, 1448);
	while (receive(c)) {
		n++;
		total += c->got_len - 54;
		good &= c->got_len <= 1448 + 54 && !c->got_extra.type &&
			!(c->got_flags & NETRXF_csum_blank) &&
			checksum_good(c->got, c->got_len);
	}
	ktap_ok(n == 14 && total == 20000 - 54 && good,
		"without offloads it arrives in segments with checksums");
	send_tcp(a, c, 1000, NETTXF_csum_blank, 0);
	ktap_ok(receive(c) && checksum_good(c->got, c->got_len) &&
		!(c->got_flags & NETRXF_csum_blank),
		"or with its checksum filled in");
	send_tcp(a, c, 9000, 0, 0);
	ktap_ok(!receive(c), "what needs several slots is dropped");
}

static void test_backpressure(void)
{
	struct guest *a = &guests[0], *b = &guests[1];
	unsigned int i, answered = 0;

	receive_all(b);
	for (i = 0; i < 200 && send_tcp(a, b, 1000, 0, 0) == 0; i++)
		answered++;
	ktap_ok(answered < 200 && fake_pins(),
		"a receiver without room holds its sender back");
	i = receive_all(b);
	ktap_ok(i == answered, "nothing was lost till then");
	post(b, 16);
	ktap_ok(sent(a) == 0 && receive(b),
		"the frame that waited arrives when there is room");
	receive_all(b);
	while (send_tcp(a, b, 1000, 0, 0) == 0)
		;
	fake_pass(STALL_NS);
	ktap_ok(sent(a) == 0, "but it doesn't wait for ever");
	ktap_ok(send_tcp(a, b, 1000, 0, 0) == 0,
		"nor do others for one that doesn't take any");
	receive_all(b);
	post(b, 64);
	ktap_ok(send_tcp(a, b, 1000, 0, 0) == 0 && receive(b) &&
		b->got_len == 1000, "until it takes some again");
}

static struct netif_tx_request slot(struct guest *g, u16 size, u16 flags)
{
	return (struct netif_tx_request){
		.gref = g->base + 2, .size = size, .flags = flags,
	};
}

/* After what was put: closed, with one message, nothing pinned? */
static bool was_closed(struct guest *g)
{
	unsigned int messages = fake.messages;
	struct guest *other = &guests[0];
	bool good;

	sent(g);
	good = back_state(g) == 5 && fake.messages == messages + 1;
	good &= back_state(other) == 4;
	store_set(front_of(g), "state", "6");
	fake_run(10);
	store_set(front_of(g), "state", "1");
	fake_run(10);
	front_connect(g, true);
	post(g, 64);
	return good && back_state(g) == 4;
}

static void test_hostile(void)
{
	struct guest *a = &guests[0], *b = &guests[1];
	unsigned int i;

	put_slot(b, slot(b, 5000, 0));
	ktap_ok(was_closed(b), "a slot longer than its frame");
	put_slot(b, slot(b, 100, NETTXF_more_data));
	ktap_ok(was_closed(b), "a chain that isn't finished");
	put_slot(b, slot(b, 100, NETTXF_more_data));
	put_slot(b, slot(b, 200, 0));
	ktap_ok(was_closed(b), "slots longer than the packet");
	for (i = 0; i < 19; i++)
		put_slot(b, slot(b, i ? 10 : 1000, NETTXF_more_data));
	put_slot(b, slot(b, 10, 0));
	ktap_ok(was_closed(b), "more than 18 slots");
	put_slot(b, slot(b, 100, NETTXF_extra_info));
	ktap_ok(was_closed(b), "an extra slot that isn't there");
	put_slot(b, slot(b, 100, NETTXF_extra_info));
	put_extra(b, (struct netif_extra_info){ .type = 9 });
	ktap_ok(was_closed(b), "an unknown extra slot");
	put_slot(b, slot(b, 100, NETTXF_extra_info));
	put_extra(b, (struct netif_extra_info){
		.type = XEN_NETIF_EXTRA_TYPE_GSO, .u.gso.type = 1 });
	ktap_ok(was_closed(b), "a segment size of 0");
	put_slot(b, slot(b, 100, NETTXF_extra_info));
	for (i = 0; i < 6; i++)
		put_extra(b, (struct netif_extra_info){
			.type = XEN_NETIF_EXTRA_TYPE_HASH,
			.flags = XEN_NETIF_EXTRA_FLAG_MORE });
	ktap_ok(was_closed(b), "extra slots without an end");
	b->tx->req_prod += 1000;
	ktap_ok(was_closed(b), "an impossible tx index");
	b->rx->req_prod += 1000;
	send_tcp(a, b, 100, 0, 0);
	ktap_ok(back_state(b) == 5 && back_state(a) == 4,
		"an impossible rx index");
	store_set(front_of(b), "state", "6");
	fake_run(10);
	store_set(front_of(b), "state", "1");
	fake_run(10);
	front_connect(b, true);
	post(b, 64);
}

static void test_errors(void)
{
	struct guest *a = &guests[0], *b = &guests[1];
	struct netif_tx_request req = slot(a, 100, 0);

	receive_all(b);
	put_slot(a, slot(a, 10, 0));
	ktap_ok(sent(a) == NETIF_RSP_ERROR, "less than a header is an error");
	req.gref = 3;
	put_slot(a, req);
	ktap_ok(sent(a) == NETIF_RSP_ERROR, "so is a grant that isn't one");
	ktap_ok(back_state(a) == 4, "neither closes the vif");
	memset(fake.grant[a->base + 2].data, 0, PAGE_SIZE);
	put_addresses(fake.grant[a->base + 2].data, b, a);
	put_slot(a, slot(a, 100, NETTXF_csum_blank));
	ktap_ok(sent(a) == NETIF_RSP_ERROR && !receive(b),
		"a blank checksum needs a protocol that has one");
	/* the receiver's own fault: its first buffer is read-only */
	fake.grant[b->base + 32 + b->rx_cons % SLOTS].readonly = true;
	ktap_ok(send_tcp(a, b, 100, 0, 0) == 0 && !receive(b) &&
		back_state(b) == 4, "a bad rx buffer loses a frame");
	fake.grant[b->base + 32 + (b->rx_cons - 1) % SLOTS].readonly = false;
	ktap_ok(send_tcp(a, b, 100, 0, 0) == 0 && receive(b), "and no more");
}

static void test_multicast(void)
{
	struct guest *a = &guests[0], *b = &guests[1];
	static const u8 group[6] = { 1, 0, 0x5e, 0, 0, 9 };
	struct netif_extra_info add = {
		.type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
	};
	u8 *frame = fake.grant[a->base + 2].data;

	store_set(front_of(b), "state", "6");
	fake_run(10);
	store_set(front_of(b), "state", "1");
	fake_run(10);
	store_set(front_of(b), "request-multicast-control", "1");
	front_connect(b, true);
	post(b, 64);
	memset(frame, 0, 100);
	memcpy(frame, group, 6);
	put_slot(a, slot(a, 100, 0));
	sent(a);
	ktap_ok(!receive(b), "a group that it didn't join is filtered");
	memcpy(add.u.mcast.addr, group, 6);
	put_slot(b, slot(b, 0, NETTXF_extra_info));
	put_extra(b, add);
	ktap_ok(sent(b) == 0, "joining is answered");
	put_slot(a, slot(a, 100, 0));
	sent(a);
	ktap_ok(receive(b), "and the group arrives");
}

static void test_gone(void)
{
	struct guest *a = &guests[0], *b = &guests[1];
	unsigned int i;

	receive_all(b);
	while (send_tcp(a, b, 1000, 0, 0) == 0)
		;
	net_domain_gone(&b->d);
	ktap_ok(sent(a) == 0, "a sender goes on when its receiver dies");
	for (i = 0; i < GUESTS; i++)
		if (i != 1)
			net_domain_gone(&guests[i].d);
	ktap_ok(!fake_pins() && !fake_events_bound() && !fake.nr_timers,
		"nothing is pinned, bound or armed in the end");
	store_remove("/local");
	tree_drop(&the_store.tree, &the_store.accounts);
	account_close(&the_store.accounts, the_store.accounts.slot[0]);
	ktap_ok(!fake.heap_objects, "nor any memory kept: %u left",
		fake.heap_objects);
	fake_grants_drop();
}

int main(void)
{
	setup();
	test_forward();
	test_software();
	test_backpressure();
	test_hostile();
	test_errors();
	test_multicast();
	test_gone();
	return ktap_done();
}
