// SPDX-License-Identifier: GPL-2.0
/*
 * Two programs in two domains, with two pages and a port between them, and no
 * driver of the kernel's but those that let programs do so.
 *
 * The one that offers fills its page and writes to a node of the store which
 * grants and which port they are. The one that maps checks that page, fills the
 * other and sends; both fills are checked, and the mapping is taken down with a
 * notification: a byte that is cleared, and an event. What either waits for is
 * in the second page's struct state; it is looked at when an event has come
 * and at no other time, so that a lost event is seen.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

#define PAGES		2
#define PAGE		4096
#define WAIT_MS		60000
#define OFFER_SEED	0x0ffe4u
#define MAP_SEED	0x3a99edu

/**
 * struct state - at the end of the second page
 * @filled: by who maps: the second page is
 * @checked: by who offers: and it is right
 * @mapped: 1 until the kernel of who maps clears it
 */
struct state {
	uint8_t filled;
	uint8_t checked;
	uint8_t mapped;
	uint8_t pad[5];
};

#define FILLED		(PAGE - sizeof(struct state))

/* A grant is 4 KiB, in a page of whatever size the kernel has. */
static char *page(const struct shared *s, unsigned int number)
{
	return s->addr + number * sysconf(_SC_PAGESIZE);
}

static volatile struct state *state(const struct shared *s)
{
	return (volatile struct state *)(page(s, 1) + FILLED);
}

static void fill(const struct shared *s, unsigned int number, uint64_t seed)
{
	struct pattern p;

	pattern_start(&p, seed);
	pattern_fill(&p, page(s, number), FILLED);
	__sync_synchronize();
}

static int check(const struct shared *s, unsigned int number, uint64_t seed)
{
	struct pattern p;
	size_t good;

	__sync_synchronize();
	pattern_start(&p, seed);
	good = pattern_check(&p, page(s, number), FILLED);
	return good == FILLED ? 0 :
		step_fail("byte %zu of page %u is wrong", good, number);
}

/* Until the other side has made *@flag @value and sent an event. */
static int await(int events, volatile uint8_t *flag, uint8_t value,
		 const char *what)
{
	uint64_t begin = now_ms();

	do {
		if (event_await(events, ms_left(begin, WAIT_MS)))
			return step_fail("no event that %s in %d ms, and %s",
					 what, WAIT_MS, *flag == value ?
					 "it is so" : "it is not so");
	} while (*flag != value);
	return 0;
}

static int offer_and_serve(const struct shared *s, const uint32_t *refs,
			   int events, int port, const char *node)
{
	char text[64];

	fill(s, 0, OFFER_SEED);
	state(s)->mapped = 1;
	snprintf(text, sizeof(text), "%d %u %u", port, refs[0], refs[1]);
	if (store_write(node, text))
		return step_fail("cannot write %s", node);
	if (await(events, &state(s)->filled, 1, "it is filled") ||
	    check(s, 1, MAP_SEED))
		return -1;
	state(s)->checked = 1;
	if (event_send(events, port))
		return -1;
	return await(events, &state(s)->mapped, 0, "it is unmapped");
}

/* offer-page <domid> <node> */
static int offer_page(int argc, char **argv)
{
	uint32_t refs[PAGES];
	int events, port, ret;
	struct shared s;
	long domid;

	(void)argc;
	if (parse_number(argv[1], 0, 0x7fef, &domid))
		return -1;
	events = events_open();
	if (events < 0)
		return -1;
	port = event_offer(events, domid);
	if (port < 0 || shared_offer(&s, domid, refs, PAGES)) {
		close(events);
		return -1;
	}
	ret = offer_and_serve(&s, refs, events, port, argv[2]);
	store_remove(argv[2]);
	if (shared_end(&s))
		ret = -1;
	close(events);
	return ret;
}

static bool is_in_store(const char *node)
{
	char text[64];

	return store_read(node, text, sizeof(text)) > 0;
}

static int read_offer(const char *node, unsigned int *port, uint32_t *refs)
{
	char text[64];

	if (!wait_for(is_in_store, node, WAIT_MS))
		return step_fail("no %s after %d ms", node, WAIT_MS);
	if (store_read(node, text, sizeof(text)) <= 0 ||
	    sscanf(text, "%u %u %u", port, &refs[0], &refs[1]) != 3)
		return step_fail("%s is no offer", node);
	return 0;
}

static int use_mapped(struct shared *s, int events, int port)
{
	if (check(s, 0, OFFER_SEED))
		return -1;
	fill(s, 1, MAP_SEED);
	state(s)->filled = 1;
	if (event_send(events, port) ||
	    await(events, &state(s)->checked, 1, "it is checked"))
		return -1;
	return shared_notify(s, (const char *)&state(s)->mapped - s->addr,
			     port);
}

/* map-page <domid> <node>: what the domain has offered there */
static int map_page(int argc, char **argv)
{
	int events, ours, ret;
	unsigned int port;
	uint32_t refs[PAGES];
	struct shared s;
	long domid;

	(void)argc;
	if (parse_number(argv[1], 0, 0x7fef, &domid) ||
	    read_offer(argv[2], &port, refs))
		return -1;
	events = events_open();
	if (events < 0)
		return -1;
	ours = event_join(events, domid, port);
	if (ours < 0 || shared_map(&s, domid, refs, PAGES)) {
		close(events);
		return -1;
	}
	ret = use_mapped(&s, events, ours);
	if (shared_end(&s))
		ret = -1;
	close(events);
	return ret;
}

const struct verb page_verbs[] = {
	{ "offer-page", "<domid> <node>", 2, 2, offer_page },
	{ "map-page", "<domid> <node>", 2, 2, map_page },
	{ 0 }
};
