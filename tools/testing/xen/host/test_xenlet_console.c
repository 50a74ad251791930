// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's consoles on one UART: prefixes, parts of lines, the focus of the
 * keyboard, the ring of a hostile guest, the commands.
 */
#include "ktap.h"
#include "xenlet_fake.h"

#include <xenlet/machine.h>
#include <xenlet/vpl011.h>

#include "stats.c"
#include "services/console.c"
#undef LINE_MAX
#include "services/console_prompt.c"
#undef LINE_MAX
#include "services/command.c"
#include "services/request.c"

static struct domain d1 = { .domid = 1, .name = "one", .nr_vcpus = 2 };
static struct domain d2 = { .domid = 2, .name = "two", .nr_vcpus = 1 };
static struct xencons_interface *ring1, *ring2;
static const char *destroyed;
static char written[64];
static const struct machine machine = { .nr_cpus = 2 };
const struct machine *const the_machine = &machine;
static unsigned int reason = ~0U;
static char event[32];

/* The last byte that a UART of d2's got, if it has one. */
static int uart_byte = -1;

bool vpl011_input(struct domain *d, char c)
{
	if (d != &d2 || uart_byte < 0)
		return false;
	uart_byte = c;
	return true;
}

/* What the commands reach. */
struct domain *domain_by_id(domid_t domid)
{
	return domid == 1 ? &d1 : domid == 2 ? &d2 : NULL;
}

struct domain *domain_next(struct domain *d)
{
	return !d ? &d1 : d == &d1 ? &d2 : NULL;
}

void domain_destroy(struct domain *d)
{
	destroyed = d->name;
}

void domain_pause(struct domain *d)
{
	d->pause_count++;
}

void domain_unpause(struct domain *d)
{
	d->pause_count--;
}

void domain_shutdown(struct domain *d, unsigned int why)
{
	reason = why;
}

void harness_domain_event(const struct domain *d, const char *state,
			  const char *why)
{
	snprintf(event, sizeof(event), "%u %s", d->domid, state);
}

void trace_show(unsigned int cpu, unsigned int count,
		void (*emit)(const char *line))
{
	char line[32];

	snprintf(line, sizeof(line), "trace %u %u", cpu, count);
	emit(line);
}

void machine_power_off(void)
{
	abort();
}

void services_stop(void)
{
}

u64 page_free_count(void)
{
	return 1000;
}

u64 heap_used(void)
{
	return fake.heap_objects;
}

u64 heap_frames(void)
{
	return 0;
}

unsigned int event_open_count(struct domain *d)
{
	return 3;
}

unsigned int grant_pin_count(struct domain *d)
{
	return 0;
}

unsigned int grant_map_count(struct domain *d)
{
	return 4;
}

void block_stats(struct domain *d, emit_fn emit)
{
}

void net_stats(struct domain *d, emit_fn emit)
{
}

int store_write_home(struct domain *d, const char *node, const char *value)
{
	snprintf(written, sizeof(written), "%u %s %s", d->domid, node, value);
	return strcmp(value, "12345") ? 0 : -XEN_ENOSPC;
}

static void say(struct domain *d, const char *text)
{
	console_guest_output(d, text, strlen(text));
}

/* What the UART showed since the last call. */
static const char *shown(void)
{
	static char copy[sizeof(fake.uart)];

	snprintf(copy, sizeof(copy), "%s", fake.uart);
	/* keep what tells whether a line is open */
	fake.uart[0] = uart_at_line_start() ? '\n' : '.';
	fake.uart[1] = '\0';
	fake.uart_len = 1;
	return copy[0] == '\n' || copy[0] == '.' ? copy + 1 : copy;
}

#define SHOWS(text) (!strcmp(shown(), text))

static void type(const char *keys)
{
	while (*keys)
		console_input(*keys++);
	fake_run(10);
}

static struct xencons_interface *guest_init(struct domain *d)
{
	struct xencons_interface *ring;

	fake_guest_frame = page_alloc(NULL, 0);
	ring = page_to_ptr(fake_guest_frame);
	console_domain_built(d, 0x39000, 2);
	fake_run(10);
	return ring;
}

static void ring_print(struct domain *d, struct xencons_interface *ring,
		       const char *text)
{
	while (*text)
		ring->out[MASK_XENCONS_IDX(ring->out_prod++, ring->out)] =
			*text++;
	fake_send(d, 2);
	fake_run(10);
}

static void test_output(void)
{
	char longer[600];

	say(&d1, "hello\n");
	ktap_ok(SHOWS("(d1) hello\n"), "a line has its domain's prefix");
	say(&d1, "he");
	say(&d2, "there\n");
	say(&d1, "llo\r\n");
	ktap_ok(SHOWS("(d2) there\n(d1) hello\n"), "lines never mix");
	say(&d1, "login: ");
	ktap_ok(SHOWS(""), "a part of a line waits");
	fake_pass(30000000);
	ktap_ok(SHOWS("(d1) login: "), "and is shown when nothing follows");
	say(&d1, "root\n");
	ktap_ok(SHOWS("root\n"), "its rest comes without a second prefix");
	say(&d1, "#>");
	fake_pass(30000000);
	say(&d2, "x\n");
	say(&d1, "ls\n");
	ktap_ok(SHOWS("(d1) #>\n(d2) x\n(d1) ls\n"),
		"another's line ends a part that was shown");
	say(&d1, "#>");
	fake_pass(30000000);
	printk("news");
	say(&d1, "ls\n");
	ktap_ok(SHOWS("(d1) #>\n(XEN) news\n(d1) ls\n"),
		"so does a line of xenlet's own");
	memset(longer, 'x', sizeof(longer) - 2);
	longer[sizeof(longer) - 2] = '\n';
	longer[sizeof(longer) - 1] = '\0';
	say(&d1, longer);
	ktap_ok(strlen(shown()) == 5 + sizeof(longer) - 1,
		"a long line is one line");
}

static void test_ring(void)
{
	unsigned int messages;

	ring_print(&d1, ring1, "from the ring\n");
	ktap_ok(SHOWS("(d1) from the ring\n") &&
		ring1->out_cons == ring1->out_prod, "the ring is read");
	type("ab");
	ktap_ok(ring1->in_prod == 2 && !memcmp(ring1->in, "ab", 2),
		"keys go to the first domain's ring");
	type("\001\001x");
	ktap_ok(ring1->in_prod == 5 && !memcmp(ring1->in, "ab\001\001x", 5),
		"Ctrl-A twice is the guest's");
	type("\001\001\001");
	ktap_ok(strstr(shown(), "input to d2"), "three times switches");
	ring_print(&d2, ring2, "\n");
	type("y");
	ktap_ok(ring2->in_prod == 1 && ring1->in_prod == 5,
		"keys go to the next domain");
	shown();
	messages = fake.messages;
	ring2->out_prod = ring2->out_cons + sizeof(ring2->out) + 1;
	fake_send(&d2, 2);
	fake_run(10);
	fake_send(&d2, 2);
	fake_run(10);
	ktap_ok(fake.messages == messages + 1,
		"an impossible index is told once");
	say(&d2, "by hypercall\n");
	ktap_ok(strstr(shown(), "(d2) by hypercall\n"),
		"and the domain's other console goes on");
}

static void test_prompt(void)
{
	char buf[8];

	uart_byte = 0;
	type("u");
	ktap_ok(uart_byte == 'u', "without a working ring keys go to the guest's UART");
	uart_byte = -1;
	type("k");
	ktap_ok(console_ring_read(&d2, buf, 8) == 1 && buf[0] == 'k',
		"a guest without either reads by hypercall");
	type("\001\001\001");
	ktap_ok(strstr(shown(), "xenlet> "), "after the last comes xenlet");
	type("lx\b\r");
	ktap_ok(strstr(shown(), "(XEN) domain 1 one built\n"),
		"a letter is a command, backspace works");
	type("destroy 2\r");
	ktap_ok(destroyed && !strcmp(destroyed, "two"), "destroy");
	destroyed = NULL;
	type("destroy 7\r");
	ktap_ok(!destroyed && strstr(shown(), "error no domain 7"),
		"a domain that isn't there");
	type("destroy 1x\r");
	type("destroy 0\r");
	type("destroy\r");
	ktap_ok(!destroyed && strstr(shown(), "error usage: destroy"),
		"or that isn't named");
}

static char answer[512];

static void collect(const char *line)
{
	snprintf(answer + strlen(answer), sizeof(answer) - strlen(answer),
		 "%s\n", line);
}

static const char *command(const char *text)
{
	char line[64];

	answer[0] = '\0';
	snprintf(line, sizeof(line), "%s", text);
	command_run(line, collect);
	return answer;
}

static void test_requests(void)
{
	const char *first, *second;
	char many[80];
	int i, ret = 0;

	ktap_ok(!request_take(), "nothing is wanted at first");
	request_add(1, "control/shutdown", "poweroff");
	request_add(2, "memory/target", "65536");
	first = request_take();
	second = request_take();
	ktap_ok(!strcmp(first, "1 control/shutdown poweroff") &&
		!strcmp(second, "2 memory/target 65536") && !request_take(),
		"requests come in their order, and once");
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	ktap_ok(request_add(1, many, many) == -XEN_E2BIG && !request_take(),
		"what is too long is not cut");
	for (i = 0; !ret && i < 1000; i++)
		ret = request_add(i, "node", "value");
	ktap_ok(ret == -XEN_ENOSPC && i == MAX_WAITING + 1,
		"they are bounded");
	ktap_ok(!strcmp(request_take(), "0 node value") &&
		!request_add(1, "node", "value"), "taking one makes room");
}

static void test_commands(void)
{
	ktap_ok(!strcmp(command("shutdown 1 reboot"), "ok\n") &&
		!strcmp(written, "1 control/shutdown reboot"),
		"shutdown goes through the store");
	ktap_ok(!strcmp(command("shutdown 1 explode"),
			"error unknown shutdown: explode\n"),
		"but only what guests know");
	ktap_ok(!strcmp(command("vcpu 1 1 offline"), "ok\n") &&
		!strcmp(written, "1 cpu/1/availability offline"), "vcpu");
	ktap_ok(!strcmp(command("vcpu 1 2 offline"), "error no vcpu 2\n"),
		"a vcpu that isn't there");
	ktap_ok(!strcmp(command("memory 1 65536"), "ok\n") &&
		!strcmp(written, "1 memory/target 65536"), "memory");
	ktap_ok(!strcmp(command("memory 1 much"), "error no amount: much\n"),
		"but only a number");
	ktap_ok(!strcmp(command("memory 1 12345"), "error store\n"),
		"nobody who writes it is an error");
	d1.state = DOMAIN_RUNNING;
	ktap_ok(!strcmp(command("pause 1"), "ok\n") && d1.pause_count == 1 &&
		!strcmp(event, "1 paused"), "pause, and it is told");
	ktap_ok(!strcmp(command("unpause 1"), "ok\n") && !d1.pause_count &&
		!strcmp(event, "1 running") &&
		!strcmp(command("unpause 1"), "error not paused\n"),
		"unpause, as often as it was paused");
	ktap_ok(!strcmp(command("reboot 1"), "ok\n") &&
		reason == SHUTDOWN_reboot, "reboot");
	d1.state = DOMAIN_BUILDING;
	ktap_ok(!strcmp(command("reboot 1"), "error not running\n"),
		"but only what runs");
	ktap_ok(!strcmp(command("trace 3"), "trace 0 3\ntrace 1 3\nok\n") &&
		!strcmp(command("trace x"), "error no number: x\n"),
		"trace, of all CPUs");
	ktap_ok(!strcmp(command("frobnicate"),
			"error unknown command: frobnicate\n") &&
		!strcmp(command("   "), "error no command\n"),
		"an unknown command is an error");
	ktap_ok(strstr(command("stats 1"), "stats 1 pages=0 ports=3 pins=0 maps=4") &&
		strstr(answer, "ok\n"), "stats of a domain");
	ktap_ok(strstr(command("stats"), "free_pages=1000") &&
		strstr(answer, "domains=2"), "and of the machine");
}

static void test_gone(void)
{
	say(&d1, "last words");
	console_domain_gone(&d1);
	ktap_ok(strstr(shown(), "(d1) last words\n"),
		"what a domain said last is shown");
	console_domain_gone(&d2);
	ktap_ok(!fake.heap_objects && !fake.nr_timers && !fake_events_bound(),
		"and nothing of it stays");
	page_put(page_from_paddr((uintptr_t)ring1));
	page_put(page_from_paddr((uintptr_t)ring2));
}

static unsigned int virqs;

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
	virqs += virq == VIRQ_CONSOLE;
}

int main(void)
{
	ring1 = guest_init(&d1);
	ring2 = guest_init(&d2);
	test_output();
	test_ring();
	test_prompt();
	test_requests();
	test_commands();
	test_gone();
	return ktap_done();
}
