// SPDX-License-Identifier: GPL-2.0
/*
 * The FIFO ABI of event channels: EVTCHNOP_init_control, expand_array and
 * set_priority, the words and the queues behind them. No other vCPU runs, so
 * what is in a queue is there to be read.
 */
#include "event.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/sched.h>

#define PENDING		(1U << EVTCHN_FIFO_PENDING)
#define MASKED		(1U << EVTCHN_FIFO_MASKED)
#define LINKED		(1U << EVTCHN_FIFO_LINKED)

#define WORDS_PER_PAGE	(PAGE_SIZE / sizeof(event_word_t))
#define ARRAY_PAGES	128
#define BLOCK_OFFSET	128	/* from one vCPU's block to the next */
#define DEFAULT		EVTCHN_FIFO_PRIORITY_DEFAULT
#define MANY		5000	/* ports, more than two levels have */

static struct shared_info *info;
static void *blocks;
static event_word_t *words[ARRAY_PAGES];

static volatile struct evtchn_fifo_control_block *block(unsigned int vcpu)
{
	return (void *)((char *)blocks + vcpu * BLOCK_OFFSET);
}

static volatile event_word_t *word(evtchn_port_t port)
{
	return &words[port / WORDS_PER_PAGE][port % WORDS_PER_PAGE];
}

static uint8_t *upcall(void)
{
	return &info->vcpu_info[0].evtchn_upcall_pending;
}

static long init_control(uint32_t vcpu, uint64_t gfn, uint32_t offset)
{
	struct evtchn_init_control op = {
		.control_gfn = gfn, .offset = offset, .vcpu = vcpu,
	};
	long ret = event_channel_op(EVTCHNOP_init_control, &op);

	return ret ? ret : op.link_bits == EVTCHN_FIFO_LINK_BITS ? 0 : 1;
}

static long expand(uint64_t gfn)
{
	struct evtchn_expand_array op = { .array_gfn = gfn };

	return event_channel_op(EVTCHNOP_expand_array, &op);
}

static long set_priority(evtchn_port_t port, uint32_t priority)
{
	struct evtchn_set_priority op = { .port = port, .priority = priority };

	return event_channel_op(EVTCHNOP_set_priority, &op);
}

static long reset(void)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };

	return event_channel_op(EVTCHNOP_reset, &op);
}

/* A queue as it was taken, the ports in order. */
struct queue {
	evtchn_port_t ports[8];
	unsigned int count;
};

static struct queue take(unsigned int vcpu, unsigned int priority)
{
	evtchn_port_t next = block(vcpu)->head[priority];
	struct queue queue = { .count = 0 };
	event_word_t old;

	__atomic_fetch_and(&block(vcpu)->ready, ~(1U << priority),
			   __ATOMIC_SEQ_CST);
	__atomic_store_n(upcall(), 0, __ATOMIC_SEQ_CST);
	while (next && queue.count < ARRAY_SIZE(queue.ports)) {
		old = __atomic_fetch_and(word(next),
					 ~(PENDING | LINKED |
					   EVTCHN_FIFO_LINK_MASK),
					 __ATOMIC_SEQ_CST);
		queue.ports[queue.count++] = next;
		next = old & EVTCHN_FIFO_LINK_MASK;
	}
	return queue;
}

static bool took(unsigned int vcpu, unsigned int priority, evtchn_port_t first,
		 evtchn_port_t second, evtchn_port_t third)
{
	const struct queue queue = take(vcpu, priority);
	const evtchn_port_t want[3] = { first, second, third };
	unsigned int i, count = !!first + !!second + !!third;

	for (i = 0; i < count; i++)
		if (queue.ports[i] != want[i])
			return false;
	return queue.count == count;
}

static void refusals(void)
{
	uint64_t gfn = gfn_of(blocks);

	expect(event_channel_op(EVTCHNOP_init_control, wild_pointer()),
	       -XEN_EFAULT, "init_control, wild pointer");
	expect(init_control(200, gfn, 0), -XEN_ENOENT,
	       "a block for a vCPU that is not there");
	expect(init_control(~0U, gfn, 0), -XEN_ENOENT, "a block for vCPU ~0");
	expect(init_control(0, gfn, PAGE_SIZE - 64), -XEN_EINVAL,
	       "a block that runs out of its page");
	expect(init_control(0, gfn, ~7U), -XEN_EINVAL, "a block at offset ~7");
	expect(init_control(0, gfn, 4), -XEN_EINVAL,
	       "a block that is not aligned");
	expect(init_control(0, ~0UL, 0), -XEN_EINVAL,
	       "a block where no memory is");
	expect(expand(gfn), -XEN_EOPNOTSUPP,
	       "after refusals there are two levels still");
}

static void begin(void)
{
	expect(init_control(0, gfn_of(blocks), 0), 0, "a control block");
	expect(init_control(0, gfn_of(blocks), 0), -XEN_EINVAL,
	       "a second block for the vCPU");
	expect(expand(~0UL), -XEN_EINVAL, "words where no memory is");
	expect(expand(gfn_of(words[0])), 0, "a page of words");
	expect(set_priority(~0U, 0), -XEN_EINVAL, "set_priority, port ~0");
	expect(set_priority(0, 0), -XEN_EACCES, "set_priority, port 0");
	block(0)->ready = 0;
}

static void order(void)
{
	evtchn_port_t a, b, c;

	bind_ipi(0, &a);
	bind_ipi(0, &b);
	bind_ipi(0, &c);
	WRITE_ONCE(*upcall(), 0);
	send(b);
	check(*word(b) == (PENDING | LINKED), "an event is pending and linked");
	expect(block(0)->ready, 1U << DEFAULT,
	       "it makes the default queue ready");
	expect(block(0)->head[DEFAULT], b, "and is its head");
	expect(READ_ONCE(*upcall()), 1, "the upcall is pending");
	send(c);
	send(a);
	send(c);
	expect(*word(b) & EVTCHN_FIFO_LINK_MASK, c,
	       "the next event is linked behind it");
	check(took(0, DEFAULT, b, c, a), "a queue has the order of sending");
	send(a);
	expect(block(0)->ready, 1U << DEFAULT,
	       "a queue that was emptied is ready again");
	check(took(0, DEFAULT, a, 0, 0), "its last port can be its head");
	close_port(a);
	close_port(b);
	close_port(c);
}

static void priorities(void)
{
	evtchn_port_t a, b, c;

	bind_ipi(0, &a);
	bind_ipi(0, &b);
	bind_ipi(0, &c);
	expect(set_priority(c, EVTCHN_FIFO_PRIORITY_MAX), 0,
	       "the highest priority");
	expect(set_priority(b, EVTCHN_FIFO_PRIORITY_MIN), 0,
	       "the lowest priority");
	expect(set_priority(a, EVTCHN_FIFO_PRIORITY_MIN + 1), -XEN_EINVAL,
	       "a priority below that");
	send(a);
	send(b);
	send(c);
	expect(block(0)->ready, 1U << 0 | 1U << DEFAULT | 1U << 15,
	       "each priority has its queue");
	check(took(0, 0, c, 0, 0) && took(0, DEFAULT, a, 0, 0) &&
	      took(0, 15, b, 0, 0), "with its port");
	send(a);
	set_priority(a, 3);
	send(a);
	check(took(0, DEFAULT, a, 0, 0),
	      "an event that is linked stays on its queue");
	send(a);
	check(took(0, 3, a, 0, 0), "the next one goes to the new queue");
	close_port(a);
	expect(set_priority(a, 3), -XEN_EACCES, "a closed port has none");
	bind_ipi(0, &a);
	send(a);
	check(took(0, DEFAULT, a, 0, 0),
	      "opened again it has the default priority");
	close_port(a);
	close_port(b);
	close_port(c);
}

static void masks(void)
{
	evtchn_port_t port, other;
	struct sched_poll poll = { .nr_ports = 1, .timeout = now_ns() };

	bind_ipi(0, &port);
	WRITE_ONCE(*upcall(), 0);
	__atomic_fetch_or(word(port), MASKED, __ATOMIC_SEQ_CST);
	send(port);
	check(*word(port) == (PENDING | MASKED),
	      "a masked event is pending and not linked");
	expect(READ_ONCE(*upcall()), 0, "and makes no upcall");
	set_xen_guest_handle(poll.ports, &port);
	expect(sched_op(SCHEDOP_poll, &poll), 0, "a poll sees it");
	expect(unmask(port), 0, "unmask");
	check(*word(port) == (PENDING | LINKED), "unmasking links it");
	expect(READ_ONCE(*upcall()), 1, "with an upcall");
	expect(close_port(port), 0, "close a port that is linked");
	check(!(*word(port) & PENDING), "its event is taken away");
	check(*word(port) & LINKED, "its word stays linked");
	bind_ipi(0, &other);
	check(other != port, "and the port is not used again");
	close_port(other);
	take(0, DEFAULT);
	bind_ipi(0, &other);
	check(other == port, "before its word is free");
	expect(unmask(port), 0, "unmask of an unmasked port");
	expect(block(0)->ready, 0, "with nothing pending makes nothing ready");
	close_port(port);
}

static void moves(void)
{
	evtchn_port_t far, near, stays;

	if (init_control(1, gfn_of(blocks), BLOCK_OFFSET)) {
		report(SKIP, "ports move between vCPUs", "there is only one");
		return;
	}
	block(1)->ready = 0;
	alloc_unbound(DOMID_SELF, DOMID_SELF, &far);
	bind_interdomain(DOMID_SELF, far, &near);
	bind_ipi(0, &stays);
	take(0, DEFAULT);
	send(near);
	bind_vcpu(far, 1);
	send(stays);
	check(took(0, DEFAULT, far, stays, 0),
	      "a port that moves stays on its queue");
	send(near);
	expect(block(0)->ready, 0, "its next event leaves the old vCPU alone");
	check(took(1, DEFAULT, far, 0, 0), "and is on the new one's queue");
	bind_vcpu(far, 0);
	send(stays);
	send(near);
	check(took(0, DEFAULT, stays, far, 0), "and back");
	close_port(near);
	close_port(far);
	close_port(stays);
}

static evtchn_port_t ports[MANY];

static bool open_many(void)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		if (bind_ipi(0, &ports[i]))
			return false;
	return true;
}

static void close_many(void)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		close_port(ports[i]);
}

static bool each_once(evtchn_port_t next, unsigned int from)
{
	event_word_t old;

	for (; from < MANY; from++) {
		if (next != ports[from])
			return false;
		old = __atomic_fetch_and(word(next),
					 ~(PENDING | LINKED |
					   EVTCHN_FIFO_LINK_MASK),
					 __ATOMIC_SEQ_CST);
		next = old & EVTCHN_FIFO_LINK_MASK;
	}
	return !next;
}

static void growth(void)
{
	unsigned int i, failed = 0;

	check(open_many(), "5000 ports are open at once");
	check(ports[MANY - 1] >= EVTCHN_2L_NR_CHANNELS,
	      "more than two levels have");
	WRITE_ONCE(*upcall(), 0);
	expect(send(ports[MANY - 1]), 0, "send to a port without a word");
	expect(block(0)->ready, 0, "makes nothing ready");
	for (i = 1; i < 8; i++)
		failed += expand(gfn_of(words[i])) != 0;
	expect(failed, 0, "more pages of words");
	expect(block(0)->ready, 1U << DEFAULT,
	       "the event is there when its word is");
	check(took(0, DEFAULT, ports[MANY - 1], 0, 0), "once");
	for (i = 0; i < MANY; i++)
		failed += send(ports[i]) != 0;
	expect(failed, 0, "send to each of them");
	expect(READ_ONCE(*upcall()), 1, "with an upcall for all");
	check(each_once(block(0)->head[DEFAULT], 0),
	      "all are linked in the order of sending");
	block(0)->ready = 0;
	close_many();
	/* One page may serve more than once: to the guest's harm alone. */
	for (i = 8; i < ARRAY_PAGES; i++)
		failed += expand(gfn_of(words[7])) != 0;
	expect(failed, 0, "128 pages of words");
	expect(expand(gfn_of(words[7])), -XEN_ENOSPC, "and no more");
}

static void back_to_two_levels(void)
{
	evtchn_port_t port;

	bind_ipi(0, &port);
	expect(reset(), 0, "reset");
	expect(send(port), -XEN_EINVAL, "reset closed the ports");
	expect(expand(gfn_of(words[0])), -XEN_EOPNOTSUPP,
	       "reset went back to two levels");
	memset(blocks, 0, PAGE_SIZE);
	memset(words[0], 0, PAGE_SIZE);
	bind_ipi(0, &port);
	clear_bit(info->evtchn_mask, port);
	clear_bit(info->evtchn_pending, port);
	send(port);
	check(test_bit(info->evtchn_pending, port),
	      "an event is a bit again");
	check(!*word(port) && !block(0)->ready,
	      "and the guest has its pages to itself");
	expect(init_control(0, gfn_of(blocks), 0), 0,
	       "a control block after a reset");
	expect(expand(gfn_of(words[0])), 0, "and words");
	expect(*word(port), PENDING | LINKED,
	       "what was pending in two levels is linked");
	take(0, DEFAULT);
	/* The bit is ours: it would be found again with the next words. */
	clear_bit(info->evtchn_pending, port);
	close_port(port);
	expect(reset(), 0, "reset again");
}

/*
 * How a kernel that must give its pages back keeps a channel that is not its
 * own: its other end stays, unbound, and can be bound again; and as ports are
 * given out from the lowest, under the same number.
 */
static void keep_a_channel(void)
{
	evtchn_port_t filler, far, near, again;
	struct evtchn_status op;
	unsigned int i;

	/* Xen 4.17 remembers old events of ports, closed ones too. */
	for (i = 0; i < WORDS_PER_PAGE; i++)
		words[0][i] = MASKED;
	init_control(0, gfn_of(blocks), 0);
	expand(gfn_of(words[0]));
	bind_ipi(0, &filler);
	alloc_unbound(DOMID_SELF, DOMID_SELF, &far);
	bind_interdomain(DOMID_SELF, far, &near);
	check(filler == 1 && far == 2 && near == 3,
	      "ports are given out from the lowest");
	status(DOMID_SELF, near, &op);
	expect(op.u.interdomain.port, far, "status names the other end");
	expect(reset(), 0, "reset with both ends open");
	bind_ipi(0, &filler);
	alloc_unbound(DOMID_SELF, DOMID_SELF, &again);
	expect(again, far, "the same number again");
	bind_interdomain(DOMID_SELF, far, &again);
	expect(again, near, "and for the other end");
	close_port(near);
	close_port(far);
	close_port(filler);
}

/* The store's, which the toolstack made: whoever loses it has no devices. */
static void keep_the_stores(void)
{
	struct xen_hvm_param param = {
		.domid = DOMID_SELF, .index = HVM_PARAM_STORE_EVTCHN,
	};
	evtchn_port_t again, wanted;
	struct evtchn_status op;

	if (hvm_op(HVMOP_get_param, &param) || !param.value ||
	    status(DOMID_SELF, param.value, &op) ||
	    op.status != EVTCHNSTAT_interdomain) {
		report(SKIP, "the store's channel can be bound again",
		       "nobody serves a store here");
		return;
	}
	wanted = param.value;
	expect(close_port(wanted), 0, "close the store's channel");
	expect(bind_interdomain(op.u.interdomain.dom, op.u.interdomain.port,
				&again), 0,
	       "the store's channel can be bound again");
	expect(again, wanted, "under the same number");
	expect(send(again), 0, "and be used");
	/* Its events would be in the way of what follows. */
	close_port(again);
	clear_bit(info->evtchn_pending, again);
}

void test_main(void)
{
	unsigned int i;

	info = shared_info_map();
	keep_the_stores();
	blocks = page_alloc();
	for (i = 0; i < 8; i++)
		words[i] = page_alloc();
	refusals();
	begin();
	order();
	priorities();
	masks();
	moves();
	growth();
	back_to_two_levels();
	keep_a_channel();
}
