// SPDX-License-Identifier: GPL-2.0
/*
 * The domains. Each has a folder of its own, XEN_FOLDER/NAME, with what the
 * runner put there: "config" for xl, "prepare", a script that makes its disks.
 *
 * xl create stays in the foreground (-F) and is the one that knows: when the
 * domain runs, how it ended, and that it was started again after a reboot.
 * The console arrives through what xenconsoled takes for its log file.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dom0.h"

#define CONSOLE_LOGS	"/var/log/xen/console"
#define PREPARE_SECONDS	90

void guest_becomes(struct harness *h, struct guest *g, const char *state,
		   const char *why)
{
	g->state = state;
	if (g->domid < 0)
		harness_say(h, "domain - %s %s %s", g->name, state, why);
	else
		harness_say(h, "domain %d %s %s %s", g->domid, g->name, state,
			    why);
}

struct guest *guest_by_domid(struct harness *h, int domid)
{
	unsigned int i;

	for (i = 0; i < h->nr_guests; i++)
		if (h->guests[i].domid == domid)
			return &h->guests[i];
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct guest *)a)->name,
		      ((const struct guest *)b)->name);
}

int guests_find(struct harness *h)
{
	DIR *dir = opendir(XEN_FOLDER);
	struct dirent *e;
	struct guest *g;

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (h->nr_guests == MAX_GUESTS)
			return step_fail("more than %d domains", MAX_GUESTS);
		g = &h->guests[h->nr_guests++];
		snprintf(g->name, sizeof(g->name), "%.31s", e->d_name);
		g->domid = -1;
		g->xl.fd = -1;
		g->console.fd = -1;
	}
	if (dir)
		closedir(dir);
	qsort(h->guests, h->nr_guests, sizeof(h->guests[0]), compare_names);
	return 0;
}

/*
 * A pipe in the place of the log file that xenconsoled opens to append to.
 * Opened for writing by us as well, it never ends.
 */
static int open_console(const struct guest *g)
{
	char path[128];

	snprintf(path, sizeof(path), CONSOLE_LOGS "/guest-%s.log", g->name);
	if (mkfifo(path, 0600) && errno != EEXIST)
		return -1;
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static void refuse(struct harness *h, struct guest *g, const char *why)
{
	guest_becomes(h, g, "refused", why);
	guests_create_next(h);
}

void guests_create_next(struct harness *h)
{
	char script[96], config[96], why[256];
	char *const prepare[] = { "sh", "-e", script, NULL };
	char *const create[] = { "xl", "create", "-F", config, NULL };
	struct guest *g;

	if (h->next_guest == h->nr_guests)
		return;
	g = &h->guests[h->next_guest++];
	g->console.fd = open_console(g);
	snprintf(script, sizeof(script), XEN_FOLDER "/%s/prepare", g->name);
	snprintf(config, sizeof(config), XEN_FOLDER "/%s/config", g->name);
	if (process_run(prepare, PREPARE_SECONDS, why, sizeof(why))) {
		refuse(h, g, why);
		return;
	}
	g->xl_pid = process_start(create, &g->xl.fd);
	if (g->xl_pid < 0) {
		g->xl_pid = 0;
		refuse(h, g, "fork");
	}
}

static const char *reason(int code)
{
	static const char *const words[] = {
		"poweroff", "reboot", "suspend", "crash", "watchdog",
		"soft-reset",
	};

	return code >= 0 && code < (int)ARRAY_SIZE(words) ? words[code] :
							    "unknown";
}

/* After a reboot it is another domain, and the old one is gone. */
static void guest_runs(struct harness *h, struct guest *g, int domid)
{
	bool again = g->domid >= 0;

	if (again)
		guest_becomes(h, g, "destroyed", "");
	g->domid = domid;
	guest_becomes(h, g, "built", "");
	guest_becomes(h, g, "running", "");
	if (reports_watch(h, g))
		fprintf(stderr, "harness: %s: no watch in the store\n",
			g->name);
	if (!again)
		guests_create_next(h);
}

/* The three lines of xl's that tell something; the rest is for people. */
static void understand(struct harness *h, struct guest *g, const char *line)
{
	const char *p;
	int domid, code;

	p = strstr(line, "Waiting for domain ");
	p = p ? strstr(p, "(domid ") : NULL;
	if (p && sscanf(p, "(domid %d)", &domid) == 1) {
		guest_runs(h, g, domid);
		return;
	}
	p = strstr(line, "Domain ");
	if (!p || sscanf(p, "Domain %d", &domid) != 1 || domid != g->domid)
		return;
	p = strstr(p, " has ");
	if (p && sscanf(p, " has shut down, reason code %d", &code) == 1) {
		reports_collect(h);
		guest_becomes(h, g, "shutdown", reason(code));
	} else if (p && !strncmp(p, " has been destroyed.", 20) &&
		   strcmp(g->state, "destroyed")) {
		guest_becomes(h, g, "destroyed", "");
	}
}

void guest_xl_spoke(struct harness *h, struct guest *g)
{
	bool more = lines_read(&g->xl);
	char line[512], last[128] = "xl create ended";

	while (lines_next(&g->xl, line, sizeof(line))) {
		printf("(xl %s) %s\n", g->name, line);
		fflush(stdout);
		snprintf(last, sizeof(last), "%.127s", line);
		understand(h, g, line);
	}
	if (more)
		return;
	lines_close(&g->xl);
	waitpid(g->xl_pid, NULL, 0);
	g->xl_pid = 0;
	if (g->domid < 0)
		refuse(h, g, last);
}

void guest_console_spoke(struct guest *g)
{
	char line[1024];

	if (!lines_read(&g->console))
		lines_close(&g->console);
	while (lines_next(&g->console, line, sizeof(line)))
		printf("(%s) %s\n", g->name, line);
	fflush(stdout);
}
