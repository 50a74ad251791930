// SPDX-License-Identifier: GPL-2.0
/*
 * The way out for a verdict: the guest's own node data/report, which the
 * hypervisor's store, or dom0, hands to the runner. What is said before the
 * store can be reached is kept and sent first when it can. The console gets
 * a copy for the reader; nobody parses it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "init.h"

#define BACKLOG	16

static char backlog[BACKLOG][512];
static unsigned int nr_backlog;

static bool send_line(const char *line)
{
	return !store_write("data/report", line);
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
