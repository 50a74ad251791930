// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's block backend: its checks of requests alone, then a device with a
 * frontend of this file's on its bus and its ring.
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
#include "services/block_request.c"
#include "services/block_disk.c"
#include "services/block.c"
#include "services/block_queue.c"

void conn_event(struct store_conn *conn, const char *path, const char *token)
{
}

/* The request checks */

static const struct block_limits limits = {
	.sectors = 1000, .unit = 512, .flush = true, .discard = true,
	.indirect = true,
};

static struct block_io io;

static struct blkif_request request(u8 op, u64 sector, unsigned int nr,
				    u8 first, u8 last)
{
	struct blkif_request req = {
		.operation = op, .nr_segments = nr, .id = 0x1234567890,
		.sector_number = sector,
	};
	unsigned int i;

	for (i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++) {
		req.seg[i].gref = 10 + i;
		req.seg[i].first_sect = first;
		req.seg[i].last_sect = last;
	}
	return req;
}

static int check(const struct block_limits *l, u8 op, u64 sector,
		 unsigned int nr, u8 first, u8 last)
{
	struct blkif_request req = request(op, sector, nr, first, last);

	return block_parse(l, &req, &io);
}

static int check_discard(const struct block_limits *l, u64 sector, u64 nr)
{
	struct blkif_request req = {};
	struct blkif_request_discard discard = {
		.operation = BLKIF_OP_DISCARD, .id = 7,
		.sector_number = sector, .nr_sectors = nr,
	};

	memcpy(&req, &discard, sizeof(discard));
	return block_parse(l, &req, &io);
}

static int check_indirect(const struct block_limits *l, u8 op, unsigned int nr)
{
	struct blkif_request req = {};
	struct blkif_request_indirect ind = {
		.operation = BLKIF_OP_INDIRECT, .indirect_op = op, .id = 9,
		.nr_segments = nr, .sector_number = 8,
	};

	memcpy(&req, &ind, sizeof(ind));
	return block_parse(l, &req, &io);
}

static void test_requests(void)
{
	struct block_limits l = limits;

	ktap_ok(!check(&l, BLKIF_OP_READ, 8, 2, 0, 7) &&
		io.action == BLOCK_READ && io.offset == 4096 &&
		io.length == 8192 && io.id == 0x1234567890,
		"a read of two frames");
	ktap_ok(!check(&l, BLKIF_OP_WRITE, 999, 1, 3, 3) && io.length == 512,
		"a write of the last sector");
	ktap_ok(check(&l, BLKIF_OP_READ, 999, 1, 0, 1) == BLKIF_RSP_ERROR,
		"a read beyond the end");
	ktap_ok(check(&l, BLKIF_OP_READ, 1000, 1, 0, 0) == BLKIF_RSP_ERROR,
		"a read behind the end");
	ktap_ok(check(&l, BLKIF_OP_READ, ~0ULL, 1, 0, 7) == BLKIF_RSP_ERROR &&
		check(&l, BLKIF_OP_READ, 1ULL << 55, 1, 0, 7) ==
		BLKIF_RSP_ERROR, "sectors that overflow");
	ktap_ok(check(&l, BLKIF_OP_READ, 0, 1, 4, 3) == BLKIF_RSP_ERROR,
		"a segment that ends before it begins");
	ktap_ok(check(&l, BLKIF_OP_READ, 0, 1, 0, 8) == BLKIF_RSP_ERROR,
		"a segment that leaves its frame");
	ktap_ok(check(&l, BLKIF_OP_READ, 0, 12, 0, 7) == BLKIF_RSP_ERROR &&
		check(&l, BLKIF_OP_READ, 0, 255, 0, 7) == BLKIF_RSP_ERROR,
		"more segments than a request holds");
	ktap_ok(check(&l, BLKIF_OP_READ, 0, 0, 0, 0) == BLKIF_RSP_ERROR &&
		check(&l, BLKIF_OP_WRITE, 0, 0, 0, 0) == BLKIF_RSP_ERROR,
		"a transfer of nothing");
	ktap_ok(!check(&l, BLKIF_OP_FLUSH_DISKCACHE, 0, 0, 0, 0) &&
		io.action == BLOCK_NOTHING &&
		!check(&l, BLKIF_OP_WRITE_BARRIER, 0, 1, 0, 7) &&
		io.action == BLOCK_WRITE, "flush and barrier");
	ktap_ok(check(&l, 99, 0, 1, 0, 0) == BLKIF_RSP_EOPNOTSUPP &&
		check(&l, BLKIF_OP_RESERVED_1, 0, 1, 0, 0) ==
		BLKIF_RSP_EOPNOTSUPP && io.operation == BLKIF_OP_RESERVED_1,
		"unknown operations are not supported");
	ktap_ok(!check_discard(&l, 0, 1000) && io.length == 512000 &&
		!check_discard(&l, 1000, 0), "a discard of all, or nothing");
	ktap_ok(check_discard(&l, 1, 1000) == BLKIF_RSP_ERROR &&
		check_discard(&l, 1, ~0ULL) == BLKIF_RSP_ERROR &&
		check_discard(&l, ~0ULL, 2) == BLKIF_RSP_ERROR,
		"a discard beyond the end");
	ktap_ok(!check_indirect(&l, BLKIF_OP_WRITE, 256) &&
		io.nr_indirect == 1 && io.operation == BLKIF_OP_WRITE,
		"256 indirect segments in one frame");
	ktap_ok(check_indirect(&l, BLKIF_OP_READ, 257) == BLKIF_RSP_ERROR &&
		check_indirect(&l, BLKIF_OP_READ, 65535) == BLKIF_RSP_ERROR &&
		check_indirect(&l, BLKIF_OP_READ, 0) == BLKIF_RSP_ERROR,
		"more, or none");
	ktap_ok(check_indirect(&l, BLKIF_OP_INDIRECT, 1) == BLKIF_RSP_ERROR &&
		check_indirect(&l, BLKIF_OP_DISCARD, 1) == BLKIF_RSP_ERROR,
		"indirect only reads and writes");
}

static void test_what_is_offered(void)
{
	struct block_limits l = limits;

	l.readonly = true;
	ktap_ok(check(&l, BLKIF_OP_WRITE, 0, 1, 0, 7) == BLKIF_RSP_ERROR &&
		check_indirect(&l, BLKIF_OP_WRITE, 1) == BLKIF_RSP_ERROR &&
		check_discard(&l, 0, 1) == BLKIF_RSP_ERROR &&
		!check(&l, BLKIF_OP_READ, 0, 1, 0, 7),
		"a read-only disk is only read");
	l = limits;
	l.flush = false;
	l.discard = false;
	l.indirect = false;
	ktap_ok(check(&l, BLKIF_OP_FLUSH_DISKCACHE, 0, 0, 0, 0) ==
		BLKIF_RSP_EOPNOTSUPP &&
		check_discard(&l, 0, 1) == BLKIF_RSP_EOPNOTSUPP &&
		check_indirect(&l, BLKIF_OP_READ, 1) == BLKIF_RSP_EOPNOTSUPP,
		"what was not offered is not supported");
	l = limits;
	l.unit = 4096;
	ktap_ok(!check(&l, BLKIF_OP_READ, 999, 1, 0, 0) &&
		io.length == 4096 &&
		check(&l, BLKIF_OP_READ, 0, 1, 0, 1) == BLKIF_RSP_ERROR,
		"large sectors");
}

/* The device */

#define FRONT	"/local/domain/1/device/vbd/51712"
#define BACK	"/local/domain/0/backend/vbd/1/51712"
#define RING	100

static struct domain_config config = {
	.nr_disks = 1,
	.disks = { { .size = 64 << 20, .sector_size = 512, .queues = 2 } },
};

static struct domain d = { .domid = 1, .nr_vcpus = 2, .config = &config };

static struct blkif_sring *sring;
static u32 rsp_cons;

static unsigned int state(void)
{
	u32 value;

	fake_run(1000);
	store_get_uint(BACK, "state", 0, &value);
	return value;
}

static void front_state(unsigned int value)
{
	store_set(FRONT, "state", "%u", value);
	fake_run(1000);
}

static void front_connect(void)
{
	sring = fake_grant(1, RING, false);
	sring->rsp_event = 1;
	rsp_cons = 0;
	store_set(FRONT, "ring-ref", "%u", RING);
	store_set(FRONT, "event-channel", "5");
	store_set(FRONT, "feature-persistent", "0");
	front_state(3);
	front_state(4);
}

/* Run one request; its status, or 99 without an answer. */
static int run(struct blkif_request req)
{
	u32 size = __CONST_RING_SIZE(blkif, 4096);

	sring->ring[sring->req_prod % size].req = req;
	sring->req_prod++;
	fake_send(&d, 5);
	fake_run(1000);
	if (sring->rsp_prod == rsp_cons)
		return 99;
	return sring->ring[rsp_cons++ % size].rsp.status;
}

static void test_negotiation(void)
{
	char text[32];

	block_domain_built(&d);
	ktap_ok(state() == 2 &&
		store_get(BACK, "feature-flush-cache", text, 32) == 1 &&
		store_get(BACK, "multi-queue-max-queues", text, 32) == 1 &&
		text[0] == '2', "the backend waits and says what it has");
	ktap_ok(store_get(BACK, "sectors", text, 32) == -XEN_ENOENT,
		"but not its size yet");
	front_connect();
	ktap_ok(state() == 4 && store_get(BACK, "sectors", text, 32) > 0 &&
		!strcmp(text, "131072"), "connected, it tells its size");
}

static void test_data(void)
{
	u8 *data = fake_grant(1, 10, false);
	unsigned int pages = fake.pages;
	struct blkif_request req;

	memset(data, 0x5a, PAGE_SIZE);
	ktap_ok(!run(request(BLKIF_OP_WRITE, 80, 1, 0, 7)), "a write");
	memset(data, 0, PAGE_SIZE);
	ktap_ok(!run(request(BLKIF_OP_READ, 81, 1, 2, 2)) &&
		data[1024] == 0x5a && data[1535] == 0x5a && !data[1536] &&
		!data[1023], "a read of one sector of it, where it was asked");
	ktap_ok(fake.pages == pages + 1, "a disk has frames where written");
	memset(data, 1, PAGE_SIZE);
	ktap_ok(!run(request(BLKIF_OP_READ, 8000, 1, 0, 7)) && !data[0] &&
		!data[4095], "what was never written is zero");
	req = request(BLKIF_OP_WRITE, 80, 1, 0, 7);
	req.seg[0].gref = 999;
	ktap_ok(run(req) == BLKIF_RSP_ERROR, "a grant that isn't one");
	fake_grant(1, 11, true);
	req.operation = BLKIF_OP_READ;
	req.seg[0].gref = 11;
	ktap_ok(run(req) == BLKIF_RSP_ERROR, "reading into a read-only grant");
	ktap_ok(fake_pins() == 1, "nothing but the ring stays pinned");
	memset(&req, 0, sizeof(req));
	req.operation = BLKIF_OP_DISCARD;
	req.sector_number = 80;
	((struct blkif_request_discard *)&req)->nr_sectors = 8;
	ktap_ok(!run(req) && fake.pages == pages, "a discard frees the frame");
}

static void test_indirect(void)
{
	struct blkif_request_indirect ind = {
		.operation = BLKIF_OP_INDIRECT, .indirect_op = BLKIF_OP_WRITE,
		.nr_segments = 200, .sector_number = 0, .indirect_grefs = { 12 },
	};
	struct blkif_request_segment *segs = fake_grant(1, 12, true);
	struct blkif_request req = {};
	unsigned int i, ran;

	fake_grant(1, 10, false);
	for (i = 0; i < 512; i++)
		segs[i] = (struct blkif_request_segment){ 10, 0, 7 };
	memcpy(&req, &ind, sizeof(ind));
	sring->ring[sring->req_prod++ % 32].req = req;
	fake_send(&d, 5);
	ran = fake_run(1);
	ktap_ok(ran == 1 && sring->rsp_prod == rsp_cons,
		"800 KiB are not moved in one go");
	fake_run(100);
	ktap_ok(sring->rsp_prod == rsp_cons + 1 &&
		!sring->ring[rsp_cons++ % 32].rsp.status, "but in the end");
	segs[100].last_sect = 200;
	ktap_ok(run(req) == BLKIF_RSP_ERROR,
		"a bad segment fails the whole request");
	ind.indirect_grefs[0] = 999;
	memcpy(&req, &ind, sizeof(ind));
	ktap_ok(run(req) == BLKIF_RSP_ERROR, "so does a bad indirect grant");
}

static void test_reconnect(void)
{
	front_state(5);
	ktap_ok(state() == 5 && !fake_pins() && !fake_events_bound(),
		"closing gives ring and port back");
	front_state(6);
	ktap_ok(state() == 6, "closed follows closed");
	front_state(1);
	ktap_ok(state() == 2, "a frontend that begins again is waited for");
	store_set(FRONT, "feature-persistent", "1");
	front_connect();
	store_set(FRONT, "feature-persistent", "1");
	ktap_ok(state() == 4, "and connected again");
}

static void test_hostile(void)
{
	unsigned int messages = fake.messages;

	sring->req_prod = sring->rsp_prod + 33;
	fake_send(&d, 5);
	ktap_ok(state() == 5 && fake.messages == messages + 1 && !fake_pins(),
		"an impossible index closes the device with one message");
	front_state(6);
	front_state(1);
	store_set(FRONT, "ring-page-order", "9");
	front_state(3);
	ktap_ok(state() == 5, "a ring that is too large is refused");
	store_remove(FRONT "/ring-page-order");
	front_state(6);
	front_state(1);
	store_set(FRONT, "ring-ref", "x");
	front_state(3);
	ktap_ok(state() == 5, "a reference that is no number is refused");
	front_state(6);
	front_state(1);
	store_set(FRONT, "multi-queue-num-queues", "3");
	front_state(3);
	ktap_ok(state() == 5, "more queues than offered are refused");
	store_remove(FRONT "/multi-queue-num-queues");
	front_state(6);
	front_state(1);
	store_set(FRONT, "protocol", "x86_32-abi");
	front_state(3);
	ktap_ok(state() == 5, "a foreign protocol is refused");
	store_set(FRONT, "protocol", "arm-abi");
	front_state(6);
	front_state(1);
}

static void test_persistent(void)
{
	struct block_device *dev;

	store_set(FRONT, "feature-persistent", "1");
	sring = fake_grant(1, RING, false);
	rsp_cons = 0;
	store_set(FRONT, "ring-ref", "%u", RING);
	front_state(3);
	fake_grant(1, 10, false);
	run(request(BLKIF_OP_WRITE, 0, 1, 0, 7));
	run(request(BLKIF_OP_WRITE, 0, 1, 0, 7));
	dev = list_entry(devices.next, struct block_device, link);
	ktap_ok(fake_pins() == 2 && dev->queues[0].pins->nr == 1,
		"a persistent grant is pinned once");
}

static void test_gone(void)
{
	unsigned int pages = fake.pages;

	d.shutdown_reason = SHUTDOWN_reboot;
	block_domain_gone(&d);
	ktap_ok(!fake_pins() && !fake_events_bound() && pages &&
		fake.pages == pages, "a rebooting domain's disk stays");
	block_domain_built(&d);
	fake_run(100);
	d.shutdown_reason = SHUTDOWN_poweroff;
	block_domain_gone(&d);
	ktap_ok(!fake.pages, "another's goes with it");
	store_remove("/local");
	tree_drop(&the_store.tree, &the_store.accounts);
	account_close(&the_store.accounts, the_store.accounts.slot[0]);
	ktap_ok(!fake.heap_objects, "and all of its memory: %u left",
		fake.heap_objects);
	fake_grants_drop();
}

int main(void)
{
	test_requests();
	test_what_is_offered();
	store_init();
	test_negotiation();
	test_data();
	test_indirect();
	test_reconnect();
	test_hostile();
	test_persistent();
	test_gone();
	return ktap_done();
}
