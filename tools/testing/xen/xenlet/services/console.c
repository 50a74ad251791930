// SPDX-License-Identifier: GPL-2.0
/*
 * The consoles of the domains on one UART.
 *
 * Output is gathered by line, so that lines of several domains never mix, and
 * shown behind "(d<domid>) ". A part of a line is shown when nothing follows
 * it for a moment: somebody may be typing at a prompt.
 *
 * Input goes to the domain in focus; Ctrl-A three times moves the focus on,
 * after the last domain to xenlet's own prompt. A guest gets it by its ring
 * or its UART; else it waits for CONSOLEIO_read.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>
#include <xenlet/service.h>
#include <xenlet/uart.h>
#include <xenlet/vpl011.h>

#include <xen/errno.h>
#include <xen/io/console.h>

#include "barrier.h"
#include "services.h"

#define LINE_MAX	240
#define INPUT_MAX	256
#define FLUSH_NS	20000000ULL
#define CTRL_A		1

/** struct console - of one domain
 * @uses_ring: the guest wrote to the ring, so it will read it too
 * @out_cons, @in_prod: the truth; the ring's copies are for the guest only
 */
struct console {
	struct domain *domain;
	char line[LINE_MAX];
	size_t line_len;
	struct timer flush;

	char input[INPUT_MAX];
	u32 input_head, input_tail;

	struct page *page;
	struct xencons_interface *ring;
	int port;
	struct work work;
	u32 out_cons, in_prod;
	bool uses_ring, broken;
};

/* @open: whose unfinished line the cursor is behind, if not at a start */
static struct {
	struct console *all[MAX_DOMAINS];
	struct console *open;
	struct console *focus;
	unsigned int ctrl_a;
} consoles;

static struct console *console_of(const struct domain *d)
{
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++)
		if (consoles.all[i] && consoles.all[i]->domain == d)
			return consoles.all[i];
	return NULL;
}

static void show_line(struct console *c, bool end)
{
	char prefix[16];

	timer_cancel(&c->flush);
	if (consoles.open != c || uart_at_line_start()) {
		if (!uart_at_line_start())
			uart_write("\n", 1);
		uart_write(prefix, snprintf(prefix, sizeof(prefix), "(d%u) ",
					    c->domain->domid));
	}
	uart_write(c->line, c->line_len);
	c->line_len = 0;
	if (end)
		uart_write("\n", 1);
	consoles.open = end ? NULL : c;
}

static void put_char(struct console *c, char ch)
{
	/* the UART puts its own carriage return before each newline */
	if (ch == '\r' || !ch)
		return;
	if (ch == '\n') {
		show_line(c, true);
		return;
	}
	c->line[c->line_len++] = ch;
	if (c->line_len == LINE_MAX)
		show_line(c, false);
}

static void flush_line(struct timer *timer)
{
	struct console *c = container_of(timer, struct console, flush);

	if (c->line_len)
		show_line(c, false);
}

void console_guest_output(struct domain *d, const char *buf, size_t len)
{
	struct console *c = console_of(d);
	size_t i;

	if (!c)
		return;
	for (i = 0; i < len; i++)
		put_char(c, buf[i]);
	if (c->line_len)
		timer_set(&c->flush, time_ns() + FLUSH_NS);
}

void console_flush(void)
{
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++)
		if (consoles.all[i] && consoles.all[i]->line_len)
			show_line(consoles.all[i], true);
}

size_t console_ring_read(struct domain *d, char *buf, size_t len)
{
	struct console *c = console_of(d);
	size_t n = 0;

	while (c && n < len && c->input_head != c->input_tail)
		buf[n++] = c->input[c->input_tail++ % INPUT_MAX];
	return n;
}

static void break_ring(struct console *c, const char *which)
{
	printk("d%u: console ring: impossible %s index, ring ignored",
	       c->domain->domid, which);
	c->broken = true;
}

/* Take the guest's output; true if there was some. */
static bool read_ring(struct console *c)
{
	static char buf[sizeof(c->ring->out)];
	u32 prod = READ_ONCE(c->ring->out_prod), n, i;

	n = prod - c->out_cons;
	if (n > sizeof(buf)) {
		break_ring(c, "output");
		return false;
	}
	/* pairs with the guest's barrier before it moved out_prod */
	smp_rmb();
	for (i = 0; i < n; i++)
		buf[i] = c->ring->out[MASK_XENCONS_IDX(c->out_cons + i,
						       c->ring->out)];
	c->out_cons = prod;
	c->uses_ring |= n != 0;
	/* the guest may overwrite what we copied from now on */
	smp_mb();
	WRITE_ONCE(c->ring->out_cons, prod);
	console_guest_output(c->domain, buf, n);
	return n;
}

/* Give the guest what was typed; true if some of it fit. */
static bool write_ring(struct console *c)
{
	u32 used = c->in_prod - READ_ONCE(c->ring->in_cons);
	bool moved = false;

	if (used > sizeof(c->ring->in)) {
		break_ring(c, "input");
		return false;
	}
	for (; used < sizeof(c->ring->in); used++) {
		if (c->input_head == c->input_tail)
			break;
		c->ring->in[MASK_XENCONS_IDX(c->in_prod++, c->ring->in)] =
			c->input[c->input_tail++ % INPUT_MAX];
		moved = true;
	}
	/* bytes before the index that shows them */
	smp_wmb();
	WRITE_ONCE(c->ring->in_prod, c->in_prod);
	return moved;
}

static void console_work(struct work *work)
{
	struct console *c = container_of(work, struct console, work);
	bool moved;

	if (c->broken)
		return;
	moved = read_ring(c);
	if (!c->broken && c->uses_ring)
		moved |= write_ring(c);
	if (moved)
		event_service_notify(c->port);
}

static void console_kicked(void *ctx)
{
	struct console *c = ctx;

	work_queue(&c->work);
}

static void pass_char(char ch)
{
	struct console *c = consoles.focus;

	if (!c) {
		prompt_input(ch);
		return;
	}
	/* a guest that writes to its ring reads it, whatever else it has */
	if ((!c->uses_ring || c->broken) && vpl011_input(c->domain, ch))
		return;
	if (c->input_head - c->input_tail == INPUT_MAX)
		return;
	c->input[c->input_head++ % INPUT_MAX] = ch;
	if (c->uses_ring)
		work_queue(&c->work);
	else
		event_virq_raise(c->domain->vcpus[0], VIRQ_CONSOLE);
}

void console_input(char ch)
{
	if (ch == CTRL_A) {
		if (++consoles.ctrl_a == 3) {
			consoles.ctrl_a = 0;
			console_focus_next();
		}
		return;
	}
	for (; consoles.ctrl_a; consoles.ctrl_a--)
		pass_char(CTRL_A);
	pass_char(ch);
}

static void set_focus(struct console *c)
{
	consoles.focus = c;
	if (c)
		printk("input to d%u (%s), Ctrl-A three times to switch",
		       c->domain->domid, c->domain->name);
	else
		printk("input to xenlet, Ctrl-A three times to switch");
	if (!c)
		prompt_show();
}

void console_focus_next(void)
{
	int now = consoles.focus ? consoles.focus->domain->domid : -1;
	struct console *next = NULL;
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++) {
		struct console *c = consoles.all[i];

		if (c && c->domain->domid > now &&
		    (!next || c->domain->domid < next->domain->domid))
			next = c;
	}
	set_focus(next);
}

static int add_console(struct console *c)
{
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++) {
		if (consoles.all[i])
			continue;
		consoles.all[i] = c;
		return 0;
	}
	return -XEN_ENOSPC;
}

static struct console *new_console(struct domain *d)
{
	struct console *c = heap_alloc(sizeof(*c));

	if (!c)
		return NULL;
	c->domain = d;
	timer_init(&c->flush, flush_line);
	work_init(&c->work, console_work);
	if (!add_console(c))
		return c;
	heap_free(c);
	return NULL;
}

int console_dom0_built(struct domain *d)
{
	struct console *c = new_console(d);

	if (!c)
		return -XEN_ENOMEM;
	consoles.focus = c;
	return 0;
}

int console_domain_built(struct domain *d, gfn_t gfn, u32 port)
{
	bool first = !consoles.focus;
	struct console *c = new_console(d);

	if (!c)
		return -XEN_ENOMEM;
	c->page = guest_frame_get(d, gfn, true);
	if (!c->page)
		return -XEN_EINVAL;
	c->ring = page_to_ptr(c->page);
	c->port = event_service_bind(d, port, console_kicked, c);
	if (c->port < 0)
		return c->port;
	if (first)
		consoles.focus = c;
	return 0;
}

void console_domain_gone(struct domain *d)
{
	struct console *c = console_of(d);
	unsigned int i;

	if (!c)
		return;
	/* what the guest wrote last is often what matters */
	if (c->ring && !c->broken)
		read_ring(c);
	if (c->line_len || consoles.open == c)
		show_line(c, true);
	timer_cancel(&c->flush);
	work_cancel(&c->work);
	if (c->port > 0)
		event_service_unbind(c->port);
	if (c->page)
		page_put(c->page);
	for (i = 0; i < MAX_DOMAINS; i++)
		if (consoles.all[i] == c)
			consoles.all[i] = NULL;
	if (consoles.focus == c)
		console_focus_next();
	heap_free(c);
}
