// SPDX-License-Identifier: GPL-2.0
/*
 * What the domains report. Each line is a node of its own below data/report
 * in the domain's part of the store, named so that their order is that of the
 * names; whoever has read one removes it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

#include "dom0.h"

#define STORE_SOCKET	"/run/xenstored/socket"
#define MAX_NODES	256

void report_forward(struct harness *h, int domid, const char *text)
{
	struct timespec ts;

	if (h->calls >= 0) {
		if (xenlet_report(h->calls, domid, text))
			fprintf(stderr, "keeper: lost, of domain %d: %s\n",
				domid, text);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &ts);
	harness_say(h, "report %d %llu - %s", domid,
		    ts.tv_sec * 1000000000ull + ts.tv_nsec, text);
}

int store_connect(void)
{
	struct sockaddr_un addr = {
		.sun_family = AF_UNIX, .sun_path = STORE_SOCKET,
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int store_ask(struct harness *h, uint32_t type, const char *a, const char *b,
	      char *reply, size_t size)
{
	struct iovec body[2] = {
		{ (void *)a, strlen(a) + 1 }, { (void *)b, b ? strlen(b) + 1 : 0 },
	};

	return store_request(h->store, type, body, b ? 2 : 1, reply, size,
			     &h->event_missed);
}

/* XS_WATCH or XS_UNWATCH; 0 or -1 */
static int change_watch(struct harness *h, uint32_t type,
			const struct guest *g)
{
	char path[64], token[16], reply[256];

	snprintf(path, sizeof(path), "/local/domain/%d/data/report", g->domid);
	snprintf(token, sizeof(token), "%d", g->domid);
	return store_ask(h, type, path, token, reply, sizeof(reply)) < 0 ? -1 :
									   0;
}

int reports_watch(struct harness *h, const struct guest *g)
{
	if (h->store < 0)
		h->store = store_connect();
	if (h->store < 0)
		return -1;
	return change_watch(h, XS_WATCH, g);
}

void reports_unwatch(struct harness *h, const struct guest *g)
{
	change_watch(h, XS_UNWATCH, g);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * The names in a part of a directory, in order. The directory's generation
 * comes before them; an empty name ends the last part.
 */
static unsigned int sort_names(char *part, int len, char **names)
{
	unsigned int n = 0;
	char *p;

	for (p = part + strlen(part) + 1; p < part + len && *p && n < MAX_NODES;
	     p += strlen(p) + 1)
		names[n++] = p;
	qsort(names, n, sizeof(names[0]), compare_strings);
	return n;
}

static void forward_node(struct harness *h, int domid, const char *path)
{
	char text[512], reply[256];

	if (store_ask(h, XS_READ, path, NULL, text, sizeof(text)) > 0)
		report_forward(h, domid, text);
	store_ask(h, XS_RM, path, NULL, reply, sizeof(reply));
}

/*
 * A domain that reports while the runner's command keeps us busy fills more
 * than one answer: what is taken is the directory's first part, and taking it
 * makes room for the next.
 */
static void collect(struct harness *h, const struct guest *g)
{
	char part[XENSTORE_PAYLOAD_MAX + 1], path[128], *names[MAX_NODES];
	unsigned int i, n;
	int len;

	if (h->store < 0 || g->domid < 0)
		return;
	snprintf(path, sizeof(path), "/local/domain/%d/data/report", g->domid);
	len = store_ask(h, XS_DIRECTORY_PART, path, "0", part, sizeof(part));
	if (len <= 0)
		return;
	n = sort_names(part, len, names);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path),
			 "/local/domain/%d/data/report/%.63s", g->domid,
			 names[i]);
		forward_node(h, g->domid, path);
	}
}

/*
 * Once through all domains, as an event that came in the middle of an answer
 * may be any one's. What comes meanwhile is left to the next round: somebody
 * who never stops must not keep the runner from being heard.
 */
void reports_collect(struct harness *h)
{
	unsigned int i;

	h->event_missed = false;
	for (i = 0; i < h->nr_guests; i++)
		collect(h, &h->guests[i]);
}

/* An event says that something happened; the store says what. */
void reports_event(struct harness *h)
{
	if (!store_take_event(h->store)) {
		reports_collect(h);
		return;
	}
	fprintf(stderr, "harness: the store has gone\n");
	close(h->store);
	h->store = -1;
}
