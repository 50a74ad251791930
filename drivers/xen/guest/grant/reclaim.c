// SPDX-License-Identifier: GPL-2.0
/*
 * Grants whose peer was still using the page when its owner ended them.
 *
 * They are remembered in the bookkeeping of the references, so that
 * remembering one takes no memory and can't fail. Once a second a work tries
 * to end them. A page is freed when its grant is, and not before.
 *
 * A peer that never lets go costs one page and one reference for each grant
 * it holds. That is said once a minute, with a count, and again at exit.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/mm.h>

#include "entry.h"
#include "table.h"
#include "trace.h"

#define RETRY_PERIOD	HZ
/* Tries without any success after which the log says so, and again. */
#define COMPLAIN_AFTER	60

/* The page of a granted frame, or NULL if that is not in RAM. */
static struct page *granted_page(u32 gfn)
{
	unsigned long pfn = gfn_to_pfn(gfn);

	if (!pfn_valid(pfn >> (PAGE_SHIFT - XEN_PAGE_SHIFT)))
		return NULL;
	return xen_pfn_to_page(pfn);
}

static grant_ref_t next_ending(struct grant_table *table, grant_ref_t from,
			       u32 *gfn)
{
	unsigned long flags;
	grant_ref_t ref;

	spin_lock_irqsave(&table->lock, flags);
	ref = grant_refs_ending(&table->refs, from, gfn);
	spin_unlock_irqrestore(&table->lock, flags);
	return ref;
}

static bool end_one(struct grant_table *table, grant_ref_t ref, u32 gfn)
{
	struct page *page = granted_page(gfn);

	if (!grant_entry_close(&table->entries[ref]))
		return false;
	trace_xen_grant_close(ref, true);

	atomic_dec(&table->reclaim.count);
	grant_ref_put(table, ref);
	if (page)
		put_page(page);
	return true;
}

/* Return: whether any came back. */
static bool try_all(struct grant_table *table)
{
	bool any = false;
	grant_ref_t ref;
	u32 gfn;

	for (ref = next_ending(table, 0, &gfn); ref != GRANT_REF_END;
	     ref = next_ending(table, ref + 1, &gfn))
		any |= end_one(table, ref, gfn);
	return any;
}

static void reclaim_work(struct work_struct *work)
{
	struct grant_reclaim *reclaim =
		container_of(to_delayed_work(work), struct grant_reclaim, work);
	struct grant_table *table =
		container_of(reclaim, struct grant_table, reclaim);
	unsigned int count;

	reclaim->tries = try_all(table) ? 0 : reclaim->tries + 1;
	count = atomic_read(&reclaim->count);
	if (!count)
		return;
	if (reclaim->tries && !(reclaim->tries % COMPLAIN_AFTER))
		pr_warn("%u grants were ended, and are still in use by peers\n",
			count);
	schedule_delayed_work(&reclaim->work, RETRY_PERIOD);
}

void grant_reclaim_init(struct grant_reclaim *reclaim)
{
	*reclaim = (struct grant_reclaim) { .count = ATOMIC_INIT(0) };
	INIT_DELAYED_WORK(&reclaim->work, reclaim_work);
}

/**
 * grant_reclaim_later() - end a grant once its peer lets go
 * @table: the table
 * @ref: the reference, which becomes this file's
 * @page: a reference to its page, which becomes this file's, or NULL to have
 *	one taken
 *
 * Any context; can't fail.
 */
void grant_reclaim_later(struct grant_table *table, grant_ref_t ref,
			 struct page *page)
{
	struct grant_reclaim *reclaim = &table->reclaim;
	struct grant_entry_v1 *entry = grant_entry(table, ref);
	unsigned long flags;
	bool known;
	u32 gfn;

	if (!entry)
		return;
	gfn = READ_ONCE(entry->frame);
	if (!page) {
		page = granted_page(gfn);
		if (page)
			get_page(page);
	}

	atomic_inc(&reclaim->count);
	atomic_long_inc(&reclaim->total);
	spin_lock_irqsave(&table->lock, flags);
	known = grant_refs_end(&table->refs, ref, gfn);
	spin_unlock_irqrestore(&table->lock, flags);
	if (WARN_ONCE(!known, "reference %u ended twice", ref))
		atomic_dec(&reclaim->count);
	else
		schedule_delayed_work(&reclaim->work, RETRY_PERIOD);
}

/**
 * grant_reclaim_exit() - a last try
 * @table: the table
 *
 * What is still in use stays allocated: a peer can write to those pages.
 */
void grant_reclaim_exit(struct grant_table *table)
{
	unsigned int count;

	cancel_delayed_work_sync(&table->reclaim.work);
	try_all(table);
	count = atomic_read(&table->reclaim.count);
	if (count)
		pr_warn("%u pages stay allocated, as peers still use them\n",
			count);
}
