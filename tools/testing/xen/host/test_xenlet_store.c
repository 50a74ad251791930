// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's store, spoken to as a guest does: bytes in the ring, events, and
 * what comes back. Domain 1 behaves until the end, domain 2 never does.
 */
#include "ktap.h"
#include "xenlet_fake.h"

#include "services/store_tree.c"
#include "services/store.c"
#include "services/store_path.c"
#include "services/store_watch.c"
#include "services/store_transaction.c"
#include "services/store_request.c"
#include "services/store_ring.c"

/* A guest's end of the ring. */
struct guest {
	struct domain d;
	struct page *page;
	struct xenstore_domain_interface *ring;
	u32 req_id;
	struct xsd_sockmsg hdr;
	char body[XENSTORE_PAYLOAD_MAX + 1];
	char event[256];	/* "path token" of the last watch event */
	unsigned int events;
};

static struct guest g1, g2;

static void guest_connect(struct guest *g, domid_t domid)
{
	memset(g, 0, sizeof(*g));
	g->d.domid = domid;
	g->page = page_alloc(NULL, 0);
	g->ring = page_to_ptr(g->page);
	fake_guest_frame = g->page;
	store_connect(&g->d, 0x39001, 1);
	fake_run(100);
}

static void guest_gone(struct guest *g)
{
	store_disconnect(&g->d);
	page_put(g->page);
}

static bool get_bytes(struct guest *g, void *dst, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (g->ring->rsp_cons == g->ring->rsp_prod) {
			fake_send(&g->d, 1);
			fake_run(100);
		}
		if (g->ring->rsp_cons == g->ring->rsp_prod)
			return false;
		((char *)dst)[i] =
			g->ring->rsp[MASK_XENSTORE_IDX(g->ring->rsp_cons)];
		g->ring->rsp_cons++;
	}
	return true;
}

/* Next message; events are counted and skipped. */
static bool get_reply(struct guest *g)
{
	while (get_bytes(g, &g->hdr, sizeof(g->hdr))) {
		memset(g->body, 0, sizeof(g->body));
		if (!get_bytes(g, g->body, g->hdr.len))
			return false;
		if (g->hdr.type != XS_WATCH_EVENT)
			return true;
		g->events++;
		snprintf(g->event, sizeof(g->event), "%.100s %.100s", g->body,
			 g->body + strlen(g->body) + 1);
	}
	return false;
}

static void put_bytes(struct guest *g, const void *src, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (g->ring->req_prod - g->ring->req_cons ==
		    XENSTORE_RING_SIZE) {
			fake_send(&g->d, 1);
			fake_run(100);
		}
		g->ring->req[MASK_XENSTORE_IDX(g->ring->req_prod++)] =
			((const char *)src)[i];
	}
	fake_send(&g->d, 1);
	fake_run(100);
}

static bool ask(struct guest *g, u32 type, u32 tx, const void *body, u32 len)
{
	struct xsd_sockmsg hdr = {
		.type = type, .req_id = ++g->req_id, .tx_id = tx, .len = len,
	};

	put_bytes(g, &hdr, sizeof(hdr));
	put_bytes(g, body, len);
	return get_reply(g) && g->hdr.req_id == g->req_id;
}

/* A request of strings; "" or the error's name, or "?" for no answer. */
static const char *askn(struct guest *g, u32 type, u32 tx, const char *body,
			u32 len)
{
	if (!ask(g, type, tx, body, len))
		return "?";
	return g->hdr.type == XS_ERROR ? g->body : "";
}

#define REQ(g, type, tx, text) askn(g, type, tx, text, sizeof(text))
#define RAW(g, type, tx, text) askn(g, type, tx, text, sizeof(text) - 1)
#define IS(have, want) (!strcmp(have, want))

/* How many events came since the last call. */
static unsigned int drain_events(struct guest *g)
{
	unsigned int events;

	fake_send(&g->d, 1);
	fake_run(100);
	while (get_reply(g))
		;
	events = g->events;
	g->events = 0;
	return events;
}

static void setup(void)
{
	store_chmod("/local/domain/1", 0, 0, 1);
	store_chmod("/local/domain/1/data", 1, 0, DOMID_INVALID);
	store_set("/local/domain/1", "name", "one");
	store_chmod("/local/domain/2", 0, 0, 2);
	store_chmod("/local/domain/2/data", 2, 0, DOMID_INVALID);
	store_chmod("/shared", 1, STORE_PERM_READ, DOMID_INVALID);
	guest_connect(&g1, 1);
	guest_connect(&g2, 2);
}

static void test_values(void)
{
	ktap_ok(IS(REQ(&g1, XS_READ, 0, "name"), "") && IS(g1.body, "one"),
		"a relative path is below the domain's home");
	ktap_ok(IS(REQ(&g1, XS_READ, 0, "/local/domain/1/name"), "") &&
		g1.hdr.len == 3, "a value comes without a NUL of its own");
	ktap_ok(IS(RAW(&g1, XS_WRITE, 0, "data/x\0va\0lue"), "") &&
		IS(g1.body, "OK"), "a write is answered with OK");
	ktap_ok(IS(REQ(&g1, XS_READ, 0, "data/x"), "") && g1.hdr.len == 6 &&
		!memcmp(g1.body, "va\0lue", 6), "a value may contain NULs");
	ktap_ok(IS(RAW(&g1, XS_WRITE, 0, "data/empty\0"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/empty"), "") && !g1.hdr.len,
		"an empty value is a value");
	ktap_ok(IS(REQ(&g1, XS_MKDIR, 0, "data/d/e/f"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/d/e"), ""),
		"mkdir makes the missing parents");
	ktap_ok(IS(REQ(&g1, XS_MKDIR, 0, "data/d"), ""),
		"mkdir of what exists is fine");
	ktap_ok(IS(REQ(&g1, XS_DIRECTORY, 0, "data"), "") &&
		g1.hdr.len == 10 && !memcmp(g1.body, "x\0empty\0d", 10),
		"directory lists the children with their NULs");
	ktap_ok(IS(REQ(&g1, XS_DIRECTORY, 0, "data/x"), "") && !g1.hdr.len,
		"a node without children lists nothing");
	ktap_ok(IS(REQ(&g1, XS_RM, 0, "data/d"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/d/e/f"), "ENOENT"),
		"rm takes what is below with it");
	ktap_ok(IS(REQ(&g1, XS_RM, 0, "data/none"), ""),
		"rm of what isn't there is fine");
	ktap_ok(IS(REQ(&g1, XS_RM, 0, "data/none/deep"), "ENOENT"),
		"but its directory must be there");
}

static void test_errors(void)
{
	char big[XENSTORE_ABS_PATH_MAX + 16];

	ktap_ok(IS(REQ(&g1, XS_READ, 0, "data/none"), "ENOENT"),
		"reading what isn't there gives ENOENT");
	ktap_ok(IS(RAW(&g1, XS_READ, 0, "data/x"), "EINVAL"),
		"a path without its NUL gives EINVAL");
	ktap_ok(IS(RAW(&g1, XS_READ, 0, ""), "EINVAL"),
		"an empty request gives EINVAL");
	ktap_ok(IS(REQ(&g1, XS_READ, 0, "data//x"), "EINVAL") &&
		IS(REQ(&g1, XS_READ, 0, "data/x/"), "EINVAL") &&
		IS(REQ(&g1, XS_READ, 0, "da ta"), "EINVAL"),
		"malformed paths give EINVAL");
	memset(big, 'a', sizeof(big));
	big[0] = '/';
	ktap_ok(IS(askn(&g1, XS_READ, 0, big, sizeof(big)), "EINVAL"),
		"a path without NUL up to the end gives EINVAL");
	big[sizeof(big) - 1] = '\0';
	ktap_ok(IS(askn(&g1, XS_READ, 0, big, sizeof(big)), "EINVAL"),
		"a path that is too long gives EINVAL");
	ktap_ok(IS(REQ(&g1, 77, 0, "x"), "ENOSYS") &&
		IS(REQ(&g1, 0xffff, 0, "x"), "ENOSYS"),
		"unknown requests give ENOSYS");
	ktap_ok(IS(REQ(&g1, XS_INTRODUCE, 0, "3"), "EACCES") &&
		IS(REQ(&g1, XS_RELEASE, 0, "2"), "EACCES") &&
		IS(REQ(&g1, XS_SET_TARGET, 0, "2"), "EACCES") &&
		IS(REQ(&g1, XS_CONTROL, 0, "help"), "EACCES"),
		"the toolstack's requests give EACCES");
	ktap_ok(IS(REQ(&g1, XS_GET_DOMAIN_PATH, 0, "7"), "") &&
		IS(g1.body, "/local/domain/7"), "a domain's path is told");
	ktap_ok(IS(REQ(&g1, XS_GET_DOMAIN_PATH, 0, "7x"), "EINVAL"),
		"a domain id with letters gives EINVAL");
	ktap_ok(IS(REQ(&g1, XS_IS_DOMAIN_INTRODUCED, 0, "2"), "") &&
		IS(g1.body, "T") &&
		IS(REQ(&g1, XS_IS_DOMAIN_INTRODUCED, 0, "9"), "") &&
		IS(g1.body, "F"), "which domains are connected is told");
}

static void test_permissions(void)
{
	ktap_ok(IS(REQ(&g2, XS_READ, 0, "/local/domain/1/name"), "EACCES"),
		"another domain's node gives EACCES");
	ktap_ok(IS(REQ(&g2, XS_READ, 0, "/local/domain/1/none"), "EACCES"),
		"so does one that isn't there, in a directory it can't read");
	ktap_ok(IS(RAW(&g1, XS_WRITE, 0, "name\0two"), "EACCES"),
		"a readable node can't be written");
	ktap_ok(IS(REQ(&g1, XS_RM, 0, "name"), "EACCES"),
		"nor removed");
	ktap_ok(IS(RAW(&g1, XS_WRITE, 0, "/shared/x\0hi"), "") &&
		IS(REQ(&g2, XS_READ, 0, "/shared/x"), "") &&
		IS(g2.body, "hi"), "a new node inherits who may read it");
	ktap_ok(IS(REQ(&g1, XS_GET_PERMS, 0, "/shared/x"), "") &&
		IS(g1.body, "r1"), "and belongs to who made it");
	ktap_ok(IS(REQ(&g2, XS_SET_PERMS, 0, "/shared/x\0b2"), "EACCES"),
		"only the owner sets permissions");
	ktap_ok(IS(REQ(&g1, XS_SET_PERMS, 0, "/shared/x\0n2"), "EPERM"),
		"and can't give the node away");
	ktap_ok(IS(REQ(&g1, XS_SET_PERMS, 0, "/shared/x\0n1\0b2"), "") &&
		IS(RAW(&g2, XS_WRITE, 0, "/shared/x\0by2"), ""),
		"a domain named with b may write");
	ktap_ok(IS(REQ(&g1, XS_SET_PERMS, 0, "/shared/x\0z1"), "EINVAL") &&
		IS(REQ(&g1, XS_SET_PERMS, 0, "/shared/x\0n70000"), "EINVAL") &&
		IS(REQ(&g1, XS_SET_PERMS, 0, "/shared/x"), "EINVAL"),
		"malformed permissions give EINVAL");
	ktap_ok(IS(REQ(&g1, XS_SET_PERMS, 0,
		       "/shared/x\0n1\0r2\0r3\0r4\0r5\0r6"), "ENOSPC"),
		"too many permissions give ENOSPC");
}

static u32 start(struct guest *g)
{
	if (!IS(REQ(g, XS_TRANSACTION_START, 0, ""), ""))
		return 0;
	return atoi(g->body);
}

static void test_transactions(void)
{
	u32 tx = start(&g1), other;

	ktap_ok(tx && IS(RAW(&g1, XS_WRITE, tx, "data/t\0in"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/t"), "ENOENT") &&
		IS(REQ(&g1, XS_READ, tx, "data/t"), ""),
		"a transaction's writes are seen inside it only");
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_END, tx, "T"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/t"), "") && IS(g1.body, "in"),
		"until it is committed");
	ktap_ok(IS(REQ(&g1, XS_READ, tx, "data/t"), "ENOENT"),
		"an ended transaction's id gives ENOENT");
	tx = start(&g1);
	REQ(&g1, XS_RM, tx, "data/t");
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_END, tx, "F"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/t"), ""),
		"an aborted transaction changes nothing");
	tx = start(&g1);
	REQ(&g1, XS_READ, tx, "data/t");
	RAW(&g1, XS_WRITE, 0, "data/t\0changed");
	RAW(&g1, XS_WRITE, tx, "data/u\0x");
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_END, tx, "T"), "EAGAIN") &&
		IS(REQ(&g1, XS_READ, 0, "data/u"), "ENOENT"),
		"what it read and another changed gives EAGAIN");
	tx = start(&g1);
	other = start(&g1);
	RAW(&g1, XS_WRITE, tx, "data/a\0x");
	RAW(&g1, XS_WRITE, other, "data/b\0y");
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_END, tx, "T"), "") &&
		IS(REQ(&g1, XS_TRANSACTION_END, other, "T"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/a"), "") &&
		IS(REQ(&g1, XS_READ, 0, "data/b"), ""),
		"two that don't touch each other both commit");
	tx = start(&g1);
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_START, tx, ""), "EBUSY"),
		"no transaction inside a transaction");
	ktap_ok(IS(REQ(&g1, XS_TRANSACTION_END, tx, "X"), "EINVAL") &&
		IS(REQ(&g1, XS_TRANSACTION_END, tx, "F"), ""),
		"ending needs T or F");
	ktap_ok(IS(REQ(&g2, XS_TRANSACTION_END, 1, "T"), "ENOENT"),
		"a transaction is its connection's own");
}

static void test_watches(void)
{
	u32 tx;

	ktap_ok(IS(REQ(&g1, XS_WATCH, 0, "data\0tok"), "") &&
		drain_events(&g1) == 1 && IS(g1.event, "data tok"),
		"a new watch fires once, with path and token as given");
	RAW(&g1, XS_WRITE, 0, "data/w/x\0y");
	ktap_ok(drain_events(&g1) == 1 && IS(g1.event, "data/w/x tok"),
		"it fires for what changes below, relative as it was set");
	ktap_ok(IS(REQ(&g1, XS_WATCH, 0, "data\0tok"), "EEXIST"),
		"the same watch twice gives EEXIST");
	REQ(&g1, XS_WATCH, 0, "/local/domain/1/data/w/x\0abs");
	drain_events(&g1);
	REQ(&g1, XS_UNWATCH, 0, "data\0tok");
	REQ(&g1, XS_RM, 0, "data/w");
	ktap_ok(drain_events(&g1) == 1 &&
		IS(g1.event, "/local/domain/1/data/w/x abs"),
		"a watch fires when its node goes with the one above");
	ktap_ok(IS(REQ(&g1, XS_UNWATCH, 0, "data\0tok"), "ENOENT"),
		"unwatching what isn't watched gives ENOENT");
	REQ(&g2, XS_WATCH, 0, "/local/domain/1/data\0spy");
	drain_events(&g2);
	RAW(&g1, XS_WRITE, 0, "data/secret\0s");
	ktap_ok(!drain_events(&g2),
		"nobody hears of nodes that it may not read");
	REQ(&g1, XS_WATCH, 0, "data\0tx");
	drain_events(&g1);
	tx = start(&g1);
	RAW(&g1, XS_WRITE, tx, "data/x1\0");
	ktap_ok(!drain_events(&g1), "a transaction fires nothing");
	REQ(&g1, XS_TRANSACTION_END, tx, "T");
	ktap_ok(drain_events(&g1) == 1 && IS(g1.event, "data/x1 tx"),
		"its commit does");
	ktap_ok(IS(REQ(&g1, XS_WATCH, 0, "@releaseDomain\0r"), "") &&
		drain_events(&g1) == 1 && IS(g1.event, "@releaseDomain r"),
		"the special paths may be watched");
	ktap_ok(IS(REQ(&g1, XS_WATCH, 0, "@other\0r"), "EINVAL"),
		"but no others that begin with @");
	REQ(&g1, XS_RESET_WATCHES, 0, "");
	RAW(&g1, XS_WRITE, 0, "data/x1\0again");
	ktap_ok(!drain_events(&g1), "reset drops all watches");
}

static void test_quotas(void)
{
	char body[STORE_QUOTA_VALUE + 64] = "data/big";
	unsigned int i, nodes = 0, watches = 0, txs = 0;
	const char *err = "";

	ktap_ok(IS(askn(&g2, XS_WRITE, 0, body, 9 + STORE_QUOTA_VALUE + 1),
		   "ENOSPC"), "a value that is too long gives ENOSPC");
	for (i = 0; i < STORE_QUOTA_NODES + 10 && IS(err, ""); i++) {
		snprintf(body, sizeof(body), "data/n%u", i);
		err = askn(&g2, XS_MKDIR, 0, body, strlen(body) + 1);
		nodes += IS(err, "");
	}
	ktap_ok(IS(err, "ENOSPC") && nodes <= STORE_QUOTA_NODES &&
		nodes > STORE_QUOTA_NODES - 10,
		"a domain's nodes are bounded: %u", nodes);
	ktap_ok(IS(REQ(&g2, XS_DIRECTORY, 0, "data"), "E2BIG"),
		"a directory too long for one reply gives E2BIG");
	ktap_ok(IS(REQ(&g2, XS_DIRECTORY_PART, 0, "data\0000"), "") &&
		g2.hdr.len > 4000 &&
		IS(g2.body + strlen(g2.body) + 1, "n0"),
		"and comes in parts");
	ktap_ok(IS(REQ(&g2, XS_DIRECTORY_PART, 0, "data\0004880"), "") &&
		g2.hdr.len < 100 && !g2.body[g2.hdr.len - 1] &&
		!g2.body[g2.hdr.len - 2],
		"of which the last ends with an empty name");
	ktap_ok(IS(RAW(&g1, XS_WRITE, 0, "data/other\0x"), ""),
		"another domain's quota is its own");
	ktap_ok(IS(REQ(&g2, XS_RM, 0, "data/n5"), "") &&
		IS(REQ(&g2, XS_MKDIR, 0, "data/back"), ""),
		"removing a node makes room for one");
	for (err = ""; IS(err, "") && watches < 1000; watches++) {
		snprintf(body, sizeof(body), "data%ct%u", 0, watches);
		err = askn(&g2, XS_WATCH, 0, body, 7 + strlen(body + 6));
	}
	ktap_ok(IS(err, "E2BIG") && watches <= STORE_QUOTA_WATCHES + 1,
		"a domain's watches are bounded");
	REQ(&g2, XS_RESET_WATCHES, 0, "");
	while (start(&g2))
		txs++;
	ktap_ok(txs == STORE_QUOTA_TRANSACTIONS && IS(g2.body, "ENOSPC"),
		"a domain's transactions are bounded");
	REQ(&g2, XS_RESET_WATCHES, 0, "");
}

static void test_memory_bound(void)
{
	char body[STORE_QUOTA_VALUE + 16] = "data/n";
	struct store_account *account;
	const char *err = "";
	unsigned int i;
	u32 tx = 0;

	/* each transaction keeps what it saw alive while all is rewritten */
	for (i = 0; i < 4000 && !IS(err, "ENOSPC"); i++) {
		if (i % 400 == 0)
			tx = start(&g2);
		snprintf(body, sizeof(body), "data/n%u", i % 800 + 10);
		err = askn(&g2, XS_WRITE, tx, body, strlen(body) + 1 + 1500);
	}
	account = account_find(&the_store.accounts, 2);
	ktap_ok(IS(err, "ENOSPC") && account->bytes <= STORE_QUOTA_BYTES,
		"snapshots can't hold more than the domain's memory");
	REQ(&g2, XS_RESET_WATCHES, 0, "");
	REQ(&g2, XS_RM, 0, "data");
}

static void test_event_bound(void)
{
	char node[32], body[200];
	struct store_conn *conn;
	unsigned int i;

	memset(body, 't', sizeof(body));
	memcpy(body, "data", 5);
	body[sizeof(body) - 1] = '\0';
	askn(&g1, XS_WATCH, 0, body, sizeof(body));
	drain_events(&g1);
	conn = list_entry(the_store.conns.next, struct store_conn, link);
	for (i = 0; i < 2000; i++) {
		snprintf(node, sizeof(node), "data/e%u", i % 900);
		store_set("/local/domain/1", node, "%u", i);
	}
	ktap_ok(conn->event_bytes <= STORE_QUOTA_EVENT_BYTES + 4096 &&
		conn->events_dropped,
		"events that a guest doesn't read are bounded");
	drain_events(&g1);
	REQ(&g1, XS_RESET_WATCHES, 0, "");
	REQ(&g1, XS_WATCH, 0, "data\0again");
	drain_events(&g1);
	for (i = 0; i < 50; i++)
		store_set("/local/domain/1", "data/same", "%u", i);
	ktap_ok(drain_events(&g1) <= 2, "an event that waits isn't doubled");
	REQ(&g1, XS_RESET_WATCHES, 0, "");
}

static void test_hostile_ring(void)
{
	struct xsd_sockmsg hdr = { .type = XS_READ, .len = 4097 };
	unsigned int messages = fake.messages;
	u32 before;

	put_bytes(&g2, &hdr, sizeof(hdr));
	ktap_ok(g2.ring->error == XENSTORE_ERROR_PROTO,
		"a request that is too long breaks the connection");
	ktap_ok(fake.messages == messages + 1, "with one message");
	before = g2.ring->req_cons;
	put_bytes(&g2, "xxxx", 4);
	ktap_ok(g2.ring->req_cons == before,
		"nothing is read from a broken connection");
	ktap_ok(IS(REQ(&g1, XS_READ, 0, "name"), ""),
		"another domain's connection goes on");
	g2.ring->connection = XENSTORE_RECONNECT;
	fake_send(&g2.d, 1);
	fake_run(10);
	ktap_ok(g2.ring->connection == XENSTORE_CONNECTED &&
		!g2.ring->error && !g2.ring->req_prod &&
		IS(REQ(&g2, XS_GET_DOMAIN_PATH, 0, "2"), ""),
		"the guest may reconnect");
	g2.ring->req_prod = g2.ring->req_cons + XENSTORE_RING_SIZE + 1;
	fake_send(&g2.d, 1);
	fake_run(10);
	ktap_ok(g2.ring->error == XENSTORE_ERROR_RINGIDX,
		"an impossible request index breaks the connection");
	g2.ring->connection = XENSTORE_RECONNECT;
	fake_send(&g2.d, 1);
	fake_run(10);
	g2.ring->rsp_cons = 5000;
	memset(&hdr, 0, sizeof(hdr));
	put_bytes(&g2, &hdr, sizeof(hdr));
	ktap_ok(g2.ring->error == XENSTORE_ERROR_RINGIDX,
		"so does an impossible response index");
	ktap_ok(g1.ring->server_features ==
		(XENSTORE_SERVER_FEATURE_RECONNECTION |
		 XENSTORE_SERVER_FEATURE_ERROR), "both features are told");
}

static unsigned int heard;

static unsigned int taken;

static void hear(void *ctx, const char *path)
{
	heard++;
}

static void take(void *ctx, const char *path)
{
	if (!store_remove(path))
		taken++;
}

static void test_take(void)
{
	struct store_watch *watch;

	watch = store_watch_local("/local/domain/1/data/q", take, NULL);
	REQ(&g1, XS_WATCH, 0, "data\0after");
	drain_events(&g1);
	RAW(&g1, XS_WRITE, 0, "data/q/1\0one");
	RAW(&g1, XS_WRITE, 0, "data/q/2\0two");
	ktap_ok(taken == 2 && IS(REQ(&g1, XS_READ, 0, "data/q/2"), "ENOENT"),
		"a service may take out of the store what it hears of");
	ktap_ok(IS(g1.event, "data/q/2 after"),
		"and others hear of it all the same");
	REQ(&g1, XS_UNWATCH, 0, "data\0after");
	store_unwatch_local(watch);
}

static void test_services(void)
{
	struct store_watch *watch;
	u32 value, tx;
	char buf[8];

	watch = store_watch_local("/local/domain/1/data", hear, NULL);
	RAW(&g1, XS_WRITE, 0, "data/num\0004711");
	ktap_ok(heard == 1, "a service hears of a guest's write at once");
	ktap_ok(!store_get_uint("/local/domain/1", "data/num", 0, &value) &&
		value == 4711, "and reads its number");
	RAW(&g1, XS_WRITE, 0, "data/num\00099999999999");
	ktap_ok(store_get_uint("/local/domain/1", "data/num", 0, &value) ==
		-XEN_EINVAL, "a number of more than 32 bits is refused");
	RAW(&g1, XS_WRITE, 0, "data/num\0-1");
	ktap_ok(store_get_uint("/local/domain/1", "data/num", 0, &value) ==
		-XEN_EINVAL, "so is a negative one");
	RAW(&g1, XS_WRITE, 0, "data/num\0a long value");
	ktap_ok(store_get("/local/domain/1", "data/num", buf, sizeof(buf)) ==
		-XEN_E2BIG, "a string too long for the buffer is refused");
	heard = 0;
	tx = start(&g1);
	RAW(&g1, XS_WRITE, tx, "data/num\0001");
	RAW(&g1, XS_WRITE, tx, "data/num\0002");
	RAW(&g1, XS_WRITE, tx, "data/other\0003");
	REQ(&g1, XS_TRANSACTION_END, tx, "T");
	ktap_ok(heard == 2, "a commit tells of each node once");
	store_unwatch_local(watch);
}

/* dom0 has the rights of a toolstack, and no quota but what fits a ring. */
static void test_dom0(void)
{
	struct guest *g0 = calloc(1, sizeof(*g0));
	struct guest *g3 = calloc(1, sizeof(*g3));
	unsigned int i, refused = 0;
	char text[64];

	guest_connect(g0, 0);
	ktap_ok(IS(RAW(g0, XS_WRITE, 0, "/local/domain/1/x\000y"), "") &&
		IS(REQ(g0, XS_READ, 0, "/local/domain/1/data"), ""),
		"dom0 reads and writes in others' homes");
	ktap_ok(IS(askn(g0, XS_SET_PERMS, 0, "/local/domain/1/x\0n1", 21),
		   ""), "and gives nodes away");
	ktap_ok(IS(REQ(g0, XS_WATCH, 0, "@releaseDomain\0tok"), "") &&
		drain_events(g0) == 1, "it may watch domains go");
	guest_connect(g3, 3);
	guest_gone(g3);
	ktap_ok(drain_events(g0) == 1 &&
		IS(g0->event, "@releaseDomain tok"), "and hears of it");
	for (i = 0; i < STORE_QUOTA_WATCHES + 8; i++) {
		int len = snprintf(text, sizeof(text), "/none/%u", i) + 1;

		len += snprintf(text + len, sizeof(text) - len, "t") + 1;
		refused += !IS(askn(g0, XS_WATCH, 0, text, len), "");
	}
	ktap_ok(!refused, "it has as many watches as it wants");
	ktap_ok(IS(RAW(g0, XS_READ, 0, "name"), "EINVAL") &&
		IS(REQ(g0, XS_READ, 0, "name"), "ENOENT"),
		"a relative path is below /local/domain/0");
	guest_gone(g0);
	free(g0);
	free(g3);
}

static void test_leaks(void)
{
	unsigned int pages = fake.pages;

	store_remove("/local/domain/1");
	store_remove("/local/domain/2");
	store_remove("/local");
	store_remove("/shared");
	guest_gone(&g1);
	guest_gone(&g2);
	ktap_ok(fake.pages == pages - 2 && !fake_events_bound(),
		"a domain that is gone leaves no ring and no port");
	/* the root and the service domain's account */
	ktap_ok(fake.heap_objects == 2, "nor memory: %u objects",
		fake.heap_objects);
	tree_drop(&the_store.tree, &the_store.accounts);
	account_close(&the_store.accounts, the_store.accounts.slot[0]);
}

int main(void)
{
	store_init();
	setup();
	test_values();
	test_errors();
	test_permissions();
	test_transactions();
	test_watches();
	test_quotas();
	test_memory_bound();
	test_event_bound();
	test_hostile_ring();
	test_services();
	test_dom0();
	test_take();
	test_leaks();
	return ktap_done();
}
