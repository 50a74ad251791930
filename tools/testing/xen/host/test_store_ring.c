// SPDX-License-Identifier: GPL-2.0
/*
 * The store's rings: bytes come out as they went in, round the end of the
 * ring too, and no index that a hostile store writes makes the guest read or
 * write outside (the sanitizer watches the page's ends).
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/xenbus/store_ring.c"

static struct xenstore_domain_interface *intf;
static struct store_ring ring;
static bool notify;

static void fresh(u32 at)
{
	free(intf);
	intf = calloc(1, sizeof(*intf));
	intf->req_prod = at;
	intf->req_cons = at;
	intf->rsp_prod = at;
	intf->rsp_cons = at;
	store_ring_attach(&ring, intf);
	notify = false;
}

/* The store takes requests. */
static size_t store_takes(char *data, size_t len)
{
	size_t count = 0;

	while (count < len && intf->req_cons != intf->req_prod)
		data[count++] =
			intf->req[MASK_XENSTORE_IDX(intf->req_cons++)];
	return count;
}

/* The store answers. */
static void store_says(const char *data, size_t len)
{
	while (len--)
		intf->rsp[MASK_XENSTORE_IDX(intf->rsp_prod++)] = *data++;
}

static void requests(void)
{
	char data[2 * XENSTORE_RING_SIZE], seen[2 * XENSTORE_RING_SIZE];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + i / 256;

	fresh(0);
	ktap_ok(store_ring_put(&ring, data, 100) == 100 &&
		intf->req_prod == 100, "a request is put");
	ktap_ok(!store_ring_quiet(&ring), "the ring isn't quiet then");
	ktap_ok(store_takes(seen, 100) == 100 && !memcmp(seen, data, 100),
		"the store finds it");
	ktap_ok(store_ring_quiet(&ring), "the ring is quiet again");

	fresh(0);
	ktap_ok(store_ring_put(&ring, data, sizeof(data)) ==
		XENSTORE_RING_SIZE, "no more is put than fits");
	ktap_ok(!store_ring_has_room(&ring) &&
		!store_ring_put(&ring, data, 1), "a full ring takes nothing");
	store_takes(seen, 10);
	ktap_ok(store_ring_has_room(&ring) &&
		store_ring_put(&ring, data, 100) == 10,
		"room that the store made is used");

	fresh(-5U);
	ktap_ok(store_ring_put(&ring, data, 900) == 900 &&
		store_takes(seen, 900) == 900 && !memcmp(seen, data, 900),
		"a request may wrap, with the index");
	fresh(1000);
	ktap_ok(store_ring_put(&ring, data, 900) == 900 &&
		store_takes(seen, 900) == 900 && !memcmp(seen, data, 900),
		"a request may wrap round the ring's end");
}

static void answers(void)
{
	char data[XENSTORE_RING_SIZE], seen[2 * XENSTORE_RING_SIZE];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 5 + i / 256;

	fresh(0);
	ktap_ok(!store_ring_get(&ring, seen, 1, &notify), "no answer, no bytes");
	store_says(data, 100);
	ktap_ok(store_ring_get(&ring, seen, 60, &notify) == 60 &&
		store_ring_get(&ring, seen + 60, 60, &notify) == 40 &&
		!memcmp(seen, data, 100), "an answer comes in pieces");
	ktap_ok(intf->rsp_cons == 100, "and the store learns of it");
	ktap_ok(!notify, "a store that isn't waiting isn't woken");

	fresh(1000);
	store_says(data, sizeof(data));
	ktap_ok(store_ring_get(&ring, seen, sizeof(seen), &notify) ==
		sizeof(data) && !memcmp(seen, data, sizeof(data)),
		"a full ring is got, round its end");
	ktap_ok(notify, "a store that filled the ring is woken");
}

static void takeover(void)
{
	char seen[16];

	fresh(0);
	store_says("left over", 9);
	store_ring_attach(&ring, intf);
	ktap_ok(!store_ring_get(&ring, seen, 9, &notify) &&
		intf->rsp_cons == 9, "what an earlier owner left is dropped");
	store_ring_put(&ring, "abc", 3);
	intf->req_prod = 77;
	ktap_ok(store_ring_put(&ring, "d", 1) == 1 && intf->req_prod == 4,
		"the guest's own index isn't read back");
	intf->rsp_cons = 500;
	store_says("x", 1);
	ktap_ok(store_ring_get(&ring, seen, 1, &notify) == 1 && *seen == 'x' &&
		intf->rsp_cons == 10, "neither the other one");
}

static void hostile(void)
{
	static const u32 bad[] = {
		XENSTORE_RING_SIZE + 1, 0x7fffffff, 0x80000000, -1U,
	};
	char data[4 * XENSTORE_RING_SIZE] = { 0 };
	unsigned int i, refused = 0, moved = 0;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		fresh(100);
		intf->rsp_prod = 100 + bad[i];
		refused += store_ring_get(&ring, data, sizeof(data),
					  &notify) == -EIO;
		moved += intf->rsp_cons != 100;
		fresh(100);
		intf->req_cons = 100 - bad[i];
		refused += store_ring_put(&ring, data, sizeof(data)) == -EIO;
		moved += intf->req_prod != 100;
	}
	ktap_ok(refused == 2 * i, "indices that can't be are refused");
	ktap_ok(!moved, "and nothing moves then");
	fresh(0);
	intf->req_cons = 1;
	ktap_ok(store_ring_put(&ring, data, 1) == -EIO,
		"a store can't take what wasn't put");
}

int main(void)
{
	requests();
	answers();
	takeover();
	hostile();
	free(intf);
	return ktap_done();
}
