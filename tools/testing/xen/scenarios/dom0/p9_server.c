// SPDX-License-Identifier: GPL-2.0
/*
 * A backend for 9pfs, in one process: what a toolstack writes for the device,
 * the handshake of both ends' states, and the loop over events and rings.
 *
 * The device ends when the frontend closes it, which the toolstack asks it to
 * by the backend's state.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/io/xenbus.h>

#include "p9.h"

#define MAX_RINGS	4
#define RING_ORDER	"9"
#define IDLE_MS		600000

/**
 * struct server - a device and who it is for
 * @domid: of the frontend
 * @front: its part of the store
 * @back: ours
 * @store: connection on which the frontend's state announces itself
 * @events: of all rings
 * @rings: those that are mapped
 * @nr_rings: how many
 * @files: what is served
 * @request: what was asked for
 * @answer: and what is said to it
 */
struct server {
	unsigned int domid;
	char front[64];
	char back[64];
	int store;
	int events;
	struct p9_ring rings[MAX_RINGS];
	unsigned int nr_rings;
	struct p9_files files;
	uint8_t request[P9_MESSAGE_SIZE];
	uint8_t answer[P9_MESSAGE_SIZE];
};

static int put(const char *folder, const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return store_write(path, value) ?
		step_fail("cannot write %s", path) : 0;
}

static int put_state(const char *folder, enum xenbus_state state)
{
	char text[4];

	snprintf(text, sizeof(text), "%d", state);
	return put(folder, "state", text);
}

/* A number of the frontend's; -1 where there is none. */
static long front_number(const struct server *s, const char *name)
{
	char path[96], text[32], *end;
	long value;

	snprintf(path, sizeof(path), "%s/%s", s->front, name);
	if (store_read(path, text, sizeof(text)) <= 0)
		return -1;
	errno = 0;
	value = strtol(text, &end, 10);
	return errno || *end || value < 0 || value > INT32_MAX ? -1 : value;
}

/* The state comes last: with it the frontend's kernel looks at the device. */
static int add_device(const struct server *s, const char *tag)
{
	char domid[16];

	snprintf(domid, sizeof(domid), "%u", s->domid);
	if (store_write(s->back, "") || store_permit(s->back, 0, s->domid) ||
	    store_write(s->front, "") || store_permit(s->front, s->domid, 0))
		return step_fail("cannot make %s and %s", s->back, s->front);
	if (put(s->back, "frontend", s->front) ||
	    put(s->back, "frontend-id", domid) ||
	    put(s->back, "online", "1") ||
	    put_state(s->back, XenbusStateInitialising) ||
	    put(s->front, "backend", s->back) ||
	    put(s->front, "backend-id", "0") ||
	    put(s->front, "tag", tag))
		return -1;
	return put_state(s->front, XenbusStateInitialising);
}

static void remove_device(const struct server *s)
{
	store_remove(s->front);
	store_remove(s->back);
}

static int offer_features(const struct server *s)
{
	char rings[4];

	snprintf(rings, sizeof(rings), "%d", MAX_RINGS);
	if (put(s->back, "versions", "1") ||
	    put(s->back, "max-rings", rings) ||
	    put(s->back, "max-ring-page-order", RING_ORDER))
		return -1;
	return put_state(s->back, XenbusStateInitWait);
}

/* Until the frontend's state is @state, or beyond it. */
static int await_front(struct server *s, enum xenbus_state state)
{
	uint64_t begin = now_ms();
	struct pollfd pfd = { .fd = s->store, .events = POLLIN };

	while (front_number(s, "state") < (long)state) {
		long left = ms_left(begin, DEVICE_SECONDS * 1000);

		if (poll(&pfd, 1, left) <= 0)
			return step_fail("%s is in state %ld after %d s",
					 s->front, front_number(s, "state"),
					 DEVICE_SECONDS);
		if (store_take_event(s->store))
			return step_fail("the store has gone");
	}
	return 0;
}

static int open_ring(struct server *s, unsigned int i)
{
	char name[32];
	long ref, port;

	snprintf(name, sizeof(name), "ring-ref%u", i);
	ref = front_number(s, name);
	snprintf(name, sizeof(name), "event-channel-%u", i);
	port = front_number(s, name);
	if (ref < 0 || port < 0)
		return step_fail("%s: ring %u is not there", s->front, i);
	return p9_ring_open(&s->rings[i], s->events, s->domid, ref, port);
}

static int connect_front(struct server *s)
{
	long count;

	if (await_front(s, XenbusStateInitialised))
		return -1;
	count = front_number(s, "num-rings");
	if (front_number(s, "version") != 1 || count < 1 || count > MAX_RINGS)
		return step_fail("%s: version %ld, %ld rings", s->front,
				 front_number(s, "version"), count);
	while (s->nr_rings < (unsigned long)count) {
		if (open_ring(s, s->nr_rings))
			return -1;
		s->nr_rings++;
	}
	return put_state(s->back, XenbusStateConnected);
}

/* A request, if there is one: 1, or 0; -1 after step_fail(). */
static int serve_ring(struct server *s, struct p9_ring *r)
{
	int len = p9_ring_take(r, s->request);

	if (len <= 0)
		return len;
	len = p9_files_answer(&s->files, s->request, len, s->answer);
	return p9_ring_give(r, s->events, s->answer, len) ? -1 : 1;
}

/*
 * All that there is in any of them: an event that one ring waited for, to have
 * room, may have been for another.
 */
static int serve_rings(struct server *s)
{
	unsigned int i;
	bool busy;
	int ret;

	do {
		busy = false;
		for (i = 0; i < s->nr_rings; i++) {
			ret = serve_ring(s, &s->rings[i]);
			if (ret < 0)
				return -1;
			busy |= ret;
		}
	} while (busy);
	return 0;
}

/* Until the frontend closes, or nobody has asked for anything for long. */
static int serve(struct server *s)
{
	struct pollfd fds[2] = {
		{ .fd = s->events, .events = POLLIN },
		{ .fd = s->store, .events = POLLIN },
	};

	do {
		if (serve_rings(s))
			return -1;
		if (poll(fds, 2, IDLE_MS) <= 0)
			return step_fail("9pfs: nothing happens any more");
		if (fds[0].revents && event_await(s->events, 0))
			return -1;
		if (fds[1].revents && store_take_event(s->store))
			return step_fail("the store has gone");
	} while (!fds[1].revents ||
		 front_number(s, "state") == XenbusStateInitialised ||
		 front_number(s, "state") == XenbusStateConnected);
	return 0;
}

static int close_rings(struct server *s)
{
	int ret = 0;

	while (s->nr_rings)
		if (p9_ring_close(&s->rings[--s->nr_rings]))
			ret = -1;
	return ret;
}

/* Everything of the frontend's is given back before it is told so. */
static int run(struct server *s, const char *tag)
{
	int ret = -1;

	if (!add_device(s, tag) && !offer_features(s) && !connect_front(s))
		ret = serve(s);
	if (close_rings(s))
		ret = -1;
	if (put_state(s->back, XenbusStateClosed))
		ret = -1;
	remove_device(s);
	return ret;
}

static int open_server(struct server *s, const char *folder)
{
	char path[96];

	if (p9_files_open(&s->files, folder))
		return step_fail("%s: %s", folder, strerror(errno));
	s->events = events_open();
	if (s->events < 0)
		goto files;
	snprintf(path, sizeof(path), "%s/state", s->front);
	s->store = store_watch(path);
	if (s->store >= 0)
		return 0;
	step_fail("no watch on %s", path);
	close(s->events);
files:
	p9_files_close(&s->files);
	return -1;
}

int serve_9p(int argc, char **argv)
{
	struct server *s = calloc(1, sizeof(*s));
	long domid;
	int ret;

	(void)argc;
	if (!s)
		return step_fail("no memory");
	ret = parse_number(argv[1], 1, 0x7fef, &domid);
	if (ret)
		goto free;
	s->domid = domid;
	snprintf(s->front, sizeof(s->front), "/local/domain/%ld/device/9pfs/0",
		 domid);
	snprintf(s->back, sizeof(s->back), "/local/domain/0/backend/9pfs/%ld/0",
		 domid);
	ret = open_server(s, argv[3]);
	if (ret)
		goto free;
	ret = run(s, argv[2]);
	close(s->store);
	close(s->events);
	p9_files_close(&s->files);
free:
	free(s);
	return ret;
}
