// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping, unmapping and copying through grants of other domains.
 *
 * A call carries many operations; each has a status of its own. One that
 * can't be served now, because the granting domain's page is being paged in,
 * is tried again by itself, with growing pauses, for some 30 seconds.
 *
 * Process context, except where said.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>

#include "range.h"
#include "table.h"
#include "trace.h"

/* Pauses of 1, 2, ... ms between tries, which makes 32 s in all. */
#define MAX_PAUSE	256

/* A page of which somebody has another reference is looked at again. */
#define UNMAP_PAUSE	5
#define UNMAP_MAX_PAUSE	1000

static int do_op(unsigned int cmd, void *ops, unsigned int count)
{
	int err = HYPERVISOR_grant_table_op(cmd, ops, count);

	trace_xen_grant_map(cmd, count, err);
	return err;
}

static void retry(unsigned int cmd, void *op, s16 *status)
{
	unsigned int pause;

	for (pause = 1; *status == GNTST_eagain && pause < MAX_PAUSE;
	     pause++) {
		msleep(pause);
		if (do_op(cmd, op, 1))
			*status = GNTST_general_error;
	}
	if (*status == GNTST_eagain) {
		pr_err_ratelimited("a peer's page did not come back in time\n");
		*status = GNTST_bad_page;
	}
}

/**
 * gnttab_batch_map() - map grants of other domains
 * @batch: the operations; none ends with status GNTST_eagain
 * @count: how many
 */
void gnttab_batch_map(struct gnttab_map_grant_ref *batch, unsigned int count)
{
	bool failed = do_op(GNTTABOP_map_grant_ref, batch, count);
	unsigned int i;

	for (i = 0; i < count; i++) {
		/* Before the failure an operation may have been done. */
		if (failed && batch[i].status > GNTST_okay)
			batch[i].status = GNTST_general_error;
		retry(GNTTABOP_map_grant_ref, &batch[i], &batch[i].status);
	}
}
EXPORT_SYMBOL_GPL(gnttab_batch_map);

/**
 * gnttab_batch_copy() - copy from and to grants of other domains
 * @batch: the operations; none ends with status GNTST_eagain
 * @count: how many
 */
void gnttab_batch_copy(struct gnttab_copy *batch, unsigned int count)
{
	bool failed = do_op(GNTTABOP_copy, batch, count);
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (failed)
			batch[i].status = GNTST_general_error;
		retry(GNTTABOP_copy, &batch[i], &batch[i].status);
	}
}
EXPORT_SYMBOL_GPL(gnttab_batch_copy);

static void mark_foreign(struct page *page,
			 const struct gnttab_map_grant_ref *op)
{
	struct xen_page_foreign *foreign;

	SetPageForeign(page);
	atomic_inc(&xen_grants.foreign);
	foreign = xen_page_foreign(page);
	foreign->domid = op->dom;
	foreign->gref = op->ref;
}

/**
 * gnttab_map_refs() - map grants into pages
 * @map_ops: the operations, each with a status after the call
 * @kmap_ops: for guests with page tables of their own; not looked at here
 * @pages: one page an operation, from gnttab_alloc_pages()
 * @count: how many
 *
 * Return: 0, with the status of each to be looked at, or a negative errno.
 */
int gnttab_map_refs(struct gnttab_map_grant_ref *map_ops,
		    struct gnttab_map_grant_ref *kmap_ops,
		    struct page **pages, unsigned int count)
{
	unsigned int i;
	int err;

	err = do_op(GNTTABOP_map_grant_ref, map_ops, count);
	if (err)
		return err;

	for (i = 0; i < count; i++) {
		retry(GNTTABOP_map_grant_ref, &map_ops[i], &map_ops[i].status);
		if (map_ops[i].status == GNTST_okay)
			mark_foreign(pages[i], &map_ops[i]);
		else if (map_ops[i].status == GNTST_no_device_space)
			pr_warn_ratelimited("the hypervisor tracks no more mappings\n");
	}
	return set_foreign_p2m_mapping(map_ops, kmap_ops, pages, count);
}
EXPORT_SYMBOL_GPL(gnttab_map_refs);

/**
 * gnttab_unmap_refs() - undo gnttab_map_refs()
 * @unmap_ops: the operations, each with a status after the call
 * @kunmap_ops: not looked at here
 * @pages: one page an operation
 * @count: how many
 *
 * Return: 0, with the status of each to be looked at, or a negative errno.
 */
int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *unmap_ops,
		      struct gnttab_unmap_grant_ref *kunmap_ops,
		      struct page **pages, unsigned int count)
{
	unsigned int i;
	int err;

	err = do_op(GNTTABOP_unmap_grant_ref, unmap_ops, count);
	if (err)
		return err;

	for (i = 0; i < count; i++) {
		if (!PageForeign(pages[i]))
			continue;
		ClearPageForeign(pages[i]);
		atomic_dec(&xen_grants.foreign);
	}
	return clear_foreign_p2m_mapping(unmap_ops, kunmap_ops, pages, count);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs);

static bool any_page_held(const struct gntab_unmap_queue_data *item)
{
	unsigned int i;

	for (i = 0; i < item->count; i++)
		if (page_count(item->pages[i]) > 1)
			return true;
	return false;
}

/* How long to leave the pages alone, the @age-th time that they are held. */
static unsigned int unmap_pause(unsigned int age)
{
	return min(UNMAP_PAUSE * (age + 1), UNMAP_MAX_PAUSE);
}

static void unmap_when_unheld(struct gntab_unmap_queue_data *item)
{
	int err;

	if (any_page_held(item)) {
		schedule_delayed_work(&item->gnttab_work,
				      msecs_to_jiffies(unmap_pause(item->age)));
		return;
	}
	err = gnttab_unmap_refs(item->unmap_ops, item->kunmap_ops,
				item->pages, item->count);
	item->done(err, item);
}

static void unmap_work(struct work_struct *work)
{
	struct gntab_unmap_queue_data *item =
		container_of(to_delayed_work(work),
			     struct gntab_unmap_queue_data, gnttab_work);

	if (item->age < UNMAP_MAX_PAUSE)
		item->age++;
	unmap_when_unheld(item);
}

/**
 * gnttab_unmap_refs_async() - unmap once nobody else holds the pages
 * @item: what to unmap; its done() is called when that is done, maybe before
 *	this returns
 */
void gnttab_unmap_refs_async(struct gntab_unmap_queue_data *item)
{
	INIT_DELAYED_WORK(&item->gnttab_work, unmap_work);
	item->age = 0;
	unmap_when_unheld(item);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs_async);

/**
 * gnttab_unmap_refs_sync() - unmap once nobody else holds the pages, and wait
 * @item: what to unmap; its work and its done() are not used, so that it may
 *	be on the stack
 *
 * Context: process, sleeps for as long as the pages are held.
 *
 * Return: as gnttab_unmap_refs().
 */
int gnttab_unmap_refs_sync(struct gntab_unmap_queue_data *item)
{
	unsigned int age;

	for (age = 0; any_page_held(item); age = min(age + 1, UNMAP_MAX_PAUSE))
		msleep(unmap_pause(age));
	return gnttab_unmap_refs(item->unmap_ops, item->kunmap_ops,
				 item->pages, item->count);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs_sync);

/**
 * gnttab_foreach_grant_in_range() - cut a range of one page into grants
 * @page: the page
 * @offset: where in it the range starts
 * @len: its length; what would pass the page's end is left out
 * @fn: called for each grant; any context
 * @data: for @fn
 */
void gnttab_foreach_grant_in_range(struct page *page, unsigned int offset,
				   unsigned int len, xen_grant_fn_t fn,
				   void *data)
{
	struct grant_range range, chunk;

	range = grant_range_in_page(xen_page_to_gfn(page), PAGE_SIZE, offset,
				    len);
	while (grant_range_next(&range, &chunk))
		fn(chunk.gfn, chunk.offset, chunk.len, data);
}
EXPORT_SYMBOL_GPL(gnttab_foreach_grant_in_range);

/**
 * gnttab_foreach_grant() - cut whole pages into grants
 * @pages: the pages
 * @nr_grefs: how many grants; the last page may not be used up
 * @fn: called for each grant, with its offset in its page; any context
 * @data: for @fn
 */
void gnttab_foreach_grant(struct page **pages, unsigned int nr_grefs,
			  xen_grant_fn_t fn, void *data)
{
	unsigned int i, sub;

	for (i = 0; i < nr_grefs; i++) {
		sub = i % XEN_PFN_PER_PAGE;
		fn(xen_page_to_gfn(pages[i / XEN_PFN_PER_PAGE]) + sub,
		   sub * XEN_PAGE_SIZE, XEN_PAGE_SIZE, data);
	}
}
EXPORT_SYMBOL_GPL(gnttab_foreach_grant);
