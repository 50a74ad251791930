// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's harness protocol over a channel of this file's: lines out, lines
 * in, and what happens when nobody reads.
 */
#include "ktap.h"
#include "xenlet_fake.h"

#include "stats.c"
#include "services/harness.c"

static struct vcpu vcpu;
static struct domain d = {
	.domid = 3, .name = "guest", .nr_vcpus = 1, .vcpus = { &vcpu },
};

static char out[8192];
static size_t out_len, room = sizeof(out) - 1;
static void (*deliver)(const char *buf, size_t len);
static char asked[256];
static unsigned int polls;

void stats_note_start(void)
{
}

bool channel_open(void (*fn)(const char *buf, size_t len))
{
	deliver = fn;
	return true;
}

bool channel_send(const char *buf, size_t len)
{
	if (len > room - out_len)
		return false;
	memcpy(out + out_len, buf, len);
	out_len += len;
	out[out_len] = '\0';
	return true;
}

/* Somebody takes the last byte at the hundredth time, or never. */
static bool reader;

bool channel_poll(void)
{
	fake.now += 1000000;
	return ++polls < 100 || !reader;
}

void channel_interrupt(void)
{
}

void command_run(char *line, emit_fn emit)
{
	snprintf(asked, sizeof(asked), "%s", line);
	emit("ok");
}

static struct cpu cpu;
static u64 own;

struct cpu *this_cpu(void)
{
	return &cpu;
}

bool arch_own_instructions(u64 *count)
{
	*count = own;
	return own;
}

static const char *said(void)
{
	static char copy[sizeof(out)];

	memcpy(copy, out, sizeof(out));
	out_len = 0;
	out[0] = '\0';
	return copy;
}

#define SAID(text) (!strcmp(said(), text))

static void ask(const char *text)
{
	deliver(text, strlen(text));
}

static void test_lines(void)
{
	harness_init();
	ktap_ok(!strncmp(said(), "hello xenlet ", 13), "it says hello");
	harness_domain_event(&d, "running", NULL);
	ktap_ok(SAID("domain 3 guest running\n"), "a domain's state");
	harness_domain_event(&d, "shutdown", "poweroff");
	ktap_ok(SAID("domain 3 guest shutdown poweroff\n"), "and why");
	fake.now = 5000;
	vcpu.stats.hypercalls = 1;
	d.stats.sends = 2;
	vcpu.stats.exit_class[0] = 3;
	d.stats.upcalls = 4;
	harness_report(&d, "ok this", 7);
	ktap_ok(SAID("report 3 5000 hc=1,send=2,exit=3,upcall=4 ok this\n"),
		"a report carries time and counters");
	own = 6;
	cpu.slept = 7;
	harness_report(&d, "ok that", 7);
	own = 0;
	ktap_ok(SAID("report 3 5000 hc=1,send=2,exit=3,upcall=4,own=6,slept=7 ok that\n"),
		"and what xenlet took of the machine, where that is counted");
}

static void test_hostile_reports(void)
{
	char text[2048];
	const char *line;

	harness_report(&d, "a\001b\tc\377d", 7);
	ktap_ok(strstr(said(), " a?b?c?d\n"), "a report is made printable");
	harness_report(&d, "one\nreport 1 0 forged", 21);
	line = said();
	ktap_ok(strstr(line, " one\n") && !strstr(line, "forged"),
		"it can't contain a second line");
	memset(text, 'x', sizeof(text));
	harness_report(&d, text, sizeof(text));
	line = said();
	ktap_ok(strlen(line) <= REPORT_MAX + 1 && strchr(line, '\n'),
		"a long one is cut");
}

static void test_input(void)
{
	char text[1024];

	ask("sta");
	ktap_ok(!asked[0], "a part of a line waits");
	ask("ts 1\r\nlist\n");
	ktap_ok(!strcmp(asked, "list") && SAID("ok\nok\n"),
		"lines are split whatever they come in");
	asked[0] = '\0';
	ask("\n\n");
	ktap_ok(!asked[0] && SAID(""), "empty lines are nothing");
	memset(text, 'y', sizeof(text));
	deliver(text, sizeof(text));
	ask("\n");
	ktap_ok(!asked[0] && SAID("error line too long\n"),
		"a line that is too long is refused");
	ask("stats\n");
	ktap_ok(!strcmp(asked, "stats"), "and the next is fine");
	said();
}

static void test_nobody_reads(void)
{
	unsigned int i;

	room = 100;
	for (i = 0; i < 50; i++)
		harness_domain_event(&d, "running", NULL);
	said();
	harness_domain_event(&d, "shutdown", NULL);
	ktap_ok(SAID("dropped 46\ndomain 3 guest shutdown\n"),
		"lines that don't fit are counted and told");
	room = sizeof(out) - 1;
	fake.now = 0;
	polls = 0;
	harness_flush();
	ktap_ok(fake.now >= FLUSH_NS && fake.now < FLUSH_NS + 10000000,
		"nobody is waited for longer than a second");
	reader = true;
	polls = 0;
	harness_flush();
	ktap_ok(polls == 100, "somebody until all is read");
}

bool channel_is_at(paddr_t base)
{
	return false;
}

int main(void)
{
	test_lines();
	test_hostile_reports();
	test_input();
	test_nobody_reads();
	return ktap_done();
}
