// SPDX-License-Identifier: GPL-2.0
/*
 * FIFO event channels: a word for each port, in pages that the domain adds as
 * it opens ports, and for each vCPU a control block with sixteen queues.
 *
 * Owns those pages. The hypervisor writes to them until it is told to go back
 * to two levels, which takes all channels down; reset.c does that and puts up
 * again those that are not ours. If it fails the pages are lost to the
 * kernel: memory that somebody else writes to must not be used again.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/xen/hypercall.h>
#include <xen/page.h>
#include <xen/xen-ops.h>

#include "abi.h"
#include "fifo_queue.h"
#include "port.h"

#define WORDS_PER_PAGE	(XEN_PAGE_SIZE / sizeof(event_word_t))
#define ARRAY_PAGES	(EVTCHN_FIFO_NR_CHANNELS / WORDS_PER_PAGE)

/* Of a control block's place: whole cache lines, and none crosses a page. */
#define BLOCK_SPACE	128

/* Ports that one pass serves before it looks at what else there is to do. */
#define PASS_BUDGET	64

static_assert(sizeof(struct evtchn_fifo_control_block) <= BLOCK_SPACE);

/**
 * struct fifo - what the hypervisor writes to
 * @blocks: a control block for each CPU that is possible
 * @pages: the words, by Xen's pages; several of them may be in one of ours
 * @nr_pages: how many the hypervisor has
 */
static struct fifo {
	void *blocks;
	event_word_t *pages[ARRAY_PAGES];
	unsigned int nr_pages;
} fifo;

static DEFINE_PER_CPU(evtchn_port_t [EVTCHN_FIFO_MAX_QUEUES], heads);

static event_word_t *word_of(evtchn_port_t port)
{
	unsigned int page = port / WORDS_PER_PAGE;

	/* Pairs with add_page(): no page is seen before its words. */
	if (page >= smp_load_acquire(&fifo.nr_pages))
		return NULL;
	return &fifo.pages[page][port % WORDS_PER_PAGE];
}

static struct xen_fifo_view view_of(unsigned int cpu)
{
	return (struct xen_fifo_view){
		.block = fifo.blocks + cpu * BLOCK_SPACE,
		.head = per_cpu(heads, cpu),
		.word = word_of,
	};
}

static size_t blocks_size(void)
{
	return PAGE_ALIGN(nr_cpu_ids * BLOCK_SPACE);
}

static int register_block(unsigned int cpu)
{
	void *block = fifo.blocks + cpu * BLOCK_SPACE;
	struct evtchn_init_control init = {
		.control_gfn = virt_to_gfn(block),
		.offset = (unsigned long)block & (XEN_PAGE_SIZE - 1),
		.vcpu = xen_vcpu_nr(cpu),
	};

	return HYPERVISOR_event_channel_op(EVTCHNOP_init_control, &init);
}

static int register_blocks(void)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu) {
		memset(per_cpu(heads, cpu), 0, sizeof(heads));
		err = register_block(cpu);
		if (err)
			return err;
	}
	return 0;
}

static void free_pages_of_words(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_PAGES; i += XEN_PFN_PER_PAGE)
		free_page((unsigned long)fifo.pages[i]);
}

/* Gives all memory back, or to nobody, and forgets it. */
static void withdraw(void)
{
	int err = xen_channels_reset();

	if (err) {
		pr_err("the hypervisor keeps its pages (%d)\n", err);
	} else {
		free_pages_of_words();
		free_pages_exact(fifo.blocks, blocks_size());
	}
	memset(&fifo, 0, sizeof(fifo));
}

static int fifo_init(void)
{
	int err;

	fifo.blocks = alloc_pages_exact(blocks_size(), GFP_KERNEL | __GFP_ZERO);
	if (!fifo.blocks)
		return -ENOMEM;
	err = register_blocks();
	if (err)
		withdraw();
	return err;
}

static void fifo_exit(void)
{
	withdraw();
}

/* A Xen page of words, all masked. */
static event_word_t *make_page(unsigned int nr)
{
	event_word_t *page = fifo.pages[nr];
	unsigned int i;

	if (!page && nr % XEN_PFN_PER_PAGE)
		page = fifo.pages[nr - 1] + WORDS_PER_PAGE;
	if (!page)
		page = (event_word_t *)__get_free_page(GFP_KERNEL);
	if (!page)
		return NULL;
	for (i = 0; i < WORDS_PER_PAGE; i++)
		page[i] = XEN_FIFO_MASKED;
	return page;
}

static int add_page(void)
{
	unsigned int nr = fifo.nr_pages;
	event_word_t *page = make_page(nr);
	struct evtchn_expand_array expand;
	int err;

	if (!page)
		return -ENOMEM;
	fifo.pages[nr] = page;
	expand.array_gfn = virt_to_gfn(page);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_expand_array, &expand);
	if (err)
		return err;
	/* Pairs with word_of(). */
	smp_store_release(&fifo.nr_pages, nr + 1);
	return 0;
}

static int fifo_open(evtchn_port_t port)
{
	int err;

	if (port >= EVTCHN_FIFO_NR_CHANNELS)
		return -ENOSPC;
	while (!word_of(port)) {
		err = add_page();
		if (err) {
			pr_warn("no room for port %u (%d)\n", port, err);
			return err;
		}
	}
	xen_fifo_change(word_of(port), 0, XEN_FIFO_MASKED);
	return 0;
}

/* The hypervisor alone decides, with each event: what is linked stays. */
static void fifo_move(evtchn_port_t port, int from, int to)
{
}

static void fifo_mask(evtchn_port_t port)
{
	xen_fifo_change(word_of(port), 0, XEN_FIFO_MASKED);
}

static void fifo_unmask(evtchn_port_t port)
{
	struct evtchn_unmask unmask = { .port = port };

	if (xen_fifo_unmask(word_of(port)))
		HYPERVISOR_event_channel_op(EVTCHNOP_unmask, &unmask);
}

static void fifo_clear(evtchn_port_t port)
{
	xen_fifo_change(word_of(port), XEN_FIFO_PENDING, 0);
}

static void fifo_raise(evtchn_port_t port)
{
	xen_fifo_change(word_of(port), 0, XEN_FIFO_PENDING);
}

static bool fifo_is_pending(evtchn_port_t port)
{
	return READ_ONCE(*word_of(port)) & XEN_FIFO_PENDING;
}

static bool fifo_is_masked(evtchn_port_t port)
{
	return READ_ONCE(*word_of(port)) & XEN_FIFO_MASKED;
}

static void fifo_serve(unsigned int cpu, void (*handle)(evtchn_port_t port))
{
	struct xen_fifo_view view = view_of(cpu);

	/* Xen does not set the flag for what is ready already: we do. */
	if (xen_fifo_serve(&view, PASS_BUDGET, handle))
		WRITE_ONCE(per_cpu(xen_vcpu, cpu)->evtchn_upcall_pending, 1);
}

static void fifo_cpu_dead(unsigned int cpu,
			  void (*strand)(evtchn_port_t port))
{
	struct xen_fifo_view view = view_of(cpu);

	xen_fifo_drain(&view, strand);
}

/* As at first, but the pages are there. */
static int fifo_resume(void)
{
	unsigned int nr = fifo.nr_pages;
	int err = register_blocks();

	fifo.nr_pages = 0;
	while (!err && fifo.nr_pages < nr)
		err = add_page();
	return err;
}

const struct xen_event_abi xen_fifo_abi = {
	.name = "FIFO",
	.max_ports = EVTCHN_FIFO_NR_CHANNELS,
	.init = fifo_init,
	.exit = fifo_exit,
	.resume = fifo_resume,
	.cpu_dead = fifo_cpu_dead,
	.open = fifo_open,
	.move = fifo_move,
	.mask = fifo_mask,
	.unmask = fifo_unmask,
	.clear = fifo_clear,
	.raise = fifo_raise,
	.is_pending = fifo_is_pending,
	.is_masked = fifo_is_masked,
	.serve = fifo_serve,
};
