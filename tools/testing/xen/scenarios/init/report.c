// SPDX-License-Identifier: GPL-2.0
/*
 * The way out for a verdict: nodes below data/report in the guest's own part
 * of the store, one a line, which xenlet or dom0 hands to the runner and
 * removes. What is said before the store can be reached is kept and sent
 * first when it can. dom0 has the harness beside it and needs no store. The
 * console gets a copy for the reader; nobody parses it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../dom0/dom0.h"

#define BACKLOG		16
#define SETTLE_MS	60000

static char backlog[BACKLOG][512];
static unsigned int nr_backlog;
static char last_path[64];

static bool send_to_harness(const char *line)
{
	struct sockaddr_un addr = {
		.sun_family = AF_UNIX, .sun_path = HARNESS_SOCKET,
	};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t n = sendto(fd, line, strlen(line), 0,
			   (struct sockaddr *)&addr, sizeof(addr));

	close(fd);
	return n == (ssize_t)strlen(line);
}

/* Several processes report: time puts their lines in order. */
static bool send_line(const char *line)
{
	struct timespec ts;
	char *path = last_path;

	if (path_exists(HARNESS_SOCKET))
		return send_to_harness(line);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	snprintf(path, sizeof(last_path), "data/report/%09lld-%09ld-%d",
		 (long long)ts.tv_sec, ts.tv_nsec, getpid());
	return !store_write(path, line);
}

static bool send_backlog(void)
{
	unsigned int sent = 0;

	while (sent < nr_backlog && send_line(backlog[sent]))
		sent++;
	nr_backlog -= sent;
	memmove(backlog[0], backlog[sent], nr_backlog * sizeof(backlog[0]));
	return nr_backlog == 0;
}

static void vreport(const char *fmt, va_list ap)
{
	char line[sizeof(backlog[0])];

	vsnprintf(line, sizeof(line), fmt, ap);
	printf("%s\n", line);
	fflush(stdout);
	if (send_backlog() && send_line(line))
		return;
	if (nr_backlog < BACKLOG)
		memcpy(backlog[nr_backlog++], line, sizeof(line));
	else
		fprintf(stderr, "init: the store is out of reach: lost: %s\n",
			line);
}

static bool is_taken(const char *path)
{
	char text[512];

	return store_read(path, text, sizeof(text)) < 0;
}

void report_settle(void)
{
	if (last_path[0])
		wait_for(is_taken, last_path, SETTLE_MS);
}

void report_forget(void)
{
	nr_backlog = 0;
}

bool tell_harness(const char *line)
{
	return path_exists(HARNESS_SOCKET) && send_to_harness(line);
}

void report(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vreport(fmt, ap);
	va_end(ap);
}

uint64_t report_begin(const char *name)
{
	report("step begin:%s", name);
	return now_ms();
}

void report_end(const char *name, uint64_t begin, const char *fmt, ...)
{
	unsigned long long ms = now_ms() - begin;
	char more[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(more, sizeof(more), fmt, ap);
	va_end(ap);
	report("step end:%s ms=%llu %s", name, ms, more);
}
