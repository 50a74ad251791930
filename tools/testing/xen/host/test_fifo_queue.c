// SPDX-License-Identifier: GPL-2.0
/*
 * Host test of the guest's side of FIFO event channels, against a hypervisor
 * that works as the specification says and acts whenever it hurts most: just
 * before each exchange of a word, and from within the handlers.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

static void play_hypervisor(void);
#define HOST_EXCHANGE() play_hypervisor()

#include "../../../../drivers/xen/guest/events/fifo_queue.c"

#define PORTS	64
#define QUEUES	EVTCHN_FIFO_MAX_QUEUES
#define DEFAULT	EVTCHN_FIFO_PRIORITY_DEFAULT

/* Two CPUs; a port is delivered to one of them. */
static struct {
	struct evtchn_fifo_control_block block[2];
	evtchn_port_t head[2][QUEUES];
	event_word_t words[PORTS];
	/* The hypervisor's own. */
	evtchn_port_t tail[2][QUEUES];
	unsigned int cpu[PORTS], priority[PORTS];
	unsigned int on_cpu[PORTS], on_priority[PORTS];
	unsigned int sent[PORTS];
	bool upcall[2];
	/* The test's. */
	unsigned int seen[PORTS];
	evtchn_port_t order[256];
	unsigned int nr_order;
	unsigned int attacks;
	evtchn_port_t storm;
} m;

static event_word_t *word(evtchn_port_t port)
{
	return port < PORTS ? &m.words[port] : NULL;
}

static struct xen_fifo_view view(unsigned int cpu)
{
	return (struct xen_fifo_view){
		.block = &m.block[cpu], .head = m.head[cpu], .word = word,
	};
}

static void enqueue(evtchn_port_t port)
{
	unsigned int cpu = m.cpu[port], priority = m.priority[port];
	evtchn_port_t *tail = &m.tail[cpu][priority];
	evtchn_port_t *old = &m.tail[m.on_cpu[port]][m.on_priority[port]];

	m.words[port] |= XEN_FIFO_LINKED;
	if (*old == port)
		*old = 0;
	m.on_cpu[port] = cpu;
	m.on_priority[port] = priority;
	if (*tail && m.words[*tail] & XEN_FIFO_LINKED) {
		m.words[*tail] = (m.words[*tail] & ~EVTCHN_FIFO_LINK_MASK) |
				 port;
		*tail = port;
		return;
	}
	*tail = port;
	m.block[cpu].head[priority] = port;
	if (!(m.block[cpu].ready & 1U << priority))
		m.upcall[cpu] = true;
	m.block[cpu].ready |= 1U << priority;
}

static void deliver(evtchn_port_t port)
{
	m.words[port] |= XEN_FIFO_PENDING;
	if (!(m.words[port] & (XEN_FIFO_MASKED | XEN_FIFO_LINKED)))
		enqueue(port);
}

static void send_event(evtchn_port_t port)
{
	m.sent[port]++;
	deliver(port);
}

static void hypercall_unmask(evtchn_port_t port)
{
	m.words[port] &= ~XEN_FIFO_MASKED;
	if (m.words[port] & XEN_FIFO_PENDING)
		deliver(port);
}

static void play_hypervisor(void)
{
	evtchn_port_t port;

	if (!m.attacks)
		return;
	m.attacks--;
	port = 1 + rand() % (PORTS - 1);
	if (rand() % 8 == 0)
		m.cpu[port] = rand() % 2;
	if (rand() % 8 == 0)
		m.priority[port] = rand() % QUEUES;
	send_event(port);
}

static void unmask(evtchn_port_t port)
{
	if (xen_fifo_unmask(&m.words[port]))
		hypercall_unmask(port);
}

/* As the core does it: take note, then do what the event asks for. */
static void handle(evtchn_port_t port)
{
	if (m.nr_order < 256)
		m.order[m.nr_order++] = port;
	xen_fifo_change(&m.words[port], XEN_FIFO_PENDING, 0);
	m.seen[port] = m.sent[port];
	if (m.storm)
		send_event(m.storm);
}

static void start(void)
{
	unsigned int i;

	memset(&m, 0, sizeof(m));
	for (i = 0; i < PORTS; i++)
		m.priority[i] = DEFAULT;
}

static bool serve(unsigned int cpu, unsigned int budget)
{
	struct xen_fifo_view v = view(cpu);

	m.nr_order = 0;
	m.upcall[cpu] = false;
	return xen_fifo_serve(&v, budget, handle);
}

static bool came(evtchn_port_t a, evtchn_port_t b, evtchn_port_t c)
{
	const evtchn_port_t want[3] = { a, b, c };
	unsigned int i, count = !!a + !!b + !!c;

	for (i = 0; i < count; i++)
		if (m.order[i] != want[i])
			return false;
	return m.nr_order == count;
}

static void test_order(void)
{
	start();
	send_event(3);
	send_event(1);
	send_event(2);
	ktap_ok(!serve(0, 64) && came(3, 1, 2), "events come in their order");
	ktap_ok(!serve(0, 64) && came(0, 0, 0), "and once");
	send_event(2);
	ktap_ok(!serve(0, 64) && came(2, 0, 0), "the last can be the first");
	m.priority[9] = 0;
	m.priority[8] = 15;
	send_event(8);
	send_event(1);
	send_event(9);
	ktap_ok(!serve(0, 64) && came(9, 1, 8), "the highest priority first");
	m.cpu[5] = 1;
	send_event(5);
	ktap_ok(!serve(0, 64) && came(0, 0, 0) && !serve(1, 64) &&
		came(5, 0, 0), "each CPU has its own queues");
}

static void test_masks(void)
{
	start();
	send_event(1);
	xen_fifo_change(word(1), 0, XEN_FIFO_MASKED);
	send_event(2);
	ktap_ok(!serve(0, 64) && came(2, 0, 0), "a masked port is passed by");
	ktap_ok(m.words[1] == (XEN_FIFO_MASKED | XEN_FIFO_PENDING),
		"and leaves its queue");
	ktap_ok(xen_fifo_unmask(word(1)) && m.words[1] & XEN_FIFO_MASKED,
		"the hypervisor must unmask what is pending");
	hypercall_unmask(1);
	ktap_ok(!serve(0, 64) && came(1, 0, 0), "which delivers it");
	m.words[3] = XEN_FIFO_MASKED;
	ktap_ok(!xen_fifo_unmask(word(3)) && !m.words[3],
		"a quiet port is unmasked without");
	ktap_ok(!xen_fifo_unmask(word(3)), "an unmasked one has nothing to do");
	m.words[3] = XEN_FIFO_MASKED | XEN_FIFO_LINKED | XEN_FIFO_BUSY | 7;
	ktap_ok(xen_fifo_unmask(word(3)) &&
		m.words[3] == (XEN_FIFO_MASKED | XEN_FIFO_LINKED |
			       XEN_FIFO_BUSY | 7),
		"a word that the hypervisor is at is left to it");
}

static void test_bounds(void)
{
	unsigned int i;

	start();
	for (i = 1; i <= 10; i++)
		send_event(i);
	ktap_ok(serve(0, 4) && m.nr_order == 4 && m.order[3] == 4,
		"a budget is kept");
	send_event(1);
	ktap_ok(serve(0, 4) && m.nr_order == 4 && m.order[0] == 5,
		"the next pass goes on there");
	ktap_ok(!serve(0, 64) && came(9, 10, 1),
		"who comes again is behind all others");
	m.storm = 20;
	send_event(20);
	send_event(21);
	ktap_ok(serve(0, 64) && m.nr_order == 64 && m.seen[21],
		"a storm ends, and others are served in it");
}

static void test_nonsense(void)
{
	start();
	m.block[0].ready = ~0U;
	ktap_ok(!serve(0, 64) && came(0, 0, 0), "ready queues that are empty");
	m.block[0].head[DEFAULT] = PORTS + 5;
	m.block[0].ready = 1U << DEFAULT;
	ktap_ok(!serve(0, 64) && came(0, 0, 0), "a head without a word");
	m.block[0].head[DEFAULT] = 4;
	m.words[4] = XEN_FIFO_PENDING | 9;
	m.block[0].ready = 1U << DEFAULT;
	ktap_ok(!serve(0, 64) && came(0, 0, 0) &&
		m.words[4] == (XEN_FIFO_PENDING | 9),
		"a head that is not linked is left alone");
}

static evtchn_port_t stranded[8];
static unsigned int nr_stranded;

static void strand(evtchn_port_t port)
{
	if (nr_stranded < 8)
		stranded[nr_stranded++] = port;
	hypercall_unmask(port);
}

static void test_drain(void)
{
	struct xen_fifo_view v = view(1);
	unsigned int i;

	start();
	for (i = 1; i <= 3; i++) {
		m.cpu[i] = 1;
		send_event(i);
	}
	m.words[2] |= XEN_FIFO_MASKED;
	m.cpu[1] = 0;
	m.cpu[2] = 0;
	m.cpu[3] = 0;
	xen_fifo_drain(&v, strand);
	ktap_ok(nr_stranded == 2 && stranded[0] == 1 && stranded[1] == 3,
		"who waits on a dead CPU's queue is told of");
	ktap_ok(!serve(0, 64) && came(1, 3, 0), "and can be sent elsewhere");
	hypercall_unmask(2);
	ktap_ok(!serve(0, 64) && came(2, 0, 0),
		"who is masked can be delivered later");
	ktap_ok(!m.block[1].ready && !m.head[1][DEFAULT],
		"the dead CPU's queues are empty");
}

/* What was sent last to a port is seen, whatever the timing. */
static bool nothing_is_lost(unsigned int seed)
{
	unsigned int i, round;

	srand(seed);
	start();
	for (round = 0; round < 2000; round++) {
		evtchn_port_t port = 1 + rand() % (PORTS - 1);

		m.attacks = rand() % 12;
		if (rand() % 2)
			xen_fifo_change(word(port), 0, XEN_FIFO_MASKED);
		else
			unmask(port);
		if (rand() % 4 == 0)
			serve(rand() % 2, 1 + rand() % 8);
	}
	m.attacks = 0;
	for (i = 1; i < PORTS; i++)
		unmask(i);
	for (i = 0; i < 2; i++)
		while (serve(i, 16))
			;
	for (i = 1; i < PORTS; i++)
		if (m.seen[i] != m.sent[i] || m.words[i])
			return false;
	return true;
}

int main(void)
{
	unsigned int seed, good = 0;

	test_order();
	test_masks();
	test_bounds();
	test_nonsense();
	test_drain();
	for (seed = 1; seed <= 200; seed++)
		good += nothing_is_lost(seed);
	ktap_ok(good == 200, "no event is lost, whatever happens in between");
	return ktap_done();
}
