// SPDX-License-Identifier: GPL-2.0
/*
 * The domain's memory reservation: giving pages to the hypervisor and asking
 * for them back; and pages of guest physical space without memory behind
 * them, made that way, for mapping foreign grants into.
 *
 * Process context.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/export.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <xen/balloon.h>
#include <xen/grant_table.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>

#include "table.h"

bool xen_scrub_pages __read_mostly = true;
module_param_named(scrub_pages, xen_scrub_pages, bool, 0644);
MODULE_PARM_DESC(scrub_pages,
		 "Clear pages before they go back to the hypervisor");

/* An extent is a Linux page, so that all of it comes and goes. */
#define EXTENT_ORDER	(PAGE_SHIFT - XEN_PAGE_SHIFT)

static int reserve(unsigned int cmd, int count, xen_pfn_t *frames)
{
	struct xen_memory_reservation reservation = {
		.nr_extents = count,
		.extent_order = EXTENT_ORDER,
		.domid = DOMID_SELF,
	};

	set_xen_guest_handle(reservation.extent_start, frames);
	return HYPERVISOR_memory_op(cmd, &reservation);
}

/**
 * xenmem_reservation_increase() - ask for memory behind frames
 * @count: how many Linux pages
 * @frames: the first 4 KiB frame of each
 *
 * Return: how many were served, or a negative errno.
 */
int xenmem_reservation_increase(int count, xen_pfn_t *frames)
{
	return reserve(XENMEM_populate_physmap, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_increase);

/**
 * xenmem_reservation_decrease() - give the memory behind frames away
 * @count: how many Linux pages
 * @frames: the first 4 KiB frame of each
 *
 * Return: how many were taken, or a negative errno.
 */
int xenmem_reservation_decrease(int count, xen_pfn_t *frames)
{
	return reserve(XENMEM_decrease_reservation, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_decrease);

static int empty_page(struct page *page)
{
	xen_pfn_t frame = xen_page_to_gfn(page);

	xenmem_reservation_scrub_page(page);
	return xenmem_reservation_decrease(1, &frame) == 1 ? 0 : -ENOMEM;
}

/*
 * A page that doesn't get its memory back is lost: touching it would fault.
 */
static void refill_page(struct page *page)
{
	xen_pfn_t frame = xen_page_to_gfn(page);

	if (xenmem_reservation_increase(1, &frame) == 1)
		__free_page(page);
	else
		pr_err_ratelimited("no memory came back for frame %#lx\n",
				   (unsigned long)frame);
}

/**
 * xen_alloc_ballooned_pages() - pages without memory behind them
 * @nr_pages: how many
 * @pages: the pages
 *
 * Return: 0 or -ENOMEM.
 */
int xen_alloc_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	for (i = 0; i < nr_pages; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_NOWARN);
		if (!pages[i])
			goto err_free;
		if (empty_page(pages[i])) {
			__free_page(pages[i]);
			goto err_free;
		}
	}
	return 0;

err_free:
	xen_free_ballooned_pages(i, pages);
	return -ENOMEM;
}
EXPORT_SYMBOL(xen_alloc_ballooned_pages);

/**
 * xen_free_ballooned_pages() - get the memory back and free the pages
 * @nr_pages: how many
 * @pages: pages that nothing is mapped into
 */
void xen_free_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	for (i = 0; i < nr_pages; i++)
		refill_page(pages[i]);
}
EXPORT_SYMBOL(xen_free_ballooned_pages);
