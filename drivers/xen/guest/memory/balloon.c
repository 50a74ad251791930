// SPDX-License-Identifier: GPL-2.0
/*
 * The balloon: pages of the guest that have no memory behind them, because
 * the toolstack wants the domain to have less, or for foreign pages to be
 * mapped into.
 *
 * A page is the guest's (with memory), in the balloon (empty), or lent to a
 * driver (empty as well). One work item takes small steps towards the target;
 * target.c says which. Process context throughout.
 */
#define pr_fmt(fmt) "xen: balloon: " fmt

#include <linux/cleanup.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/workqueue.h>
#include <xen/balloon.h>
#include <xen/page.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <asm/xen/hypercall.h>

#include "memory.h"
#include "target.h"

/* Tries in a row, then none for an hour or until somebody asks. */
#define MAX_TRIES	4
#define MAX_DELAY	32
#define GIVEN_UP_DELAY	3600

#define GFP_BALLOON	(GFP_HIGHUSER | __GFP_NOWARN | __GFP_NORETRY | \
			 __GFP_NOMEMALLOC)
/* What grants are mapped into needs an address in the kernel. */
#define GFP_LENT	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

struct balloon_stats balloon_stats;
EXPORT_SYMBOL_GPL(balloon_stats);

static void take_step(struct work_struct *work);

/**
 * struct balloon - the balloon
 * @lock: see memory.h
 * @pages: those that are empty, without highmem first
 * @work: takes a step
 * @frames: what a step tells the hypervisor
 */
static struct balloon {
	/* See memory.h. */
	struct mutex lock;
	struct list_head pages;
	struct delayed_work work;
	xen_pfn_t frames[BALLOON_BATCH];
} balloon = {
	.lock = __MUTEX_INITIALIZER(balloon.lock),
	.pages = LIST_HEAD_INIT(balloon.pages),
	.work = __DELAYED_WORK_INITIALIZER(balloon.work, take_step, 0),
};

static void wake(unsigned long seconds)
{
	mod_delayed_work(system_freezable_wq, &balloon.work, seconds * HZ);
}

static unsigned long empty_count(void)
{
	return balloon_stats.balloon_low + balloon_stats.balloon_high;
}

/*
 * From here on nobody looks into the page, a crash dump included. Pages that
 * were hotplugged are marked already.
 */
static void push(struct page *page)
{
	if (!PageOffline(page))
		__SetPageOffline(page);
	if (PageHighMem(page)) {
		list_add_tail(&page->lru, &balloon.pages);
		balloon_stats.balloon_high++;
	} else {
		list_add(&page->lru, &balloon.pages);
		balloon_stats.balloon_low++;
	}
}

static void pop(struct page *page)
{
	list_del(&page->lru);
	if (PageHighMem(page))
		balloon_stats.balloon_high--;
	else
		balloon_stats.balloon_low--;
	__ClearPageOffline(page);
}

static unsigned int collect_pages(struct list_head *pages, unsigned int max,
				  gfp_t gfp)
{
	struct page *page;
	unsigned int i;

	for (i = 0; i < max; i++) {
		page = alloc_page(gfp);
		if (!page)
			break;
		xenmem_reservation_scrub_page(page);
		balloon.frames[i] = xen_page_to_gfn(page);
		list_add_tail(&page->lru, pages);
	}
	return i;
}

/*
 * Pages of the guest become empty: up to @max, of which the hypervisor takes
 * the first ones, or all. Returns how many.
 */
static unsigned int inflate(unsigned int max, gfp_t gfp)
{
	struct page *page, *next;
	unsigned int count;
	LIST_HEAD(pages);
	int taken = 0;

	lockdep_assert_held(&balloon.lock);

	count = collect_pages(&pages, min_t(unsigned int, max, BALLOON_BATCH),
			      gfp);
	if (count)
		taken = xenmem_reservation_decrease(count, balloon.frames);
	count = 0;
	list_for_each_entry_safe(page, next, &pages, lru) {
		list_del(&page->lru);
		if (taken > 0 && count < taken) {
			adjust_managed_page_count(page, -1);
			push(page);
			count++;
		} else {
			__free_page(page);
		}
	}
	balloon_stats.current_pages -= count;
	cond_resched();
	return count;
}

/* Pages of the balloon become the guest's: up to @max. Returns how many. */
static unsigned int deflate(unsigned int max)
{
	struct page *page, *next;
	unsigned int count = 0;
	int given;

	lockdep_assert_held(&balloon.lock);

	list_for_each_entry(page, &balloon.pages, lru) {
		if (count == min_t(unsigned int, max, BALLOON_BATCH))
			break;
		balloon.frames[count++] = page_to_xen_pfn(page);
	}
	given = count ? xenmem_reservation_increase(count, balloon.frames) : 0;
	count = 0;
	list_for_each_entry_safe(page, next, &balloon.pages, lru) {
		if (given <= 0 || count == given)
			break;
		pop(page);
		/* Pages that were never the allocator's are reserved. */
		free_reserved_page(page);
		count++;
	}
	balloon_stats.current_pages += count;
	return count;
}

static unsigned long available(void)
{
	return max(si_mem_available(), 0L);
}

static struct balloon_step next_step(void)
{
	const struct balloon_state state = {
		.target = READ_ONCE(balloon_stats.target_pages),
		.current_pages = balloon_stats.current_pages,
		.total = balloon_stats.total_pages,
		.empty = empty_count(),
		.available = available(),
		.batch = BALLOON_BATCH,
		.can_grow = memory_can_grow(),
	};

	return balloon_next_step(&state);
}

/* Did it do anything? Hotplug is not under the lock: it comes back to us. */
static bool carry_out(const struct balloon_step *step)
{
	long added;

	switch (step->act) {
	case BALLOON_EMPTY:
		return inflate(step->pages, GFP_BALLOON);
	case BALLOON_FILL:
		return deflate(step->pages);
	case BALLOON_GROW:
		mutex_unlock(&balloon.lock);
		added = memory_grow(step->pages);
		mutex_lock(&balloon.lock);
		if (added > 0)
			balloon_stats.total_pages += added;
		return added > 0;
	default:
		return false;
	}
}

static void give_up(void)
{
	unsigned long target = READ_ONCE(balloon_stats.target_pages);

	pr_info("%lu pages instead of %lu: no more %s\n",
		balloon_stats.current_pages, target,
		target < balloon_stats.current_pages ?
		"can be spared" : "to be had");
}

static void take_step(struct work_struct *work)
{
	struct balloon_step step;

	guard(mutex)(&balloon.lock);

	step = next_step();
	if (step.act == BALLOON_REST)
		return;
	if (carry_out(&step)) {
		balloon_progress(&balloon_stats);
		wake(0);
	} else if (balloon_retry(&balloon_stats)) {
		wake(balloon_stats.schedule_delay);
	} else {
		give_up();
		wake(GIVEN_UP_DELAY);
	}
}

/**
 * balloon_set_new_target() - say how much RAM the guest shall have
 * @target: pages
 *
 * Returns at once; the way there may take long, and need not succeed.
 */
void balloon_set_new_target(unsigned long target)
{
	WRITE_ONCE(balloon_stats.target_pages, target);
	if (target > READ_ONCE(balloon_stats.total_pages) &&
	    !memory_can_grow())
		pr_info("%lu pages wanted, %lu is all there is without memory hotplug\n",
			target, READ_ONCE(balloon_stats.total_pages));
	wake(0);
}
EXPORT_SYMBOL_GPL(balloon_set_new_target);

static struct page *first_lowmem(void)
{
	struct page *page;

	page = list_first_entry_or_null(&balloon.pages, struct page, lru);
	return page && !PageHighMem(page) ? page : NULL;
}

/**
 * xen_alloc_ballooned_pages() - pages without memory behind them
 * @nr_pages: how many
 * @pages: the pages, which the kernel has addresses for
 *
 * Return: 0 or -ENOMEM.
 */
int xen_alloc_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	guard(mutex)(&balloon.lock);

	/* A driver that asks for too much must not take all there is first. */
	if (nr_pages > balloon_stats.balloon_low +
		       balloon_spare(available(), balloon_stats.total_pages))
		return -ENOMEM;

	for (i = 0; i < nr_pages; i++) {
		if (!first_lowmem() && !inflate(nr_pages - i, GFP_LENT))
			goto err_return;
		pages[i] = first_lowmem();
		pop(pages[i]);
	}
	balloon_stats.target_unpopulated += nr_pages;
	return 0;

err_return:
	while (i--)
		push(pages[i]);
	wake(0);
	return -ENOMEM;
}
EXPORT_SYMBOL(xen_alloc_ballooned_pages);

/**
 * xen_free_ballooned_pages() - return pages that were lent
 * @nr_pages: how many
 * @pages: pages that nothing is mapped into
 *
 * They get their memory back some time later, if the target allows.
 */
void xen_free_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	guard(mutex)(&balloon.lock);

	for (i = 0; i < nr_pages; i++)
		push(pages[i]);
	balloon_stats.target_unpopulated -= nr_pages;
	wake(0);
}
EXPORT_SYMBOL(xen_free_ballooned_pages);

void balloon_add(struct page *page, unsigned long count)
{
	guard(mutex)(&balloon.lock);

	while (count--)
		push(page++);
	wake(0);
}

void balloon_show(struct seq_file *m)
{
	guard(mutex)(&balloon.lock);

	seq_printf(m, "target:    %lu\n", balloon_stats.target_pages);
	seq_printf(m, "current:   %lu\n", balloon_stats.current_pages);
	seq_printf(m, "total:     %lu\n", balloon_stats.total_pages);
	seq_printf(m, "empty:     %lu\n", empty_count());
	seq_printf(m, "lent:      %lu\n", balloon_stats.target_unpopulated);
}

/*
 * The smaller of what the kernel found and what the hypervisor counts: an
 * earlier owner may not have got back all that it gave away.
 */
static unsigned long count_pages(void)
{
	unsigned long found = get_num_physpages();
	domid_t self = DOMID_SELF;
	long frames;

	frames = HYPERVISOR_memory_op(XENMEM_current_reservation, &self);
	return frames > 0 ? min(found, frames / XEN_PFN_PER_PAGE) : found;
}

void balloon_init(void)
{
	unsigned long pages = count_pages();

	balloon_stats = (struct balloon_stats) {
		.current_pages = pages,
		.target_pages = pages,
		.total_pages = pages,
		.max_schedule_delay = MAX_DELAY,
		.max_retry_count = MAX_TRIES,
	};
	balloon_progress(&balloon_stats);
}

/* Nobody asks for a target any more, and all drivers have gone. */
void balloon_exit(void)
{
	cancel_delayed_work_sync(&balloon.work);

	guard(mutex)(&balloon.lock);

	while (empty_count() && deflate(BALLOON_BATCH))
		;
	if (empty_count())
		pr_warn("%lu pages stay without memory\n", empty_count());
	if (balloon_stats.target_unpopulated)
		pr_warn("%lu pages were not given back\n",
			balloon_stats.target_unpopulated);
	INIT_LIST_HEAD(&balloon.pages);
}
