// SPDX-License-Identifier: GPL-2.0
/*
 * The line protocol of the harness: what xenlet tells of its domains and
 * their verdicts, and the commands of command.c. Outside the consoles, so
 * that nothing a guest prints can look like a verdict.
 *
 * Never waits for a reader: a line that doesn't fit is dropped and counted,
 * and "dropped <lines>" is told as soon as there is room.
 */
#include <stdarg.h>

#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/service.h>
#include <xenlet/work.h>

#include "harness.h"
#include "services.h"

#define VERSION		"0.1"
#define LINE_MAX	256
#define REPORT_MAX	1536
#define FLUSH_NS	1000000000ULL

static struct {
	bool present;
	u64 dropped;
	char line[LINE_MAX];
	size_t len;
	bool too_long;
	char report[REPORT_MAX + 2];
} harness;

static void send_line(char *line, size_t len)
{
	char note[40];
	size_t n;

	if (!harness.present)
		return;
	if (harness.dropped) {
		n = snprintf(note, sizeof(note), "dropped %llu\n",
			     (unsigned long long)harness.dropped);
		if (!channel_send(note, n)) {
			harness.dropped++;
			return;
		}
		harness.dropped = 0;
	}
	line[len] = '\n';
	if (!channel_send(line, len + 1))
		harness.dropped++;
}

static void send_text(const char *text)
{
	char line[LINE_MAX + 1];
	size_t len = strnlen(text, LINE_MAX);

	memcpy(line, text, len);
	send_line(line, len);
}

static void run_line(void)
{
	harness.line[harness.len] = '\0';
	if (harness.too_long)
		send_text("error line too long");
	else if (harness.len)
		command_run(harness.line, send_text);
	harness.len = 0;
	harness.too_long = false;
}

static void received(const char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (buf[i] == '\n')
			run_line();
		else if (buf[i] == '\r')
			continue;
		else if (harness.len < LINE_MAX - 1)
			harness.line[harness.len++] = buf[i];
		else
			harness.too_long = true;
	}
}

void harness_init(void)
{
	stats_note_start();
	harness.present = channel_open(received);
	if (harness.present)
		send_text("hello xenlet " VERSION);
}

bool harness_present(void)
{
	return harness.present;
}

bool harness_owns(paddr_t base)
{
	return channel_is_at(base);
}

void harness_interrupt(void)
{
	channel_interrupt();
}

void harness_domain_event(const struct domain *d, const char *state,
			  const char *reason)
{
	char line[LINE_MAX + 1];

	snprintf(line, sizeof(line), "domain %u %s %s%s%s", d->domid, d->name,
		 state, reason ? " " : "", reason ? reason : "");
	send_text(line);
}

/* What xenlet itself took of the machine so far, where that is counted. */
static size_t put_usage(char *to, size_t size)
{
	u64 own;

	if (!arch_own_instructions(&own))
		return 0;
	return snprintf(to, size, ",own=%llu,slept=%llu",
			(unsigned long long)own,
			(unsigned long long)this_cpu()->slept);
}

void harness_report(struct domain *d, const char *text, size_t len)
{
	char *line = harness.report;
	struct vcpu_stats sum;
	u64 exits = domain_stats_sum(d, &sum);
	size_t at, i;

	at = snprintf(line, REPORT_MAX / 2,
		      "report %u %llu hc=%llu,send=%llu,exit=%llu,upcall=%llu",
		      d->domid, (unsigned long long)time_ns(),
		      (unsigned long long)sum.hypercalls,
		      (unsigned long long)d->stats.sends,
		      (unsigned long long)exits,
		      (unsigned long long)d->stats.upcalls);
	at += put_usage(line + at, REPORT_MAX / 2 - at);
	line[at++] = ' ';
	for (i = 0; i < len && at < REPORT_MAX; i++) {
		if (text[i] == '\n' || !text[i])
			break;
		line[at++] = text[i] >= ' ' && text[i] < 127 ? text[i] : '?';
	}
	send_line(line, at);
}

void harness_flush(void)
{
	u64 end = time_ns() + FLUSH_NS;

	if (!harness.present)
		return;
	while (channel_poll() && time_ns() < end)
		;
}
