// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that the harness and xenlet's own prompt understand. An answer
 * goes line by line to whoever asked.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/grant.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/page.h>
#include <xenlet/service.h>
#include <xenlet/trace.h>

#include <xen/sched.h>

#include "services.h"

#define MAX_WORDS	4
#define LINE_MAX	200
#define TRACE_COUNT	12

static void emitf(emit_fn emit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void emitf(emit_fn emit, const char *fmt, ...)
{
	char line[LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	emit(line);
}

const char *domain_state_name(const struct domain *d)
{
	switch (d->state) {
	case DOMAIN_BUILDING:
		return "built";
	case DOMAIN_RUNNING:
		return d->pause_count ? "paused" : "running";
	case DOMAIN_SHUTDOWN:
		return d->shutdown_reason == SHUTDOWN_crash ? "crashed" :
							      "shutdown";
	case DOMAIN_DYING:
		break;
	}
	return "destroyed";
}

static struct domain *take_domain(const char *word, emit_fn emit)
{
	struct domain *d = NULL;
	unsigned long domid;
	char *end;

	domid = strtoul(word, &end, 10);
	if (*word && !*end && domid < DOMID_FIRST_RESERVED)
		d = domain_by_id(domid);
	if (d && d->is_service)
		d = NULL;
	if (!d)
		emitf(emit, "error no domain %s", word);
	return d;
}

static void write_home(struct domain *d, const char *node, const char *value,
		       emit_fn emit)
{
	emit(store_write_home(d, node, value) ? "error store" : "ok");
}

static void do_list(char **word, emit_fn emit)
{
	struct domain *d = NULL;

	while ((d = domain_next(d)))
		emitf(emit, "domain %u %s %s", d->domid, d->name,
		      domain_state_name(d));
	emit("ok");
}

static void stats_of(struct domain *d, emit_fn emit)
{
	struct vcpu_stats sum;
	u64 exits = domain_stats_sum(d, &sum);

	emitf(emit,
	      "stats %u pages=%llu ports=%u pins=%u maps=%u vcpus=%u hypercalls=%llu sends=%llu exits=%llu upcalls=%llu",
	      d->domid, (unsigned long long)d->pages, event_open_count(d),
	      grant_pin_count(d), grant_map_count(d), d->nr_vcpus,
	      (unsigned long long)sum.hypercalls,
	      (unsigned long long)d->stats.sends,
	      (unsigned long long)exits,
	      (unsigned long long)d->stats.upcalls);
	block_stats(d, emit);
	net_stats(d, emit);
}

/* What there was before the first domain, to see what a domain left behind. */
static struct {
	u64 free_pages, heap;
} start;

/* The heap's own frames don't count: how many it takes for the same objects
 * depends on their order, and its bytes are told apart.
 */
static u64 spare_frames(void)
{
	return page_free_count() + heap_frames();
}

void stats_note_start(void)
{
	start.free_pages = spare_frames();
	start.heap = heap_used();
}

static void do_stats(char **word, emit_fn emit)
{
	unsigned int domains = 0;
	struct domain *d = NULL;

	if (word[1]) {
		d = take_domain(word[1], emit);
		if (!d)
			return;
		stats_of(d, emit);
		emit("ok");
		return;
	}
	while ((d = domain_next(d))) {
		stats_of(d, emit);
		domains++;
	}
	emitf(emit,
	      "stats - free_pages=%llu start_free_pages=%llu heap=%llu start_heap=%llu domains=%u",
	      (unsigned long long)spare_frames(),
	      (unsigned long long)start.free_pages,
	      (unsigned long long)heap_used(),
	      (unsigned long long)start.heap, domains);
	emit("ok");
}

static void do_destroy(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);

	if (!d)
		return;
	domain_destroy(d);
	emit("ok");
}

static void do_pause(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);

	if (!d)
		return;
	domain_pause(d);
	harness_domain_event(d, domain_state_name(d), NULL);
	emit("ok");
}

static void do_unpause(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);
	bool built;

	if (!d)
		return;
	if (!d->pause_count) {
		emit("error not paused");
		return;
	}
	built = d->state == DOMAIN_BUILDING;
	domain_unpause(d);
	/* the first time, it is told anyway */
	if (!built)
		harness_domain_event(d, domain_state_name(d), NULL);
	emit("ok");
}

/* At once, whatever the guest thinks of it. */
static void do_reboot(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);

	if (!d)
		return;
	if (d->state != DOMAIN_RUNNING) {
		emit("error not running");
		return;
	}
	domain_shutdown(d, SHUTDOWN_reboot);
	emit("ok");
}

static void do_shutdown(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);
	const char *how = word[2] ? word[2] : "poweroff";

	if (!d)
		return;
	if (strcmp(how, "poweroff") && strcmp(how, "reboot") &&
	    strcmp(how, "halt") && strcmp(how, "suspend")) {
		emitf(emit, "error unknown shutdown: %s", how);
		return;
	}
	write_home(d, "control/shutdown", how, emit);
}

static void do_vcpu(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);
	unsigned long n;
	char node[48], *end;

	if (!d)
		return;
	n = strtoul(word[2], &end, 10);
	if (!*word[2] || *end || n >= d->nr_vcpus) {
		emitf(emit, "error no vcpu %s", word[2]);
		return;
	}
	if (strcmp(word[3], "online") && strcmp(word[3], "offline")) {
		emitf(emit, "error unknown availability: %s", word[3]);
		return;
	}
	snprintf(node, sizeof(node), "cpu/%lu/availability", n);
	write_home(d, node, word[3], emit);
}

/* What "xl mem-set" writes; nobody holds the domain to it. */
static void do_memory(char **word, emit_fn emit)
{
	struct domain *d = take_domain(word[1], emit);
	char *end;

	if (!d)
		return;
	strtoul(word[2], &end, 10);
	if (!*word[2] || *end) {
		emitf(emit, "error no amount: %s", word[2]);
		return;
	}
	write_home(d, "memory/target", word[2], emit);
}

static void do_trace(char **word, emit_fn emit)
{
	unsigned long count = TRACE_COUNT;
	unsigned int cpu;
	char *end;

	if (word[1]) {
		count = strtoul(word[1], &end, 10);
		if (*end) {
			emitf(emit, "error no number: %s", word[1]);
			return;
		}
	}
	for (cpu = 0; cpu < the_machine->nr_cpus; cpu++)
		trace_show(cpu, count, emit);
	emit("ok");
}

static void do_quit(char **word, emit_fn emit)
{
	emit("ok");
	services_stop();
	machine_power_off();
}

static void do_help(char **word, emit_fn emit);

/* A command may be abbreviated to its first letter where @letter says so. */
static const struct command {
	const char *name;
	char letter;
	unsigned int words;	/* needed, the command's name included */
	void (*run)(char **word, emit_fn emit);
	const char *help;
} commands[] = {
	{ "help", 'h', 1, do_help, "this list" },
	{ "list", 'l', 1, do_list, "the domains and their states" },
	{ "stats", 's', 1, do_stats, "[domid]: counters" },
	{ "destroy", 'd', 2, do_destroy, "<domid>" },
	{ "pause", 'p', 2, do_pause, "<domid>" },
	{ "unpause", 'u', 2, do_unpause, "<domid>" },
	{ "reboot", 0, 2, do_reboot, "<domid>" },
	{ "shutdown", 0, 2, do_shutdown,
	  "<domid> [poweroff|reboot|halt|suspend]" },
	{ "vcpu", 0, 4, do_vcpu, "<domid> <vcpu> online|offline" },
	{ "memory", 0, 3, do_memory, "<domid> <KiB>" },
	{ "trace", 't', 1, do_trace, "[count]: the CPUs' last exits" },
	{ "quit", 'q', 1, do_quit, "power the machine off" },
};

static void do_help(char **word, emit_fn emit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		emitf(emit, "help %s %s", commands[i].name, commands[i].help);
	emit("ok");
}

static unsigned int split(char *line, char **word)
{
	unsigned int n = 0;

	while (n < MAX_WORDS) {
		while (*line == ' ')
			line++;
		if (!*line)
			break;
		word[n++] = line;
		line = strchr(line, ' ');
		if (!line)
			break;
		*line++ = '\0';
	}
	return n;
}

void command_run(char *line, emit_fn emit)
{
	char *word[MAX_WORDS + 1] = {};
	unsigned int i, n = split(line, word);

	for (i = 0; n && i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(word[0], c->name) &&
		    !(c->letter && word[0][0] == c->letter && !word[0][1]))
			continue;
		if (n < c->words)
			emitf(emit, "error usage: %s %s", c->name, c->help);
		else
			c->run(word, emit);
		return;
	}
	if (n)
		emitf(emit, "error unknown command: %s", word[0]);
	else
		emit("error no command");
}
