// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's FIFO event channels: what a guest may say, which words end up in
 * which queue, and what a guest that scribbles over its words can reach.
 *
 * The array and the control blocks lie in the guest's own memory; the test
 * reads and writes them as the guest would.
 */
#include "ktap.h"
#include "xenlet_abi.h"

#define BLOCK_GFN	2
#define BLOCK_OFFSET(v)	(128 * (v))
#define ARRAY_GFN	8
#define BAD_GFN		(GUEST_PAGES + 5)

static long init_at(u32 vcpu, u64 gfn, u32 offset)
{
	struct evtchn_init_control op = {
		.control_gfn = gfn, .offset = offset, .vcpu = vcpu,
	};
	long ret = event_channel_op(EVTCHNOP_init_control,
				    put(&op, sizeof(op)));

	get(&op, sizeof(op));
	if (!ret && op.link_bits != EVTCHN_FIFO_LINK_BITS)
		return -1;
	return ret;
}

static long expand(u64 gfn)
{
	struct evtchn_expand_array op = { .array_gfn = gfn };

	return event_channel_op(EVTCHNOP_expand_array, put(&op, sizeof(op)));
}

static long prioritize(evtchn_port_t port, u32 priority)
{
	struct evtchn_set_priority op = { .port = port, .priority = priority };

	return event_channel_op(EVTCHNOP_set_priority, put(&op, sizeof(op)));
}

static long on_port(u32 cmd, evtchn_port_t port)
{
	return event_channel_op(cmd, put(&port, sizeof(port)));
}

static long move(evtchn_port_t port, u32 vcpu)
{
	struct evtchn_bind_vcpu op = { .port = port, .vcpu = vcpu };

	return event_channel_op(EVTCHNOP_bind_vcpu, put(&op, sizeof(op)));
}

static long alloc(evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	long ret;

	do {
		ret = event_channel_op(EVTCHNOP_alloc_unbound,
				       put(&op, sizeof(op)));
	} while (ret == -E_AGAIN_LATER);
	get(&op, sizeof(op));
	*port = op.port;
	return ret;
}

static evtchn_port_t open_ipi(u32 vcpu)
{
	struct evtchn_bind_ipi op = { .vcpu = vcpu };

	if (event_channel_op(EVTCHNOP_bind_ipi, put(&op, sizeof(op))))
		return 0;
	get(&op, sizeof(op));
	return op.port;
}

static long reset_ports(void)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };
	long ret;

	do {
		ret = event_channel_op(EVTCHNOP_reset, put(&op, sizeof(op)));
	} while (ret == -E_AGAIN_LATER);
	return ret;
}

static struct evtchn_fifo_control_block *block(unsigned int vcpu)
{
	return guest_ptr(&guests[0], BLOCK_GFN * PAGE_SIZE +
			 BLOCK_OFFSET(vcpu));
}

static event_word_t *word(evtchn_port_t port)
{
	event_word_t *page = guest_ptr(&guests[0], (ARRAY_GFN + port / 1024) *
				       PAGE_SIZE);

	return &page[port % 1024];
}

/* Take the queue as a guest does; the ports in order, 0 behind the last. */
static void take(unsigned int vcpu, unsigned int priority, evtchn_port_t *ports)
{
	evtchn_port_t next = block(vcpu)->head[priority];

	block(vcpu)->ready &= ~(1U << priority);
	guests[0].vcpus[vcpu]->info->evtchn_upcall_pending = 0;
	while (next) {
		event_word_t old = *word(next);

		*ports++ = next;
		*word(next) = old & ~(LINKED | LINK_MASK | PENDING);
		next = old & LINK_MASK;
	}
	*ports = 0;
}

static evtchn_port_t spare[4];

static bool took(unsigned int vcpu, unsigned int priority, evtchn_port_t first,
		 evtchn_port_t second, evtchn_port_t third)
{
	const evtchn_port_t want[] = { first, second, third, 0 };
	evtchn_port_t got[16] = { 0 };
	unsigned int i;

	take(vcpu, priority, got);
	for (i = 0; i < 4; i++) {
		if (got[i] != want[i])
			return false;
		if (!want[i])
			return true;
	}
	return true;
}

static void start(void)
{
	struct vcpu_register_vcpu_info info = { .mfn = BLOCK_GFN + 1 };

	enter(0, 0);
	memset(guest_ptr(&guests[0], BLOCK_GFN * PAGE_SIZE), 0xee, PAGE_SIZE);
	memset(word(0), 0, PAGE_SIZE);
	memset(word(1024), 0, PAGE_SIZE);
	guests[0].vcpus[1]->info = guest_ptr(&guests[0],
					     info.mfn * PAGE_SIZE);
	init_at(0, BLOCK_GFN, BLOCK_OFFSET(0));
	block(0)->ready = 0;
	init_at(1, BLOCK_GFN, BLOCK_OFFSET(1));
	block(1)->ready = 0;
	expand(ARRAY_GFN);
}

static void test_arguments(void)
{
	evtchn_port_t port;

	enter(0, 0);
	alloc(&port);
	ktap_ok(prioritize(port, 3) == -XEN_ENOSYS,
		"two levels have no priorities");
	ktap_ok(expand(ARRAY_GFN) == -XEN_EOPNOTSUPP, "and no array");
	ktap_ok(init_at(9, BLOCK_GFN, 0) == -XEN_ENOENT,
		"no block for a vCPU that is not there");
	ktap_ok(init_at(0, BLOCK_GFN, PAGE_SIZE - 64) == -XEN_EINVAL &&
		init_at(0, BLOCK_GFN, ~7U) == -XEN_EINVAL,
		"a block stays in its page");
	ktap_ok(init_at(0, BLOCK_GFN, 4) == -XEN_EINVAL,
		"a block is aligned to 8 bytes");
	ktap_ok(init_at(0, BAD_GFN, 0) == -XEN_EINVAL &&
		init_at(0, ~0UL, 0) == -XEN_EINVAL,
		"a block is in the guest's memory");
	ktap_ok(expand(ARRAY_GFN) == -XEN_EOPNOTSUPP,
		"after a refusal there are two levels still");
	ktap_ok(!init_at(0, BLOCK_GFN, PAGE_SIZE - 72),
		"a block fits at the end of its page");
	ktap_ok(init_at(0, BLOCK_GFN, 0) == -XEN_EINVAL,
		"a vCPU has one block");
	ktap_ok(expand(BAD_GFN) == -XEN_EINVAL, "words are in its memory too");
	ktap_ok(prioritize(port, 15) == 0 &&
		prioritize(port, 16) == -XEN_EINVAL,
		"there are sixteen priorities");
	on_port(EVTCHNOP_close, port);
	ktap_ok(prioritize(port, 3) == -XEN_EACCES,
		"a closed port has none");
	ktap_ok(prioritize(~0U, 3) == -XEN_EINVAL, "nor one out of range");
	ktap_ok(!reset_ports() && expand(ARRAY_GFN) == -XEN_EOPNOTSUPP,
		"reset goes back to two levels");
}

static void test_order(void)
{
	evtchn_port_t a, b, c;

	start();
	a = open_ipi(0);
	b = open_ipi(0);
	c = open_ipi(0);
	injected = 0;
	on_port(EVTCHNOP_send, b);
	ktap_ok(injected == 1 && block(0)->ready == 1U << 7 &&
		block(0)->head[7] == b && *word(b) == (PENDING | LINKED),
		"the first event is the head of the default queue");
	on_port(EVTCHNOP_send, c);
	on_port(EVTCHNOP_send, a);
	on_port(EVTCHNOP_send, c);
	ktap_ok(injected == 1, "further ones call nobody");
	ktap_ok(took(0, 7, b, c, a), "a queue has the order of sending");
	on_port(EVTCHNOP_send, a);
	ktap_ok(injected == 2 && took(0, 7, a, 0, 0),
		"the last of a queue that was emptied is its head again");

	prioritize(c, 0);
	prioritize(b, 15);
	on_port(EVTCHNOP_send, a);
	on_port(EVTCHNOP_send, b);
	on_port(EVTCHNOP_send, c);
	ktap_ok(block(0)->ready == (1U << 0 | 1U << 7 | 1U << 15),
		"each priority is a queue");
	ktap_ok(took(0, 0, c, 0, 0) && took(0, 7, a, 0, 0) &&
		took(0, 15, b, 0, 0), "with its own port");
	on_port(EVTCHNOP_close, c);
	ktap_ok(open_ipi(0) == c, "a port that is closed is used again");
	on_port(EVTCHNOP_send, c);
	ktap_ok(took(0, 7, c, 0, 0), "with the default priority");
	reset_ports();
}

static void test_masked(void)
{
	evtchn_port_t port;

	start();
	port = open_ipi(0);
	injected = 0;
	*word(port) = MASKED;
	on_port(EVTCHNOP_send, port);
	ktap_ok(*word(port) == (MASKED | PENDING) && !block(0)->ready &&
		!injected, "a masked event only becomes pending");
	ktap_ok(event_is_pending(&guests[0], port) == 1, "a poll sees it");
	on_port(EVTCHNOP_unmask, port);
	ktap_ok(injected == 1 && took(0, 7, port, 0, 0),
		"unmasking links it");
	on_port(EVTCHNOP_unmask, port);
	ktap_ok(!block(0)->ready, "with nothing pending it links nothing");
	on_port(EVTCHNOP_send, port);
	on_port(EVTCHNOP_close, port);
	ktap_ok(*word(port) == LINKED, "a port closed while linked stays so");
	ktap_ok(open_ipi(0) == port + 1, "and is not given out meanwhile");
	take(0, 7, spare);
	ktap_ok(open_ipi(0) == port, "but after the guest has dropped it");
	*word(port + 2) = PENDING;
	on_port(EVTCHNOP_unmask, port + 2);
	ktap_ok(!block(0)->ready, "unmasking a closed port links nothing");
	reset_ports();
}

static void test_vcpus(void)
{
	evtchn_port_t a, b, near;
	struct evtchn_bind_interdomain op = { .remote_dom = 1 };

	start();
	alloc(&a);
	op.remote_port = a;
	event_channel_op(EVTCHNOP_bind_interdomain, put(&op, sizeof(op)));
	get(&op, sizeof(op));
	near = op.local_port;
	b = open_ipi(0);
	take(0, 7, spare);

	on_port(EVTCHNOP_send, near);
	move(a, 1);
	on_port(EVTCHNOP_send, b);
	ktap_ok(took(0, 7, a, b, 0),
		"a port that moves stays on the queue that it is on");
	on_port(EVTCHNOP_send, near);
	ktap_ok(!block(0)->ready && took(1, 7, a, 0, 0),
		"its next event goes to the other vCPU");
	on_port(EVTCHNOP_send, b);
	ktap_ok(took(0, 7, b, 0, 0), "and the queue it left goes on");

	/* a is the last that was on vCPU 1's queue: it must not link there. */
	move(a, 0);
	on_port(EVTCHNOP_send, near);
	move(b, 1);
	on_port(EVTCHNOP_send, b);
	ktap_ok(took(0, 7, a, b, 0), "a queue's last port may be on another");
	reset_ports();
}

static void test_no_info(void)
{
	struct vcpu_info *info;
	evtchn_port_t port;

	start();
	info = guests[0].vcpus[1]->info;
	guests[0].vcpus[1]->info = NULL;
	port = open_ipi(1);
	ktap_ok(!on_port(EVTCHNOP_send, port) && block(1)->ready == 1U << 7 &&
		block(1)->head[7] == port,
		"a vCPU that has no vcpu_info yet has its queues");
	guests[0].vcpus[1]->info = info;
	reset_ports();
}

static void test_growth(void)
{
	evtchn_port_t port, last = 0;
	unsigned int count = 0, i;

	start();
	while (!alloc(&port) && port < 1500)
		last = port;
	ktap_ok(last == 1499, "ports may be open before they have a word");
	on_port(EVTCHNOP_close, 1200);
	port = open_ipi(0);
	injected = 0;
	on_port(EVTCHNOP_send, port);
	ktap_ok(port == 1200 && !injected, "an event waits for its word");
	ktap_ok(!event_is_pending(&guests[0], port), "and no poll sees it");
	ktap_ok(!expand(ARRAY_GFN + 1) && injected == 1 &&
		took(0, 7, 1200, 0, 0), "which delivers it");

	for (i = 2; i < 128; i++)
		count += !expand(ARRAY_GFN + 2);
	ktap_ok(count == 126 && expand(ARRAY_GFN + 2) == -XEN_ENOSPC,
		"the array has 128 pages");
	while (!alloc(&port))
		last = port;
	ktap_ok(last == 131071 && event_open_count(&guests[0]) == 131071,
		"the last port is 131071");
	memset(word(2048), 0xff, PAGE_SIZE);
	on_port(EVTCHNOP_close, 131071);
	ktap_ok(alloc(&port) == -XEN_ENOSPC, "it is not given out while linked");
	memset(word(2048), 0, PAGE_SIZE);
	ktap_ok(!alloc(&port) && port == 131071, "but after that");
	ktap_ok(!reset_ports() && !event_open_count(&guests[0]), "all are closed");
	ktap_ok(event_is_pending(&guests[0], 5000) == -XEN_EINVAL,
		"two levels have no port 5000");
}

static void test_long_search(void)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	unsigned int i, again = 0;
	evtchn_port_t port;
	long ret;

	start();
	for (i = 1; i < 16; i++)
		expand(ARRAY_GFN + 1);
	while (!alloc(&port) && port < 16383)
		;
	for (i = 1; i < 16384; i++)
		on_port(EVTCHNOP_close, i);
	memset(word(0), 0xff, PAGE_SIZE);
	memset(word(1024), 0xff, PAGE_SIZE);
	while ((ret = event_channel_op(EVTCHNOP_alloc_unbound,
				       put(&op, sizeof(op)))) == -E_AGAIN_LATER)
		again++;
	get(&op, sizeof(op));
	ktap_ok(!ret && op.port == 16384 && again == 3,
		"a search that its guest makes long comes in parts");
	reset_ports();
}

/* The guest's words and blocks say anything at all at any time. */
static void test_scribbles(void)
{
	unsigned int seed = 20261128, i, j;
	evtchn_port_t ports[8];
	u64 before;

	start();
	before = page_free_count();
	for (i = 0; i < 8; i++)
		ports[i] = open_ipi(i % 2);
	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		j = seed >> 8;
		*word(ports[j % 8]) = seed * 2654435761U;
		block(j % 2)->head[j % 16] = ~seed;
		block(j % 2)->ready = seed;
		prioritize(ports[j / 8 % 8], j % 16);
		on_port(j & 1 ? EVTCHNOP_send : EVTCHNOP_unmask,
			ports[j / 64 % 8]);
	}
	ktap_ok(page_free_count() == before, "a scribbling guest takes nothing");
	for (i = 0; i < 8; i++) {
		*word(ports[i]) = 0;
		prioritize(ports[i], 7);
	}
	block(0)->ready = 0;
	*word(ports[0]) = LINKED | 0x1ffff;
	on_port(EVTCHNOP_send, ports[2]);
	*word(ports[2]) |= BUSY | LINK_MASK;
	on_port(EVTCHNOP_send, ports[4]);
	ktap_ok(*word(ports[2]) == (PENDING | LINKED | ports[4]),
		"and a link is written behind the last port only");
	ktap_ok(*word(ports[0]) == (LINKED | 0x1ffff),
		"wherever its words lead");
	reset_ports();
}

/* A frame that the guest takes out of its map stays xenlet's to write. */
static void test_frames(void)
{
	struct domain *d = &guests[0];
	evtchn_port_t port;
	u64 before;

	before = page_free_count();
	start();
	port = open_ipi(0);
	p2m_unmap(d, ARRAY_GFN);
	p2m_unmap(d, BLOCK_GFN);
	ktap_ok(!on_port(EVTCHNOP_send, port), "an event finds its frames");
	ktap_ok(init_at(1, BLOCK_GFN, 0) == -XEN_EINVAL,
		"the guest has them no more");
	reset_ports();
	ktap_ok(page_free_count() >= before + 2, "reset lets go of them");
}

int main(void)
{
	u64 before = frames_before();

	create_guest(0);
	create_guest(1);
	test_arguments();
	test_order();
	test_masked();
	test_vcpus();
	test_no_info();
	test_growth();
	test_long_search();
	test_scribbles();
	test_frames();
	guests[0].vcpus[1]->info = NULL;
	destroy_guest(0);
	destroy_guest(1);
	ktap_ok(page_free_count() == before, "every frame came back");
	ktap_ok(!heap_used(), "and all of the heap");
	memory_destroy(ram);
	return ktap_done();
}
