// SPDX-License-Identifier: GPL-2.0
/*
 * The keeper: on xenlet, where the store is xenstored's, it does what a
 * toolstack does for domains that it did not build, as Xen's init-dom0less
 * does, and on when they die or come back. It hands the domains' reports to
 * xenlet, and writes into the store what the runner asked xenlet for.
 *
 * Each domain has a folder, XEN_FOLDER/NAME, with the steps that connect it
 * ("attach"), in which $domid stands for its id. xenstored tells who has died
 * (@releaseDomain); nobody tells who was built, so we look.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define __XEN_TOOLS__
#include <xen/xen.h>
#include <xen/hvm/params.h>
#include <xen/io/xs_wire.h>

#include "dom0.h"

#define LOOK_AGAIN_MS	100
#define PROGRAM_SECONDS	10
#define RELEASE		"@releaseDomain"

/* The second of a domU's magic pages, as libxc has them. */
#define STORE_GFN	((GUEST_MAGIC_BASE >> 12) + 1)

/* A ring's port, and its frame, which is chosen now if nobody did before. */
static int find_ring(int calls, int domid, uint64_t *gfn, uint64_t *port)
{
	if (param_get(calls, domid, HVM_PARAM_STORE_EVTCHN, port))
		return step_fail("domain %d: no HVM_PARAM_STORE_EVTCHN: %s",
				 domid, strerror(errno));
	if (!*port)
		return step_fail("domain %d: HVM_PARAM_STORE_EVTCHN is 0",
				 domid);
	if (param_get(calls, domid, HVM_PARAM_STORE_PFN, gfn))
		return step_fail("domain %d: no HVM_PARAM_STORE_PFN: %s",
				 domid, strerror(errno));
	if (*gfn != ~0ull)
		return 0;
	*gfn = STORE_GFN;
	if (param_set(calls, domid, HVM_PARAM_STORE_PFN, *gfn))
		return step_fail("domain %d: HVM_PARAM_STORE_PFN: %s", domid,
				 strerror(errno));
	return 0;
}

static int tell_store(const char *domid, uint64_t gfn, uint64_t port)
{
	char body[2][24], reply[256];
	struct iovec iov[3] = {
		{ (void *)domid, strlen(domid) + 1 }, { body[0] }, { body[1] },
	};
	int fd = store_connect(), ret;

	if (fd < 0)
		return step_fail("xenstored: %s", strerror(errno));
	iov[1].iov_len = 1 + snprintf(body[0], sizeof(body[0]), "%llu",
				      (unsigned long long)gfn);
	iov[2].iov_len = 1 + snprintf(body[1], sizeof(body[1]), "%llu",
				      (unsigned long long)port);
	ret = store_request(fd, XS_INTRODUCE, iov, 3, reply, sizeof(reply),
			    NULL);
	close(fd);
	return ret < 0 ? step_fail("xenstored does not take domain %s: %.100s",
				   domid, reply) : 0;
}

int introduce(int argc, char **argv)
{
	uint64_t gfn, port;
	long domid;
	int calls, ret;

	(void)argc;
	if (parse_number(argv[1], 1, DOMID_FIRST_RESERVED - 1, &domid))
		return -1;
	calls = calls_open();
	if (calls < 0)
		return -1;
	ret = find_ring(calls, domid, &gfn, &port);
	close(calls);
	return ret ? ret : tell_store(argv[1], gfn, port);
}

/* A line of a domain's steps, with its id where $domid stands. */
static int run_step(const char *line, int domid)
{
	char copy[512], *words[MAX_WORDS + 1], *at;
	int n;

	snprintf(copy, sizeof(copy), "%.480s", line);
	copy[strcspn(copy, "\n")] = 0;
	while ((at = strstr(copy, "$domid"))) {
		char rest[512], number[12];

		snprintf(rest, sizeof(rest), "%s", at + strlen("$domid"));
		snprintf(number, sizeof(number), "%d", domid);
		snprintf(at, copy + sizeof(copy) - at, "%s%s", number, rest);
	}
	n = split_words(copy, words);
	return n > 0 ? step_run(n, words) : n;
}

static int take_steps(const struct guest *g)
{
	char path[96], line[512];
	int ret = 0;
	FILE *f;

	snprintf(path, sizeof(path), XEN_FOLDER "/%s/attach", g->name);
	f = fopen(path, "re");
	if (!f)
		return step_fail("%s: %s", path, strerror(errno));
	while (!ret && fgets(line, sizeof(line), f))
		ret = run_step(line, g->domid);
	fclose(f);
	return ret;
}

/* For dom0's steps: a file with the domain's id, while it has one. */
static void note(const struct guest *g, const char *domid)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), XEN_FOLDER "/%s/attached", g->name);
	unlink(path);
	f = domid ? fopen(path, "we") : NULL;
	if (f) {
		fputs(domid, f);
		fclose(f);
	}
}

static void appeared(struct harness *h, struct guest *g, int domid)
{
	char text[512];

	g->domid = domid;
	if (take_steps(g) ||
	    (reports_watch(h, g) && step_fail("no watch for its reports"))) {
		snprintf(text, sizeof(text), "not ok attach %s as %d # %.300s",
			 g->name, domid, step_reason());
		report_forward(h, 0, text);
		return;
	}
	snprintf(text, sizeof(text), "%d\n", domid);
	note(g, text);
	snprintf(text, sizeof(text), "ok attach %s as %d", g->name, domid);
	report_forward(h, 0, text);
	snprintf(text, sizeof(text), "step again-%s", g->name);
	if (g->attached)
		report_forward(h, 0, text);
	g->attached = true;
}

/* Backends go with their nodes, and let the domain's last frames go. */
static void disappeared(struct harness *h, struct guest *g)
{
	static const char *const homes[] = {
		"/local/domain/0/backend/vbd/%d",
		"/local/domain/0/backend/vif/%d",
		"/local/domain/%d", "/vm/%d",
	};
	char path[64];
	size_t i;

	reports_collect(h);
	reports_unwatch(h, g);
	for (i = 0; i < ARRAY_SIZE(homes); i++) {
		snprintf(path, sizeof(path), homes[i], g->domid);
		store_remove(path);
	}
	printf("keeper: domain %d (%s) is gone\n", g->domid, g->name);
	fflush(stdout);
	g->domid = -1;
	note(g, NULL);
}

static struct guest *guest_named(struct harness *h, const char *handle)
{
	unsigned int i;

	for (i = 0; i < h->nr_guests; i++)
		if (!strncmp(h->guests[i].name, handle,
			     sizeof(xen_domain_handle_t)))
			return &h->guests[i];
	return NULL;
}

static void look_for_new(struct harness *h)
{
	char name[32];
	bool dying;
	int domid;

	for (domid = 1; (domid = domain_from(h->calls, domid, name,
					     sizeof(name), &dying)) >= 0;
	     domid++) {
		struct guest *g = guest_named(h, name);

		/* One that comes back waits until its last life is over. */
		if (g && g->domid < 0 && !dying)
			appeared(h, g, domid);
	}
}

static void look_for_dead(struct harness *h)
{
	unsigned int i;
	char name[32];
	bool dying;

	for (i = 0; i < h->nr_guests; i++) {
		struct guest *g = &h->guests[i];

		if (g->domid >= 0 &&
		    (domain_from(h->calls, g->domid, name, sizeof(name),
				 &dying) != g->domid || dying))
			disappeared(h, g);
	}
}

/* "<domid> <node> <value>" */
static void take_requests(struct harness *h)
{
	char text[256], *words[MAX_WORDS + 1], path[160];

	while (xenlet_request(h->calls, text, sizeof(text)) > 0) {
		if (split_words(text, words) != 3 ||
		    !guest_by_domid(h, atoi(words[0])))
			continue;
		snprintf(path, sizeof(path), "/local/domain/%s/%s", words[0],
			 words[1]);
		if (store_write(path, words[2]))
			fprintf(stderr, "keeper: cannot write %s\n", path);
	}
}

/* A report of dom0's own, or "!create": xenstored is up, go on. */
static void socket_spoke(struct harness *h)
{
	char text[512], reply[256];
	ssize_t n = recv(h->socket, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return;
	text[n] = 0;
	if (strcmp(text, "!create")) {
		report_forward(h, 0, text);
		return;
	}
	h->store = store_connect();
	if (h->store < 0 || store_ask(h, XS_WATCH, RELEASE, RELEASE, reply,
				      sizeof(reply)) < 0)
		report_forward(h, 0, "not ok keep-store # no xenstored");
}

static void keep(struct harness *h)
{
	struct pollfd fds[2] = {
		{ .fd = h->socket, .events = POLLIN }, { .events = POLLIN },
	};

	for (;;) {
		fds[1].fd = h->store;
		fds[1].revents = 0;
		if (poll(fds, 2, h->event_missed ? 0 : LOOK_AGAIN_MS) > 0 &&
		    fds[0].revents)
			socket_spoke(h);
		if (fds[1].revents)
			reports_event(h);
		else if (h->event_missed)
			reports_collect(h);
		if (h->store < 0)
			continue;
		if (fds[1].revents)
			look_for_dead(h);
		look_for_new(h);
		take_requests(h);
	}
}

int keeper_start(int argc, char **argv)
{
	char *const load[] = { "/sbin/modprobe", "-q", "xen-privcmd", NULL };
	static struct harness h;
	pid_t pid;

	(void)argc;
	(void)argv;
	/* In a kernel of ours it is built in. */
	run_program(PROGRAM_SECONDS, load);
	h.store = -1;
	h.calls = calls_open();
	if (h.calls < 0)
		return -1;
	h.socket = harness_socket();
	if (h.socket < 0 || guests_find(&h))
		return -1;
	pid = fork();
	if (pid < 0)
		return step_fail("fork: %s", strerror(errno));
	if (!pid) {
		report_forget();
		keep(&h);
	}
	close(h.calls);
	close(h.socket);
	return 0;
}
